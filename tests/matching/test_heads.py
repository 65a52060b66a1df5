"""A posting's own entries against the phrasings of a small bank."""

import numpy as np
import pytest

from bot.matching.features import grams, learn
from bot.matching.heads import Background, fit_head
from bot.matching.model import Linear

BANK = {
    "salary": ["how much does it pay", "what is the salary", "is the pay good", "salary range"],
    "location": ["where is the job", "which town is it in", "is the office in the centre"],
    "hours": ["how many hours a week", "what are the working hours", "is it part time"],
}
OWN = {
    "garden": ["tell me about the garden", "is there a garden in Veldwijk", "who keeps the garden"],
    "location": ["is it in Veldwijk", "do i work in Veldwijk or elsewhere"],
}


def _pairs(phrasings: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    pairs = [(text.lower(), label) for label, texts in phrasings.items() for text in texts]
    return [text for text, _ in pairs], [label for _, label in pairs]


@pytest.fixture(scope="module")
def bank() -> Background:
    texts, labels = _pairs(BANK)
    vocabulary, _ = learn(grams(texts), len(texts), scales=(1.0, 1.0, 0.5))
    return Background(texts, labels, vocabulary)


@pytest.fixture(scope="module")
def head(bank: Background) -> Linear:
    return fit_head(*_pairs(OWN), bank)


def _margin(head: Linear, text: str, entry: str) -> float:
    return float(head.scores([text])[0, head.columns[entry]])


def test_an_entry_is_told_from_the_bank(head: Linear) -> None:
    own = _margin(head, "what about the garden", "garden")

    assert own > _margin(head, "what is the salary like", "garden")
    assert own > _margin(head, "what about the garden", "location")


def test_a_name_alone_speaks_less_for_an_entry_than_its_matter(head: Linear) -> None:
    assert _margin(head, "the garden", "garden") > _margin(head, "how much veldwijk", "garden")


def test_only_features_of_the_own_phrasings_are_kept(head: Linear) -> None:
    texts, _ = _pairs(OWN)
    own, _ = learn(grams(texts), len(texts), scales=(1.0, 1.0, 0.5), rarest=1)

    assert set(head.vocabulary.slots) <= set(own.slots)


def test_the_same_phrasings_give_the_same_head(bank: Background, head: Linear) -> None:
    again = fit_head(*_pairs(OWN), bank)

    assert np.array_equal(again.weights, head.weights)
    assert np.array_equal(again.bias, head.bias)


def test_one_phrasing_is_enough(bank: Background) -> None:
    head = fit_head(["where do i park"], ["parking"], bank)

    assert head.classes == ("parking",)
    assert _margin(head, "where do i park", "parking") > _margin(head, "salary range", "parking")
