"""The paths through the product: what a candidate sends is understood, kept, and answered."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.core.chat import Chat, Question
from bot.core.conversation import Outcome, World, asked_by, on_message, on_tap
from bot.core.decision import Understanding
from bot.core.message import Incoming, Message, Reply, Sender
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.core.redaction import redact
from bot.core.scene import About
from bot.errors import DeliveryError, TryLater, Unreachable
from bot.ports import Channel, Knowledge, State, Store

_log = logging.getLogger(__name__)

Understander = Callable[[KnowledgeBase, Posting, str, Chat], Understanding]
Clock = Callable[[], dt.datetime]


@dataclass
class _Turn:
    """The queue before one chat: gone again once nobody stands in it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


@dataclass
class Service:
    """One conversation service over one store, whatever the messengers.

    Handling an update again is safe at any time: what is in the log stays as it is, and only what
    is still owed is sent.
    """

    store: Store
    knowledge: Knowledge
    phrases: Phrases
    understand: Understander
    clock: Clock
    about: About = field(default_factory=About)
    drafts: bool = False
    _turns: dict[str, _Turn] = field(default_factory=dict)

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        """Handle one update: keep it, then answer it through *channel*.

        When this returns, the update is durable and its reply went out (or never will). The
        updates of one chat are handled one after the other. An edit that leaves the text as it was
        is ignored.

        Raises:
            TryLater: the messenger does not take the reply now; handling again will send it.
        """
        async with self._in_turn(incoming.sender):
            kept = await self.store.find(incoming)
            if kept is None and await self._changes_nothing(incoming):
                return
            if kept is None:
                outcome = await self._react(incoming)
                if outcome.forget:
                    await self.store.forget(incoming.sender)
                reply = await self._as_edit(incoming, outcome.reply)
                questions = [replace(q, text=redact(q.text)) for q in outcome.questions]
                chat = replace(outcome.chat, waiting=redact(outcome.chat.waiting))
                kept = await self.store.keep(incoming, reply, chat, questions, outcome.settlements)
            if kept.state is State.OWED and kept.reply is not None:
                await self._deliver(incoming, kept.reply, channel)

    async def _changes_nothing(self, incoming: Incoming) -> bool:
        """An edit that leaves the text as it was: messengers send one for a preview, too."""
        edited = isinstance(incoming, Message) and incoming.edited
        return edited and await self.store.repeats(incoming)

    async def _react(self, incoming: Incoming) -> Outcome:
        chat = await self.store.chat(incoming.sender)
        knowledge = self.knowledge.current()

        def understand(posting: Posting, text: str, chat: Chat) -> Understanding:
            return self.understand(knowledge, posting, text, chat)

        world = World(knowledge, self.phrases, understand, self.clock(), self.about, self.drafts)
        began = time.perf_counter()
        if isinstance(incoming, Message):
            outcome = on_message(incoming, chat, world)
        else:
            uid = asked_by(incoming.data)
            asked = await self.store.question(uid) if uid else None
            outcome = on_tap(incoming, chat, asked, world)
        spent = (time.perf_counter() - began) * 1000
        return replace(outcome, questions=tuple(_timed(q, spent) for q in outcome.questions))

    async def _as_edit(self, incoming: Incoming, reply: Reply | None) -> Reply | None:
        if reply is None or not isinstance(incoming, Message) or not incoming.edited:
            return reply
        return replace(reply, edits=await self.store.earlier_reply(incoming))

    async def _deliver(self, incoming: Incoming, reply: Reply, channel: Channel) -> None:
        try:
            sent_id = await channel.send(incoming.sender, reply)
        except Unreachable as error:
            await self.store.failed(incoming, str(error))
        except TryLater:
            raise
        except DeliveryError as error:
            _log.warning("a reply could not be sent: %s", error)
            await self.store.failed(incoming, str(error))
        else:
            await self.store.sent(incoming, sent_id)

    @asynccontextmanager
    async def _in_turn(self, sender: Sender) -> AsyncIterator[None]:
        key = f"{sender.channel}\x1f{sender.account}\x1f{sender.chat}"
        turn = self._turns.setdefault(key, _Turn())
        turn.users += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                self._turns.pop(key, None)


def _timed(question: Question, ms: float) -> Question:
    return replace(question, ms=ms)
