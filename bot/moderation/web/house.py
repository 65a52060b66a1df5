"""What all pages share: the desk, the log, the knowledge, and the words to speak of them.

What stays out: who is let in (`gate`), and each page itself.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from bot.core.access import Invitation, Session
from bot.core.gap import Role
from bot.core.insights import Period, Report
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.core.scene import About, Scene
from bot.core.search import Cursor, Found, Hit, Wanted
from bot.errors import Problem
from bot.knowledge.coverage import Tally
from bot.matching.record import Asker, Understander
from bot.moderation.desk import Desk
from bot.moderation.web.address import Address
from bot.ports import Knowledge

Explainer = Callable[[KnowledgeBase, Posting, str], list[str]]
Checker = Callable[[dt.datetime], Sequence[Problem]]
Clock = Callable[[], dt.datetime]

_FRESH = dt.timedelta(minutes=1)
_MOST_REPORTS = 32
Standing = Callable[[str], Awaitable[Role | None]]
Result = TypeVar("Result")


class Doors(Protocol):
    """Links and sessions: a `bot.storage.sessions.Sessions`."""

    @property
    def lasts(self) -> dt.timedelta:
        """How long a session can last."""
        ...

    async def invite(self, name: str, role: Role, now: dt.datetime, *, subject: str = "") -> str:
        """See `bot.storage.sessions.Sessions.invite`."""
        ...

    async def invitation(self, token: str, now: dt.datetime) -> Invitation | None:
        """See `bot.storage.sessions.Sessions.invitation`."""
        ...

    async def enter(self, token: str, now: dt.datetime, *, agent: str = "") -> str | None:
        """See `bot.storage.sessions.Sessions.enter`."""
        ...

    async def find(self, secret: str, now: dt.datetime) -> Session | None:
        """See `bot.storage.sessions.Sessions.find`."""
        ...

    async def living(self, now: dt.datetime) -> list[Session]:
        """See `bot.storage.sessions.Sessions.living`."""
        ...

    async def change(self, session: int, role: Role) -> None:
        """See `bot.storage.sessions.Sessions.change`."""
        ...

    async def end(self, session: int, now: dt.datetime) -> bool:
        """See `bot.storage.sessions.Sessions.end`."""
        ...


class Log(Protocol):
    """The log, searched: a `bot.storage.search.Search`."""

    async def find(self, wanted: Wanted, before: Cursor | None = None, limit: int = 50) -> Found:
        """See `bot.storage.search.Search.find`."""
        ...

    async def question(self, uid: str) -> Hit | None:
        """See `bot.storage.search.Search.question`."""
        ...

    async def channels(self) -> tuple[str, ...]:
        """See `bot.storage.search.Search.channels`."""
        ...

    async def languages(self) -> tuple[str, ...]:
        """See `bot.storage.search.Search.languages`."""
        ...

    async def dispute(self, uid: str, now: dt.datetime) -> bool:
        """See `bot.storage.search.Search.dispute`."""
        ...


class Counts(Protocol):
    """The log, counted: a `bot.storage.insights.Insights`."""

    async def report(self, period: Period, posting: str | None = None) -> Report:
        """See `bot.storage.insights.Insights.report`."""
        ...


class Tallies(Protocol):
    """The log, counted by topic: a `bot.storage.coverage.Asked`."""

    async def tallies(
        self, posting: str | None = None, since: dt.datetime | None = None
    ) -> Sequence[Tally]:
        """See `bot.storage.coverage.Asked.tallies`."""
        ...


@dataclass
class Remembered:
    """Numbers, each counted anew at most once a minute: over a year of a big log it takes long."""

    counts: Counts
    asked: Tallies
    clock: Clock
    _known: dict[Hashable, tuple[dt.datetime, Any]] = field(default_factory=dict)

    async def report(self, period: Period, posting: str | None = None) -> Report:
        """See `bot.storage.insights.Insights.report`."""
        key = ("report", period, posting)
        return await self._once(key, lambda: self.counts.report(period, posting))

    async def tallies(
        self, posting: str | None = None, since: dt.datetime | None = None
    ) -> Sequence[Tally]:
        """See `bot.storage.coverage.Asked.tallies`."""
        key = ("tallies", posting, since)
        return await self._once(key, lambda: self.asked.tallies(posting, since))

    async def _once(self, key: Hashable, count: Callable[[], Awaitable[Result]]) -> Result:
        now = self.clock()
        known = self._known.get(key)
        if known is not None and now - known[0] < _FRESH:
            return cast("Result", known[1])
        result = await count()
        self._known[key] = (now, result)
        while len(self._known) > _MOST_REPORTS:
            self._known.pop(next(iter(self._known)))
        return result


@dataclass
class House:
    """Everything that a page may need.

    Args:
        desk: what moderators can do.
        doors: links and sessions.
        log: the questions.
        counts: their numbers, and how often each topic was asked.
        knowledge: what is answered now.
        phrases: what the bot says to candidates.
        understand: how questions are understood.
        explain: why.
        words: what the page itself says.
        check: what is to be mended in the knowledge; called in a thread, since it takes a moment.
        address: where the page is reached.
        clock: the time.
        about: what the bot says of its operator.
        standing: looks up which role somebody has by now who came in through a messenger; None
            if nobody can tell, and then a role stands for as long as its session.
    """

    desk: Desk
    doors: Doors
    log: Log
    counts: Remembered
    knowledge: Knowledge
    phrases: Phrases
    understand: Understander
    explain: Explainer
    words: Phrases
    check: Checker
    address: Address
    clock: Clock
    about: About = field(default_factory=About)
    standing: Standing | None = None

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge as it is now."""
        return self.knowledge.current()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown: the first posting's."""
        postings = self.base.postings.values()
        return next((posting.timezone for posting in postings), ZoneInfo("UTC"))

    def scene(self, language: str, posting: Posting | None = None) -> Scene:
        """What wording needs to know."""
        return Scene(self.base, self.phrases, language, self.clock(), posting, self.about)

    def asker(self, now: dt.datetime) -> Asker:
        """Puts questions as a candidate would at *now*; nothing is logged."""
        return Asker(self.base, self.phrases, self.understand, now, self.about)

    def posting(self, wanted: str | None) -> Posting | None:
        """A posting by its id, or None."""
        return self.base.postings.get(wanted or "")

    def titles(self, language: str) -> Mapping[str, str]:
        """The postings by id, with their titles."""
        scene = self.scene(language)
        return {posting.id: scene.title(posting) for posting in self.base.postings.values()}

    async def invite(self, name: str, role: Role, subject: str = "") -> str:
        """A link that lets *name* in once, within ten minutes: for whoever asks for it.

        Args:
            name: how the person is called in what moderators did.
            role: as what they come in.
            subject: who that is on a messenger, so that the role is looked up again later.
        """
        token = await self.doors.invite(name, role, self.clock(), subject=subject)
        return self.address.url(f"/enter/{token}")
