import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.dates import spell
from bot.knowledge.checking.mentions import mentions


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Jusqu'au jeudi 26 mars 2026 inclus.", "fr", [("jeudi 26 mars 2026", 26, 3, 2026, 3)]),
        ("Le 1er avril.", "fr", [("1er avril", 1, 4, None, None)]),
        ("Monday, 5 April 2027", "en", [("Monday, 5 April 2027", 5, 4, 2027, 0)]),
        ("On April 3rd, 2027.", "en", [("April 3rd, 2027", 3, 4, 2027, None)]),
        ("Fri 2 Apr", "en", [("Fri 2 Apr", 2, 4, None, 4)]),
        ("until 2027-04-05", "en", [("2027-04-05", 5, 4, 2027, None)]),
        ("31/02/2026", "fr", [("31/02/2026", 31, 2, 2026, None)]),
        ("04/25/2026", "en", [("04/25/2026", 25, 4, 2026, None)]),
        ("ab dem 3. März 2026", "de", [("3. März 2026", 3, 3, 2026, None)]),
        ("el 5 de abril de 2027", "es", [("5 de abril de 2027", 5, 4, 2027, None)]),
        ("25 and 26 December", "en", [("26 December", 26, 12, None, None)]),
        ("You may 5 times, 39 h, 37.5 hours, 2 March", "en", [("2 March", 2, 3, None, None)]),
        ("nothing", "xx", []),
        ("", "en", []),
    ],
)
def test_dates_are_found_as_people_write_them(
    text: str, language: str, found: list[tuple[str, int, int, int | None, int | None]]
) -> None:
    assert [(m.text, m.day, m.month, m.year, m.weekday) for m in mentions(text, language)] == found


def test_a_hard_space_between_day_and_month_makes_no_difference() -> None:
    (mention,) = mentions("26\u00a0mars\u00a02026", "fr")

    assert mention.date == dt.date(2026, 3, 26)
    assert mention.text == "26\u00a0mars\u00a02026"


@given(st.dates(), st.sampled_from(["fr", "en", "de", "es", "it", "nl", "pt"]))
def test_what_the_bot_itself_writes_is_read_back(date: dt.date, language: str) -> None:
    if date.year < 1000:
        return

    (mention,) = mentions(f"x {spell(date, language)}, y", language)

    assert mention.date == date
    assert mention.weekday == date.weekday()


@given(st.text(max_size=60), st.text(max_size=3))
def test_any_text_can_be_searched(text: str, language: str) -> None:
    for mention in mentions(text, language):
        assert mention.text in text
        assert 1 <= mention.month <= 12
