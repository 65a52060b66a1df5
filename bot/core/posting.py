"""A posting and its entries, as HR wrote them, and what they say about a topic."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.core.topic import Phrasings, Texts, Topic, is_special, parent_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of a knowledge file.

    ``id`` equals ``topic`` for an entry of a topic; HR's own matters have an id and no topic.
    ``answer_closed`` takes over from ``answer`` once the posting has closed. ``covers`` lists the
    detail topics that this answer holds as well. ``shared`` marks an entry of the organisation.
    ``by`` and ``added`` say who added a learned one, and when.
    """

    id: str
    topic: str | None = None
    label: Texts = field(default_factory=dict)
    questions: Phrasings = field(default_factory=dict)
    answer: Texts = field(default_factory=dict)
    answer_closed: Texts = field(default_factory=dict)
    quote: str = ""
    covers: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    shared: bool = False
    learned: bool = False
    by: str = ""
    added: str = ""

    def texts(self, *, closed: bool) -> Texts:
        """The answer that holds now: the closed one where there is one and the posting closed."""
        return self.answer_closed if closed and self.answer_closed else self.answer


class Standing(Enum):
    """What a posting has on a topic."""

    STATED = "stated"
    """An entry answers it."""
    PARTIAL = "partial"
    """Only its parent is answered."""
    DETAILS = "details"
    """It has no answer of its own, but some of its details do."""
    UNSTATED = "unstated"
    """HR looked, and listed it as not given."""
    MISSING = "missing"
    """Nobody said anything about it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The standing of a topic and the entries that serve it (none, one, or the stated details)."""

    standing: Standing
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """HR's own test: *question* must lead to *expect* (a topic, an entry, or a decision)."""

    question: str
    expect: str
    line: int = 0


@dataclass(frozen=True)
class Posting:
    """One job ad.

    ``closes`` is a date (the whole day counts) or an aware moment. ``topics`` says whether the
    shipped topics compete for this posting; without them only its own entries do.
    """

    id: str
    organisation: str
    title: Texts
    languages: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    unstated: tuple[str, ...] = ()
    closes: dt.date | dt.datetime | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    url: str = ""
    topics: bool = True
    draft: bool = False
    tests: tuple[Check, ...] = ()
    file: str = ""

    @cached_property
    def tag(self) -> str:
        """A short name for buttons: 8 characters instead of up to 40, always the same."""
        return hashlib.blake2b(self.id.encode(), digest_size=4).hexdigest()

    @cached_property
    def closes_at(self) -> dt.datetime | None:
        """The first moment at which it is too late, aware, or None if it never closes."""
        if self.closes is None:
            return None
        if isinstance(self.closes, dt.datetime):
            moment = self.closes
            return moment if moment.tzinfo else moment.replace(tzinfo=self.timezone)
        next_day = self.closes + dt.timedelta(days=1)
        return dt.datetime.combine(next_day, dt.time(), tzinfo=self.timezone)

    def is_closed(self, now: dt.datetime) -> bool:
        """Whether the deadline has passed at *now* (aware). The closing day itself is open."""
        return self.closes_at is not None and now >= self.closes_at

    @cached_property
    def _by_id(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in reversed(self.entries)}

    @cached_property
    def _by_cover(self) -> Mapping[str, Entry]:
        return {topic: entry for entry in reversed(self.entries) for topic in entry.covers}

    def entry(self, entry_id: str) -> Entry | None:
        """The entry of that id (a topic's entry has the topic's id), or None."""
        return self._by_id.get(entry_id)

    def covering(self, topic: str) -> Entry | None:
        """The entry that answers *topic*: its own, or one that lists it under ``covers``."""
        return self._by_id.get(topic) or self._by_cover.get(topic)

    def coverage(self, topic: str) -> Coverage:
        """What this posting has on *topic*.

        A detail that HR listed under ``unstated`` is unstated for sure, yet its parent's answer is
        still of use, so it stays partial where there is one.
        """
        entry = self.covering(topic)
        if entry is not None:
            return Coverage(Standing.STATED, (entry,))
        parent = parent_of(topic)
        if parent is not None and (above := self.covering(parent)) is not None:
            return Coverage(Standing.PARTIAL, (above,))
        if topic in self.unstated or (parent is not None and parent in self.unstated):
            return Coverage(Standing.UNSTATED)
        details = tuple(e for e in self.entries if e.topic and parent_of(e.topic) == topic)
        return Coverage(Standing.DETAILS if details else Standing.MISSING, details)


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything that was read: the postings by id, the topics by id, and what is to be mended."""

    postings: Mapping[str, Posting] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)

    @cached_property
    def published(self) -> Mapping[str, Posting]:
        """The postings that are no drafts, by id."""
        return {key: posting for key, posting in self.postings.items() if not posting.draft}

    def open_topics(self) -> tuple[Topic, ...]:
        """The topics that a posting can answer, parents before their details."""
        return tuple(t for t in self.topics.values() if not is_special(t.id))
