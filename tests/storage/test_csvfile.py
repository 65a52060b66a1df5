"""A table that no spreadsheet runs."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decision import Candidate
from bot.core.defusing import defused
from bot.errors import StoreError
from bot.storage.csvfile import save_csv
from tests.storage.samples import logged


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+33 1", "'+33 1"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\ttab", "'\ttab"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\0=1", "'\0=1"),
        ("＝1", "'＝1"),
        ("＠SUM", "'＠SUM"),
        ("−1", "'−1"),
        ('"=1"', '\'"=1"'),
        ("bonjour;=1", "bonjour;'=1"),
        ("bonjour\n=1", "bonjour\n'=1"),
    ],
)
def test_what_would_run_gets_an_apostrophe(cell: str, safe: str) -> None:
    assert defused(cell) == safe


@pytest.mark.parametrize(
    "cell", ["", "Bonjour", "a=b", "39-40 h", "l'e-mail a@b.fr", "'=1", -1, 0.5, None, " x", "😀"]
)
def test_what_would_not_run_stays_as_it_is(cell: object) -> None:
    assert defused(cell) == cell


@given(st.text(alphabet=" \t\n\r\"';,=+-@＝ab\u200b"))
def test_no_cell_starts_a_formula_however_a_spreadsheet_cuts_it(text: str) -> None:
    safe = str(defused(text))

    for separator in ";,\t\n\r":
        for piece in safe.split(separator):
            assert not piece.strip(' \t\r\n"\u200b').startswith(("=", "+", "-", "@", "＝"))


def test_the_file_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    text = 'é, "quoted"\nand a line'

    count = save_csv(
        [logged("1", text, ranking=(Candidate("hours", 0.5),)), logged("2", "=1+1")], file
    )

    assert count == 2
    assert file.read_bytes().startswith(b"\xef\xbb\xbfreceived,")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        first, second = csv.DictReader(opened)
    assert (first["text"], first["runners_up"], first["topic"]) == (text, "hours:0.50", "")
    assert (first["received"], first["open"]) == ("2026-03-01T12:00:00+00:00", "yes")
    assert second["text"] == "'=1+1"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no/log\.csv: cannot be written: No such file"):
        save_csv([], tmp_path / "no" / "log.csv")
