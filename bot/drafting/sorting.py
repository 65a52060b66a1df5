"""Which topics a statement is on: by the cues of its wording, its label, its heading, the bank.

What stays out: what becomes of the statements of a topic (`entries`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.topic import parent_of
from bot.drafting.cues import Cues
from bot.drafting.sections import HEADER, NOTHING, OWN, Section, Statement
from bot.drafting.values import marked

SURE, LIKELY, DOUBTFUL = "sure", "likely", "doubtful"
Ask = Callable[[str], tuple[str, float] | None]
"""The likeliest topic of a text by the bank's matcher, with its margin; None if it is none."""

_APPLYING = {
    "how_to_apply", "documents", "application_email", "application_subject", "application_status",
    "selection_process", "deadline", "contact_human", "application", "privacy",
}  # fmt: skip
_ASKED = {"experience", "education", "languages", "eligibility", "*profile"}
_ABOUT = {"organisation", "*context", "*projects", OWN}
_DUTIES = {"responsibilities"}
# What a sure wording says wherever it stands.
_ANYWHERE = {"hours", "contract", "salary", "start_date", "remote", "location", "deadline"}
_KEPT: Mapping[str, set[str]] = {
    "duties": {"responsibilities", "team", "travel"},
    "about": {"organisation"},
    "profile": {
        "experience", "education", "languages", "eligibility", "travel", "disability_access",
        "diversity", "visa_sponsorship",
    },
    "apply": {
        *_APPLYING, "eligibility", "visa_sponsorship", "relocation_housing", "diversity",
        "disability_access", "other_positions",
    },
    "terms": {
        "hours", "salary", "benefits", "contract", "start_date", "deadline", "location", "remote",
        "travel", "team", "education", "experience", "languages", "eligibility", "training",
        "visa_sponsorship", "relocation_housing", "diversity", "disability_access", "privacy",
        "selection_process", "application_status", "contact_human", "other_positions",
        "application_email", "application_subject",
    },
}  # fmt: skip
_ALWAYS = {"organisation.trust", "eligibility.criminal_record"}
_BY_EXPERIENCE = re.compile(
    r"(?:selon|depend\w+ on|according to|commensurate with|based on|nach|je nach|segun|suivant|en "
    r"fonction d\w*)\W+(?:l'|la |le |votre |vos |your |the |relevant |skills and |ihrer |profil et |"
    r"qualifications and )*(?:experience|experiencia|(?:berufs)?erfahrung|l'experience)"
)
_HARD_EXPERIENCE = re.compile(r"experien|erfahr|debutant|years|junior|senior|beginners|\bans d|einsteig")
_SPOKEN_WELL = re.compile(
    r"§level|\blangues?\b|courant|parl[eé]|maitris|\blue?s?\b|ecrit|biling|niveau|notions|fluen|speak|spoken|"
    r"written|knowledge of|native|proficien|command|essential|required|desirable|advantage|appreci|"
    r"souhait|atout|exige|indispensable|plus\b|kenntnisse|fliessend|nivel|idioma|languages?\b|"
    r"sprach|valora|requis|verhandlungssicher|gute|hablad|asset"
)
_IN_TEAM = re.compile(r"equipe (?:de|compos)|team of|integr|rejoi|\bjoin|part of|rattach|report|trio|binome")
_PAID = re.compile(r"salaire|salary|remuner|\bbrut|\bgross|\bpay\b|vergut|gehalt|salario")
_DATE_MARK = re.compile(r"§(?:date|month)")
_OFFERS = re.compile(r"offr|offer|propos|bieten|angebot|ofrec|avantag|benefit|join us|rejoindre|for you")
_ENGINE_FLOOR = 0.15
_LIKELY_FLOOR = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement with one topic that it is on, and how sure that is and why."""

    statement: Statement
    topic: str
    sure: str
    why: str


def group_of(section: Section) -> str:
    """The kind of section: duties, about, profile, apply, terms; header for what has no heading."""
    for topic in section.topics:
        family = topic.partition(".")[0]
        if family == HEADER:
            return "header"
        for name, families in (
            ("apply", _APPLYING),
            ("profile", _ASKED),
            ("about", _ABOUT),
            ("duties", _DUTIES),
        ):
            if family in families:
                return name
    return "terms"


def sort(section: Section, cues: Cues, language: str, ask: Ask) -> list[Placed]:
    """Every statement of *section* with each topic that it is on; a statement may be on several."""
    if section.first == NOTHING:
        return []
    group = group_of(section)
    found: list[Placed] = []
    for statement in section.statements:
        found += _sorted(statement, section, group, cues, language, ask)
    return found


def _sorted(  # noqa: PLR0913 - what it takes to judge one
    statement: Statement, section: Section, group: str, cues: Cues, language: str, ask: Ask
) -> list[Placed]:
    labelled = cues.headings_in(statement.label) if statement.label else ()
    if labelled and labelled[0] == NOTHING:
        return []
    own = [topic for topic in labelled if not topic.startswith("*")]
    if statement.under and not statement.label and group in ("header", "terms", "about", "duties"):
        above = tuple(one for one in cues.headings_in(statement.under) if one[0] != "*")
        if above:
            section = Section(statement.under, above)
            group = group_of(section)
    if own and group in ("header", "terms", "about", "duties"):
        # A label says more than the heading above it.
        group = group_of(Section("", tuple(own)))
        group = "terms" if group in ("about", "duties") and not _is_within(own, section) else group
    text = marked(statement.text, language)
    hits = _hits(text, group, cues)
    if group == "apply" and statement.item and statement.lead:
        hits |= _announced(marked(statement.lead, language), cues)
    default = _default(section, group)
    if default and not _fits(default, text):
        default = None
    placed: dict[str, tuple[str, str]] = {}
    own = [topic for topic in own if not _outdone(topic, hits)]
    for topic in own:
        placed[topic] = (SURE, f"label “{statement.label}”")
    for topic, certain in hits.items():
        agrees = topic in own or any(_related(topic, one) for one in section.topics)
        sure = SURE if certain or agrees else LIKELY
        placed.setdefault(topic, (sure, _why(topic, agrees, section)))
    if default and (not placed or _joins(default, placed)):
        placed.setdefault(default, (SURE if not placed else LIKELY, _under(section)))
    if default == "location" and section.statements[:1] == [statement]:
        placed.setdefault("location", (SURE, _under(section)))
    if not placed and group in ("terms", "header"):
        answer = ask(statement.text)
        if answer is not None and answer[1] >= _ENGINE_FLOOR and _may(answer[0], group):
            placed[answer[0]] = (DOUBTFUL, "only the matcher thinks so")
    return [Placed(statement, topic, sure, why) for topic, (sure, why) in placed.items()]


_APPLY_WORDS = re.compile(
    r"candidat|postul|\bcv\b|lettre|dossier|mail|envo|adress|site|formulaire|joindre|appl|send|form\b|"
    r"submit|attach|includ|bewerb|unterlagen|solicit|inscri|§email|§url|lien|link|interview|entretien"
)
_DEFAULT_NEEDS: Mapping[str, re.Pattern[str]] = {
    "deadline": re.compile("§date|candidat|appl"),
    "start_date": re.compile(r"§date|§month|possible|immediat|\d{4}"),
    "application_email": re.compile("§email"),
    "how_to_apply": _APPLY_WORDS,
    "documents": _APPLY_WORDS,
    "application_subject": re.compile(r"\d|_"),
    "contact_human": re.compile(r"§|contact|appel|call|question|:|\b(?:mme|m\.|mr|mrs|dr|frau|herr)\b|,"),
}


def _fits(default: str, text: str) -> bool:
    """Whether a statement can be on what its heading is about; footers follow the last heading."""
    needed = _DEFAULT_NEEDS.get(default)
    return needed is None or bool(needed.search(text))


def _announced(lead: str, cues: Cues) -> dict[str, bool]:
    """What an item is on because the sentence before the list announces it."""
    told = cues.topics_of(lead)
    wanted = ("application_subject", "documents", "how_to_apply", "selection_process")
    return {topic: False for topic in wanted if topic in told}


def _outdone(topic: str, hits: Mapping[str, bool]) -> bool:
    """Whether the value speaks of another detail than its label ("Statut : la durée ...")."""
    parent = parent_of(topic)
    if parent is None or topic in hits:
        return False
    return parent in hits and any(parent_of(one) == parent for one in hits)


def _is_within(topics: list[str], section: Section) -> bool:
    return any(_related(topic, one) for topic in topics for one in section.topics)


def _related(one: str, other: str) -> bool:
    return one == other or parent_of(one) == other or parent_of(other) == one


def _why(topic: str, agrees: bool, section: Section) -> str:  # noqa: FBT001 - one reason or the other
    return f"wording, {_under(section)}" if agrees and section.heading else "wording"


def _under(section: Section) -> str:
    return f"under “{section.heading}”" if section.heading else "at the top"


def _may(topic: str, group: str) -> bool:
    family = topic.partition(".")[0]
    return family in _KEPT["terms"] and (group != "header" or family in _ANYWHERE)


def _default(section: Section, group: str) -> str | None:
    """What an ordinary statement of the section is on."""
    topics = [topic for topic in section.topics if not topic.startswith("*")]
    if topics:
        return topics[0]
    match group:
        case "profile":
            return "experience"
        case "about":
            return section.first
        case "terms" if _OFFERS.search(marked(section.heading, "en")):
            return "benefits"
        case _:
            return None


def _joins(default: str, placed: Mapping[str, object]) -> bool:
    """Whether a statement belongs to its heading too although its wording says something else."""
    if default.startswith("*"):
        return True
    if default == "organisation":
        return all(topic.startswith("organisation") for topic in placed)
    if default == "responsibilities":
        return "team.manager" not in placed and any(
            topic.startswith(("responsibilities", "travel", "team")) for topic in placed
        )
    return False


def _hits(text: str, group: str, cues: Cues) -> dict[str, bool]:
    found = cues.topics_of(text)
    kept = {
        topic: sure for topic, sure in found.items() if _is_kept(topic, text, group, sure=sure)
    }
    return _without_rivals(kept, text, group)


def _is_kept(topic: str, text: str, group: str, *, sure: bool) -> bool:
    family = topic.partition(".")[0]
    if topic in _ALWAYS:
        return True
    if group == "header":
        allowed = family in _KEPT["terms"] | _APPLYING | {"organisation"}
        if topic in ("experience", "education", "languages", "team", "training", "benefits"):
            return sure or bool(_HARD_EXPERIENCE.search(text))
        return allowed
    if family in _KEPT[group]:
        if family == "experience" and group in ("terms", "apply"):
            return bool(_HARD_EXPERIENCE.search(_BY_EXPERIENCE.sub("", text)))
        return True
    if group == "terms" and family in ("how_to_apply", "documents"):
        return sure
    return sure and family in _ANYWHERE


def _without_rivals(found: dict[str, bool], text: str, group: str) -> dict[str, bool]:
    """Leave out the weaker of two readings of the same words."""
    out = dict(found)
    if "experience" in out and not _HARD_EXPERIENCE.search(_BY_EXPERIENCE.sub("", text)):
        # Skills: only where the sentence says nothing more telling.
        if any(topic in out for topic in ("education", "languages", "travel.car", "eligibility")):
            del out["experience"]
    if "deadline" in out and not _DATE_MARK.search(text) and not out["deadline"]:
        del out["deadline"]
    if "deadline" in out and ("contract" in out or "selection_process" in out) and group != "apply":
        if not re.search(r"candidat|postul|appl|bewerb|clot|clos|limite|deadline|inscri", text):
            del out["deadline"]
    if "start_date" in out and ("deadline" in out or "selection_process" in out):
        if not out["start_date"]:
            del out["start_date"]
    if "start_date" in out and "selection_process.interview" in out and group == "apply":
        out.pop("start_date", None)
    if "diversity" in out:
        if not re.search(r"envoy|adress|send|submit", text):
            out.pop("how_to_apply", None)
        if not re.search(r"accessib|rqth|amenag|adjust|situation de handicap|guarantee", text):
            out.pop("disability_access", None)
    if "eligibility" in out and "contract" in out and not re.search(r"\bcd[id]\b|permanent", text):
        out = {topic: sure for topic, sure in out.items() if not topic.startswith("contract")}
    if "languages" in out and not _SPOKEN_WELL.search(text):
        if group != "profile" or "eligibility" in out or len(text.split()) > 14:  # noqa: PLR2004
            out.pop("languages")
    if "contract.duration" in out and "contract" not in out and group != "contract":
        del out["contract.duration"]
    if "responsibilities.management" in out:
        out.pop("team.size", None)
        if re.search(r"(?:encadr|supervis|manag|lead)\w*\W+(?:\w+\W+){0,3}(?:equipe|team)", text):
            out.pop("team", None)
    if "relocation_housing" in out and "salary" in out and not _PAID.search(text):
        del out["salary"]
    if "benefits.meals" in out:
        out.pop("hours.nights", None)
    if "training" in out:
        out.pop("education.registration", None)
    if group == "duties" and "team" in out and not _IN_TEAM.search(text):
        del out["team"]
    if "languages" not in out:
        out.pop("languages.level", None)
    if "salary.bonus" in out and re.search(r"prime (?:de|du) (?:dimanche|week|nuit)|premium", text):
        out.pop("hours.weekends", None)
        out.pop("hours.nights", None)
    if "contact_human" in out and "how_to_apply" not in out:
        for topic in ("application_email", "documents"):
            out.pop(topic, None)
    if "application_email" in out and "how_to_apply" not in out and group != "apply":
        out.pop("application_email")
    if "eligibility.criminal_record" in out or "education.registration" in out:
        out.pop("documents", None) if group != "apply" else None
    if "benefits.transport" in out or "benefits.holidays" in out:
        out.pop("travel", None) if not re.search(r"deplace|travel(?! exp)", text) else None
    if "location.access" in out and ("disability_access" in out or "benefits.transport" in out):
        if not re.search(r"metro|tram|parking|gare|station|minutes", text):
            out.pop("location.access")
    return out
