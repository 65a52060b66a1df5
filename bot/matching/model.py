"""A linear model: weighted features in, one score per class out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Counted, Floats, Grams, Ints, Matrix, Vocabulary, counted, grams


@dataclass(frozen=True)
class Linear:
    """One weight vector per class over the features of a `Vocabulary`.

    ``weights`` has a row per feature and a column per class, in units of ``step``; ``bias`` has one
    value per class. Scores
    are margins of one-against-all classifiers: about 1 for a typical member, -1 for the others.
    """

    vocabulary: Vocabulary
    classes: tuple[str, ...]
    weights: NDArray[np.int8] | NDArray[np.float16] | Floats
    bias: Floats
    step: float = 1.0

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each class."""
        return {name: column for column, name in enumerate(self.classes)}

    def scores(self, texts: Sequence[str]) -> Floats:
        """The score of each class for each normalised text: ``(texts, classes)``."""
        return self.score_grams(grams(texts), len(texts))

    def score_grams(self, found: Grams, documents: int) -> Floats:
        """Like `scores`, for features that were taken out already."""
        return self.score_counted(counted(found), documents)

    def score_counted(self, found: Counted, documents: int) -> Floats:
        """Like `score_grams`, for features that were counted already."""
        return self.score(self.vocabulary.weighed(found, documents))

    def score(self, matrix: Matrix) -> Floats:
        """The scores for each row of *matrix*."""
        rows = len(matrix.starts) - 1
        out = np.empty((rows, len(self.classes)), dtype=np.float32)
        for row in range(rows):
            part = slice(matrix.starts[row], matrix.starts[row + 1])
            weights = self.weights.take(matrix.columns[part], axis=0)
            out[row] = matrix.values[part] @ weights.astype(np.float32, copy=False)
        return out * np.float32(self.step) + self.bias


@dataclass(frozen=True)
class Wide(Linear):
    """A `Linear` for very many classes, of which each knows few features: only these are held.

    The features' weights lie one after another in ``weights``: those of feature *i* are at
    ``starts[i]:starts[i + 1]``, and ``owners`` says the column of each. A score costs as much as
    the question's features have weights, however many classes there are.
    """

    starts: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    owners: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def score(self, matrix: Matrix) -> Floats:
        """The scores for each row of *matrix*."""
        rows = len(matrix.starts) - 1
        out = np.empty((rows, len(self.classes)), dtype=np.float32)
        for row in range(rows):
            part = slice(matrix.starts[row], matrix.starts[row + 1])
            first = self.starts[matrix.columns[part]]
            counts = self.starts[matrix.columns[part] + 1] - first
            shift = np.repeat(first - np.cumsum(counts) + counts, counts)
            places = np.arange(len(shift)) + shift
            weights = self.weights[places] * np.repeat(matrix.values[part], counts)
            out[row] = np.bincount(self.owners[places], weights, len(self.classes))
        return out + self.bias
