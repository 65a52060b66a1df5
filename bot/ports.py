"""What the service needs of the outside world, in its own words."""

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.core.chat import Chat, LoggedQuestion, Question, Settlement
from bot.core.message import Incoming, Reply, Sender
from bot.core.notice import Added, Notice
from bot.core.posting import KnowledgeBase


class Channel(Protocol):
    """A messenger."""

    name: str

    async def send(self, to: Sender, reply: Reply) -> str:
        """Send *reply* into the chat of *to*; buttons as the messenger can show them.

        Returns:
            The messenger's id of the (last) message sent, to edit it later; empty if it has none.

        Raises:
            Unreachable: nobody will ever be reached there.
            TryLater: not now.
            DeliveryError: anything else.
        """
        ...


class Receiver(Protocol):
    """What a messenger hands over to: `bot.service.Service`, or what stands in front of it."""

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        """See `bot.service.Service.receive`."""
        ...


class Watch(Protocol):
    """Who counts what happens: numbers only, never who or what was said."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Around one stage of handling an update: ``find``, ``understand``, ``keep``..."""
        ...

    def decided(self, decision: str) -> None:
        """A question was decided and kept."""
        ...

    def sent(self, channel: str, outcome: str) -> None:
        """A reply went out (``sent``), will be tried again (``later``) or never (``failed``)."""
        ...


class Unwatched:
    """Counts nothing."""

    def stage(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 - see `Watch`
        """See `Watch.stage`."""
        return nullcontext()

    def decided(self, decision: str) -> None:
        """See `Watch.decided`."""

    def sent(self, channel: str, outcome: str) -> None:
        """See `Watch.sent`."""


class Knowledge(Protocol):
    """The knowledge as it is now."""

    def current(self) -> KnowledgeBase:
        """The last good state; cheap, to be called for each message."""
        ...


class State(Enum):
    """How far an update was handled."""

    OWED = "owed"
    """It is in the log, its reply has not gone out."""
    SENT = "sent"
    """Its reply went out, or it needs none."""
    FAILED = "failed"
    """Its reply never will go out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message row: how far it was handled, and the reply that may still be owed."""

    state: State
    reply: Reply | None = None
    sent_id: str = ""


@dataclass(frozen=True, slots=True)
class Debt:
    """A reply that is still owed, with the address to which it goes."""

    key: str
    to: Sender
    reply: Reply


class Store(Protocol):
    """The log, and the small memory of each chat. Persons appear under a keyed pseudonym only."""

    async def find(self, incoming: Incoming) -> Kept | None:
        """The row of an update that was handled before (same channel, account, key), or None."""
        ...

    async def chat(self, sender: Sender) -> Chat:
        """What is remembered of a chat; an empty `Chat` where nothing is."""
        ...

    async def meet(self, incoming: Incoming) -> tuple[Kept | None, Chat]:
        """What `find` and `chat` say of an update and of where it came from, in one look-up."""
        ...

    async def keep(
        self,
        incoming: Incoming,
        reply: Reply | None,
        chat: Chat,
        questions: Sequence[Question] = (),
        settlements: Sequence[Settlement] = (),
    ) -> Kept:
        """Write a handled update in one transaction; durable when it returns.

        The address is kept only with a reply that is owed. An edited message supersedes the
        questions that were logged for it before. A settlement counts only for a question that was
        asked in the same chat, because what a button carries can be forged. If the update was
        written already (handled twice at the same time), nothing is written and the row that is
        there is returned.
        """
        ...

    async def sent(self, incoming: Incoming, sent_id: str = "") -> None:
        """The reply went out: drop the address and the reply's text."""
        ...

    async def failed(self, incoming: Incoming, reason: str) -> None:
        """The reply never will go out: drop the address and the reply's text."""
        ...

    async def earlier_reply(self, incoming: Incoming) -> str:
        """The messenger's id of the reply to the message that *incoming* edits; empty if none."""
        ...

    async def repeats(self, incoming: Incoming) -> bool:
        """Whether the message that *incoming* edits says the same already, word for word."""
        ...

    async def debts(self, channel: str, before: dt.datetime) -> Sequence[Debt]:
        """Replies that were owed before a moment, oldest first."""
        ...

    async def question(self, uid: str, within: Sender | None = None) -> LoggedQuestion | None:
        """A logged question by its uid, or None if it was never there or has been deleted.

        Args:
            uid: its name in the log.
            within: only if it was asked in the chat of this one, since a name can be forged.
        """
        ...

    async def forget(self, sender: Sender) -> int:
        """Delete the texts and the memory of a person; counts stay. Returns the rows touched."""
        ...

    async def purge(self, before: dt.datetime) -> int:
        """Delete what was received before a moment: messages, questions, memory. Returns rows."""
        ...


class People(Protocol):
    """Who is not read, who waits to be told, and what is kept about whom."""

    async def blocked(self, sender: Sender) -> bool:
        """Whether a moderator has blocked this person; asked for each message, so it is quick."""
        ...

    async def wait(
        self, uid: str, sender: Sender, language: str, now: dt.datetime, until: dt.datetime
    ) -> Added:
        """Have *sender* told about a question that was asked in this chat. Twice is once."""
        ...

    async def follow(self, edit: Incoming, uids: tuple[str, ...]) -> None:
        """Who waited for an answer to what was edited waits for one to *uids*, or not at all."""
        ...

    async def stop(self, sender: Sender, now: dt.datetime) -> int:
        """No more notices for this person. Returns how many waits that ended."""
        ...

    async def gone(self, sender: Sender, now: dt.datetime) -> int:
        """Nobody is reached in that chat: what waits for it goes. Returns how many waits."""
        ...

    async def moved(self, old: Sender, new: Sender) -> int:
        """A chat has another address. Returns the rows changed."""
        ...

    async def mydata(self, sender: Sender) -> str | None:
        """All that is kept about this person, as a JSON text; None if nothing is."""
        ...


class Notices(Protocol):
    """The outbox: the steps of one notice. A crash between two may repeat it, never lose it."""

    async def take(self, uid: str) -> Notice | None:
        """Begin to send it; None if it was taken back meanwhile."""
        ...

    async def later(self, uid: str, due: dt.datetime) -> None:
        """Not now: it waits until *due*."""
        ...

    async def sent(self, uid: str, now: dt.datetime, sent_id: str = "") -> None:
        """It went out, under the messenger's id: who waited for it no longer waits."""
        ...

    async def failed(self, uid: str, reason: str, now: dt.datetime) -> None:
        """It never will go out, though somebody is there."""
        ...

    async def dropped(self, uid: str, reason: str, now: dt.datetime) -> None:
        """Nobody is there: all that waits for that chat goes."""
        ...
