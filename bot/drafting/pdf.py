"""PDF to blocks, through PDFium: tall letters are headings, full lines go on in the next."""

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.drafting.block import RUN_IN, Block, Blocks, Kind, run_in
from bot.drafting.decoding import visible
from bot.drafting.fault import Unreadable
from bot.drafting.plaintext import BULLET, LABEL, is_page_number

MOST_PAGES = 60
_MOST_LETTERS = 400_000
_LEAST_LETTERS = 20
_LONGEST_HEADING = 90
_TALLER = 1.12
_NEXT_LINE = 1.6
_COLUMN = 0.9
_LONGEST_LABEL = 60
_ALIGNED = 2.0
_FEWEST_ROWS = 3
_SMALL = 0.85
_EDGE = 50.0
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d[./]\d")
_WORDS = re.compile(r"\S+")
_SPACES = re.compile(r" +")
_SOFT_HYPHEN = "\ufffe"


@dataclass(slots=True)
class _Line:
    """A line of a page: where it stands, how tall its letters are, and whether they are bold.

    ``gap`` is where in the text a gap as wide as between two columns ends, ``second`` where on the
    page what comes after it begins; 0 where there is none. ``start`` is what of it is bold if only
    its beginning is.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float
    bold: bool
    gap: int = 0
    second: float = 0.0
    start: str = ""

    @property
    def label(self) -> str:
        """What stands before the gap, if a line has one: the first cell of a row."""
        return self.text[: self.gap].rstrip()


def read_pdf(data: bytes) -> tuple[list[Block], str, tuple[str, ...]]:
    """The blocks of a PDF, its text, and notes for HR.

    Raises:
        Unreadable: it is damaged or protected, or it holds no text.
    """
    import pypdfium2  # noqa: PLC0415 - in the reading process only

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        protected = "password" in str(error).casefold()
        why = "it is protected by a password" if protected else "it is damaged"
        raise Unreadable(
            f"this PDF cannot be opened, {why}: open it and print it to a new PDF"
        ) from error
    notes: list[str] = []
    lines: list[_Line] = []
    count = len(document)
    done = 0
    for number in range(min(count, MOST_PAGES)):
        try:
            lines += _lines(document[number], number)
        except pypdfium2.PdfiumError:
            notes.append(f"page {number + 1} could not be read")
        done = number + 1
        if sum(len(line.text) for line in lines) > _MOST_LETTERS:
            break
    if done < count:
        notes.append(f"only the first {done} of {count} pages were read")
    text = visible("\n".join(line.text for line in lines))
    if sum(letter.isalnum() for letter in text) < _LEAST_LETTERS:
        raise Unreadable(
            "this PDF holds pictures only, no text: ask for the file that it was made from, "
            "or run a text recognition over it"
        )
    return _blocks(_without_margins(lines)), text, tuple(notes)


def _lines(page: Any, number: int) -> list[_Line]:
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    found = []
    start = 0
    for part in text.split("\n"):
        length = len(part) + 1
        line = part.rstrip("\r")
        inner = line.strip()
        if inner:
            first = start + len(line) - len(line.lstrip())
            last = first + len(inner) - 1
            found.append(_line(textpage, inner, number, first, last))
        start += length
    return found


def _line(textpage: Any, text: str, number: int, first: int, last: int) -> _Line:
    left, bottom, right, top = textpage.get_charbox(first, loose=True)
    _, _, right, _ = textpage.get_charbox(last, loose=True)
    middle = first + len(text) // 2
    bold = all(_is_bold(textpage, place) for place in {first, middle, last})
    gap, second = _gap(textpage, text, first, top - bottom)
    start = "" if bold else _bold_start(textpage, text, first)
    return _Line(visible(text), number, left, right, bottom, top - bottom, bold, gap, second, start)


def _bold_start(textpage: Any, text: str, first: int) -> str:
    """The words at the beginning of a line that are bold."""
    end = 0
    for word in _WORDS.finditer(text):
        if not _is_bold(textpage, first + word.start()):
            break
        end = word.end()
    return text[:end]


def _gap(textpage: Any, text: str, first: int, height: float) -> tuple[int, float]:
    """The only wide gap of a line and where the text goes on after it; zeros without just one."""
    found = []
    for match in _SPACES.finditer(text):
        if "�" in text or visible(text) != text:
            break  # places in the text are not those on the page
        _, _, end, _ = textpage.get_charbox(first + match.start() - 1, loose=True)
        start, *_ = textpage.get_charbox(first + match.end(), loose=True)
        if start - end > _COLUMN * height:
            found.append((match.end(), start))
    return found[0] if len(found) == 1 and found[0][0] <= _LONGEST_LABEL else (0, 0.0)


def _is_bold(textpage: Any, place: int) -> bool:
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    name = ctypes.create_string_buffer(200)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, place, name, len(name), ctypes.byref(flags))
    heavy = pdfium.FPDFText_GetFontWeight(textpage, place) >= 600  # noqa: PLR2004 - semi-bold
    return heavy or b"bold" in name.value.lower() or b"black" in name.value.lower()


def _without_margins(lines: Sequence[_Line]) -> list[_Line]:
    """Leave out page numbers, what stands on several pages in the same place, and small print.

    Small print at the edge that gives a date stays: some closing dates stand only there.
    """
    places = Counter((line.text, round(line.bottom)) for line in lines)
    heights = sorted(line.height for line in lines)
    body = heights[len(heights) // 2] if heights else 0.0
    top = max((line.bottom for line in lines), default=0.0)
    return [
        line
        for line in lines
        if not is_page_number(line.text)
        and places[line.text, round(line.bottom)] < 2  # noqa: PLR2004
        and not (
            line.height < body * _SMALL
            and (line.bottom < _EDGE or line.bottom > top - line.height)
            and not _DATED.search(line.text)
        )
    ]


def _blocks(lines: Sequence[_Line]) -> list[Block]:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.height, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    edge = max((line.right for line in lines), default=0.0)
    tall = sorted({round(line.height, 1) for line in lines if _is_tall(line, body)}, reverse=True)
    blocks = Blocks()
    text, kind, level, last = "", Kind.TEXT, 0, None
    rows = _rows(lines)
    for number, line in enumerate(lines):
        if number in rows:
            blocks.add(kind, text, level)
            text, kind, level, last = "", Kind.TEXT, 0, None
            label, value = rows[number]
            if label:
                blocks.add(Kind.PAIR, value, label=label.rstrip(" :"))
            continue
        own, own_level = _kind(line, body, tall)
        if last is not None and _goes_on(last, line, kind, own, edge):
            text = _glued(text, line.text)
        else:
            blocks.add(kind, text, level)
            text, kind, level = line.text, own, own_level
            if own is Kind.TEXT and (parts := run_in(line.start, text)):
                blocks.add(Kind.HEADING, parts[0], RUN_IN)
                text = parts[1]
            if bullet := BULLET.match(text):
                text = text[bullet.end() :]
        last = line
    blocks.add(kind, text, level)
    return blocks.found


def _rows(lines: Sequence[_Line]) -> dict[int, tuple[str, str]]:
    """The rows of tables with labels and values, by the number of their first line.

    The lines that a row goes on in have an empty label.
    """
    starts = [line.second for line in lines if line.gap]
    columns = [x for x in starts if _count(starts, x) >= _FEWEST_ROWS]
    found: dict[int, tuple[str, str]] = {}
    current = -1
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else None
        if line.gap and _count(columns, line.second):
            current = number
            found[number] = (line.label, line.text[line.gap :])
        elif current >= 0 and _count(columns, line.left) and line.page == lines[current].page:
            label, value = found[current]
            found[current] = (label, f"{value} {line.text}".strip())
            found[number] = ("", "")
        elif after and _count(columns, after.left) and _is_cell(line, after):
            current = number
            found[number] = (line.text, "")
        else:
            current = -1
    return found


def _count(places: Sequence[float], place: float) -> int:
    return sum(abs(place - one) <= _ALIGNED for one in places)


def _is_cell(line: _Line, after: _Line) -> bool:
    """Whether a line is a label whose value stands beside it, in the lines that come next."""
    beside = abs(line.bottom - after.bottom) < line.height * 1.2
    return beside and line.right < after.left and len(line.text) <= _LONGEST_LABEL


def _is_tall(line: _Line, body: float) -> bool:
    return line.height > body * _TALLER and len(line.text) <= _LONGEST_HEADING


def _kind(line: _Line, body: float, tall: Sequence[float]) -> tuple[Kind, int]:
    if BULLET.match(line.text):
        return Kind.ITEM, 0
    if _is_tall(line, body):
        return Kind.HEADING, 1 + tall.index(round(line.height, 1))
    if line.bold and len(line.text) <= _LONGEST_HEADING and not line.text.endswith((".", ",", ";")):
        return Kind.HEADING, 2 + len(tall)
    return Kind.TEXT, 0


def _goes_on(last: _Line, line: _Line, kind: Kind, own: Kind, edge: float) -> bool:
    """Whether *line* goes on with the sentence of the line before."""
    alike = abs(last.height - line.height) < 0.1 * line.height
    if (
        own is Kind.ITEM
        or not alike
        or run_in(line.start, line.text)
        or LABEL.match(line.text)
        or (own is Kind.HEADING) != (kind is Kind.HEADING)
    ):
        return False
    turned = line.page != last.page
    below = last.bottom - line.bottom
    if not turned and not -1 <= below <= _NEXT_LINE * line.height:
        return line.text[0].islower()
    letter = (last.right - last.left) / max(1, len(last.text))
    room = edge - last.right
    if room < letter * (len(line.text.split()[0]) + 1):
        return not (turned and last.text.endswith((".", "!", "?")))
    return line.text[0].islower() and not last.text.endswith((".", ":", ";"))


def _glued(first: str, second: str) -> str:
    if first.endswith(_SOFT_HYPHEN):
        return first[:-1] + second
    joint = "" if first.endswith("-") and second[0].islower() else " "
    return f"{first}{joint}{second}"
