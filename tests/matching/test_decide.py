"""From probabilities to decisions."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.core.decision import (
    Answer,
    Clarify,
    Decision,
    Partial,
    SmallTalk,
    Unanswered,
    Unstated,
)
from bot.core.posting import Entry, Posting
from bot.matching.decide import MOST_OPTIONS, Scope, decide, decide_warily, leading

POSTING = Posting(
    id="post",
    organisation="Org",
    title={"en": "Post"},
    languages=("en",),
    entries=(
        Entry("hours", topic="hours", answer={"en": "39"}, covers=("hours.part_time",)),
        Entry("location", topic="location", answer={"en": "Calais"}),
        Entry("projects", answer={"en": "Four"}),
        Entry("travel.car", topic="travel.car", answer={"en": "A licence"}),
    ),
    unstated=("salary",),
)
NAMES = (
    "hours",
    "hours.part_time",
    "hours.nights",
    "location",
    "projects",
    "salary",
    "salary.bonus",
    "remote",
    "travel",
    "out_of_scope.world",
    "smalltalk.thanks",
)
SCOPE = Scope(POSTING, NAMES)


def _probabilities(given_: Mapping[str, float]) -> NDArray[np.float64]:
    rest = (1 - sum(given_.values())) / len(NAMES)
    return np.array([given_.get(name, 0.0) + rest for name in NAMES])


def _decided(given_: Mapping[str, float]) -> Decision:
    return decide(_probabilities(given_), SCOPE)[0]


@pytest.mark.parametrize(
    ("meant", "decision"),
    [
        ("hours", Answer("hours", "hours")),
        ("hours.part_time", Answer("hours.part_time", "hours")),
        ("hours.nights", Partial("hours.nights", "hours")),
        ("projects", Answer("projects", "projects")),
        ("salary", Unstated("salary", listed=True)),
        ("salary.bonus", Unstated("salary.bonus", listed=True)),
        ("remote", Unstated("remote", listed=False)),
        ("travel", Clarify(("travel.car",))),
        ("out_of_scope.world", Unanswered()),
        ("smalltalk.thanks", SmallTalk("thanks")),
    ],
)
def test_what_is_sure_gets_its_own_decision(meant: str, decision: Decision) -> None:
    assert _decided({meant: 0.99}) == decision


def test_a_fact_is_denied_with_more_reserve_than_it_is_told() -> None:
    told = _probabilities({"hours": 0.96, "salary": 0.03})
    denied = _probabilities({"hours": 0.03, "salary": 0.96})

    assert decide(told, SCOPE)[0] == decide_warily(told, SCOPE)[0] == Answer("hours", "hours")
    assert decide(denied, SCOPE)[0] == Unstated("salary", listed=True)
    choice = decide_warily(denied, SCOPE)[0]
    assert isinstance(choice, Clarify)
    assert set(choice.options[:2]) == {"hours", "salary"}


@given(st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)).filter(any))
def test_wary_or_not_only_a_denial_becomes_another_decision(weights: list[float]) -> None:
    probabilities = np.array(weights) / sum(weights)
    bold, wary = decide(probabilities, SCOPE), decide_warily(probabilities, SCOPE)

    assert wary == bold or (isinstance(bold[0], Unstated) and isinstance(wary[0], Clarify))


def test_two_close_readings_are_offered() -> None:
    decision = _decided({"hours": 0.5, "location": 0.45})

    assert isinstance(decision, Clarify)
    assert decision.options[:2] == ("hours", "location")


def test_a_fact_is_not_risked_for_a_likely_stranger() -> None:
    assert not isinstance(_decided({"hours": 0.4, "out_of_scope.world": 0.55}), Answer | Partial)


def test_a_topic_and_its_covered_detail_speak_for_the_same_answer() -> None:
    decision = _decided({"hours": 0.5, "hours.part_time": 0.48})

    assert isinstance(decision, Answer)
    assert decision.entry == "hours"


@given(st.lists(st.floats(0.0, 1.0), min_size=len(NAMES), max_size=len(NAMES)))
def test_any_probabilities_lead_to_a_decision_of_the_scope(weights: list[float]) -> None:
    values = np.array(weights) + 1e-6

    decision, confidence = decide(values / values.sum(), SCOPE)

    assert 0 <= confidence <= 1 + 1e-9
    match decision:
        case Clarify(options=options):
            assert 1 <= len(options) <= MOST_OPTIONS
            assert len(set(options)) == len(options)
        case Answer(entry=entry) | Partial(entry=entry):
            assert POSTING.entry(entry) is not None
        case _:
            pass


@given(st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.3]), min_size=250, max_size=270))
def test_of_many_values_the_leading_ones_come_in_the_same_order(drawn: list[float]) -> None:
    values = np.array(drawn)

    assert leading(values, 8).tolist() == np.argsort(-values, kind="stable")[:8].tolist()
