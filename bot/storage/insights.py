"""Counting what was asked, for a posting and a period. Wording and drawing it stay out."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, false, func, select

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
        decisions, hours, days = await self._over_time(period, where)
        people, liked, disliked = await self._people(where)
        count, median = await self._waits(where)
        return Report(
            period=period,
            posting=posting,
            decisions=decisions,
            people=people,
            liked=liked,
            disliked=disliked,
            answered_by_people=count,
            median_wait=median,
            topics=await self._topics(where),
            languages=await self._languages(where),
            hours=hours,
            days=days,
        )

    async def _over_time(
        self, period: Period, where: list[ColumnElement[bool]]
    ) -> tuple[dict[str, int], tuple[int, ...], tuple[Day, ...]]:
        """By decision, by hour of the day, by day; the last two as the period's zone has them."""
        hour = func.substr(questions.c.received, 1, _HOUR).label("hour")
        query = (
            select(hour, questions.c.decision, func.count().label("n"))
            .where(*where)
            .group_by(hour, questions.c.decision)
        )
        decisions: Counter[str] = Counter()
        hours = [0] * 24
        days: dict[dt.date, Counter[str]] = {}
        local: dict[str, dt.datetime] = {}
        for text, decision, count in map(tuple, await self.database.rows(query)):
            if text not in local:
                moment = dt.datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=dt.UTC)
                local[text] = moment.astimezone(period.zone)
            here = local[text]
            decisions[decision] += count
            hours[here.hour] += count
            days.setdefault(here.date(), Counter())[decision] += count
        every = (period.first + dt.timedelta(days=n) for n in range(period.days))
        return (
            {decision: decisions[decision] for decision in DECISIONS},
            tuple(hours),
            tuple(Day(day, dict(days.get(day, {}))) for day in every),
        )

    async def _people(self, where: list[ColumnElement[bool]]) -> tuple[int, int, int]:
        query = select(
            func.count(distinct(questions.c.person)),
            func.coalesce(func.sum(case((questions.c.rating > 0, 1), else_=0)), 0),
            func.coalesce(func.sum(case((questions.c.rating < 0, 1), else_=0)), 0),
        ).where(*where)
        people, liked, disliked = tuple((await self.database.rows(query))[0])
        return int(people), int(liked), int(disliked)

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


def _where(period: Period, posting: str | None) -> list[ColumnElement[bool]]:
    where = [
        questions.c.superseded.is_(false()),
        questions.c.received >= in_utc(period.since),
        questions.c.received < in_utc(period.until),
        questions.c.decision.in_(DECISIONS),
    ]
    return where if posting is None else [*where, questions.c.posting == posting]
