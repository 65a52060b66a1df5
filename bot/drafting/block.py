"""What every reader makes of a posting: blocks of text, and what the page says of itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_LONGEST_LABEL = 60
_LONGEST_CELL = 5
_LONGEST_TABLE = 600
_HEAD_WORDS = 4
_LONGEST_ITEM = 20
_PICTURE = (
    r"(?![❌✖✗✘])(?:[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\U0001f000-\U0001f6aa\U0001f6ac-\U0001faff]|\d\ufe0f?\u20e3)[\ufe0f\u200d]*"
)
PICTURES = re.compile(rf"(?:{_PICTURE}\s*)+")
"""Pictures before a line, as bullets are; those that say "not" are none."""
_BULLET = re.compile(r"[-–•·*▪►‣]\s+(?=\S)")
_TRAILING = re.compile(rf"(?:\s*{_PICTURE})+$")


class Kind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 1 is the highest), a paragraph, an item, or a label and its value."""

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
        """Take one up, with white space folded."""
        text, label = " ".join(text.split()), _TRAILING.sub("", " ".join(label.split()))
        if pictured := PICTURES.match(text):
            text = text[pictured.end() :]
            kind = Kind.ITEM if kind is Kind.TEXT and _is_short(text) else kind
        if kind is Kind.TEXT and (bullet := _BULLET.match(text)):
            text, kind = text[bullet.end() :], Kind.ITEM
        if kind is Kind.HEADING:
            text = _TRAILING.sub("", text)
        block = Block(kind, text, level, PICTURES.sub("", label, count=1))
        if block.text and (not self.found or self.found[-1] != block):
            self.found.append(block)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """A table whose first row names its columns; short cells make one text, long ones pairs."""
        given = [[" ".join(cell.split()) for cell in row] for row in rows]
        if not _is_headed(given):
            for row in given:
                self.row(row)
            return
        head, *others = given
        written = " ; ".join(filter(None, (_in_words(head, row) for row in others)))
        short = all(len(cell.split()) <= _LONGEST_CELL for row in others for cell in row)
        if short and len(written) <= _LONGEST_TABLE:
            self.add(Kind.TEXT, written)
            return
        for first, *cells in others:
            for name, cell in zip(head[1:], cells, strict=True):
                label = f"{first} ({name})" if first and name else first or name
                self.add(Kind.PAIR, cell, label=label)

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


def _is_headed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table has three columns or more, all filled alike, and names above them."""
    if len(rows) < 2 or len(rows[0]) < 3 or len({len(row) for row in rows}) > 1:  # noqa: PLR2004
        return False
    named = [cell for cell in rows[0][1:] if cell]
    short = all(len(cell.split()) <= _HEAD_WORDS for cell in rows[0])
    return len(named) == len(rows[0]) - 1 and short and not any(re.search(r"\d", c) for c in named)


def _in_words(head: Sequence[str], row: Sequence[str]) -> str:
    """A row as "Tuesday: morning 8 to 12, evening off"."""
    told = ", ".join(
        f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True) if cell
    )
    return f"{row[0]} : {told}" if row[0] and told else told or row[0]


def _is_short(text: str) -> bool:
    """Whether a text is one point of a list, and no paragraph of several sentences."""
    return len(text.split()) <= _LONGEST_ITEM and ". " not in text
