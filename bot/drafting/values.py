"""Values within a text: dates, money, addresses, telephone numbers, languages; and their marks.

`simple` makes a text comparable; `marked` also puts a mark such as ``§date`` where a value stands,
so that a pattern can say "before" followed by a date. What stays out: what a value is about.
"""

import datetime as dt
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.matching.text import fold

_INCLUSIVE = re.compile(
    r"(?<=[a-z])(?:[·•.]|\()(?:trice|rice|euse|ienne|enne|ne|te|le|se|e|in|ere|es|s)s?\)?s?"
    r"(?:[·•.]s)?(?![\w@])"
)
_SPACE = re.compile(r"\s+")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
URL = re.compile(
    r"\bhttps?://[^\s<>\"')\]]{3,300}|\bwww\.[^\s<>\"')\]]{3,300}"
    r"|(?<![@\w.-])(?:[a-z0-9-]{1,60}\.){1,4}(?:com|org|net|fr|uk|de|es|eu|io|ie|be|ch|at|int|"
    r"info|jobs|"
    r"example)\b(?![.-]?\w*@)(?:/[^\s<>\"')\]]{0,300})?"
)
_SIGNS = (
    r"€|£|\$|(?:eur(?:os?)?|gbp|usd|chf|cad|kes|xof|f ?cfa|dollars?|pounds?|mad|dkk|sek|pln|tnd|"
    r"ugx|tzs|etb|inr|aud|nok)\b"
)
_AMOUNT = r"\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
MONEY = re.compile(
    rf"(?:(?:{_SIGNS})\s?(?:{_AMOUNT})\s?k?(?:\s?(?:-|–|—|to|a|bis|et|and|"
    rf"y)\s?(?:{_SIGNS})?\s?(?:{_AMOUNT})\s?k?\b)?)"
    rf"|(?:(?:{_AMOUNT})\s?k?\s?(?:(?:-|–|—|to|a|bis|et|and|"
    rf"y)\s?(?:{_AMOUNT})\s?)?k?\s?(?:{_SIGNS}))"
)
_MONTHS = (
    r"janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?|"
    r"oct(?:obre)?|nov(?:embre)?|dec(?:embre)?|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|okt|dez|januar|februar|"
    r"marz|juni|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
    r"septiembre|setiembre|octubre|noviembre|diciembre"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"\b{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b"
    rf"|\b{_DAY}[./-](?:0?[1-9]|1[0-2])[./-](?:{_YEAR}|\d\d)\b(?!\d)"
    rf"|\b{_DAY}(?:er|st|nd|rd|th)?\.? ?(?:de |of )?(?:{_MONTHS})\b\.?,?(?: (?:de |del )?{_YEAR})?"
    rf"|\b(?:{_MONTHS})\.? {_DAY}(?:st|nd|rd|th)?\b(?! ?(?:h|heures|hours|"
    rf"{_MONTHS})\b)(?:,? {_YEAR})?"
)
_SEASONS = "printemps|ete|automne|hiver|rentree|spring|summer|autumn|winter"
MONTH = re.compile(rf"\b(?:{_MONTHS})\.? (?:de |of )?{_YEAR}\b|\b(?:{_SEASONS}) {_YEAR}\b")
_WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    "es": ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
}
_POSTCODE = re.compile(r"\b\d{5}(?= [a-z])|\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b")
_LEVEL = re.compile(r"\b[abc][12]\b")
_TIME = re.compile(
    r"(?P<noon>\bmidi\b|(?:12 )?\bnoon\b|\bmidday\b|\bmittag)|(?P<midnight>\bminuit\b|\bmidnight\b)"
    r"|\b(?P<h>\d{1,2})(?:[:.h](?P<m>[0-5]\d))?\s?(?P<half>am|pm|a\.m\.|p\.m\.)(?!\w)"
    r"|\b(?P<h2>[01]?\d|2[0-4]) ?(?:h|uhr|heures)\b ?(?P<m2>[0-5]\d)?"
    r"|\b(?P<h3>[01]\d|2[0-3])[:h](?P<m3>[0-5]\d)\b"
)
_CALLED = re.compile(
    r"(?:\btel\b|telephone|phone|\bcall\b|appel\w*|telefon\w*|joindre|\bau|\bon)\D{0,12}"
    r"(\+?\(?\d[\d .()/-]{7,18}\d)"
)
_REGIONS = {"fr": "FR", "en": "GB", "de": "DE", "es": "ES"}
_NO_LANGUAGE = re.compile(
    r"(?:sol|territoire|nationalite|loi|marche|droit|systeme|etat|gouvernement|reglementation|"
    r"passeport|legislation|administration|public|fiscal) (?:de |en |le |la )?$"
)
_SPOKEN = (
    "fr", "en", "es", "de", "it", "pt", "nl", "pl", "ro", "tr", "sv", "da", "hu", "cs", "sq", "hr",
    "vi", "sw", "so", "ar", "fa", "ps", "ur", "ru", "uk", "zh", "ja", "ko", "hi", "bn", "ta", "ti",
    "am", "om", "ln", "wo", "bm", "ff", "ha", "mg", "el", "bg", "sr", "ku", "ka", "hy", "he", "ca",
    "eu", "gl", "fi", "no", "nb", "br", "cy", "ga", "lu", "lb", "rw", "rn", "my", "km", "th", "ne",
)  # fmt: skip
_OTHER_NAMES = (
    "kiswahili|dari|farsi|pachto|pashto|pachtou|lsf|bsl|tigrigna|tigrinya|langue des signes|"
    "british sign language|sign language|mandarin|castellano|peul|lingala|soninke|creole"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text: where it stands in the folded text, and what it is.

    ``year`` tells whether the year was written; ``time`` is there if a time of day follows.
    """

    start: int
    end: int
    date: dt.date
    year: bool
    time: dt.time | None = None
    weekday: int | None = None


def simple(text: str) -> str:
    """Lower case, without accents and inclusive endings, single spaces."""
    return _SPACE.sub(" ", _INCLUSIVE.sub("", fold(text))).strip()


@functools.lru_cache(maxsize=4096)
def marked(text: str, language: str) -> str:
    """`simple`, with marks where values stand: §email, §url, §phone, §date, §month, §money, ...

    The mark of a year-less date is the same as that of a date.
    """
    folded = EMAIL.sub(" §email ", simple(text))
    folded = URL.sub(" §url ", folded)
    folded = DATE.sub("§date", MONTH.sub(_month_mark, folded))
    for start, end in sorted(_phones(folded, language), reverse=True):
        folded = f"{folded[:start]}§phone{folded[end:]}"
    folded = MONEY.sub("§money ", folded)
    folded = _POSTCODE.sub("§postcode", folded)
    folded = _LEVEL.sub("§level", folded)
    folded = language_names(language).sub(_language_mark, folded)
    return _SPACE.sub(" ", folded).strip()


def _language_mark(match: re.Match[str]) -> str:
    """A language is marked; "on French soil" names none."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    return match[0] if _NO_LANGUAGE.search(before) else "§language"


def _month_mark(match: re.Match[str]) -> str:
    """A month alone is marked; one that belongs to a day stays for the date."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    day = re.search(rf"\b{_DAY}(?:er|st|nd|rd|th)?\.? ?(?:de |of )?$", before)
    return match[0] if day else "§month"


@functools.cache
def language_names(language: str) -> re.Pattern[str]:
    """The names of languages as *language* calls them."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loads its tables

    try:
        names = Locale(language).languages
    except (UnknownLocaleError, ValueError):
        names = Locale("en").languages
    known = {fold(names[code]) for code in _SPOKEN if code in names}
    known = {re.escape(name) for name in known if len(name) > 3}  # noqa: PLR2004 - "ga", "lu"
    ending = "(?:kenntnisse|sprachig)?" if language == "de" else ""
    return re.compile(
        rf"\b(?:{'|'.join(sorted(known, key=len, reverse=True))}|{_OTHER_NAMES}){ending}\b"
    )


def _phones(folded: str, language: str) -> Iterator[tuple[int, int]]:
    import phonenumbers  # noqa: PLC0415 - loads its tables

    if sum(letter.isdigit() for letter in folded) < 8:  # noqa: PLR2004 - no number is shorter
        return
    matches = phonenumbers.PhoneNumberMatcher(folded, _REGIONS.get(language, "GB"))
    taken = [(match.start, match.end) for match in matches]
    for called in _CALLED.finditer(folded):
        start, end = called.span(1)
        if all(end <= one or start >= other for one, other in taken) and "§" not in called[1]:
            taken.append((start, end))
    yield from taken


def dates_in(text: str, language: str, *, near: dt.date) -> list[Dated]:
    """The dates in *text* in their order.

    Args:
        text: as it was written.
        language: decides whether 3/4 is in March or in April (only American English says March).
        near: a date without its year is the next one after this.
    """
    folded = simple(text)
    found = []
    for match in DATE.finditer(folded):
        date, year = _date(match[0], language, near)
        if date is not None:
            before = folded[max(0, match.start() - 14) : match.start()]
            after = folded[match.end() : match.end() + 24]
            time = _time_after(after) or _time_before(folded[: match.start()])
            weekday = _weekday(before)
            found.append(Dated(match.start(), match.end(), date, year, time, weekday))
    return found


def _date(text: str, language: str, near: dt.date) -> tuple[dt.date | None, bool]:
    if re.fullmatch(rf"{_YEAR}-\d\d-\d\d", text):
        try:
            return dt.date.fromisoformat(text), True
        except ValueError:
            return None, True
    import dateparser  # noqa: PLC0415 - loads its tables

    has_year = bool(re.search(rf"\b{_YEAR}\b", text)) or bool(re.search(r"[./-]\d\d$", text))
    # Abbreviated or in another language than the page: all four are tried, its own first.
    spoken = list(
        dict.fromkeys((language if language in _REGIONS else "en", "en", "fr", "de", "es"))
    )
    settings = {
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": dt.datetime.combine(near, dt.time()),
        "REQUIRE_PARTS": ["day", "month"],
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    cleaned = re.sub(r"(?<=\d)(?:er|st|nd|rd|th)\b", "", text).replace(" of ", " ")
    for code in spoken:
        parsed = dateparser.parse(cleaned, languages=[code], settings=settings)
        if parsed is not None:
            return parsed.date(), has_year
    return None, has_year


def _weekday(before: str) -> int | None:
    """The day of the week that is written just before a date."""
    for names in _WEEKDAYS.values():
        for number, name in enumerate(names):
            if re.search(rf"\b{name},? ?(?:den |el |the )?$", before):
                return number
    return None


def _time_after(text: str) -> dt.time | None:
    """The time of day that follows a date directly: "9 July (noon)", "15 septembre, 18 h"."""
    match = re.match(
        rf"[\s,(]*(?:(?:at|a|um|by|before|avant|a las|jusqu'a) )?(?:{_TIME.pattern})", text
    )
    return _time(match) if match else None


def _time_before(text: str) -> dt.time | None:
    """The time of day just before a date: "by 5pm on Friday 14 May"."""
    days = "|".join(day for names in _WEEKDAYS.values() for day in names)
    match = re.search(
        rf"(?:{_TIME.pattern})[\s,]*(?:(?:on|le|am|del?|of) )?(?:(?:{days}),? ?)?$", text[-40:]
    )
    return _time(match) if match else None


def _time(match: re.Match[str]) -> dt.time | None:
    """The time that was found; midnight ends a day, so it adds nothing."""
    if match["midnight"]:
        return None
    if match["noon"]:
        return dt.time(12)
    hour = int(match["h"] or match["h2"] or match["h3"])
    minute = int(match["m"] or match["m2"] or match["m3"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    if hour >= 24 or (hour, minute) in ((0, 0), (23, 59)):  # noqa: PLR2004 - the end of that day
        return None
    return dt.time(hour, minute)


def numbers_in(text: str) -> list[float]:
    """The amounts of money in *text*, as numbers."""
    from price_parser import Price  # noqa: PLC0415 - in drafting only

    found = []
    for match in MONEY.finditer(simple(text)):
        for amount in re.finditer(rf"(?:{_AMOUNT})\s?k?\b", match[0]):
            thousands = amount[0].rstrip().endswith("k")
            price = Price.fromstring(amount[0].rstrip("k ").replace("'", " "))
            if price.amount_float is not None:
                found.append(price.amount_float * (1000 if thousands else 1))
    return found
