"""Safe Markdown to plain text with spans, and long texts cut at paragraphs.

Bold, italic, links and lists are understood; everything else stays as it was typed. Nothing here
produces HTML or a messenger's own markup, so whatever HR or a candidate types can break nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("zero", {"linkify": False, "html": False}).enable(
    ["emphasis", "link", "list", "escape", "newline", "balance_pairs", "fragments_join"]
)
_SPECIAL = str.maketrans({letter: "\\" + letter for letter in "\\`*_[]<>"})
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
    """*text* as Markdown that shows exactly *text*: for what candidates and editors typed."""
    return text.translate(_SPECIAL)


def plain(markdown: str) -> str:
    """The text that a reader sees, without any style."""
    return render(markdown).text


def render(markdown: str) -> Styled:
    """Turn safe Markdown into text and spans. Any string is valid input."""
    builder = _Builder()
    builder.blocks(_PARSER.parse(markdown))
    return builder.result()


class _Builder:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[str, int, str]] = []
        self._lists: list[int] = []
        self._fresh = True

    def blocks(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            match token.type:
                case "paragraph_open":
                    self._part_blocks()
                case "bullet_list_open":
                    self._lists.append(0)
                case "ordered_list_open":
                    self._lists.append(int(token.attrGet("start") or 1))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                    self._fresh = False
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
        self._fresh = False

    def _item(self) -> None:
        if self._length:
            self._write("\n" if self._inside_list() else "\n\n")
        number = self._lists[-1]
        indent = "  " * (len(self._lists) - 1)
        self._write(indent + (f"{number}. " if number else _BULLET))
        if number:
            self._lists[-1] += 1
        self._fresh = True

    def _inside_list(self) -> bool:
        last = "".join(self._parts[-8:]).rsplit("\n", 1)[-1].lstrip()
        return last.startswith(_BULLET) or last[:1].isdigit()

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
        self._parts.append(text)
        self._length += len(text)

    def result(self) -> Styled:
        text = "".join(self._parts)
        spans = sorted(self._spans, key=lambda span: (span.start, -span.end))
        return Styled(text, tuple(spans))


def utf16_length(text: str) -> int:
    """How long *text* is in UTF-16 code units, the measure of Telegram and Signal."""
    return len(text) + sum(letter > "\uffff" for letter in text)


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
