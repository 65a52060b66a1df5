"""What the bot does with one question. A decision that the shell forgets is a type error."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic or an entry that a question may be about, with its confidence in [0, 1]."""

    id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The posting states it: entry ``entry`` answers what was understood as ``id``."""

    id: str
    entry: str


@dataclass(frozen=True, slots=True)
class Partial:
    """The detail topic ``id`` was asked; only the more general ``entry`` is stated."""

    id: str
    entry: str


@dataclass(frozen=True, slots=True)
class Clarify:
    """Two or three readings are close: offer ``options`` (topic or entry ids) and "none"."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unstated:
    """Topic ``id`` was understood; ``listed`` says that HR looked and found nothing on it."""

    id: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Not understood."""


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting, thanks, a goodbye, or "are you a robot?": ``kind`` is the part after the dot."""

    kind: str


Decision: TypeAlias = Answer | Partial | Clarify | Unstated | Unanswered | SmallTalk

NAMES: dict[type, str] = {
    Answer: "answer",
    Partial: "partial",
    Clarify: "clarify",
    Unstated: "unstated",
    Unanswered: "unanswered",
    SmallTalk: "smalltalk",
}


def name(decision: Decision) -> str:
    """The word for a decision in logs, reports and evaluation lines."""
    return NAMES[type(decision)]


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message: its text, what was decided, and the ranking behind it.

    ``ranking`` holds the closest topics and entries, best first; ``confidence`` is that of the
    decision itself (of the best candidate where nothing was chosen).
    """

    text: str
    decision: Decision
    ranking: tuple[Candidate, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Understanding:
    """A whole message: its parts in the order in which they were asked, and its language.

    ``language`` is an ISO 639-1 code, or None where the text does not tell.
    """

    parts: tuple[Part, ...]
    language: str | None = None

    @property
    def decision(self) -> str:
        """One word for the message: ``answer`` if any part is answered, else the weightiest."""
        names = {name(part.decision) for part in self.parts}
        order = ("answer", "partial", "clarify", "unstated", "unanswered", "smalltalk")
        return next((word for word in order if word in names), "unanswered")
