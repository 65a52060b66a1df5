"""Of two readings of the same words, which one goes: rules between the topics of one statement.

What stays out: finding the readings (`sorting`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BY_EXPERIENCE = re.compile(
    r"(?:selon|depend\w+ on|according to|commensurate with|based on|nach|je nach|segun|suivant|en "
    r"fonction d\w*)\W+(?:l'|la |le |votre |vos |your |the |relevant |skills and |ihrer |"
    r"profil et |"
    r"qualifications and )*(?:experience|experiencia|(?:berufs)?erfahrung|l'experience)"
)
_HARD_EXPERIENCE = re.compile(
    r"experien|erfahr|debutant|years|junior|senior|beginners|\bans d|einsteig|\bans en\b|"
    r"\bpratique (?:en|de|du)\b|annees de pratique|anfang|habitude (?:de|du|des)\b|\banos en\b|"
    r"\bjahre? in\b"
)
_SPOKEN_WELL = re.compile(
    r"§level|\blangues?\b|courant|parl[eé]|maitris|\blue?s?\b|ecrit|biling|niveau|notions|fluen|"
    r"speak|spoken|written|knowledge of|native|proficien|command|essential|required|desirable|"
    r"advantage|appreci|souhait|atout|exige|indispensable|plus\b|kenntnisse|fliessend|nivel|idioma|"
    r"languages?\b|sprach|valora|requis|verhandlungssicher|gute|hablad|asset"
)
_PAID = re.compile(
    r"per annum|\ba year\b|per year|\bpar an\b|annuel|annual sal|\bgrade\b|salaire|salary|"
    r"remuner|\bbrut|\bgross|\bpay\b|vergut|gehalt|salario"
)
_IN_TEAM = re.compile(
    r"equipe (?:de|compos)|team of|integr|rejoi|\bjoin|part of|rattach|report|trio|binome"
)
_DATE = re.compile(r"§(?:date|month)")
_APPLYING = re.compile(r"candidat|postul|appl|bewerb|clot|clos|limite|deadline|inscri")
_TEAM_LED = re.compile(r"(?:encadr|supervis|manag|lead)\w*\W+(?:\w+\W+){0,3}(?:equipe|team)")
_ENQUIRES = re.compile(
    r"question(?!s? (?:on our|below|in the form|du formulaire))|enquir|inquir|renseign|"
    r"information|informal|frage|duda|§phone"
)
_SENDS = re.compile(r"envoy|adress|send|submit")
_ACCESSIBLE = re.compile(r"accessib|rqth|amenag|adjust|situation de handicap|guarantee")
_PERMANENT = re.compile(r"\bcd[id]\b|permanent")
_EXTRA_PAY = re.compile(r"prime (?:de|du) (?:dimanche|week|nuit)|premium")
_NEARBY = re.compile(r"metro|tram|parking|gare|station|minutes")
_TRAVELS = re.compile(r"deplace|travel(?! exp)")
_NIGHT_SHIFT = re.compile(r"night[- ]shift|nachtschicht")
_STANDS_IN = re.compile(r"remplac|\bcover|vertret|sustitu")
_HEADS = re.compile(r"supervis|to you\b|\blead|encadr|line manag|mentor|coach|fuhr|coordin")
_SCHOOLED = re.compile(r"\bgcses?\b|\bmaths?\b|a-?levels?|\bgrade \w\b")
_CANDIDACY = re.compile(
    r"candidat|postul|\bcvs?\b|lettre|letter|dossier|appl|form\b|formul|bewerb|unterlagen|solicit|"
    r"curriculum|inscri|§email|§url|site|interess|embauche|courrier|ecri|courriel|§phone|resume|"
    r"write|drop|pop |mot\b|portal|unirte|apunt"
)
"""What is sent where: "you pass on your notes to the day team" is no way to apply."""
_AT_HOME = re.compile(r"tele-?travail|home|teletrabajo|remote work|days? (?:a|per) week|jours?")
_STUDENTS = re.compile(
    r"\b(?:phd|doctoral|master.?s|university|undergraduate|doctorant\w*) students?\b"
)
_IN_KIND = ("benefits.health", "benefits.meals", "benefits.transport", "benefits.family")
_WORKED = re.compile(
    r"contra|semaine|week|woche|semana|temps (?:plein|partiel)|shift|poste|(?:full|part)[- ]time"
)
"""Hours beside a telephone number are those of the line, unless the words are about the work."""
_SCHOOL = re.compile(
    r"diplom|\bbac\b|\bcap\b|\bbep\b|\bbts\b|licence (?:pro|en)|master|formation|degree|hnc|nvq|"
    r"titre|"
    r"ausbildung|abschluss|studium|grado|\bfp\b|ciclo|gcse|level \d|school"
)
_FREE_TRAVEL = re.compile(r"free travel|travel (?:card|pass)|staff travel")
_EXTRA = re.compile(r"zuschl|zulage|premium|\bprimes?\b|\bplus\b|enhance")
_SHIFT_TEAM = re.compile(r"\ben (?:deux |trois |[23] )?equipes?\b")
_ENDS = re.compile(r"(?:jusqu.?au|until|till|bis(?: zum)?|hasta el) §date")
_BEGINS = re.compile(
    r"(?:\bdu|a partir|des le|from|ab|vom|desde|start\w*|debut\w*) (?:le |the |dem |el )?§date"
)
_ALL = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """``gone`` (with ``details``: those below it too) goes if all of this holds.

    One of ``beside`` is there (or nothing is asked for), none of ``without`` is, the text holds
    ``when`` and not ``unless``, the group is one of ``groups`` and none of ``not_in``, and it is
    not sure where ``spares_sure``.
    """

    gone: str
    beside: Sequence[str] = _ALL
    without: Sequence[str] = _ALL
    when: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    groups: Sequence[str] = _ALL
    not_in: Sequence[str] = _ALL
    spares_sure: bool = False
    details: bool = False

    def holds(self, found: Mapping[str, bool], text: str, group: str) -> bool:
        """Whether the rule takes something out of *found*."""
        return (
            any(self.takes(topic) for topic in found)
            and (not self.beside or any(topic in found for topic in self.beside))
            and not any(topic in found for topic in self.without)
            and (self.when is None or bool(self.when.search(text)))
            and (self.unless is None or not self.unless.search(text))
            and (not self.groups or group in self.groups)
            and group not in self.not_in
            and not (self.spares_sure and found.get(self.gone, False))
        )

    def takes(self, topic: str) -> bool:
        """Whether *topic* is what goes."""
        return topic == self.gone or (self.details and topic.startswith(f"{self.gone}."))


_RULES = (
    _Rule("how_to_apply", unless=_CANDIDACY, not_in=("apply",)),
    _Rule("how_to_apply.in_person", ("location", "remote"), unless=_CANDIDACY),
    _Rule("remote", ("selection_process",), unless=_AT_HOME),
    _Rule("education", when=_STUDENTS),
    _Rule("education.registration", ("benefits.pension",)),
    _Rule("hours", ("contact_human.phone", "contact_human"), unless=_WORKED, details=True),
    _Rule("hours.shifts", ("salary", "salary.bonus"), when=_EXTRA),
    _Rule("diversity", ("visa_sponsorship",)),
    _Rule("start_date", ("deadline",), when=_ENDS, unless=_BEGINS),
    _Rule("education", ("travel.car", "eligibility.driving_licence"), unless=_SCHOOL),
    _Rule("deadline.late", ("hours",)),
    _Rule("deadline.late", ("hours.shifts",)),
    _Rule("travel", when=_FREE_TRAVEL),
    _Rule("team", ("hours.shifts",), when=_SHIFT_TEAM),
    _Rule("start_date", ("contract.duration",), when=_ENDS, unless=_BEGINS),
    _Rule("deadline", unless=_DATE, spares_sure=True),
    _Rule("deadline", ("contract", "selection_process"), unless=_APPLYING, not_in=("apply",)),
    _Rule("start_date", ("deadline", "selection_process"), spares_sure=True),
    _Rule("start_date", ("selection_process.interview",), groups=("apply",)),
    # "Places accessible to everyone" is no condition, "whatever their handicap" no access.
    _Rule("how_to_apply", ("diversity",), unless=_SENDS),
    _Rule("disability_access", ("diversity",), unless=_ACCESSIBLE),
    _Rule("contract", ("eligibility",), unless=_PERMANENT, details=True),
    _Rule("languages", ("eligibility",), unless=_SPOKEN_WELL, details=True),
    _Rule("languages", unless=_SPOKEN_WELL, not_in=("profile",), details=True),
    _Rule("languages.level", without=("languages",)),
    _Rule("hours.weekends", ("salary.bonus",), when=_EXTRA_PAY),
    _Rule("hours.nights", ("salary.bonus",), when=_EXTRA_PAY),
    _Rule("hours.nights", ("benefits.meals",)),
    _Rule("hours.shifts", ("hours.nights",), when=_NIGHT_SHIFT),
    _Rule("benefits.family", ("contract",), when=_STANDS_IN),
    _Rule("benefits.equipment", ("travel",)),
    _Rule("responsibilities.management", ("team.manager",), unless=_HEADS),
    _Rule("languages", ("education",), when=_SCHOOLED, details=True),
    _Rule("contract.status", ("education",), when=_SCHOOLED),
    _Rule("diversity", ("experience.career_change",)),
    _Rule("how_to_apply.channel", ("selection_process",), unless=_APPLYING),
    _Rule("how_to_apply.in_person", ("selection_process",), unless=_APPLYING),
    _Rule("contract.duration", without=("contract",)),
    _Rule("team.size", ("responsibilities.management",)),
    _Rule("team", ("responsibilities.management",), when=_TEAM_LED),
    _Rule("team", unless=_IN_TEAM, groups=("duties",)),
    _Rule("salary", ("relocation_housing",), unless=_PAID),
    _Rule("salary", _IN_KIND, unless=_PAID),
    _Rule("education.registration", ("training",)),
    _Rule("contact_human", ("documents", "deadline"), unless=_ENQUIRES),
    _Rule("application_email", ("contact_human",), without=("how_to_apply",)),
    _Rule("documents", ("contact_human",), without=("how_to_apply",)),
    _Rule("application_email", without=("how_to_apply",), not_in=("apply",)),
    _Rule(
        "documents", ("eligibility.criminal_record", "education.registration"), not_in=("apply",)
    ),
    _Rule("travel", ("benefits.transport", "benefits.holidays"), unless=_TRAVELS),
    _Rule("location.access", ("disability_access", "benefits.transport"), unless=_NEARBY),
)
_SKILLS_BESIDE = ("education", "languages", "travel.car", "eligibility")


def asks_experience(text: str) -> bool:
    """Whether experience itself is asked for, and not skills, nor "pay according to experience"."""
    return bool(_HARD_EXPERIENCE.search(_BY_EXPERIENCE.sub("", text)))


def without_rivals(found: Mapping[str, bool], text: str, group: str) -> dict[str, bool]:
    """*found* without the weaker readings of a marked *text* in a section of that *group*."""
    out = dict(found)
    skills = "experience" in out and not asks_experience(text)
    if skills and any(topic in out for topic in _SKILLS_BESIDE):
        del out["experience"]
    for rule in _RULES:
        if rule.holds(out, text, group):
            out = {topic: sure for topic, sure in out.items() if not rule.takes(topic)}
    return out
