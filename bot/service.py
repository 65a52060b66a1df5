"""The paths through the product: what a candidate sends is understood, kept, and answered."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.core.bucket import Buckets, Verdict
from bot.core.buttons import tell_rows
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
from bot.core.message import Attachment, Incoming, Message, Reply, Sender
from bot.core.notice import Added, Notice
from bot.core.outcome import options_of
from bot.core.phrases import FALLBACK, Phrases
from bot.core.posting import Posting
from bot.core.readings import Readings, Understander
from bot.core.redaction import redact
from bot.core.scene import About, Scene
from bot.core.spoken import answers_a_right, command, meant, worded
from bot.errors import DeliveryError, TryLater, Unreachable
from bot.ports import (
    Channel,
    Debt,
    Kept,
    Knowledge,
    Notices,
    People,
    State,
    Store,
    Unwatched,
    Watch,
)

_log = logging.getLogger(__name__)

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
    is still owed is sent. Without ``people`` nobody is blocked, and nothing is known of anybody;
    without ``notices`` (in a terminal, say) nobody can be told later.
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
    people: People | None = None
    notices: Notices | None = None
    _turns: dict[str, _Turn] = field(default_factory=dict)
    _readings: Readings = field(init=False)

    def __post_init__(self) -> None:
        """Remember what was understood."""
        self._readings = Readings(self.understand)

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        """Handle one update: keep it, then answer it through *channel*.

        When this returns, the update is durable and its reply went out (or never will). The
        updates of one chat are handled one after the other. An edit that leaves the text as it was
        is ignored; so is what a person sends beyond the limits, after being told so once, and what
        a blocked person sends, who is not told: only their data is still theirs to see and delete.

        Raises:
            TryLater: the messenger does not take the reply now; handling again will send it.
        """
        async with self._in_turn(incoming.sender):
            with self.watch.stage("find"):
                kept, chat = await self.store.meet(incoming)
            if kept is None and (
                await self._is_blocked(incoming, chat) or await self._changes_nothing(incoming)
            ):
                return
            verdict = self._room_for(incoming) if kept is None else Verdict.READ
            if verdict is Verdict.SILENT:
                return
            if verdict is Verdict.WARN:
                kept = await self._ask_for_patience(incoming, chat)
            if kept is None:
                kept = await self._answer(incoming, chat)
            if kept.state is State.OWED and kept.reply is not None:
                await self._deliver(incoming, kept.reply, channel)

    async def give_up(self, incoming: Incoming) -> None:
        """Keep an update that could not be handled: as an open question, an apology being owed.

        What is in the log already stays as it is: what it owes is sent by `pay`. Does not wait for
        the chat's turn, which may be what hangs.
        """
        kept, chat = await self.store.meet(incoming)
        if kept is not None:
            return
        language = self._language(incoming, chat)
        questions = []
        text = incoming.text.strip() if isinstance(incoming, Message) else ""
        if text and not text.startswith("/"):
            uid, short = question_uid(incoming, 0), redact(text[:LONGEST_MESSAGE])
            questions.append(
                Question(uid, 0, short, chat.posting, language, "unanswered", open=True)
            )
        said = self.phrases.say(language, "trouble" if questions else "option_gone")
        scene = self._scene(language)
        reply = Reply(said, tell_rows([question.uid for question in questions], scene))
        if incoming.buttonless and reply.buttons:
            chat = replace(chat, options=options_of(reply), offered=self.clock().timestamp())
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

    async def tell(self, notice: Notice, channel: Channel) -> bool:
        """Send a notice that is due, in turn with its chat; one taken back meanwhile is not sent.

        Returns:
            False if the messenger does not take it now.
        """
        if self.notices is None:
            raise AssertionError("there is no outbox")
        async with self._in_turn(notice.to):
            taken = await self.notices.take(notice.uid)
            if taken is None:
                return True
            try:
                sent_id = await channel.send(taken.to, taken.reply)
            except TryLater as error:
                self.watch.sent(channel.name, "later")
                # Longer each time, an hour at most.
                pause = max(error.seconds, min(2.0**taken.attempts, 3600.0))
                due = self.clock() + dt.timedelta(seconds=pause)
                await self.notices.later(taken.uid, due)
                return False
            except Unreachable as error:
                self.watch.sent(channel.name, "failed")
                await self.notices.dropped(taken.uid, str(error), self.clock())
            except DeliveryError as error:
                self.watch.sent(channel.name, "failed")
                _log.warning("a notice could not be sent: %s", error)
                await self.notices.failed(taken.uid, str(error), self.clock())
            else:
                self.watch.sent(channel.name, "sent")
                await self.notices.sent(taken.uid, self.clock(), sent_id)
        return True

    async def _answer(self, incoming: Incoming, chat: Chat) -> Kept:
        """React to an update that is new, and keep it with all that comes of it.

        What concerns the person is done before the update is kept: if this ends in between, the
        update comes again, and doing it twice is doing it once.
        """
        outcome = await self._personal(incoming, await self._react(incoming, chat))
        reply = await self._as_edit(incoming, outcome.reply)
        questions, memory = outcome.questions, outcome.chat
        if memory.waiting:
            memory = replace(memory, waiting=redact(memory.waiting))
        with self.watch.stage("keep"):
            kept = await self.store.keep(incoming, reply, memory, questions, outcome.settlements)
        for question in questions:
            self.watch.decided(question.decision)
        if self.people is not None and _is_edit(incoming):
            await self.people.follow(incoming, tuple(q.uid for q in questions if q.open))
        return kept

    async def _personal(self, incoming: Incoming, outcome: Outcome) -> Outcome:
        """Forget, stop, wait or look up, as the rules say; the reply may depend on it."""
        sender = incoming.sender
        if outcome.forget:
            await self.store.forget(sender)
            self._readings.forget()
        if self.people is None:
            return outcome
        if outcome.stop:
            await self.people.stop(sender, self.clock())
        if (wish := outcome.wish) is not None:
            results = {
                await self.people.wait(uid, sender, wish.language, self.clock(), wish.until)
                for uid in wish.uids
            }
            best = next((one for one in Added if one in results), Added.NO)
            return replace(outcome, reply=wish.replies[best])
        if outcome.mydata is not None and (data := await self.people.mydata(sender)) is not None:
            file = Attachment("mydata.json", "application/json", data.encode())
            return replace(outcome, reply=replace(outcome.mydata, file=file))
        return outcome

    async def _is_blocked(self, incoming: Incoming, chat: Chat) -> bool:
        """Whether a moderator does not want to read this person. Rights are not to be blocked."""
        if self.people is None or _is_a_right(incoming):
            return False
        return await self.people.blocked(incoming.sender) and not answers_a_right(incoming, chat)

    def _room_for(self, incoming: Incoming) -> Verdict:
        """Whether the limits leave room for it. To be forgotten is never refused."""
        if self.buckets is None or _asks_to_stop(incoming):
            return Verdict.READ
        sender = incoming.sender
        person = f"{sender.channel}\x1f{sender.account}\x1f{sender.person}"
        # By the messenger's time: what waited while the bot was down was no flood.
        return self.buckets.take(person, incoming.received.timestamp())

    async def _ask_for_patience(self, incoming: Incoming, chat: Chat) -> Kept:
        said = self.phrases.say(self._language(incoming, chat), "slow_down")
        return await self.store.keep(incoming, Reply(said), chat)

    def _language(self, incoming: Incoming, chat: Chat) -> str:
        hints = (chat.language, chat.spoken, (incoming.sender.language or "")[:2])
        return next((code for code in hints if code and self.phrases.has(code)), FALLBACK)

    @property
    def _tells(self) -> bool:
        return self.people is not None and self.notices is not None

    def _scene(self, language: str) -> Scene:
        return Scene(
            self.knowledge.current(),
            self.phrases,
            language,
            self.clock(),
            about=self.about,
            tells=self._tells,
        )

    async def _changes_nothing(self, incoming: Incoming) -> bool:
        """An edit that leaves the text as it was: messengers send one for a preview, too."""
        return _is_edit(incoming) and await self.store.repeats(incoming)

    async def _react(self, incoming: Incoming, chat: Chat) -> Outcome:
        knowledge = self.knowledge.current()

        def understand(posting: Posting, text: str, chat: Chat) -> Understanding:
            return self._readings.understand(knowledge, posting, text, chat)

        world = World(
            knowledge,
            self.phrases,
            understand,
            self.clock(),
            self.about,
            self.drafts,
            self._tells,
        )
        began = time.perf_counter()
        outcome = await self._obey(incoming, chat, world)
        spent = (time.perf_counter() - began) * 1000
        kept = tuple(_as_kept(question, incoming, spent) for question in outcome.questions)
        return replace(outcome, questions=kept)

    async def _obey(self, incoming: Incoming, chat: Chat, world: World) -> Outcome:
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
        asked = await self.store.question(uid, incoming.sender) if uid else None
        return on_tap(incoming, chat, asked, world)

    async def _as_edit(self, incoming: Incoming, reply: Reply | None) -> Reply | None:
        if reply is None or not _is_edit(incoming):
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
            elif self.people is not None:
                await self.people.gone(incoming.sender, self.clock())
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


def _is_edit(incoming: Incoming) -> bool:
    return isinstance(incoming, Message) and incoming.edited


def _asks_to_stop(incoming: Incoming) -> bool:
    return _is_command(incoming, {"/forget", "/stop"})


def _is_a_right(incoming: Incoming) -> bool:
    """To know what is kept and to have it deleted, which nobody can be kept from."""
    return _is_command(incoming, {"/forget", "/stop", "/mydata", "/privacy"})


def _is_command(incoming: Incoming, commands: set[str]) -> bool:
    if isinstance(incoming, Message):
        text = (incoming.buttonless and command(incoming.text)) or incoming.text
        word = next(iter(text.split(maxsplit=1)), "")
        return word.partition("@")[0].casefold() in commands
    return incoming.data.startswith("f|") and "/forget" in commands


def _as_kept(question: Question, incoming: Incoming, ms: float) -> Question:
    """The question as it is written: redacted; of one that disappears, what is still needed.

    *ms* is how long it took to decide, with all that came with it.
    """
    fleeting = isinstance(incoming, Message) and incoming.fleeting
    needed = question.open or question.decision == "clarify"
    text = redact(question.text) if needed or not fleeting else ""
    return replace(question, text=text, ms=ms)
