"""A draft: everything that a source says, as entries of a knowledge file, and what HR must settle.

What stays out: reading the source (`reading`), and the text of the file (`writing`).
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import available_timezones

from bot.core.topic import Topic, is_special
from bot.drafting import heading as head
from bot.drafting.block import Block, Kind, Source
from bot.drafting.cues import Cues, shipped_cues
from bot.drafting.doubts import doubts
from bot.drafting.employer import (
    bare,
    describes,
    does,
    goes_on,
    introduced,
    introduces,
    is_elsewhere,
    renamed,
)
from bot.drafting.entries import Entry, Quotes, emails_of, entries_of, safe
from bot.drafting.frames import COUNTRIES, SPOKEN, ZONES, frame
from bot.drafting.jobposting import Metadata, read_metadata
from bot.drafting.naming import organisation_of
from bot.drafting.place import (
    place_at_top,
    place_of_employer,
    place_of_site,
    place_to_write_to,
)
from bot.drafting.sections import OWN, Outline, outline
from bot.drafting.sorting import DOUBTFUL, LIKELY, SURE, Ask, Placed, group_of, sort
from bot.drafting.statement import Statement
from bot.drafting.values import marked, simple
from bot.knowledge.identify import identify

_THIN = 250
_LONGEST = 80_000
_FOREIGN_SURE = 0.9
_FOREIGN_WORDS = 7
_SHORTEST_OWN = 40
_ASKED = (
    "salary", "hours", "location", "contract", "remote", "start_date", "deadline", "how_to_apply",
    "documents", "experience", "education", "languages", "responsibilities", "benefits",
    "selection_process", "application_status", "training", "team", "travel", "eligibility",
    "relocation_housing", "contact_human", "organisation",
)  # fmt: skip
"""The topics that candidates ask for most."""
_BESIDE_WORK = {"team.manager", "team", "team.size", "travel", "responsibilities.management"}
_HEADING_LIKE = re.compile(r"[^\W\d_]")
_ON_PROJECT = re.compile(r"(?:le|the|notre|our|das|el) (?:projet|project|projekt|proyecto)\b")
_PROJECT = re.compile(r"\b(?:projets?|projects?|projekte?n?|proyectos?)\b")


@dataclass(frozen=True)
class Draft:
    """A posting as a draft. ``doubts`` must be settled, ``missing`` are topics without a fact."""

    name: str
    title: str
    organisation: str
    language: str
    entries: tuple[Entry, ...]
    closes: dt.date | dt.datetime | None = None
    timezone: str = ""
    zone_guessed: bool = True
    url: str = ""
    organisation_found: bool = True
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    empty: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = field(default=())


def draft(source: Source, topics: Mapping[str, Topic], ask: Ask, today: dt.date) -> Draft:
    """What *source* says, as a draft in its own language.

    Args:
        source: as it was read.
        topics: those of the bank.
        ask: the matcher; see `Ask`.
        today: tells whether the closing date has passed, and which year a date without one means.
    """
    blocks, described = _blocks(source)
    blocks, cut = _first(blocks)
    language = language_of(blocks, source.language)
    blocks, foreign = _own_language(blocks, language)
    cues = shipped_cues(language)
    data, several = _chosen(source, blocks)
    metadata = read_metadata(data, language) if data else Metadata()
    made = outline(blocks, cues, lambda text: _guess(text, ask))
    title = head.title_of(metadata.title, made, source.title, cues) or frame("title", language)
    organisation = organisation_of(metadata.organisation, made, title, source.title, cues)
    near = metadata.posted or head.posted_in(made.sections, language, today)
    near = near or today - dt.timedelta(days=60)
    placed = _placed(made, cues, ask, title, organisation or _by_address(made))
    deadline = [one.statement for one in placed if one.topic == "deadline"]
    closing = head.closing_of(deadline, language, near)
    closes = _closes(closing, metadata)
    written = json.dumps(data, ensure_ascii=False) if data else ""
    quotes = Quotes(f"{source.raw}\n{described}\n{metadata.description}\n{written}", language)
    found = entries_of(placed, metadata, topics, quotes, closes=closes is not None)
    found = _with_deadline(found, metadata, language)
    found = _with_location(found, made, title, organisation, cues)
    told = doubts(made.sections, found, closing, metadata, today)
    zone, guessed = _zone(metadata, language)
    return Draft(
        name=head.name_of(title),
        title=title,
        organisation=organisation or _unnamed(made, language),
        organisation_found=bool(organisation),
        language=language,
        entries=tuple(_without_clashes(found, topics)),
        closes=closes,
        timezone=zone,
        zone_guessed=guessed,
        url=metadata.url or (source.url if re.match(r"https?://[^\s/]+", source.url) else ""),
        doubts=tuple(told),
        notes=(*source.notes, *cut, *several, *foreign),
        empty=tuple(made.empty),
        missing=_missing(found, topics),
    )


def _first(blocks: Sequence[Block]) -> tuple[list[Block], tuple[str, ...]]:
    """As much as the longest posting has; more is a book, or several postings."""
    size = 0
    for number, block in enumerate(blocks):
        size += len(block.text)
        if size > _LONGEST and number:
            return list(blocks[:number]), ("only the first part was read: it is no single posting",)
    return list(blocks), ()


def _blocks(source: Source) -> tuple[list[Block], str]:
    """The blocks of the page, or of its description in the metadata where the page has none."""
    blocks = list(source.blocks)
    if sum(len(block.text) for block in blocks) >= _THIN or not source.metadata:
        return blocks, ""
    description = str(source.metadata[0].get("description") or "")
    if len(description) < _THIN:
        return blocks, ""
    from bot.drafting.page import read_fragment  # noqa: PLC0415 - loads its library

    inner = read_fragment(description if "<" in description else description.replace("\n", "<br>"))
    kept = [block for block in blocks if block.kind is Kind.HEADING][:1]
    return [*kept, *inner], "\n".join(block.text for block in inner)


def language_of(blocks: Sequence[Block], claimed: str) -> str:
    """The language that most of the text is in; what the page claims decides where it is close."""
    votes: Counter[str] = Counter()
    for block in blocks[:200]:
        if len(block.text.split()) >= 4:  # noqa: PLR2004 - too little to tell
            code, sure = identify(block.text[:600])
            votes[code] += int(len(block.text) * sure)
    if not votes:
        whole = " ".join(block.text for block in blocks)[:1000]
        votes[identify(whole)[0] if len(whole.split()) > 1 else claimed or "en"] += 1
    known = [(code, count) for code, count in votes.most_common() if code in SPOKEN]
    if not known:
        best = votes.most_common(1)[0][0]
        return best or claimed or "en"
    if claimed in SPOKEN and votes[claimed] * 3 >= known[0][1]:
        return claimed
    return known[0][0] if votes.most_common(1)[0][0] in SPOKEN else votes.most_common(1)[0][0]


def _own_language(blocks: Sequence[Block], language: str) -> tuple[list[Block], list[str]]:
    """Leave out paragraphs in another language: they are the portal's, or a translation."""
    kept, notes = [], []
    for block in blocks:
        if len(block.text.split()) >= _FOREIGN_WORDS:
            code, sure = identify(block.text[:600])
            if code != language and sure >= _FOREIGN_SURE and code in SPOKEN:
                notes.append(f"left out, in another language: “{block.text[:80]}”")
                continue
        kept.append(block)
    return kept, notes[:5]


