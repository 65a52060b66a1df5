"""Looking for questions, and that forgotten words are in no index any more."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.chat import Chat
from bot.core.search import Cursor, Wanted
from bot.storage.search import COUNTED, Search
from bot.storage.store import SqlStore
from bot.storage.wordindex import query_of
from tests.storage.samples import ANNA, BERT, NOW, bytes_on_disk, message, question

MINUTE = dt.timedelta(minutes=1)


async def add(  # noqa: PLR0913 - each test names what it is about
    store: SqlStore,
    key: str,
    text: str,
    *,
    at: dt.datetime = NOW,
    decision: str = "unanswered",
    topic: str | None = None,
    confidence: float = 0.5,
    language: str = "fr",
    is_open: bool = True,
) -> str:
    incoming = replace(message(key, at=at), message_id=key)
    asked = question(incoming, text=text, decision=decision, topic=topic, is_open=is_open)
    asked = replace(asked, confidence=confidence, language=language)
    await store.keep(incoming, None, Chat(), [asked])
    return asked.uid


async def found(store: SqlStore, **wanted: object) -> list[str]:
    result = await Search(store.database).find(Wanted(**wanted))  # type: ignore[arg-type]
    return [hit.question.text for hit in result.hits]


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("creche", ["Y a-t-il une Crèche ?"]),
        ("CRÈCHE une", ["Y a-t-il une Crèche ?"]),
        ("crè", ["Y a-t-il une Crèche ?"]),
        ("chien", ["Mon chien peut-il venir ?"]),
        ("hien", []),
        ("chien creche", []),
        ('chien" OR "creche', []),
        ("NEAR(chien venir)", []),
        ("text:chien", []),
        ("*", []),
        ('"', []),
        ("", ["Mon chien peut-il venir ?", "Y a-t-il une Crèche ?"]),
        ("   ", ["Mon chien peut-il venir ?", "Y a-t-il une Crèche ?"]),
    ],
)
async def test_words_are_found_with_and_without_accents(
    store: SqlStore, words: str, texts: list[str]
) -> None:
    await add(store, "1", "Y a-t-il une Crèche ?")
    await add(store, "2", "Mon chien peut-il venir ?", at=NOW + MINUTE)

    assert await found(store, words=words) == texts


def test_signs_of_the_index_are_no_more_than_separators() -> None:
    assert query_of('a" OR b* (c) -d ^e: f_g') == '"a" "OR" "b" "c" "d" "e" "f" "g"*'
    assert query_of("?! 👍") == ""


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"decision": "answer"}, 1),
        ({"topic": "hours"}, 1),
        ({"band": (0.8, 1.01)}, 1),
        ({"band": (0.5, 0.8)}, 1),
        ({"language": "en"}, 1),
        ({"channel": "telegram"}, 2),
        ({"channel": "signal"}, 0),
        ({"posting": "nord"}, 2),
        ({"open": True}, 1),
        ({"disliked": True}, 0),
        ({"since": NOW + MINUTE}, 1),
        ({"until": NOW + MINUTE}, 1),
        ({"until": NOW}, 0),
        ({"gap": 7}, 0),
    ],
)
async def test_each_filter_leaves_out_what_does_not_fit(
    store: SqlStore, wanted: dict[str, object], count: int
) -> None:
    await add(store, "1", "chien")
    await add(
        store,
        "2",
        "chien",
        at=NOW + MINUTE,
        decision="answer",
        topic="hours",
        confidence=0.8,
        language="en",
        is_open=False,
    )

    assert len(await found(store, **wanted)) == count
    assert len(await found(store, words="chien", **wanted)) == count


@pytest.mark.parametrize("words", ["", "chien"])
async def test_what_was_asked_is_read_portion_by_portion(store: SqlStore, words: str) -> None:
    for number in range(7):
        await add(store, str(number), f"chien {number}", at=NOW + number // 2 * MINUTE)
    search, seen, before, totals = Search(store.database), [], None, set()

    for _ in range(3):
        part = await search.find(Wanted(words=words), before, limit=3)
        seen.append([hit.question.uid for hit in part.hits])
        before = part.older
        totals.add(part.total)

    assert [len(portion) for portion in seen] == [3, 3, 1]
    assert before is None
    assert len({uid for portion in seen for uid in portion}) == 7
    assert totals == {7}


async def test_a_place_that_is_not_there_any_more_harms_nothing(store: SqlStore) -> None:
    await add(store, "1", "chien")
    search = Search(store.database)

    gone = Cursor(NOW + MINUTE, "gone")

    assert len((await search.find(Wanted(), gone)).hits) == 1
    assert (await search.find(Wanted(words="chien"), gone)).hits == ()


async def test_it_is_counted_up_to_a_limit(store: SqlStore) -> None:
    asked = [question(message("1"), text="chien", position=number) for number in range(COUNTED + 1)]
    await store.keep(message("1"), None, Chat(), asked)

    result = await Search(store.database).find(Wanted())

    assert (result.total, result.more) == (COUNTED, True)


async def test_what_an_edit_superseded_is_not_found(store: SqlStore) -> None:
    first, edit = message("1"), message("2", edited=True)
    await store.keep(first, None, Chat(), [question(first, text="ancien")])
    await store.keep(edit, None, Chat(), [question(edit, text="nouveau")])

    assert await found(store) == ["nouveau"]
    assert await found(store, words="ancien") == []


async def test_a_question_that_was_answered_can_be_disputed_once(store: SqlStore) -> None:
    uid = await add(store, "1", "chien", decision="answer", is_open=False)
    search = Search(store.database)

    assert await search.dispute(uid, NOW)
    assert not await search.dispute(uid, NOW)
    assert not await search.dispute("none", NOW)
    hit = await search.question(uid)
    assert hit is not None
    assert (hit.question.open, hit.question.rating) == (True, -1)


async def test_the_values_to_filter_by(store: SqlStore) -> None:
    await add(store, "1", "chien")
    await add(store, "2", "dog", language="en")
    search = Search(store.database)

    assert await search.channels() == ("telegram",)
    assert await search.languages() == ("en", "fr")


# Forgetting.


async def test_forgotten_words_are_in_no_index_any_more(store: SqlStore, tmp_path: Path) -> None:
    await add(store, "1", "zyzzyva hemlock")
    await store.keep(message("2", BERT), None, Chat(), [question(message("2", BERT), text="kept")])
    assert b"zyzzyva" in bytes_on_disk(tmp_path)

    await store.forget(ANNA)

    assert await found(store, words="zyzzyva") == []
    assert await found(store, words="kept") == ["kept"]
    for word in (b"zyzzyva", b"yzzyva", b"hemlock"):
        assert word not in bytes_on_disk(tmp_path)


async def test_purged_words_are_in_no_index_any_more(store: SqlStore, tmp_path: Path) -> None:
    await add(store, "1", "zyzzyva")
    await add(store, "2", "young", at=NOW + MINUTE)

    await store.purge(NOW + MINUTE)

    assert await found(store, words="young") == ["young"]
    assert b"zyzzyva" not in bytes_on_disk(tmp_path)


async def test_what_an_older_version_wrote_is_found_too(store: SqlStore) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - only to undo and do a step again

    from bot.storage.migrations.versions import v0007_review as step  # noqa: PLC0415

    await add(store, "1", "zyzzyva")
    async with store.database.transaction() as connection:
        for name in ("questions_added", "questions_changed", "questions_deleted"):
            await connection.execute(text(f"DROP TRIGGER {name}"))
        await connection.execute(
            text("INSERT INTO question_words(question_words) VALUES('delete-all')")
        )
        await connection.execute(text("DELETE FROM indexed"))
        for statement in step.FILL:
            await connection.execute(text(statement))

    assert await found(store, words="zyzzyva") == ["zyzzyva"]
