"""The head of a draft: title, closing date, name.

What stays out: who employs (`naming`), and the answers (`entries`).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.drafting.cues import Cues
from bot.drafting.sections import HEADER, Outline, Section
from bot.drafting.statement import Statement
from bot.drafting.values import EMAIL, Dated, dates_in, marked, simple

PARTED = re.compile(r"\s+[–—|•·]\s+|\s+-\s+|\s+//\s+")
_PREFIX = re.compile(
    r"^(?:(?:offre d.emploi|annonce|avis de (?:vacance|recrutement)(?: de poste)?|recrutement|"
    r"poste|post|job|emploi|stelle|"
    r"fiche de poste|intitule du poste|titre du poste|vacancy(?: notice| announcement)?|"
    r"job (?:title|"
    r"description|advert|posting|opportunity)|position|role|stellenangebot|stellenausschreibung|"
    r"oferta de (?:empleo|trabajo)|puesto|we are (?:hiring|recruiting)|nous recrutons|on recrute|"
    r"wir suchen)\s*[:–-]\s*)+", re.IGNORECASE)  # fmt: skip
_GENERIC = re.compile(
    r"(?:offres? d.emploi|annonces?|avis de (?:vacance|recrutement)(?: de poste| d.emploi)?|"
    r"recrutement|fiche de poste|job description|terms of (?:employment|reference)|vacancy|"
    r"vacancies|jobs?|careers?|stellenangebot|oferta de (?:empleo|trabajo)|poste a pourvoir|"
    r"we are hiring|nous recrutons|appel a candidatures?|avis de vacance|"
    r"stellenausschreibung|job offer)"
)
SEEKS = re.compile(
    r"(?P<who>.{3,120}?)\s+(?:recherche|recrute|cherche|embauche|recherchons|recrutons|"
    r"cherchons|embauchons|suchen|buscamos|is (?:looking|recruiting|"
    r"seeking|hiring)"
    r"(?: for)?|are (?:looking|recruiting|seeking|hiring)(?: for)?|seeks|sucht|busca|selecciona|"
    r"requires|wishes to (?:recruit|"
    r"appoint))\b\s*(?P<what>.*)", re.IGNORECASE | re.DOTALL)  # fmt: skip
"""Who is looking for whom."""
RECRUITS = re.compile(
    r"^(?P<who>.{3,80}?) (?:recrute|recherche|embauche|is (?:recruiting|hiring)|sucht|busca)\W*$",
    re.IGNORECASE,
)
"""A heading with nothing but who is looking for somebody."""
_ONE = re.compile(
    r"^(?:actuellement |aujourd'hui |to recruit |for )?(?:un[.·(]?e?\)?s?(?:/une)?|une|an?|"
    r"son|sa|ses|"
    r"des|the|eine?n?|una?|deux|two|pour son .{0,40}? une?)(?:\s+ou\s+(?:une|"
    r"sa))?\s+(?P<title>.+)$",
    re.IGNORECASE)  # fmt: skip
_TITLE_END = re.compile(
    r"\s*(?:[.,;:](?=\s|$)|\s(?:pour|for|to|afin|in order|who|qui|à partir|from|based|basé\w*|"
    r"en cdi|en cdd|"
    r"für|zum|ab|para|am|à temps|join)\s).*$", re.IGNORECASE | re.DOTALL)  # fmt: skip
_BEFORE_DEADLINE = re.compile(
    r"(?:avant|jusqu|plus tard|limite|cloture|clos|deadline|\bby\b|until|later than|before|"
    r"\bbis\b|frist|"
    r"spatestens|hasta|antes|d'ici|dernier|reponse souhaitee|:|candidatures?)[^.;]{0,45}$"
)
PIECES = re.compile(r"\s+[–—|•·]\s+|\s+-\s+|,\s+|\s/\s")
TOP_WORDS = 14
_NAME = re.compile(r"[a-z0-9]+")
_LONGEST_TITLE = 110
_LETTERHEAD = 3
_NAMED_POST = re.compile(
    r"\b(?:called|entitled|intitulé\w*|(?:poste|emploi|fonction) d[e'’]|(?:post|position|role|"
    r"job) of|"
    r"Stelle als|puesto de) ?(?:an? |"
    r"une? )?[“«\"]?(?P<title>[A-ZÀ-Ý][\w·’'/()-]+(?: [\w·’'&/()-]+){0,7})"
)
_SOUGHT_FIRST = re.compile(
    r"^[^:]{0,40}\b(?:such(?:en|t)|cherch\w*|recherch\w*|recrut\w*|hiring|looking for|busca\w*|"
    r"wanted)\b"
    r"[^:]{0,24}:\s+(?=\S)|^(?:recherche|cherche|suche|wanted|gesucht) (?=[^\W\d_])",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:on|nous|we|wir|come|viens|venez|werde|unete)\b.{0,20}(?:cherch|recrut|embauch|need|"
    r"want|hiring|"
    r"looking|such|brauch|busca)|(?:rejoi|join|unete|come|komm|werde teil|travaill\w+ avec nous)"
)
_BOTH = re.compile(r"\w+ ?/ ?\w+|\w[·•]\w|\([hfmwdx]/[hfmwdx]|\b[HF]/[HF]\b")
_POST = re.compile(
    r"\(?\b[hfmwdx]/[hfmwdx]|\b(?:agent|assistant|officer|manager|charge|responsable|direct|"
    r"coordin|"
    r"technicien|animat|educat|infirm|nurse|teacher|enseignant|cook|cuisinier|engineer|"
    r"ingenieur)\w*"
)
"""What shows that a heading names a post, although it names a place of work as well."""


GIVEN_FORM = re.compile(
    r"\b(?:association|fondation|scop|cooperative|universit\w+|museum|hospice|hospital|"
    r"hopital|centre|"
    r"center|trust|council|college|school|ecole|library|cafe|bakery|farm|studio|club|cinema|"
    r"project|co-?operative|kitchen|clinic|church|network|partnership|federation|union|comite|"
    r"collectif|ehpad|creche|lycee|festival|ateliers?|ferme|boulangerie|restaurant|pharmacie|"
    r"cabinet|office (?:de|du|des|of|for)|foyer|toit|bakery|mairie|ville de|commune de|ltd|plc|"
    r"gmbh|ggmbh|"
    r"e\.?v\.?|s\.?l\.?|sas|sarl|s\.?a\.?|inc|ngo|ong|charity|foundation|stiftung|verein|"
    r"klinikum|haus|"
    r"fundacion|asociacion|maison|institut\w*|society|agence|agency|group|groupe|solidaire|"
    r"international|compagnie|theatre|residence|services?|departement|region|ministere|ministry|"
    r"entreprise|hotel|garage|clinique|\w*werkstatt|epicerie|boucherie|librairie|laboratoire|"
    r"domaine|nursery|"
    r"homecare|council|borough|caisse|banque|bank|sparkasse|genossenschaft|cfa|kindergarten|"
    r"kita|surgery|practice|brewery|press|engineering|action|aid|partners|consult\w+|tischlerei|"
    r"backerei|praxis|pflegedienst|panaderia|clinica|cooperativa|colegio|freres|fils|brothers)\b"
)


@dataclass(frozen=True)
class Closing:
    """The closing dates that the text gives, in its order, each with the sentence.

    ``near`` is the date after which dates without a year are looked for.
    """

    language: str
    near: dt.date
    dated: tuple[tuple[Dated, Statement], ...] = ()

    @property
    def first(self) -> dt.date | dt.datetime | None:
        """The date (with its time where there is one) that counts."""
        return moment_of(self.dated[0][0]) if self.dated else None


def moment_of(dated: Dated) -> dt.date | dt.datetime:
    """A date, with its time of day if it has one."""
    return dt.datetime.combine(dated.date, dated.time) if dated.time else dated.date


def title_of(given: str, made: Outline, page_title: str, cues: Cues) -> str:
    """The title of the posting: what the metadata says, else the first heading, else the text's."""
    title = _titled(given, made, page_title, cues)
    if _CALL.match(simple(title)) and not _BOTH.search(title):
        # "We need you!" names no post; what is written for both sexes near it does.
        for statement in opening_of(made)[:6]:
            name = _TITLE_END.sub("", statement.text)
            if _BOTH.search(name) and len(name.split()) <= TOP_WORDS:
                return clean_title(name, cues)
    return title