def _chosen(
    source: Source, blocks: Sequence[Block]
) -> tuple[Mapping[str, object] | None, tuple[str, ...]]:
    """The metadata of this posting; a page may hold those of related jobs too."""
    if len(source.metadata) < 2:  # noqa: PLR2004 - nothing to choose
        return (source.metadata[0] if source.metadata else None), ()
    top = simple(" ".join(block.text for block in blocks[:3]) + " " + source.title)
    for data in source.metadata:
        title = simple(str(data.get("title") or data.get("name") or ""))
        if title and title in top:
            return data, ()
    return None, ("the page's metadata describes several postings; none of them was used",)


def _guess(text: str, ask: Ask) -> str | None:
    if text.endswith("?") or len(text.split()) > 4:  # noqa: PLR2004 - a name, no question
        return None
    answer = ask(text)
    return answer[0] if answer is not None and answer[1] >= 0.25 else None  # noqa: PLR2004


def _placed(made: Outline, cues: Cues, ask: Ask, title: str, organisation: str) -> list[Placed]:
    found: list[Placed] = []
    name = bare(organisation)
    for section in made.sections:
        if section.first == OWN and name and name in simple(section.heading):
            section.topics = ("organisation",)
        sorted_ = sort(section, cues, ask)
        told: set[int] = set()
        about: set[Statement] = set()
        for statement in section.statements:
            here = {one.topic for one in sorted_ if one.statement == statement}
            if describes(statement.text) and group_of(section) in ("header", "about", "open"):
                why = "says who is looking for somebody"
                sorted_ = [
                    one
                    for one in sorted_
                    if one.statement != statement or not one.topic.startswith("benefits")
                ]
                sorted_.append(Placed(statement, "organisation", LIKELY, why))
            elif here <= _BESIDE_WORK and does(statement, section, title):
                why = "says what the person with this title does"
                sorted_.append(Placed(statement, "responsibilities", LIKELY, why))
            elif introduces(statement, section, organisation, here):
                sorted_ = introduced(statement, sorted_)
                told.add(statement.block)
            elif statement.block in told and any(
                one.statement == statement and one.topic.startswith("organisation.")
                for one in sorted_
            ):
                about.add(statement)
            elif statement.block in told and goes_on(statement, section):
                sorted_ = introduced(statement, sorted_)
                about.add(statement)
        order = {statement: place for place, statement in enumerate(section.statements)}
        sorted_.sort(key=lambda one: order[one.statement])
        found += [
            renamed(one, section, organisation)
            for one in sorted_
            if one.statement in about or not is_elsewhere(one, section, organisation)
        ]
    found = _without_title(found, title)
    found = _with_projects(found)
    found = _without_strays(found)
    found = _with_title(found, made.title or title, cues)
    return _without_small(found)


