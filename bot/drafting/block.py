"""What every reader makes of a posting: blocks of text, and what the page says of itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_LONGEST_LABEL = 60
_ROW, _CELL = "\x1e", "\x1f"
_LONGEST_ITEM = 20
_RUN_IN_WORDS = 7
_PICTURE = (
    r"(?![❌✖✗✘])(?:[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\U0001f000-\U0001f6aa\U0001f6ac-\U0001faff]|\d\ufe0f?\u20e3)[\ufe0f\u200d]*"
)
RUN_IN = 8
"""The level of a heading that stands in the line of its text, told apart by bold letters only."""
PICTURED = 7
"""The level of an item with a picture for its bullet; some of them are headings."""
PICTURES = re.compile(rf"(?:{_PICTURE}\s*)+")
"""Pictures before a line, as bullets are; those that say "not" are none."""
_POINTS = re.compile(rf"\s+[·•|]\s+(?={_PICTURE})")
_BULLET = re.compile(r"[-–•·*▪►‣]\s+(?=\S)")
_TRAILING = re.compile(rf"(?:\s*{_PICTURE})+$")


class Kind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    PAIR = "pair"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 1 is the highest), a paragraph, an item, a table, or a label with value.

    The text of a table is for `cells_of`.
    """

    kind: Kind
    text: str
    level: int = 0
    label: str = ""


@dataclass(frozen=True)
class Source:
    """A posting as it was read.

    ``raw`` is everything that stands in the source, in which quotes are looked for. ``metadata``
    holds the schema.org JobPosting objects as they came. ``notes`` are for HR: what could not be
    read. ``language`` is what the page itself claims, or empty.
    """

    blocks: tuple[Block, ...]
    raw: str = ""
    metadata: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it travels from the reading process."""
        return {
            "blocks": [[b.kind, b.text, b.level, b.label] for b in self.blocks],
            "raw": self.raw,
            "metadata": list(self.metadata),
            "notes": list(self.notes),
            "language": self.language,
            "url": self.url,
            "title": self.title,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Source":
        """The source that `to_json` made *data* from."""
        blocks = tuple(
            Block(Kind(kind), text, level, label) for kind, text, level, label in data["blocks"]
        )
        return cls(
            blocks,
            data["raw"],
            tuple(data["metadata"]),
            tuple(data["notes"]),
            data["language"],
            data["url"],
            data["title"],
        )


@dataclass
class Blocks:
    """Collects blocks, leaving out empty ones and what repeats the one before."""

    found: list[Block] = field(default_factory=list)

    def add(self, kind: Kind, text: str, level: int = 0, label: str = "") -> None:
        """Take one up, with white space folded; pieces with a picture each are points of a list."""
        pieces = _POINTS.split(text) if kind in (Kind.TEXT, Kind.ITEM) else []
        if len(pieces) > 1:
            for piece in pieces:
                self.add(Kind.ITEM, piece)
            return
        text, label = " ".join(text.split()), _TRAILING.sub("", " ".join(label.split()))
        if pictured := PICTURES.match(text):
            text = text[pictured.end() :]
            if kind is Kind.TEXT and _is_short(text):
                kind, level = Kind.ITEM, PICTURED
        if kind is Kind.TEXT and (bullet := _BULLET.match(text)):
            text, kind = text[bullet.end() :], Kind.ITEM
        if kind is Kind.HEADING:
            text = _TRAILING.sub("", text)
        block = Block(kind, text, level, PICTURES.sub("", label, count=1))
        if block.text and (not self.found or self.found[-1] != block):
            self.found.append(block)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """A table of three columns or more, whole: what its cells are only its words tell."""
        given = [[" ".join(cell.split()) for cell in row] for row in rows]
        if any(cell for row in given for cell in row):
            self.found.append(Block(Kind.TABLE, _ROW.join(_CELL.join(row) for row in given)))

    def row(self, cells: Sequence[str]) -> None:
        """A row of a table: two cells are a label and its value."""
        given = [" ".join(cell.split()) for cell in cells]
        given = [cell for cell in given if cell]
        if len(given) == 2 and len(given[0]) <= _LONGEST_LABEL:  # noqa: PLR2004 - a label, a value
            label, value = given
            self.add(Kind.PAIR, value, label=label.rstrip(" :"))
        else:
            for cell in given:
                self.add(Kind.TEXT, cell)


def cells_of(block: Block) -> list[list[str]]:
    """The cells of a table, row by row."""
    return [row.split(_CELL) for row in block.text.split(_ROW)]


def _is_short(text: str) -> bool:
    """Whether a text is one point of a list, and no paragraph of several sentences."""
    return len(text.split()) <= _LONGEST_ITEM and ". " not in text


def run_in(start: str, whole: str) -> tuple[str, str] | None:
    """The heading at the *start* of a *whole* paragraph and the rest, if it is one."""
    start, whole = " ".join(start.split()), " ".join(whole.split())
    rest = whole.removeprefix(start).lstrip()
    short = 2 < len(start) <= _LONGEST_LABEL and len(start.split()) <= _RUN_IN_WORDS  # noqa: PLR2004
    ends = start.endswith((".", "?", "!")) or (start[-1:].isalnum() and rest.startswith(("—", "–")))
    if not (short and ends and rest and whole.startswith(start)):
        return None
    return start.rstrip("."), rest.lstrip("—– ")
