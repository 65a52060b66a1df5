"""Plain text to blocks: wrapped lines are put together, headings and lists are seen by their shape.

What stays out: which headings mean what (`sections`).
"""

import itertools
import re
from collections.abc import Sequence

from bot.drafting.block import PICTURES, Block, Blocks, Kind
from bot.drafting.mail import without_mail

BULLET = re.compile(
    r"^\s*(?:[-*•●▪■◦‣–—·o→✓✔➢]|[\uf0b7\uf0a7\uf0d8]|\(?\d{1,2}[.)]|\(?[a-h]\))\s+(?=\S)"
)
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[IVX]{1,4})[.)]\s+(?=[^\W\d_a-z])")
_RULE = re.compile(r"^\s*([=\-_*~#])\1{2,}\s*$")
LABEL = re.compile(r"^[^\W\d_a-zà-öø-ÿ][^:.!?]{1,40}\s?:\s+\S")
"""What a line with a label begins with, as in "Salaire : 2 000 €"."""
_PAGE = re.compile(r"^\s*(?:page\s*)?\d{1,3}\s*(?:/|of|sur|von|de)\s*\d{1,3}\s*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]['\"»”)]?$")
_LONGEST_HEADING = 70
_MOST_WORDS = 10
_WIDEST = 120
_NARROWEST = 40
_SHORTEST = 20
_WRAPPED = 3
_WRAPPED_WIDTH = 55
_WIDEST_EVER = 180
_LEAD_WORDS = 7
MAYBE = 9
"""The level of a text that may be a heading, by where it stands."""


def is_page_number(line: str) -> bool:
    """Whether a line is a page's number, as in "2 / 5"."""
    return bool(_PAGE.match(line))


def read_plain(text: str) -> list[Block]:
    """The blocks of *text*."""
    lines = [line.rstrip() for line in text.expandtabs(4).splitlines()]
    lines = without_mail(lines)
    lines = [line for line in lines if not is_page_number(line)]
    width = _width(lines)
    blocks = Blocks()
    for paragraph in _paragraphs(_underlined(lines)):
        _read_paragraph(_joined(paragraph, width), blocks)
    return blocks.found


def _width(lines: Sequence[str]) -> int:
    """The width at which the lines were wrapped; 0 if they were not.

    What stands alone may be longer: only lines with another below them are measured.
    """
    pairs = itertools.pairwise([*lines, ""])
    lengths = sorted(len(line) for line, below in pairs if line.strip() and below.strip())
    if not lengths:
        return 0
    widest = lengths[min(len(lengths) - 1, int(len(lengths) * 0.98))]
    return widest if _NARROWEST <= widest <= _WIDEST else 0


def _underlined(lines: Sequence[str]) -> list[str]:
    """A line above a rule of ``===`` is a heading, and gets room; other rules go."""
    out: list[str] = []
    for line in lines:
        if _RULE.match(line):
            if out and out[-1].strip() and len(out[-1]) <= _LONGEST_HEADING:
                out[-1:] = ["", out[-1].upper() if "=" in line else out[-1], ""]
            continue
        out.append(line)
    return out


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _joined(paragraph: Sequence[str], width: int) -> list[str]:
    """Put together what was wrapped: lines whose next word would not have fitted any more."""
    if _is_wrapped(paragraph):
        width = max(map(len, paragraph))
    out = [paragraph[0]]
    last = paragraph[0]
    for line in paragraph[1:]:
        if _goes_on(last, line, width):
            out[-1] = _glued(out[-1], line.strip())
        else:
            out.append(line)
        last = line
    return out


def _is_wrapped(paragraph: Sequence[str]) -> bool:
    """Whether every line of a paragraph is as full as its longest allows."""
    widest = max(map(len, paragraph))
    if len(paragraph) < _WRAPPED or not _WRAPPED_WIDTH <= widest <= _WIDEST_EVER:
        return False
    pairs = itertools.pairwise(paragraph)
    return all(len(one) + 1 + len(two.split(maxsplit=1)[0]) > widest for one, two in pairs)


def _goes_on(last: str, line: str, width: int) -> bool:
    if (
        BULLET.match(line)
        or PICTURES.match(line.lstrip())
        or is_capitals(line)
        or is_capitals(last)
    ):
        return False
    first = line.split(maxsplit=1)[0]
    full = bool(width) and len(last) + 1 + len(first) > width
    ends = bool(_SENTENCE_END.search(last)) or last.endswith((":", ";"))
    if LABEL.match(line.lstrip()) and (ends or not full):
        return False
    if full:
        return True
    # A line that breaks off in the middle of a sentence.
    if last.endswith(",") and len(last) > _NARROWEST:
        return True
    if not width:
        return False
    begins = last.lstrip()[0].isupper() or len(last) > width * 0.6
    return first[0].islower() and not ends and begins and len(last) > _SHORTEST


def _glued(first: str, second: str) -> str:
    if first.endswith("-") and len(first) > 1 and first[-2].isalpha() and second[0].islower():
        # A hyphen at the end of a line mostly parts a word; compounds keep theirs elsewhere.
        return first + second
    return f"{first} {second}"


def _read_paragraph(lines: Sequence[str], blocks: Blocks) -> None:
    for number, line in enumerate(lines):
        bullet = BULLET.match(line)
        if number == 0 and _numbered_heading(lines):
            blocks.add(Kind.HEADING, _NUMBERED.sub("", line), level=2)
        elif bullet:
            blocks.add(Kind.ITEM, line[bullet.end() :])
        elif "\t" in line.strip() or re.search(r"\S\s{4,}\S", line.strip()):
            cells = re.split(r"\t|\s{4,}", line.strip())
            blocks.row(cells)
        elif _is_heading(line, blocks):
            blocks.add(Kind.HEADING, line, level=2)
        else:
            blocks.add(Kind.TEXT, line, level=MAYBE if _may_head(line, number) else 0)


def _numbered_heading(lines: Sequence[str]) -> bool:
    """Whether the first of *lines* is a heading such as "2. The work": the next is no "3."."""
    first, *rest = lines
    if not _NUMBERED.match(first) or not rest or _NUMBERED.match(rest[0]):
        return False
    short = len(first) <= _LONGEST_HEADING and len(first.split()) <= _MOST_WORDS
    return short and not first.rstrip().endswith((".", ";", ",", "!"))


def _may_head(line: str, number: int) -> bool:
    """Whether a line stands where headings do: first of its paragraph, short, no sentence."""
    text = line.strip()
    short = len(text) <= _LONGEST_HEADING and len(text.split()) <= _MOST_WORDS
    return number == 0 and short and not text.endswith((".", ";", ",", "!")) and "@" not in text


def _is_heading(line: str, blocks: Blocks) -> bool:
    text = line.strip()
    if len(text) > _LONGEST_HEADING or "_" in text or "@" in text:
        return False
    if blocks.found and _leads(blocks.found[-1]) and not is_capitals(text):
        return False
    if is_capitals(text):
        return not (blocks.found and _leads(blocks.found[-1]))
    if len(text.split()) > _MOST_WORDS or text.endswith((".", ";", ",")):
        return False
    return text.endswith(":") and len(text.split()) <= _LEAD_WORDS


def _leads(block: Block) -> bool:
    """Whether a block announces what comes next."""
    whole = len(block.text.split()) > _LEAD_WORDS
    return block.kind is Kind.TEXT and block.text.endswith(":") and whole


def is_capitals(text: str) -> bool:
    """Whether *text* is written in capitals only, as headings are."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 3 and all(not letter.islower() for letter in letters)  # noqa: PLR2004