def _with_title(found: list[Placed], title: str, cues: Cues) -> list[Placed]:
    """The title may say the hours and the contract ("Cook, 30 h, permanent")."""
    statement = Statement(title, -1)
    told = cues.topics_of(marked(title, cues.language))
    wanted = {"hours", "contract"} - {one.topic for one in found}
    return [
        *found,
        *(Placed(statement, topic, LIKELY, "in the title") for topic in told if topic in wanted),
    ]


def _without_title(found: Sequence[Placed], title: str) -> list[Placed]:
    return [one for one in found if simple(one.statement.text) != simple(title)]


def _with_projects(found: Sequence[Placed]) -> list[Placed]:
    """Statements of the context that are on projects make an entry of their own."""
    out = []
    listed: set[str] = set()
    for one in found:
        text = simple(one.statement.text)
        lead = simple(one.statement.lead)
        about = one.topic == "*context"
        announces = text.endswith(":") and _PROJECT.search(text)
        if about and (announces or lead in listed or _ON_PROJECT.match(text)):
            listed |= {text} if announces else set()
            out.append(replace(one, topic="*projects"))
        else:
            out.append(one)
    return out


_NEEDS: Mapping[str, re.Pattern[str]] = {
    "deadline": re.compile(
        r"§date|fil de l'eau|rolling|until (?:filled|the)|open until|laufend|jederzeit"
    ),
    "start_date": re.compile(
        r"§date|§month|possible|immediat|asap|rentree|sofort|nachstmog|cuanto antes|trimestre|"
        r"debut|"
        r"\b(?:20\d\d|septembre|september|octobre|october|janvier|january|to be agreed|convenir|"
        r"negotiable|absprache|mai|may|juin|june|autumn|spring|summer|week|semaine|mars|avril|"
        r"april|"
        r"flexib\w+|fevrier|februar\w*|juillet|july|aout|august|novembre|november|decembre|"
        r"december)\b"
    ),
    "application_email": re.compile(r"§email"),
    "contact_human.phone": re.compile(r"§phone"),
    "application_subject": re.compile(r"[a-z]*\d|objet|subject|ref|betreff|asunto|_"),
}


