"""A draft as the text of a knowledge file, with comments for HR. Every scalar is written safely."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

from bot.core.topic import Topic, pick
from bot.drafting.drafting import Draft
from bot.drafting.entries import Entry

_WIDTH = 100
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")


def write_draft(made: Draft, topics: Mapping[str, Topic], source: str) -> str:
    """The file: it passes `faqbot check` without an error, and is a draft until HR says otherwise.

    Args:
        made: the draft.
        topics: the bank, for the names of what is missing.
        source: what it was made from, as HR knows it.
    """
    lines = [
        "# yaml-language-server: $schema=./schema.json",
        "#",
        *comment(
            f"A draft, made from {source}. Nothing in it was published: read each answer, mend it, "
            "delete the comments, and remove the line `draft: true` when it is right. Until then "
            "`faqbot chat` shows it, and no messenger does."
        ),
        "",
        *_to_settle(made),
        *_head(made),
        "draft: true",
        "",
        "entries:",
    ]
    if not made.entries:
        lines[-1] = "entries: []  # nothing was found; see below"
    for entry in made.entries:
        lines += ["", *_entry(entry, made.language)]
    lines += _questions(made, topics)
    return "\n".join(lines).rstrip() + "\n"


def scalar(text: str) -> str:
    """*text* on one line, as YAML reads it back, whatever it holds."""
    if text and set(text) <= _PLAIN and text[0].isalpha() and text not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if _is_printable(letter) else _escaped(letter) for letter in quoted)


_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "oui", "non"}


def _is_printable(letter: str) -> bool:
    return letter.isprintable() and letter not in "\x85\u2028\u2029\ufeff"


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def comment(text: str, indent: str = "") -> Iterator[str]:
    """*text* as comment lines that are not too long."""
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    line = f"{indent}#"
    for word in words:
        if len(line) + 1 + len(word) > _WIDTH and line != f"{indent}#":
            yield line
            line = f"{indent}#  "
        line += f" {word}"
    yield line


def _to_settle(made: Draft) -> Iterator[str]:
    if not made.doubts and not made.notes:
        return
    if made.doubts:
        yield "# TO SETTLE, before anything else:"
        for doubt in made.doubts:
            yield from comment(f"- {doubt}")
    if made.notes:
        yield "# About the source:"
        for note in made.notes:
            yield from comment(f"- {note}")
    yield ""


def _head(made: Draft) -> Iterator[str]:
    yield "posting:"
    yield f"  id: {scalar(made.name)}"
    told = "" if made.organisation_found else "  # not found in the source: please write it"
    yield f"  organisation: {scalar(made.organisation)}{told}"
    yield f"  title: {{{made.language}: {scalar(made.title)}}}"
    yield f"  languages: [{made.language}]"
    if made.closes is not None:
        yield f"  closes: {_moment(made.closes)}"
    if made.timezone:
        guessed = "  # guessed from the language" if made.zone_guessed else ""
        yield f"  timezone: {made.timezone}{guessed}"
    if made.url:
        yield f"  url: {scalar(made.url)}"


def _moment(moment: dt.date | dt.datetime) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat(sep=" ", timespec="minutes")
    return moment.isoformat()


def _entry(entry: Entry, language: str) -> Iterator[str]:
    yield from comment(f"{entry.sure}: {entry.why}", "  ")
    for note in entry.notes:
        yield from comment(note, "  ")
    yield f"  - {'id' if entry.own else 'topic'}: {scalar(entry.key)}"
    if entry.own:
        yield f"    label: {{{language}: {scalar(entry.label)}}}"
        yield "    questions:"
        yield f"      {language}:"
        for question in entry.questions:
            yield f"        - {scalar(question)}"
    if entry.covers:
        yield f"    covers: [{', '.join(entry.covers)}]"
    yield "    answer:"
    yield from text_lines(language, entry.answer)
    if entry.answer_closed:
        yield "    answer_closed:"
        yield from text_lines(language, entry.answer_closed)
    if entry.quote:
        yield f"    quote: {scalar(entry.quote)}"


def text_lines(language: str, text: str) -> Iterator[str]:
    """A text under its language, over several lines where it has several."""
    lines = text.split("\n")
    if len(lines) == 1 or not all(_is_literal(line) for line in lines):
        yield f"      {language}: {scalar(text)}"
        return
    yield f"      {language}: |-"
    for line in lines:
        yield f"        {line}" if line else ""


def _is_literal(line: str) -> bool:
    """Whether a line may stand in a literal block as it is."""
    return line == line.strip() and all(map(_is_printable, line))


def _questions(made: Draft, topics: Mapping[str, Topic]) -> Sequence[str]:
    lines = ["", ""]
    if made.empty:
        lines.append("# Headings of the source under which nothing stands:")
        for heading, topic in made.empty:
            about = "" if topic.startswith("*") else f" ({topic})"
            lines += comment(f"- “{heading.strip(' :')}”{about}: what should stand there?")
    if made.missing:
        lines.append(
            "# Candidates often ask for these, and nothing was found on them. Please write an"
        )
        lines.append("# entry, or list under `unstated:` what the posting leaves open on purpose:")
        for name in made.missing:
            lines += comment(f"- {name}: {_label(topics[name], made.language)}?")
        lines.append("#")
        lines.append(f"# unstated: [{', '.join(made.missing)}]")
    return lines if len(lines) > 2 else []  # noqa: PLR2004 - the two empty ones


def _label(topic: Topic, language: str) -> str:
    found = pick(topic.label, language, ("en",))
    return found[1] if found else topic.id
