"""A linear model: weighted features in, one score per class out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Floats, Grams, Matrix, Vocabulary, grams


@dataclass(frozen=True)
class Linear:
    """One weight vector per class over the features of a `Vocabulary`.

    ``weights`` has a row per feature and a column per class, ``bias`` one value per class. Scores
    are margins of one-against-all classifiers: about 1 for a typical member, -1 for the others.
    """

    vocabulary: Vocabulary
    classes: tuple[str, ...]
    weights: NDArray[np.float16] | Floats
    bias: Floats

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each class."""
        return {name: column for column, name in enumerate(self.classes)}

    def scores(self, texts: Sequence[str]) -> Floats:
        """The score of each class for each normalised text: ``(texts, classes)``."""
        return self.score_grams(grams(texts), len(texts))

    def score_grams(self, found: Grams, documents: int) -> Floats:
        """Like `scores`, for features that were taken out already."""
        return self.score(self.vocabulary.matrix(found, documents))

    def score(self, matrix: Matrix) -> Floats:
        """The scores for each row of *matrix*."""
        rows = len(matrix.starts) - 1
        out = np.empty((rows, len(self.classes)), dtype=np.float32)
        for row in range(rows):
            part = slice(matrix.starts[row], matrix.starts[row + 1])
            weights = self.weights[matrix.columns[part]]
            out[row] = matrix.values[part] @ weights.astype(np.float32, copy=False)
        return out + self.bias
