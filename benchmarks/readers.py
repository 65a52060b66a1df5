"""What the readers of sources do with the largest and the nastiest: processor, memory, outcome.

    python benchmarks/readers.py [NAME]

Each source is made here, as large as is allowed (20 MB) or as wicked as is known, and read as
`faqbot draft` reads it: in a process of its own. NAME is a part of the names that are wanted.
"""

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from matching_table import show

from bot.drafting.fault import SourceError
from bot.drafting.reading import MOST_BYTES, read_source, read_table

_WORDS = ("Nous recherchons une personne à temps plein, 35 heures par semaine, à Lille. ",
          "Contact: Marie Durand, tel. 03 20 00 00 00. ", "Salaire : 2 300 euros brut. ")  # fmt: skip
_ALONE = "--alone"
_WHOLE = MOST_BYTES - 2000


def text(size: int = _WHOLE, line: int = 400) -> str:
    """Sentences in lines of about so many letters."""
    chance = random.Random(1)
    sentence = "".join(chance.choices(_WORDS, k=max(1, line // 50))).strip()
    return f"{sentence}\n" * (size // (len(sentence.encode()) + 1))


def page(body: str, head: str = "") -> bytes:
    """A page."""
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()[:MOST_BYTES]


def json_ld(content: str) -> bytes:
    """A page with JSON-LD of that content."""
    return page(
        "<p>A job for you in Lille</p>", f'<script type="application/ld+json">{content}</script>'
    )


def posting(**more: object) -> str:
    """A job posting as JSON."""
    return json.dumps(
        {"@context": "https://schema.org", "@type": "JobPosting", "title": "Cook", **more}
    )


def archive(files: dict[str, bytes]) -> bytes:
    """A ZIP with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def word(body: bytes, head: bytes = b"") -> bytes:
    """A Word document."""
    from docx import Document  # noqa: PLC0415 - here only

    out = io.BytesIO()
    Document().save(out)
    with zipfile.ZipFile(out) as plain:
        files = {name: plain.read(name) for name in plain.namelist()}
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    files["word/document.xml"] = (
        b'<?xml version="1.0"?>' + head + b"<w:document " + space + b"><w:body>" + body
        + b"</w:body></w:document>"
    )  # fmt: skip
    return archive(files)


def paragraphs(count: int) -> bytes:
    """So many paragraphs of Word."""
    one = f"<w:p><w:r><w:t>{_WORDS[0]}</w:t></w:r></w:p>".encode()
    return one * count


def pdf(pages: int, lines: int, words: str = _WORDS[0]) -> bytes:
    """A PDF of so many pages and lines."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - here only

    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(pages):
        for line in range(lines):
            canvas.drawString(50, 800 - 12 * (line % 60), words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def sheet(rows: int, columns: int) -> bytes:
    """A spreadsheet."""
    from openpyxl import Workbook  # noqa: PLC0415 - here only

    book = Workbook(write_only=True)
    made = book.create_sheet("FAQ")
    made.append(["Question", "Answer"])
    for number in range(rows):
        made.append([f"{_WORDS[0]}{number}?"] * columns)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
SOURCES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "text, 20 MB": ("a.txt", lambda: text().encode()),
    "text, one line of 20 MB": ("a.txt", lambda: text().replace("\n", " ").encode()),
    "text, 20 MB of line ends": ("a.txt", lambda: b"A job\n" + b"\n" * _WHOLE),
    "Markdown, 20 MB": ("a.md", lambda: ("# Title\n\n" + text().replace("\n", "\n\n- ")).encode()[:_WHOLE]),
    "Markdown, brackets": ("a.md", lambda: b"# A job\n\n" + b"[" * 390_000),
    "Markdown, quotes in quotes": ("a.md", lambda: b"# A job\n\n" + b"> " * 190_000 + b"x"),
    "Markdown, emphasis": ("a.md", lambda: b"# A job\n\n" + b"*a **b " * 50_000),
    "CSV, 20 MB": ("a.csv", lambda: ("question;answer\n" + text(line=200).replace(" ", ";")).encode()[:_WHOLE]),
    "CSV, one cell of 20 MB": ("a.csv", lambda: b'q,a\n"' + b"x" * (_WHOLE - 10) + b'"'),
    "CSV, a quote that never ends": ("a.csv", lambda: b'q,a\n"' + b"x,\n" * (_WHOLE // 4)),
    "HTML, 20 MB": ("a.html", lambda: page("".join(f"<p>{line}</p>" for line in text().splitlines()))),
    "HTML, one paragraph of 20 MB": ("a.html", lambda: page(f"<p>{text()}")),
    "HTML, nested 1,000,000 deep": ("a.html", lambda: page("<div>" * 1_000_000 + "A job")),
    "HTML, 1,000,000 attributes": ("a.html", lambda: page("<p " + "a=1 " * 1_000_000 + ">A job")),
    "HTML, tables in tables": ("a.html", lambda: page("<table><tr><td>" * 300_000 + "A job")),
    "HTML, 20 MB of comments": ("a.html", lambda: page("<p>A job for you" + "<!-- x -->" * 1_900_000)),
    "JSON-LD, 20 MB of text": ("a.html", lambda: json_ld(posting(description=text()))),
    "JSON-LD, nested deep": ("a.html", lambda: json_ld('{"a":' * 1_000_000 + "1" + "}" * 1_000_000)),
    "JSON-LD, 20 MB of postings": ("a.html", lambda: json_ld("[" + ",".join([posting()] * 240_000) + "]")),
    "JSON-LD, 100,000 scripts": (
        "a.html",
        lambda: page("".join(f'<script type="application/ld+json">{posting()}</script>' for _ in range(100_000))),
    ),
    "PDF, 5,000 pages": ("a.pdf", lambda: pdf(5000, 3)),
    "PDF, a page of 20,000 lines": ("a.pdf", lambda: pdf(1, 20_000)),
    "PDF, pages of pictures only": ("a.pdf", lambda: pdf(3, 1, "")),
    "PDF, 20 MB of nothing known": ("a.pdf", lambda: b"%PDF-1.7\n" + b"0 0 obj\n" * 2_500_000),
    "DOCX, 100,000 paragraphs": ("a.docx", lambda: word(paragraphs(100_000))),
    "DOCX, a bomb": ("a.docx", lambda: word(b" " * 500_000_000)),
    "DOCX, entities in entities": ("a.docx", lambda: word(b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", _LAUGHS)),
    "DOCX, nested 100,000 deep": ("a.docx", lambda: word(b"<w:p>" * 100_000 + b"</w:p>" * 100_000)),
    "XLSX, 100,000 rows": ("a.xlsx", lambda: sheet(100_000, 2)),
    "XLSX, 1,000 columns": ("a.xlsx", lambda: sheet(500, 1000)),
}  # fmt: skip


def main(wanted: str = "") -> None:
    """Read them all, and print the table."""
    rows = []
    for name, (file, make) in SOURCES.items():
        if wanted.casefold() in name.casefold():
            rows.append((name, *_read(file, make())))
            print(*rows[-1], sep=" | ", flush=True)
    show("Sources", ("", "MB", "processor, s", "memory, MB", "outcome"), rows)


def _read(file: str, data: bytes) -> tuple[str, str, str, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(data)
        command = [sys.executable, __file__, _ALONE, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    spent, most, outcome = done.stdout.strip().split(" ", 2)
    return f"{len(data) / 2**20:.1f}", spent, most, outcome


def alone(path: str) -> None:
    """Read one source, and print what its reader took (processor, memory), and what came of it."""
    try:
        if path.endswith((".csv", ".xlsx")):
            outcome = f"{sum(map(len, read_table(path))):,} rows"
        else:
            outcome = f"{len(read_source(path).blocks):,} blocks"
    except SourceError as error:
        outcome = str(error).removeprefix(f"{path}: ")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.1f}", used.ru_maxrss // 1024, outcome)


if __name__ == "__main__":
    if sys.argv[1:2] == [_ALONE]:
        alone(sys.argv[2])
    else:
        main(*sys.argv[1:2])
