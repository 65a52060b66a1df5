"""What the answers themselves say: rare words that a question shares with an entry's answer.

The bank knows how candidates ask about working hours anywhere; that "Snoezelen" belongs to this
posting's projects only the posting knows. Words that everybody uses count for nothing here.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.core.posting import Entry, Posting
from bot.matching.text import words

_SHORTEST = 4
_STEM = 6
_COMMON = 40
_MOST = 1.0


def stem(word: str) -> str:
    """The beginning of a word, so that its endings do not matter: six letters."""
    return word[:_STEM]


def stems(frequency: Mapping[str, int]) -> dict[str, int]:
    """How often each stem occurs, from how often each word does."""
    common: dict[str, int] = {}
    for word, count in frequency.items():
        begin = word[:_STEM]
        common[begin] = common.get(begin, 0) + count
    return common


@dataclass(frozen=True)
class Evidence:
    """For each rare stem the entries whose answers hold it, and how much it speaks for each."""

    weights: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, posting: Posting, common: Mapping[str, int]) -> "Evidence":
        """Collect the telling words of a posting's answers, labels and quotes.

        Args:
            posting: its entries are read in all languages.
            common: how often each stem occurs in the bank (`stems`); what is common there tells
                nothing.
        """
        holders: dict[str, dict[str, None]] = {}
        for entry in posting.entries:
            for word in _words(entry):
                if common.get(word, 0) < _COMMON:
                    holders.setdefault(word, {})[entry.id] = None
        return cls(
            {
                word: [(entry, _weight(common.get(word, 0), len(entries))) for entry in entries]
                for word, entries in holders.items()
            }
        )

    def margins(self, tokens: Iterable[str], names: Mapping[str, int]) -> NDArray[np.float64]:
        """How much the words of a question speak for each name, from 0 to 1."""
        found = np.zeros(len(names))
        stems = dict.fromkeys([token[:_STEM] for token in tokens if len(token) >= _SHORTEST])
        told = [self.weights[word] for word in stems if word in self.weights]
        for entries in told:
            for entry, weight in entries:
                if entry in names:
                    found[names[entry]] += weight
        return np.minimum(found, _MOST) if told else found


def _words(entry: Entry) -> set[str]:
    texts = (*entry.answer.values(), *entry.label.values(), entry.quote)
    return {
        stem(word)
        for text in texts
        for word in words(text)
        if len(word) >= _SHORTEST and word.isalpha()
    }


def _weight(count: int, holders: int) -> float:
    """Between 0 and about 1: less for what is known to the bank, and for what many answers hold."""
    return (1 - math.log1p(count) / math.log1p(_COMMON)) / holders
