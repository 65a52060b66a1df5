"""Insights: what a period's questions tell, as a page and as a spreadsheet."""

import datetime as dt

from starlette.responses import Response

from bot.core.insights import DECISIONS, Period, Report, gathered
from bot.core.posting import Standing
from bot.moderation.web.charts import Column, bar, columns
from bot.moderation.web.inbox import Labels
from bot.moderation.web.log import day_of
from bot.moderation.web.sheets import download_of, sheets_of
from bot.moderation.web.visit import Visit

SPANS = (7, 30, 90, 365)
"""The periods that are offered, in days."""

LONGEST = 3660
_USUAL = 30
_MOST_COLUMNS = 46
_MOST_TOPICS = 15


async def insights(visit: Visit) -> Response:
    """The page."""
    period, posting = period_of(visit), _posting(visit)
    report = await visit.house.counts.report(period, posting)
    days = gathered(report.days, _MOST_COLUMNS)
    return visit.page(
        "insights.html",
        here="insights",
        report=report,
        period=period,
        posting=posting,
        titles=visit.house.titles(visit.language),
        spans=SPANS,
        span=period.days if period.last == _today(visit) else None,
        days=days,
        days_chart=columns(
            [
                Column(f"{day.first:%d.%m.}", {one: day.decisions.get(one, 0) for one in DECISIONS})
                for day in days
            ],
            every=max(1, -(-len(days) // 10)),
        ),
        hours_chart=columns(
            [Column(str(hour), {"plain": count}) for hour, count in enumerate(report.hours)],
            every=3,
            across=420,
        ),
        topics=report.topics[:_MOST_TOPICS],
        silent=_silent(visit, report, posting),
        bar=bar,
        labels=Labels(visit),
        decisions=DECISIONS,
    )


async def download(visit: Visit) -> Response:
    """The same numbers as CSV or XLSX."""
    period, posting = period_of(visit), _posting(visit)
    report = await visit.house.counts.report(period, posting)
    sheets = sheets_of(report, visit, Labels(visit))
    name = f"insights-{posting or 'all'}-{period.first}-{period.last}"
    return download_of(sheets, name, visit.named("kind"))


def period_of(visit: Visit) -> Period:
    """The period that is asked for: a number of days up to today, or from a day to a day."""
    today = _today(visit)
    first = day_of(visit.query.text("since"))
    last = day_of(visit.query.text("until"))
    days = visit.query.number("days") or _USUAL
    if first is None and last is None:
        last = today
        first = last - dt.timedelta(days=min(days, LONGEST) - 1)
    last = last or today
    first = first or last - dt.timedelta(days=_USUAL - 1)
    if first > last:
        first, last = last, first
    first = max(first, last - dt.timedelta(days=LONGEST - 1))
    return Period(first, last, visit.house.zone)


def _today(visit: Visit) -> dt.date:
    return visit.house.clock().astimezone(visit.house.zone).date()


def _posting(visit: Visit) -> str | None:
    """Only postings that are there: the name ends up in that of a file."""
    wanted = visit.query.text("posting")
    return wanted if visit.house.posting(wanted) is not None else None


def _silent(visit: Visit, report: Report, posting: str | None) -> list[tuple[str, bool]]:
    """Sentences about what was asked and is not stated, and whether it was answered since."""
    labels = Labels(visit)
    said = []
    found = visit.house.posting(posting)
    for topic in report.silent[:_MOST_TOPICS]:
        about = visit.house.scene(visit.language, found).about_topic(topic.id)
        if about == topic.id:
            about = labels(topic.id, posting)
        now = found.coverage(topic.id).standing if found is not None else Standing.MISSING
        key, count = ("insights.silent_people", topic.silent_people)
        if not count:
            key, count = ("insights.silent_times", topic.silent)
        said.append((visit.many(key, count, about=about), now is Standing.STATED))
    return said
