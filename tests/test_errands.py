"""Notices and the ends of waits: sent in turn, tried again, and nobody is left in silence."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.message import Message, Reply, Sender
from bot.core.posting import KnowledgeBase, Posting
from bot.errands import GRACE, end_waits_of, tell
from bot.errors import DeliveryError, TryLater, Unreachable
from bot.service import Service
from bot.storage.outbox import Outbox
from bot.storage.people import SqlPeople
from bot.storage.store import SqlStore
from bot.storage.waiting import Waiting, put
from tests.core.samples import ABOUT, ANNA, BAKER, NOW, NURSE, PHRASES, TOPICS
from tests.test_service import FakeChannel, FakeKnowledge, Mind

DAY = dt.timedelta(days=1)
BERT = replace(ANNA, chat="bert", person="bert", language="fr")


@dataclass
class Clock:
    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Told(FakeChannel):
    """A messenger with an account; sending the texts in ``breaks`` fails for no good reason."""

    account: str = "1"
    spread: float = 0.0
    breaks: set[str] = field(default_factory=set)

    async def send(self, to: Sender, reply: Reply) -> str:
        if reply.text in self.breaks:
            raise ValueError(reply.text)
        return await super().send(to, reply)


@dataclass
class Bench:
    """Everything around the outbox, and a clock to turn."""

    store: SqlStore
    service: Service
    outbox: Outbox
    waiting: Waiting
    clock: Clock
    channel: Told = field(default_factory=Told)

    async def asks(
        self, key: str, sender: Sender = ANNA, text: str = "salary?", *, days: int = 30
    ) -> str:
        """Somebody asks, and wishes to be told; returns the question's uid."""
        asked = Message(key, sender, text, self.clock.now + dt.timedelta(milliseconds=int(key)))
        await self.service.receive(asked, FakeChannel())
        found = await self.store.open_questions(everything=True)
        uid = found[-1].uid
        now = self.clock.now
        await self.waiting.add(uid, sender, sender.language or "en", now, now + days * DAY)
        return uid

    async def answers(self, act: int, *uids: str, text: str = "15 an hour.") -> None:
        async with self.store.database.transaction() as connection:
            now = self.clock.now
            await put(connection, act, uids, lambda _: Reply(text), due=now, now=now)

    async def due(self) -> list[str]:
        found = await self.outbox.due("telegram", "1", self.clock.now)
        return [one.reply.text for one in found]

    async def sends(self, seconds: float = 0.3) -> None:
        """The loop of the outbox, for a moment, or longer while there is something due."""
        looking = asyncio.create_task(tell(self.channel, self.outbox, self.service, look=0.01))
        await asyncio.sleep(seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                while await self.due():  # noqa: ASYNC110 - the log tells nobody
                    await asyncio.sleep(0.01)
        looking.cancel()
        await asyncio.wait([looking])


@pytest_asyncio.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with await SqlStore.open(f"sqlite:///{tmp_path}/log.db", key=b"k" * 32) as store:
        base = KnowledgeBase({NURSE.id: NURSE}, TOPICS)
        clock, outbox, people = Clock(), Outbox(store.database), SqlPeople(store)
        service = Service(store, FakeKnowledge(base), PHRASES, Mind(), clock, ABOUT)
        service.people, service.notices = people, outbox
        yield Bench(store, service, outbox, people.waiting, clock)


def knows(bench: Bench, *postings: Posting) -> None:
    bench.service.knowledge = FakeKnowledge(KnowledgeBase({p.id: p for p in postings}, TOPICS))


# ---- Sending -------------------------------------------------------------------------------------


async def test_what_is_due_is_sent_once(bench: Bench) -> None:
    await bench.answers(1, await bench.asks("1"), await bench.asks("2", BERT))

    await bench.sends()
    await bench.sends()

    assert bench.channel.sent == [("chat", Reply("15 an hour.")), ("bert", Reply("15 an hour."))]


async def test_what_was_being_sent_at_the_end_is_sent_again(bench: Bench) -> None:
    await bench.answers(1, await bench.asks("1"))
    [one] = await bench.outbox.due("telegram", "1", NOW)
    await bench.outbox.take(one.uid)

    await bench.sends()

    assert bench.channel.texts == ["15 an hour."]


@pytest.mark.parametrize(("seconds", "wait"), [(1.0, 2.0), (30.0, 30.0)])
async def test_a_messenger_that_does_not_take_it_now_is_obeyed(
    bench: Bench, seconds: float, wait: float
) -> None:
    await bench.answers(1, await bench.asks("1"))
    bench.channel.fails = [TryLater(seconds)]

    await bench.sends()

    bench.clock.now = NOW + dt.timedelta(seconds=wait, microseconds=-1)
    assert await bench.due() == []
    bench.clock.now = NOW + dt.timedelta(seconds=wait)
    await bench.sends()
    assert bench.channel.texts == ["15 an hour."]


async def test_after_refusals_in_a_row_the_messenger_is_left_in_peace(bench: Bench) -> None:
    people = [replace(ANNA, chat=f"c{n}", person=f"p{n}") for n in range(25)]
    uids = [await bench.asks(str(n), one) for n, one in enumerate(people)]
    await bench.answers(1, *uids)
    bench.channel.fails = [TryLater(60.0) for _ in range(40)]

    looking = asyncio.create_task(tell(bench.channel, bench.outbox, bench.service, look=60.0))
    async with asyncio.timeout(20):
        while len(bench.channel.fails) > 20:  # noqa: ASYNC110 - a list tells nobody
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)  # one more would be tried by now
    looking.cancel()

    assert len(bench.channel.fails) == 20


