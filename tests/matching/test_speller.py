"""Repairing misspelt words."""

import pytest

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


def test_words_are_counted_over_all_texts() -> None:
    assert count([["a", "b"], ["a"]]) == {"a": 2, "b": 1}
