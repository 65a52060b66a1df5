"""The process that reads a source: untrusted bytes in, blocks as JSON out, within fixed limits.

It is a process of its own so that neither a bomb nor a page that sends a library round in circles
takes the command along. What stays out: what the blocks mean.
"""

import json
import re
import sys

from bot.drafting.block import Block, Source
from bot.drafting.decoding import decoded, exactly, is_binary
from bot.drafting.fault import Unreadable
from bot.drafting.markdown import read_markdown
from bot.drafting.plaintext import read_plain

CELLS = "cells"
"""Given instead of a file's ending: its cells are wanted."""

_MOST_LETTERS = 400_000
_MOST_RAW = 2_000_000
_HTML = re.compile(
    r"<(?:!doctype html|html|head|body|article|main|div|h1|p|ul|script|meta)\b", re.IGNORECASE
)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|\|.+\|$|\*\*[^*\n]+\*\*|[-*] \[)", re.MULTILINE)
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Office file: open it and save it as .docx (or .xlsx)"),
    (b"{\\rtf", "an RTF file: open it and save it as .docx or as plain text"),
    (b"\x89PNG", "a picture: the text itself is needed"),
    (b"\xff\xd8\xff", "a picture: the text itself is needed"),
    (b"GIF8", "a picture: the text itself is needed"),
    (b"\x1f\x8b", "a compressed file: unpack it first"),
    (b"7z\xbc\xaf", "a compressed file: unpack it first"),
    (b"Rar!", "a compressed file: unpack it first"),
)


def read_bytes(data: bytes, ending: str) -> Source:
    """The source that *data* holds; its content decides what it is, its *ending* where that fails.

    Raises:
        Unreadable: it cannot be used; the message says why and what to do.
    """
    source = _read(data, ending)
    if not source.blocks and not source.metadata:
        raise Unreadable(
            "nothing in it reads like a posting: save the posting alone, as plain text"
        )
    return source


def _read(data: bytes, ending: str) -> Source:
    if not data.strip(b" \t\r\n\0"):
        raise Unreadable("it is empty")
    for mark, what in _FOREIGN:
        if data.startswith(mark):
            raise Unreadable(f"this is {what}")
    if b"%PDF-" in data[:1024]:
        from bot.drafting.pdf import read_pdf  # noqa: PLC0415 - loads its library

        blocks, raw, notes = read_pdf(data)
        return Source(tuple(blocks), raw[:_MOST_RAW], notes=notes)
    if data.startswith(b"PK"):
        return _word(data)
    return _text(data, ending)


def _word(data: bytes) -> Source:
    from bot.drafting.word import read_word  # noqa: PLC0415 - loads its library

    blocks = read_word(data)
    if not blocks:
        raise Unreadable("this Word document holds no text, only pictures or nothing")
    return Source(tuple(blocks), _written(blocks)[:_MOST_RAW])


def _text(data: bytes, ending: str) -> Source:
    if _is_saved_mail(data):
        data = _html_part(data)
    if is_binary(data):
        raise Unreadable("this is no text: name a text, Markdown, HTML, PDF or DOCX file")
    text = decoded(data)
    if sum(letter.isalpha() for letter in text[:100_000]) < 3:  # noqa: PLR2004 - no word in it
        raise Unreadable("there is no text in it")
    if ending in (".html", ".htm", ".xhtml") or len(_HTML.findall(text[:20_000])) > 1:
        return _page(text)
    notes: tuple[str, ...] = ()
    if len(text) > _MOST_LETTERS:
        text = text[:_MOST_LETTERS]
        notes = ("the text is very long: only its first part was read",)
    if ending in (".md", ".markdown") or len(_MARKDOWN.findall(text)) > 1:
        blocks, seen = read_markdown(text)
        return Source(tuple(blocks), f"{text}\n{seen}", notes=notes)
    return Source(tuple(read_plain(text)), text, notes=notes)


def _page(html: str) -> Source:
    from bot.drafting.marked import find_marked  # noqa: PLC0415 - loads its libraries
    from bot.drafting.page import read_page, without_ballast  # noqa: PLC0415

    page = read_page(html)
    if page.root is None:
        raise Unreadable("there is no text in this page")
    found, notes = find_marked(page.root, without_ballast(html)[:_MOST_RAW])
    root = page.root
    link = next(iter(root.xpath("//link[@rel='canonical']/@href")), "") or next(
        iter(root.xpath("//meta[@property='og:url']/@content")), ""
    )
    title = next((" ".join(one.text_content().split()) for one in root.iter("title")), "")
    return Source(
        tuple(page.blocks),
        page.text[:_MOST_RAW],
        tuple(found[:5]),
        (*page.notes, *notes),
        (root.get("lang") or "").strip().casefold()[:2],
        link.strip(),
        title,
    )


def _written(blocks: list[Block]) -> str:
    return "\n".join(f"{b.label}\n{b.text}" if b.label else b.text for b in blocks)


def _is_saved_mail(data: bytes) -> bool:
    """A page that a browser saved as one file (MHTML)."""
    head = data[:2000].lower()
    return b"multipart/related" in head and b"mime-version" in head


def _html_part(data: bytes) -> bytes:
    import email  # noqa: PLC0415 - needed by few files only

    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise Unreadable("this saved page holds no text: save it again as HTML")


def read_cells(data: bytes) -> list[list[list[str]]]:
    """The cells of each sheet of an XLSX or CSV file.

    Raises:
        Unreadable: it cannot be used; the message says why and what to do.
    """
    from bot.drafting.cells import read_csv, read_xlsx  # noqa: PLC0415 - loads its library

    if not data.strip():
        raise Unreadable("it is empty")
    for mark, what in _FOREIGN:
        if data.startswith(mark):
            raise Unreadable(f"this is {what}")
    if data.startswith(b"PK"):
        return read_xlsx(data)
    if is_binary(data):
        raise Unreadable("this is no spreadsheet: name an .xlsx or a .csv file")
    return [read_csv(exactly(data))]


def main() -> None:
    """Read from the standard input what was asked for, and write it as JSON."""
    ending = sys.argv[1] if len(sys.argv) > 1 else ""
    data = sys.stdin.buffer.read()
    try:
        result: dict[str, object]
        if ending == CELLS:
            result = {"cells": read_cells(data)}
        else:
            result = {"source": read_bytes(data, ending).to_json()}
    except Unreadable as error:
        result = {"error": str(error)}
    except MemoryError:
        result = {"error": "it holds far more than a posting; save the posting alone"}
    except RecursionError:
        result = {"error": "it is nested deeper than any posting; save it as plain text"}
    except Exception:  # noqa: BLE001 - damaged files end libraries in ways that nobody foresaw
        result = {"error": "it is damaged, or nothing that can be read; save it as plain text"}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