def _titled(given: str, made: Outline, page_title: str, cues: Cues) -> str:
    named = next(filter(None, map(_named_title, opening_of(made)[:6])), "")
    sought = "" if _BOTH.search(made.title) or _POST.search(simple(made.title)) else _opens(made)
    for text in (given, named, _below_name(made, cues), sought, made.title):
        if text and not _GENERIC.fullmatch(simple(text)) and not RECRUITS.match(text):
            seeks = SEEKS.match(text)
            title = _sought(seeks["what"]) if seeks else ""
            return clean_title(title or text, cues)
    for statement in opening_of(made):
        if match := SEEKS.match(statement.text):
            title = _sought(match["what"])
            if title:
                return clean_title(title, cues)
    for statement in opening_of(made):
        if match := _NAMED_POST.search(statement.text):
            return clean_title(_TITLE_END.sub("", match["title"]), cues)
    for statement in opening_of(made):
        if len(statement.text.split()) <= TOP_WORDS and not statement.text.endswith("."):
            return clean_title(_sought(statement.text) or statement.text, cues)
    return clean_title(page_title or made.title, cues)


def _opens(made: Outline) -> str:
    """The post in a first sentence such as "We are looking for two drivers (part time)"."""
    for statement in made.sections[0].statements[:2]:
        if len(statement.text.split()) <= TOP_WORDS and (match := SEEKS.match(statement.text)):
            return _sought(match["what"])
    return ""


