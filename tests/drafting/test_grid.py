"""Tables of three columns or more, by what their words mean."""

from bot.drafting.block import Blocks, Kind, cells_of
from bot.drafting.cues import shipped_cues
from bot.drafting.grid import written

FRENCH = shipped_cues("fr")
ENGLISH = shipped_cues("en")


def test_labels_and_values_that_take_turns_are_pairs() -> None:
    rows = [["Contrat", "CDI", "Embauche", "mai"], ["Durée", "39 h", "Salaire", "2 080 €"]]

    found = written(rows, FRENCH)

    assert [(block.kind, block.label, block.text) for block in found][:2] == [
        (Kind.PAIR, "Contrat", "CDI"),
        (Kind.PAIR, "Embauche", "mai"),
    ]
    assert len(found) == 4


def test_a_table_of_short_cells_is_one_text_that_names_its_columns() -> None:
    rows = [["Jour", "Midi", "Soir"], ["Lundi", "repos", ""], ["Mardi", "11h – 15h", "repos"]]

    (block,) = written(rows, FRENCH)

    assert block.text == "Lundi : Midi repos ; Mardi : Midi 11h – 15h, Soir repos"


def test_long_cells_say_which_column_they_are_of() -> None:
    cell = "experience of working with children of primary school age"
    rows = [["", "Essential", "Desirable"], ["Experience", cell, "Makaton"]]

    found = written(rows, ENGLISH)

    assert [(block.label, block.text) for block in found] == [
        ("Experience (Essential)", cell),
        ("Experience (Desirable)", "Makaton"),
    ]


def test_the_cells_of_a_table_come_back_as_they_were() -> None:
    blocks = Blocks()
    rows = [["a", "", "b"], ["c", "d", ""]]

    blocks.table(rows)

    assert cells_of(blocks.found[0]) == rows


def test_an_empty_table_is_no_block() -> None:
    blocks = Blocks()

    blocks.table([["", ""], [" "]])

    assert blocks.found == []
