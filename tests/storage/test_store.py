"""What the service relies on, over a real file."""

import asyncio
import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.chat import Chat, Settlement
from bot.core.message import Reply, Sender
from bot.errors import StoreError
from bot.ports import Debt, Kept, State, Store
from bot.storage.store import SqlStore
from tests.storage.samples import (
    ANNA,
    BERT,
    NOW,
    REPLY,
    bytes_on_disk,
    message,
    opened,
    question,
    tap,
)

CHAT = Chat("nord", "fr", "en", "hours", "et le salaire ?", ("o|1|hours", "n|1"), greeted=True)


async def test_a_kept_update_is_found_again_with_its_owed_reply(store: SqlStore) -> None:
    port: Store = store

    kept = await port.keep(message(), REPLY, CHAT)

    assert kept == Kept(State.OWED, REPLY)
    assert await port.find(message()) == kept


async def test_an_update_that_never_came_is_not_found(store: SqlStore) -> None:
    assert await store.find(message()) is None


@pytest.mark.parametrize(
    "other",
    [
        message("2"),
        message(sender=replace(ANNA, account="other")),
        message(sender=replace(ANNA, channel="signal")),
    ],
    ids=["key", "account", "channel"],
)
async def test_updates_differ_by_channel_account_and_key(store: SqlStore, other: object) -> None:
    await store.keep(message(), REPLY, CHAT)

    assert await store.find(other) is None  # type: ignore[arg-type]  # a Message by the list above


async def test_an_update_without_a_reply_owes_nothing(store: SqlStore) -> None:
    kept = await store.keep(message(), None, CHAT)

    assert kept == Kept(State.SENT)


async def test_a_sent_reply_and_its_address_are_dropped(store: SqlStore, tmp_path: Path) -> None:
    await store.keep(message(), REPLY, CHAT)
    await store.sent(message(), "901")
    await store.tidy(NOW)

    assert await store.find(message()) == Kept(State.SENT, None, "901")
    assert b"4711" not in bytes_on_disk(tmp_path)
    assert b"par semaine" not in bytes_on_disk(tmp_path)


async def test_a_reply_that_never_goes_out_is_dropped(store: SqlStore) -> None:
    await store.keep(message(), REPLY, CHAT)
    await store.failed(message(), "blocked by the user")

    assert await store.find(message()) == Kept(State.FAILED)


async def test_marking_an_unknown_update_does_nothing(store: SqlStore) -> None:
    await store.sent(message(), "901")

    assert await store.find(message()) is None


async def test_what_is_remembered_of_a_chat_comes_back(store: SqlStore) -> None:
    await store.keep(message(), REPLY, CHAT)

    assert await store.chat(ANNA) == CHAT
    assert await store.chat(BERT) == Chat()


async def test_an_empty_memory_is_none(store: SqlStore) -> None:
    await store.keep(message(), REPLY, CHAT)
    await store.keep(message("2"), REPLY, Chat())

    assert await store.chat(ANNA) == Chat()
    assert await store.purge(NOW + dt.timedelta(days=1)) == 2  # the messages, no memory


async def test_a_question_is_logged_with_everything(store: SqlStore) -> None:
    asked = question(message())
    await store.keep(message(), REPLY, CHAT, [asked])

    logged = await store.question(asked.uid)

    assert logged is not None
    assert (logged.uid, logged.text, logged.posting) == (asked.uid, asked.text, "nord")
    assert (logged.received, logged.channel, logged.language) == (NOW, "telegram", "fr")
    assert (logged.ranking, logged.options) == (asked.ranking, asked.options)
    assert (logged.open, logged.rating, logged.ms, logged.replied) == (True, 0, 1.5, False)
    assert len(logged.person) == 32


async def test_a_question_tells_whether_its_reply_went_out(store: SqlStore) -> None:
    await store.keep(message(), REPLY, CHAT, [question(message())])
    await store.sent(message())

    [logged] = await store.open_questions()

    assert logged.replied


async def test_handling_again_writes_nothing_and_returns_the_row_that_is_there(
    store: SqlStore,
) -> None:
    await store.keep(message(), REPLY, CHAT, [question(message())])
    await store.sent(message(), "901")

    again = await store.keep(message(), Reply("other"), Chat(), [question(message(), text="no")])

    assert again == Kept(State.SENT, None, "901")
    assert await store.chat(ANNA) == CHAT
    assert [one.text for one in await store.open_questions()] == ["Combien d'heures ?"]


