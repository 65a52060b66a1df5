"""Which phrasings of the bank are questions of a labelled set, or light rewordings of them.

A set of questions measures nothing if the bank has read it. Two likenesses are looked at: of the
whole line, word order aside, and of its telling words alone, each weighed by how rare it is in the
bank (a daughter, a school and half past eight in both). The first is a finding, the second a hint
that somebody has to read: two questions on one matter share the word for it. A short everyday
question is nobody's property, so pairs of up to four words are listed and do not count.

    python benchmarks/bank_overlap.py FILE.jsonl... [--alike 85] [--telling 75]

The exit code is 1 if there is a finding.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bot.knowledge.bank import shipped_topics
from bot.knowledge.spellings import shipped_spellings
from bot.matching.evaluation import read_lines
from bot.matching.text import Spellings, words

EVERYDAY = 4
"""Words up to which a question is one that anybody would write."""

_ALIKE = 85.0
_TELLING = 75.0
_HALF = 55.0
"""Likeness of the whole line that shared telling words need beside them."""

_STEM = 6
_COMMON = 0.004


@dataclass(frozen=True)
class Text:
    """A question as it was written, where it stands, and how it is compared."""

    where: str
    text: str
    plain: tuple[str, ...]

    @classmethod
    def of(cls, where: str, text: str, spellings: Spellings) -> "Text":
        """Normalised as matching does it, without the shapes of numbers that it adds."""
        plain = (word for word in words(text, spellings) if not word.startswith("§"))
        return cls(where, text, tuple(plain))


@dataclass(frozen=True)
class Overlap:
    """A phrasing that is like a question; likenesses in 0..100."""

    question: Text
    phrasing: Text
    alike: float
    telling: float

    @property
    def everyday(self) -> bool:
        """Whether both are too short for one to have been taken from the other."""
        return max(len(self.question.plain), len(self.phrasing.plain)) <= EVERYDAY

    def kind(self, alike: float) -> str:
        """``same`` is a finding, ``everyday`` none, and ``to read`` shares telling words only."""
        if self.alike < alike:
            return "to read"
        return "everyday" if self.everyday else "same"

    def __str__(self) -> str:
        """One line, as an editor of the bank needs it."""
        return (
            f"{self.alike:3.0f} {self.telling:3.0f} {self.question.where} “{self.question.text}”"
            f" = {self.phrasing.where} “{self.phrasing.text}”"
        )


class Telling:
    """Likeness of two texts by their rare words, cut to stems."""

    def __init__(self, phrasings: Sequence[Text]) -> None:
        """Weigh the words by how few of *phrasings* have them."""
        self._total = len(phrasings)
        self._in: Counter[str] = Counter()
        for phrasing in phrasings:
            self._in.update(_stems(phrasing))

    def weights(self, text: Text) -> dict[str, float]:
        """The telling stems of *text*; none is telling that every hundredth line has."""
        return {
            stem: math.log(self._total / (1 + self._in[stem]))
            for stem in _stems(text)
            if self._in[stem] < self._total * _COMMON
        }

    def like(self, one: dict[str, float], other: dict[str, float]) -> float:
        """0..100; nothing unless at least two telling stems are shared."""
        shared = one.keys() & other.keys()
        if len(shared) <= 1:
            return 0.0
        both = sum(one[stem] ** 2 for stem in shared)
        norm = math.sqrt(sum(w**2 for w in one.values()) * sum(w**2 for w in other.values()))
        return 100 * both / norm


def _stems(text: Text) -> set[str]:
    return {word[:_STEM] for word in text.plain}


def overlaps(
    questions: Sequence[Text], phrasings: Sequence[Text], alike: float, telling: float
) -> Iterator[Overlap]:
    """All pairs that reach either likeness, question by question."""
    rare = Telling(phrasings)
    weights = [rare.weights(phrasing) for phrasing in phrasings]
    having: dict[str, list[int]] = {}
    for place, weighed in enumerate(weights):
        for stem in weighed:
            having.setdefault(stem, []).append(place)
    plain = [" ".join(sorted(phrasing.plain)) for phrasing in phrasings]
    for question in questions:
        likeness = process.cdist(
            [" ".join(sorted(question.plain))], plain, scorer=fuzz.ratio, dtype=np.float32
        )[0]
        own = rare.weights(question)
        near = {place for stem in own for place in having.get(stem, ())}
        told = {place: rare.like(own, weights[place]) for place in near}
        found = {p for p, value in told.items() if value >= telling and likeness[p] >= _HALF}
        found |= {int(place) for place in np.flatnonzero(likeness >= alike) if plain[place]}
        for place in sorted(found, key=lambda i: -float(likeness[i])):
            yield Overlap(question, phrasings[place], float(likeness[place]), told.get(place, 0.0))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--alike", type=float, default=_ALIKE, help="of the whole line, 0..100")
    parser.add_argument("--telling", type=float, default=_TELLING, help="of its telling words")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """List them by file; the exit code is 1 if any is more than an everyday question."""
    options = _parse(arguments)
    spellings = shipped_spellings()
    phrasings = [
        Text.of(f"{topic.id} {language}", text, spellings)
        for topic in shipped_topics().values()
        for language, asked in topic.questions.items()
        for text in asked
    ]
    taken = False
    for file in options.files:
        lines, problems = read_lines(file.read_text("utf-8-sig"), str(file))
        questions = [Text.of(f"{n}", line.question, spellings) for n, line in enumerate(lines, 1)]
        kinds: dict[str, set[str]] = {"same": set(), "everyday": set(), "to read": set()}
        for overlap in overlaps(questions, phrasings, options.alike, options.telling):
            kind = overlap.kind(options.alike)
            kinds[kind].add(overlap.question.where)
            print(f"{kind:8}", overlap)
        each = ", ".join(f"{len(found)} {kind}" for kind, found in kinds.items())
        unread = f", {len(problems)} unreadable" if problems else ""
        print(f"{file.name}: {len(lines)} questions{unread}; with a like phrasing: {each}")
        taken = taken or bool(kinds["same"])
    return int(taken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
