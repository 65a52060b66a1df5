"""Which topics a statement is on: by the cues of its wording, its label, its heading, the bank.

What stays out: what becomes of the statements of a topic (`entries`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.topic import parent_of
from bot.drafting.cues import Cues
from bot.drafting.purpose import is_duty
from bot.drafting.rivals import asks_experience, without_rivals
from bot.drafting.sections import HEADER, NOTHING, OWN, Section
from bot.drafting.statement import Statement
from bot.drafting.values import marked

SURE, LIKELY, DOUBTFUL = "sure", "likely", "doubtful"
Ask = Callable[[str], tuple[str, float] | None]
"""The likeliest topic of a text by the bank's matcher, with its margin; None if it is none."""

_APPLYING = {
    "how_to_apply", "documents", "application_email", "application_subject", "application_status",
    "selection_process", "deadline", "contact_human", "application", "privacy",
}  # fmt: skip
_ASKED = {"experience", "education", "languages", "eligibility", "*profile"}
_ABOUT = {"organisation", "*context", "*projects"}
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
_SAID_OF_ALL = {
    "header": {"experience", "education", "languages", "team", "training", "benefits"},
    "open": {"experience", "education", "team", "training", "organisation"},
}
"""Of what every employer speaks, also when it speaks of itself."""
_OFFERS = re.compile(
    r"offr|offer|propos|bieten|angebot|ofrec|avantag|benefit|join us|rejoindre|for you|in return|"
    r"echange|vorteil|davon|\bget\b|receive|recev|beneficie|perk|give you|te damos|bekomm|erhalt"
)
_ENGINE_FLOOR = 0.15
_ENGINE_HINT = -0.42
"""Enough where the heading already says what a statement can be on."""
_LABELLED = ("header", "terms", "about", "duties", "profile")
_EVERY = re.compile(
    r"sur (?:deux|trois|quatre|cinq|six|huit|\d)|par (?:mois|semaine|an)|(?:in|every) (?:two|"
    r"three|four|five|"
    r"six|seven|eight|\d)|(?:a|per) month|im monat|al mes|rota\b"
)
_NAME_WORDS = 4
_BY_MAIL = re.compile(
    r"candidat|postul|par (?:e-?mail|mail|courriel)|by e-?mail|appl|bewerb|solicit"
)
_LASTING = re.compile(r"\bmois\b|\bans?\b|month|year|monat|jahr|\bmes(?:es)?\b|\banos?\b|§date")
_DATED = ("deadline", "start_date", "selection_process")
"""What has one date after its label: "Interviews: from 22 March" is no start of the job."""
_IN_PROSE = ("hours", "benefits.holidays", "salary", "contract", "remote", "start_date", "deadline")
"""What a paragraph on the work may also say, unless it tells what one does."""
_SPOKEN = {"languages", "languages.level"}
_ONE_VALUE = ("location", "start_date", "deadline", "contract", "remote", "hours", "salary")
"""What a few words say: a paragraph after those words is on something else."""
_TELLING = ("header", "about", "open", "terms")
_UNTIL = re.compile(
    r"\b(?:avant|jusqu'?au|d'ici|dernier|before|by|until|than|bis|spatestens|hasta|antes)\b"
    r"[^.;]{0,40}§date"
)
"""Among what is said on applying, a date after these is the last day."""
_ADDRESSED = re.compile(
    r"\b(?:you|your|we (?:need|ask|offer|give|pay|provide)|vous|votre|vos|il faut|nous (?:demand|"
    r"propos|offr|recherch|cherch)\w+|on (?:demande|propose|offre|cherche)|candidate?|profil|"
    r"du|dich|dir|sie|ihnen|wir (?:bieten|suchen|erwarten)|te|tu|pedimos|ofrecemos|buscamos|"
    r"(?:the|this) (?:post|role|job)|le poste|la personne|die stelle|el puesto|obligatoire\w*|"
    r"exig\w+|"
    r"indispensable\w*|requis\w*|souhait\w+|appreci\w+|un (?:atout|plus)|essential|required|"
    r"must|needs?|"
    r"needed|necessary|desirable|welcome\w*|bienvenu\w*|accept\w+|erforderlich|vorausgesetzt|"
    r"erwunscht|"
    r"willkommen|notwendig|von vorteil|imprescindible|se valora\w*|hace falta|necesari[oa]|"
    r"provided|"
    r"applicants?|bewerber\w*)\b"
)
_ANNOUNCED = ("application_subject", "documents", "how_to_apply", "selection_process")
"""What the sentence before a list says of its items too."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement with one topic that it is on, and how sure that is and why."""

    statement: Statement
    topic: str
    sure: str
    why: str


