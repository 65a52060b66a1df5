"""Everything a moderator can do, for the group and the page alike.

Each method that changes something checks the role first, whatever a face showed. Each takes a
``key``: the same call made again with the same key (an update that is handled twice, a form that is
sent twice) does nothing further, and returns what the first one did.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.gap import (
    Act,
    Answering,
    Assigning,
    Clashing,
    Done,
    GapDetail,
    GapFilter,
    GapSummary,
    Moderator,
    Page,
    Preview,
    Retried,
    Stats,
    Undone,
)

Clock = Callable[[], dt.datetime]

PAGE = 50
"""Gaps on a page unless it is said otherwise."""


@dataclass
class Desk:
    """The moderators' service. Safe to use from several processes at once.

    Raises, in every method:
        StoreError: the database cannot be used.
        Refused: the moderator's role does not suffice.
        NotPossible: it cannot be done as it is (the gap is gone, its state, what was typed).
        AlreadyDecided: *version* is not the gap's any more: another moderator was faster.
    """

    async def gaps(
        self, wanted: GapFilter | None = None, *, start: int = 0, count: int = PAGE
    ) -> Page:
        """Some of the gaps, gathered up to now."""
        raise NotImplementedError

    async def gap(self, gap: int) -> GapDetail:
        """Everything about one gap."""
        raise NotImplementedError

    async def gap_of(self, question: str) -> int | None:
        """The gap that a question was put to, or None."""
        raise NotImplementedError

    async def acts(self, *, start: int = 0, count: int = PAGE) -> Sequence[Act]:
        """The audit, newest first."""
        raise NotImplementedError

    async def find(self, words: str, *, count: int = PAGE) -> Sequence[GapSummary]:
        """Gaps, in whatever state but merged, one question of which holds all *words*."""
        raise NotImplementedError

    async def stats(self) -> Stats:
        """Numbers."""
        raise NotImplementedError

    async def preview(self, gap: int, what: Answering | Assigning) -> Preview:
        """What `answer` or `assign` would do; takes seconds, and changes nothing."""
        raise NotImplementedError

    async def answer(  # noqa: PLR0913 - what, on which, by whom, under which conditions
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        answering: Answering,
        *,
        despite: bool = False,
        key: str = "",
    ) -> Done | Clashing:
        """Answer a gap; what is learned serves the next who ask, those who wait are told.

        Where it would pull other questions away from their topic, nothing is done but to say so,
        unless *despite* says that it is wanted all the same.
        """
        raise NotImplementedError

    async def assign(  # noqa: PLR0913 - as `answer`
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        assigning: Assigning,
        *,
        despite: bool = False,
        key: str = "",
    ) -> Done | Clashing:
        """Say which topic or entry a gap's questions are about; those who wait get its answer.

        Where the posting has no answer on that topic, the gap becomes that of the topic.
        """
        raise NotImplementedError

    async def ignore(self, gap: int, version: int, moderator: Moderator, *, key: str = "") -> Done:
        """Close a gap without an answer; alike questions are swallowed until it is reopened."""
        raise NotImplementedError

    async def reopen(self, gap: int, version: int, moderator: Moderator, *, key: str = "") -> Done:
        """Open an ignored or answered gap again. What was learned stays learned."""
        raise NotImplementedError

    async def erase(
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        questions: Sequence[str] = (),
        *,
        key: str = "",
    ) -> Done:
        """Take the texts of *questions* (or of all of the gap's) out of the log, for good."""
        raise NotImplementedError

    async def block(self, question: str, moderator: Moderator, *, key: str = "") -> Done:
        """Read nothing more of the person behind a question; what waits for it is dropped."""
        raise NotImplementedError

    async def unblock(self, act: int, moderator: Moderator, *, key: str = "") -> Done:
        """Read the person again whom the act *act* blocked (only its number leads to it)."""
        raise NotImplementedError

    async def merge(
        self, gaps: Sequence[tuple[int, int]], moderator: Moderator, *, key: str = ""
    ) -> Done:
        """Put gaps (each with its version) into the first of them; later ones follow by themselves."""
        raise NotImplementedError

    async def split(
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        questions: Sequence[str],
        *,
        key: str = "",
    ) -> Done:
        """Take *questions* out into a gap of their own, which alike ones join from now on.

        Returns:
            ``act.gap`` is the new gap.
        """
        raise NotImplementedError

    async def undo(self, act: int, moderator: Moderator, *, key: str = "") -> Undone:
        """Take an act back: gaps, questions, what was learned, notices that did not go out yet."""
        raise NotImplementedError

    async def retry(self, posting: str) -> Retried:
        """Which open questions of *posting* would be answered by now."""
        raise NotImplementedError

    async def close_retried(self, retried: Retried, moderator: Moderator, *, key: str = "") -> Done:
        """Close those that are still open of what `retry` found, and tell who waits for them."""
        raise NotImplementedError
