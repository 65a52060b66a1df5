"""Normalising what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.text import LONGEST, Spellings, clean, fold, words


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Horaires ?", ["horaires"]),
        ("d'heures", ["d", "heures"]),
        ("l’équipe", ["l", "equipe"]),
        ("aujourd'hui", ["aujourdhui"]),
        ("référent·e retenu·e·s", ["referent", "retenu"]),
        ("sooooo long", ["soo", "long"]),
        ("cœur", ["coeur"]),
    ],
)
def test_words_are_folded_and_elisions_parted(typed: str, plain: list[str]) -> None:
    assert words(typed) == plain


@pytest.mark.parametrize(
    ("typed", "shape"),
    [
        ("le 26 mars", "§date"),
        ("à 18h30", "§time"),
        ("39h par semaine", "§hours"),
        ("3000 €", "§money"),
        ("j'ai 61 ans", "§age"),
        ("un 80 %", "§percent"),
        ("niveau b2", "§level"),
    ],
)
def test_a_number_that_tells_something_leaves_its_shape(typed: str, shape: str) -> None:
    assert shape in words(typed)


def test_chat_spellings_are_written_out() -> None:
    spellings = Spellings({"koi": "quoi", "c": "c est"})

    assert words("c koi", spellings) == ["c", "est", "quoi"]


def test_nothing_that_no_reader_sees_is_left() -> None:
    assert clean("sa\u200blaire\u202e \x00?") == "salaire ?"


def test_a_flood_of_combining_marks_is_dammed() -> None:
    flooded = clean("e" + "\u0301" * 500)

    assert len(unicodedata.normalize("NFD", flooded)) <= 6


def test_what_is_too_long_is_cut() -> None:
    assert len(clean("a" * 10_000)) == LONGEST


@given(st.text())
def test_any_text_can_be_cleaned_and_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert len(once) <= LONGEST


@given(st.text())
def test_words_hold_no_space_and_are_folded(text: str) -> None:
    for word in words(text):
        assert " " not in word
        assert word == word.lower()


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
