"""What somebody looks for in the log, and what was found."""

import datetime as dt
from dataclasses import dataclass

from bot.core.chat import LoggedQuestion


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions: those that meet everything that is set.

    ``band`` is the confidence, from (included) to (excluded); ``since`` and ``until`` are aware,
    the latter excluded. ``ids`` matches the topic or the entry.
    """

    words: str = ""
    posting: str | None = None
    decision: str | None = None
    topic: str | None = None
    band: tuple[float, float] | None = None
    disliked: bool = False
    open: bool = False
    channel: str | None = None
    language: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two questions in the log, from where the older ones follow."""

    received: dt.datetime
    uid: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A question that was found, and the gap that it was put to."""

    question: LoggedQuestion
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A portion of what was found, newest first, and where the next one begins.

    ``total`` is counted up to a limit; ``more`` says that there are more than that.
    """

    hits: tuple[Hit, ...] = ()
    older: Cursor | None = None
    total: int = 0
    more: bool = False
