"""From sorted statements to entries: answers in HR's words, each with its quote.

What stays out: what the head of the file says (`heading`), and how it is written (`writing`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core import markup
from bot.core.topic import Topic, parent_of
from bot.drafting.frames import OWN, frame
from bot.drafting.jobposting import Metadata
from bot.drafting.sorting import DOUBTFUL, LIKELY, SURE, Placed
from bot.drafting.statement import Statement
from bot.drafting.values import EMAIL, URL, marked, simple

_LONGEST_ANSWER = 2500
_LONGEST_QUOTE = 90
_SHORTEST_QUOTE = 3
_SHORT = 320
_CLOSING = ("deadline", "how_to_apply")
_VALUES = {
    "application_subject": re.compile(r"\w*[\d_]\w*|«|“"),
    "contact_human": re.compile("§phone|§email"),
    "contact_human.phone": re.compile("§phone"),
    "application_email": re.compile("§email"),
    "deadline": re.compile("§date"),
}
_KIND = re.compile(
    r"\bcd[di]\b|duree (?:in)?determinee|permanent|fixed[- ]term|temporary|seasonal|saisonnier|"
    r"interim|"
    r"befristet|festanstellung|feste anstellung|indefinid|temporal|fijo|apprenti|internship|"
    r"freelance"
)
"""Whether a contract is permanent or not, so that its entry answers for the type as well."""
_CLAUSE = re.compile(r"(?<=[,;:(])\s+|\s+[–—-]\s+|\s+(?=\()")
_NAME = re.compile(r"[a-z0-9]+")
_ORDER = (
    "responsibilities", "hours", "salary", "benefits", "contract", "start_date", "location",
    "remote", "travel", "team", "experience", "education", "languages", "eligibility",
    "visa_sponsorship", "training", "relocation_housing", "deadline", "how_to_apply", "documents",
    "application_email", "application_subject", "application_status", "selection_process",
    "contact_human", "disability_access", "diversity", "organisation", "other_positions", "privacy",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """An entry of the draft. An own one has a label and questions; ``notes`` are for HR."""

    key: str
    answer: str
    sure: str
    why: str
    quote: str = ""
    own: bool = False
    label: str = ""
    questions: tuple[str, ...] = ()
    answer_closed: str = ""
    covers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = field(default=(), repr=False)


def entries_of(
    placed: Sequence[Placed],
    metadata: Metadata,
    topics: Mapping[str, Topic],
    quotes: "Quotes",
    *,
    closes: bool,
) -> list[Entry]:
    """The entries of a draft in the order of the file.

    Args:
        placed: the statements with their topics; own matters have a star or begin with one.
        metadata: what the page says of itself; answers where the text has nothing.
        topics: those of the bank; a topic that it has not is left out.
        quotes: finds quotes in the source, and knows its language.
        closes: whether there is a closing date, so that an answer may change after it.
    """
    by_topic: dict[str, list[Placed]] = {}
    for one in placed:
        by_topic.setdefault(one.topic, []).append(one)
    found = [
        _entry(topic, group, quotes)
        for topic, group in by_topic.items()
        if topic.startswith("*") or topic in topics
    ]
    found = [entry for entry in found if entry.answer]
    found += _from_metadata(metadata, {entry.key for entry in found}, topics, quotes)
    found = _covered(found)
    found.sort(key=lambda entry: (_place(entry.key), entry.key))
    return [_closing(entry, quotes.language) if closes else entry for entry in found]


def _place(key: str) -> int:
    family = key.partition(".")[0]
    return _ORDER.index(family) if family in _ORDER else len(_ORDER)


def _entry(topic: str, group: Sequence[Placed], quotes: "Quotes") -> Entry:
    best = SURE if any(p.sure == SURE for p in group) else LIKELY
    if all(one.sure == DOUBTFUL for one in group):
        best = DOUBTFUL
    why = next(one.why for one in group if one.sure == best)
    statements = _once(one.statement for one in group)
    answer, left = written(statements)
    notes = (f"shortened: {left} more sentences of the source are on this",) if left else ()
    quote = quotes.best(topic, statements)
    entry = Entry(topic, answer, best, why, quote, notes=notes, statements=tuple(statements))
    return _own(entry, quotes.language) if topic.startswith("*") else entry


def _own(entry: Entry, language: str) -> Entry:
    """An own matter gets a name, a label and ways of asking."""
    name = entry.key.lstrip("*")
    words = OWN.get(name, OWN[""])
    label, questions = words.get(language, words["en"])
    if name not in OWN:
        heading = name.strip(" :?.!").replace("{", "(").replace("}", ")")
        heading = heading[:1] + heading[1:].lower() if heading.isupper() else heading
        label = label.format(heading)[:60]
        # A heading that is a question is asked as it stands.
        questions = tuple(question.format(heading) for question in questions)
        name = "-".join(_NAME.findall(simple(heading)))[:40].strip("-") or "matter"
    return replace(entry, key=name, own=True, label=label, questions=questions)


def _once(statements: Iterable[Statement]) -> list[Statement]:
    seen: set[str] = set()
    out = []
    for statement in statements:
        key = simple(statement.shown)
        if key not in seen:
            seen.add(key)
            out.append(statement)
    return out


def written(statements: Sequence[Statement]) -> tuple[str, int]:
    """Statements as one answer, in the order of the source, and how many did not fit in.

    Sentences of one block follow one another; items stay items, with the sentence that announces
    them before the first.
    """
    lines: list[str] = []
    last: Statement | None = None
    lead = ""
    size = 0
    for number, statement in enumerate(statements):
        text = safe(_tidy(statement.shown))
        if not text:
            continue
        size += len(text) + len(statement.lead)
        if size > _LONGEST_ANSWER and lines:
            return "\n".join(lines), len(statements) - number
        if statement.lead and statement.lead != lead and _is_new(statement.lead, statements):
            lines.append(safe(_tidy(statement.lead)))
        lead = statement.lead or lead
        if last is not None and last.block == statement.block and lines:
            lines[-1] += f" {text}"
        elif statement.item and (len(statements) > 1 or statement.lead):
            lines.append(f"- {text}")
        else:
            lines.append(text)
        last = statement
    return _spaced(lines), 0


def _is_new(lead: str, statements: Sequence[Statement]) -> bool:
    return all(simple(lead) != simple(one.text) for one in statements)


def _spaced(lines: Sequence[str]) -> str:
    """Lines with an empty one where a list begins or ends, so that phones show them apart."""
    out: list[str] = []
    for line in lines:
        if out and line.startswith("- ") != out[-1].startswith("- ") and not out[-1].endswith(":"):
            out.append("")
        out.append(line)
    return "\n".join(out)


def _tidy(text: str) -> str:
    return text.strip().rstrip(";,").strip()


def safe(text: str) -> str:
    """*text* so that an answer shows just that: no Markdown by accident, no placeholder."""
    text = text.replace("{", "(").replace("}", ")")
    return text if markup.plain(text) == text else markup.escape(text)


class Quotes:
    """Finds short quotes that stand in the source."""

    def __init__(self, raw: str, language: str) -> None:
        self.language = language
        self._raw = " ".join(raw.split())

    def stands(self, text: str) -> bool:
        """Whether *text* stands in the source, white space aside."""
        return " ".join(text.split()) in self._raw

    def best(self, topic: str, statements: Sequence[Statement]) -> str:
        """The shortest telling stretch of the statements that stands in the source, or nothing."""
        found = [_stretches(statement.text, topic, self.language) for statement in statements]
        telling = [text for first, _ in found for text in first]
        others = [text for _, second in found for text in second]
        for text in (*telling, *others):
            if len(text) >= _SHORTEST_QUOTE and self.stands(text):
                return text
        return ""


def _stretches(text: str, topic: str, language: str) -> tuple[list[str], list[str]]:
    """What of a sentence could be quoted: what says something on the topic, and the rest."""
    from bot.drafting.cues import shipped_cues  # noqa: PLC0415 - read once

    text = _tidy(text)
    cues = shipped_cues(language)
    whole = [text] if len(text) <= _LONGEST_QUOTE else []
    clauses = [*whole, *(_tidy(piece) for piece in _CLAUSE.split(text))]
    telling = [c for c in clauses if topic in cues.topics_of(marked(c, language))]
    if topic in _VALUES:
        valued = [c for c in clauses if _VALUES[topic].search(marked(c, language))]
        telling = [c for c in telling if c in valued] or valued or telling
    return [_cut(clause) for clause in telling], [_cut(clause) for clause in clauses]


def _cut(clause: str) -> str:
    """The beginning of a clause, in whole words, as long as a quote may be."""
    words = clause.split()
    while len(" ".join(words)) > _LONGEST_QUOTE:
        words.pop()
    return " ".join(words).rstrip(" ;,:")


def _from_metadata(
    metadata: Metadata,
    known: set[str],
    topics: Mapping[str, Topic],
    quotes: Quotes,
) -> list[Entry]:
    """Answers that only the page's metadata has."""
    found = []
    for topic, texts in metadata.answers.items():
        if topic not in topics or topic in known:
            continue
        whole = metadata.answers.get(parent_of(topic) or "", ())
        if parent_of(topic) not in known and {*texts} <= {*whole} and topic != "location.address":
            continue  # the entry above it says it
        if topic == "responsibilities" and len(texts) > 1:
            answer = "\n".join(f"- {safe(text)}" for text in texts)
        else:
            answer = "\n".join(safe(text) for text in texts)
        value = metadata.values.get(topic, "")[:_LONGEST_QUOTE]
        quote = value if quotes.stands(value) else ""
        why = "from the page's metadata, not in its text"
        found.append(Entry(topic, answer[:_LONGEST_ANSWER], LIKELY, why, quote))
    identifier = metadata.identifier
    shown = bool(re.search(r"\d", identifier)) and quotes.stands(identifier)
    if shown and "application_subject" not in known and "application_subject" in topics:
        text = frame("application_subject", quotes.language).format(safe(identifier))
        why = "the identifier in the page's metadata"
        found.append(Entry("application_subject", text, DOUBTFUL, why, identifier))
    return found


def _covered(found: Sequence[Entry]) -> list[Entry]:
    """A detail whose sentences are all in a short answer of its parent is covered by that."""
    by_key = {entry.key: entry for entry in found}
    covers: dict[str, list[str]] = {}
    kept = []
    for entry in found:
        parent = by_key.get(parent_of(entry.key) or "") if not entry.own else None
        inside = parent is not None and set(entry.statements) <= set(parent.statements)
        if parent and inside and entry.statements and len(parent.answer) <= _SHORT:
            covers.setdefault(parent.key, []).append(entry.key)
        else:
            kept.append(entry)
    contract = by_key.get("contract")
    if contract and "contract.type" not in by_key and _KIND.search(simple(contract.answer)):
        covers.setdefault("contract", []).append("contract.type")
    return [replace(entry, covers=tuple(covers.get(entry.key, ()))) for entry in kept]


def _closing(entry: Entry, language: str) -> Entry:
    if entry.key not in _CLOSING:
        return entry
    key = "deadline_closed" if entry.key == "deadline" else "apply_closed"
    return replace(entry, answer_closed=frame(key, language))


def emails_of(text: str) -> list[str]:
    """The e-mail addresses in *text*."""
    return EMAIL.findall(URL.sub(" ", text))
