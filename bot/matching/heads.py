"""A posting's head: its own entries against the phrasings of the bank, fitted in closed form.

Fast enough to be done again whenever a posting changes or an answer is learnt: some tenths of a
second, most of them for the features. Fitting the bank itself is the business of `training`.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from bot.core.topic import parent_of
from bot.matching.features import CHARACTERS, Vocabulary, block_of, buckets, grams
from bot.matching.csr import sparse
from bot.matching.model import Linear

_HARDEST, _NAMED = 800, 400
_RARE = 12
_RIDGE = 1.0
_STRETCH = 1.1
"""With few phrasings an entry is told less surely than a topic with hundreds: margins over -1 are
stretched by this. Stretching until a left-out phrasing scores as one of the bank does was worse."""
_SEED = 0


def fit_head(  # noqa: PLR0913 - what belongs to the posting, what to the bank
    texts: Sequence[str],
    labels: Sequence[str],
    others: Sequence[str],
    other_labels: Sequence[str],
    known: Vocabulary,
    concepts: Callable[[str], Sequence[str]] = lambda _: (),
) -> Linear:
    """Fit a posting's own entries against each other and against the phrasings of the bank.

    One against all others by ridge regression; one factorisation serves all entries. A name that
    only the posting knows (a town, a partner) must not decide alone: the bank's phrasings are
    therefore shown again with such names put into them, as what they were before.

    Source: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, 3.4.1.

    Args:
        texts: normalised phrasings of the entries, one at least.
        labels: the entry of each, a topic's id for more phrasings of a topic.
        others: normalised phrasings of the bank.
        other_labels: the topic of each of these.
        known: the bank's features with their weights.
        concepts: finds the concepts in a normalised text.
    """
    names = tuple(sorted(set(labels)))
    rows = _Rows.of(texts, labels, others, other_labels, names)
    found = grams(rows.texts, [concepts(text) for text in rows.texts])
    vocabulary = _widened(known, buckets(found), found.documents)
    features = sparse(vocabulary.matrix(found, len(rows.texts)), len(vocabulary.slots))
    likeness = np.asarray((features @ features.T).todense(), dtype=np.float32) + 1.0
    likeness[np.diag_indices(len(likeness))] += _RIDGE
    truth = np.where(np.asarray(rows.labels)[:, None] == np.asarray(names), 1.0, -1.0)
    truth = truth.astype(np.float32)
    factor = cho_factor(likeness, lower=True, overwrite_a=True)
    shares = cho_solve(factor, truth)
    used = np.unique(features[: len(texts)].indices)
    weights = (features.T @ shares)[used] * _STRETCH
    bias = (shares.sum(axis=0) + 1) * _STRETCH - 1
    return Linear(
        vocabulary.subset(used.astype(np.int32)),
        names,
        weights.astype(np.float16),
        bias.astype(np.float32),
    )


class _Rows:
    """The texts that a head is fitted on, own ones first, with the entry of each or none."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self.texts = texts
        self.labels = labels

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        others: Sequence[str],
        other_labels: Sequence[str],
        names: Sequence[str],
    ) -> "_Rows":
        truth = [_own_label(label, names) for label in other_labels]
        strange = [place for place, label in enumerate(truth) if not label]
        words = _Words([others[place] for place in strange])
        hard = [strange[place] for place in words.hardest(texts, labels)]
        named = _with_names(texts, others, words.counts)
        return cls(
            [*texts, *(others[place] for place in hard), *(text for text, _ in named)],
            [*labels, *[""] * len(hard), *(truth[place] for _, place in named)],
        )


def _own_label(topic: str, names: Sequence[str]) -> str:
    """The entry that a phrasing of *topic* belongs to: its own or its parent's, or none."""
    return next((name for name in (topic, parent_of(topic) or "") if name in names), "")


class _Words:
    """Which words stand in which of many texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._numbers: dict[str, int] = {}
        numbers = self._numbers
        split = [text.split() for text in texts]
        flat = [numbers.setdefault(word, len(numbers)) for words in split for word in words]
        self._words = np.asarray(flat, dtype=np.int64)
        self._ends = np.cumsum([len(words) for words in split])
        frequency = np.bincount(self._words, minlength=len(numbers))
        self.counts = dict(zip(numbers, frequency.tolist(), strict=True))
        self._idf = np.log((1 + len(texts)) / (1 + frequency))

    def hardest(self, texts: Sequence[str], labels: Sequence[str]) -> list[int]:
        """The places of the texts that share most with the phrasings of an entry, in order."""
        if len(self._ends) <= _HARDEST:
            return list(range(len(self._ends)))
        best = np.zeros(len(self._ends))
        for name in sorted(set(labels)):
            own = {w for t, label in zip(texts, labels, strict=True) if label == name
                   for w in t.split() if w in self._numbers}  # fmt: skip
            told = np.zeros(len(self._idf))
            places = [self._numbers[word] for word in own]
            told[places] = self._idf[places]
            sums = np.concatenate(([0.0], np.cumsum(told[self._words])))
            lengths = np.diff(self._ends, prepend=0)
            shared = np.diff(sums[np.concatenate(([0], self._ends))])
            best = np.maximum(best, shared / np.sqrt(np.maximum(lengths, 1)))
        order = np.argsort(-best, kind="stable")[:_HARDEST]
        return [int(place) for place in np.sort(order)]


def _with_names(
    texts: Sequence[str], others: Sequence[str], common: Mapping[str, int]
) -> list[tuple[str, int]]:
    """Phrasings of the bank with names of the posting put in, each with its place in *others*."""
    chunks = sorted({chunk for text in texts for chunk in _chunks(text.split(), common)})
    if not chunks or not others:
        return []
    random = np.random.default_rng(_SEED)
    places = random.integers(0, len(others), _NAMED)
    picks = random.integers(0, len(chunks), _NAMED)
    return [
        (f"{others[place]} {chunks[pick]}", int(place))
        for place, pick in zip(places, picks, strict=True)
    ]


def _chunks(words: Sequence[str], common: Mapping[str, int]) -> list[str]:
    """Each word that the bank hardly knows, with the word before it."""
    return [
        " ".join(words[max(0, place - 1) : place + 1])
        for place, word in enumerate(words)
        if common.get(word, 0) < _RARE
    ]


def _widened(
    known: Vocabulary, slots: NDArray[np.int64], documents: NDArray[np.int64]
) -> Vocabulary:
    """The bank's features among *slots*, and the new ones: words, and letters seen twice."""
    keys = np.sort(slots * (int(documents.max(initial=0)) + 1) + documents)
    keys = keys[np.diff(keys, prepend=-1) != 0]
    found, counts = np.unique(keys // (int(documents.max(initial=0)) + 1), return_counts=True)
    place = known.columns_of(found)
    kept = (place >= 0) | (counts > 1) | (block_of(found) != CHARACTERS)
    weights = np.where(place >= 0, known.weights[place], known.rarest_weight)
    return Vocabulary(
        found[kept].astype(np.int32),
        weights[kept].astype(np.float32),
        known.scales,
        known.rarest_weight,
        known.unknown,
    )
