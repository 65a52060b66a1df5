"""What must be remembered of a chat, and what the log keeps of a question."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from bot.core.decision import Candidate
from bot.core.message import Incoming


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat's small memory.

    ``language`` was chosen by /language; ``spoken`` is the last one that a message was written in.
    ``waiting`` is a question sent before a posting was chosen. ``options`` are the data of the
    choices last offered, in order, for messengers where one answers by number; ``offered`` is when,
    in seconds since 1970.
    """

    posting: str | None = None
    language: str | None = None
    spoken: str | None = None
    last_topic: str | None = None
    waiting: str = ""
    options: tuple[str, ...] = ()
    offered: float = 0.0
    greeted: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the log keeps it; ``text`` is redacted before it is written.

    ``uid`` is the same whenever the same message is handled again. ``open`` says that it goes to
    the moderators.
    """

    uid: str
    position: int
    text: str
    posting: str | None
    language: str
    decision: str
    topic: str | None = None
    entry: str | None = None
    confidence: float = 0.0
    ranking: tuple[Candidate, ...] = ()
    options: tuple[str, ...] = ()
    open: bool = False
    ms: float = 0.0


def question_uid(message: Incoming, position: int) -> str:
    """A name for the *position*-th question of a message: 12 characters, stable across retries."""
    sender = message.sender
    whole = "\x1f".join((sender.channel, sender.account, message.key, str(position)))
    return hashlib.blake2b(whole.encode("utf-8", "replace"), digest_size=6).hexdigest()


def is_question(text: str) -> bool:
    """Whether there is anything to ask about in *text*: ``👍`` and ``???`` hold no word."""
    return any(letter.isalnum() for letter in text)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a tap did to a question that is already in the log.

    Fields that are None stay as they are. ``rating`` is 1 or -1; 0 takes a rating back.
    """

    uid: str
    decision: str | None = None
    topic: str | None = None
    entry: str | None = None
    open: bool | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question read back from the log."""

    uid: str
    received: dt.datetime
    channel: str
    person: str
    posting: str | None
    language: str
    text: str
    decision: str
    topic: str | None
    entry: str | None
    confidence: float
    ranking: tuple[Candidate, ...] = ()
    options: tuple[str, ...] = ()
    open: bool = False
    rating: int = 0
    ms: float = 0.0
    replied: bool = False