async def test_two_that_handle_an_update_at_once_both_get_the_first_reply(store: SqlStore) -> None:
    first, second = await asyncio.gather(
        store.keep(message(), REPLY, CHAT), store.keep(message(), Reply("other"), CHAT)
    )

    assert first == second == Kept(State.OWED, REPLY)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["keep", "sent", "failed", "find"])),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 8),
)
def test_handling_in_any_number_and_interleaving_gives_one_row(
    steps: list[tuple[int, str]], at_once: int
) -> None:
    async def run(folder: Path) -> int:
        async with await opened(folder) as store:

            async def step(number: int, what: str) -> None:
                update = message(str(number))
                match what:
                    case "keep":
                        await store.keep(update, REPLY, CHAT, [question(update)])
                    case "sent":
                        await store.sent(update)
                    case "failed":
                        await store.failed(update, "gone")
                    case _:
                        await store.find(update)

            for first in range(0, len(steps), at_once):
                await asyncio.gather(*(step(*one) for one in steps[first : first + at_once]))
            rows = await store.open_questions()
            assert len({row.uid for row in rows}) == len(rows)
            # Every message and question, and the one chat's memory.
            return await store.purge(NOW + dt.timedelta(days=1))

    with tempfile.TemporaryDirectory() as folder:
        kept = len({number for number, what in steps if what == "keep"})
        assert asyncio.run(run(Path(folder))) == 2 * kept + (kept > 0)


async def test_an_edit_supersedes_the_questions_and_finds_the_reply(store: SqlStore) -> None:
    await store.keep(message("1"), REPLY, CHAT, [question(message("1"))])
    await store.sent(message("1"), "901")
    edit = message("2", edited=True)

    earlier = await store.earlier_reply(edit)
    await store.keep(edit, REPLY, CHAT, [question(edit, text="new")])

    assert earlier == "901"
    assert [one.text for one in await store.open_questions()] == ["new"]
    assert [one.text for one in await store.open_questions(everything=True)] == ["new"]


async def test_an_edit_in_another_chat_supersedes_nothing(store: SqlStore) -> None:
    await store.keep(message("1"), REPLY, CHAT, [question(message("1"))])
    await store.sent(message("1"), "901")
    edit = message("2", BERT, edited=True)

    earlier = await store.earlier_reply(edit)
    await store.keep(edit, REPLY, CHAT)

    assert earlier == ""
    assert len(await store.open_questions()) == 1


async def test_a_tap_on_a_message_is_no_earlier_reply(store: SqlStore) -> None:
    await store.keep(tap(), REPLY, CHAT)
    await store.sent(tap(), "555")

    assert await store.earlier_reply(message("2", edited=True)) == ""


async def test_a_settlement_changes_what_it_names_and_leaves_the_rest(store: SqlStore) -> None:
    asked = question(message(), decision="clarify", is_open=False)
    await store.keep(message(), REPLY, CHAT, [asked])

    settled = Settlement(asked.uid, decision="answer", topic="hours", rating=-1)
    await store.keep(tap(), REPLY, CHAT, settlements=[settled])

    logged = await store.question(asked.uid)
    assert logged is not None
    assert (logged.decision, logged.topic, logged.rating) == ("answer", "hours", -1)
    assert (logged.open, logged.text) == (False, asked.text)


async def test_a_rating_is_taken_back_by_zero(store: SqlStore) -> None:
    asked = question(message())
    await store.keep(message(), REPLY, CHAT, [asked])
    for key, rating in (("8", 1), ("9", 0)):
        await store.keep(tap(key), REPLY, CHAT, settlements=[Settlement(asked.uid, rating=rating)])

    logged = await store.question(asked.uid)

    assert logged is not None
    assert logged.rating == 0


async def test_a_settlement_opens_and_closes(store: SqlStore) -> None:
    asked = question(message(), is_open=False)
    await store.keep(message(), REPLY, CHAT, [asked])

    await store.keep(tap("8"), REPLY, CHAT, settlements=[Settlement(asked.uid, open=True)])
    opened_now = await store.open_questions()
    await store.keep(tap("9"), REPLY, CHAT, settlements=[Settlement(asked.uid, open=False)])

    assert [one.uid for one in opened_now] == [asked.uid]
    assert await store.open_questions() == []


async def test_nobody_settles_a_question_of_another_chat(store: SqlStore) -> None:
    asked = question(message())
    await store.keep(message(), REPLY, CHAT, [asked])

    await store.keep(tap("8", BERT), REPLY, CHAT, settlements=[Settlement(asked.uid, open=False)])

    assert len(await store.open_questions()) == 1


async def test_debts_are_those_of_the_channel_before_the_moment_oldest_first(
    store: SqlStore,
) -> None:
    later, sooner = message("1", at=NOW), message("2", BERT, at=NOW - dt.timedelta(minutes=5))
    foreign = message("3", replace(ANNA, channel="signal"), at=NOW - dt.timedelta(hours=1))
    paid = message("4", at=NOW - dt.timedelta(hours=1))
    for one in (later, sooner, foreign, paid):
        await store.keep(one, REPLY, CHAT)
    await store.sent(paid)

    owed = Debt("2", BERT, REPLY)
    assert await store.debts("telegram", NOW) == [owed]
    assert await store.debts("telegram", NOW + dt.timedelta(seconds=1)) == [
        owed,
        Debt("1", ANNA, REPLY),
    ]


