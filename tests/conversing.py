"""A candidate who talks to the whole service, in the terminal, on Telegram or on Signal.

Everything between the messenger's protocol and the log is real.
"""

import asyncio
import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import func, select

from bot.channels.console import Console
from bot.channels.signal.channel import SignalChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.core.posting import KnowledgeBase, Posting
from bot.service import Service
from bot.storage.inbox import Inbox
from bot.storage.outbox import Outbox
from bot.storage.people import SqlPeople
from bot.storage.store import SqlStore
from bot.storage.tables import waits
from bot.storage.traces import Traces
from tests.channels.signal import conftest as quick_signal
from tests.channels.signal.daemon import ACCOUNT, FakeDaemon
from tests.channels.telegram import conftest as quick_telegram
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import TOKEN, FakeApi, Sent
from tests.core import samples
from tests.core.samples import ABOUT, PHRASES, TOPICS
from tests.test_service import FakeKnowledge, Mind

CHANNELS = ("console", "telegram", "signal")


class Candidate(Protocol):
    """One person in one chat."""

    store: SqlStore

    async def says(self, text: str) -> str:
        """Write; returns what is read in reply, with the choices."""
        ...

    async def chooses(self, label: str) -> str:
        """Make the choice of that label from the last reply; returns what is read then."""
        ...


@dataclass
class AtTheTerminal:
    store: SqlStore
    service: Service
    console: Console
    written: list[str]

    async def says(self, text: str) -> str:
        await self.service.receive(self.console.incoming(text, _now()), self.console)
        return self.written[-1]

    async def chooses(self, label: str) -> str:
        return await self.says(number_of(label, self.written[-1]))


@dataclass
class OnTelegram:
    store: SqlStore
    api: FakeApi

    async def says(self, text: str) -> str:
        return await self._reply_to(len(self.api.sent), self.api.says(text))

    async def chooses(self, label: str) -> str:
        last = self.api.sent[-1]
        data = next(one["callback_data"] for one in buttons_of(last) if one["text"] == label)
        return await self._reply_to(len(self.api.sent), self.api.taps(data, below=last))

    async def _reply_to(self, before: int, number: int) -> str:
        await eventually(lambda: number in self.api.confirmed or not self.api.queue)
        await eventually(lambda: len(self.api.sent) > before)
        last = self.api.sent[-1]
        lines = [f"- {one['text']}" for one in buttons_of(last)]
        return "\n".join([last.text, *lines])


@dataclass
class OnSignal:
    store: SqlStore
    daemon: FakeDaemon
    channel: SignalChannel
    said: list[int] = field(default_factory=list)

    async def says(self, text: str, **more: Any) -> str:
        before = len(self.daemon.sent)
        self.said.append(self.daemon.says(text, **more))
        return await self._replied(before)

    async def chooses(self, label: str) -> str:
        return await self.says(number_of(label, self.last))

    async def edits(self, text: str, which: int = -1) -> str:
        """Edit what was said last, or a message before it."""
        before = len(self.daemon.sent)
        self.said.append(self.daemon.edits(self.said[which], text))
        return await self._replied(before)

    async def deletes(self) -> None:
        """Delete what was said last."""
        self.daemon.deletes(self.said[-1])
        await self._settled()

    async def reacts(self, emoji: str) -> None:
        """React to the last reply."""
        await self.reacts_to(-1, emoji)

    async def reacts_to(self, which: int, emoji: str, *, removed: bool = False) -> None:
        """React to one of the replies, or take that back."""
        self.daemon.reacts(emoji, self.daemon.sent[which]["timestamp"], isRemove=removed)
        await self._settled()

    @property
    def last(self) -> str:
        return str(self.daemon.sent[-1]["message"])

    async def _replied(self, before: int) -> str:
        await eventually(lambda: len(self.daemon.sent) > before and not self.channel.waiting)
        return self.last

    async def _settled(self) -> None:
        """Nothing is said in reply."""
        await self.daemon.handed_over()
        await eventually(lambda: not self.channel.waiting)


async def logged(store: SqlStore) -> list[tuple[str, str, bool]]:
    """Text, decision and whether it is open, of every question."""
    found = await store.open_questions(everything=True)
    return [(one.text, one.decision, one.open) for one in found]


async def waits_in(store: SqlStore) -> int:
    """How many wait for an answer."""
    query = select(func.count()).select_from(waits)
    return int((await store.database.rows(query))[0][0])


def number_of(label: str, reply: str) -> str:
    """The number of a choice, as a reader finds it."""
    found = re.search(rf"^(\d+)\) {re.escape(label)}$", reply, re.MULTILINE)
    assert found, f"{label} is not offered in:\n{reply}"
    return found[1]


def buttons_of(sent: Sent) -> list[dict[str, str]]:
    keyboard = json.loads(sent.params.get("reply_markup", "{}")).get("inline_keyboard", [])
    return [button for row in keyboard for button in row]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _service(store: SqlStore, *postings: Posting) -> Service:
    base = KnowledgeBase({one.id: one for one in postings}, TOPICS)
    service = Service(store, FakeKnowledge(base), PHRASES, Mind(), lambda: samples.NOW, ABOUT)
    service.people = SqlPeople(store)
    service.notices = Outbox(store.database)
    return service


@asynccontextmanager
async def candidate(name: str, store: SqlStore, *postings: Posting) -> AsyncIterator[Candidate]:
    """Somebody on the channel *name*, whom *postings* are served to."""
    service = _service(store, *postings)
    if name == "console":
        written: list[str] = []
        yield AtTheTerminal(store, service, Console(written.append), written)
    elif name == "telegram":
        async with _on_telegram(store, service) as person:
            yield person
    else:
        async with on_signal(store, *postings) as other:
            yield other


@asynccontextmanager
async def _on_telegram(store: SqlStore, service: Service) -> AsyncIterator[OnTelegram]:
    api = FakeApi()
    await api.start()
    channel = TelegramChannel(TOKEN, api=api.url, tuning=quick_telegram.QUICK)
    stop = asyncio.Event()
    await channel.open(stop)
    polling = asyncio.create_task(channel.poll(service, stop))
    try:
        yield OnTelegram(store, api)
    finally:
        stop.set()
        await polling
        await channel.close()
        await api.stop()


@asynccontextmanager
async def on_signal(store: SqlStore, *postings: Posting) -> AsyncIterator[OnSignal]:
    """Somebody on Signal."""
    daemon = FakeDaemon()
    await daemon.start()
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=quick_signal.QUICK)
    names = store.database, store.pseudonyms
    channel.remember_with(Traces(*names), Inbox(*names, "signal", ACCOUNT))
    stop = asyncio.Event()
    await channel.open(stop)
    polling = asyncio.create_task(channel.poll(_service(store, *postings), stop))
    try:
        yield OnSignal(store, daemon, channel)
    finally:
        stop.set()
        await polling
        await channel.close()
        await daemon.stop()
