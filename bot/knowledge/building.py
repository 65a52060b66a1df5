"""The values of a knowledge file as the core's postings and entries.

What stays out: judging them; what comes here is free of errors.
"""

import datetime as dt
from collections.abc import Mapping as Table
from collections.abc import Sequence as Row
from dataclasses import replace

from bot.core.posting import Check, Entry, Posting
from bot.core.topic import Phrasings, Texts, Topic
from bot.knowledge.file import Placed, Reading, is_learned
from bot.knowledge.nearest import folded
from bot.knowledge.schema import FIRST_LANGUAGE, PostingHead


def build_entry(
    placed: Placed, reading: Reading, language: str, topics: Table[str, Topic], *, shared: bool
) -> Entry:
    """The entry, its plain texts taken as *language*.

    An own matter without a label is called by its first question, so that its button has a text.
    """
    item = placed.item
    questions = _phrasings(item.questions, language)
    label = _texts(item.label, language)
    topic = item.key if item.key in topics else None
    if topic is None:
        label = {**{code: asked[0] for code, asked in questions.items() if asked}, **label}
    return Entry(
        id=item.key,
        topic=topic,
        label=label,
        questions=questions,
        answer=_texts(item.answer, language),
        answer_closed=_texts(item.answer_closed, language),
        quote=item.quote,
        covers=item.covers,
        file=reading.file,
        line=placed.line,
        shared=shared,
        learned=is_learned(reading.path),
        by=getattr(item, "by", ""),
        added=getattr(item, "added", ""),
    )


def build_posting(reading: Reading, head: PostingHead, entries: Row[Entry]) -> Posting:
    """The posting of a usable hand-written file, with *entries*."""
    posting = Posting(
        id=head.id,
        organisation=head.organisation,
        title=_texts(head.title, head.languages[0]),
        languages=head.languages,
        entries=tuple(entries),
        url=head.url or "",
        topics=head.topics,
        file=reading.file,
    )
    if head.timezone is not None:
        posting = replace(posting, timezone=head.timezone)
    closes = head.closes
    if isinstance(closes, dt.datetime) and closes.tzinfo is None:
        closes = closes.replace(tzinfo=posting.timezone)
    posting = replace(posting, closes=closes)
    if reading.head is None:
        return posting
    return replace(
        posting,
        draft=reading.head.draft,
        unstated=reading.head.unstated,
        tests=tuple(
            Check(test.question, test.expect, reading.line_of("tests", index))
            for index, test in enumerate(reading.head.tests)
        ),
    )


def with_phrasings(entry: Entry, more: Phrasings) -> Entry:
    """*entry* with further ways of asking; those that it has already are not repeated."""
    questions = dict(entry.questions)
    for language, asked in more.items():
        there = questions.get(language, ())
        seen = {folded(question) for question in there}
        questions[language] = (*there, *(q for q in asked if folded(q) not in seen))
    return replace(entry, questions=questions)


def _texts(texts: Texts, language: str) -> Texts:
    return {code or language: text for code, text in texts.items()}


def _phrasings(phrasings: Phrasings, language: str) -> Phrasings:
    return {language if code == FIRST_LANGUAGE else code: q for code, q in phrasings.items()}
