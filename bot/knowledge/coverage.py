"""What a posting has on each topic, beside what candidates asked about it.

What stays out: counting the log (`bot.storage.coverage`), and showing it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.posting import Entry, Posting, Standing
from bot.core.topic import Topic, pick

STATES = ("stated", "partial", "details", "unstated", "open")
"""``partial``: only the parent is answered; ``details``: only some details; ``open``: nobody said
anything about it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one thing came of one matter in one language, in the log of a posting.

    ``matter`` is a topic, or the entry where it is HR's own; ``decision`` a word of
    `bot.core.decision`.
    """

    posting: str | None
    matter: str
    language: str
    decision: str
    count: int


@dataclass(frozen=True)
class Row:
    """A topic (or an own entry) of a posting: what there is, and what was asked.

    ``through`` are the entries that serve it, ``lacks`` the posting's languages in which they say
    nothing. ``languages`` counts the questions by language.
    """

    posting: str
    matter: str
    label: str
    state: str
    through: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    asked: int = 0
    answered: int = 0
    partial: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """The share of questions that were answered in full; None where nobody asked."""
        return self.answered / self.asked if self.asked else None

    @property
    def wanted(self) -> bool:
        """Whether it was asked, and nobody has looked yet whether there is an answer."""
        return self.asked > 0 and self.state in {"open", "partial"}

    def as_json(self) -> dict[str, object]:
        """The row as plain values."""
        return {
            "posting": self.posting,
            "topic": self.matter,
            "label": self.label,
            "state": self.state,
            "through": list(self.through),
            "lacks": list(self.lacks),
            "asked": self.asked,
            "answered": self.answered,
            "partial": self.partial,
            "share": round(self.share, 3) if self.share is not None else None,
            "languages": dict(self.languages),
        }


def cover(
    posting: Posting, topics: Mapping[str, Topic], tallies: Iterable[Tally], language: str = ""
) -> tuple[Row, ...]:
    """The coverage of *posting*: its own entries first, then the topics in their order.

    Args:
        posting: as it is now.
        topics: of the bank; left out where the posting switches them off.
        tallies: of the log; those of other postings are passed over.
        language: of the labels; the posting's first one if empty.
    """
    found = _Found(tallies, posting.id)
    language = language or posting.languages[0]
    return tuple(found.of(row) for row in _rows(posting, topics, language))


def _rows(posting: Posting, topics: Mapping[str, Topic], language: str) -> Iterator[Row]:
    for entry in posting.entries:
        if entry.topic is None:
            label = pick(entry.label, language, posting.languages)
            named = label[1] if label else entry.id
            lacks = _lacking(posting, (entry,))
            yield Row(posting.id, entry.id, named, "stated", (entry.id,), lacks)
    own = {entry.id for entry in posting.entries if entry.topic is None}
    for topic in topics.values() if posting.topics else ():
        if topic.is_special or topic.id in own:
            continue
        coverage = posting.coverage(topic.id)
        label = pick(topic.label, language, posting.languages)
        named = label[1] if label else topic.id
        missing = coverage.standing is Standing.MISSING
        state = "open" if missing else coverage.standing.value
        through = tuple(entry.id for entry in coverage.entries)
        lacks = _lacking(posting, coverage.entries)
        yield Row(posting.id, topic.id, named, state, through, lacks)


def _lacking(posting: Posting, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """The posting's languages in which one of *entries* has no answer."""
    return tuple(
        code for code in posting.languages if any(code not in entry.answer for entry in entries)
    )


class _Found:
    """The log of one posting, by matter."""

    def __init__(self, tallies: Iterable[Tally], posting: str) -> None:
        self._decisions: dict[str, Counter[str]] = {}
        self._languages: dict[str, Counter[str]] = {}
        for tally in tallies:
            if tally.posting == posting:
                decisions = self._decisions.setdefault(tally.matter, Counter())
                decisions[tally.decision] += tally.count
                languages = self._languages.setdefault(tally.matter, Counter())
                languages[tally.language] += tally.count

    def of(self, row: Row) -> Row:
        decisions = self._decisions.get(row.matter, Counter())
        languages = self._languages.get(row.matter, Counter())
        return Row(
            row.posting,
            row.matter,
            row.label,
            row.state,
            row.through,
            row.lacks,
            decisions.total(),
            decisions["answer"],
            decisions["partial"],
            dict(languages.most_common()),
        )


def most_wanted(rows: Iterable[Row]) -> list[Row]:
    """The rows as somebody reads them who wants to know what to write next.

    What was asked and is open comes first, then whatever else was asked, each with the most asked
    on top; the rest keeps its order.
    """
    return sorted(rows, key=lambda row: (not row.wanted, -row.asked))
