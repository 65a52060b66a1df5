"""Where the work is, when no sentence says so: a name at the top, a site, the address to write to.

What stays out: sentences on the place (`sorting`).
"""

import re
from collections.abc import Sequence

from bot.drafting.cues import Cues
from bot.drafting.heading import GIVEN_FORM, PIECES, alike
from bot.drafting.naming import is_pieces, top_of
from bot.drafting.sections import Outline
from bot.drafting.statement import Statement
from bot.drafting.values import marked, simple

_DISTRICT = re.compile(r"\s*\((?:\d{2,3}|\d{5}|2[AB])\)$")
_NEAR = re.compile(
    r"^(?:near|close to|secteur(?: de)?|ville de|région|in|près de|à|bei|in der Nähe von|"
    r"cerca de|en) (?=[A-ZÀ-Ý])"
)
_NAME = (
    r"(?P<place>[A-ZÀ-Ý][\w'’]+(?:[ -](?:(?:sur|sous|en|lès|la|le|les|de|du|upon|on|le|am|an|"
    r"der)[ -])*"
    r"[A-ZÀ-Ý][\w'’]*)*)"
)
_SITE = (
    r"(?:siège|site|foyer|agence|antenne|établissement|magasin|boutique|EHPAD|bureaux?|centre|"
    r"entrepôt|"
    r"atelier|usine|dépôt|école|clinique|restaurant|résidence|crèche|plateforme|ferme|maison|hôtel|"
    r"office|shop|store|branch|depot|school|warehouse|factory|kitchen|farm|clinic|base|home|"
    r"hotel|nursery|Standort|Filiale|Büro|Werk|Werkstatt|Praxis|Kita|Klinik|Niederlassung|Haus|"
    r"sede|tienda|taller|oficina|finca|clínica|colegio|almacén|fábrica)"
)
_OURS = r"(?:son|sa|ses|notre|nos|our|its|their|unser\w*|ihr\w*|su|nuestr[oa]s?)"
_SITES = (
    re.compile(
        rf"\b{_OURS} (?:[\w-]+ ){{0,3}}{_SITE}(?: [\w«»’'-]+){{0,3}}? (?:de |d['’]|à |in |at |"
        rf"near |en ){_NAME}"
    ),
    re.compile(rf"\b{_OURS} {_NAME} {_SITE}\b"),
    re.compile(rf"\b{_SITE}(?: [\w«»’'-]+){{0,4}} \({_NAME}\)"),
)
_MODE = re.compile(
    r"(?:presenc\w+|presentiel|sur site|on-?site|in person|remote|hybrid\w*|full|vor ort|"
    r"distanciel|"
    r"junior|senior|urgent|new|nouveau|neu|nuevo|easy apply|actively (?:hiring|recruiting)|"
    r"(?:department|faculty|division|directorate|service|pole|direction|abteilung|fakultat|"
    r"facultad)\b.*|"
    r".*\b(?:ago|applicants?|avis|reviews?|candidats|bewerber|personas inscritas))"
)
_STREET = re.compile(
    r"\b(?:road|street|lane|avenue|close|drive|way|row|court|house|cedex|rue|strasse|weg|calle|"
    r"plaza)$"
)
_POSTED = (
    re.compile(rf"\b\d{{5}} {_NAME}"),
    re.compile(rf"\b{_NAME},? [A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}\b"),
)


def place_at_top(
    made: Outline, title: str, organisation: str, cues: Cues
) -> tuple[str, Statement] | None:
    """A place among the short pieces at the top: what is left of them when all else is known."""
    for number, statement in enumerate(top_of(made, title)[:5]):
        if statement.label or not is_pieces(statement.text):
            continue
        parts = [part.strip(" .") for part in PIECES.split(statement.text)]
        # A piece alone at the very top may be anything.
        alone = len(parts) == 1 and number == 0 and not organisation
        if statement.text.endswith(".") or alone:
            continue
        parts = [_NEAR.sub("", part) for part in parts]
        for part in sorted(parts, key=lambda part: not _DISTRICT.search(part)):
            if _may_be_place(_DISTRICT.sub("", part), (title, organisation), cues):
                return part, statement
    return None


def _may_be_place(part: str, names: Sequence[str], cues: Cues) -> bool:
    """Whether a piece is none of the known *names*, no fact, no employer, and short."""
    if not part[:1].isupper() or len(part.split()) > 5 or re.search(r"\d{4,}", part):  # noqa: PLR2004
        return False
    folded = simple(part)
    if _MODE.fullmatch(folded):
        return False
    if any(alike(folded, simple(name)) for name in names) or GIVEN_FORM.search(folded):
        return False
    return not cues.topics_of(marked(part, cues.language)).keys() - {"location.address"}


def place_of_site(made: Outline) -> tuple[str, Statement] | None:
    """The name of a place in words such as "for our workshop in Leeds"."""
    return _first(made, _SITES)


def place_of_employer(made: Outline, organisation: str) -> tuple[str, Statement] | None:
    """The place after the employer's name: "Exemple e.V. in Leipzig"."""
    if not organisation:
        return None
    bracketed = rf"{re.escape(organisation)}[^.;:]{{0,20}}? \({_NAME}\)"
    near = rf"{re.escape(organisation)}[^.;:]{{0,50}}? (?:in|à|at|en|bei|near) {_NAME}"
    return _first(made, (re.compile(bracketed), re.compile(near)))


def place_to_write_to(made: Outline) -> tuple[str, Statement] | None:
    """The town of an address; one that applications go to may not be where the work is."""
    return _first(made, _POSTED)


def _first(made: Outline, patterns: Sequence[re.Pattern[str]]) -> tuple[str, Statement] | None:
    for section in made.sections:
        for statement in section.statements:
            for pattern in patterns:
                match = pattern.search(statement.text)
                if match and not _STREET.search(simple(match["place"])):
                    return match["place"], statement
    return None
