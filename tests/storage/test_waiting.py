"""Who waits is told once, in their language, and nobody is told what was taken back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.chat import Chat, Question
from bot.core.message import Reply, Sender
from bot.core.notice import Added, Notice, Waiter
from bot.storage.outbox import LONGEST, Outbox
from bot.storage.store import SqlStore
from bot.storage.waiting import Waiting, Withdrawn, put, withdraw
from tests.storage.samples import ANNA, BERT, NOW, bytes_on_disk, message, question

DAY = dt.timedelta(days=1)
SOON = NOW + dt.timedelta(seconds=60)
END = NOW + 30 * DAY
CARA = replace(BERT, chat="2323", person="2323", language="en")


def say(waiters: Sequence[Waiter]) -> Reply:
    return Reply(" / ".join(f"{one.language}: {one.text}" for one in waiters))


@pytest.fixture
def waiting(store: SqlStore) -> Waiting:
    return Waiting(store.database, store.pseudonyms)


@pytest.fixture
def outbox(store: SqlStore) -> Outbox:
    return Outbox(store.database)


async def asked(store: SqlStore, key: str, sender: Sender = ANNA) -> Question:
    incoming = message(key, sender, at=NOW + dt.timedelta(milliseconds=int(key)))
    one = question(incoming, text=f"question {key}")
    await store.keep(incoming, None, Chat(), [one])
    return one


async def waits(store: SqlStore, key: str, sender: Sender = ANNA, *, language: str = "fr") -> str:
    uid = (await asked(store, key, sender)).uid
    waiting = Waiting(store.database, store.pseudonyms)
    assert await waiting.add(uid, sender, language, NOW, END) is Added.NEW
    return uid


async def told(store: SqlStore, act: int, *uids: str, now: dt.datetime = NOW) -> int:
    async with store.database.transaction() as connection:
        return await put(connection, act, uids, say, due=now + (SOON - NOW), now=now)


async def taken_back(store: SqlStore, act: int) -> Withdrawn:
    async with store.database.transaction() as connection:
        return await withdraw(connection, act, now=NOW)


async def due(outbox: Outbox, now: dt.datetime = SOON, account: str = "faqbot") -> list[Notice]:
    return await outbox.due("telegram", account, now)


# ---- The wish to be told -------------------------------------------------------------------------


async def test_wishing_twice_is_one_wait(store: SqlStore, waiting: Waiting) -> None:
    uid = await waits(store, "1")

    assert await waiting.add(uid, ANNA, "en", NOW + DAY, END + DAY) is Added.ALREADY
    assert await waiting.count([uid]) == 1


async def test_a_question_of_another_chat_cannot_be_waited_for(
    store: SqlStore, waiting: Waiting
) -> None:
    uid = (await asked(store, "1", ANNA)).uid

    assert await waiting.add(uid, BERT, "fr", NOW, END) is Added.NO
    assert await waiting.add("nothing", BERT, "fr", NOW, END) is Added.NO
    assert await waiting.count([uid]) == 0


async def test_a_forged_wish_does_not_learn_that_somebody_waits(
    store: SqlStore, waiting: Waiting
) -> None:
    uid = await waits(store, "1", ANNA)

    assert await waiting.add(uid, BERT, "fr", NOW, END) is Added.NO


async def test_stopping_ends_waits_and_notices_of_this_person_only(
    store: SqlStore, waiting: Waiting, outbox: Outbox, tmp_path: Path
) -> None:
    mine, another = await waits(store, "1", ANNA), await waits(store, "2", BERT)
    await told(store, 1, mine, another)

    assert await waiting.stop(ANNA, NOW) == 1
    assert await waiting.stop(ANNA, NOW) == 0

    assert [one.to for one in await due(outbox)] == [BERT]
    assert await waiting.count([mine, another]) == 1
    await store.tidy(NOW)
    assert ANNA.chat.encode() not in bytes_on_disk(tmp_path)


@pytest.mark.parametrize(("passed_on", "waiting_for"), [(["2"], 1), (["2", "3"], 1), ([], 0)])
async def test_who_edits_a_question_waits_for_what_it_says_now(
    store: SqlStore, waiting: Waiting, passed_on: list[str], waiting_for: int
) -> None:
    before = await waits(store, "1")
    edit = replace(message("2"), edited=True, text="And now?")
    now = [replace(question(edit), uid=uid) for uid in passed_on]
    await store.keep(edit, None, Chat(), now)

    await waiting.follow(edit, passed_on)
    await waiting.follow(edit, passed_on)

    assert await waiting.count([before]) == 0
    assert await waiting.count(passed_on) == waiting_for


async def test_another_edit_moves_nobody(store: SqlStore, waiting: Waiting) -> None:
    uid = await waits(store, "1", BERT)
    edit = replace(message("2", ANNA), edited=True)
    await store.keep(edit, None, Chat())

    await waiting.follow(edit, ())

    assert await waiting.count([uid]) == 1


# ---- An answer -----------------------------------------------------------------------------------


async def test_everybody_who_waits_is_told_when_it_is_due(store: SqlStore, outbox: Outbox) -> None:
    uids = [await waits(store, "1", ANNA), await waits(store, "2", BERT, language="en")]
    nobody_waits = (await asked(store, "3", CARA)).uid

    assert await told(store, 1, *uids, nobody_waits) == 2

    assert await due(outbox, SOON - dt.timedelta(microseconds=1)) == []
    found = {one.to.chat: one.reply.text for one in await due(outbox, SOON)}
    assert found == {ANNA.chat: "fr: question 1", BERT.chat: "en: question 2"}


async def test_who_asked_twice_is_told_once(store: SqlStore, outbox: Outbox) -> None:
    uids = [await waits(store, "1"), await waits(store, "2")]

    assert await told(store, 1, *uids) == 1

    [one] = await due(outbox)
    assert one.reply.text == "fr: question 1 / fr: question 2"


async def test_telling_again_for_the_same_act_tells_nobody_twice(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uid = await waits(store, "1")
    await told(store, 1, uid)

    assert await told(store, 1, uid) == 0
    [one] = await due(outbox)
    await outbox.take(one.uid)
    await outbox.sent(one.uid, SOON)
    assert await told(store, 1, uid) == 0

    assert await due(outbox) == []
    assert await waiting.count([uid]) == 0


async def test_another_account_is_not_offered_what_it_cannot_send(
    store: SqlStore, outbox: Outbox
) -> None:
    await told(store, 1, await waits(store, "1"))

    assert await due(outbox, account="another") == []


async def test_more_questions_than_a_statement_takes(store: SqlStore, outbox: Outbox) -> None:
    uid = await waits(store, "1")

    assert await told(store, 1, *(f"none{n}" for n in range(1100)), uid) == 1


async def test_what_was_taken_back_in_time_tells_nobody(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uid = await waits(store, "1")
    await told(store, 1, uid)

    assert await taken_back(store, 1) == Withdrawn(taken_back=1, told=0)

    assert await due(outbox) == []
    assert await waiting.count([uid]) == 1
    assert await told(store, 2, uid) == 1


async def test_an_undo_says_how_many_were_told(store: SqlStore, outbox: Outbox) -> None:
    people = [replace(ANNA, chat=name, person=name) for name in ("a", "b", "c")]
    uids = [await waits(store, str(n), one) for n, one in enumerate(people)]
    await told(store, 1, *uids)
    first, second, _ = await due(outbox)
    await outbox.take(first.uid)
    await outbox.sent(first.uid, SOON)
    await outbox.take(second.uid)

    assert await taken_back(store, 1) == Withdrawn(taken_back=1, told=2)
    assert await taken_back(store, 1) == Withdrawn(taken_back=0, told=2)


# ---- The steps of a notice -----------------------------------------------------------------------


async def test_what_was_told_ends_the_wait_and_leaves_no_address(
    store: SqlStore, outbox: Outbox, waiting: Waiting, tmp_path: Path
) -> None:
    uid = await waits(store, "1")
    await told(store, 1, uid)
    [one] = await due(outbox)

    taken = await outbox.take(one.uid)
    await outbox.sent(one.uid, SOON)

    assert taken == replace(one, attempts=1)
    assert await waiting.count([uid]) == 0
    assert await outbox.take(one.uid) is None
    await store.tidy(NOW)
    assert ANNA.chat.encode() not in bytes_on_disk(tmp_path)


async def test_a_notice_is_taken_by_one_only(store: SqlStore, outbox: Outbox) -> None:
    await told(store, 1, await waits(store, "1"))
    [one] = await due(outbox)

    assert await outbox.take(one.uid) is not None
    assert await outbox.take(one.uid) is None


async def test_what_was_being_sent_at_a_crash_is_sent_again(
    store: SqlStore, outbox: Outbox
) -> None:
    await told(store, 1, await waits(store, "1"))
    [one] = await due(outbox)
    await outbox.take(one.uid)

    assert await due(outbox) == []
    assert await outbox.resume("signal") == 0
    assert await outbox.resume("telegram") == 1
    assert [again.uid for again in await due(outbox)] == [one.uid]


async def test_what_the_messenger_does_not_take_waits(store: SqlStore, outbox: Outbox) -> None:
    await told(store, 1, await waits(store, "1"))
    [one] = await due(outbox)
    await outbox.take(one.uid)

    await outbox.later(one.uid, SOON + DAY)

    assert await due(outbox, SOON + DAY - dt.timedelta(microseconds=1)) == []
    assert len(await due(outbox, SOON + DAY)) == 1


async def test_who_could_not_be_told_goes_on_waiting(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uid = await waits(store, "1")
    await told(store, 1, uid)
    [one] = await due(outbox)
    await outbox.take(one.uid)

    await outbox.failed(one.uid, "no such button", SOON)

    assert await waiting.count([uid]) == 1
    assert await waiting.end(END, say) == 1


async def test_where_nobody_is_reached_nothing_waits_any_more(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uids = [await waits(store, "1"), await waits(store, "2"), await waits(store, "3", BERT)]
    await told(store, 1, uids[0])
    await told(store, 2, uids[1], uids[2])
    [one] = [n for n in await due(outbox) if "question 1" in n.reply.text]
    await outbox.take(one.uid)

    await outbox.dropped(one.uid, "blocked", SOON)

    assert [left.to for left in await due(outbox)] == [BERT]
    assert await waiting.count(uids) == 1


@pytest.mark.parametrize(("more", "left"), [(0, 1), (1, 0)])
async def test_a_notice_is_given_up_after_a_week(
    store: SqlStore, outbox: Outbox, waiting: Waiting, more: int, left: int
) -> None:
    uid = await waits(store, "1")
    await told(store, 1, uid)

    await store.tidy(NOW + LONGEST + dt.timedelta(microseconds=more))

    assert len(await due(outbox, NOW + LONGEST)) == left
    assert await waiting.count([uid]) == 1


# ---- Nobody is left waiting in silence -----------------------------------------------------------


async def test_the_end_of_a_wait_is_said_once(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uids = [await waits(store, "1"), await waits(store, "2")]

    assert await waiting.end(END - dt.timedelta(microseconds=1), say) == 0
    assert await waiting.end(END, say) == 1
    assert await waiting.end(END, say) == 0

    [one] = await due(outbox, END)
    assert (one.kind, one.reply.text) == ("expired", "fr: question 1 / fr: question 2")
    await outbox.take(one.uid)
    await outbox.sent(one.uid, END)
    assert await waiting.count(uids) == 0


async def test_an_end_that_could_not_be_said_is_said_a_day_later(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uid = await waits(store, "1")
    await waiting.end(END, say)
    [one] = await due(outbox, END)
    await outbox.take(one.uid)
    await outbox.failed(one.uid, "no such button", END)

    assert await waiting.end(END, say) == 0

    assert await due(outbox, END + DAY - dt.timedelta(microseconds=1)) == []
    [again] = await due(outbox, END + DAY)
    await outbox.take(again.uid)
    await outbox.sent(again.uid, END + DAY)
    assert await waiting.count([uid]) == 0


async def test_a_wait_that_begins_anew_ends_anew(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    uid = await waits(store, "1")
    await waiting.end(END, say)
    [one] = await due(outbox, END)
    await outbox.take(one.uid)
    await outbox.sent(one.uid, END)

    await waiting.add(uid, ANNA, "fr", END, END + DAY)

    assert await waiting.end(END + DAY, say) == 1


async def test_who_is_being_told_is_not_told_of_the_end(store: SqlStore, waiting: Waiting) -> None:
    await told(store, 1, await waits(store, "1"))

    assert await waiting.end(END, say) == 0


async def test_the_end_of_a_posting_is_said_to_those_who_waited_before(
    store: SqlStore, outbox: Outbox, waiting: Waiting
) -> None:
    await waits(store, "1", ANNA)

    assert await waiting.postings() == ["nord"]
    assert await waiting.close("sud", SOON, SOON, say) == 0
    assert await waiting.close("nord", NOW, SOON, say) == 0
    assert await waiting.close("nord", SOON, SOON, say) == 1
    assert await waiting.postings() == []
    assert [one.kind for one in await due(outbox)] == ["closed"]


# ---- Forgetting ----------------------------------------------------------------------------------


async def test_forgetting_takes_the_waits_and_the_notices(
    store: SqlStore, outbox: Outbox, waiting: Waiting, tmp_path: Path
) -> None:
    uids = [
        await waits(store, "1", ANNA),
        await waits(store, "2", ANNA),
        await waits(store, "3", BERT),
    ]
    await told(store, 1, uids[0], uids[2])

    await store.forget(ANNA)

    assert [one.to for one in await due(outbox)] == [BERT]
    assert await waiting.count(uids) == 1
    assert await taken_back(store, 1) == Withdrawn(taken_back=1, told=0)
    for trace in (ANNA.chat.encode(), store.pseudonyms.person(ANNA).encode()):
        assert trace not in bytes_on_disk(tmp_path)


async def test_what_is_past_its_days_takes_its_waits_along(
    store: SqlStore, outbox: Outbox, waiting: Waiting, tmp_path: Path
) -> None:
    uids = [await waits(store, "1", ANNA), await waits(store, "2", BERT)]
    await told(store, 1, uids[0])

    await store.purge(NOW + DAY)

    assert await waiting.count(uids) == 0
    assert await due(outbox) == []
    assert ANNA.chat.encode() not in bytes_on_disk(tmp_path)
