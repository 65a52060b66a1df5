"""What every reader makes of a posting: blocks of text, and what the page says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_LONGEST_LABEL = 60


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
        block = Block(kind, " ".join(text.split()), level, " ".join(label.split()))
        if block.text and (not self.found or self.found[-1] != block):
            self.found.append(block)

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
