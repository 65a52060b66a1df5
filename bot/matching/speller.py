"""Repairing misspelt words towards the words that the knowledge uses, with rapidfuzz."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

_SHORTEST = 4
_LONGEST = 24
_LONG = 7
_LIKENESS = {4: 0.75, 5: 0.8, 6: 0.8}
_LIKE = 0.79
_BOLD = {3: 0.66, 4: 0.75, 5: 0.6, 6: 0.66}
_BOLD_LIKE = 0.7
_REMEMBERED = 4096
_MARGIN = 0.01
"""Below the cut-off: rapidfuzz drops what lies exactly on it, as one slip in five letters does."""


class _Shelf:
    """Known words of one length, the most frequent first."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = np.array(words, dtype=object)
        codes = np.frombuffer("".join(words).encode("utf-32-le"), dtype=np.uint32) % 64
        codes = np.sort(codes.reshape(len(words), -1), axis=1)
        bits = np.uint64(1) << codes.astype(np.uint64)
        again = np.where(codes[:, 1:] == codes[:, :-1], bits[:, 1:], np.uint64(0))
        self._once = np.bitwise_or.reduce(bits, axis=1)
        self._twice = np.bitwise_or.reduce(again, axis=1)

    def near(self, word: str, slips: int) -> list[str]:
        """The words that so many slips can lead to, and others, in their order.

        A slip takes away one letter and brings one at most, so that words which differ in more
        letters, each counted up to twice, are not compared at all: nineteen in twenty and more.
        """
        once = twice = 0
        for letter in word:
            bit = 1 << ord(letter) % 64
            once, twice = once | bit, twice | (once & bit)
        differ = np.bitwise_count(self._once ^ np.uint64(once))
        differ += np.bitwise_count(self._twice ^ np.uint64(twice))
        found: list[str] = self._words[differ <= 2 * slips].tolist()
        return found


@dataclass(frozen=True)
class Speller:
    """Knows how often each word occurs, and puts the nearest known word in place of an unknown one.

    Nearness is the optimal string alignment distance (insert, delete, change, swap neighbours)
    over the longer word's length. Words shorter than four letters, numbers and shapes of numbers
    stay as they are. Of two equally near words the more frequent one wins, then the first in
    alphabetical order. A *bold* one repairs words of three letters too, and reaches as far as two
    slips in five letters: right where all words come from few phrasings of one subject.
    """

    frequency: Mapping[str, int] = field(default_factory=dict)
    rarest: int = 3
    bold: bool = False

    def __post_init__(self) -> None:
        """Remember repairs: the same slips come again."""
        object.__setattr__(self, "nearest", lru_cache(_REMEMBERED)(self._nearest))

    @cached_property
    def _shelves(self) -> dict[int, _Shelf]:
        """The words to which repairs may lead by length, for few comparisons later.

        Sorted with the first misspelt word: the start is not kept waiting.
        """
        least, shortest = self.rarest, self._shortest
        known = [
            (-count, word)
            for word, count in self.frequency.items()
            if count >= least and len(word) >= shortest and word.isalpha()
        ]
        words: dict[int, list[str]] = {}
        for _, word in sorted(known):
            words.setdefault(len(word), []).append(word)
        return {length: _Shelf(alike) for length, alike in words.items()}

    @property
    def _shortest(self) -> int:
        return min(_BOLD) if self.bold else _SHORTEST

    def repaired(self, words: Sequence[str]) -> list[str]:
        """*words* with each unknown one replaced by its nearest known one, if there is one."""
        return [self.nearest(word) if word not in self.frequency else word for word in words]

    def nearest(self, word: str) -> str:
        """The known word nearest to *word*, or *word* itself if none is near enough."""
        raise NotImplementedError

    def _nearest(self, word: str) -> str:
        if not self._shortest <= len(word) <= _LONGEST or not word.isalpha():
            return word
        reach = 1 if len(word) < _LONG else 2
        # Loaded with the first word that is not known: a start does without.
        from rapidfuzz import process  # noqa: PLC0415
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        shelves = self._shelves
        likeness, like = (_BOLD, _BOLD_LIKE) if self.bold else (_LIKENESS, _LIKE)
        best, best_score = word, likeness.get(len(word), like) - 1e-9
        for length in sorted(
            range(len(word) - reach, len(word) + reach + 1), key=lambda n: abs(n - len(word))
        ):
            if length not in shelves:
                continue
            cutoff = best_score - _MARGIN
            slips = int((1 - cutoff) * max(length, len(word)))
            found = process.extractOne(
                word,
                shelves[length].near(word, slips),
                scorer=OSA.normalized_similarity,
                score_cutoff=cutoff,
            )
            if found is not None and found[1] > best_score:
                best, best_score = found[0], found[1]
        return best


def count(texts: Iterable[Sequence[str]]) -> dict[str, int]:
    """How often each word occurs in *texts*."""
    frequency: dict[str, int] = {}
    for text in texts:
        for word in text:
            frequency[word] = frequency.get(word, 0) + 1
    return frequency
