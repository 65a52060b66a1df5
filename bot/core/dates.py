"""Dates as a reader of a language writes them."""

import datetime as dt

from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time

_FORMS = {"fr": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
_JOIN = {"fr": "{0} à {1}", "en": "{0}, {1}"}


def spell(moment: dt.date | dt.datetime, language: str) -> str:
    """``jeudi 26 mars 2026``; with its time of day where *moment* has one.

    An unknown language is written the English way.
    """
    known = language if _is_known(language) else "en"
    form = _FORMS.get(known, "full")
    if not isinstance(moment, dt.datetime):
        return str(format_date(moment, form, locale=known))
    if known in _JOIN:
        day = format_date(moment.date(), form, locale=known)
        return _JOIN[known].format(day, format_time(moment.time(), "HH:mm", locale=known))
    return str(format_datetime(moment, "long", locale=known))


def _is_known(language: str) -> bool:
    try:
        format_date(dt.date(2000, 1, 1), locale=language)
    except (UnknownLocaleError, ValueError):
        return False
    return True
