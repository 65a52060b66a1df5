"""Dates as a reader of a language writes them."""

import datetime as dt
from functools import lru_cache

_REMEMBERED = 64
_FORMS = {"fr": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
_FIRST_OF_MONTH = {"fr": "EEEE d'er' MMMM y"}
_JOIN = {"fr": "{0} à {1}"}


def spell(moment: dt.date | dt.datetime, language: str) -> str:
    """``jeudi 26 mars 2026``; with its time of day where *moment* has one.

    The time is written as it stands in *moment*, without its time zone. An unknown language is
    written the English way.
    """
    # Two moments are equal whatever their time zones: what is written tells them apart.
    return _spelt(moment.isoformat(), moment, language)


@lru_cache(_REMEMBERED)
def _spelt(_: str, moment: dt.date | dt.datetime, language: str) -> str:
    # On first need, as below: most answers hold no date, and Babel takes its time.
    from babel.dates import format_date, format_time  # noqa: PLC0415

    known = language if _is_known(language) else "en"
    form = _FORMS.get(known, "full")
    if moment.day == 1:
        form = _FIRST_OF_MONTH.get(known, form)
    day = str(format_date(moment, form, locale=known))
    if not isinstance(moment, dt.datetime):
        return day
    time = format_time(moment.time(), "HH:mm", locale=known)
    return _JOIN.get(known, "{0}, {1}").format(day, time)


@lru_cache(_REMEMBERED)
def _is_known(language: str) -> bool:
    from babel.core import UnknownLocaleError  # noqa: PLC0415
    from babel.dates import format_date  # noqa: PLC0415

    try:
        format_date(dt.date(2000, 1, 1), locale=language)
    except (UnknownLocaleError, ValueError):
        return False
    return bool(language)
