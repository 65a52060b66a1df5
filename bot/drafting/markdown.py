"""Markdown to blocks."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.drafting.block import PICTURES, RUN_IN, Block, Blocks, Kind, run_in

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_IMAGE = re.compile(r"<[^>]+>")


def read_markdown(text: str) -> tuple[list[Block], str]:
    """The blocks of *text*, and the text without its marks."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 30}).enable("table")
    reader = _Reader(Blocks())
    for token in parser.parse(_FRONT.sub("", text, count=1)):
        reader.take(token)
    seen = "\n".join(f"{b.label} {b.text}" if b.label else b.text for b in reader.blocks.found)
    return reader.blocks.found, seen


class _Reader:
    """Takes the tokens of one document in turn."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self._heading = 0
        self._items = 0
        self._cells: list[str] | None = None
        self._rows: list[list[str]] = []

    def take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "list_item_open":
                self._items += 1
            case "list_item_close":
                self._items -= 1
            case "table_open":
                self._rows = []
            case "table_close":
                self._write_table()
            case "tr_open":
                self._cells = []
            case "tr_close":
                self._rows.append(self._cells or [])
                self._cells = None
            case "inline":
                self._write(token)
            case _:
                pass

    def _write_table(self) -> None:
        """Two columns are labels and values, and what stands above them says nothing more."""
        if max((len(row) for row in self._rows), default=0) > 2:  # noqa: PLR2004
            self.blocks.table(self._rows)
            return
        for row in self._rows[1:]:
            self.blocks.row(row)

    def _write(self, token: Token) -> None:
        if self._cells is not None:
            self._cells.append(" ".join(_lines(token)))
            return
        if not self._heading and (parts := run_in(_bold_start(token), "".join(_lines(token)))):
            self.blocks.add(Kind.HEADING, parts[0], level=RUN_IN)
            self.blocks.add(Kind.TEXT, parts[1])
            return
        for line in _lines(token):
            if self._heading:
                self.blocks.add(Kind.HEADING, line, level=self._heading)
            elif self._items:
                self.blocks.add(Kind.ITEM, line)
            elif _is_bold(token):
                self.blocks.add(Kind.HEADING, line, level=6)
            else:
                self.blocks.add(Kind.TEXT, line)


def _is_bold(token: Token) -> bool:
    """Whether a paragraph is one bold line: a heading to the eye."""
    inner = [child for child in token.children or [] if child.content or child.nesting]
    pictured = (
        bool(inner) and not PICTURES.sub("", inner[0].content).strip() and not inner[0].nesting
    )
    inner = inner[pictured:]
    if len(inner) != 3:  # noqa: PLR2004 - opened, text, closed
        return False
    return inner[0].type == "strong_open" or (pictured and inner[0].type == "em_open")


def _bold_start(token: Token) -> str:
    """What is bold at the beginning of a paragraph that is not bold as a whole."""
    inner = [child for child in token.children or [] if child.content or child.nesting]
    if len(inner) < 4 or inner[0].type != "strong_open":  # noqa: PLR2004 - opened, text, closed, more
        return ""
    return inner[1].content


def _parted(token: Token) -> bool:
    """Whether each line of a paragraph begins with a bold label without a colon."""
    children = [
        c for c in token.children or [] if c.content or c.nesting or c.type.endswith("break")
    ]
    starts = [0, *(n + 1 for n, c in enumerate(children) if c.type in ("softbreak", "hardbreak"))]
    bold = [n for n in starts if n < len(children) and children[n].type == "strong_open"]
    return len(bold) > 1 and len(bold) == len(starts)


def _labels(children: Sequence[Token]) -> bool:
    """Whether a line begins with a bold label ("**Salary:** 2 000 €")."""
    if len(children) < 3 or children[0].type != "strong_open":  # noqa: PLR2004 - opened, text, closed
        return False
    after = children[3].content if len(children) > 3 else ""  # noqa: PLR2004
    return children[1].content.rstrip().endswith(":") or after.lstrip().startswith(":")


def _lines(token: Token) -> list[str]:
    """The text of a paragraph, one line for each that was broken on purpose."""
    out = [""]
    link = ""
    children = token.children or []
    parted = _parted(token)
    for place, child in enumerate(children):
        match child.type:
            case "strong_close" if parted and not out[-1].rstrip().endswith(":"):
                out[-1] += " :"
            case "softbreak" if parted or _labels(children[place + 1 :]):
                out.append("")
            case "text" | "code_inline":
                out[-1] += child.content
            case "softbreak":
                out[-1] += " "
            case "hardbreak":
                out.append("")
            case "link_open":
                link = str(child.attrs.get("href", ""))
            case "link_close":
                # An address that only stands behind words is a fact too.
                address = link.removeprefix("mailto:")
                if address and address not in out[-1] and not address.startswith(("#", "/")):
                    out[-1] += f" ({address})"
            case _:
                pass
    return [_IMAGE.sub("", line) for line in out]
