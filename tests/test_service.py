"""The service over the real log: at least once, in order, and nothing of anybody in it."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.chat import Chat
from bot.core.decision import Understanding
from bot.core.message import Message, Reply, Sender, Tap
from bot.core.posting import KnowledgeBase, Posting
from bot.errors import DeliveryError, TryLater, Unreachable
from bot.ports import Channel, Kept, State
from bot.service import Service
from bot.storage.store import SqlStore
from tests.core import samples
from tests.core.samples import ABOUT, ANNA, NOW, NURSE, PHRASES, TOPICS
from tests.storage.samples import bytes_on_disk

BERT = replace(ANNA, chat="bert", person="bert")
ANSWER = "39 hours a week."


@dataclass
class FakeChannel:
    """A messenger that remembers what it sent; ``fails`` holds what happens first, in order."""

    fails: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, Reply]] = field(default_factory=list)
    slow: float = 0.0
    name: str = "telegram"

    async def send(self, to: Sender, reply: Reply) -> str:
        await asyncio.sleep(self.slow)
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((to.chat, reply))
        return str(len(self.sent))

    @property
    def texts(self) -> list[str]:
        return [reply.text for _, reply in self.sent]


@dataclass
class FakeKnowledge:
    base: KnowledgeBase

    def current(self) -> KnowledgeBase:
        return self.base


@dataclass
class Mind:
    """Understands single words; remembers what it was asked, and how many asked at once."""

    asked: list[str] = field(default_factory=list)

    def __call__(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        self.asked.append(text)
        return samples.understand(posting, text, chat)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with await SqlStore.open(f"sqlite:///{tmp_path}/log.db", key=b"k" * 32) as one:
        yield one


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


def service(store: SqlStore, *postings: Posting, mind: Mind | None = None) -> Service:
    base = KnowledgeBase({one.id: one for one in postings or (NURSE,)}, TOPICS)
    return Service(store, FakeKnowledge(base), PHRASES, mind or Mind(), lambda: NOW, ABOUT)


def message(
    key: str, text: str, sender: Sender = ANNA, *, message_id: str = "", edited: bool = False
) -> Message:
    at = NOW + dt.timedelta(seconds=int(key))
    return Message(key, sender, text, at, message_id=message_id or key, edited=edited)


async def logged(store: SqlStore) -> list[str]:
    return [one.text for one in await store.open_questions(everything=True)]


# ---- At least once -------------------------------------------------------------------------------


async def test_a_question_is_kept_and_answered(store: SqlStore, channel: FakeChannel) -> None:
    await service(store).receive(message("1", "hours?"), channel)

    (asked,) = await store.open_questions(everything=True)
    assert [(chat, text.text.endswith(ANSWER)) for chat, text in channel.sent] == [("chat", True)]
    assert (asked.decision, asked.topic, asked.replied) == ("answer", "hours", True)
    assert asked.ms > 0


async def test_an_update_handled_twice_is_one_row_and_one_reply(
    store: SqlStore, channel: FakeChannel
) -> None:
    mind = Mind()
    bot = service(store, mind=mind)

    await bot.receive(message("1", "hours?"), channel)
    await bot.receive(message("1", "hours?"), channel)

    assert len(channel.sent) == len(await logged(store)) == len(mind.asked) == 1


async def test_an_update_handled_twice_at_once_is_one_row_and_one_reply(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    again = service(store)  # another process: it does not know of the first one's queue

    await asyncio.gather(*(bot.receive(message("1", "hours?"), channel) for _ in range(5)))
    await again.receive(message("1", "hours?"), channel)

    assert len(channel.sent) == len(await logged(store)) == 1


async def test_after_a_crash_between_keeping_and_sending_the_reply_goes_out(
    store: SqlStore, channel: FakeChannel
) -> None:
    channel.fails = [RuntimeError("killed here")]
    with pytest.raises(RuntimeError):
        await service(store).receive(message("1", "salary?"), channel)
    open_before = await store.open_questions()

    await service(store).receive(message("1", "salary?"), channel)

    assert [one.text for one in open_before] == ["salary"]
    assert "I have passed your question on" in channel.texts[0]
    assert len(await logged(store)) == len(channel.sent) == 1


async def test_the_reply_that_is_owed_is_the_one_that_was_kept(
    store: SqlStore, channel: FakeChannel
) -> None:
    channel.fails = [RuntimeError("killed here")]
    with pytest.raises(RuntimeError):
        await service(store).receive(message("1", "hours?"), channel)
    changed = replace(NURSE, entries=NURSE.entries[1:])

    await service(store, changed).receive(message("1", "hours?"), channel)

    assert channel.texts[0].endswith(ANSWER)


async def test_what_is_passed_on_is_in_the_log_before_it_is_said(
    store: SqlStore, channel: FakeChannel
) -> None:
    seen: list[list[str]] = []

    class Looking(FakeChannel):
        async def send(self, to: Sender, reply: Reply) -> str:
            seen.append(await logged(store))
            return await super().send(to, reply)

    await service(store).receive(message("1", "salary?"), Looking())

    assert seen == [["salary"]]


# ---- Delivery ------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Unreachable("blocked"), DeliveryError("too many buttons")])
async def test_a_reply_that_never_goes_out_is_given_up(
    store: SqlStore, channel: FakeChannel, error: Exception
) -> None:
    channel.fails = [error]

    await service(store).receive(message("1", "hours?"), channel)
    await service(store).receive(message("1", "hours?"), channel)

    assert await store.find(message("1", "")) == Kept(State.FAILED)
    assert channel.sent == []
    assert len(await logged(store)) == 1


async def test_a_messenger_that_is_busy_is_asked_again_with_the_next_handling(
    store: SqlStore, channel: FakeChannel
) -> None:
    channel.fails = [TryLater(3), TryLater(1)]
    bot = service(store)

    for seconds in (3, 1):
        with pytest.raises(TryLater) as caught:
            await bot.receive(message("1", "hours?"), channel)
        assert caught.value.seconds == seconds
    await bot.receive(message("1", "hours?"), channel)

    assert len(channel.sent) == len(await logged(store)) == 1
    assert await store.find(message("1", "")) == Kept(State.SENT, None, "1")


async def test_one_who_cannot_be_reached_holds_up_nobody_else(
    store: SqlStore, channel: FakeChannel
) -> None:
    channel.fails = [TryLater(60)]
    bot = service(store)

    with pytest.raises(TryLater):
        await bot.receive(message("1", "hours?"), channel)
    await bot.receive(message("2", "hours?", BERT), channel)

    assert [chat for chat, _ in channel.sent] == ["bert"]


# ---- Order ---------------------------------------------------------------------------------------


async def test_two_messages_of_a_chat_are_answered_one_after_the_other(store: SqlStore) -> None:
    channel = FakeChannel(slow=0.02)
    bot = service(store, samples.BAKER, NURSE)

    await asyncio.gather(
        bot.receive(message("1", "hours?"), channel), bot.receive(message("2", "salary?"), channel)
    )
    await bot.receive(Tap("3", ANNA, "s|baker", NOW), channel)

    assert len(channel.sent) == 3
    assert "automated assistant" in channel.texts[0]
    assert "automated assistant" not in channel.texts[1]
    assert channel.texts[2].endswith("From four in the morning.\n\n15 an hour.")


async def test_chats_do_not_wait_for_one_another(store: SqlStore) -> None:
    gate = asyncio.Event()

    class Gated(FakeChannel):
        async def send(self, to: Sender, reply: Reply) -> str:
            if to.chat == ANNA.chat:
                await gate.wait()
            return await super().send(to, reply)

    channel: Channel = Gated()
    bot = service(store)
    slow = asyncio.create_task(bot.receive(message("1", "hours?"), channel))
    await bot.receive(message("2", "hours?", BERT), channel)
    waiting = not slow.done()
    gate.set()
    await slow

    assert waiting


async def test_nobody_is_left_in_the_queue(store: SqlStore, channel: FakeChannel) -> None:
    channel.fails = [TryLater(1)]
    bot = service(store)

    await asyncio.gather(
        bot.receive(message("1", "hours?"), channel),
        bot.receive(message("2", "hours?"), channel),
        bot.receive(message("3", "hours?", BERT), channel),
        return_exceptions=True,
    )

    assert bot._turns == {}  # noqa: SLF001 - it would grow with each chat for months


# ---- Edits ---------------------------------------------------------------------------------------


async def test_an_edit_is_answered_as_an_edit_of_the_reply(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "hours?", message_id="7"), channel)

    await bot.receive(message("2", "salary?", message_id="7", edited=True), channel)

    assert [reply.edits for _, reply in channel.sent] == ["", "1"]
    assert await logged(store) == ["salary"]


async def test_an_edit_that_leaves_the_text_as_it_was_is_ignored(
    store: SqlStore, channel: FakeChannel
) -> None:
    mind = Mind()
    bot = service(store, mind=mind)
    await bot.receive(message("1", "salary?", message_id="7"), channel)

    for key in ("2", "2", "3"):
        await bot.receive(message(key, "salary?", message_id="7", edited=True), channel)

    assert len(channel.sent) == len(mind.asked) == 1
    assert [one.open for one in await store.open_questions()] == [True]


async def test_an_edit_back_to_an_earlier_text_is_answered(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "salary?", message_id="7"), channel)
    await bot.receive(message("2", "hours?", message_id="7", edited=True), channel)

    await bot.receive(message("3", "salary?", message_id="7", edited=True), channel)

    assert len(channel.sent) == 3
    assert await logged(store) == ["salary"]


async def test_the_same_words_in_another_message_or_chat_are_no_repetition(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "salary?", message_id="7"), channel)

    await bot.receive(message("2", "salary?", message_id="8"), channel)
    await bot.receive(message("3", "salary?", BERT, message_id="7", edited=True), channel)

    assert len(channel.sent) == 3


async def test_an_edit_of_what_was_forgotten_is_answered(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "salary?", message_id="7"), channel)
    await bot.receive(Tap("2", ANNA, "f|yes", NOW), channel)

    await bot.receive(message("3", "salary?", message_id="7", edited=True), channel)

    assert "passed your question on" in channel.texts[-1]
    assert "automated assistant" in channel.texts[-1]


# ---- Buttons -------------------------------------------------------------------------------------


def data_of(reply: Reply, label: str) -> str:
    return next(one.data for row in reply.buttons for one in row if one.label == label)


async def test_a_partial_answer_is_passed_on_by_a_tap(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "nights?"), channel)
    before = await store.open_questions()

    tap = Tap("2", ANNA, data_of(channel.sent[0][1], "Pass my question on"), NOW)
    await bot.receive(tap, channel)

    (asked,) = await store.open_questions()
    assert before == []
    assert (asked.decision, asked.topic) == ("partial", "hours.nights")
    assert channel.texts[1] == "I have passed your question on to the recruiters."


async def test_of_offered_readings_one_is_chosen_or_none(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "work?"), channel)
    offer = channel.sent[0][1]

    await bot.receive(Tap("2", ANNA, data_of(offer, "None of these"), NOW), channel)
    opened = await store.open_questions()
    await bot.receive(Tap("3", ANNA, data_of(offer, "Working hours"), NOW), channel)

    assert [one.decision for one in opened] == ["unanswered"]
    assert await store.open_questions() == []
    assert channel.texts[2] == ANSWER


async def test_a_forged_button_settles_nobody_elses_question(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "nights?"), channel)

    stolen = data_of(channel.sent[0][1], "Pass my question on")
    await bot.receive(Tap("2", BERT, stolen, NOW), channel)

    assert await store.open_questions() == []


@pytest.mark.parametrize("data", ["", "|", "o", "o|", "o|\0|x", "n|\ud800", "zz|1|2", "a||"])
async def test_whatever_a_button_carries_is_answered(
    store: SqlStore, channel: FakeChannel, data: str
) -> None:
    await service(store).receive(Tap("1", ANNA, data, NOW), channel)

    assert channel.texts[0].endswith("That choice is no longer there; please ask again.")


# ---- What is not kept ----------------------------------------------------------------------------


async def test_personal_data_never_reaches_the_log(
    store: SqlStore, channel: FakeChannel, tmp_path: Path
) -> None:
    typed = "weather? write to anna@exemple.fr or 06 12 34 56 78"

    await service(store).receive(message("1", typed), channel)
    await service(store, NURSE, samples.BAKER).receive(message("2", typed, BERT), channel)
    await store.tidy(NOW)

    files = bytes_on_disk(tmp_path)
    assert await logged(store) == ["weather? write to [e-mail] or [phone]"]
    assert (await store.chat(BERT)).waiting == "weather? write to [e-mail] or [phone]"
    assert b"exemple.fr" not in files
    assert b"34 56" not in files


async def test_a_text_that_comes_again_is_read_once_until_somebody_forgets(
    store: SqlStore, channel: FakeChannel
) -> None:
    mind = Mind()
    bot = service(store, mind=mind)
    ben = replace(ANNA, chat="ben", person="ben")
    await bot.receive(message("1", "weather?"), channel)
    await bot.receive(message("2", "weather?", ben), channel)
    assert mind.asked == ["weather?"]

    await bot.receive(Tap("3", ANNA, "f|yes", NOW), channel)
    await bot.receive(message("4", "weather?", ben), channel)

    assert mind.asked == ["weather?", "weather?"]
    assert await logged(store) == ["", "weather?", "weather?"]


async def test_what_was_understood_before_does_not_outlive_the_knowledge(
    store: SqlStore, channel: FakeChannel
) -> None:
    mind = Mind()
    bot = service(store, mind=mind)
    await bot.receive(message("1", "hours?"), channel)

    bot.knowledge = FakeKnowledge(KnowledgeBase({NURSE.id: NURSE}, TOPICS))
    await bot.receive(message("2", "hours?"), channel)

    assert mind.asked == ["hours?", "hours?"]


async def test_forgetting_leaves_no_text_and_no_memory(
    store: SqlStore, channel: FakeChannel
) -> None:
    bot = service(store)
    await bot.receive(message("1", "weather?"), channel)

    await bot.receive(message("2", "/forget"), channel)
    await bot.receive(Tap("3", ANNA, data_of(channel.sent[1][1], "Yes, delete it"), NOW), channel)

    assert await logged(store) == [""]
    assert await store.chat(ANNA) == Chat()
    assert channel.texts[2] == "Everything that was kept about you has been deleted."
