"""Gaps: what nobody could answer yet, who waits for it, and what moderators may do about it.

Values and rules only. What stays out: where they are kept (`bot.storage.gaps`), and carrying out
what was decided (`bot.moderation.desk`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.core.decision import Candidate
from bot.core.topic import Phrasings, Texts


class GapKind(Enum):
    """Why a matter is open."""

    UNSTATED = "unstated"
    """Its topic was understood, and the posting (or a detail of it) does not say."""
    UNANSWERED = "unanswered"
    """It was not understood."""
    DISLIKED = "disliked"
    """It was answered, and the answer got a thumb down."""


class GapState(Enum):
    """What became of a gap."""

    OPEN = "open"
    ANSWERED = "answered"
    IGNORED = "ignored"
    """Alike questions are swallowed until it is reopened."""
    MERGED = "merged"
    """Another gap stands for it: `GapSummary.merged`."""
    ERASED = "erased"
    """Its texts were taken out of the log."""


class Role(Enum):
    """What somebody may do, each with everything that the ones before it may."""

    VIEWER = "viewer"
    MODERATOR = "moderator"
    EDITOR = "editor"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what *needed* may."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Moderator:
    """Who acts: a name that colleagues know, and the language to speak to them.

    ``name`` goes into the audit and into learned files; it is never shown to candidates.
    """

    name: str
    role: Role = Role.MODERATOR
    language: str = "en"


class Verb(Enum):
    """What can be done to a gap, or to a question in it."""

    ANSWER = "answer"
    ASSIGN = "assign"
    IGNORE = "ignore"
    REOPEN = "reopen"
    ERASE = "erase"
    BLOCK = "block"
    MERGE = "merge"
    SPLIT = "split"
    CLOSE = "close"
    """Open questions that a new answer serves as well are closed with it."""
    UNDO = "undo"


NEEDS: Mapping[Verb, Role] = dict.fromkeys(Verb, Role.MODERATOR)
"""The least role for each verb. A viewer reads."""

POSSIBLE: Mapping[GapState, frozenset[Verb]] = {
    GapState.OPEN: frozenset(
        {
            Verb.ANSWER,
            Verb.ASSIGN,
            Verb.IGNORE,
            Verb.ERASE,
            Verb.BLOCK,
            Verb.MERGE,
            Verb.SPLIT,
            Verb.CLOSE,
        }
    ),
    GapState.ANSWERED: frozenset({Verb.REOPEN, Verb.ERASE, Verb.BLOCK}),
    GapState.IGNORED: frozenset({Verb.REOPEN, Verb.ERASE, Verb.BLOCK}),
    GapState.MERGED: frozenset(),
    GapState.ERASED: frozenset(),
}
"""What can be done in each state. UNDO belongs to an act, whatever became of its gap."""

LEADS_TO: Mapping[Verb, GapState] = {
    Verb.ANSWER: GapState.ANSWERED,
    Verb.ASSIGN: GapState.ANSWERED,
    Verb.IGNORE: GapState.IGNORED,
    Verb.REOPEN: GapState.OPEN,
    Verb.MERGE: GapState.MERGED,
}
"""The state after a verb; the others leave it as it is."""

UNDOABLE = frozenset(
    {
        Verb.ANSWER,
        Verb.ASSIGN,
        Verb.IGNORE,
        Verb.ERASE,
        Verb.BLOCK,
        Verb.MERGE,
        Verb.SPLIT,
        Verb.CLOSE,
    }
)
"""What can be taken back; erasing only until the texts are gone, a minute later. What was opened
again can be ignored again."""


def possible(state: GapState, role: Role) -> frozenset[Verb]:
    """What somebody of *role* can do to a gap in *state*."""
    return frozenset(verb for verb in POSSIBLE[state] if role.covers(NEEDS[verb]))


class Learn(Enum):
    """What becomes of an answer besides being told to those who wait."""

    POSTING = "posting"
    ORGANISATION = "organisation"
    """It serves every posting of the organisation."""
    ONCE = "once"
    """Nothing: it is told, and not learned."""


class Step(Enum):
    """How far an act is carried out; a restart goes on from here."""

    RECORDED = "recorded"
    """It stands in the log, its gap is settled; nothing else happened yet."""
    WRITTEN = "written"
    """The learned file says so, too."""
    REFRESHED = "refreshed"
    """The knowledge that answers was read again."""
    DONE = "done"
    """The notices stand in the outbox (or were withdrawn)."""
    UNDONE = "undone"
    """It was taken back, maybe before it was carried out."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a moderator did: a line of the audit.

    ``entry`` is the topic or entry that answers from now on, ``texts`` the answer as it was given,
    ``learn`` where it was learned. ``questions`` counts the questions concerned. ``undone`` is the
    act that took this one back, ``undoes`` the one that this act took back.
    """

    id: int
    gap: int | None
    verb: Verb
    moderator: str
    at: dt.datetime
    step: Step
    entry: str = ""
    texts: Texts = field(default_factory=dict)
    learn: Learn | None = None
    questions: int = 0
    undoes: int | None = None
    undone: int | None = None

    @property
    def can_be_undone(self) -> bool:
        """Whether it is of a kind that can be taken back, and was not."""
        return self.verb in UNDOABLE and self.undone is None


@dataclass(frozen=True, slots=True)
class GapSummary:
    """A gap as a list shows it. Texts are redacted; ``examples`` are the first that differ.

    ``matter`` is the topic (for a disliked answer: the topic or entry) that its questions share;
    None where they came together by their likeness. ``waiting`` is how many want to be told.
    ``version`` goes back with every act, so that who comes second is told so.
    """

    id: int
    posting: str | None
    matter: str | None
    kind: GapKind
    state: GapState
    version: int
    count: int
    people: int
    waiting: int
    languages: tuple[str, ...]
    first: dt.datetime
    last: dt.datetime
    examples: tuple[str, ...] = ()
    merged: int | None = None


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """One question of a gap, redacted; its text is empty once erased or forgotten.

    ``likeness`` says how close it is to the question that founded the gap, of 100, and ``shared``
    which words they share; None where the topic decided. ``waits``: who asked wants to be told.
    """

    uid: str
    received: dt.datetime
    channel: str
    language: str
    text: str
    decision: str
    confidence: float
    ranking: tuple[Candidate, ...] = ()
    rating: int = 0
    open: bool = True
    waits: bool = False
    likeness: float | None = None
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GapDetail:
    """Everything about one gap.

    Args:
        summary: as in a list.
        questions: all of them (the newest 500 of very many), oldest first.
        guesses: the topics and entries that its questions came closest to, best first.
        acts: the audit, oldest first.
        languages: those of the posting, the fallback first; an answer in one is enough.
        missing: those of them in which there is no answer yet.
        suggestions: what was asked, by language of the posting, as first drafts of phrasings:
            to be edited, since a candidate's wording is not published as it came.
    """

    summary: GapSummary
    questions: tuple[GapQuestion, ...]
    guesses: tuple[Candidate, ...]
    acts: tuple[Act, ...]
    languages: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    suggestions: Phrasings = field(default_factory=dict)


class Order(Enum):
    """How a list of gaps is sorted; ties go to the one asked last, then to the newer gap."""

    WANTED = "wanted"
    """Those that most wait for, then most asked, first."""
    RECENT = "recent"
    """Asked last, first."""
    OLDEST = "oldest"
    """Open longest, first."""


@dataclass(frozen=True, slots=True)
class GapFilter:
    """Which gaps are wanted; what is empty or None does not matter."""

    state: GapState | None = GapState.OPEN
    posting: str | None = None
    kind: GapKind | None = None
    matter: str | None = None
    language: str | None = None
    since: dt.datetime | None = None
    """Asked then or later at least once."""
    before: dt.datetime | None = None
    """First asked before."""
    order: Order = Order.WANTED


@dataclass(frozen=True, slots=True)
class Page:
    """Some of many gaps: ``total`` is how many there are in all."""

    gaps: tuple[GapSummary, ...]
    total: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer as a moderator gave it.

    Args:
        texts: by language, one at least; Markdown as in the knowledge files.
        learn: whether and where it is learned.
        entry: the id of the entry to be; the gap's topic, or made from the label, if empty.
        label: a few words for a button, for a matter that is no topic.
        questions: ways of asking, as the moderator edited them; needed where there is no topic.
        own: it is a matter of its own, whatever topic was recognised.
    """

    texts: Texts
    learn: Learn = Learn.POSTING
    entry: str = ""
    label: Texts = field(default_factory=dict)
    questions: Phrasings = field(default_factory=dict)
    own: bool = False


