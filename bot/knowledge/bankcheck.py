"""What an editor of the bank wants to know: where it is thin, repeats itself or contradicts itself.

What stays out: everything that keeps a bank from being used (`bank`), and mending it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.topic import OUT_OF_SCOPE, Topic
from bot.knowledge.lexicon import shipped_lexicon
from bot.knowledge.spellings import shipped_spellings
from bot.matching.concepts import Concepts
from bot.matching.features import grams
from bot.matching.text import joined, words

PER_PARENT = 120
PER_DETAIL = 40
"""Phrasings that a topic, or a detail topic, wants in each language."""

ALIKE = 92.0
"""Likeness (of the words, whatever their order, in 0..100) from which on one line is enough."""

FOLDS = 4

_ROWS = 512
_FEWEST_TOPICS = 3
_SHOWN = 5
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One phrasing, and where it stands."""

    topic: str
    language: str
    text: str

    def __str__(self) -> str:
        """As an editor finds it again."""
        text = self.text if len(self.text) <= _LONGEST else f"{self.text[: _LONGEST - 1]}…"
        return f"{self.topic} {self.language} “{text}”"


@dataclass(frozen=True, slots=True)
class Count:
    """How many phrasings a topic has in a language, and how many it wants."""

    topic: str
    language: str
    there: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines of one language that say the same; at 100 they differ at most in word order."""

    first: Line
    second: Line
    likeness: float

    @property
    def apart(self) -> bool:
        """Whether they stand in two topics, so that they contradict each other."""
        return self.first.topic != self.second.topic


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A line that a model which did not see it takes for another topic's.

    ``margin`` says by how much: 1 is about the distance from a doubtful to a typical member.
    """

    line: Line
    nearer: str
    margin: float

    @property
    def family(self) -> bool:
        """Whether the two are a topic and its detail, or two details of one."""
        return _root(self.line.topic) == _root(self.nearer)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a topic lacks: its phrasings, label or about in a language, or its scope."""

    topic: str
    lacks: str
    language: str = ""


@dataclass(frozen=True)
class BankReport:
    """Everything found, each list with the worst first; counts and gaps by topic."""

    counts: tuple[Count, ...] = ()
    pairs: tuple[Pair, ...] = ()
    misplaced: tuple[Misplaced, ...] = ()
    gaps: tuple[Gap, ...] = ()
    tried: Mapping[str, int] = field(default_factory=dict)
    """How many lines of each topic were tried for being misplaced; none if it was left out."""

    @property
    def thin(self) -> tuple[Count, ...]:
        """The topics that have fewer phrasings in a language than they want."""
        return tuple(count for count in self.counts if count.there < count.wanted)

    @property
    def faulty(self) -> bool:
        """Whether something is wrong for sure: thin, missing, or the same in two topics."""
        return bool(self.thin or self.gaps) or any(pair.apart for pair in self.pairs)

    @property
    def clean(self) -> bool:
        """Whether there is nothing to mend for sure; misplaced lines are an opinion."""
        return not (self.thin or self.pairs or self.gaps)

    def lines(self, shown: int = _SHOWN) -> Iterator[str]:
        """The report in plain text, at most *shown* examples of each kind per topic or list."""
        yield from self._on_counts()
        yield from self._on_gaps()
        apart = [pair for pair in self.pairs if pair.apart]
        within = [pair for pair in self.pairs if not pair.apart]
        yield from _on_pairs("the same in two topics", apart, shown)
        yield from _on_pairs("nearly the same within a topic", within, shown)
        yield from self._on_misplaced(shown)

    def _on_counts(self) -> Iterator[str]:
        totals: Counter[str] = Counter()
        for count in self.counts:
            totals[count.language] += count.there
        each = ", ".join(f"{there} {language}" for language, there in sorted(totals.items()))
        topics = len({count.topic for count in self.counts})
        yield f"{topics} topics, {sum(totals.values())} phrasings ({each or 'none'})"
        yield f"{len(self.thin)} counts below {PER_PARENT} (a topic) or {PER_DETAIL} (a detail)"
        for count in self.thin:
            yield f"  {count.topic} {count.language}: {count.there} of {count.wanted}"

    def _on_gaps(self) -> Iterator[str]:
        yield f"{len(self.gaps)} gaps"
        found: dict[tuple[str, str], list[str]] = {}
        for gap in self.gaps:
            found.setdefault((gap.language, gap.lacks), []).append(gap.topic)
        for (language, lacks), topics in found.items():
            yield f"  no {lacks}{f' in {language}' if language else ''}: {', '.join(topics)}"

    def _on_misplaced(self, shown: int) -> Iterator[str]:
        if not self.tried:
            return
        lines = sum(self.tried.values())
        yield f"{len(self.misplaced)} of {lines} lines closer to another topic than to their own"
        by_topic: dict[str, list[Misplaced]] = {}
        for found in self.misplaced:
            by_topic.setdefault(found.line.topic, []).append(found)
        share = {topic: len(found) / self.tried[topic] for topic, found in by_topic.items()}
        for topic in sorted(by_topic, key=lambda name: (-share[name], name)):
            found_here = by_topic[topic]
            yield f"  {topic}: {len(found_here)} of {self.tried[topic]}"
            for found in found_here[:shown]:
                line = found.line
                yield f"    {found.margin:.2f} to {found.nearer}: {line.language} “{line.text}”"


def _on_pairs(title: str, pairs: Sequence[Pair], shown: int) -> Iterator[str]:
    yield f"{len(pairs)} pairs {title}"
    for pair in pairs[:shown]:
        yield f"  {pair.likeness:.0f} {pair.first} = {pair.second}"
    if len(pairs) > shown:
        yield f"  and {len(pairs) - shown} more"


def check_bank(topics: Mapping[str, Topic], *, folds: int = FOLDS) -> BankReport:
    """What there is to mend in a bank, the same for the same bank.

    Args:
        topics: by id, as `bank.read_topics` gives them.
        folds: into how many parts the lines are cut to find misplaced ones: a model learns from
            all parts but one and judges that one. Each part costs one training (some seconds); 0
            leaves it out.
    """
    lines = [
        Line(topic.id, language, text)
        for topic in topics.values()
        for language, asked in topic.questions.items()
        for text in asked
    ]
    misplaced = _misplaced(lines, folds) if folds else None
    return BankReport(
        counts=_counts(topics),
        pairs=_pairs(lines),
        misplaced=misplaced or (),
        gaps=_gaps(topics),
        tried={} if misplaced is None else Counter(line.topic for line in lines),
    )


def _languages(topics: Mapping[str, Topic]) -> list[str]:
    """Every language that any topic has anything in."""
    return sorted({code for topic in topics.values() for code in (*topic.label, *topic.questions)})


def _counts(topics: Mapping[str, Topic]) -> tuple[Count, ...]:
    return tuple(
        Count(
            topic.id,
            language,
            len(topic.questions.get(language, ())),
            PER_DETAIL if topic.parent else PER_PARENT,
        )
        for topic in topics.values()
        for language in _languages(topics)
    )


def _gaps(topics: Mapping[str, Topic]) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for language in _languages(topics):
        for topic in topics.values():
            there = {
                "phrasings": topic.questions.get(language),
                "label": topic.label.get(language),
                "about": topic.about.get(language),
            }
            found += [Gap(topic.id, lacks, language) for lacks, has in there.items() if not has]
    found += [Gap(topic.id, "scope") for topic in topics.values() if not topic.scope]
    return tuple(found)


def _pairs(lines: Sequence[Line]) -> tuple[Pair, ...]:
    by_language: dict[str, list[Line]] = {}
    for line in lines:
        by_language.setdefault(line.language, []).append(line)
    found = [pair for same in by_language.values() for pair in _alike(same)]
    order = {line: place for place, line in enumerate(lines)}
    return tuple(
        sorted(found, key=lambda p: (not p.apart, -p.likeness, order[p.first], order[p.second]))
    )


def _alike(lines: Sequence[Line]) -> Iterator[Pair]:
    """All pairs at least `ALIKE`.

    Two texts of lengths *a* <= *b* reach at most 2a / (a + b), so each is compared only with those
    a little longer. That loses nothing, and 30,000 lines take seconds instead of minutes.
    """
    plain = [" ".join(sorted(_plain(line.text))) for line in lines]
    order = sorted(range(len(lines)), key=lambda i: (len(plain[i]), i))
    texts = [plain[i] for i in order]
    lengths = np.array([len(text) for text in texts])
    longest = lengths * (200 / ALIKE - 1)
    for start in range(0, len(texts), _ROWS):
        stop = min(start + _ROWS, len(texts))
        end = int(np.searchsorted(lengths, longest[stop - 1], side="right"))
        likeness = process.cdist(
            texts[start:stop],
            texts[start:end],
            scorer=fuzz.ratio,
            score_cutoff=ALIKE,
            dtype=np.float32,
        )
        for row, column in np.argwhere(np.triu(likeness, 1)):
            if texts[start + row]:
                first, second = sorted((order[start + row], order[start + column]))
                yield Pair(lines[first], lines[second], float(likeness[row, column]))


def _plain(text: str) -> list[str]:
    """The words, without the shapes of numbers that matching adds."""
    return [word for word in words(text) if not word.startswith("§")]


def _misplaced(lines: Sequence[Line], folds: int) -> tuple[Misplaced, ...] | None:
    if len({line.topic for line in lines}) < _FEWEST_TOPICS:
        return None
    # Imported here, since scikit-learn takes a second and a half that the rest does without.
    from bot.matching import training  # noqa: PLC0415

    spellings, concepts = shipped_spellings(), Concepts(shipped_lexicon())
    spelt = [words(line.text, spellings) for line in lines]
    texts = [joined(parts) for parts in spelt]
    meant = [concepts.find(parts) for parts in spelt]
    found: list[Misplaced] = []
    for fold in range(folds):
        shown = [i for i in range(len(lines)) if i % folds != fold and texts[i]]
        tried = range(fold, len(lines), folds)
        model = training.fit(
            [texts[i] for i in shown], [lines[i].topic for i in shown], [meant[i] for i in shown]
        )
        judged = grams([texts[i] for i in tried], [meant[i] for i in tried])
        # The last class stands for all that is out of scope, and is no topic.
        scores = model.score_grams(judged, len(tried))[:, :-1]
        for i, row in zip(tried, scores, strict=True):
            names = model.classes[:-1]
            if lines[i].topic not in names:
                continue
            own = float(row[names.index(lines[i].topic)])
            best = int(np.argmax(row))
            if names[best] != lines[i].topic and not _both_outside(names[best], lines[i].topic):
                found.append(Misplaced(lines[i], names[best], float(row[best]) - own))
    return tuple(sorted(found, key=lambda m: (-m.margin, m.line.topic, m.line.text)))


def _root(topic: str) -> str:
    return topic.partition(".")[0]


def _both_outside(one: str, other: str) -> bool:
    """Whether both are out of scope, where the kinds serve the editor only."""
    return _root(one) == _root(other) == OUT_OF_SCOPE
