"""A posting's head: its own entries against the phrasings of the bank, fitted in closed form.

Fast enough to be done again whenever a posting changes or an answer is learnt: some tenths of a
second, most of them for the features. Fitting the bank itself is the business of `training`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from bot.core.topic import parent_of
from bot.matching.csr import sparse
from bot.matching.features import CHARACTERS, Vocabulary, block_of, buckets, grams
from bot.matching.model import Linear

_HARDEST, _NAMED = 800, 400
_RARE = 12
_RIDGE = 1.0
_SCALES = np.array((1.0, 1.0, 0.5), dtype=np.float32)
"""Whole words count for less than in the bank: of a few phrasings, those that say nothing ("do you
provide") would become telling."""

_STRETCH = 1.1
"""With few phrasings an entry is told less surely than a topic with hundreds: margins over -1 are
stretched by this. Stretching until a left-out phrasing scores as one of the bank does was worse."""
_SEED = 0


@dataclass(frozen=True, eq=False)
class Background:
    """The bank as heads are fitted against it; kept for many heads, since it is indexed once.

    ``texts`` are its normalised phrasings, ``labels`` the topic of each, ``known`` its features
    with their weights; ``concepts`` finds the concepts in a normalised text.
    """

    texts: Sequence[str]
    labels: Sequence[str]
    known: Vocabulary
    concepts: Callable[[str], Sequence[str]] = lambda _: ()

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(dict.fromkeys(self._flat))}

    @cached_property
    def _flat(self) -> list[str]:
        return " ".join(self.texts).split(" ")

    @cached_property
    def _words(self) -> NDArray[np.int64]:
        numbers = self._numbers
        return np.fromiter((numbers[word] for word in self._flat), np.int64, len(self._flat))

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.cumsum([text.count(" ") + 1 for text in self.texts])

    @cached_property
    def _frequency(self) -> NDArray[np.int64]:
        return np.bincount(self._words, minlength=len(self._numbers))

    def count(self, word: str) -> int:
        """How often *word* occurs."""
        number = self._numbers.get(word)
        return 0 if number is None else int(self._frequency[number])

    def hardest(self, own: Mapping[str, set[str]], strange: NDArray[np.bool_]) -> list[int]:
        """The places of the *strange* texts that share most with the words of an entry, in order.

        Words count by their rarity, and by the square root of the length of the text.
        """
        if strange.sum() <= _HARDEST:
            return [int(place) for place in np.flatnonzero(strange)]
        rarity = np.log((1 + len(self.texts)) / (1 + self._frequency))
        lengths = np.diff(self._ends, prepend=0)
        best = np.zeros(len(self.texts))
        for words in own.values():
            told = np.zeros(len(rarity))
            places = [self._numbers[word] for word in words if word in self._numbers]
            told[places] = rarity[places]
            shared = np.add.reduceat(told[self._words], self._ends - lengths)
            best = np.maximum(best, shared / np.sqrt(lengths))
        best[~strange] = -1.0
        return [int(place) for place in np.sort(np.argsort(-best, kind="stable")[:_HARDEST])]


def fit_head(texts: Sequence[str], labels: Sequence[str], bank: Background) -> Linear:
    """Fit a posting's own entries against each other and against the phrasings of the bank.

    One against all others by ridge regression; one factorisation serves all entries. A name that
    only the posting knows (a town, a partner) must not decide alone: the bank's phrasings are
    therefore shown again with such names put into them, as what they were before.

    Source: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, 3.4.1.

    Args:
        texts: normalised phrasings of the entries, one at least, none empty.
        labels: the entry of each, a topic's id for more phrasings of a topic.
        bank: what they compete with.
    """
    names = tuple(sorted(set(labels)))
    shown, classes = _rows(texts, labels, bank)
    found = grams(shown, [bank.concepts(text) for text in shown])
    vocabulary = _widened(bank.known, buckets(found), found.documents)
    features = sparse(vocabulary.matrix(found, len(shown)), len(vocabulary.slots))
    likeness = (features @ features.T).toarray() + 1.0  # the one is the bias
    likeness[np.diag_indices(len(likeness))] += _RIDGE
    truth = np.where(np.asarray(classes)[:, None] == np.asarray(names), 1.0, -1.0)
    shares = cho_solve(cho_factor(likeness, overwrite_a=True), truth)
    used = np.unique(features[: len(texts)].indices)
    weights = (features.T @ shares)[used] * _STRETCH
    bias = (shares.sum(axis=0) + 1) * _STRETCH - 1
    return Linear(
        vocabulary.subset(used.astype(np.int32)),
        names,
        weights.astype(np.float16),
        bias.astype(np.float32),
    )


def _rows(
    texts: Sequence[str], labels: Sequence[str], bank: Background
) -> tuple[list[str], list[str]]:
    """The texts that a head is fitted on, own ones first, with the entry of each or none."""
    names = set(labels)
    truth = [_own_label(label, names) for label in bank.labels]
    own: dict[str, set[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        own.setdefault(label, set()).update(text.split())
    hard = bank.hardest(own, np.array([not label for label in truth], dtype=bool))
    named = _with_names(texts, bank)
    shown = [*texts, *(bank.texts[place] for place in hard), *(text for text, _ in named)]
    return shown, [*labels, *[""] * len(hard), *(truth[place] for _, place in named)]


def _own_label(topic: str, names: Collection[str]) -> str:
    """The entry that a phrasing of *topic* belongs to: its own or its parent's, or none."""
    return next((name for name in (topic, parent_of(topic) or "") if name in names), "")


def _with_names(texts: Sequence[str], bank: Background) -> list[tuple[str, int]]:
    """Phrasings of the bank with names of the posting put in, each with its place."""
    chunks = sorted({chunk for text in texts for chunk in _chunks(text.split(), bank)})
    if not chunks or not bank.texts:
        return []
    random = np.random.default_rng(_SEED)
    places = random.integers(0, len(bank.texts), _NAMED)
    picks = random.integers(0, len(chunks), _NAMED)
    return [
        (f"{bank.texts[place]} {chunks[pick]}", int(place))
        for place, pick in zip(places, picks, strict=True)
    ]


def _chunks(words: Sequence[str], bank: Background) -> list[str]:
    """Each word that the bank hardly knows, with the word before it."""
    return [
        " ".join(words[max(0, place - 1) : place + 1])
        for place, word in enumerate(words)
        if bank.count(word) < _RARE
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
        _SCALES,
        known.rarest_weight,
        known.unknown,
    )
