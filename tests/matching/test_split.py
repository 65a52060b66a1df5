"""Cutting messages into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.split import (
    MOST_CLAUSES,
    MOST_SENTENCES,
    Shape,
    clauses,
    continues,
    is_definite,
    requests,
    sentences,
    shape,
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("C'est où ? Et ça paie ?", ["C'est où ?", "Et ça paie ?"]),
        ("Bonjour\nLe salaire", ["Bonjour", "Le salaire"]),
        ("un seul", ["un seul"]),
    ],
)
def test_sentences_end_at_marks_and_line_ends(text: str, pieces: list[str]) -> None:
    assert sentences(text) == pieces


def test_what_a_colon_announces_is_a_piece_of_its_own() -> None:
    assert clauses("two questions: the pay and the place") == [
        "two questions",
        "the pay",
        "and the place",
    ]


def test_a_colon_within_a_time_parts_nothing() -> None:
    assert clauses("I start at 10:30") == ["I start at 10:30"]


def test_clauses_part_at_commas_and_before_conjunctions() -> None:
    assert clauses("la ville, les heures et le salaire") == [
        "la ville",
        "les heures",
        "et le salaire",
    ]


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        ("où est le poste", Shape.QUESTION),
        ("quel est le salaire", Shape.QUESTION),
        ("is it full time", Shape.QUESTION),
        ("avez-vous un logement", Shape.QUESTION),
        ("le salaire", Shape.NAME),
        ("start date", Shape.NAME),
        ("J'ai une RQTH", Shape.STORY),
        ("I'm Spanish", Shape.STORY),
        ("vous logez les gens", Shape.STATEMENT),
        ("c'est basé à Lille si je comprends bien", Shape.QUESTION),
        ("je dépose le dossier où", Shape.QUESTION),
        ("it's a permanent post, if I'm not mistaken", Shape.QUESTION),
    ],
)
def test_a_piece_asks_names_or_tells(piece: str, kind: Shape) -> None:
    assert shape(piece) is kind


@given(st.text(max_size=400))
def test_any_text_can_be_cut_into_a_bounded_number_of_pieces(text: str) -> None:
    found = sentences(text)

    assert len(found) <= MOST_SENTENCES
    for sentence in found:
        assert 1 <= len(clauses(sentence)) <= MOST_CLAUSES


@pytest.mark.parametrize(
    ("piece", "goes_on"),
    [
        ("elle se discute", True),
        ("et on la joint à quelles heures", True),
        ("et se passe où", True),
        ("and they pay what", True),
        ("et il faut le permis", False),
        ("et ça démarre quand", False),
        ("and what does it pay", False),
    ],
)
def test_a_piece_that_goes_on_about_another_is_known(piece: str, goes_on: bool) -> None:  # noqa: FBT001
    assert continues(piece) is goes_on


@pytest.mark.parametrize(
    ("piece", "definite"),
    [
        ("et le salaire", True),
        ("the salary", True),
        ("and your address", True),
        ("et suivre des données", False),
        ("and wants to do more", False),
        ("et des rapports", False),
    ],
)
def test_a_matter_is_named_with_its_article(piece: str, definite: bool) -> None:  # noqa: FBT001
    assert is_definite(piece) is definite


@pytest.mark.parametrize(
    ("sentence", "asks_too"),
    [
        ("I've been out of work since 2019 when my youngest was born.", False),
        ("Je voudrais savoir où c'est.", True),
        ("Dites-moi combien ça paie", True),
        ("je mets quoi en objet", True),
        ("what's the night premium", True),
        ("Merci.", False),
    ],
)
def test_a_story_with_a_question_word_is_no_question(sentence: str, asks_too: bool) -> None:  # noqa: FBT001
    assert requests(sentence) is asks_too


def test_an_inverted_verb_is_not_taken_for_then() -> None:
    assert clauses("À quoi puis-je m'attendre") == ["À quoi puis-je m'attendre"]
