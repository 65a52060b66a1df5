"""A schema.org JobPosting, however it is shaped: what it says, by topic.

Wrong types, arrays, nested objects and HTML in texts are taken as they come; what cannot be
understood is left out. What stays out: what the text of the page says (`sorting`).
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.drafting.frames import KINDS, UNITS, frame
from bot.drafting.values import EMAIL

_TAG = re.compile(r"<[^>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h\d|li)\b[^>]{0,200}>", re.IGNORECASE)
_PARTS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
_LONGEST = 4000
_MOST_PAID = 1e9
_DEEPEST = 12
_LONGEST_NAME = 80
# The properties that are texts, and the topic of each.
_TEXTS = {
    "responsibilities": "responsibilities",
    "experienceRequirements": "experience",
    "skills": "experience",
    "qualifications": "education",
    "educationRequirements": "education",
    "jobBenefits": "benefits",
    "benefits": "benefits",
    "incentiveCompensation": "salary.bonus",
    "incentives": "salary.bonus",
    "workHours": "hours",
    "eligibilityToWorkRequirement": "eligibility",
    "securityClearanceRequirement": "eligibility",
    "specialCommitments": "responsibilities",
}
_TIMES = ("FULL_TIME", "PART_TIME")
_FRAMED = ("experience", "education", "hours", "benefits", "salary.bonus", "eligibility")


@dataclass(frozen=True)
class Metadata:
    """What the metadata says: values to compare with the page, and answers by topic."""

    title: str = ""
    organisation: str = ""
    description: str = ""
    url: str = ""
    identifier: str = ""
    closes: dt.date | dt.datetime | None = None
    posted: dt.date | None = None
    starts: dt.date | None = None
    places: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    country: str = ""
    amounts: tuple[float, ...] = ()
    kinds: tuple[str, ...] = ()
    hours: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values by topic: framed ones whole sentences, each with the value in it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands in the source for each topic, for its quote."""


def read_metadata(data: Mapping[str, Any], language: str) -> Metadata:
    """What a JobPosting says, worded for *language*."""
    said = _Said(language)
    for name, topic in _TEXTS.items():
        for text in _texts(data.get(name), language):
            said.say(topic, text, said.framed(topic, text) if topic in _FRAMED else text)
    places = _say_places(data, said)
    amounts, salary = _salary(data, language)
    if salary:
        said.say("salary", salary[0], said.framed("salary", salary[1]))
    kinds = tuple(_kinds(data.get("employmentType")))
    _say_kinds(kinds, said)
    _say_of_employer(data, said)
    if _text(data.get("directApply")).casefold() == "true" or data.get("directApply") is True:
        said.say("how_to_apply", "directApply", frame("apply", language))
    starts = _day(_moment(_first(data, "jobStartDate")))
    if starts is not None:
        written = str(_first(data, "jobStartDate"))
        said.say("start_date", written, said.framed("start_date", _spelt(starts, language)))
    contact, contact_value = _contact(data.get("applicationContact"))
    said.say("contact_human", contact_value, said.framed("contact_human", contact))
    description = data.get("description")
    return Metadata(
        title=_text(data.get("title") or data.get("name")),
        organisation=next(_names(data.get("hiringOrganization")), ""),
        description=description if isinstance(description, str) else "",
        url=_web(data.get("url")),
        identifier=_identifier(data.get("identifier")),
        closes=_moment(_first(data, "validThrough")),
        posted=_day(_moment(_first(data, "datePosted"))),
        starts=starts,
        places=places,
        towns=tuple(dict.fromkeys(_towns(data.get("jobLocation")))),
        country=next(_countries(data.get("jobLocation")), ""),
        amounts=amounts,
        kinds=kinds,
        hours=next(_texts(data.get("workHours"), language), ""),
        answers={topic: tuple(texts) for topic, texts in said.answers.items()},
        values=said.values,
    )


