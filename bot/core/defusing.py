"""Cells of spreadsheets that cannot run, whatever somebody typed."""

import re

# What a spreadsheet takes for the start of a formula, in ASCII and full width, with what it skips
# before. Separators and line ends count as starts too: a spreadsheet whose list separator is
# another one (French Excel: the semicolon) cuts cells where we do not.
SIGNS = "[=+\\-@＝＋－﹦﹢﹣＠﹫−]"
_SKIPPED = r"[\s\"\u0000-\u0020\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
_FORMULA = re.compile(rf"(^|[;,|\t\r\n])(?={_SKIPPED}{SIGNS})")
_CONTROL = re.compile(r"^[\t\r\n]")


def defused(cell: object) -> object:
    """*cell* so that no spreadsheet runs it: a text gets an apostrophe where a formula starts.

    Numbers stay numbers, and None an empty cell.
    """
    if not isinstance(cell, str):
        return cell
    text = _FORMULA.sub(r"\1'", cell)
    return f"'{text}" if _CONTROL.match(text) else text
