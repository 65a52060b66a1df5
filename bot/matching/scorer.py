"""The seam for a second opinion: whatever else can say how probable each topic is."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]

_LEAST = 1e-9


class Scorer(Protocol):
    """A second scorer, such as a model of sentence embeddings; its opinion is averaged in.

    ``weight`` in [0, 1] is its share. Same input, same output; no I/O while it scores.
    """

    weight: float

    def probabilities(self, texts: Sequence[str], names: Sequence[str]) -> Probabilities:
        """How probable each of *names* (topics and entries) is for each cleaned text.

        One row per text that sums to 1. A name that the scorer does not know gets what it would
        give to any unknown one, not 0.
        """
        ...


def averaged(first: Probabilities, second: Probabilities, weight: float) -> Probabilities:
    """The weighted geometric mean of two opinions, row by row: both have to find a name likely."""
    logs = (1 - weight) * np.log(first + _LEAST) + weight * np.log(second + _LEAST)
    found = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray(found / found.sum(axis=-1, keepdims=True), dtype=np.float64)
