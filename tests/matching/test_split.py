"""Cutting messages into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.split import MOST_CLAUSES, MOST_SENTENCES, Shape, clauses, sentences, shape


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