async def test_where_nobody_is_there_nothing_waits_any_more(bench: Bench) -> None:
    uids = [await bench.asks("1"), await bench.asks("2", text="team?")]
    await bench.answers(1, uids[0])
    bench.channel.fails = [Unreachable("blocked")]

    await bench.sends()

    assert await bench.waiting.count(uids) == 0


async def test_what_the_messenger_refuses_for_ever_leaves_the_wait(bench: Bench) -> None:
    uid = await bench.asks("1")
    await bench.answers(1, uid)
    bench.channel.fails = [DeliveryError("no")]

    await bench.sends()

    assert await bench.due() == []
    assert await bench.waiting.count([uid]) == 1


async def test_one_that_breaks_does_not_hold_up_the_others(bench: Bench) -> None:
    await bench.answers(1, await bench.asks("1"), text="broken")
    await bench.answers(2, await bench.asks("2", BERT))
    bench.channel.breaks = {"broken"}

    await bench.sends()

    assert bench.channel.texts == ["15 an hour."]
    bench.clock.now = NOW + dt.timedelta(hours=1)
    assert await bench.due() == ["broken"]


async def test_a_stop_waits_for_what_is_being_sent(bench: Bench) -> None:
    uid = await bench.asks("1")
    await bench.answers(1, uid)
    bench.channel.slow = 0.3

    await bench.sends(0.1)

    assert bench.channel.texts == ["15 an hour."]
    assert await bench.waiting.count([uid]) == 0


async def test_who_stopped_meanwhile_is_not_told(bench: Bench) -> None:
    await bench.answers(1, await bench.asks("1"))
    [one] = await bench.outbox.due("telegram", "1", NOW)
    await bench.service.receive(Message("9", ANNA, "/stop", NOW), FakeChannel())

    assert await bench.service.tell(one, bench.channel)

    assert bench.channel.sent == []


async def test_a_chat_that_is_gone_at_a_reply_waits_for_nothing(bench: Bench) -> None:
    uid = await bench.asks("1")
    gone = FakeChannel([Unreachable("blocked")])

    await bench.service.receive(Message("9", ANNA, "hours?", NOW), gone)

    assert await bench.waiting.count([uid]) == 0


async def test_who_edits_what_they_wait_for_waits_for_what_it_says_now(bench: Bench) -> None:
    before = await bench.asks("1")
    edit = Message("9", ANNA, "team?", NOW + DAY, message_id="", edited=True)
    asked = replace(edit, key="8", text="salary?", message_id="77", edited=False)
    await bench.service.receive(asked, FakeChannel())
    uid = (await bench.store.open_questions())[-1].uid
    await bench.waiting.add(uid, ANNA, "en", NOW, NOW + DAY)

    await bench.service.receive(replace(edit, message_id="77"), FakeChannel())

    now = (await bench.store.open_questions())[-1].uid
    assert now != uid
    assert await bench.waiting.count([uid]) == 0
    assert await bench.waiting.count([now]) == 1
    assert await bench.waiting.count([before]) == 1


# ---- The ends of waits ---------------------------------------------------------------------------


async def test_the_end_is_told_with_the_contact(bench: Bench) -> None:
    await bench.asks("1", BERT)
    bench.clock.now = NOW + 30 * DAY

    assert await end_waits_of(bench.waiting, bench.service) == 1
    assert await end_waits_of(bench.waiting, bench.service) == 0

    [text] = await bench.due()
    assert text.startswith("Vous aviez demandé : « salary ».")
    assert "hr@aid.example" in text


@pytest.mark.parametrize(("early", "told"), [(1, 0), (0, 1)])
async def test_a_posting_that_closes_ends_the_waits_a_week_later(
    bench: Bench, early: int, told: int
) -> None:
    await bench.asks("1", days=90)
    assert NURSE.closes_at is not None
    bench.clock.now = NURSE.closes_at + GRACE - dt.timedelta(microseconds=early)

    assert await end_waits_of(bench.waiting, bench.service) == told

    assert ["has closed without an answer" in text for text in await bench.due()] == [True] * told


async def test_who_asks_after_the_closing_waits_like_everybody(bench: Bench) -> None:
    assert NURSE.closes_at is not None
    bench.clock.now = NURSE.closes_at + GRACE
    uid = await bench.asks("1")

    assert await end_waits_of(bench.waiting, bench.service) == 0
    assert await bench.waiting.count([uid]) == 1


@pytest.mark.parametrize("postings", [(BAKER,), (replace(NURSE, closes=None),)])
async def test_a_posting_that_is_gone_or_stays_open_ends_no_wait(
    bench: Bench, postings: tuple[Posting, ...]
) -> None:
    await bench.asks("1")
    knows(bench, *postings)
    bench.clock.now = NOW + 29 * DAY

    assert await end_waits_of(bench.waiting, bench.service) == 0
