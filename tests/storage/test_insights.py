"""Counting what was asked: by decision, topic, language, hour and day of a time zone."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.core.chat import Chat, Settlement
from bot.core.gap import GapState
from bot.core.insights import Day, Period, Report, gathered
from bot.core.message import Sender
from bot.storage.insights import Insights
from bot.storage.store import SqlStore
from bot.storage.tables import gaps, questions
from tests.storage.samples import message, question, tap

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.date(2026, 3, 1)
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=PARIS)
ONE_DAY = Period(DAY, DAY, PARIS)


async def ask(  # noqa: PLR0913 - each test names what it is about
    store: SqlStore,
    key: str,
    decision: str = "answer",
    topic: str | None = "hours",
    *,
    who: str = "p1",
    at: dt.datetime = NOON,
    language: str = "fr",
    posting: str = "nord",
) -> str:
    sender = Sender("telegram", "bot", who, who)
    incoming = replace(message(key, sender, at=at), message_id=key)
    asked = question(incoming, decision=decision, topic=topic, is_open=decision[0] == "u")
    asked = replace(asked, language=language, posting=posting)
    await store.keep(incoming, None, Chat(), [asked])
    return asked.uid


async def report(store: SqlStore, period: Period = ONE_DAY, posting: str | None = None) -> Report:
    return await Insights(store.database).report(period, posting)


async def test_nothing_asked_is_no_error(store: SqlStore) -> None:
    found = await report(store)

    assert found.questions == 0
    assert found.share("answer") is None
    assert found.liked_share is None
    assert found.median_wait is None
    assert found.days == (Day(DAY, {}),)
    assert found.silent == ()


async def test_decisions_people_languages_and_shares(store: SqlStore) -> None:
    await ask(store, "1")
    await ask(store, "2", "partial", who="p2", language="en")
    await ask(store, "3", "unstated", "salary")
    await ask(store, "4", "unanswered", None)
    await ask(store, "5", "smalltalk", None)

    found = await report(store)

    assert found.questions == 4
    assert found.share("answer", "partial") == 0.5
    assert found.people == 2
    assert found.languages == {"fr": 3, "en": 1}


async def test_topics_say_how_many_people_were_left_without_an_answer(store: SqlStore) -> None:
    for number, who in enumerate(("p1", "p1", "p2")):
        await ask(store, f"s{number}", "unstated", "salary", who=who)
    await ask(store, "a", "answer", "hours")

    found = await report(store)

    assert [
        (one.id, one.asked, one.people, one.silent, one.silent_people) for one in found.topics
    ] == [
        ("salary", 3, 2, 3, 2),
        ("hours", 1, 1, 0, 0),
    ]
    assert [one.id for one in found.silent] == ["salary"]


async def test_only_the_posting_that_is_asked_for_counts(store: SqlStore) -> None:
    await ask(store, "1")
    await ask(store, "2", posting="sud")

    assert (await report(store, posting="sud")).questions == 1
    assert (await report(store)).questions == 2


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (dt.datetime(2026, 2, 28, 23, 59, 59, 999_999, PARIS), 0),
        (dt.datetime(2026, 3, 1, 0, 0, 0, 0, PARIS), 1),
        (dt.datetime(2026, 3, 1, 23, 59, 59, 999_999, PARIS), 1),
        (dt.datetime(2026, 3, 2, 0, 0, 0, 0, PARIS), 0),
    ],
)
async def test_a_day_begins_and_ends_at_midnight_of_its_zone(
    store: SqlStore, at: dt.datetime, counts: int
) -> None:
    await ask(store, "1", at=at)

    assert (await report(store)).questions == counts


async def test_hours_are_those_of_the_clock_before_and_after_it_is_changed(store: SqlStore) -> None:
    winter = dt.datetime(2026, 3, 28, 20, 30, tzinfo=PARIS)
    summer = dt.datetime(2026, 3, 29, 20, 30, tzinfo=PARIS)
    await ask(store, "1", at=winter)
    await ask(store, "2", at=summer)

    found = await report(store, Period(winter.date(), summer.date(), PARIS))

    assert found.hours[20] == 2
    assert [day.total for day in found.days] == [1, 1]


async def test_ratings(store: SqlStore) -> None:
    for number, rating in enumerate((1, 1, -1, 0)):
        uid = await ask(store, str(number))
        sender = Sender("telegram", "bot", "p1", "p1")
        rated = Settlement(uid, rating=rating)
        await store.keep(tap(f"t{number}", sender), None, Chat(), (), (rated,))

    found = await report(store)

    assert (found.liked, found.disliked) == (2, 1)
    assert found.liked_share == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("hours", "median"), [((1,), 1), ((1, 5), 3), ((1, 2, 30), 2), ((1, 2, 4, 30), 3)]
)
async def test_how_long_people_took_to_answer(
    store: SqlStore, hours: tuple[int, ...], median: float
) -> None:
    at = NOON.astimezone(dt.UTC)
    async with store.database.transaction() as connection:
        values = {"posting": "nord", "kind": "unanswered", "key": "", "version": 1}
        row = {**values, "id": 1, "state": GapState.ANSWERED.value, "created": at, "changed": at}
        await connection.execute(gaps.insert(), [row])
    for number, span in enumerate(hours):
        uid = await ask(store, str(number), "unanswered", None)
        closed = at + dt.timedelta(hours=span)
        done = questions.update().where(questions.c.uid == uid)
        async with store.database.transaction() as connection:
            await connection.execute(
                done.values(open=False, opened=at, closed=closed, gap=1, act=1)
            )

    found = await report(store)

    assert found.answered_by_people == len(hours)
    assert found.median_wait == pytest.approx(median * 3600, abs=1)


def test_days_are_put_together_evenly() -> None:
    days = tuple(Day(DAY + dt.timedelta(days=n), {"answer": 1}) for n in range(10))

    assert gathered(days, 10) == tuple(
        Day(
            day.first,
            {**dict.fromkeys(("partial", "clarify", "unstated", "unanswered"), 0), "answer": 1},
        )
        for day in days
    )
    assert [day.total for day in gathered(days, 9)] == [2, 2, 2, 2, 2]
    assert [day.total for day in gathered(days, 3)] == [4, 4, 2]
    assert gathered((), 3) == ()
