"""Mistakes that show only when several keys of one file are looked at together.

What stays out: the shape of each value (`schema`), what files mean to one another (`reading`).
"""

from collections.abc import Iterator
from collections.abc import Mapping as Table

from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.file import Placed, Reading, is_learned
from bot.knowledge.schema import FIRST_LANGUAGE, KnowledgeFile, PostingHead, placeholders

_ORGANISATION_ONLY_HOW = "move it into the file of a posting"
_TEXT_KEYS = ("label", "questions", "answer", "answer_closed")


def judge(reading: Reading, topics: Table[str, Topic]) -> Iterator[Problem]:
    """Everything wrong with a file as a whole, errors and warnings."""
    if reading.head is not None:
        yield from _judge_head(reading, reading.head)
    posting = reading.head.posting if reading.head else None
    shipped = posting.topics if posting else True
    for placed in reading.entries:
        yield from _judge_entry(reading, placed, topics if shipped else {})
        if posting is not None:
            yield from _judge_within(reading, placed, posting)


def missing_values(posting: PostingHead) -> frozenset[str]:
    """The placeholders for which this posting has no value."""
    given = {"closes": posting.closes, "url": posting.url}
    return frozenset(name for name, value in given.items() if value is None)


def unfilled(placed: Placed, missing: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Placeholders among *missing* in the answers, as (key, language, placeholder)."""
    for key in ("answer", "answer_closed"):
        for language, text in getattr(placed.item, key).items():
            for name in sorted(missing.intersection(placeholders(text))):
                yield key, language, name


def _judge_head(reading: Reading, head: KnowledgeFile) -> Iterator[Problem]:
    file = reading.file
    if head.posting is None and head.organisation is None:
        what = "the file has neither `posting:` nor `organisation:`"
        yield Problem(file, 1, what, "begin it with `posting:` and its `id`, `title`, ...")
    if head.posting is not None:
        yield from _judge_posting(reading, head, head.posting)
    elif head.organisation is not None:
        for key in ("draft", "unstated", "tests"):
            if getattr(head, key):
                what = f"`{key}` has no meaning beside `organisation:`"
                yield Problem(file, reading.line_of(key), what, _ORGANISATION_ONLY_HOW)
    if not reading.entries and reading.usable:
        what = "there are no `entries:`, so nothing can be answered"
        yield Problem(file, 0, what, "add at least one entry", warning=True)


def _judge_posting(
    reading: Reading, head: KnowledgeFile, posting: PostingHead
) -> Iterator[Problem]:
    file = reading.file
    for key in ("organisation", "languages"):
        if getattr(head, key):
            how = f"move `{key}` below `posting:`, indented"
            yield Problem(file, reading.line_of(key), f"`{key}` stands beside `posting:`", how)
    if posting.closes is not None and posting.timezone is None:
        line = reading.line_of("posting", "closes")
        what = "the posting closes, and no `timezone` is given: UTC is taken"
        yield Problem(file, line, what, "add for example `timezone: Europe/Paris`", warning=True)
    if head.unstated and not posting.topics:
        what = "`unstated` lists topics, and `topics: none` switches them off"
        yield Problem(file, reading.line_of("unstated"), what, "remove one of the two")
    named = {name: entry for entry in reading.entries for name in entry.item.covers}
    named |= {entry.item.key: entry for entry in reading.entries}
    for index, topic in enumerate(head.unstated):
        if topic in named:
            line = reading.line_of("unstated", index)
            what = f"`{topic}` is listed as unstated, and answered in line {named[topic].line}"
            yield Problem(file, line, what, "remove one of the two")


def _judge_entry(reading: Reading, placed: Placed, topics: Table[str, Topic]) -> Iterator[Problem]:
    file, item = reading.file, placed.item
    if item.topic is None and item.id is None:
        how = "add `topic:`, or, for a matter of your own, `id:` and `questions:`"
        yield Problem(file, placed.line, "the entry has neither `topic` nor `id`", how)
    elif item.topic is not None and item.id not in {None, item.topic}:
        what = f"the entry has the topic `{item.topic}` and another id, `{item.id}`"
        how = "remove `id`, or remove `topic` and write `questions`"
        yield Problem(file, placed.line_of("id"), what, how)
    elif item.topic is not None and item.topic not in topics:
        what = f"the topic `{item.topic}` is used, and `topics: none` switches topics off"
        yield Problem(file, placed.line_of("topic"), what, "write `id:` and `questions:` instead")
    elif item.key not in topics and not item.questions and not is_learned(reading.path):
        how = "add `questions:` with ways in which candidates ask for it, by language"
        yield Problem(file, placed.line, f"the entry `{item.key}` has no questions", how)
    if item.key in item.covers:
        what = f"the entry `{item.key}` lists itself under `covers`"
        yield Problem(file, placed.line_of("covers"), what, "remove it there")


def _judge_within(reading: Reading, placed: Placed, posting: PostingHead) -> Iterator[Problem]:
    file = reading.file
    for key, language, name in unfilled(placed, missing_values(posting)):
        what = f"the text uses {{{name}}}, and the posting has no `{name}`"
        how = f"add `{name}:` below `posting:`"
        yield Problem(file, placed.line_of(key, language), what, how)
    for key in _TEXT_KEYS:
        for language in getattr(placed.item, key):
            if language not in {FIRST_LANGUAGE, *posting.languages}:
                what = f"`{language}` is not among the `languages` of the posting"
                how = "add it there, or remove the text"
                line = placed.line_of(key, language)
                yield Problem(file, line, what, how, warning=True)
