"""What HR must settle: where the source contradicts itself, its metadata, or the calendar.

What stays out: what is merely missing (`drafting`).
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.core.dates import spell
from bot.drafting.entries import Entry
from bot.drafting.heading import Closing, moment_of
from bot.drafting.jobposting import Metadata
from bot.drafting.sections import Section
from bot.drafting.statement import Statement
from bot.drafting.values import dates_in, numbers_in, simple

_NUMBERS: Mapping[str, int] = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
}  # fmt: skip
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|[2-9]|"
    rf"10) (?P<what>[a-z]{{3,}}(?: [a-z'-]{{2,}}){{0,4}}?) ?:$"
)
_LISTED = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|[2-9]) (?P<what>[a-z]{{3,}}(?: [a-z'-]{{2,}}){{0,3}}?) ?: "
    r"(?P<list>[^.:;]{5,200})"
)
_WEEKLY = re.compile(
    r"\b(\d{1,2})(?:[.,](\d{1,2})|(?: ?h(?:eures?)? ?)(\d\d))? ?(?:h\b|heures?|hours?|hrs?|"
    r"std|stunden|horas)? ?"
    r"(?:/|par|hebdo\w*|de travail par|per|a|each|pro|die|semanales|a la|/ ?)? ?"
    r"(?:sem\w*|week\w*|woche\w*|hebdo\w*|semanales)"
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEASON = 330


def doubts(
    sections: Sequence[Section],
    found: Sequence[Entry],
    closing: Closing,
    metadata: Metadata,
    today: dt.date,
) -> list[str]:
    """What HR must settle, one line each, in the order of its weight."""
    by_key = {entry.key: entry for entry in found}
    language, near = closing.language, closing.near
    out = list(_closing(closing, metadata, today))
    out += _metadata(by_key, metadata, language, near)
    out += _counts(sections)
    out += _hours(by_key)
    out += _days(sections, language, near)
    out += _starts(by_key, closing)
    return list(dict.fromkeys(out))


def shown(moment: dt.date | dt.datetime) -> str:
    """A date as HR reads it in a comment."""
    exact = (
        moment.isoformat(sep=" ")[:16] if isinstance(moment, dt.datetime) else moment.isoformat()
    )
    return f"{spell(moment, 'en')} ({exact})"


def _date(moment: dt.date | dt.datetime) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _closing(closing: Closing, metadata: Metadata, today: dt.date) -> Iterator[str]:
    dates = list(dict.fromkeys(dated.date for dated, _ in closing.dated))
    if len(dates) > 1:
        yield "the text gives several closing dates: " + ", ".join(map(shown, dates))
    if closing.first and metadata.closes and _date(closing.first) != _date(metadata.closes):
        yield (
            f"closing date: the page says {shown(closing.first)}, "
            f"the metadata {shown(metadata.closes)}; the page's is used"
        )
    last = closing.first or metadata.closes
    if last is not None and _date(last) < today:
        yield f"the closing date, {shown(last)}, has passed"
    for dated, statement in closing.dated[:1]:
        if not dated.year:
            yield f"“{_short(statement.text)}” names no year: {dated.date.year} is assumed"


def _metadata(
    by_key: Mapping[str, Entry], metadata: Metadata, language: str, near: dt.date
) -> Iterator[str]:
    salary = by_key.get("salary")
    if salary and salary.statements and metadata.amounts:
        told = [number for one in salary.statements for number in numbers_in(one.text)]
        told = [number for number in told if number >= 5]  # noqa: PLR2004 - "a prime of 3 %"
        if told and not any(_near(a, b) for a in told for b in metadata.amounts):
            given = " to ".join(f"{amount:g}" for amount in metadata.amounts)
            said = _short(salary.statements[0].text)
            yield f"salary: the page says “{said}”, the metadata {given}"
    hours = by_key.get("hours")
    if hours and hours.statements:
        yield from _metadata_hours(hours, metadata)
    start = by_key.get("start_date")
    if start and start.statements and metadata.starts:
        told_dates = [
            d.date for s in start.statements for d in dates_in(s.text, language, near=near)
        ]
        if told_dates and metadata.starts not in told_dates:
            yield (
                f"start: the page says {shown(told_dates[0])}, "
                f"the metadata {shown(metadata.starts)}"
            )
    place = by_key.get("location")
    if place and place.statements and metadata.towns:
        text = simple(" ".join(statement.text for statement in place.statements))
        missing = [town for town in metadata.towns if simple(town).split(" ")[0] not in text]
        if missing and len(missing) == len(metadata.towns):
            yield (
                f"place: the page says “{_short(place.statements[0].text)}”, "
                f"the metadata {', '.join(missing)}"
            )


def _metadata_hours(hours: Entry, metadata: Metadata) -> Iterator[str]:
    text = simple(" ".join(statement.text for statement in hours.statements))
    told, given = _weekly(text), _weekly(simple(metadata.hours))
    if told and given and not told & given:
        said = _short(hours.statements[0].text)
        yield f"hours: the page says “{said}”, the metadata “{metadata.hours}”"
    full = re.search(r"temps (plein|complet)|full[- ]time|vollzeit|jornada completa", text)
    part = re.search(
        r"temps partiel|mi-?temps|part[- ]time|teilzeit|jornada parcial|media jornada", text
    )
    if full and not part and metadata.kinds == ("PART_TIME",):
        yield "hours: the page says full time, the metadata part time"
    if part and not full and metadata.kinds == ("FULL_TIME",):
        yield "hours: the page says part time, the metadata full time"


def _near(one: float, other: float) -> bool:
    """Whether two amounts may be the same, by the hour, month or year."""
    return any(abs(one * times - other) < 0.02 * other for times in (1, 12, 13, 1 / 12, 1 / 13))


def _counts(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        for place, statement in enumerate(section.statements):
            yield from _counted_items(statement, section.statements[place + 1 :])
            folded = simple(statement.text)
            for match in _LISTED.finditer(folded):
                number = _number(match["number"])
                items = re.split(r",\s*| (?:et|and|und|y) ", match["list"])
                items = [item for item in items if item.strip()]
                short = all(len(item.split()) <= 4 for item in items)  # noqa: PLR2004 - names
                if len(items) > 1 and short and len(items) != number:
                    yield _miscount(number, match["what"], len(items), statement)


def _counted_items(statement: Statement, after: Sequence[Statement]) -> Iterator[str]:
    match = _COUNTED.search(simple(statement.text))
    if match is None:
        return
    blocks = []
    for other in after:
        if not other.item or other.lead != statement.text:
            break
        blocks.append(other.block)
    count = len(set(blocks))
    number = _number(match["number"])
    if count and count != number:
        yield _miscount(number, match["what"], count, statement)


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _miscount(number: int, what: str, count: int, statement: Statement) -> str:
    verb = "is" if count == 1 else "are"
    return (
        f"{_word(number)} {what.strip()} are announced, but {_word(count)} {verb} listed: "
        f"“{_short(statement.text)}”"
    )


def _weekly(text: str) -> set[float]:
    """The hours a week that a text gives."""
    found = set()
    for match in _WEEKLY.finditer(text):
        whole, decimal, minutes = match.groups()
        value = float(whole)
        value += float(f"0.{decimal}") if decimal else (float(minutes) / 60 if minutes else 0)
        if 4 <= value <= 60:  # noqa: PLR2004 - what a working week can have
            found.add(value)
    return found


def _hours(by_key: Mapping[str, Entry]) -> Iterator[str]:
    hours = by_key.get("hours")
    if hours is None:
        return
    weeks: dict[float, Statement] = {}
    for statement in hours.statements:
        if re.search(
            r"\bou\b|\bor\b|\boder\b|bis|entre|between|\bto\b|\ba \d|-|–", simple(statement.text)
        ):
            continue  # several on purpose
        for value in _weekly(simple(statement.text)):
            weeks.setdefault(value, statement)
    if len(weeks) > 1:
        told = ", ".join(f"“{_short(statement.text)}”" for statement in weeks.values())
        yield f"different hours a week: {told}"


def _days(sections: Sequence[Section], language: str, near: dt.date) -> Iterator[str]:
    for section in sections:
        for statement in section.statements:
            for dated in dates_in(statement.text, language, near=near):
                if (
                    dated.year
                    and dated.weekday is not None
                    and dated.weekday != dated.date.weekday()
                ):
                    yield (
                        f"“{_short(statement.text)}”: {dated.date.isoformat()} is a "
                        f"{_DAYS[dated.date.weekday()]}, not a {_DAYS[dated.weekday]}"
                    )


def _starts(by_key: Mapping[str, Entry], closing: Closing) -> Iterator[str]:
    start = by_key.get("start_date")
    if start is None or closing.first is None:
        return
    last = _date(moment_of(closing.dated[0][0]))
    for statement in start.statements:
        for dated in dates_in(statement.text, closing.language, near=closing.near):
            if dated.year and dated.date < last and (last - dated.date).days < _SEASON:
                yield f"the job starts on {shown(dated.date)}, before it closes: {shown(last)}"
                return


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."  # noqa: PLR2004