def group_of(section: Section) -> str:
    """The kind of section: duties, about, profile, apply, terms.

    ``header`` is what has no heading, ``open`` what stands under one that says nothing.
    """
    if section.topics == (OWN,):
        return "open"
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


def sort(section: Section, cues: Cues, ask: Ask) -> list[Placed]:
    """Every statement of *section* with each topic that it is on; a statement may be on several."""
    if section.first == NOTHING:
        return []
    sorter = _Sorter(cues, ask)
    found: list[Placed] = []
    above = section
    for statement in section.statements:
        if sorter.asks_to_apply(statement):
            # Many postings end so, without a heading of its own.
            above = Section("", ("how_to_apply",), section.statements)
        here = section if statement.item and not statement.lead else above
        found += sorter.place(statement, here)
    return found


@dataclass(frozen=True)
class _Sorter:
    """Finds the topics of statements in one language."""

    cues: Cues
    ask: Ask

    def asks_to_apply(self, statement: Statement) -> bool:
        """Whether a statement surely says where to apply, whatever heading it stands under."""
        text = marked(statement.text, self.cues.language)
        hits = without_rivals(self.cues.topics_of(text), text, "header")
        if statement.pair or not hits.get("how_to_apply", False):
            return False
        whole = not statement.item and hits.get("deadline", False)
        return bool(re.search("§email|§url", text)) or whole

    def place(self, statement: Statement, section: Section) -> list[Placed]:
        """A statement once for each topic that it is on."""
        labelled = self.cues.headings_in(statement.label) if statement.label else ()
        if labelled and labelled[0] == NOTHING:
            return []
        own = [topic for topic in labelled if not topic.startswith("*")]
        if labelled and not own:
            section = Section(statement.label, labelled)
        section, group = self._above(statement, section, own)
        section, group = _loosened(statement, section, group, own)
        own, hits = _agreed(
            own, self._hits(statement, group), marked(statement.text, self.cues.language)
        )
        placed = {
            topic: (SURE, f"label “{statement.label}”")
            for topic in own
            if not _outdone(topic, hits)
        }
        for topic, certain in hits.items():
            agrees = topic in placed or any(_related(topic, one) for one in section.topics)
            sure = SURE if certain or agrees else LIKELY
            placed.setdefault(topic, (sure, _why(section, agrees=agrees)))
        placed = self._with_duty(statement, section, group, (hits, placed))
        self._add_default(statement, section, group, placed)
        if not placed and group in ("terms", "header", "apply"):
            placed = self._asked(statement, group)
        return [Placed(statement, topic, sure, why) for topic, (sure, why) in placed.items()]

    def _with_duty(
        self,
        statement: Statement,
        section: Section,
        group: str,
        found: tuple[Mapping[str, bool], dict[str, tuple[str, str]]],
    ) -> dict[str, tuple[str, str]]:
        """What a statement is on when it tells what one does, wherever it stands."""
        hits, placed = found
        if not is_duty(marked(statement.text, self.cues.language), self.cues.language):
            return placed
        if group == "duties":
            return {"responsibilities": (SURE, _under(section)), **placed}
        if group not in _TELLING:
            return placed
        placed = {topic: why for topic, why in placed.items() if _beside_duty(topic, hits)}
        if not _APPLYING & {*placed}:
            placed["responsibilities"] = (LIKELY, "wording")
        return placed

    def _above(self, statement: Statement, section: Section, own: list[str]) -> tuple[Section, str]:
        """What stands above a statement: its heading, or the label before it in its block."""
        group = group_of(section)
        if group not in _LABELLED:
            return section, group
        if statement.under and not statement.label:
            above = self.cues.headings_in(statement.under)
            above = tuple(topic for topic in above if not topic.startswith("*"))
            if above:
                section = Section(statement.under, above)
                return section, group_of(section)
        if own:
            # A label says more than the heading above it.
            group = group_of(Section("", tuple(own)))
            within = any(_related(topic, one) for topic in own for one in section.topics)
            group = "terms" if group in ("about", "duties") and not within else group
        return section, group

    def _hits(self, statement: Statement, group: str) -> dict[str, bool]:
        text = marked(statement.text, self.cues.language)
        found = self.cues.topics_of(text)
        kept = {
            topic: sure for topic, sure in found.items() if _is_kept(topic, text, group, sure=sure)
        }
        if group == "duties" and "hours.on_call" in found and _EVERY.search(text):
            kept["hours.on_call"] = found["hours.on_call"]
        if group == "duties" and not statement.item and not is_duty(text, self.cues.language):
            kept |= {topic: sure for topic, sure in found.items() if topic.startswith(_IN_PROSE)}
        if group == "apply" and "§email" in text and _BY_MAIL.search(text):
            kept.setdefault("how_to_apply", False)
        hits = without_rivals(kept, text, group)
        if group == "apply" and re.search("§email|§url", text) and "contact_human" not in hits:
            hits.setdefault("how_to_apply", False)
        if group == "apply" and statement.item and statement.lead:
            told = self.cues.topics_of(marked(statement.lead, self.cues.language))
            hits |= {topic: False for topic in _ANNOUNCED if topic in told}
        if group == "apply" and _UNTIL.search(text) and "selection_process" not in hits:
            hits.setdefault("deadline", True)
        return hits

    def _add_default(
        self,
        statement: Statement,
        section: Section,
        group: str,
        placed: dict[str, tuple[str, str]],
    ) -> None:
        """What the heading says about the statement, where that adds to its wording."""
        default = _default(section, group)
        vague = bool(statement.label) and len(section.topics) > 1 and group == "terms"
        if vague and not self.cues.headings_in(statement.label):
            return  # a row of its own: which of the heading's matters it is on, nobody knows
        whole = default == "responsibilities" and statement.item and not statement.label
        if whole:
            placed.setdefault("responsibilities", (SURE, _under(section)))
        if section.mixed and placed:
            return
        if default is None or not _fits(default, marked(statement.text, self.cues.language)):
            return
        first = default == "location" and section.statements[:1] == [statement]
        if not placed or first:
            placed.setdefault(default, (SURE, _under(section)))
        elif _joins(default, placed) or (statement.pair and {*placed} <= _SPOKEN):
            placed.setdefault(default, (LIKELY, _under(section)))

    def _asked(self, statement: Statement, group: str) -> dict[str, tuple[str, str]]:
        """What the candidates' matcher takes the statement for, if it is sure enough."""
        answer = self.ask(statement.text)
        if answer is None or not _may(answer[0], group):
            return {}
        if answer[1] < (_ENGINE_FLOOR if group == "header" else _ENGINE_HINT):
            return {}
        return {answer[0]: (DOUBTFUL, "only the matcher thinks so")}