@dataclass(frozen=True, slots=True)
class Assigning:
    """It is topic X, or entry Y: ``questions`` become phrasings of it, as edited; maybe none."""

    target: str
    questions: Phrasings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """A question that leads elsewhere once the new phrasings are learned.

    ``before`` and ``after`` are topic or entry ids, or a decision such as ``unanswered``. ``test``
    says that it is one of HR's own checks, which failed then.
    """

    question: str
    before: str
    after: str
    test: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What learning would do, before anything is done.

    ``clashes``: what it would pull away. ``missed``: phrasings to be learned that even then would
    not lead to the entry. ``replies``: what candidates would read, by language, as safe Markdown.
    """

    clashes: tuple[Clash, ...] = ()
    missed: tuple[str, ...] = ()
    replies: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator decided, as the log records it: one transaction, or none of it.

    Args:
        verb: what is done.
        moderator: by whom.
        at: when.
        gap: on which gap; None where it is about questions or an act.
        version: of the gap, as the moderator saw it.
        key: names the request, so that it is not done twice; may be empty.
        topic: what its questions are about from now on.
        entry: what answers them from now on.
        texts: the answer, where one was given.
        learn: where it is learned.
        lesson: what the learned file is to say, as JSON values; nothing to write where empty.
        questions: those concerned, where it is not all of the gap's.
        answers: to close questions of several gaps: the entry that answers each.
        others: further gaps with their versions, to be merged into ``gap``.
        undoes: the act to take back.
        tells: whether those who wait are told.
    """

    verb: Verb
    moderator: str
    at: dt.datetime
    gap: int | None = None
    version: int = 0
    key: str = ""
    topic: str | None = None
    entry: str = ""
    texts: Texts = field(default_factory=dict)
    learn: Learn | None = None
    lesson: Mapping[str, Any] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    others: tuple[tuple[int, int], ...] = ()
    undoes: int | None = None
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act with all that carrying it out, or taking it back, needs: JSON values by name."""

    act: Act
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Retry:
    """An open question that would be answered now."""

    uid: str
    gap: int
    text: str
    entry: str


@dataclass(frozen=True, slots=True)
class Retried:
    """Other open questions of a posting that would be answered now, and how many wait for them."""

    posting: str
    questions: tuple[Retry, ...] = ()
    people: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """An act was recorded.

    ``told`` is how many people are going to be told at ``due`` (if nobody undoes it before).
    ``retried`` says what else could be closed, where something was learned. ``finished`` is False
    where a step is left (the folder cannot be written now, say: ``trouble`` tells); it is tried
    again by itself.
    """

    act: Act
    told: int = 0
    due: dt.datetime | None = None
    retried: Retried | None = None
    finished: bool = True
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Clashing:
    """Nothing was done yet: what is to be learned pulls others away; the moderator decides."""

    preview: Preview


@dataclass(frozen=True, slots=True)
class Undone:
    """An act was taken back: ``told`` people had been told already, ``spared`` will not be."""

    act: Act
    of: Act
    told: int = 0
    spared: int = 0
    finished: bool = True
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """Numbers for a moderator."""

    gaps: int
    questions: int
    waiting: int
    answered_week: int
    ignored: int
    blocked: int
    by_posting: Mapping[str | None, int] = field(default_factory=dict)
