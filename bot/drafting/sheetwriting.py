"""The entries of a spreadsheet as the text of a knowledge file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.drafting.frames import frame
from bot.drafting.sheet import Sheet, SheetEntry
from bot.drafting.values import simple
from bot.drafting.writing import comment, scalar, text_lines

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_KNOWN = ("closes", "url", "title", "organisation")


def write_sheet(sheet: Sheet, source: str) -> str:
    """The file: it passes `faqbot check` without an error, and is a draft until HR says otherwise.

    Args:
        sheet: what was read.
        source: the name of the spreadsheet.
    """
    lines = [
        "# yaml-language-server: $schema=./schema.json",
        "#",
        *comment(
            f"A draft, made from {source}. Read it, and remove `draft: true` when it is right."
        ),
    ]
    for note in sheet.notes:
        lines += comment(f"- {note}")
    lines += ["", *_head(sheet, source), "draft: true", "", "entries:"]
    known = {key for key in ("closes", "url") if sheet.head.get(key)} | {"title", "organisation"}
    for entry in sheet.entries:
        lines += ["", *_entry(entry, known)]
    return "\n".join(lines) + "\n"


def _head(sheet: Sheet, source: str) -> Iterator[str]:
    head = sheet.head
    language = sheet.languages[0]
    stem = Path(source).stem
    told = "  # please write it"

    def given(key: str) -> str:
        return next(iter(head.get(key, {}).values()), "")

    name = "-".join(re.findall("[a-z0-9]+", simple(given("id") or stem)))[:40].strip("-")
    titles = {code or language: text for code, text in head.get("title", {}).items() if text}
    yield "posting:"
    yield f"  id: {scalar(name or 'posting')}"
    organisation = given("organisation")
    yield f"  organisation: {scalar(organisation or frame('name', language))}" + (
        "" if organisation else told
    )
    yield f"  title: {_inline(titles or {language: stem})}" + ("" if titles else told)
    yield f"  languages: [{', '.join(sheet.languages)}]"
    for key in ("closes", "timezone", "url"):
        if value := given(key):
            yield f"  {key}: {scalar(value) if key == 'url' else value}"
    if unstated := given("unstated"):
        yield f"unstated: [{unstated}]"


def _inline(texts: Mapping[str, str]) -> str:
    inner = ", ".join(f"{code}: {scalar(text)}" for code, text in texts.items())
    return f"{{{inner}}}"


def _entry(entry: SheetEntry, known: set[str]) -> Iterator[str]:
    if entry.note:
        yield from comment(entry.note, "  ")
    yield f"  - {'id' if entry.own else 'topic'}: {scalar(entry.key)}"
    if entry.label:
        yield f"    label: {_inline(entry.label)}"
    yield from _questions(entry.questions)
    if entry.covers:
        yield f"    covers: [{', '.join(dict.fromkeys(entry.covers))}]"
    for key, texts in (("answer", entry.answer), ("answer_closed", entry.answer_closed)):
        if texts:
            yield f"    {key}:"
            for language, text in texts.items():
                yield from text_lines(language, _filled(text, known))
    if entry.quote:
        yield f"    quote: {scalar(entry.quote)}"


def _questions(questions: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if questions:
        yield "    questions:"
    for language, asked in questions.items():
        yield f"      {language}:"
        yield from (f"        - {scalar(question)}" for question in asked)


def _filled(text: str, known: set[str]) -> str:
    """Braces that mean no value are written as round ones; others stay."""
    return _PLACEHOLDER.sub(lambda match: match[0] if match[1] in known else f"({match[1]})", text)
