"""Counting what was asked, for a posting and a period. Wording and drawing it stay out."""

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, false, func, literal, select

from bot.core.gap import GapState
from bot.core.insights import DECISIONS, Day, Period, Report, TopicCount
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import gaps, questions

_MOST_TOPICS = 200
_SILENT = ("unstated", "partial")
_HOUR = len("2026-03-01 12")
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Insights:
    """The log, counted. Every method raises StoreError if the database cannot be used.

    What an edit superseded does not count, nor does small talk; what was forgotten still does.
    """

    database: Database

    async def report(self, period: Period, posting: str | None = None) -> Report:
        """The numbers of *period*, for one posting or for all."""
        where = _where(period, posting)
        over_time, people, waits, topics, languages = await asyncio.gather(
            self._over_time(period, where),
            self._people(where),
            self._waits(where),
            self._topics(where),
            self._languages(where),
        )
        return Report(
            period=period,
            posting=posting,
            decisions=over_time.decisions,
            people=people,
            liked=over_time.liked,
            disliked=over_time.disliked,
            answered_by_people=waits[0],
            median_wait=waits[1],
            topics=topics,
            languages=languages,
            hours=over_time.hours,
            days=over_time.days,
        )

    async def _over_time(self, period: Period, where: list[ColumnElement[bool]]) -> "_OverTime":
        """By decision, by hour of the day, by day; the last two as the period's zone has them."""
        hour = func.substr(questions.c.received, 1, _HOUR).label("hour")
        sums = [_times(questions.c.decision == decision) for decision in DECISIONS]
        ratings = [_times(questions.c.rating > 0), _times(questions.c.rating < 0)]
        query = select(hour, *sums, *ratings).where(*where).group_by(hour)
        found = _OverTime()
        for text, *numbers in map(tuple, await self.database.rows(query)):
            moment = dt.datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=dt.UTC)
            here = moment.astimezone(period.zone)
            *counts, liked, disliked = map(int, numbers)
            found.add(here, dict(zip(DECISIONS, counts, strict=True)), liked, disliked)
        found.fill(period)
        return found

    async def _people(self, where: list[ColumnElement[bool]]) -> int:
        # Grouping is three times as fast as counting what is distinct.
        some = select(literal(1)).where(*where, questions.c.person.is_not(None))
        query = select(func.count()).select_from(some.group_by(questions.c.person).subquery())
        return int((await self.database.rows(query))[0][0])

    async def _waits(self, where: list[ColumnElement[bool]]) -> tuple[int, float | None]:
        days: Any = func.julianday(questions.c.closed) - func.julianday(questions.c.opened)
        answered = (
            select(days.label("days"))
            .join(gaps, gaps.c.id == questions.c.gap)
            .where(
                *where,
                gaps.c.state == GapState.ANSWERED.value,
                questions.c.act.is_not(None),
                questions.c.opened.is_not(None),
                questions.c.closed.is_not(None),
            )
            .order_by("days")
        )
        count_all = select(func.count()).select_from(answered.order_by(None).subquery())
        count = int((await self.database.rows(count_all))[0][0])
        if not count:
            return 0, None
        # The one in the middle, or the two around it.
        middle = answered.limit(2 - count % 2).offset((count - 1) // 2)
        found = [float(row.days) for row in await self.database.rows(middle)]
        return count, max(0.0, sum(found) / len(found) * _SECONDS_A_DAY)

    async def _topics(self, where: list[ColumnElement[bool]]) -> tuple[TopicCount, ...]:
        topic = func.coalesce(questions.c.topic, questions.c.entry).label("topic")
        silent = questions.c.decision.in_(_SILENT)
        query: Any = (
            select(
                topic,
                func.count(),
                func.count(distinct(questions.c.person)),
                func.sum(case((silent, 1), else_=0)),
                func.count(distinct(case((silent, questions.c.person)))),
            )
            .where(*where, topic.is_not(None))
            .group_by(topic)
            .order_by(func.count().desc(), topic)
            .limit(_MOST_TOPICS)
        )
        rows = await self.database.rows(query)
        return tuple(TopicCount(str(row[0]), *map(int, row[1:])) for row in rows)

    async def _languages(self, where: list[ColumnElement[bool]]) -> dict[str, int]:
        query = (
            select(questions.c.language, func.count())
            .where(*where)
            .group_by(questions.c.language)
            .order_by(func.count().desc(), questions.c.language)
        )
        return {
            str(language): int(n) for language, n in map(tuple, await self.database.rows(query))
        }


@dataclass
class _OverTime:
    decisions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DECISIONS, 0))
    liked: int = 0
    disliked: int = 0
    by_hour: list[int] = field(default_factory=lambda: [0] * 24)
    by_day: dict[dt.date, Counter[str]] = field(default_factory=dict)
    days: tuple[Day, ...] = ()

    @property
    def hours(self) -> tuple[int, ...]:
        """How many in each hour of the day."""
        return tuple(self.by_hour)

    def add(self, here: dt.datetime, counts: dict[str, int], liked: int, disliked: int) -> None:
        """Count an hour's questions."""
        for decision, count in counts.items():
            self.decisions[decision] += count
        self.by_hour[here.hour] += sum(counts.values())
        self.by_day.setdefault(here.date(), Counter()).update(counts)
        self.liked += liked
        self.disliked += disliked

    def fill(self, period: Period) -> None:
        """Make the days, those without a question too."""
        every = (period.first + dt.timedelta(days=n) for n in range(period.days))
        self.days = tuple(Day(day, dict(self.by_day.get(day, {}))) for day in every)


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _where(period: Period, posting: str | None) -> list[ColumnElement[bool]]:
    where = [
        questions.c.superseded.is_(false()),
        questions.c.received >= in_utc(period.since),
        questions.c.received < in_utc(period.until),
        questions.c.decision.in_(DECISIONS),
    ]
    return where if posting is None else [*where, questions.c.posting == posting]
