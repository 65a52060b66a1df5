"""What is to be forgotten is gone, from the file as well."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from bot.core.chat import Chat
from bot.errors import StoreError
from bot.ports import Kept, State
from bot.storage.retention import keep_clean
from bot.storage.store import SqlStore
from tests.storage.samples import ANNA, BERT, NOW, REPLY, bytes_on_disk, message, question

DAY = dt.timedelta(days=1)
WAITING = Chat("nord", waiting="a waiting secret")


async def test_forget_takes_the_texts_and_leaves_the_counts(
    store: SqlStore, tmp_path: Path
) -> None:
    one = message()
    asked = question(one, text="a typed secret", topic="salary", decision="unstated")
    await store.keep(one, REPLY, WAITING, [asked])

    rows = await store.forget(ANNA)

    assert rows == 3
    assert await store.question(asked.uid) is None
    [left] = await store.open_questions(everything=True)
    assert (left.text, left.person, left.ranking, left.options) == ("", "", (), ())
    assert (left.decision, left.topic, left.posting, left.open) == (
        "unstated",
        "salary",
        "nord",
        True,
    )
    assert await store.chat(ANNA) == Chat()
    assert await store.find(one) == Kept(State.FAILED)
    assert await store.debts("telegram", NOW + DAY) == []
    for gone in (b"secret", b"4711", b"par semaine"):
        assert gone not in bytes_on_disk(tmp_path)


async def test_forget_closes_what_only_its_text_explained(store: SqlStore) -> None:
    await store.keep(message(), REPLY, Chat(), [question(message())])

    await store.forget(ANNA)

    assert await store.open_questions() == []


async def test_forget_leaves_other_people_alone(store: SqlStore) -> None:
    other = message("2", BERT)
    await store.keep(message("1"), REPLY, WAITING, [question(message("1"))])
    await store.keep(other, REPLY, WAITING, [question(other)])

    await store.forget(ANNA)

    assert await store.chat(BERT) == WAITING
    assert await store.find(other) == Kept(State.OWED, REPLY)
    assert [one.text for one in await store.open_questions()] == ["Combien d'heures ?"]


async def test_forgetting_twice_or_nobody_touches_nothing(store: SqlStore) -> None:
    await store.keep(message(), REPLY, WAITING)
    await store.forget(ANNA)

    assert await store.forget(ANNA) == 0
    assert await store.forget(BERT) == 0


async def test_a_forgotten_row_is_not_tied_to_the_chat_again(store: SqlStore) -> None:
    await store.keep(message(), REPLY, Chat())
    await store.forget(ANNA)

    await store.sent(message(), "901")

    assert await store.find(message()) == Kept(State.SENT)


async def test_purge_deletes_what_is_older_and_keeps_what_is_not(
    store: SqlStore, tmp_path: Path
) -> None:
    old = message("1", ANNA, at=NOW - dt.timedelta(microseconds=1))
    new = message("2", BERT, at=NOW)
    await store.keep(old, REPLY, WAITING, [question(old, text="an old secret")])
    await store.keep(new, REPLY, Chat("nord"), [question(new, text="young")])

    rows = await store.purge(NOW)

    assert rows == 3
    assert [one.text for one in await store.open_questions(everything=True)] == ["young"]
    assert await store.find(old) is None
    assert await store.chat(ANNA) == Chat()
    assert await store.chat(BERT) == Chat("nord")
    assert b"secret" not in bytes_on_disk(tmp_path)


async def test_purge_deletes_more_than_a_portion(store: SqlStore) -> None:
    await asyncio.gather(*(store.keep(message(str(n)), None, Chat()) for n in range(1200)))

    assert await store.purge(NOW + DAY) == 1200


async def test_an_owed_reply_expires_after_a_day(store: SqlStore) -> None:
    await store.keep(message(), REPLY, Chat())

    assert await store.tidy(NOW + DAY) == 0
    assert await store.tidy(NOW + DAY + dt.timedelta(seconds=1)) == 1
    assert await store.find(message()) == Kept(State.FAILED)


async def test_an_offer_that_nobody_touched_opens_after_a_day(store: SqlStore) -> None:
    offered = question(message("1"), decision="clarify", is_open=False)
    answered = question(message("2"), decision="answer", is_open=False)
    for key, asked in (("1", offered), ("2", answered)):
        await store.keep(message(key), None, Chat(), [asked])

    await store.tidy(NOW + DAY)
    before = await store.open_questions()
    await store.tidy(NOW + DAY + dt.timedelta(seconds=1))

    assert before == []
    assert [one.uid for one in await store.open_questions()] == [offered.uid]


class Clock:
    """A clock that sleeping moves, and that ends the loop after some hours."""

    def __init__(self, hours: int) -> None:
        self.now = NOW
        self.hours = hours

    def __call__(self) -> dt.datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if not self.hours:
            raise asyncio.CancelledError
        self.hours -= 1
        self.now += dt.timedelta(seconds=seconds)


async def run_for(hours: int, store: SqlStore, days: int) -> None:
    clock = Clock(hours)
    with pytest.raises(asyncio.CancelledError):
        await keep_clean(store, days, clock, clock.sleep)


async def test_what_is_past_its_days_goes_at_start(store: SqlStore) -> None:
    await store.keep(message(at=NOW - 181 * DAY), None, Chat())

    await run_for(0, store, days=180)

    assert await store.find(message()) is None


@pytest.mark.parametrize(("hours", "rows"), [(23, 1), (24, 0)])
async def test_what_gets_past_its_days_goes_a_day_later(
    store: SqlStore, hours: int, rows: int
) -> None:
    await store.keep(message(at=NOW - 179 * DAY - dt.timedelta(hours=2)), None, Chat())

    await run_for(hours, store, days=180)

    assert await store.purge(NOW + DAY) == rows


async def test_an_error_does_not_end_the_cleaning(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.keep(message(at=NOW - 181 * DAY), None, Chat())

    class Flaky(SqlStore):
        failures = 2

        async def tidy(self, now: dt.datetime) -> int:
            if self.failures:
                self.failures -= 1
                raise StoreError("locked")
            return await super().tidy(now)

    store.__class__ = Flaky
    await run_for(2, store, days=180)

    assert await store.find(message()) is None
    assert caplog.text.count("could not be cleaned") == 2
