"""Repairing misspelt words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.matching.speller import Speller, count

KNOWN = {
    "salaire": 9,
    "horaires": 8,
    "logement": 7,
    "contrat": 5,
    "rare": 1,
    "poste": 6,
    "paste": 3,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("saliare", "salaire"),
        ("horairres", "horaires"),
        ("logemant", "logement"),
        ("contart", "contrat"),
        ("xyzzy", "xyzzy"),
        ("sal", "sal"),
        ("s4laire", "s4laire"),
    ],
)
def test_an_unknown_word_becomes_its_nearest_known_one(typed: str, meant: str) -> None:
    assert Speller(KNOWN).repaired([typed]) == [meant]


def test_a_known_word_stays_however_rare() -> None:
    assert Speller(KNOWN).repaired(["rare"]) == ["rare"]


def test_of_two_equally_near_words_the_more_frequent_wins() -> None:
    assert Speller(KNOWN).repaired(["pxste"]) == ["poste"]


def test_a_rare_word_is_no_goal_of_a_repair() -> None:
    assert Speller({"rarely": 1}).repaired(["rarley"]) == ["rarley"]


@given(st.lists(st.text("abcé", min_size=4, max_size=6), max_size=8), st.text("abcéz", min_size=4))
def test_a_repair_is_the_nearest_of_all_words(known: list[str], typed: str) -> None:
    speller = Speller(dict.fromkeys(known, 3), bold=True)
    near = [OSA.normalized_similarity(typed, word) for word in known if typed not in known]

    repaired = speller.nearest(typed)

    if repaired != typed:
        assert OSA.normalized_similarity(typed, repaired) == max(near)
    else:
        # Three letters in four, and three in five: see `Speller` on what a bold one dares.
        assert all(likeness < 0.75 for likeness in near)


def test_words_are_counted_over_all_texts() -> None:
    assert count([["a", "b"], ["a"]]) == {"a": 2, "b": 1}
