"""Templates filled in. Whatever is filled in comes out as text: nothing of it is markup.

What stays out: what candidates would see of an answer (`bubble`), charts (`charts`).
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING

from babel.core import Locale
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.core.language import name_in
from bot.core.phrases import Phrases
from bot.knowledge.phrases import read_phrases

if TYPE_CHECKING:
    from bot.moderation.web.visit import Visit

_HERE = "bot.moderation.web"
_LOCALES = {"en": "en_GB"}
_MOMENT = {"fr": "d MMM y à HH:mm"}


def page_words() -> Phrases:
    """What the page itself says, in each language."""
    with resources.as_file(resources.files(_HERE) / "phrases") as folder:
        return read_phrases(folder)


def static_files() -> Mapping[str, bytes]:
    """Stylesheet, script and icon by name."""
    folder = resources.files(_HERE) / "static"
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


class Renderer:
    """Fills templates in. *files* name the static files whose addresses change with them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._environment = Environment(
            loader=PackageLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._stamps = {name: stamp(content) for name, content in files.items()}

    def render(self, template: str, visit: "Visit", values: Mapping[str, object]) -> str:
        """The page as HTML."""
        words = _Speaking(visit)
        return self._environment.get_template(template).render(
            visit=visit,
            say=visit.say,
            many=visit.many,
            path=visit.path,
            can=visit.can,
            static=lambda name: visit.path(f"/static/{self._stamps[name]}/{name}"),
            ago=words.ago,
            when=words.when,
            number=words.number,
            percent=words.percent,
            language_name=words.language_name,
            duration=words.duration,
            short=short,
            **values,
        )


def stamp(content: bytes) -> str:
    """A few letters that stand for a file's content: the address of another one is another."""
    return hashlib.sha256(content).hexdigest()[:12]


class _Speaking:
    """Numbers and times as a reader of the page's language writes them."""

    def __init__(self, visit: "Visit") -> None:
        self._visit = visit
        self._locale = Locale.parse(_LOCALES.get(visit.language, visit.language))
        self._zone = visit.house.zone
        self._now = visit.house.clock()

    def when(self, moment: dt.datetime) -> str:
        """``25 Nov 2026, 14:05``, in the time zone of the postings."""
        here = moment.astimezone(self._zone)
        form = _MOMENT.get(self._visit.language, "d MMM y, HH:mm")
        return str(format_datetime(here, form, locale=self._locale))

    def ago(self, moment: dt.datetime) -> Markup:
        """``3 days ago``, with the moment itself for whoever points at it or reads it aloud."""
        delta = moment - self._now
        if abs(delta) < dt.timedelta(minutes=1):
            said = self._visit.say("just_now")
        else:
            said = format_timedelta(delta, add_direction=True, locale=self._locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            moment.isoformat(timespec="seconds"), self.when(moment), said
        )

    def number(self, value: float) -> str:
        """``12,345``, as it is written here."""
        return str(format_decimal(value, locale=self._locale))

    def percent(self, share: float | None) -> str:
        """``12 %``; a dash where there is nothing to take a share of."""
        return "–" if share is None else str(format_percent(share, locale=self._locale))

    def duration(self, seconds: float | None) -> str:
        """``3 hours``; a dash where there is none."""
        if seconds is None:
            return "–"
        delta = dt.timedelta(seconds=max(seconds, 1.0))
        return str(format_timedelta(delta, threshold=1.5, locale=self._locale))

    def language_name(self, code: str) -> str:
        """``French`` for ``fr``."""
        return name_in(self._visit.language, code)


def short(file: str) -> str:
    """A file's name without its folder, which is the same for all of them."""
    return file.replace("\\", "/").rpartition("/")[2]