class _Said:
    """Collects answers by topic, and the value in the source that each comes from."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.answers: dict[str, list[str]] = {}
        self.values: dict[str, str] = {}

    def framed(self, topic: str, value: str) -> str:
        """*value* with the few words that make a sentence of it."""
        return frame(topic, self.language).format(value)

    def say(self, topic: str, value: str, text: str) -> None:
        """Take up an answer, unless there is nothing in it or it is there already."""
        if value and text not in self.answers.get(topic, ()):
            self.answers.setdefault(topic, []).append(text)
            self.values.setdefault(topic, value)


def _say_places(data: Mapping[str, Any], said: _Said) -> tuple[str, ...]:
    places = tuple(dict.fromkeys(_places(data.get("jobLocation"))))
    joined = said.framed("location", " ; ".join(places))
    for place in places[:1]:
        said.say("location", place, joined)
    for street in _streets(data.get("jobLocation")):
        said.say("location.address", street, joined)
    if _is_remote(data):
        said.say("remote", "TELECOMMUTE", frame("remote", said.language))
        for place in _names(data.get("applicantLocationRequirements")):
            said.say("eligibility.residence", place, said.framed("eligibility.residence", place))
    return places


def _say_kinds(kinds: Sequence[str], said: _Said) -> None:
    words = KINDS.get(said.language, KINDS["en"])
    for topic, is_on in (("hours", True), ("contract", False)):
        fitting = [kind for kind in kinds if kind in words and (kind in _TIMES) is is_on]
        if fitting and topic not in said.answers:
            text = ", ".join(words[kind] for kind in fitting)
            said.say(topic, fitting[0], said.framed(topic, text))
    if "PART_TIME" in kinds and "FULL_TIME" not in kinds:
        text = said.framed("hours", words["PART_TIME"])
        said.say("hours.part_time", "PART_TIME", text)


def _say_of_employer(data: Mapping[str, Any], said: _Said) -> None:
    """Who employs, and in which sector; a code of a register says nothing to anybody."""
    name = next(_names(data.get("hiringOrganization")), "")
    sectors = [text for text in _texts(data.get("industry"), said.language) if _is_said(text)]
    if name and sectors:
        said.say("organisation", sectors[0], said.framed("organisation", name))
        for sector in dict.fromkeys(sectors):
            said.say("organisation", sector, said.framed("industry", sector))


def _is_said(text: str) -> bool:
    return bool(re.match(r"[^\W\d_]{3}", text)) and len(text) <= _LONGEST_NAME


def _each(value: Any, depth: int = 0) -> Iterator[Any]:
    """The values of an array, or the one value; nothing for None."""
    if isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _each(one, depth + 1)
    elif value is not None and value != "":
        yield value


def _first(data: Mapping[str, Any], name: str) -> Any:
    for value in _each(data.get(name)):
        return value.get("@value", value.get("name")) if isinstance(value, Mapping) else value
    return None


def _text(value: Any) -> str:
    """A value as plain text, HTML taken out, one line."""
    import html  # noqa: PLC0415 - in drafting only

    for one in _each(value):
        if isinstance(one, Mapping):
            return _text(one.get("name") or one.get("@value") or one.get("value"))
        if isinstance(one, bool):
            return ""
        text = html.unescape(_TAG.sub(" ", _BREAK.sub(" ", str(one)[: _LONGEST * 2])))
        return " ".join(html.unescape(text).split())[:_LONGEST]
    return ""


def _texts(value: Any, language: str) -> Iterator[str]:
    """The texts of a property that is a text, a list of them, or objects with names."""
    for one in _each(value):
        if isinstance(one, Mapping):
            months = one.get("monthsOfExperience")
            text = _text(one.get("description") or one.get("name") or one.get("credentialCategory"))
            if months and re.fullmatch(r"\d+(\.0)?", str(months)):
                text = frame("months", language).format(int(float(str(months))))
        elif isinstance(one, bool | float | int):
            if isinstance(one, bool):
                continue
            text = str(one)
        else:
            lines = [_text(line) for line in _BREAK.split(str(one)[: _LONGEST * 2])]
            lines = [line.lstrip("-•* ") for line in lines if line.strip("-•* ")]
            yield from lines
            continue
        if text and not text.startswith(("http://", "https://")):
            yield text


def _names(value: Any) -> Iterator[str]:
    for one in _each(value):
        if isinstance(one, Mapping):
            name = _text(one.get("name") or one.get("legalName") or one.get("addressCountry"))
        else:
            name = _text(one)
        if name and not name.startswith(("http://", "https://", "_:")):
            yield name


def _addresses(value: Any) -> Iterator[Any]:
    for place in _each(value):
        if isinstance(place, Mapping):
            given = place.get("address", place if "addressLocality" in place else place.get("name"))
            yield from _each(given)
        else:
            yield place


def _places(value: Any) -> Iterator[str]:
    for address in _addresses(value):
        if not isinstance(address, Mapping):
            if text := _text(address):
                yield text
            continue
        street, postcode, town, region, country = (_text(address.get(part)) for part in _PARTS)
        line = " ".join(filter(None, (postcode, town)))
        parts = list(dict.fromkeys(filter(None, (street, line or region))))
        if not line and country:
            parts.append(country)
        if parts:
            yield ", ".join(parts)


def _streets(value: Any) -> Iterator[str]:
    for address in _addresses(value):
        if isinstance(address, Mapping) and (street := _text(address.get("streetAddress"))):
            yield street


def _towns(value: Any) -> Iterator[str]:
    for address in _addresses(value):
        if isinstance(address, Mapping) and (town := _text(address.get("addressLocality"))):
            yield town


def _countries(value: Any) -> Iterator[str]:
    for address in _addresses(value):
        if isinstance(address, Mapping) and (country := _text(address.get("addressCountry"))):
            yield country.upper()


def _salary(
    data: Mapping[str, Any], language: str
) -> tuple[tuple[float, ...], tuple[str, str] | None]:
    """The amounts, and (what stands in the source, how it reads)."""
    given = data.get("baseSalary", data.get("estimatedSalary"))
    for one in _each(given):
        if isinstance(one, Mapping):
            return _amounts(one, data, language)
        if isinstance(one, int | float):
            amount = _number(one)
            if amount is None:
                continue
            return (amount,), (str(one), _money(amount, _currency(data, {}), language))
        if text := _text(one):
            return (), (text, text)
    return (), None


def _amounts(
    salary: Mapping[str, Any], data: Mapping[str, Any], language: str
) -> tuple[tuple[float, ...], tuple[str, str] | None]:
    inner = next(_each(salary.get("value")), None)
    value = inner if isinstance(inner, Mapping) else salary
    single = inner if not isinstance(inner, Mapping) else value.get("value")
    raw = [value.get("minValue"), value.get("maxValue")]
    if raw == [None, None]:
        raw = [single]
    amounts = [number for one in raw if (number := _number(one)) is not None]
    if not amounts:
        return (), None
    currency = _currency(data, {**value, **salary})
    unit = _text(value.get("unitText") or salary.get("unitText")).upper().rstrip("LY")
    unit = {"MONTH": "MONTH", "YEAR": "YEAR", "ANNUAL": "YEAR", "HOUR": "HOUR"}.get(unit, unit)
    shown = [_money(amount, currency, language) for amount in dict.fromkeys(amounts)]
    text = shown[0] if len(shown) == 1 else frame("range", language).format(*shown[:2])
    per = UNITS.get(language, UNITS["en"]).get(unit, "")
    written = str(next(one for one in raw if one is not None))
    return tuple(amounts), (written, f"{text} {per}".strip())


def _number(value: Any) -> float | None:
    """A sum that somebody may be paid, or None."""
    if isinstance(value, bool) or value is None:
        return None
    amount: float | None
    if isinstance(value, int | float):
        amount = float(value) if abs(value) < _MOST_PAID else None
    else:
        from price_parser import Price  # noqa: PLC0415 - in drafting only

        amount = Price.fromstring(_text(value)[:60]).amount_float
    return amount if amount is not None and 0 < amount < _MOST_PAID else None


def _currency(data: Mapping[str, Any], salary: Mapping[str, Any]) -> str:
    code = _text(salary.get("currency") or salary.get("currencyCode") or data.get("salaryCurrency"))
    return code.upper() if re.fullmatch(r"[A-Za-z]{3}", code) else ""


def _money(amount: float, currency: str, language: str) -> str:
    from babel.numbers import format_currency, format_decimal  # noqa: PLC0415 - loads its tables

    locale = {"fr": "fr_FR", "en": "en_GB", "de": "de_DE", "es": "es_ES"}.get(language, "en_GB")
    if amount != int(amount):
        text = format_currency(amount, currency, locale=locale) if currency else str(amount)
    else:
        text = (
            format_currency(amount, currency, format=None, locale=locale, currency_digits=False,
                            decimal_quantization=False)
            if currency else format_decimal(amount, locale=locale)
        )  # fmt: skip
        text = re.sub(r"[.,]00(?!\d)", "", text)
    return " ".join(text.split())


def _kinds(value: Any) -> Iterator[str]:
    seen = set()
    for one in _each(value):
        for kind in re.split(r"[,;|/]| and ", _text(one)):
            name = re.sub(r"[\s-]+", "_", kind.strip().upper()).rpartition("/")[2]
            name = {"FULLTIME": "FULL_TIME", "PARTTIME": "PART_TIME"}.get(name, name)
            if name and name not in seen:
                seen.add(name)
                yield name


def _is_remote(data: Mapping[str, Any]) -> bool:
    return any("TELECOMMUTE" in _text(one).upper() for one in _each(data.get("jobLocationType")))


def _contact(value: Any) -> tuple[str, str]:
    """How a contact reads, and the part of it that surely stands in the source."""
    for one in _each(value):
        if isinstance(one, Mapping):
            given = [_text(one.get(key)) for key in ("name", "contactType", "telephone", "email")]
            name, kind, telephone, email = given
            email = match[0] if (match := EMAIL.search(email)) else ""
            parts = [part for part in (name or kind, telephone, email) if part]
            if telephone or email or name:
                return ", ".join(parts), parts[0]
        elif text := _text(one):
            return text, text
    return "", ""


def _identifier(value: Any) -> str:
    for one in _each(value):
        if isinstance(one, Mapping):
            if text := _text(one.get("value") or one.get("@value")):
                return text[:80]
        elif (text := _text(one)) and not text.startswith("http"):
            return text[:80]
    return ""


def _web(value: Any) -> str:
    text = next((str(one) for one in _each(value) if isinstance(one, str)), "")
    return text if re.match(r"https?://[^\s/]+", text) else ""


def _moment(value: Any) -> dt.date | dt.datetime | None:
    """A date, or a date and time; what is neither is None. The end of a day is that day."""
    text = str(value or "").strip()
    try:
        if re.match(r"\d{4}-\d\d-\d\d[T ]\d", text):
            return _unless_midnight(text)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    return None


def _unless_midnight(text: str) -> dt.date | dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return dt.date.fromisoformat(text[:10])
    ends = (moment.hour, moment.minute) in ((0, 0), (23, 59))
    return moment.date() if ends else moment


def _day(value: dt.date | dt.datetime | None) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value


def _spelt(day: dt.date, language: str) -> str:
    from bot.core.dates import spell  # noqa: PLC0415 - loads its tables

    return spell(day, language)
