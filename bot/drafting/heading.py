"""The head of a draft: title, organisation, closing date, language, name.

What stays out: the answers (`entries`).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.drafting.cues import Cues
from bot.drafting.sections import HEADER, Outline, Section
from bot.drafting.statement import Statement
from bot.drafting.values import EMAIL, Dated, dates_in, marked, simple

_PARTED = re.compile(r"\s+[–—|•·]\s+|\s+-\s+|\s+//\s+")
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
    r"(?P<who>.{3,120}?)\s+(?:recherche|recrute|cherche|embauche|is (?:looking|recruiting|"
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
_VERBS = (
    r"est|sont|a|ont|compte|emploie|accueille|accompagne|gere|propose|développe|developpe|agit|"
    r"apporte|oeuvre|œuvre|intervient|travaille|mène|mene|porte|défend|defend|aide|soutient|"
    r"organise|"
    r"anime|assure|forme|conçoit|regroupe|rassemble|fédère|réunit|lutte|vise|mobilise|"
    r"is|was|has|are|works|provides|helps|supports|runs|rescues|tells|exists|serves|offers|"
    r"operates|delivers|brings|aims|employs|manages|campaigns|cares|builds|fights|leads|makes|"
    r"ist|sind|bietet|hat|betreut|unterstützt|repairs|teaches|grows|bakes|publishes|installs|sells|connects|trains|gives|repare|fabrique|installe|cultive|édite|vend|produit|fertigt|baut|pflegt|produziert|es|tiene|trabaja|ofrece|atiende|desarrolla|apoya"
)
_SUBJECT = re.compile(
    rf"^(?P<who>(?:(?:Le|La|Les|L['’]|The|Das|Der|Die|El|Los|Las|Au|À|"
    rf"Chez)\s?)?[A-ZÀ-Ý0-9«][^.;:]{{1,80}}?)"
    rf"(?:\s*\([^)]{{2,40}}\))?(?:,[^.]{{3,160}},| )\s*(?:{_VERBS})\b"
)
_HIRES = re.compile(
    r"(?P<who>[^|–—]{2,80}?) (?:recrute|recherche|is hiring|hiring|sucht|busca)\b", re.IGNORECASE
)
_AT = re.compile(
    r"(?:job application|application|vacancy|bewerbung|candidature)\b.{0,20}\b(?:for|für|pour)\b.{3,80} "
    r"(?:at|bei|chez) (?P<who>[^|–—-]{2,60})$",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    r"[A-ZÀ-Ý][\w'’&-]*(?: (?:(?:de|du|des|of|the|la|le|les|for|et|and|für|y|del) )*[A-ZÀ-Ý][\w'’&-]*)+"
)
_IN_PLACE = re.compile(r" (?:in|à|at|en|bei) [A-ZÀ-Ý][^,]*$")
_ARTICLE = re.compile(r"^(?:le|la|les|l['’]|the|das|der|die|el|los|las)\s*", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:about|about the|à propos d(?:e la|e l['’]|e|u|es|['’])|über)\s*(?P<who>[A-Z].{2,60})$"
)
_NAMED = re.compile(
    r"^([A-ZÀ-Ý][\w'’&.-]*(?: (?:[A-ZÀ-Ý][\w'’&.-]*|de|du|des|of|the|et|and))*), "
    r"(?:une? |the |a |an )?\w+"
)
_PRONOUN = re.compile(
    r"^(?:nous|vous|elle|il|ils|elles|on|we|you|it|they|this|that|our|notre|votre|ce|cette|wir|sie|"
    r"es|unser\w*|ihr\w*|nuestr\w*|buscamos|somos|there|anyone|some|nobody|somebody|each|your|he|she|applications?|candidatures?|bewerbung\w*|solicitud\w*|interviews?|s/he|who|what|when|if|"
    r"please|no|l'association$|"
    r"l'entreprise$|la structure$|le poste|the role|"
    r"the post|the job|the successful|depuis|since|in|en|a|at|chez|au|as|every|chaque|last|today)\b"
)
_BEFORE_DEADLINE = re.compile(
    r"(?:avant|jusqu|plus tard|limite|cloture|clos|deadline|\bby\b|until|later than|before|"
    r"\bbis\b|frist|"
    r"spatestens|hasta|antes|d'ici|dernier|reponse souhaitee|:|candidatures?)[^.;]{0,45}$"
)
PIECES = re.compile(r"\s+[–—|•·]\s+|\s+-\s+|,\s+|\s/\s")
_TOP_WORDS = 14
_NAME = re.compile(r"[a-z0-9]+")
_LONGEST_TITLE = 110
_LETTERHEAD = 3
_NAMED_POST = re.compile(
    r"\b(?:called|entitled|intitulé\w*|(?:poste|emploi|fonction) d[e'’]|(?:post|position|role|job) of|"
    r"Stelle als|puesto de) ?(?:an? |une? )?[“«\"]?(?P<title>[A-ZÀ-Ý][\w·’'/()-]+(?: [\w·’'&/()-]+){0,7})"
)
_SOUGHT_FIRST = re.compile(
    r"^[^:]{0,40}\b(?:such(?:en|t)|cherch\w*|recherch\w*|recrut\w*|hiring|looking for|busca\w*|wanted)\b"
    r"[^:]{0,24}:\s+(?=\S)|^(?:recherche|cherche|suche|wanted|gesucht) (?=[^\W\d_])",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:on|nous|we|wir|come|viens|venez|werde|unete)\b.{0,20}(?:cherch|recrut|embauch|need|want|hiring|"
    r"looking|such|brauch|busca)|(?:rejoi|join|unete|come|komm|werde teil|travaill\w+ avec nous)"
)
_BOTH = re.compile(r"\w+ ?/ ?\w+|\w[·•]\w|\([hfmwdx]/[hfmwdx]|\b[HF]/[HF]\b")
_POST = re.compile(
    r"\(?\b[hfmwdx]/[hfmwdx]|\b(?:agent|assistant|officer|manager|charge|responsable|direct|coordin|"
    r"technicien|animat|educat|infirm|nurse|teacher|enseignant|cook|cuisinier|engineer|ingenieur)\w*"
)
"""What shows that a heading names a post, although it names a place of work as well."""


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
        for statement in _opening(made)[:6]:
            name = _TITLE_END.sub("", statement.text)
            if _BOTH.search(name) and len(name.split()) <= _TOP_WORDS:
                return clean_title(name, cues)
    return title


def _titled(given: str, made: Outline, page_title: str, cues: Cues) -> str:
    named = next(filter(None, map(_named_title, _opening(made)[:6])), "")
    for text in (given, named, _below_name(made, cues), made.title):
        if text and not _GENERIC.fullmatch(simple(text)) and not RECRUITS.match(text):
            seeks = SEEKS.match(text)
            title = _sought(seeks["what"]) if seeks else ""
            return clean_title(title or text, cues)
    for statement in _opening(made):
        if match := SEEKS.match(statement.text):
            title = _sought(match["what"])
            if title:
                return clean_title(title, cues)
    for statement in _opening(made):
        if match := _NAMED_POST.search(statement.text):
            return clean_title(_TITLE_END.sub("", match["title"]), cues)
    for statement in _opening(made):
        if len(statement.text.split()) <= _TOP_WORDS and not statement.text.endswith("."):
            return clean_title(_sought(statement.text) or statement.text, cues)
    return clean_title(page_title or made.title, cues)


def _below_name(made: Outline, cues: Cues) -> str:
    """The heading below one that only says who employs; empty if the first is no such heading."""
    if len(made.sections) < 2 or len(made.sections[0].statements) > _LETTERHEAD:  # noqa: PLR2004
        return ""
    below = made.sections[1].heading
    if cues.heading(below) or below.endswith("?") or len(below.split()) > _TOP_WORDS:
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
    return rest if 0 < len(rest.split()) <= _TOP_WORDS else ""


def _opening(made: Outline) -> list[Statement]:
    found = [one for section in made.sections[:4] for one in section.statements]
    return found[:12]


def _sought(text: str) -> str:
    match = _ONE.match(text.strip())
    return _TITLE_END.sub("", match["title"]).strip() if match else ""


def clean_title(text: str, cues: Cues) -> str:
    """A title without what is no part of it: contract, town, "Job offer:"."""
    text = " ".join(text.split())
    text = _SOUGHT_FIRST.sub("", _PREFIX.sub("", text))
    parts = [part for part in _PARTED.split(text) if part.strip()]
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


def organisation_of(given: str, made: Outline, title: str, page_title: str, cues: Cues) -> str:
    """Who employs, as the source writes it; empty if it does not say so."""
    if given:
        return given
    if name := _in_page_title(made, page_title) or _hiring(page_title):
        return name
    for find in (
        _labelled,
        _sought_by,
        _beside_title,
        _named_in_heading,
        _named_at_top,
        _subject_of,
        _below_title,
        _in_address,
        _in_prose,
    ):
        if name := find(made, title, cues):
            return name
    return ""


def _labelled(made: Outline, title: str, cues: Cues) -> str:
    """What stands after "Employeur :" or in the cell beside it."""
    del title
    for section in made.sections:
        for statement in section.statements:
            if statement.label and cues.heading(statement.label) == "organisation":
                value = statement.text.partition(":")[2] if not statement.pair else statement.text
                name = re.sub(r"\s*(?:\([^)]*\)|, \d.*)\s*$", "", (value or statement.text).strip())
                if 1 <= len(name.split()) <= 8 and not name.endswith("."):  # noqa: PLR2004 - a name
                    return name.strip(" .")
    return ""


def _in_address(made: Outline, title: str, cues: Cues) -> str:
    """A piece at the top that an e-mail address names too: "Exemple Santé", @exemple-sante.fr."""
    del title, cues
    texts = [statement.text for section in made.sections for statement in section.statements]
    name = simple(domain_name(texts))
    for statement in made.sections[0].statements[:5]:
        for part in PIECES.split(statement.text):
            if name and simple(part).strip(" .") == name:
                return part.strip(" .")
    for text in texts if len(name) > 3 else ():  # noqa: PLR2004 - fewer letters stand anywhere
        words = r"[\s'’·&-]+".join(map(re.escape, name.split()))
        match = re.search(rf"(?<![\w@./-])[A-ZÀ-Ý]{words[1:]}(?![\w@.-])", text, re.IGNORECASE)
        if match and match[0][0].isupper():
            return match[0]
    return ""


def _in_prose(made: Outline, title: str, cues: Cues) -> str:
    """A name with a word such as "trust" or "university" in the first sentences."""
    del cues
    for statement in _opening(made):
        for match in _CAPITALS.finditer(statement.text):
            name = _ARTICLE.sub("", match[0]).strip()
            known = alike(simple(name), simple(title))
            if " " in name and GIVEN_FORM.search(simple(name)) and not known:
                return name
    return ""


def _beside_title(made: Outline, title: str, cues: Cues) -> str:
    """A part of the first heading beside the title: "Cook - The Green Spoon Café"."""
    for part in _PARTED.split(made.title)[1:]:
        if not part[:1].isupper():
            continue
        name = simple(part).strip(" .")
        subject = any(simple(one.text).startswith(f"{name} ") for one in _opening(made))
        known = cues.topics_of(marked(part, cues.language)) or name in simple(title)
        if (GIVEN_FORM.search(name) or subject) and not known:
            return part.strip(" .")
    return ""


def _in_page_title(made: Outline, page_title: str) -> str:
    """A part of the page's title that the text names as well, and that is no title of a post."""
    text = simple(" ".join(one.text for section in made.sections for one in section.statements))
    first, *others = _PARTED.split(page_title)
    for part in (*others, first):
        name = part.strip()
        known = part is first and alike(simple(name), simple(made.title))
        short = len(name.split()) <= 7 and name[:1].isupper()  # noqa: PLR2004 - a name
        if short and not known and re.search(rf"\b{re.escape(simple(name))}\b", text):
            return name
    return ""


