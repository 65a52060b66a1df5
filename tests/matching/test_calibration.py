"""How sure the engine may be, from margins of phrasings that were left out."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.core.decision import Answer, Clarify, Decision, Partial, Unanswered, Unstated
from bot.core.posting import Entry, Posting
from bot.matching.calibration import BOLDNESS, Tuning, calibrate, cost_of
from bot.matching.decide import COSTS, Scope

NAMES = ("hours", "hours.nights", "salary", "remote", "out_of_scope.world", "out_of_scope")
POSTING = Posting(
    id="post",
    organisation="Org",
    title={"en": "Post"},
    languages=("en",),
    entries=(Entry("hours", topic="hours", answer={"en": "39"}),),
    unstated=("salary",),
)
SCOPE = Scope(POSTING, NAMES)


def _margins(labels: Sequence[str], right: float, slips: int) -> NDArray[np.float32]:
    """Margins of -1, but *right* for the label, or for the next name in every *slips*-th row."""
    margins = np.full((len(labels), len(NAMES)), -1.0, dtype=np.float32)
    for row, label in enumerate(labels):
        place = NAMES.index(label) + (row % slips == 0)
        margins[row, place % (len(NAMES) - 1)] = right
    return margins


LABELS = [name for name in NAMES[:-1] for _ in range(40)]
LANGUAGES = ["fr", "en"] * (len(LABELS) // 2)


def test_margins_that_err_less_are_taken_more_surely() -> None:
    careful = calibrate(_margins(LABELS, -0.7, 3), NAMES, LABELS, LANGUAGES)
    sure = calibrate(_margins(LABELS, -0.7, 21), NAMES, LABELS, LANGUAGES)

    assert all(sure.sharpness[code] > careful.sharpness[code] for code in ("fr", "en"))


def test_the_same_margins_give_the_same_tuning() -> None:
    margins = _margins(LABELS, 0.2, 5)

    assert calibrate(margins, NAMES, LABELS, LANGUAGES) == calibrate(
        margins, NAMES, LABELS, LANGUAGES
    )


def test_a_language_that_was_not_calibrated_gets_the_mean() -> None:
    tuning = Tuning({"fr": 6.0, "en": 8.0}, {"fr": 0.0, "en": 0.2})

    assert tuning.of("en") == (8.0 * BOLDNESS, 0.2)
    assert tuning.of("uk") == tuning.of(None) == (7.0 * BOLDNESS, 0.1)


@pytest.mark.parametrize(
    ("meant", "decision", "cost"),
    [
        ("hours", Answer("hours", "hours"), 0),
        ("hours.nights", Partial("hours.nights", "hours"), 0),
        ("salary", Answer("hours", "hours"), COSTS.wrong),
        ("hours", Unstated("salary", listed=True), COSTS.denied),
        ("salary", Unstated("salary", listed=True), 0),
        ("remote", Unstated("salary", listed=True), COSTS.aside),
        ("out_of_scope.world", Unstated("salary", listed=True), COSTS.chatter),
        ("out_of_scope.world", Unanswered(), 0),
        ("hours", Unanswered(), COSTS.miss),
        ("hours", Clarify(("salary", "hours")), COSTS.offered),
        ("hours", Clarify(("salary", "remote")), COSTS.miss),
        ("out_of_scope.world", Clarify(("salary", "remote")), COSTS.offered),
    ],
)
def test_each_mistake_costs_what_is_stated(meant: str, decision: Decision, cost: float) -> None:
    assert cost_of(decision, NAMES.index(meant), SCOPE, COSTS) == cost
