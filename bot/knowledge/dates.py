"""Closing dates as people type them: one pattern, so that nothing is guessed.

A library that guesses reads ``20260326`` as seconds in 1970.
"""

import datetime as dt
import re

from bot.knowledge.mistake import mistake

_EXAMPLE = "write it as 2026-03-26, or with a time as 2026-03-26 12:00"
_CLOSES = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s*(Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})", re.ASCII)
_FIRST_YEAR = 2000
_LAST_YEAR = 2100


def parse_closes(text: str) -> dt.date | dt.datetime:
    """A date, or a date and time; the moment is naive unless an offset was written.

    Raises:
        ValueError: a `mistake` that says how to write it.
    """
    found = _CLOSES.fullmatch(text.strip())
    if found is None:
        raise mistake(f"`{text[:40]}` is not a date that can be read", _suggested(text.strip()))
    day, hour, minute, second, offset = found.groups()
    try:
        date = dt.date.fromisoformat(day)
        moment = None
        if hour is not None:
            stamp = f"{day}T{int(hour):02}:{minute}:{second or '00'}{offset or ''}"
            moment = dt.datetime.fromisoformat(stamp)
    except ValueError as error:
        how = "check the day, the month and the time (from 00:00 to 23:59)"
        raise mistake(f"`{text[:40]}` is not in the calendar", how) from error
    if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        raise mistake(f"the year {date.year} cannot be right", _EXAMPLE)
    return moment or date


def _suggested(text: str) -> str:
    for pattern in (_COMPACT, _YEAR_FIRST, _YEAR_LAST):
        if found := pattern.fullmatch(text):
            try:
                date = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return _EXAMPLE
            return f"write year, month and day apart: {date.isoformat()}"
    return _EXAMPLE
