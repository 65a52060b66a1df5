"""The cells of spreadsheets as texts, and back, so that nothing in them can run.

What stays out: what the columns mean (`table`).
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.core.defusing import SIGNS
from bot.drafting.fault import SourceError, Unreadable
from bot.drafting.word import check_archive

_MOST_ROWS = 20_000
_MOST_COLUMNS = 60
_MOST_SHEETS = 20
_LONGEST_CELL = 40_000
_DELIMITERS = ";,\t|"
_LOOKED_AT = 40
# `bot.core.defusing` cannot be undone: it looks past line ends, where another apostrophe may come
# to stand, and does not tell an apostrophe of its own from one that somebody typed.
# What a spreadsheet takes for the start of a formula, in ASCII and full width, with what it skips.
_START = r"[ \"\u00a0\u00ad\u200b-\u200f\u2060\ufeff]*" + SIGNS
_AT_START = re.compile(rf"^'*(?={_START})|^'*(?=[\t\r\n])")
# Programs whose list separator is another one cut cells where we do not.
_ANYWHERE = re.compile(rf"(?:(?<=^)|(?<=[;,|\t\r\n]))'*(?={_START})")
_DEFUSED_START = re.compile(rf"^'(?='*{_START})|^'(?='*[\t\r\n])")
_DEFUSED_ANYWHERE = re.compile(rf"(?:(?<=^)|(?<=[;,|\t\r\n]))'(?='*{_START})")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def defused(text: str, *, anywhere: bool) -> str:
    """*text* so that no spreadsheet runs it: an apostrophe stands where a formula would start.

    Args:
        text: of a cell.
        anywhere: also where a program with another list separator would begin a cell (CSV).
    """
    pattern = _ANYWHERE if anywhere else _AT_START
    return pattern.sub(lambda match: f"'{match[0]}", text)


def restored(text: str, *, anywhere: bool) -> str:
    """The text that `defused` made *text* from."""
    pattern = _DEFUSED_ANYWHERE if anywhere else _DEFUSED_START
    return pattern.sub("", text)


def read_csv(text: str) -> list[list[str]]:
    """The cells of a CSV file with any of the usual separators."""
    csv.field_size_limit(2 * _LONGEST_CELL)
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:  # noqa: PLR2004
        return _parsed(rest, first.strip()[4])
    best = max(_DELIMITERS, key=lambda delimiter: _fitness(text, delimiter))
    return _parsed(text, best)


def _fitness(text: str, delimiter: str) -> tuple[int, int]:
    """How well a separator parts the first rows: rows as long as the longest, and how long."""
    rows = _parsed(text[:50_000], delimiter)[:_LOOKED_AT]
    widths = [len(row) for row in rows if row]
    widest = max(widths, default=1)
    if widest < 2:  # noqa: PLR2004 - it parts nothing
        return 0, 0
    usual = max(set(widths), key=widths.count)
    return (widths.count(usual) if usual > 1 else 0), usual


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= _MOST_ROWS:
                break
            rows.append([restored(cell, anywhere=True) for cell in row[:_MOST_COLUMNS]])
    except csv.Error as error:
        if not rows:
            raise Unreadable("it is no CSV file: save the sheet again as CSV (UTF-8)") from error
    return rows


def read_xlsx(data: bytes) -> list[list[list[str]]]:
    """The cells of each sheet of an XLSX file; of a formula, the value that was saved with it.

    Raises:
        Unreadable: it is damaged, no spreadsheet, or would fill the memory.
    """
    check_archive(data)
    import openpyxl  # noqa: PLC0415 - in the reading process only
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [
            [[_text(cell) for cell in row] for row in _rows(sheet)]
            for sheet in book.worksheets[:_MOST_SHEETS]
        ]
        book.close()
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
    ) as error:
        raise Unreadable(
            "this is no spreadsheet, or it is damaged: save it again as .xlsx"
        ) from error
    except (SyntaxError, IndexError, OverflowError, AssertionError) as error:
        raise Unreadable("the spreadsheet is damaged: open it and save it again") from error
    return sheets


def _rows(sheet: Any) -> Iterable[Sequence[Any]]:
    rows: Iterable[Sequence[Any]] = sheet.iter_rows(
        max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True
    )
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return restored(str(value)[:_LONGEST_CELL].replace("_x000D_", ""), anywhere=False)


def write_csv(rows: Iterable[Sequence[str]], file: Path) -> int:
    """Write a CSV file that spreadsheets read as UTF-8; returns how many rows.

    Raises:
        SourceError: it cannot be written.
    """
    count = 0
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL)
            for row in rows:
                writer.writerow([defused(_clean(cell), anywhere=True) for cell in row])
                count += 1
    except OSError as error:
        raise SourceError(f"{file}: cannot be written: {error.strerror}") from error
    return count


def write_xlsx(rows: Iterable[Sequence[str]], file: Path) -> int:
    """Write a spreadsheet with one sheet, its headings fixed at the top; returns how many rows.

    Raises:
        SourceError: it cannot be written.
    """
    import openpyxl  # noqa: PLC0415 - in exporting only
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new book has one
    sheet.title = "FAQ"
    count = 0
    for row in rows:
        count += 1
        for place, cell in enumerate(row, start=1):
            made = sheet.cell(count, place)
            made.value = defused(_clean(cell), anywhere=False)
            made.data_type = "s"
            made.alignment = Alignment(wrap_text=True, vertical="top")
            if count == 1:
                made.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHI", (20, 16, 10, 24, 60, 70, 40, 40, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    try:
        book.save(file)
    except OSError as error:
        raise SourceError(f"{file}: cannot be written: {error.strerror}") from error
    return count


def _clean(text: str) -> str:
    """What no spreadsheet can hold is left out, and line ends are simple."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
