"""Sentences in which the employer, or the person with the job, is what is spoken of.

What stays out: the employer's name (`heading`), and topics by wording (`sorting`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.drafting import heading as head
from bot.drafting.sections import OWN, Section
from bot.drafting.sorting import DOUBTFUL, LIKELY, Placed, group_of
from bot.drafting.statement import Statement
from bot.drafting.values import simple

_OF_EMPLOYER = ("organisation", "location", "team", "responsibilities", "*", "diversity")
_WE_ARE = re.compile(
    r"(?:we are|we.re|nous sommes|notre (?:association|structure|entreprise) est|wir sind|somos) "
    r"(?:an? |the |une? |ein\w* |la |le |l')?(?!looking|recruit|hiring|recherch|after|unable|"
    r"not|seeking|"
    r"search|keen|also|"
    r"reading|open|happy|able)[a-z]"
)
_OURS = re.compile(
    r"(?:(?:we|nous|wir) |we.(?:re|ve) |(?:our|notre|nos|unser\w*|nuestr\w+) |somos |"
    r"depuis .{3,60}, l['ae])"
)
_SEEKING = re.compile(
    r"recherch|recrut|cherch|looking|seek|hiring|\bsuch|busca|need|besoin|candidat|applic|apply"
)
_READER = re.compile(r"\b(?:you|your|vous|votre|vos|du|dich|sie|ihre?n?|te|tu)\b")
_GOES_ON = re.compile(
    r"(?:seit|since|depuis|desde|we|nous|elle|il|ils|elles|it|they|there|our|notre|nos|wir|"
    r"unser\w*|sie|es|somos|nuestr\w+|"
    r"fond|cree|ne[es]? |founded|set up|established|mit|avec|with|\d|[a-z-]+ (?:people|personnes|"
    r"salarie|mitarbeit|leute|staff|professionnel))"
)
_FORM = re.compile(
    r"[ ,]+(?:e\.?g|g?gmbh|ag|kg|se|e\.?v|ltd|limited|plc|llc|inc|cic|cio|s\.?a\.?s\.?u?|sarl|"
    r"s\.?a|"
    r"scop|scic|eurl|s\.?l\.?u?|s\.?c\.?a|s\.?coop)\.?$"
)
_WORD = re.compile(r"[a-z]+")
_SUBJECT = (
    r"(?:^|, )(?:(?:the|le|la|der|die|el) (?:\w+ )?|l.)(?:{})\b(?: \w+)? (?:will (?!be (?:based|"
    r"paid|offered)"
    r"|have)[a-z]+|(?!is\b|has\b|was\b|needs|reports|works (?:in|from|at|on)|starts|gets|"
    r"receives)[a-z]{{3,}}s\b"
    r"|(?!est\b|sera\b|doit|devra|aura|peut|travaille|perçoit|beneficie)[a-z]{{2,}}(?:e|ra|it)\b)"
)
_DESCRIBED = 8


def introduces(
    statement: Statement, section: Section, organisation: str, topics: Iterable[str]
) -> bool:
    """Whether a sentence says who the employer is; *topics* are those of its wording."""
    name = bare(organisation)
    text = simple(statement.text)
    fewest = 5 if _OURS.match(text) else 8
    pieces = " · " in text or " | " in text
    if len(text.split()) < fewest or statement.item or pieces:
        return False
    early = bool(name) and name in text[: len(name) + 16]
    early = early or _is_abbreviated(organisation, statement.text)
    first = section.statements[:1] == [statement]
    if first and not _SEEKING.search(text) and group_of(section) == "duties":
        # A description may begin with who describes.
        return early or bool(_WE_ARE.match(text))
    here = group_of(section)
    if here in ("header", "about", "open"):
        near = bool(name) and name in text[: len(name) + 60]
        near = near or _is_named(organisation, text)
        told = any(not topic.startswith(_OF_EMPLOYER) for topic in topics)
        ours = (
            _OURS.match(text)
            and here in ("header", "about")
            and not told
            and not _READER.search(text)
        )
        if _WE_ARE.match(text) or ((near or ours) and not _SEEKING.search(text)):
            return True
    told = any(not topic.startswith(_OF_EMPLOYER) for topic in topics)
    if here == "apply" and _WE_ARE.match(text) and not told and not _SEEKING.search(text):
        return True
    return early and here in ("header", "about", "terms", "apply") and not _SEEKING.search(text)


def does(statement: Statement, section: Section, title: str) -> bool:
    """Whether a sentence has a word of the title as its subject: "The engineer designs ..."."""
    if statement.item or group_of(section) not in ("header", "about", "open", "duties"):
        return False
    names = [word for word in _WORD.findall(simple(title)) if len(word) > 4]  # noqa: PLR2004
    subject = "|".join(map(re.escape, names[:6]))
    return bool(names) and bool(re.search(_SUBJECT.format(subject), simple(statement.text)))


def describes(text: str) -> bool:
    """Whether a sentence says who seeks somebody in more words than a name has."""
    match = head.SEEKS.match(text)
    return match is not None and len(match["who"].split()) >= _DESCRIBED


def bare(organisation: str) -> str:
    """The name of the employer as texts write it: without its legal form."""
    return _FORM.sub("", simple(organisation)).removeprefix("association ").strip(" ,.")


def _is_abbreviated(organisation: str, text: str) -> bool:
    """Whether a sentence begins with the capitals that the employer's name begins with."""
    first = organisation.split(maxsplit=1)[0] if " " in organisation else ""
    short = first.isupper() and len(first) > 1
    return short and bool(
        re.match(rf"(?:(?:Le|La|The|Der|Die|Das|El) )?{re.escape(first)} ?[ :]", text)
    )