def _loosened(
    statement: Statement, section: Section, group: str, own: list[str]
) -> tuple[Section, str]:
    """Where a statement stands, if the heading above it is not about it alone."""
    if statement.item:
        return section, group
    if section.mixed or (statement.under and not own and group == "duties"):
        return section, "header"
    if statement.late and (group in ("duties", "profile") or section.first.startswith(_ONE_VALUE)):
        return Section("", (HEADER,), section.statements), "header"
    return section, group


def _agreed(
    own: list[str], hits: Mapping[str, bool], text: str
) -> tuple[list[str], Mapping[str, bool]]:
    """What the label and the words say, where they would say different things of one value.

    "Duration: 39 h" is about the week; a date after "Interviews:" is no start of the job.
    """
    if own == ["contract.duration"] and "hours" in hits and not _LASTING.search(text):
        return [], hits
    if own and own[0] in _DATED:
        return own, {t: sure for t, sure in hits.items() if t not in _DATED or t in own}
    return own, hits


def _beside_duty(topic: str, hits: Mapping[str, bool]) -> bool:
    """Whether a sentence on the work may be on *topic* as well."""
    family = topic.partition(".")[0]
    if family in _APPLYING:
        return hits.get(topic, False)
    return family not in _ASKED


_APPLY_TO = re.compile(
    r"candidat|postul|\bcvs?\b|lettre|letter|envo|adress|courrier|transm|appl|send|return|write|"
    r"post to|"
    r"bewerb|unterlagen|richten|senden|solicit|envi|curriculum|§email|retourn|depos"
)
"""Where papers go is not where the work is."""
_APPLY_WORDS = re.compile(
    r"candidat|postul|\bcv\b|lettre|dossier|mail|envo|adress|site|formulaire|joindre|appl|send|"
    r"form\b|"
    r"submit|attach|includ|bewerb|unterlagen|solicit|inscri|§email|§url|lien|link|interview|"
    r"entretien"
)
_DEFAULT_NEEDS: Mapping[str, re.Pattern[str]] = {
    "deadline": re.compile("§date|candidat|appl"),
    "start_date": re.compile(r"§date|§month|possible|immediat|\d{4}"),
    "application_email": re.compile("§email"),
    "how_to_apply": _APPLY_WORDS,
    "documents": _APPLY_WORDS,
    "application_subject": re.compile(r"\d|_"),
    "contact_human": re.compile(
        r"§|contact|appel|call|question|:|\b(?:mme|m\.|mr|mrs|dr|frau|herr)\b|,"
    ),
}


