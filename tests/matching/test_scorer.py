"""The seam for a second opinion."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from bot.core.chat import Chat
from bot.core.decision import Answer
from bot.core.posting import KnowledgeBase, Posting
from bot.matching.decide import Probabilities
from bot.matching.engine import Engine
from bot.matching.scorer import averaged


@dataclass
class Insists:
    """Is sure of one name whatever it reads, and keeps what it was asked."""

    name: str
    weight: float
    asked: list[str] = field(default_factory=list)

    def probabilities(self, texts: Sequence[str], names: Sequence[str]) -> Probabilities:
        self.asked += texts
        found = np.full((len(texts), len(names)), 0.001 / len(names))
        found[:, list(names).index(self.name)] = 0.999
        return found


@pytest.mark.parametrize(("weight", "expected"), [(0.0, 0.9), (1.0, 0.2), (0.5, 0.6)])
def test_opinions_are_averaged_by_their_weight(weight: float, expected: float) -> None:
    mean = averaged(np.array([[0.9, 0.1]]), np.array([[0.2, 0.8]]), weight)

    assert mean[0, 0] == pytest.approx(expected, abs=0.001)
    assert mean.sum() == pytest.approx(1)


def test_a_second_scorer_is_asked_and_counts(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    second = Insists("start_date", weight=0.9)
    both = replace(engine, second=second)

    understood = both.understand(knowledge, posting, "Quels sont les horaires ?", Chat())

    assert second.asked == ["Quels sont les horaires ?"]
    assert understood.parts[0].decision == Answer("start_date", "start_date")
