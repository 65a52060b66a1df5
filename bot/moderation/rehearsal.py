"""What learning would do, found out before anything is done.

What stays out: deciding whether that is wanted.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.core.chat import Chat
from bot.core.decision import Answer, Clarify, Partial, Understanding, Unstated, name
from bot.core.gap import Clash, Preview
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import is_special
from bot.errors import NotPossible
from bot.knowledge.learned import Lesson, rehearse
from bot.knowledge.live import Live
from bot.knowledge.nearest import folded
from bot.moderation.lessons import Place

_log = logging.getLogger(__name__)

_PER_ANSWERED = 4
"""Phrasings of the bank that are tried per language, for a topic that the posting answers."""

_PER_OTHER = 1
_MOST_CLASHES = 20

Understand = Callable[[str], Understanding]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The knowledge as it would be, and what that would lead to."""

    base: KnowledgeBase
    posting: Posting
    preview: Preview


def rehearsed(lesson: Lesson, place: Place, live: Live) -> Rehearsed:
    """Learn *lesson* in a copy, and compare. Takes seconds: to be called in a thread.

    Raises:
        NotPossible: ``invalid``: the files would be refused, with what is wrong; ``by_hand``: the
            answer would not be used.
        KnowledgeError: the learned file as HR left it cannot be read.
        OSError: the folder cannot be read.
        BotError: it could not be learnt.
    """
    found = rehearse(place.folder, lesson, place.topics)
    wrong = [problem for problem in found.errors if problem.file == lesson.file.name]
    posting = found.base.postings.get(place.posting.id)
    if wrong or posting is None:
        raise NotPossible("invalid", *(wrong or found.errors))
    entry = posting.entry(lesson.key)
    if entry is None or (lesson.answer and not entry.learned):
        raise NotPossible("by_hand")
    preview = _compared(lesson, place, live, found.base, posting) if lesson.questions else Preview()
    return Rehearsed(found.base, posting, preview)


def _compared(
    lesson: Lesson, place: Place, live: Live, base: KnowledgeBase, posting: Posting
) -> Preview:
    mind, now = live.load(base), live.current()

    def before(text: str) -> Understanding:
        return live.understand(now, place.posting, text, Chat(posting=posting.id))

    def after(text: str) -> Understanding:
        return mind.understand(base, posting, text, Chat(posting=posting.id))

    fresh = [text for texts in lesson.questions.values() for text in texts]
    missed = tuple(text for text in fresh if lesson.key not in leads(after(text)))
    known = {folded(text) for text in fresh}
    clashes = [
        clash
        for clash in (*_tests(posting, before, after), *_phrasings(place, before, after))
        if folded(clash.question) not in known
    ]
    return Preview(tuple(clashes[:_MOST_CLASHES]), missed)


def _tests(posting: Posting, before: Understand, after: Understand) -> Iterator[Clash]:
    """HR's own checks that hold now, and would not."""
    for test in posting.tests:
        was, then = leads(before(test.question)), leads(after(test.question))
        if test.expect in was and test.expect not in then:
            yield Clash(test.question, test.expect, then[0], test=True)


def _phrasings(place: Place, before: Understand, after: Understand) -> Iterator[Clash]:
    """Ways of asking that lead to their own topic or entry now, and would lead elsewhere."""
    for own, text in _tried(place):
        was = leads(before(text))
        if own not in was:
            continue
        then = leads(after(text))
        if own not in then:
            yield Clash(text, own, then[0])


def _tried(place: Place) -> Iterator[tuple[str, str]]:
    posting = place.posting
    for entry in posting.entries:
        for texts in entry.questions.values():
            for text in texts:
                yield entry.id, text
    if not posting.topics:
        return
    for topic in place.topics.values():
        if is_special(topic.id):
            continue
        number = _PER_ANSWERED if posting.covering(topic.id) else _PER_OTHER
        for language in posting.languages:
            for text in topic.questions.get(language, ())[:number]:
                yield topic.id, text


def leads(understanding: Understanding) -> tuple[str, ...]:
    """Where a message leads: topics and entries by id, best first, then the word for its decision.

    A clarification leads to none of its options.
    """
    found: list[str] = []
    for part in understanding.parts:
        match part.decision:
            case Answer(id=wanted, entry=entry) | Partial(id=wanted, entry=entry):
                found += [entry, wanted]
            case Unstated(id=wanted):
                found.append(wanted)
            case Clarify():
                pass
            case _:
                pass
        found.append(name(part.decision))
    return tuple(dict.fromkeys(found))