def _is_named(organisation: str, text: str) -> bool:
    """Whether a sentence begins with the word that tells the employer from others."""
    words = [word for word in bare(organisation).split() if len(word) > 4]  # noqa: PLR2004
    return any(re.match(rf"(?:[a-z']+ ){{0,2}}{re.escape(word)}\b", text) for word in words[-1:])


def goes_on(statement: Statement, section: Section) -> bool:
    """Whether a sentence after one on the employer, in the same paragraph, is on it too."""
    text = simple(statement.text)
    here = group_of(section) in ("header", "about", "open")
    return here and bool(_GOES_ON.match(text)) and not _SEEKING.search(text)


def is_elsewhere(one: Placed, section: Section, organisation: str) -> bool:
    """Whether a detail of the employer is told of something else, such as a project."""
    if not one.topic.startswith("organisation.") or one.topic == "organisation.trust":
        return False
    about = "organisation" in section.topics
    if group_of(section) == "header" and not one.statement.item:
        about = about or one.topic == "organisation.size"
    return not about and not introduces(one.statement, section, organisation, ())


def introduced(statement: Statement, sorted_: Sequence[Placed]) -> list[Placed]:
    """A sentence on the employer is that, and not what the heading above it is about."""
    kept = [
        one
        for one in sorted_
        if one.statement != statement
        or (not one.why.startswith("under") and "." in one.topic)
        or one.topic
        in ("organisation", "contract", "hours", "deadline", "how_to_apply", "diversity")
    ]
    told = [one for one in kept if one.statement == statement]
    if all(one.topic.startswith(("organisation.", "location")) for one in told):
        why = "begins with the employer's name"
        kept.append(Placed(statement, "organisation", LIKELY, why))
    return kept


def renamed(one: Placed, section: Section, organisation: str) -> Placed:
    """An own matter gets the name of its heading; what begins with the employer is about it."""
    if not one.topic.startswith("*"):
        return one
    name = bare(organisation)
    text = simple(one.statement.text)
    is_first = section.statements and one.statement == section.statements[0]
    starts = bool(name) and name in text[: len(name) + 12] and not one.statement.item
    if starts and (one.topic == "*context" or is_first) and one.topic != "*projects":
        return replace(one, topic="organisation", sure=LIKELY)
    if one.topic == OWN:
        return replace(one, topic=f"*{section.heading}", sure=DOUBTFUL, why="a heading of its own")
    return replace(one, sure=LIKELY)
