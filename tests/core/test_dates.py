import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.dates import spell
from bot.core.language import name_in

DAY = dt.date(2026, 3, 26)
MOMENT = dt.datetime(2026, 3, 26, 9, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "language", "spelt"),
    [
        (DAY, "fr", "jeudi 26 mars 2026"),
        (DAY, "en", "Thursday 26 March 2026"),
        (DAY, "de", "Donnerstag, 26. März 2026"),
        (MOMENT, "fr", "jeudi 26 mars 2026 à 09:05"),
        (MOMENT, "en", "Thursday 26 March 2026, 09:05"),
        (MOMENT, "de", "Donnerstag, 26. März 2026, 09:05"),
        (dt.date(2026, 3, 1), "fr", "dimanche 1er mars 2026"),
        (dt.date(2026, 3, 1), "en", "Sunday 1 March 2026"),
    ],
)
def test_a_date_is_written_as_its_readers_write_it(
    moment: dt.date, language: str, spelt: str
) -> None:
    assert spell(moment, language) == spelt


@pytest.mark.parametrize("language", ["", "xx", "tlh", "a-b", "é"])
def test_an_unknown_language_is_written_the_english_way(language: str) -> None:
    assert spell(DAY, language) == "Thursday 26 March 2026"


@given(st.dates(), st.text(max_size=8))
def test_any_date_can_be_written_in_anything_that_calls_itself_a_language(
    day: dt.date, language: str
) -> None:
    assert spell(day, language)


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("fr", "en", "anglais"),
        ("en", "fr", "French"),
        ("fr", "de", "allemand"),
        ("en", "xx", "xx"),
        ("en", "", ""),
    ],
)
def test_a_language_has_a_name_in_another(language: str, code: str, name: str) -> None:
    assert name_in(language, code) == name