def _without_strays(found: Sequence[Placed]) -> list[Placed]:
    """Topics that are about a value are only kept where the value stands."""
    out = []
    for one in found:
        needed = _NEEDS.get(one.topic)
        text = marked(one.statement.text, "en")
        if needed is not None and not needed.search(text):
            follows = one.topic in ("deadline", "start_date") and not one.statement.label
            if follows or not one.statement.label or one.topic == "application_email":
                continue
        out.append(one)
    return out


def _without_small(found: Sequence[Placed]) -> list[Placed]:
    """Own matters with hardly any text are no answers."""
    size: Counter[str] = Counter()
    for one in found:
        size[one.topic] += len(one.statement.text)
    return [
        one
        for one in found
        if not one.topic.startswith("*")
        or (size[one.topic] >= _SHORTEST_OWN and _HEADING_LIKE.search(one.topic))
    ]


def _closes(closing: head.Closing, metadata: Metadata) -> dt.date | dt.datetime | None:
    told, given = closing.first, metadata.closes
    if told is None:
        return given
    for dated, _ in closing.dated:
        # The same day, said once with its time of day.
        if dated.time and dated.date == closing.dated[0][0].date:
            return head.moment_of(dated)
    if isinstance(given, dt.datetime) and given.date() == told:
        return given
    return told


def _with_deadline(found: list[Entry], metadata: Metadata, language: str) -> list[Entry]:
    if metadata.closes is None or any(entry.key == "deadline" for entry in found):
        return found
    written = metadata.closes.isoformat()[:10]
    entry = Entry(
        "deadline",
        frame("deadline", language),
        LIKELY,
        "from the page's metadata, not in its text",
        quote=written,
        answer_closed=frame("deadline_closed", language),
    )
    return [*found, entry]


def _with_location(
    found: list[Entry], made: Outline, title: str, organisation: str, cues: Cues
) -> list[Entry]:
    keys = {entry.key for entry in found}
    if "location" in keys:
        return found
    address = next((entry for entry in found if entry.key == "location.address"), None)
    at_top = place_at_top(made, title, organisation, cues)
    if address is not None and (at_top is None or "§postcode" in marked(address.answer, "fr")):
        whole = replace(address, key="location", covers=("location.address",))
        return [whole if entry is address else entry for entry in found]
    finders = (
        (at_top, "a name at the top that looks like a place"),
        (place_of_site(made), "the only place that is named"),
        (place_of_employer(made, organisation), "named with the employer"),
        (place_to_write_to(made), "where applications are sent to: the work may be elsewhere"),
    )
    given = next(((place, why) for place, why in finders if place is not None), None)
    if given is None:
        return found
    (text, statement), why = given
    entry = Entry(
        "location",
        frame("location", cues.language).format(safe(text)),
        DOUBTFUL,
        why,
        quote=text,
        statements=(statement,),
    )
    return [*found, entry]


def _without_clashes(found: Sequence[Entry], topics: Mapping[str, Topic]) -> list[Entry]:
    """Own entries must not have the name of a topic nor of one another."""
    taken = {entry.key for entry in found if not entry.own}
    out = []
    for entry in found:
        if not entry.own:
            out.append(entry)
            continue
        name, number = entry.key, 2
        while name in taken or name in topics or is_special(name):
            name, number = f"{entry.key[:37]}-{number}", number + 1
        taken.add(name)
        out.append(replace(entry, key=name))
    return out


def _zone(metadata: Metadata, language: str) -> tuple[str, bool]:
    country = metadata.country.upper()
    if country in COUNTRIES:
        return COUNTRIES[country], False
    zone = ZONES.get(language, "")
    return (zone if zone in available_timezones() else ""), True


def _unnamed(made: Outline, language: str) -> str:
    return _by_address(made) or frame("name", language)


def _by_address(made: Outline) -> str:
    texts = [statement.text for section in made.sections for statement in section.statements]
    return head.domain_name([text for text in texts if emails_of(text)])


def _missing(found: Sequence[Entry], topics: Mapping[str, Topic]) -> tuple[str, ...]:
    """The most asked topics on which the draft has nothing, not even a detail."""
    stated = {entry.key.partition(".")[0] for entry in found if not entry.own}
    return tuple(topic for topic in _ASKED if topic in topics and topic not in stated)


__all__ = ["SURE", "Draft", "draft", "language_of"]
