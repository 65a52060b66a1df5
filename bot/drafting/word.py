"""DOCX to blocks, through python-docx. Bombs are refused before anything is unpacked."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from bot.drafting.block import RUN_IN, Block, Blocks, Kind, run_in
from bot.drafting.fault import Unreadable

_MOST_PARTS = 5000
_MOST_BYTES = 60_000_000
_MOST_XML = 25_000_000
_MOST_TIMES = 400
_DAMAGED = (KeyError, ValueError, AttributeError, SyntaxError, TypeError, IndexError, OSError)
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(
    r"(?:heading|titre|titel|überschrift|título|encabezado)\s*(\d)", re.IGNORECASE
)
_TITLE = re.compile(r"^(?:title|titre|titel|título)$", re.IGNORECASE)
_LIST = re.compile(r"list|liste|puce|bullet|aufzähl|lista", re.IGNORECASE)


def read_word(data: bytes) -> list[Block]:
    """The blocks of a DOCX file.

    Raises:
        Unreadable: it is damaged, protected, or would fill the memory.
    """
    check_archive(data)
    import docx  # noqa: PLC0415 - in the reading process only
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415

    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        styles = _styles(document)
    except (PackageNotFoundError, *_DAMAGED) as error:
        raise Unreadable(
            "this is no Word document, or it is damaged: open it and save it again as .docx"
        ) from error
    blocks = Blocks()
    for element in body:
        _read_element(element, styles, blocks)
    return blocks.found


def check_archive(data: bytes) -> None:
    """Refuse an archive that grows beyond measure, or whose XML declares entities.

    Raises:
        Unreadable: it does, or it is no archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Unreadable(
            "the file is damaged or protected by a password: open it and save it again"
        ) from error
    except (ValueError, IndexError, OverflowError, zlib.error, struct.error) as error:
        raise Unreadable("the file is damaged: open it and save it again") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    too_much = "the file would unpack to far more than a posting holds; it is not opened"
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise Unreadable(too_much)
    for part in parts:
        is_xml = part.filename.casefold().endswith((".xml", ".rels"))
        if part.file_size > _MOST_TIMES * max(part.compress_size, 256):
            raise Unreadable(too_much)
        if is_xml and part.file_size > _MOST_XML:
            raise Unreadable(too_much)
        if not is_xml:
            continue
        # Sizes in the directory can lie: no more is read than they promise.
        with archive.open(part) as content:
            text = content.read(part.file_size + 1)
        if len(text) > part.file_size:
            raise Unreadable(too_much)
        if _DECLARED.search(text) or _DECLARED.search(text.replace(b"\0", b"")):
            raise Unreadable("the file declares entities, as no word processor does; not opened")


def _styles(document: Any) -> dict[str, str]:
    return {style.style_id: style.name or "" for style in document.styles}


def _read_element(element: Any, styles: dict[str, str], blocks: Blocks) -> None:
    if element.tag == f"{_W}tbl":
        rows = list(element.iterchildren(f"{_W}tr"))
        cells = [[_cell(cell) for cell in row.iterchildren(f"{_W}tc")] for row in rows]
        if all(len(row) > 2 and None not in row for row in cells):  # noqa: PLR2004 - no labels
            blocks.table([[cell or "" for cell in row] for row in cells])
            return
        for row in rows:
            _read_row(row, styles, blocks)
    elif element.tag == f"{_W}p":
        _read_paragraph(element, styles, blocks)
    elif element.tag == f"{_W}sdt":
        for content in element.iterchildren(f"{_W}sdtContent"):
            for child in content:
                _read_element(child, styles, blocks)


def _cell(cell: Any) -> str | None:
    """The text of a cell, or None if it has several paragraphs."""
    texts = [text for paragraph in cell.iter(f"{_W}p") if (text := _text(paragraph).strip())]
    return "".join(texts) if len(texts) < 2 else None  # noqa: PLR2004


def _read_row(row: Any, styles: dict[str, str], blocks: Blocks) -> None:
    cells = list(row.iterchildren(f"{_W}tc"))
    paragraphs = [list(cell.iter(f"{_W}p")) for cell in cells]
    if len(cells) == 2 and len(paragraphs[0]) == 1:  # noqa: PLR2004 - a label and its values
        label = _text(paragraphs[0][0])
        values = [_text(paragraph) for paragraph in paragraphs[1]]
        values = [value for value in values if value.strip()]
        if len(values) == 1 or not label.strip():
            blocks.row([label, *values])
            return
        blocks.add(Kind.HEADING, label, level=3)
        for value in values:
            blocks.add(Kind.ITEM, value)
        return
    for paragraph in (p for cell in paragraphs for p in cell):
        _read_paragraph(paragraph, styles, blocks)


def _read_paragraph(paragraph: Any, styles: dict[str, str], blocks: Blocks) -> None:
    properties = paragraph.find(f"{_W}pPr")
    style = properties.find(f"{_W}pStyle") if properties is not None else None
    name = styles.get(style.get(f"{_W}val"), "") if style is not None else ""
    listed = properties is not None and properties.find(f"{_W}numPr") is not None
    if not name and (parts := run_in(_bold_start(paragraph), _text(paragraph))):
        blocks.add(Kind.HEADING, parts[0], level=RUN_IN)
        blocks.add(Kind.TEXT, parts[1])
        return
    for line in _text(paragraph).split("\n"):
        if heading := _HEADING.search(name):
            blocks.add(Kind.HEADING, line, level=1 + int(heading[1]))
        elif _TITLE.match(name):
            blocks.add(Kind.HEADING, line, level=1)
        elif listed or _LIST.search(name):
            blocks.add(Kind.ITEM, line.lstrip("-•·*– "))
        elif _is_bold(paragraph) and len(line) <= 70 and not line.rstrip().endswith("."):  # noqa: PLR2004
            blocks.add(Kind.HEADING, line, level=7)
        elif line.lstrip().startswith(("- ", "• ", "– ", "* ", "· ")):
            blocks.add(Kind.ITEM, line.lstrip()[1:])
        else:
            blocks.add(Kind.TEXT, line)


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(f"{_W}r") if "".join(_pieces(run)).strip()]
    return bool(runs) and all(_marked(run) for run in runs)


def _bold_start(paragraph: Any) -> str:
    start = ""
    for run in paragraph.iter(f"{_W}r"):
        text = "".join(_pieces(run))
        if text.strip() and not _marked(run):
            break
        start += text
    return start


def _marked(run: Any) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and bold.get(f"{_W}val") not in ("0", "false", "off")


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    """The text in the order of reading; what was deleted under tracked changes is in no w:t."""
    for child in element:
        if child.tag == _FALLBACK:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        else:
            yield from _pieces(child)