def _hiring(page_title: str) -> str:
    """Who hires by a page's title such as "Exemple recrute ..." or "Job application for ... at X"."""
    found = _HIRES.match(page_title) or _AT.match(page_title)
    name = _ARTICLE.sub("", found["who"]).strip() if found else ""
    return name if 0 < len(name.split()) <= 8 and not _PRONOUN.match(simple(name)) else ""  # noqa: PLR2004


def _sought_by(made: Outline, title: str, cues: Cues) -> str:
    del title, cues
    for heading in (made.title, *(section.heading for section in made.sections[:3])):
        if match := RECRUITS.match(heading):
            who = _ARTICLE.sub("", match["who"])
            return who.title() if who.isupper() else who
    for statement in _opening(made):
        if (match := SEEKS.match(statement.text)) and match["what"]:
            who = re.sub(r"\s*\(.*$", "", match["who"].split(",")[0]).strip()
            if not _PRONOUN.match(simple(who)) and len(who.split()) <= 8:  # noqa: PLR2004
                first = _first_subject(made)
                # "The French mission is looking for": the employer was named before.
                return first or _ARTICLE.sub("", who)
    return ""


def _first_subject(made: Outline) -> str:
    for statement in made.sections[0].statements[:3]:
        match = _NAMED.match(statement.text)
        if match and len(match[1].split()) <= 7 and len(statement.text.split()) > 12:  # noqa: PLR2004
            return match[1]
    return ""