def _fits(default: str, text: str) -> bool:
    """Whether a statement can be on what its heading is about; footers follow the last heading."""
    needed = _DEFAULT_NEEDS.get(default)
    named = default == "contact_human" and len(text.split()) <= _NAME_WORDS
    return needed is None or named or bool(needed.search(text))


def _outdone(topic: str, hits: Mapping[str, bool]) -> bool:
    """Whether the value speaks of another detail than its label ("Statut : la durée ...")."""
    parent = parent_of(topic)
    if parent is None or topic in hits:
        return False
    return parent in hits and any(parent_of(one) == parent for one in hits)


def _related(one: str, other: str) -> bool:
    return one == other or parent_of(one) == other or parent_of(other) == one


def _why(section: Section, *, agrees: bool) -> str:
    return f"wording, {_under(section)}" if agrees and section.heading else "wording"


def _under(section: Section) -> str:
    return f"under “{section.heading}”" if section.heading else "at the top"


def _may(topic: str, group: str) -> bool:
    family = topic.partition(".")[0]
    if group == "apply":
        return family in ("application_status", "selection_process")
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
        case "open":
            return OWN
        case "terms" if OWN in section.topics:
            return "benefits" if _lists_benefits(section) else OWN
        case "terms" if _OFFERS.search(marked(section.heading, "en")):
            return "benefits"
        case _:
            return None


def _lists_benefits(section: Section) -> bool:
    """Whether a section that no heading explains lists what the employer gives."""
    return sum(statement.item for statement in section.statements) * 2 > len(section.statements)


def _joins(default: str, placed: Mapping[str, object]) -> bool:
    """Whether a statement belongs to its heading too although its wording says something else."""
    if default.startswith("*"):
        return default != OWN
    if default == "organisation":
        return all(topic.startswith("organisation") for topic in placed)
    if default == "responsibilities":
        return "team.manager" not in placed and any(
            topic.startswith(("responsibilities", "travel", "team")) for topic in placed
        )
    return False


def _is_kept(topic: str, text: str, group: str, *, sure: bool) -> bool:
    family = topic.partition(".")[0]
    if topic in _ALWAYS:
        return True
    if group == "profile" and family in ("training", "benefits"):
        return sure
    if group in ("header", "open"):
        return _is_kept_unnamed(topic, text, group, sure=sure)
    if group == "apply" and family == "location":
        return not _APPLY_TO.search(text)
    if family in _KEPT[group]:
        if family == "experience" and group in ("terms", "apply"):
            return asks_experience(text)
        return True
    if group == "terms" and family in ("how_to_apply", "documents"):
        return sure
    return sure and family in _ANYWHERE


def _is_kept_unnamed(topic: str, text: str, group: str, *, sure: bool) -> bool:
    """What counts where no heading says what it is about: what is said to the reader."""
    family = topic.partition(".")[0]
    if family == "responsibilities":
        return bool(_ADDRESSED.search(text))
    if (topic if group == "header" else family) in _SAID_OF_ALL[group]:
        return sure or asks_experience(text) or bool(_ADDRESSED.search(text))
    return family in _KEPT["terms"] | _APPLYING | {"organisation"}
