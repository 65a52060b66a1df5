"""The knowledge as it is answered now: postings, entries, where each comes from, what to mend."""

import asyncio
import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from bot.core.compose import entry_text
from bot.core.dates import spell
from bot.core.decision import NAMES
from bot.core.posting import Check, Entry, Posting, Standing
from bot.core.topic import parent_of
from bot.moderation.web import bubble
from bot.moderation.web.house import House
from bot.moderation.web.inbox import Labels
from bot.moderation.web.log import day_of
from bot.moderation.web.visit import Missing, Visit

_LONGEST_QUESTION = 500
_NOON = dt.time(12)


@dataclass(frozen=True)
class Row:
    """An entry, as a list shows it."""

    entry: Entry
    missing: tuple[str, ...]
    answers: tuple[tuple[str, list[Markup]], ...]


@dataclass(frozen=True)
class Failed:
    """One of HR's own checks that leads elsewhere."""

    check: Check
    found: str


async def knowledge(visit: Visit) -> Response:
    """All postings."""
    house = visit.house
    now = house.clock()
    problems = await asyncio.to_thread(house.check, now)
    counts = {
        posting.id: {
            "entries": len(posting.entries),
            "learned": sum(entry.learned for entry in posting.entries),
            "missing": sum(bool(_missing(entry, posting)) for entry in posting.entries),
            "closed": posting.is_closed(now),
            "problems": sum(problem.file == posting.file for problem in problems),
        }
        for posting in house.base.postings.values()
    }
    return visit.page(
        "knowledge.html",
        here="knowledge",
        postings=tuple(house.base.postings.values()),
        titles=house.titles(visit.language),
        counts=counts,
        problems=problems,
    )


async def posting(visit: Visit) -> Response:
    """One posting: its entries, and the box for trying it."""
    house = visit.house
    found = house.posting(visit.named("posting"))
    if found is None:
        raise Missing
    now = house.clock()
    files = {found.file, *(entry.file for entry in found.entries)}
    problems = [one for one in await asyncio.to_thread(house.check, now) if one.file in files]
    language = visit.query.text("language")
    return visit.page(
        "posting.html",
        here="knowledge",
        posting=found,
        title=house.scene(visit.language).title(found),
        rows=[_row(house, entry, found, now) for entry in found.entries],
        closed=found.is_closed(now),
        closes=_closes(found, visit.language),
        labels=Labels(visit),
        problems=problems,
        failed=_failed(house, found, now),
        silent=_silent(house, found),
        tried=_tried(visit, found),
        language=language if house.phrases.has(language) else "",
        languages=tuple(dict.fromkeys((*found.languages, *house.phrases.languages))),
    )


def _row(house: House, entry: Entry, posting: Posting, now: dt.datetime) -> Row:
    texts = entry.texts(closed=posting.is_closed(now))
    answers = [
        (code, bubble.bubbles(entry_text(entry, house.scene(code, posting)))) for code in texts
    ]
    return Row(entry, _missing(entry, posting), tuple(answers))


def _closes(posting: Posting, language: str) -> str:
    closes = posting.closes
    if isinstance(closes, dt.datetime):
        closes = closes.astimezone(posting.timezone)
    return spell(closes, language) if closes else ""


def _missing(entry: Entry, posting: Posting) -> tuple[str, ...]:
    return tuple(code for code in posting.languages if not entry.answer.get(code))


def _silent(house: House, posting: Posting) -> list[tuple[str, bool]]:
    """The topics without an answer, and whether HR listed them so; details of such are left out."""
    if not posting.topics:
        return []
    standing = {topic.id: posting.coverage(topic.id).standing for topic in house.base.open_topics()}
    silent = (Standing.UNSTATED, Standing.MISSING)
    return [
        (topic, found is Standing.UNSTATED)
        for topic, found in standing.items()
        if found in silent and standing.get(parent_of(topic) or "") not in silent
    ]


def _failed(house: House, posting: Posting, now: dt.datetime) -> list[Failed]:
    asker = house.asker(now)
    failed = []
    for check in posting.tests:
        record = asker.ask(check.question, posting)
        ids = {part.id for part in record.parts}
        wanted = check.expect
        met = record.decision == wanted if wanted in NAMES.values() else wanted in ids
        if not met:
            found = ", ".join(filter(None, (part.id for part in record.parts)))
            failed.append(Failed(check, f"{record.decision} {found}".strip()))
    return failed


def _tried(visit: Visit, posting: Posting) -> dict[str, object] | None:
    """What comes of the question in the box, on the day that was named."""
    text = visit.query.text("question")[:_LONGEST_QUESTION]
    if not text:
        return None
    house = visit.house
    day = day_of(visit.query.text("day"))
    now = dt.datetime.combine(day, _NOON, posting.timezone) if day else house.clock()
    language = visit.query.text("language")
    spoken = language if house.phrases.has(language) else None
    record = house.asker(now).ask(text, posting, language=spoken)
    return {
        "question": text,
        "day": day.isoformat() if day else "",
        "record": record,
        "bubbles": bubble.bubbles(record.written.text),
        "buttons": [button.label for row in record.written.buttons for button in row],
        "explained": house.explain(house.base, posting, text),
    }