def _named_in_heading(made: Outline, title: str, cues: Cues) -> str:
    del title, cues
    for section in made.sections:
        match = _ABOUT.match(section.heading)
        if match and "organisation" in section.topics and not _PRONOUN.match(simple(match["who"])):
            return match["who"].strip(" ?:")
    return ""


def _is_fact(text: str, cues: Cues) -> bool:
    """Whether a text that looks like a name is on the post: "The driving licence is"."""
    words = [word for word in _ARTICLE.sub("", text).split() if len(word) > 3]  # noqa: PLR2004
    if len(words) > 1 and all(word[0].isupper() for word in words):
        return False
    told = cues.topics_of(marked(text, cues.language)).keys()
    return any(not topic.startswith(("organisation", "location")) for topic in told)


def _is_known(who: str, made: Outline) -> bool:
    """Whether a single word at the beginning of a sentence is a name elsewhere too."""
    bare = _ARTICLE.sub("", who)
    texts = " ".join(one.text for section in made.sections for one in section.statements)
    domain = simple(domain_name([texts]))
    within = re.search(rf"(?<=[\w,(] ){re.escape(bare)}\b", texts)
    return simple(bare) in domain or bool(within) or not bare.isalpha() or bare.isupper()


def _subject_of(made: Outline, title: str, cues: Cues) -> str:
    del title
    sections = [s for s in made.sections if {"organisation", "*context"} & {*s.topics}]
    others = [s for s in made.sections if s not in sections]
    for section in (*sections, *others[:2]):
        for statement in section.statements[:12]:
            if statement.label or statement.pair or statement.item:
                continue
            match = _SUBJECT.match(statement.text.replace("e.V.", "eV").replace("e. V.", "eV"))
            if match and not _PRONOUN.match(simple(match["who"])):
                who = _IN_PLACE.sub("", match["who"].split(",")[0].strip()).replace(" eV", " e.V.")
                alone = " " not in _ARTICLE.sub("", who) and not _is_known(who, made)
                if _is_name(who) and not alone and not _is_fact(who, cues):
                    return _ARTICLE.sub("", who) if len(_ARTICLE.sub("", who)) > 3 else who  # noqa: PLR2004
    return ""


