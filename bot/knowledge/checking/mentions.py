"""Dates that a text mentions, as people write them; month and day names come from the CLDR."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.core import Locale, UnknownLocaleError

_ORDINAL = r"(?:er|st|nd|rd|th|\.|º|ª)?"
_LINK = r"(?:of\s+|de\s+|del\s+)?"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?(?P<year>\d{4})\b)?"
_BLANKS = re.compile("[\u00a0\u202f]")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as it is written in ``text``: without a year or a day of the week where none is.

    ``weekday`` counts from 0, which is Monday. ``start`` is where it stands.
    """

    text: str
    start: int
    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    @property
    def possible(self) -> bool:
        """Whether there is such a day at all."""
        return self.at(self.year or 2000) is not None  # a leap year: it may be any

    @property
    def date(self) -> dt.date | None:
        """The day, if the year is said and there is such a day."""
        return self.at(self.year) if self.year is not None else None

    def at(self, year: int) -> dt.date | None:
        """The day in *year*, or None if there is no such day."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None

    def is_day(self, date: dt.date) -> bool:
        """Whether *date* is meant, or at least may be."""
        return (self.day, self.month) == (date.day, date.month) and self.year in {None, date.year}


def mentions(text: str, language: str) -> Iterator[Mention]:
    """The dates in *text*, in order; ``5/4/2027`` is taken as the fifth of April."""
    names = _names(language)
    plain = _BLANKS.sub(" ", text)
    taken = -1
    for found in sorted(
        (m for pattern in names.patterns for m in pattern.finditer(plain)),
        key=lambda match: (match.start(), -match.end()),
    ):
        if found.start() < taken:
            continue
        parts = found.groupdict()
        day, month = int(parts["day"]), names.month(parts["month"])
        if month > _MONTHS >= day:
            day, month = month, day
        if month > _MONTHS or not day:
            continue
        taken = found.end()
        year = int(parts["year"]) if parts.get("year") else None
        weekday = names.days.get((parts.get("weekday") or "").casefold())
        written = text[found.start() : found.end()].rstrip(".")
        yield Mention(written, found.start(), day, month, year, weekday)


@dataclass(frozen=True)
class _Names:
    patterns: tuple[re.Pattern[str], ...]
    months: dict[str, int]
    days: dict[str, int]

    def month(self, text: str) -> int:
        return int(text) if text.isdigit() else self.months[text.casefold().rstrip(".")]


@lru_cache(32)
def _names(language: str) -> _Names:
    locale = _locale(language)
    months, days = _table(locale.months), _table(locale.days)
    # In English a month is written with a capital letter, unlike the verb "may".
    exact = locale.language == "en"
    month = f"(?P<month>{_either(months, exact=exact)})\\b\\.?"
    weekday = (
        f"(?:\\b(?P<weekday>{_either(days, exact=exact)})\\b\\.?,?\\s+(?:(?:the|le|el|den)\\s+)?)?"
    )
    flags = re.NOFLAG if exact else re.IGNORECASE
    day = r"\b(?P<day>\d{1,2})"
    spelt = (
        f"{weekday}{day}{_ORDINAL}\\s+{_LINK}{month}{_YEAR}",
        f"{weekday}\\b{month}\\s+(?P<day>\\d{{1,2}})(?:st|nd|rd|th)?\\b(?!\\s*[:h%€£])" + _YEAR,
    )
    numbers = (
        weekday + r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b",
        weekday + day + r"[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})\b",
    )
    patterns = tuple(re.compile(pattern, flags) for pattern in (*spelt, *numbers))
    return _Names(patterns, months, days)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def _table(names: Any) -> dict[str, int]:
    """The full and the short names, the full ones deciding, each with its number."""
    found: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for number, name in names["format"][width].items():
            found.setdefault(name.casefold().rstrip("."), int(number))
    return found


def _either(names: dict[str, int], *, exact: bool) -> str:
    shown = {form for name in names for form in (name.capitalize(), name.upper())}
    shown |= set() if exact else set(names)
    return "|".join(re.escape(name) for name in sorted(shown, key=len, reverse=True))
