"""The paths through the product: what a candidate sends is understood, kept, and answered."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.core.bucket import Buckets, Verdict
from bot.core.chat import Chat, Question, question_uid
from bot.core.conversation import (
    LONGEST_MESSAGE,
    Outcome,
    World,
    asked_by,
    on_message,
    on_tap,
)
from bot.core.decision import Understanding
from bot.core.message import Incoming, Message, Reply, Sender
from bot.core.phrases import FALLBACK, Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.core.redaction import redact
from bot.core.scene import About
from bot.core.spoken import command, meant, worded
from bot.errors import DeliveryError, TryLater, Unreachable
from bot.ports import Channel, Debt, Kept, Knowledge, State, Store, Unwatched, Watch

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
    watch: Watch = field(default_factory=Unwatched)
    buckets: Buckets | None = None
    _turns: dict[str, _Turn] = field(default_factory=dict)

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        """Handle one update: keep it, then answer it through *channel*.

        When this returns, the update is durable and its reply went out (or never will). The
        updates of one chat are handled one after the other. An edit that leaves the text as it was
        is ignored; so is what a person sends beyond the limits, after being told so once.

        Raises:
            TryLater: the messenger does not take the reply now; handling again will send it.
        """
        async with self._in_turn(incoming.sender):
            with self.watch.stage("find"):
                kept = await self.store.find(incoming)
            if kept is None and await self._changes_nothing(incoming):
                return
            verdict = self._room_for(incoming) if kept is None else Verdict.READ
            if verdict is Verdict.SILENT:
                return
            if verdict is Verdict.WARN:
                kept = await self._ask_for_patience(incoming)
            if kept is None:
                outcome = await self._react(incoming)
                if outcome.forget:
                    await self.store.forget(incoming.sender)
                reply = await self._as_edit(incoming, outcome.reply)
                questions = [_as_kept(q, incoming) for q in outcome.questions]
                chat = replace(outcome.chat, waiting=redact(outcome.chat.waiting))
                with self.watch.stage("keep"):
                    kept = await self.store.keep(
                        incoming, reply, chat, questions, outcome.settlements
                    )
                for question in questions:
                    self.watch.decided(question.decision)
            if kept.state is State.OWED and kept.reply is not None:
                await self._deliver(incoming, kept.reply, channel)

    async def give_up(self, incoming: Incoming) -> None:
        """Keep an update that could not be handled: as an open question, an apology being owed.

        What is in the log already stays as it is: what it owes is sent by `pay`. Does not wait for
        the chat's turn, which may be what hangs.
        """
        if await self.store.find(incoming) is not None:
            return
        chat = await self.store.chat(incoming.sender)
        language = self._language(incoming, chat)
        questions = []
        text = incoming.text.strip() if isinstance(incoming, Message) else ""
        if text and not text.startswith("/"):
            uid, short = question_uid(incoming, 0), redact(text[:LONGEST_MESSAGE])
            questions.append(
                Question(uid, 0, short, chat.posting, language, "unanswered", open=True)
            )
        reply = Reply(self.phrases.say(language, "trouble" if questions else "option_gone"))
        await self.store.keep(incoming, reply, chat, questions)

    async def pay(self, debt: Debt, channel: Channel) -> bool:
        """Send a reply that is still owed, in turn with its chat; what was sent meanwhile is not.

        Returns:
            False if the messenger does not take it now.
        """
        update = Message(debt.key, debt.to, "", self.clock())
        async with self._in_turn(debt.to):
            kept = await self.store.find(update)
            if kept is None or kept.state is not State.OWED or kept.reply is None:
                return True
            try:
                await self._deliver(update, kept.reply, channel)
            except TryLater:
                return False
        return True

    def _room_for(self, incoming: Incoming) -> Verdict:
        """Whether the limits leave room for it. To be forgotten is never refused."""
        if self.buckets is None or _asks_to_stop(incoming):
            return Verdict.READ
        sender = incoming.sender
        person = f"{sender.channel}\x1f{sender.account}\x1f{sender.person}"
        # By the messenger's time: what waited while the bot was down was no flood.
        return self.buckets.take(person, incoming.received.timestamp())

    async def _ask_for_patience(self, incoming: Incoming) -> Kept:
        chat = await self.store.chat(incoming.sender)
        said = self.phrases.say(self._language(incoming, chat), "slow_down")
        return await self.store.keep(incoming, Reply(said), chat)

    def _language(self, incoming: Incoming, chat: Chat) -> str:
        hints = (chat.language, chat.spoken, (incoming.sender.language or "")[:2])
        return next((code for code in hints if code and self.phrases.has(code)), FALLBACK)

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
        outcome = await self._answer(incoming, chat, world)
        spent = (time.perf_counter() - began) * 1000
        return replace(outcome, questions=tuple(_timed(q, spent) for q in outcome.questions))

    async def _answer(self, incoming: Incoming, chat: Chat, world: World) -> Outcome:
        if not incoming.buttonless:
            return await self._decide(incoming, chat, world)
        means, before = meant(incoming, chat, world)
        if isinstance(means, Outcome):
            outcome = means
        else:
            outcome = await self._decide(means, before, world)
        return worded(outcome, incoming, means, chat, world)

    async def _decide(self, incoming: Incoming, chat: Chat, world: World) -> Outcome:
        if isinstance(incoming, Message):
            with self.watch.stage("understand"):
                return on_message(incoming, chat, world)
        uid = asked_by(incoming.data)
        asked = await self.store.question(uid) if uid else None
        return on_tap(incoming, chat, asked, world)

    async def _as_edit(self, incoming: Incoming, reply: Reply | None) -> Reply | None:
        if reply is None or not isinstance(incoming, Message) or not incoming.edited:
            return reply
        return replace(reply, edits=await self.store.earlier_reply(incoming))

    async def _deliver(self, incoming: Incoming, reply: Reply, channel: Channel) -> None:
        try:
            with self.watch.stage("send"):
                sent_id = await channel.send(incoming.sender, reply)
        except TryLater:
            self.watch.sent(channel.name, "later")
            raise
        except DeliveryError as error:
            self.watch.sent(channel.name, "failed")
            if not isinstance(error, Unreachable):
                _log.warning("a reply could not be sent: %s", error)
            await self.store.failed(incoming, str(error))
        else:
            self.watch.sent(channel.name, "sent")
            with self.watch.stage("mark"):
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


def _asks_to_stop(incoming: Incoming) -> bool:
    if isinstance(incoming, Message):
        text = command(incoming.text) if incoming.buttonless else ""
        said = text or incoming.text.strip().partition("@")[0].casefold()
        return said in {"/forget", "/stop"}
    return incoming.data.startswith("f|")


def _as_kept(question: Question, incoming: Incoming) -> Question:
    """The question as it is written: redacted; of one that disappears, what is still needed."""
    fleeting = isinstance(incoming, Message) and incoming.fleeting
    needed = question.open or question.decision == "clarify"
    return replace(question, text=redact(question.text) if needed or not fleeting else "")


def _timed(question: Question, ms: float) -> Question:
    return replace(question, ms=ms)
