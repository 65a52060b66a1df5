"""Tables of three columns or more, once it is known what the words in them mean.

What stays out: labels with one value each, which every reader sees by itself (`block`).
"""

import re
from collections.abc import Sequence

from bot.drafting.block import Block, Blocks, Kind
from bot.drafting.cues import Cues

_LONGEST_CELL = 5
_LONGEST_TABLE = 600
_HEAD_WORDS = 4


def written(rows: Sequence[Sequence[str]], cues: Cues) -> list[Block]:
    """The blocks that a table stands for: pairs, or one text where all of it is one matter."""
    blocks = Blocks()
    if _alternates(rows, cues):
        for row in rows:
            for label, value in zip(row[::2], row[1::2], strict=False):
                blocks.add(Kind.PAIR, value, label=label.rstrip(" :"))
    elif _is_headed(rows):
        _write_headed(rows, blocks)
    else:
        for row in rows:
            blocks.row(row)
    return blocks.found


def _alternates(rows: Sequence[Sequence[str]], cues: Cues) -> bool:
    """Whether labels and values take turns: the second label of most rows is one."""
    labels = [row[2] for row in rows if len(row) > 3 and row[2]]  # noqa: PLR2004 - two pairs
    known = [label for label in labels if cues.heading(label)]
    return bool(labels) and len(known) * 2 > len(labels) and bool(cues.heading(rows[0][0]))


def _is_headed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all rows are alike, and names stand above them."""
    if len(rows) < 2 or len(rows[0]) < 3 or len({len(row) for row in rows}) > 1:  # noqa: PLR2004
        return False
    named = [cell for cell in rows[0][1:] if cell]
    short = all(len(cell.split()) <= _HEAD_WORDS for cell in rows[0])
    return len(named) == len(rows[0]) - 1 and short and not any(re.search(r"\d", c) for c in named)


def _write_headed(rows: Sequence[Sequence[str]], blocks: Blocks) -> None:
    head, *others = rows
    whole = " ; ".join(filter(None, (_in_words(head, row) for row in others)))
    short = all(len(cell.split()) <= _LONGEST_CELL for row in others for cell in row)
    if short and len(whole) <= _LONGEST_TABLE:
        blocks.add(Kind.TEXT, whole)
        return
    for first, *cells in others:
        for name, cell in zip(head[1:], cells, strict=True):
            label = f"{first} ({name})" if first and name else first or name
            blocks.add(Kind.PAIR, cell, label=label)


def _in_words(head: Sequence[str], row: Sequence[str]) -> str:
    """A row as "Tuesday: morning 8 to 12, evening off"."""
    told = ", ".join(f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True) if cell)
    return f"{row[0]} : {told}" if row[0] and told else told or row[0]
