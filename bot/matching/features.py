"""Text to sparse numbers: word 1-2-grams, character 2-5-grams and concepts, all on numpy.

A feature is a 64-bit polynomial hash, so a whole corpus is turned into features by a few array
operations instead of millions of string slices, and a question in some tens of microseconds. What
a feature weighs (TF-IDF, sublinear) and which number it has is the business of `Vocabulary`.

Source of the weighting: Manning, Raghavan, Schütze, *Introduction to Information Retrieval*, 6.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

WORDS, CHARACTERS, CONCEPTS = 0, 1, 2
"""The blocks of features. Each is scaled to its own length, so that none drowns the others."""
BLOCKS = 3

_SPACE, _NEWLINE = 32, 10
_BASE = np.uint64(0x9E3779B97F4A7C15)
_SALTS = np.array([0xD1B54A32D192ED03 * (k + 1) % 2**64 for k in range(16)], dtype=np.uint64)
_LONGEST = 4096
_ORDERS = (2, 3, 4, 5)
_MOST_CONCEPTS = 24
_REMEMBERED = 4096
_WORDS_REMEMBERED = 4096
_MANY_FEATURES, _MANY_SLOTS = 32_768, 8192
"""From so many features, and for so many slots at once, a table of all slots pays."""
_FEW = 64
"""Texts up to which features are put together word by word instead of all at once."""

_FIRST, _SECOND = np.uint64(31), np.uint64(17)
_BLOCKS = np.array([CHARACTERS, WORDS, WORDS, CONCEPTS], dtype=np.int8)


def _powers(count: int) -> Hashes:
    return np.cumprod(np.full(count, _BASE, dtype=np.uint64), dtype=np.uint64)


_POWERS = _powers(_LONGEST)
_PLAIN_POWERS: list[int] = _POWERS.tolist()
_PLAIN_SALTS: list[int] = _SALTS.tolist()
_ALL_BITS = 2**64 - 1


class Grams(NamedTuple):
    """Features of some texts: parallel arrays, one element per occurrence."""

    hashes: Hashes
    documents: Ints
    blocks: NDArray[np.int8]


def grams(texts: Sequence[str], concepts: Sequence[Sequence[str]] = ()) -> Grams:
    """The features of each text, in no particular order, repeated as often as they occur.

    Args:
        texts: normalised texts: words parted by single spaces, no other white space.
        concepts: for each text the names of the concepts in it; empty for none at all.

    Returns:
        Occurrences; ``documents`` counts the texts from 0. An empty text has no features.
    """
    if len(texts) <= _FEW:
        return _by_word(texts, concepts)
    joined = "\n" + "\n".join(f" {text[: _LONGEST - 2]} " if text else "" for text in texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    document = np.cumsum(codes == _NEWLINE, dtype=np.int64) - 1
    parts = [*_characters(codes, document), *_words(codes, document)]
    if concepts:
        parts.append(_concepts(concepts))
    return Grams(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class _Word(NamedTuple):
    """The features of one word by itself: of its letters, and of the word as such."""

    letters: Hashes
    single: Hashes


@lru_cache(_WORDS_REMEMBERED)
def _word(word: str) -> _Word:
    """What `_characters` and `_words` find in a single word.

    In plain numbers, which for so few letters takes a tenth of the time.
    """
    codes = memoryview(word.encode("utf-32-le", "replace")).cast("I").tolist()
    letters = [_SPACE, *codes, _SPACE]
    sums = [_PLAIN_SALTS[0] + sum(map(mul, codes, _PLAIN_POWERS))]
    for order in _ORDERS:
        salt = _PLAIN_SALTS[order]
        sums += [
            salt + sum(map(mul, letters[start : start + order], _PLAIN_POWERS))
            for start in range(len(letters) - order + 1)
        ]
    hashes = _mix(np.array([value & _ALL_BITS for value in sums], dtype=np.uint64))
    return _Word(hashes[1:], hashes[:1])


def _by_word(texts: Sequence[str], concepts: Sequence[Sequence[str]]) -> Grams:
    """The same features, put together from those of words that are remembered.

    No feature of letters reaches over a space, so a word brings the same ones wherever it stands.
    """
    split = [[_word(word) for word in text[: _LONGEST - 2].split()] for text in texts]
    words = [word for row in split for word in row]
    if not words:
        return _concepts(concepts)
    owner = np.repeat(np.arange(len(texts)), [len(row) for row in split])
    single = np.concatenate([word.single for word in words])
    letters = np.concatenate([word.letters for word in words])
    same = np.flatnonzero(owner[1:] == owner[:-1])
    double = _double(single, same)
    meant = _concepts(concepts)
    sizes = (len(letters), len(single), len(double), len(meant.hashes))
    counts = np.fromiter((len(word.letters) for word in words), np.int64, len(words))
    return Grams(
        np.concatenate((letters, single, double, meant.hashes)),
        np.concatenate((np.repeat(owner, counts), owner, owner[same], meant.documents)),
        np.repeat(_BLOCKS, sizes),
    )


def _double(single: Hashes, same: Ints) -> Hashes:
    """The features of pairs of words: those at the places *same* and the ones after them."""
    return _mix(single[same] * _POWERS[1] + single[same + 1] * _POWERS[2] + _SALTS[1])


def _characters(codes: NDArray[np.uint32], document: Ints) -> list[Grams]:
    """Character n-grams inside words, the spaces around a word included."""
    values = codes.astype(np.uint64)
    gap = (codes == _SPACE) | (codes == _NEWLINE)
    gaps = np.concatenate(([0], np.cumsum(gap, dtype=np.int64)))
    newlines = np.concatenate(([0], np.cumsum(codes == _NEWLINE, dtype=np.int64)))
    found = []
    for order in _ORDERS:
        count = len(codes) - order + 1
        if count <= 0:
            continue
        start = np.arange(count)
        inner = gaps[start + order - 1] - gaps[start + 1] if order > 1 else gaps[start] * 0
        whole = newlines[start + order] - newlines[start]
        keep = np.flatnonzero((inner == 0) & (whole == 0))
        hashes = np.full(len(keep), _SALTS[order], dtype=np.uint64)
        for offset in range(order):
            hashes += values[keep + offset] * _POWERS[offset]
        found.append(Grams(_mix(hashes), document[keep], _block(len(keep), CHARACTERS)))
    return found


def _words(codes: NDArray[np.uint32], document: Ints) -> list[Grams]:
    """Words, and pairs of neighbouring words."""
    gap = (codes == _SPACE) | (codes == _NEWLINE)
    starts = np.flatnonzero(~gap & np.concatenate(([True], gap[:-1])))
    if len(starts) == 0:
        return []
    ordinal = np.cumsum(~gap & np.concatenate(([True], gap[:-1]))) - 1
    inside = np.flatnonzero(~gap)
    offset = inside - starts[ordinal[inside]]
    weighted = codes[inside].astype(np.uint64) * _POWERS[offset]
    first = np.searchsorted(inside, starts)
    raw = np.add.reduceat(weighted, first)
    single = _mix(raw + _SALTS[0])
    owner = document[starts]
    same = np.flatnonzero(owner[1:] == owner[:-1])
    double = _double(single, same)
    return [
        Grams(single, owner, _block(len(single), WORDS)),
        Grams(double, owner[same], _block(len(double), WORDS)),
    ]


def _concepts(concepts: Sequence[Sequence[str]]) -> Grams:
    """Concepts, and every pair of concepts that stand in the same text."""
    hashes: list[Hashes] = []
    for names in concepts:
        singles = [_name_hash(name) for name in sorted(set(names))[:_MOST_CONCEPTS]]
        single = np.array(singles, dtype=np.uint64)
        first, second = _pairs(len(singles))
        hashes += (single, single[first] * _FIRST + single[second] * _SECOND)
    sizes = [len(found) for found in hashes]
    owners = np.repeat(np.arange(len(hashes)) // 2, sizes)
    every = np.concatenate(hashes) if hashes else np.zeros(0, dtype=np.uint64)
    return Grams(_mix(every + _SALTS[9]), owners, _block(len(every), CONCEPTS))


@lru_cache(_MOST_CONCEPTS + 1)
def _pairs(count: int) -> tuple[Ints, Ints]:
    first, second = np.triu_indices(count, 1)
    return first, second


@lru_cache(_REMEMBERED)
def _name_hash(name: str) -> int:
    value = 0
    for letter in name:
        value = (value * 1099511628211 + ord(letter) + 1) & 0xFFFFFFFFFFFFFFFF
    return value


def _mix(hashes: Hashes) -> Hashes:
    """Spread neighbouring polynomial values over all 64 bits (the end of splitmix64)."""
    hashes = hashes ^ (hashes >> np.uint64(30))
    hashes = hashes * np.uint64(0xBF58476D1CE4E5B9)
    hashes = hashes ^ (hashes >> np.uint64(27))
    hashes = hashes * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _block(count: int, block: int) -> NDArray[np.int8]:
    return np.full(count, block, dtype=np.int8)


class Matrix(NamedTuple):
    """Rows of weighted features in compressed form: row *i* is ``starts[i]:starts[i + 1]``."""

    columns: NDArray[np.int32]
    values: Floats
    starts: Ints


def buckets(found: Grams) -> Ints:
    """The slot of each occurrence in one table for all blocks.

    Slots are shared by chance: with 200,000 features in four million slots, by one in twenty,
    which no figure shows, and a look-up is one step instead of a search.
    """
    sizes = _SIZES[found.blocks]
    return _OFFSETS[found.blocks] + (found.hashes % sizes).astype(np.int64)


def block_of(slots: Ints | NDArray[np.int32]) -> Ints:
    """The block that each slot belongs to."""
    return np.searchsorted(_OFFSETS, slots, side="right") - 1


_SIZES = np.array([1 << 21, 1 << 21, 1 << 16], dtype=np.uint64)
_OFFSETS = np.concatenate(([0], np.cumsum(_SIZES.astype(np.int64))))[:BLOCKS]
_SLOTS = int(_SIZES.sum())


class Counted(NamedTuple):
    """Features of some texts, each once per text: row and slot in one number, ascending."""

    keys: Ints
    counts: Ints


def counted(found: Grams) -> Counted:
    """How often each feature occurs in each text: the same for all vocabularies."""
    keys, counts = np.unique(found.documents * _SLOTS + buckets(found), return_counts=True)
    return Counted(keys, counts)


@dataclass(frozen=True)
class Vocabulary:
    """The features that a model knows: their slots in ascending order, and what each weighs.

    ``scales`` says how much each block counts against the others. Weights are inverse document
    frequencies; a feature that is not known weighs as much as the rarest. ``unknown`` says how much
    the words and letters that are not known add to the length of a text, so that what is asked
    beyond the known words counts against all; 0 leaves them out.
    """

    slots: NDArray[np.int32]
    weights: Floats
    scales: Floats
    rarest_weight: float
    unknown: float = 0.0

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        table = np.full(_SLOTS, -1, dtype=np.int32)
        table[self.slots] = np.arange(len(self.slots), dtype=np.int32)
        return table

    @cached_property
    def _blocks(self) -> NDArray[np.int8]:
        ends = np.searchsorted(self.slots, [*_OFFSETS[1:], _SLOTS])
        return np.repeat(np.arange(BLOCKS, dtype=np.int8), np.diff(ends, prepend=0))

    def matrix(self, found: Grams, documents: int) -> Matrix:
        """Weigh features: sublinear TF times IDF, each block of each row scaled to its length.

        A row without any known feature is empty.
        """
        return self.weighed(counted(found), documents)

    def weighed(self, found: Counted, documents: int) -> Matrix:
        """Like `matrix`, for features that were counted already."""
        keys, counts = found
        column = self.columns_of(keys % _SLOTS)
        known = column >= 0
        beyond = self._beyond(keys[~known], counts[~known], documents) if self.unknown else None
        return self._weigh(keys[known] // _SLOTS, column[known], counts[known], documents, beyond)

    def _beyond(self, keys: Ints, counts: Ints, documents: int) -> NDArray[np.float64]:
        """What unknown features add to the squared length of each block of each row."""
        block = block_of(keys % _SLOTS)
        value = (1 + np.log(counts)) * self.rarest_weight * (block != CONCEPTS)
        place = keys // _SLOTS * BLOCKS + block
        lengths = np.bincount(place, value * value, documents * BLOCKS)
        return lengths.astype(np.float64) * self.unknown

    def _weigh(
        self,
        row: Ints,
        column: NDArray[np.int32],
        counts: Ints,
        documents: int,
        beyond: NDArray[np.float64] | None = None,
    ) -> Matrix:
        value = (1 + np.log(counts)) * self.weights[column]
        place = row * BLOCKS + self._blocks[column]
        square = np.bincount(place, value * value, documents * BLOCKS).astype(np.float64)
        if beyond is not None:
            square = square + beyond
        scale = np.tile(self.scales, documents) / np.sqrt(np.maximum(square, 1e-12))
        starts = np.searchsorted(row, np.arange(documents + 1))
        return Matrix(column, (value * scale[place]).astype(np.float32), starts)

    def columns_of(self, slots: Ints) -> NDArray[np.int32]:
        """The column of each slot, -1 for one that is not known."""
        if len(self.slots) >= _MANY_FEATURES or len(slots) >= _MANY_SLOTS:
            return self._table[slots]
        # A table takes 17 MB: each posting's head does without.
        wanted = slots.astype(np.int32)
        place = np.searchsorted(self.slots, wanted)
        place[place == len(self.slots)] = 0
        found = self.slots[place] == wanted if len(self.slots) else np.zeros(len(place), dtype=bool)
        return np.where(found, place, -1).astype(np.int32)

    def subset(self, columns: NDArray[np.int32]) -> "Vocabulary":
        """Only the features of these columns (ascending), numbered anew in their order."""
        return Vocabulary(
            self.slots[columns],
            self.weights[columns],
            self.scales,
            self.rarest_weight,
            self.unknown,
        )


def learn(
    found: Grams, documents: int, *, scales: Sequence[float], rarest: int = 2
) -> tuple[Vocabulary, Matrix]:
    """The vocabulary of a corpus and the corpus itself in its features.

    Character n-grams are kept if they stand in at least *rarest* texts. Words are kept from one
    text on: in a small bank a rare word is often the telling one.
    """
    keys, counts = counted(found)
    slot = keys % _SLOTS
    frequency = np.bincount(slot, minlength=_SLOTS)
    needed = np.ones(_SLOTS, dtype=np.int64)
    needed[_OFFSETS[CHARACTERS] : _OFFSETS[CHARACTERS] + int(_SIZES[CHARACTERS])] = rarest
    slots = np.flatnonzero(frequency >= needed)
    weights = np.log((1 + documents) / (1 + frequency[slots])) + 1
    vocabulary = Vocabulary(
        slots.astype(np.int32),
        weights.astype(np.float32),
        np.asarray(scales, dtype=np.float32),
        float(np.log((1 + documents) / 2) + 1),
    )
    column = vocabulary._table[slot]  # noqa: SLF001
    known = column >= 0
    row = keys[known] // _SLOTS
    return vocabulary, vocabulary._weigh(row, column[known], counts[known], documents)  # noqa: SLF001
