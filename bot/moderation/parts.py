"""What the desk needs of the log: protocols, so that neither side imports the other."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.core.gap import (
    Act,
    GapDetail,
    GapFilter,
    GapSummary,
    Page,
    Recorded,
    Ruling,
    Stats,
    Step,
)
from bot.core.message import Reply
from bot.core.notice import Waiter

Say = Callable[[Sequence[Waiter]], Reply]
"""Words a notice for one chat: those who wait there, oldest question first; one at least."""


class GapsPart(Protocol):
    """See `bot.storage.gaps.Gaps`."""

    async def gather(self, now: dt.datetime) -> int:
        """Put what is open and was not yet to gaps."""
        ...

    async def page(self, wanted: GapFilter, start: int, count: int) -> Page:
        """Some of the gaps."""
        ...

    async def open_by_matter(self, posting: str) -> Mapping[str, tuple[int, ...]]:
        """The open gaps of a posting by topic or entry."""
        ...

    async def summaries(self, ids: Sequence[int]) -> list[GapSummary]:
        """Several gaps, in any order."""
        ...

    async def detail(self, gap: int) -> GapDetail | None:
        """One gap, as far as the log knows it."""
        ...

    async def gap_of(self, question: str) -> int | None:
        """The gap of a question."""
        ...

    async def find(self, words: str, count: int) -> list[GapSummary]:
        """Gaps with a question that holds all *words*."""
        ...

    async def open_texts(self, posting: str, most: int) -> list[tuple[str, int, str]]:
        """Open questions as (uid, gap, text)."""
        ...

    async def waiting_for(self, uids: Sequence[str]) -> int:
        """How many wait for one of these questions."""
        ...

    async def stats(self, now: dt.datetime) -> Stats:
        """Numbers."""
        ...


class ActsPart(Protocol):
    """See `bot.storage.acts.Acts`."""

    async def recorded(self, act: int) -> Recorded | None:
        """An act with its details."""
        ...

    async def by_key(self, key: str) -> Recorded | None:
        """The act that a request led to before."""
        ...

    async def page(self, start: int, count: int) -> tuple[Act, ...]:
        """The audit, newest first."""
        ...

    async def last(self, gap: int) -> Act | None:
        """What was done last to a gap."""
        ...

    async def unfinished(self) -> list[Recorded]:
        """The acts of which a step is left."""
        ...

    async def advance(self, act: int, before: Step, after: Step) -> bool:
        """Note that a step was taken."""
        ...

    async def tell(self, act: int, say: Say, due: dt.datetime, now: dt.datetime) -> int | None:
        """Put the notices, and finish the act."""
        ...

    async def told(self, act: int) -> int:
        """How many notices the act led to."""
        ...

    async def late(self) -> list[Recorded]:
        """Finished acts for which somebody began to wait only afterwards."""
        ...

    async def tell_late(self, act: int, say: Say, now: dt.datetime) -> int:
        """Tell those."""
        ...


class RulingsPart(Protocol):
    """See `bot.storage.rulings.Rulings`."""

    async def record(self, ruling: Ruling) -> Recorded:
        """Write down what was decided, with what it does to gaps and questions."""
        ...

    async def erase(self, act: int, now: dt.datetime) -> bool:
        """Carry out an erasing."""
        ...
