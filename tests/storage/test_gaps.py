"""Gaps in the log: put together the same way every time, and forgotten with what they came from."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Select, insert, select, text
from sqlalchemy.dialects import sqlite

from bot.core.chat import Chat
from bot.core.gap import GapFilter, GapKind, GapState, Ruling, Verb
from bot.core.message import Sender
from bot.storage.cards import Cards
from bot.storage.gaps import Gaps, listing
from bot.storage.gathering import WANTED, kind_of
from bot.storage.grouping import ALIKE, telling
from bot.storage.likeness import Founders, likeness, shared_words
from bot.storage.rulings import Rulings
from bot.storage.store import SqlStore
from bot.storage.tables import acts, gaps, questions
from tests.storage.samples import ANNA, BERT, NOW, bytes_on_disk, message, opened, question

WHISTLE = "Does anybody whistle quietly at night?"
words = st.lists(st.text("abcdef", min_size=4, max_size=8), min_size=1, max_size=5).map(" ".join)


async def ask(
    store: SqlStore,
    key: str,
    said: str,
    sender: Sender = ANNA,
    **values: object,
) -> str:
    incoming = message(key, sender, at=NOW + dt.timedelta(seconds=int(key)))
    one = question(incoming, text=said, **values)  # type: ignore[arg-type]  # real fields
    await store.keep(incoming, None, Chat(), [one])
    return one.uid


async def plan(store: SqlStore, query: Select[Any]) -> str:
    """How the database goes about a query."""
    words = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with store.database.reading.connect() as connection:
        return str((await connection.execute(text(f"EXPLAIN QUERY PLAN {words}"))).all())


async def keys(store: SqlStore) -> list[str]:
    return [row.key for row in await store.database.rows(select(gaps.c.key))]


async def test_gathering_in_portions_gives_the_same_gaps(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"Will {name} count towards seniority?" for name in ["night", "classes", "exams"]]
    texts = [*texts, WHISTLE, "Does anybody whistle quietly by night?", *texts]
    for place, said in enumerate(texts):
        await ask(store, str(place), said)
    monkeypatch.setattr("bot.storage.gathering.MOST", 2)
    assert await Gaps(store.database).gather(NOW) == len(texts)
    (tmp_path / "other").mkdir()

    async with await opened(tmp_path / "other") as other:
        for place, said in enumerate(texts):
            await ask(other, str(place), said)
            await Gaps(other.database).gather(NOW)
        one_by_one = await Gaps(other.database).page(GapFilter(), 0, 50)

    assert (await Gaps(store.database).page(GapFilter(), 0, 50)).gaps == one_by_one.gaps


async def test_two_who_gather_at_once_put_each_question_once(
    store: SqlStore, tmp_path: Path
) -> None:
    for place in range(6):
        await ask(store, str(place), WHISTLE)
    async with await opened(tmp_path) as other:
        counts = [await Gaps(one.database).gather(NOW) for one in (store, other)]

    assert sum(counts) == 6
    assert len(await keys(store)) == 1


async def test_the_words_of_a_gap_go_with_whom_they_came_from(
    store: SqlStore, tmp_path: Path
) -> None:
    await ask(store, "1", WHISTLE, ANNA)
    await ask(store, "2", "Does anyone whistle quietly by night?", BERT)
    await Gaps(store.database).gather(NOW)
    assert await keys(store) == [telling(WHISTLE)]

    await store.forget(ANNA)

    assert await keys(store) == [telling("Does anyone whistle quietly by night?")]
    (gap,) = (await Gaps(store.database).page(GapFilter(), 0, 9)).gaps
    assert (gap.count, gap.people) == (2, 1)
    await store.forget(BERT)
    assert await keys(store) == [""]
    assert b"whistle" not in bytes_on_disk(tmp_path)


async def test_the_words_of_a_gap_go_with_a_question_that_was_merged_away_from_it(
    store: SqlStore, tmp_path: Path
) -> None:
    await ask(store, "1", "Where do I park my bicycle?", BERT)
    await ask(store, "2", WHISTLE, ANNA)
    await Gaps(store.database).gather(NOW)
    await Rulings(store.database).record(Ruling(Verb.MERGE, "Ada", NOW, 1, 0, others=((2, 0),)))

    await store.forget(ANNA)

    assert await keys(store) == [telling("Where do I park my bicycle?"), ""]
    assert b"whistle" not in bytes_on_disk(tmp_path)


async def test_what_moderators_noted_of_a_question_goes_with_it(
    store: SqlStore, tmp_path: Path
) -> None:
    await ask(store, "1", WHISTLE, ANNA)
    await Gaps(store.database).gather(NOW)
    rulings, kept = Rulings(store.database), Cards(store.database)
    assigned = Ruling(Verb.ASSIGN, "Ada", NOW, 1, 0, topic="remote")
    await rulings.record(assigned)
    lesson = {"questions": {"en": [WHISTLE]}}
    answer = Ruling(Verb.ANSWER, "Ada", NOW, 1, 1, entry="x", lesson=lesson)
    undone = await rulings.record(answer)
    await rulings.record(Ruling(Verb.UNDO, "Ada", NOW, None, 0, undoes=undone.act.id))
    async with store.database.transaction() as connection:
        done = acts.update().where(acts.c.kind == "undo").values(step="done")
        await connection.execute(done)
    draft = {"gap": 1, "texts": {"en": "No."}, "questions": {"en": [WHISTLE, "My own words?"]}}
    await kept.keep_draft("begun", draft, NOW)

    await store.forget(ANNA)

    assert b"whistle" not in bytes_on_disk(tmp_path)
    assert await kept.draft("begun") == {**draft, "questions": {"en": ["My own words?"]}}


async def test_what_was_begun_goes_after_a_day(store: SqlStore) -> None:
    kept = Cards(store.database)
    await kept.keep_draft("begun", {"gap": 1}, NOW)

    await store.tidy(NOW + dt.timedelta(hours=24))
    assert await kept.drafts() == {"begun": {"gap": 1}}
    await store.tidy(NOW + dt.timedelta(hours=24.01))

    assert await kept.drafts() == {}


async def test_the_words_of_a_gap_go_when_their_time_is_over(
    store: SqlStore, tmp_path: Path
) -> None:
    await ask(store, "1", WHISTLE)
    await Gaps(store.database).gather(NOW)
    ruling = Ruling(Verb.IGNORE, "Ada", NOW, 1, 0, lesson={"questions": {"en": [WHISTLE]}})
    await Rulings(store.database).record(ruling)
    async with store.database.transaction() as connection:
        await connection.execute(acts.update().values(step="done"))

    await store.purge(NOW + dt.timedelta(days=1))

    assert await keys(store) == [""]
    assert b"whistle" not in bytes_on_disk(tmp_path)
    (row,) = await store.database.rows(select(acts))
    assert (row.kind, row.moderator, row.details) == ("ignore", "Ada", "{}")


async def test_what_is_to_be_gathered_is_found_by_an_index(store: SqlStore) -> None:
    assert "questions_to_gather" in await plan(store, select(questions.c.uid).where(WANTED))


async def test_a_list_reads_no_question_but_from_the_index(store: SqlStore) -> None:
    await ask(store, "1", WHISTLE)
    await Gaps(store.database).gather(NOW)

    assert "COVERING INDEX questions_by_gap" in await plan(store, listing(GapFilter())[0])


@pytest.mark.parametrize(
    ("decision", "topic", "rating", "kind"),
    [
        ("unstated", "hours", 0, GapKind.UNSTATED),
        ("partial", "hours.nights", 0, GapKind.UNSTATED),
        ("unanswered", None, 0, GapKind.UNANSWERED),
        ("unanswered", "hours", 0, GapKind.UNANSWERED),
        ("clarify", None, 0, GapKind.UNANSWERED),
        ("answer", "hours", -1, GapKind.DISLIKED),
        ("unanswered", None, -1, GapKind.DISLIKED),
    ],
)
def test_why_a_question_is_open(
    decision: str, topic: str | None, rating: int, kind: GapKind
) -> None:
    assert kind_of(decision, topic, rating) is kind


@given(st.lists(words, min_size=1, max_size=12, unique=True), words)
def test_the_nearest_is_alike_and_an_equal_one_is_always_found(
    founders: list[str], asked: str
) -> None:
    known = Founders()
    for name, key in enumerate(founders):
        known.add(name, key)

    near = known.nearest(asked)

    if near is not None:
        assert likeness(asked, founders[near]) >= ALIKE
    if asked in founders:
        assert near == founders.index(asked)


def test_of_equally_near_ones_the_first_is_taken() -> None:
    known = Founders()
    known.add(7, "night shift")
    known.add(8, "night shift")

    assert known.nearest("night shift") == 7
    assert known.nearest("night shifts") == 7
    known.add(9, "night shift", first=True)
    assert known.nearest("night shift") == 9


@pytest.mark.parametrize(("other", "found"), [("abcdefgh", True), ("abcdefgx", True)])
def test_a_typo_is_alike(other: str, found: bool) -> None:  # noqa: FBT001 - a case
    known = Founders()
    known.add(1, "abcdefgh")

    assert (known.nearest(other) == 1) is found


def test_no_words_resemble_nothing() -> None:
    known = Founders()
    known.add(1, "")

    assert known.nearest("") is None
    assert shared_words("night shift", "shift work") == ("shift",)


async def test_numbers_that_nobody_asked_for_are_none(store: SqlStore) -> None:
    stats = await Gaps(store.database).stats(NOW)

    assert (stats.gaps, stats.questions, stats.waiting, stats.by_posting) == (0, 0, 0, {})


async def test_a_gap_that_is_not_there_is_none(store: SqlStore) -> None:
    kept = Gaps(store.database)

    assert await kept.detail(1) is None
    assert await kept.summary(1) is None
    assert await kept.gap_of("nothing") is None
    row = {"kind": "unanswered", "key": "", "state": "merged", "created": NOW, "changed": NOW}
    async with store.database.transaction() as connection:
        await connection.execute(insert(gaps).values(version=0, merged=2, **row))
    summary = await kept.summary(1)
    assert summary is not None
    assert (summary.state, summary.merged, summary.count) == (GapState.MERGED, 2, 0)