def top_of(made: Outline, title: str) -> list[Statement]:
    """What stands above the first heading, or below the title where that is one of the headings."""
    found = list(made.sections[0].statements)
    for section in made.sections[1:2]:
        if alike(simple(section.heading), simple(title)):
            found += section.statements
    return found


def _is_name(text: str) -> bool:
    words = text.split()
    capitals = [word for word in words[1:] if word[0].isupper()] or [
        word for word in words if word[0].isupper() and len(words) == 1
    ]
    return len(words) <= 8 and bool(capitals or (words and words[0].isupper()))  # noqa: PLR2004


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
    r"international|compagnie|theatre|residence|services?|departement|region|ministere|ministry|entreprise|hotel|garage|clinique|\w*werkstatt|epicerie|boucherie|librairie|laboratoire|domaine|nursery|"
    r"homecare|council|borough|caisse|banque|bank|sparkasse|genossenschaft|cfa|kindergarten|kita|surgery|practice|brewery|press|engineering|action|aid|partners|consult\w+|tischlerei|"
    r"backerei|praxis|pflegedienst|panaderia|clinica|cooperativa|colegio|freres|fils|brothers)\b"
)


def _named_at_top(made: Outline, title: str, cues: Cues) -> str:
    """A short piece at the top that is neither title nor place nor contract."""
    pieces: list[str] = []
    first = [] if alike(simple(title), simple(made.title)) else [Statement(made.title, -1)]
    for statement in (*first, *top_of(made, title)[:4]):
        if statement.label or not is_pieces(statement.text):
            continue
        for part in PIECES.split(statement.text):
            text = part.strip(" .")
            hits = cues.topics_of(marked(text, cues.language)).keys() - {"organisation.size"}
            bare = re.sub(r"^(?:at|chez|bei) ", "", text)
            fresh = bool(bare) and not hits and simple(bare) not in simple(title)
            if fresh and (bare[0].isupper() or bare[0] == "«"):
                pieces.append(text)
    for piece in pieces:
        piece = re.sub(r"^(?:at|chez|bei) (?=[A-ZÀ-Ý])", "", piece)  # noqa: PLW2901 - "at Exemple"
        if GIVEN_FORM.search(simple(piece)):
            return re.sub(r"^Association\s+(?=[A-ZÀ-Ý])", "", piece)
    return ""


def is_pieces(text: str) -> bool:
    """Whether a line at the top is made of short pieces, and no sentence."""
    return len(text.split()) <= _TOP_WORDS or len(re.findall(r" [|•·] ", text)) > 1


def _below_title(made: Outline, title: str, cues: Cues) -> str:
    """What stands before a place below the title: "Lowmoor Orchards, near Ledbury"."""
    for statement in top_of(made, title)[:2]:
        parts = PIECES.split(statement.text)
        name = parts[0].strip(" .")
        words = name.split()
        named = len(words) > 1 and all(word[0].isupper() for word in (words[0], words[-1]))
        known = cues.topics_of(marked(name, cues.language)) or simple(name) in simple(title)
        short = len(parts) in (2, 3) and len(statement.text.split()) <= _TOP_WORDS
        if short and named and not known and not statement.label:
            return name
    return ""


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
