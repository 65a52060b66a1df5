"""HR's own ways of asking, put to the test: each without itself, and each as it is.

The first asks whether somebody who words it a little differently would be understood; the second,
whether the engine takes it for what it is meant to be.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.core.chat import Chat
from bot.core.decision import Answer, Clarify, Decision, Partial, Unstated
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import OUT_OF_SCOPE
from bot.knowledge.checking.notes import Notes
from bot.knowledge.lexicon import shipped_lexicon
from bot.knowledge.mind import Mind
from bot.knowledge.nearest import folded
from bot.knowledge.spellings import shipped_spellings
from bot.matching.concepts import Concepts
from bot.matching.features import Matrix, grams, learn
from bot.matching.text import joined, words

_SCALES = (1.0, 1.0, 0.5)
_NEIGHBOURS = 12
"""So many of the bank's phrasings that are most like it compete with each of HR's."""
_FIRM = 0.5
"""What is added to the likeness of each phrasing with itself: the larger, the smoother."""
_FEWEST = 3
"""An entry with fewer ways of asking cannot spare one of them."""
CLEAR = 0.7
"""By how much another must be nearer to be told: 2 lies between a sure yes and a sure no."""
_SHOWN = 60
_ENOUGH, _HALF = 8, 0.5
_MOST_OF_BANK = 40
"""Phrasings of a topic in a language that stand for all of them, taken evenly."""


@dataclass(frozen=True, slots=True)
class Misled:
    """A way of asking that is nearer to another topic or entry than to the rest of its own."""

    entry: Entry
    question: str
    nearer: str
    margin: float


@dataclass(frozen=True, slots=True)
class SelfTest:
    """How many ways of asking of each entry were tried without themselves, and what was misled."""

    tried: Mapping[str, int] = field(default_factory=dict)
    misled: tuple[Misled, ...] = ()


class Background:
    """The phrasings of the bank, and of all postings, as features: made once for many tests."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._bank = [
            (text, _family_of_none(topic.id))
            for topic in base.topics.values()
            for asked in topic.questions.values()
            for text in asked[:: max(1, len(asked) // _MOST_OF_BANK)]
        ]
        self._own: dict[str, slice] = {}
        rows = list(self._bank)
        for posting in base.postings.values():
            own = [(question, entry.id) for entry, question in _asked(posting)]
            self._own[posting.id] = slice(len(rows), len(rows) + len(own))
            rows += own
        spellings, concepts = shipped_spellings(), Concepts(shipped_lexicon())
        spelt = [words(text, spellings) for text, _ in rows]
        found = grams([joined(each) for each in spelt], [concepts.find(each) for each in spelt])
        vocabulary, self._matrix = learn(found, len(rows), scales=_SCALES)
        self._width = len(vocabulary.slots)

    def try_out(self, posting: Posting) -> SelfTest:
        """Ask each way of asking of *posting* without itself.

        Ridge regression over likenesses, for which leaving one out has a closed form.

        Source: Cook, Weisberg 1982, *Residuals and Influence in Regression*, 2.2.
        """
        place = self._own[posting.id]
        asked = _asked(posting)
        if not asked:
            return SelfTest()
        own = _sparse(self._matrix, self._width, range(place.start, place.stop))
        near: list[int] = []
        if posting.topics and self._bank:
            bank = _sparse(self._matrix, self._width, range(len(self._bank)))
            near = _neighbours((own @ bank.T).toarray())
        chosen = [*range(place.start, place.stop), *near]
        labels = [*(entry.id for entry, _ in asked), *(self._bank[row][1] for row in near)]
        features = _sparse(self._matrix, self._width, chosen)
        likeness = (features @ features.T).toarray() / sum(scale**2 for scale in _SCALES)
        scores, names = _without_itself(likeness, labels)
        counts = {name: labels.count(name) for name in set(labels)}
        tried = [i for i, (entry, _) in enumerate(asked) if counts[entry.id] >= _FEWEST]
        times = Counter(asked[i][0].id for i in tried)
        return SelfTest(times, tuple(_misled(asked, tried, scores, names, posting)))


def note_misled(tested: SelfTest, notes: Notes) -> None:
    """Note what is clearly nearer to another answer than to its own, and entries that are thin."""
    twice = _asked_twice(notes.posting)
    for found in tested.misled:
        if folded(found.question) in twice:
            continue  # which is told already
        stated = notes.posting.covering(found.nearer)
        if found.margin >= CLEAR and stated is not None:
            what = (
                f"“{found.question[:_SHOWN]}” of `{found.entry.id}` is nearer to `{stated.id}` "
                "than to its other ways of asking"
            )
            how = "add more like it, word it differently, or move it there"
            notes.hint(found.entry, what, how, found.question)
    for entry in notes.posting.entries:
        tried = tested.tried.get(entry.id, 0)
        understood = tried - sum(found.entry is entry for found in tested.misled)
        if tried >= _ENOUGH and understood < tried * _HALF and entry.topic is None:
            few = f"only {understood}" if understood else "none"
            what = (
                f"{few} of the {tried} ways of asking for `{entry.id}` would be "
                "understood if they were not listed"
            )
            notes.hint(entry, what, "candidates who word it otherwise may be missed: add more")


def note_lost(posting: Posting, base: KnowledgeBase, mind: Mind, notes: Notes) -> None:
    """Note the ways of asking that do not lead to their entry, and entries that nothing leads to.

    An entry of a topic is left out where it adds no ways of asking to those of the bank.
    """
    lost: dict[str, list[tuple[str, _Told]]] = {}
    asked, twice = _asked(posting), _asked_twice(posting)
    for entry, question in asked:
        understood = mind.understand(base, posting, question, Chat(posting=posting.id))
        decisions = [part.decision for part in understood.parts]
        if not any(_reaches(decision, entry) for decision in decisions):
            lost.setdefault(entry.id, []).append((question, _told(decisions)))
    counts = Counter(entry.id for entry, _ in asked)
    for entry in posting.entries:
        missed = lost.get(entry.id, [])
        if missed and len(missed) == counts[entry.id] and entry.topic is None:
            what = f"`{entry.id}` can never be the answer: none of its questions leads to it"
            how = f"word them differently; “{missed[0][0][:_SHOWN]}” {missed[0][1].words}"
            notes.warn(entry, what, how)
            continue
        for question, told in missed:
            if folded(question) in twice:
                continue  # which is told already
            what = f"“{question[:_SHOWN]}” of `{entry.id}` {told.words}"
            note = notes.warn if told.elsewhere else notes.hint
            note(entry, what, "add more like it, or word it differently", question)


def _asked(posting: Posting) -> list[tuple[Entry, str]]:
    return [
        (entry, question)
        for entry in posting.entries
        for questions in entry.questions.values()
        for question in questions
    ]


def _asked_twice(posting: Posting) -> frozenset[str]:
    """The ways of asking, folded, that stand in two places."""
    counts = Counter(folded(question) for _, question in _asked(posting))
    return frozenset(key for key, times in counts.items() if times > 1)


def _family_of_none(topic: str) -> str:
    """What belongs to nobody is one matter, whatever kind of it the bank tells apart."""
    return OUT_OF_SCOPE if topic.partition(".")[0] == OUT_OF_SCOPE else topic


def _sparse(matrix: Matrix, width: int, rows: Iterable[int]) -> Any:
    """Some rows as SciPy knows them."""
    import scipy.sparse as sp  # noqa: PLC0415 - takes time that other checks do without

    parts = (matrix.values.astype(np.float64), matrix.columns, matrix.starts)
    whole = sp.csr_matrix(parts, shape=(len(matrix.starts) - 1, width))
    return whole[list(rows)]


def _neighbours(likeness: NDArray[np.float64]) -> list[int]:
    """The rows of the bank that are most like any of HR's."""
    count = min(_NEIGHBOURS, likeness.shape[1])
    top = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    return [int(row) for row in np.unique(top)]


def _without_itself(
    likeness: NDArray[np.float64], labels: Sequence[str]
) -> tuple[NDArray[np.float64], list[str]]:
    """The score of each row for each label, in -1..1, by all rows but itself."""
    names = sorted(set(labels))
    truth = np.where(np.asarray(labels)[:, None] == np.asarray(names)[None, :], 1.0, -1.0)
    inverse = np.linalg.inv(likeness + _FIRM * np.eye(len(labels)))
    return truth - (inverse @ truth) / np.diag(inverse)[:, None], names


def _misled(
    asked: Sequence[tuple[Entry, str]],
    tried: Sequence[int],
    scores: NDArray[np.float64],
    names: Sequence[str],
    posting: Posting,
) -> Iterable[Misled]:
    for row in tried:
        entry, question = asked[row]
        best = names[int(np.argmax(scores[row]))]
        if best == entry.id or _same_matter(best, entry, posting):
            continue
        margin = float(scores[row].max() - scores[row, names.index(entry.id)])
        yield Misled(entry, question, best, margin)


def _same_matter(topic: str, entry: Entry, posting: Posting) -> bool:
    """Whether *topic* is answered by *entry* anyway, or asks for a detail of it."""
    return posting.covering(topic) is entry or topic.startswith(f"{entry.id}.")


def _reaches(decision: Decision, entry: Entry) -> bool:
    match decision:
        case Answer(entry=reached) | Partial(entry=reached):
            return reached == entry.id
        case Clarify(options=options):
            return entry.id in options
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Told:
    """What a candidate got, in words; ``elsewhere`` is another answer, worse than none."""

    words: str
    elsewhere: bool = False


def _told(decisions: Sequence[Decision]) -> _Told:
    for decision in decisions:
        match decision:
            case Answer(entry=reached) | Partial(entry=reached):
                return _Told(f"leads to `{reached}`", elsewhere=True)
            case Unstated(id=wanted):
                return _Told(f"leads to `{wanted}`, which is not answered")
            case _:
                continue
    return _Told("is not understood")
