"""Safe Markdown to plain text with spans, and long texts cut at paragraphs.

Bold, italic, links and lists are understood; everything else stays as it was typed. Nothing here
produces HTML or a messenger's own markup, so whatever HR or a candidate types can break nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

# What is nested deeper than the library's 20 levels would be left out; nobody nests 100.
_PARSER = MarkdownIt("zero", {"linkify": False, "html": False, "maxNesting": 100}).enable(
    ["emphasis", "link", "list", "escape", "newline", "balance_pairs", "fragments_join"]
)
# Markdown folds line ends, trims white space and takes "- " and "1. " for lists. Two of Unicode's
# noncharacters, which no messenger sends, stand in for what must come out as it went in.
_NOTHING, _LINE_END = "\ufdd0", "\ufdd1"
_SPECIAL = str.maketrans(
    {letter: "\\" + letter for letter in "\\`*_[]<>"}
    | {"\n": _LINE_END, "\0": "\ufffd", _NOTHING: "\ufffd", _LINE_END: "\ufffd"}
)
_STAND_INS = str.maketrans({_NOTHING: "", _LINE_END: "\n"})
_BULLET = "• "
_SCHEMES = ("https://", "http://", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: ``start`` (included) to ``end`` (excluded) in code points.

    ``kind`` is ``bold``, ``italic`` or ``link``; ``url`` belongs to a link.
    """

    kind: str
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Styled:
    """Plain text and the spans that lie on it."""

    text: str
    spans: tuple[Span, ...] = ()


def escape(text: str) -> str:
    r"""*text* as Markdown that shows exactly *text*: for what candidates and editors typed.

    Line ends come out as ``\n``, and what no messenger shows (NUL) as the replacement sign.
    """
    if not text:
        return ""
    inner = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPECIAL)
    start = _NOTHING if text[0].isspace() or text[0].isdigit() or text[0] in "-+" else ""
    end = _NOTHING if text[-1].isspace() else ""
    return start + inner + end


def plain(markdown: str) -> str:
    """The text that a reader sees, without any style."""
    return render(markdown).text


def render(markdown: str) -> Styled:
    """Turn safe Markdown into text and spans. Any string is valid input."""
    builder = _Builder()
    builder.blocks(_PARSER.parse(markdown))
    return builder.result()


@dataclass(slots=True)
class _List:
    """A list that is being written: the number of its first item (None for bullets)."""

    first: int | None = None
    items: int = 0


class _Builder:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[str, int, str]] = []
        self._lists: list[_List] = []
        self._fresh = True
        self._after_list = False

    def blocks(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            match token.type:
                case "paragraph_open":
                    self._part_blocks()
                case "bullet_list_open":
                    self._lists.append(_List())
                case "ordered_list_open":
                    start = token.attrGet("start")
                    self._lists.append(_List(1 if start is None else int(start)))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                    self._fresh = False
                    self._after_list = True
                case "list_item_open":
                    self._item()
                case "inline":
                    self._inline(token.children or ())
                    self._fresh = False
                case _:
                    if token.content:
                        self._part_blocks()
                        self._write(token.content.rstrip("\n"))
                        self._fresh = False

    def _part_blocks(self) -> None:
        if self._length and not self._fresh:
            self._write("\n\n")
        self._fresh = self._after_list = False

    def _item(self) -> None:
        """Begin an item on a line of its own; a list stands apart from a paragraph before it."""
        here = self._lists[-1]
        nested_first = self._fresh and here.items == 0
        if self._length and not nested_first:
            apart = here.items == 0 and len(self._lists) == 1 and not self._after_list
            self._write("\n\n" if apart else "\n")
            self._write("  " * (len(self._lists) - 1))
        self._write(_BULLET if here.first is None else f"{here.first + here.items}. ")
        here.items += 1
        self._fresh = True

    def _inline(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            match token.type:
                case "softbreak" | "hardbreak":
                    self._write("\n")
                case "strong_open":
                    self._open.append(("bold", self._length, ""))
                case "em_open":
                    self._open.append(("italic", self._length, ""))
                case "link_open":
                    self._open.append(("link", self._length, str(token.attrGet("href") or "")))
                case "strong_close" | "em_close" | "link_close":
                    self._close()
                case _:
                    self._write(token.content)

    def _close(self) -> None:
        kind, start, url = self._open.pop()
        allowed = kind != "link" or url.lower().startswith(_SCHEMES)
        if self._length > start and allowed:
            self._spans.append(Span(kind, start, self._length, url))

    def _write(self, text: str) -> None:
        text = text.translate(_STAND_INS)
        self._parts.append(text)
        self._length += len(text)

    def result(self) -> Styled:
        text = "".join(self._parts)
        spans = sorted(self._spans, key=lambda span: (span.start, -span.end))
        return Styled(text, tuple(spans))


def utf16_length(text: str) -> int:
    """How long *text* is in UTF-16 code units, the measure of Telegram and Signal."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_span(text: str, span: Span) -> tuple[int, int]:
    """``(offset, length)`` of *span* on *text* in UTF-16 code units."""
    return utf16_length(text[: span.start]), utf16_length(text[span.start : span.end])


def split(styled: Styled, limit: int) -> tuple[Styled, ...]:
    """Cut a text into pieces of at most *limit* UTF-16 code units, spans cut along with it.

    Paragraphs are kept whole where they fit, then lines, then words; a single longer word is cut.
    Pieces are never empty, and together they hold every visible character.
    """
    return tuple(_piece(styled, start, end) for start, end in _cuts(styled.text, limit))


def _cuts(text: str, limit: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = _end(text, start, limit)
        left = len(text[start:end]) - len(text[start:end].lstrip())
        right = len(text[start:end].rstrip())
        if right > left:
            yield start + left, start + right
        start = end


def _end(text: str, start: int, limit: int) -> int:
    units = 0
    end = start
    while end < len(text):
        units += 2 if text[end] > "\uffff" else 1
        if units > limit:
            break
        end += 1
    if end == len(text):
        return end
    for mark in ("\n\n", "\n", " "):
        at = text.rfind(mark, start, end)
        if at > start:
            return at + len(mark)
    return max(end, start + 1)


def _piece(styled: Styled, start: int, end: int) -> Styled:
    spans = tuple(
        Span(span.kind, max(span.start, start) - start, min(span.end, end) - start, span.url)
        for span in styled.spans
        if span.start < end and span.end > start
    )
    return Styled(styled.text[start:end], spans)
