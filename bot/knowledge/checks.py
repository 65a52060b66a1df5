"""What a check finds beyond the format: things that work, yet hardly as they were meant.

What stays out: everything that keeps a file from being used (`reading`).
"""

import datetime as dt
from collections.abc import Iterator
from collections.abc import Mapping as Table
from pathlib import Path

from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import Texts, Topic
from bot.errors import Problem
from bot.knowledge.nearest import folded
from bot.knowledge.reading import Knowledge, read_folder

LONGEST_ANSWER = 3500
"""Characters of an answer that surely fit into one message (4096, with a greeting and a quote)."""

_CLOSING = ("deadline", "how_to_apply")
_NOBODY_SCROLLS = "candidates read it on a phone: shorten it, or make several entries of it"


def check_folder(path: Path, topics: Table[str, Topic], now: dt.datetime) -> Knowledge:
    """Everything that there is to say about the folder or file *path* at *now* (aware)."""
    base, problems = read_folder(path, topics)
    found = {*problems, *check(base, now)}
    ordered = sorted(found, key=lambda p: (p.file, p.line, p.warning, p.what))
    return Knowledge(base, tuple(ordered))


def check(base: KnowledgeBase, now: dt.datetime) -> tuple[Problem, ...]:
    """Warnings about the postings of *base* at *now* (aware), each told once."""
    bank = _bank(base.topics)
    found: dict[Problem, None] = {}
    for posting in base.postings.values():
        for problem in _check_posting(posting, bank if posting.topics else {}, now):
            found[problem] = None
    return tuple(found)


def _check_posting(posting: Posting, bank: Table[str, str], now: dt.datetime) -> Iterator[Problem]:
    missing = _missing(posting.title, posting)
    if missing:
        yield _warn(posting.file, 0, f"the title is missing in {missing}", "add it")
    for entry in posting.entries:
        yield from _check_languages(entry, posting)
        yield from _check_length(entry)
        yield from _check_closing(entry, posting, now)
    yield from _check_phrasings(posting, bank)


def _check_languages(entry: Entry, posting: Posting) -> Iterator[Problem]:
    texts = {"answer": entry.answer, "answer_closed": entry.answer_closed}
    if entry.topic is None:
        texts["questions"] = {code: "?" for code, asked in entry.questions.items() if asked}
    for key, by_language in texts.items():
        missing = _missing(by_language, posting)
        if missing and by_language:
            other = next(iter(by_language))
            how = f"add it; until then candidates read it in {other}"
            if key == "questions":
                how = "add some; until then it is hardly found in that language"
            yield _at(entry, f"`{key}` of `{entry.id}` is missing in {missing}", how)


def _missing(texts: Texts, posting: Posting) -> str:
    return ", ".join(language for language in posting.languages if language not in texts)


def _check_length(entry: Entry) -> Iterator[Problem]:
    for texts in (entry.answer, entry.answer_closed):
        for language, text in texts.items():
            if len(text) > LONGEST_ANSWER:
                what = f"the answer `{entry.id}` in {language} has {len(text)} characters"
                yield _at(entry, f"{what}, more than {LONGEST_ANSWER}", _NOBODY_SCROLLS)


def _check_closing(entry: Entry, posting: Posting, now: dt.datetime) -> Iterator[Problem]:
    if entry.answer_closed and posting.closes is None:
        what = f"`answer_closed` of `{entry.id}` is never used: the posting has no `closes`"
        yield _at(entry, what, "add `closes:` below `posting:`")
    closing = any(entry.id == name or entry.id.startswith(f"{name}.") for name in _CLOSING)
    if closing and not entry.answer_closed and posting.is_closed(now):
        what = f"the posting {posting.id} has closed, and `{entry.id}` has no `answer_closed`"
        yield _at(entry, what, "add what candidates read now")


def _check_phrasings(posting: Posting, bank: Table[str, str]) -> Iterator[Problem]:
    """A way of asking that stands in two places cannot tell which of them is meant."""
    seen: dict[str, Entry] = {}
    for entry in posting.entries:
        for asked in entry.questions.values():
            for question in asked:
                key = folded(question)
                first = seen.setdefault(key, entry) if key else entry
                shipped = bank.get(key, entry.id)
                if first is not entry:
                    where = f"`{first.id}` (line {first.line})"
                    yield _duplicate(entry, question, f"also asks for {where}")
                elif shipped != entry.id and entry.topic is None:
                    where = f"the shipped topic `{shipped}`"
                    yield _duplicate(entry, question, f"also asks for {where}")
        yield from _repeated(entry)


def _repeated(entry: Entry) -> Iterator[Problem]:
    for asked in entry.questions.values():
        seen: set[str] = set()
        for question in asked:
            key = folded(question)
            if key and key in seen:
                yield _duplicate(entry, question, "stands there twice")
            seen.add(key)


def _duplicate(entry: Entry, question: str, where: str) -> Problem:
    return _at(entry, f"“{question[:60]}” of `{entry.id}` {where}", "keep one of the two")


def _bank(topics: Table[str, Topic]) -> dict[str, str]:
    return {
        folded(question): topic.id
        for topic in topics.values()
        if not topic.is_special
        for asked in topic.questions.values()
        for question in asked
    }


def _at(entry: Entry, what: str, how: str) -> Problem:
    return _warn(entry.file, entry.line, what, how)


def _warn(file: str, line: int, what: str, how: str) -> Problem:
    return Problem(file, line, what, how, warning=True)
