import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.dates import parse_closes


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        ("2026-03-26", dt.date(2026, 3, 26)),
        (" 2026-03-26 ", dt.date(2026, 3, 26)),
        ("2026-03-26 12:00", dt.datetime(2026, 3, 26, 12)),  # noqa: DTZ001 - no offset was written
        ("2026-03-26T09:30:15", dt.datetime(2026, 3, 26, 9, 30, 15)),  # noqa: DTZ001 - likewise
        ("2026-03-26 9h30", dt.datetime(2026, 3, 26, 9, 30)),  # noqa: DTZ001 - likewise
        ("2026-03-26 12:00Z", dt.datetime(2026, 3, 26, 12, tzinfo=dt.UTC)),
        ("2000-01-01", dt.date(2000, 1, 1)),
        ("2100-12-31", dt.date(2100, 12, 31)),
    ],
)
def test_a_date_or_a_moment_is_read(text: str, closes: dt.date) -> None:
    assert parse_closes(text) == closes
    assert type(parse_closes(text)) is type(closes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("20260326", "2026-03-26"),
        ("26/03/2026", "2026-03-26"),
        ("26.3.2026", "2026-03-26"),
        ("2026-3-6", "2026-03-06"),
        ("99/99/2026", "write it as"),
        ("26 mars 2026", "write it as"),
        ("2026-02-30", "not in the calendar"),
        ("2026-03-26 24:00", "not in the calendar"),
        ("2026-03-26 12:00+99:00", "not in the calendar"),
        ("1999-12-31", "the year 1999"),
        ("9999-12-31", "the year 9999"),
        ("٢٠٢٦-٠٣-٢٦", "write it as"),
        ("1774483200", "write it as"),
    ],
)
def test_anything_else_is_refused_with_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_closes(text)

    assert words in str(caught.value)


@given(st.text("0123456789-/.: TZh+", max_size=30))
def test_nothing_but_a_value_error_is_raised(text: str) -> None:
    try:
        parse_closes(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
