"""Everything that can go wrong, sorted by who has to act.

BotError
├── ConfigError       the operator mends config.yaml; ends start-up
├── KnowledgeError    an editor mends a file (file, line, what, how); the last good answers stay
├── StoreError        the operator mends the database (locked, read-only, not a database)
├── DeliveryError     a reply did not go out
│   ├── Unreachable   ... and never will (blocked, deleted account)
│   └── TryLater      ... and may in ``seconds``
├── AlreadyDecided    another moderator was faster
├── Refused           a moderator lacks the role, or asks from the wrong place
└── NotPossible       a moderator asks for what cannot be done as it is; says why

Ordinary outcomes (a question that nobody can answer) are values, not errors.
"""

import datetime as dt
from dataclasses import dataclass


class BotError(Exception):
    """Base of every error that this product raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend, as a person reads it: ``file:line: what: how``.

    ``line`` counts from 1; 0 stands for the file as a whole. A ``warning`` does not stop anything,
    and a ``hint`` is a warning that leaves it to a person whether anything is wrong at all.
    """

    file: str
    line: int
    what: str
    how: str = ""
    warning: bool = False
    hint: bool = False

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``hint``."""
        if self.hint:
            return "hint"
        return "warning" if self.warning else "error"

    def __str__(self) -> str:
        """``file:line: what: how``, leaving out what is not known."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        level = f"{self.severity}: " if self.warning or self.hint else ""
        return f"{place}: {level}{self.what}" + (f": {self.how}" if self.how else "")


class ConfigError(BotError):
    """The settings cannot be used. Carries one or more problems; never a secret's value."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class KnowledgeError(BotError):
    """Knowledge files cannot be used. Carries every problem that was found, in file order."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class StoreError(BotError):
    """The database cannot be used; the message says which file and what to do."""


class DeliveryError(BotError):
    """A reply did not go out."""


class Unreachable(DeliveryError):  # noqa: N818 - reads as the outcome that it is
    """Nobody will ever be reached at this address again: blocked, left, or deleted."""


class TryLater(DeliveryError):  # noqa: N818 - reads as the outcome that it is
    """Sending may work again after ``seconds``."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"try again in {seconds:g} s")
        self.seconds = seconds


class AlreadyDecided(BotError):  # noqa: N818 - reads as the outcome that it is
    """Another moderator settled this first; ``by``, ``what`` and ``at`` tell whom, how and when.

    ``text`` is the answer where one was given.
    """

    def __init__(
        self, by: str, what: str, at: dt.datetime | None = None, *, text: str = ""
    ) -> None:
        super().__init__(f"{by}: {what}")
        self.by = by
        self.what = what
        self.at = at
        self.text = text


class Refused(BotError):  # noqa: N818 - reads as the outcome that it is
    """The role does not suffice: ``needed`` would."""

    def __init__(self, needed: str) -> None:
        super().__init__(f"this needs the role {needed}")
        self.needed = needed


class NotPossible(BotError):  # noqa: N818 - reads as the outcome that it is
    """What a moderator asks for cannot be done as it is.

    ``reason`` is a word for a sentence in the moderator's language (``desk.<reason>`` among the
    phrases): ``gone``, ``state``, ``no_text``, ``no_questions``, ``no_posting``, ``by_hand``,
    ``target``, ``invalid``, ``undone``. ``problems`` say more where a file would be refused.
    """

    def __init__(self, reason: str, *problems: Problem) -> None:
        super().__init__("; ".join((reason, *map(str, problems))))
        self.reason = reason
        self.problems = problems


def speaks_freely(error: BaseException) -> bool:
    """Whether an error's message can be logged: it quotes nothing that a candidate wrote."""
    return isinstance(error, BotError | OSError)


def loggable(error: BaseException) -> str:
    """An error as a log may have it: ours with its message, another one by its kind."""
    kind = type(error).__name__
    return f"{kind}: {error}" if speaks_freely(error) else kind
