"""Dates as a reader of a language writes them."""

import datetime as dt

from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time

_FORMS = {"fr": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
_FIRST_OF_MONTH = {"fr": "EEEE d'er' MMMM y"}
_JOIN = {"fr": "{0} à {1}"}


def spell(moment: dt.date | dt.datetime, language: str) -> str:
    """``jeudi 26 mars 2026``; with its time of day where *moment* has one.

    The time is written as it stands in *moment*, without its time zone. An unknown language is
    written the English way.
    """
    known = language if _is_known(language) else "en"
    form = _FORMS.get(known, "full")
    if moment.day == 1:
        form = _FIRST_OF_MONTH.get(known, form)
    day = str(format_date(moment, form, locale=known))
    if not isinstance(moment, dt.datetime):
        return day
    time = format_time(moment.time(), "HH:mm", locale=known)
    return _JOIN.get(known, "{0}, {1}").format(day, time)


def _is_known(language: str) -> bool:
    try:
        format_date(dt.date(2000, 1, 1), locale=language)
    except (UnknownLocaleError, ValueError):
        return False
    return bool(language)