async def test_the_list_is_by_posting_and_time(store: SqlStore) -> None:
    for key, posting, hour in (("1", "nord", 9), ("2", "sud", 10), ("3", "nord", 11)):
        one = message(key, at=NOW.replace(hour=hour))
        await store.keep(one, REPLY, CHAT, [replace(question(one, text=key), posting=posting)])

    async def texts(**wanted: object) -> list[str]:
        return [one.text for one in await store.open_questions(**wanted)]  # type: ignore[arg-type]

    assert await texts() == ["1", "2", "3"]
    assert await texts(posting="nord") == ["1", "3"]
    assert await texts(since=NOW.replace(hour=10)) == ["2", "3"]
    assert await texts(posting="nord", since=NOW.replace(hour=10)) == ["3"]


async def test_everything_holds_what_is_closed_too(store: SqlStore) -> None:
    await store.keep(message(), REPLY, CHAT, [question(message(), is_open=False)])

    assert await store.open_questions() == []
    assert len(await store.open_questions(everything=True)) == 1


@pytest.mark.parametrize(
    "text",
    ["", "\0", "a\0b", "\ud800 lone", "😀" * 1000, "'; DROP TABLE questions; --", "x" * 200_000],
    ids=["empty", "nul", "nul inside", "surrogate", "emoji", "sql", "long"],
)
async def test_any_text_can_be_kept(store: SqlStore, text: str) -> None:
    chat, reply = Chat(waiting=text), Reply(text)
    await store.keep(message(), reply, chat, [question(message(), text=text)])

    [logged] = await store.open_questions()
    assert logged.text == text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    assert await store.find(message()) == Kept(State.OWED, reply)
    assert await store.chat(ANNA) == chat


async def test_one_that_cannot_be_written_does_not_sink_those_beside_it(store: SqlStore) -> None:
    bad = replace(question(message("bad")), decision=None)  # type: ignore[arg-type]  # on purpose
    good = [message(str(number)) for number in range(20)]

    results = await asyncio.gather(
        *(store.keep(one, REPLY, CHAT, [question(one)]) for one in good[:10]),
        store.keep(message("bad"), REPLY, CHAT, [bad]),
        *(store.keep(one, REPLY, CHAT, [question(one)]) for one in good[10:]),
        return_exceptions=True,
    )

    failed = results.pop(10)
    assert isinstance(failed, StoreError)
    assert results == [Kept(State.OWED, REPLY)] * 20
    assert await store.find(message("bad")) is None
    assert len(await store.open_questions()) == 20


async def test_an_error_repeats_no_value(store: SqlStore) -> None:
    bad = replace(question(message(), text="my secret"), decision=None)  # type: ignore[arg-type]

    with pytest.raises(StoreError) as raised:
        await store.keep(message(), REPLY, CHAT, [bad])

    assert "secret" not in str(raised.value)
    assert "secret" not in str(raised.value.__cause__)


async def test_one_who_gives_up_leaves_the_others_in_peace(store: SqlStore) -> None:
    tasks = [asyncio.create_task(store.keep(message(str(n)), REPLY, CHAT)) for n in range(10)]
    await asyncio.sleep(0)

    tasks[4].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(results.pop(4), asyncio.CancelledError)
    assert results == [Kept(State.OWED, REPLY)] * 9


async def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    with pytest.raises(ValueError, match="time zone"):
        await store.keep(message(at=NOW.replace(tzinfo=None)), REPLY, CHAT)


async def test_a_time_in_another_zone_is_the_same_moment(store: SqlStore) -> None:
    paris = dt.timezone(dt.timedelta(hours=2))
    one = message(at=NOW.astimezone(paris))
    await store.keep(one, REPLY, CHAT, [question(one)])

    [logged] = await store.open_questions(since=NOW)

    assert logged.received == NOW


async def test_closing_finishes_what_is_being_written(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    writing = [asyncio.create_task(store.keep(message(str(n)), REPLY, CHAT)) for n in range(50)]
    reading = asyncio.create_task(store.chat(BERT))
    await asyncio.sleep(0)

    await store.close()

    assert await reading == Chat()
    assert await asyncio.gather(*writing) == [Kept(State.OWED, REPLY)] * 50
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.find(message())


async def test_no_address_is_in_the_file_once_nothing_is_owed(tmp_path: Path) -> None:
    signal = Sender("signal", "bot", "+33612345678", "+33612345678")
    one = replace(message("+33612345678/1772366400000", signal), message_id="1772366400000")
    async with await opened(tmp_path) as store:
        await store.keep(one, REPLY, CHAT, [question(one)])
        owed = bytes_on_disk(tmp_path)
        await store.sent(one, "12")
        await store.tidy(NOW)

        assert b"+33612345678" in owed
        assert b"33612345678" not in bytes_on_disk(tmp_path)
