"""What the shape of a text says: pictures, headings in a line, lists that end, wrapped lines."""

import pytest

from bot.drafting.block import PICTURED, Blocks, Kind, run_in
from bot.drafting.plaintext import read_plain
from tests.drafting.conftest import Drafted


def test_a_picture_before_a_short_line_is_a_bullet() -> None:
    blocks = Blocks()

    blocks.add(Kind.TEXT, "🍽️ Carte repas 9 €/jour")

    assert [(b.kind, b.text, b.level) for b in blocks.found] == [
        (Kind.ITEM, "Carte repas 9 €/jour", PICTURED)
    ]


def test_a_picture_that_says_not_stays() -> None:
    blocks = Blocks()

    blocks.add(Kind.TEXT, "❌ Télétravail")

    assert blocks.found[0].text == "❌ Télétravail"


def test_points_with_a_picture_each_come_apart() -> None:
    blocks = Blocks()

    blocks.add(Kind.TEXT, "🚗 Voiture · 💶 Fixe + variable")

    assert [block.text for block in blocks.found] == ["Voiture", "Fixe + variable"]


@pytest.mark.parametrize(
    ("start", "whole", "parts"),
    [
        ("The pay.", "The pay. £13 an hour", ("The pay", "£13 an hour")),
        ("La paie", "La paie — 2 000 €", ("La paie", "2 000 €")),
        ("Salary:", "Salary: £20,000", None),
        ("All of it.", "All of it.", None),
        ("", "£13 an hour", None),
        ("one two three four five six seven eight.", "one two three four five six seven eight. x",
         None),
    ],
)  # fmt: skip
def test_a_bold_beginning_is_a_heading_if_it_is_short_and_ends(
    start: str, whole: str, parts: tuple[str, str] | None
) -> None:
    assert run_in(start, whole) == parts


def test_a_paragraph_whose_lines_are_all_full_is_one_text_whatever_stands_below() -> None:
    wrapped = (
        "The engineer designs and supervises the construction of boreholes, latrines\n"
        "and drainage in two camps, trains local technicians, and follows contractors\n"
        "up, with visits to the field that take up some sixty per cent of the time."
    )
    last = "This line stands alone and is far longer than any line that was wrapped before. " * 2

    assert len(read_plain(f"{wrapped}\n\n{last}")) == 2


def test_what_comes_after_the_list_of_duties_is_not_all_duties(drafted: Drafted) -> None:
    made = drafted(
        "# Cook\n\n## Main duties\n\n- cook lunch\n- clean\n\nYou work 30 hours a week. "
        "Staff meals are free.\n"
    )

    answers = {entry.key: entry.answer for entry in made.entries}
    assert "30 hours" in answers["hours"]
    assert "Staff meals" not in answers["responsibilities"]


def test_hours_of_a_telephone_are_not_those_of_the_work(drafted: Drafted) -> None:
    made = drafted(
        "# Cook\n\nWe cook for schools and need a cook in May.\n\n## Contact\n\n"
        "Questions? Call Ann on 01947 555 210, 9am to 5pm.\n"
    )

    assert not any(entry.key.startswith("hours") for entry in made.entries)
