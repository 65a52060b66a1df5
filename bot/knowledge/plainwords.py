"""What a YAML parser complains about, in words for people who do not know YAML.

What stays out: complaints about keys and values (`validation`).
"""

import re
from dataclasses import dataclass

import yaml

from bot.errors import Problem

_LIST_IT = "align it with the lines around it, with spaces"


@dataclass(frozen=True, slots=True)
class _Saying:
    """``sign`` in the parser's complaint means ``what``, mended by ``how``.

    ``opening`` says that the line where the trouble began helps more than the one where the
    parser gave up (a quotation mark that is never closed).
    """

    sign: str
    what: str
    how: str
    opening: bool = False


_QUOTES_ROUND = "put the whole text in quotation marks"
_COLON = _Saying(
    "mapping values are not allowed",
    "a colon followed by a space inside a text",
    f'{_QUOTES_ROUND}: key: "text : more text"; or mend the indentation',
)
_INDENTED = _Saying(
    "",
    "this line is indented like a part of the line above, which already has its text",
    f"{_LIST_IT}; or add the colon that is missing after the key above",
)
_BRACKET = "close it, and put texts with commas or colons inside brackets in quotation marks"

# The first sign that is found in the complaint counts: special ones before general ones.
_SAYINGS = (
    _COLON,
    _Saying(
        "found unexpected end of stream",
        "a quotation mark is opened here and never closed",
        "close it, or remove it",
        opening=True,
    ),
    _Saying(
        "found unexpected document separator",
        "a quotation mark is opened here and never closed",
        "close it, or remove it",
        opening=True,
    ),
    _Saying(
        "found unexpected document indicator",
        "a quotation mark is opened here and never closed",
        "close it, or remove it",
        opening=True,
    ),
    _Saying("',' or ']'", "a bracket [ is opened here and not closed", _BRACKET, opening=True),
    _Saying("',' or '}'", "a bracket { is opened here and not closed", _BRACKET, opening=True),
    _Saying(
        "while parsing a quoted scalar",
        "a backslash in double quotation marks means something special",
        "use single quotation marks, or write the backslash twice",
    ),
    _Saying(
        "while scanning a double-quoted scalar",
        "a backslash in double quotation marks means something special",
        "use single quotation marks, or write the backslash twice",
    ),
    _Saying(
        "node content",
        "a text cannot begin with a comma or a closing bracket",
        _QUOTES_ROUND,
    ),
    _Saying(
        "mapping keys are not allowed",
        "a text cannot begin with a question mark and a space",
        _QUOTES_ROUND,
    ),
    _Saying(
        "could not find expected ':'",
        "this line is neither `key: value` nor part of the text above",
        "add the colon and a space after the key, or indent the text further than its key",
    ),
    _Saying(
        "sequence entries are not allowed",
        "a dash `- ` where no list item can begin",
        f"begin the list on a line of its own below its key, or, for a text, {_QUOTES_ROUND}",
    ),
    _Saying(
        "did not find expected '-' indicator",
        "this line does not belong to the list above it",
        f"begin it with `- `, or {_LIST_IT}",
    ),
    _Saying(
        "expected <block end>",
        "this line does not fit to the lines above it",
        f"{_LIST_IT}; an apostrophe inside '...' must be typed twice ('')",
    ),
    _Saying(
        "did not find expected key",
        "this line does not fit to the lines above it",
        f"{_LIST_IT}; an apostrophe inside '...' must be typed twice ('')",
    ),
    _Saying("while scanning an alias", "a text cannot begin with *", _QUOTES_ROUND),
    _Saying("while scanning an anchor", "a text cannot begin with &", _QUOTES_ROUND),
    _Saying("while parsing a tag", "a text cannot begin with !", _QUOTES_ROUND),
    _Saying("while scanning a tag", "a text cannot begin with !", _QUOTES_ROUND),
    _Saying("tag handle", "a text cannot begin with !", _QUOTES_ROUND),
    _Saying("directive", "a line cannot begin with %", _QUOTES_ROUND),
    _Saying(
        "while scanning a block scalar",
        "nothing may follow `|` or `>` on the same line",
        "begin the text on the next line, indented further than its key",
    ),
    _Saying(
        "<document start>",
        "the text goes on after the end of the document",
        f"{_LIST_IT}; a list or mapping must not stand beside other keys",
    ),
)
_FALLBACK = _Saying("", "the file cannot be read from here on", "compare with a file that works")
_TWO_COLONS = re.compile(r":\s.*:(\s|$)")
_TAB_AHEAD = re.compile(r"[ -]*\t")
_PLACEHOLDER_AHEAD = re.compile(r"[^\"']*[:-] +\{\w+\}")
_FORBIDDEN_START = re.compile(r"[^\"']*?(?:[:-] +|^ *)([@`%])")


def explain(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What *error*, met in *text*, means for the person who typed it."""
    complaint = " ".join(
        part
        for part in (getattr(error, "context", None), getattr(error, "problem", None))
        if isinstance(part, str)
    )
    saying = next((s for s in _SAYINGS if s.sign in complaint), _FALLBACK)
    lines = text.splitlines()
    at = _line(error, "problem_mark", lines)
    began = _line(error, "context_mark", lines) or at
    if saying is _COLON and not _TWO_COLONS.search(_text_of(lines, at)):
        saying = _INDENTED
    for line in (at, at - 1):
        if what_how := _seen(_text_of(lines, line)):
            return Problem(file, line, *what_how)
    return Problem(file, began if saying.opening else at, saying.what, saying.how)


def _seen(line: str) -> tuple[str, str] | None:
    """What can be told from the line itself, better than from the parser's complaint."""
    if _TAB_AHEAD.match(line):
        return "a tab stands at the beginning of the line", "replace it by spaces"
    if _PLACEHOLDER_AHEAD.match(line):
        how = f'{_QUOTES_ROUND}: "{{closes}} ..."'
        return "a text that begins with { is taken for something else", how
    if start := _FORBIDDEN_START.match(line):
        return f"a text cannot begin with {start[1]}", _QUOTES_ROUND
    return None


def _line(error: yaml.YAMLError, mark: str, lines: list[str]) -> int:
    """The line of *mark*, from 1, within the file; 0 where there is no such mark."""
    found = getattr(error, mark, None)
    return min(found.line + 1, max(len(lines), 1)) if found is not None else 0


def _text_of(lines: list[str], line: int) -> str:
    return lines[line - 1] if 0 < line <= len(lines) else ""