def _below_name(made: Outline, cues: Cues) -> str:
    """The heading below one that only says who employs; empty if the first is no such heading."""
    if len(made.sections) < 2 or len(made.sections[0].statements) > _LETTERHEAD:  # noqa: PLR2004
        return ""
    below = made.sections[1].heading
    if cues.heading(below) or below.endswith("?") or len(below.split()) > TOP_WORDS:
        return ""
    name = simple(made.title)
    generic = bool(_GENERIC.fullmatch(simple(made.title)))
    named = (
        generic
        or bool(RECRUITS.match(made.title))
        or (bool(GIVEN_FORM.search(name)) and not _POST.search(name))
    )
    return _sought(below) or below if named else ""


def _named_title(statement: Statement) -> str:
    """What stands after "Vacancy:" or "Intitulé du poste :" at the top."""
    match = _PREFIX.match(statement.text)
    rest = statement.text[match.end() :] if match else ""
    if statement.pair and _PREFIX.match(f"{statement.label}:"):
        rest = statement.text
    return rest if 0 < len(rest.split()) <= TOP_WORDS else ""


def opening_of(made: Outline) -> list[Statement]:
    """The first statements, whatever they stand under."""
    found = [one for section in made.sections[:4] for one in section.statements]
    return found[:12]


def _sought(text: str) -> str:
    match = _ONE.match(text.strip())
    return _TITLE_END.sub("", match["title"]).strip() if match else ""


def clean_title(text: str, cues: Cues) -> str:
    """A title without what is no part of it: contract, town, "Job offer:"."""
    text = " ".join(text.split())
    text = _SOUGHT_FIRST.sub("", _PREFIX.sub("", text))
    parts = [part for part in PARTED.split(text) if part.strip()]
    while len(parts) > 1 and _GENERIC.fullmatch(simple(parts[0])):
        parts.pop(0)
    title = parts[0] if parts else text
    if match := re.search(r"\s*\(([^()]{3,60})\)\s*$", title):
        topics = cues.topics_of(marked(match[1], cues.language))
        if {"hours", "contract", "salary"} & topics.keys():
            title = title[: match.start()]
    if title.isupper() and len(title) > 6:  # noqa: PLR2004 - an abbreviation stays
        title = title.title() if cues.language == "en" else title.capitalize()
    return title.strip(" .:-–—")[:_LONGEST_TITLE] or text[:_LONGEST_TITLE]


def alike(one: str, other: str) -> bool:
    """Whether one of two names is part of the other."""
    return bool(other) and (one in other or other in one)


def closing_of(statements: Sequence[Statement], language: str, near: dt.date) -> Closing:
    """The closing dates in the sentences on the deadline."""
    found = []
    for statement in statements:
        folded = simple(statement.text)
        dated = dates_in(statement.text, language, near=near)
        told = [one for one in dated if _BEFORE_DEADLINE.search(folded[: one.start])]
        if not told and dated and (statement.label or len(dated) == 1):
            told = dated[:1]
        found += [(one, statement) for one in told[:1]]
    return Closing(language, near, tuple(found))


def posted_in(sections: Sequence[Section], language: str, today: dt.date) -> dt.date | None:
    """When the posting says that it was published."""
    for section in sections[:2]:
        for statement in section.statements:
            if re.search(
                r"publi|mise? en ligne|posted|veroffent|online seit", simple(statement.shown)
            ):
                dated = dates_in(statement.text, language, near=today - dt.timedelta(days=365))
                if dated and dated[0].year:
                    return dated[0].date
    return None


def name_of(title: str) -> str:
    """An id for the posting: its title in small letters."""
    bare = re.sub(r"\((?:[a-z]/?){1,8}\)", "", simple(title))
    words = _NAME.findall(bare)
    name = ""
    for word in words:
        if len(name) + len(word) + 1 > 40:  # noqa: PLR2004 - as long as an id may be
            break
        name = f"{name}-{word}" if name else word
    return name[:40] or "posting"


def domain_name(texts: Sequence[str]) -> str:
    """The name in an e-mail address, where nothing else names the employer."""
    for text in texts:
        if match := EMAIL.search(text):
            return match[0].rpartition("@")[2].split(".")[0].replace("-", " ").title()
    return ""


def header_of(made: Outline) -> Section:
    """What stands above the first heading."""
    return next(section for section in made.sections if section.first == HEADER)
