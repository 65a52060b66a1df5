"""Putting alike questions together, for the list of what is open. Pure: values in, values out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.core.chat import LoggedQuestion
from bot.matching.text import clean, words

ALIKE = 80.0
"""From here on two questions are alike, of 100: their telling words, sorted, letter by letter."""

_EXAMPLES = 3
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Questions on one matter: of one topic, or alike.

    ``people`` counts those who asked; whoever was forgotten is not among them. ``examples`` are
    the first texts that differ, oldest first; ``languages`` are in order of frequency.
    """

    posting: str | None
    topic: str | None
    questions: tuple[LoggedQuestion, ...]

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.questions)

    @property
    def people(self) -> int:
        """How many asked it."""
        return len({question.person for question in self.questions if question.person})

    @property
    def languages(self) -> tuple[str, ...]:
        """In which languages, the most frequent first."""
        spoken = [question.language for question in self.questions]
        return tuple(sorted(set(spoken), key=lambda code: (-spoken.count(code), code)))

    @property
    def first(self) -> dt.datetime:
        """When it was first asked."""
        return self.questions[0].received

    @property
    def last(self) -> dt.datetime:
        """When it was last asked."""
        return self.questions[-1].received

    @property
    def examples(self) -> tuple[str, ...]:
        """How it was put, three ways at most."""
        texts: dict[str, str] = {}
        for question in self.questions:
            texts.setdefault(telling(question.text), question.text)
        texts.pop("", None)
        return tuple(texts.values())[:_EXAMPLES]


def grouped(questions: Iterable[LoggedQuestion]) -> list[Group]:
    """*questions* by posting, then topic, or likeness where no topic was recognised.

    Without a topic, a question joins the group whose oldest question it resembles most, if it does
    so by `ALIKE` or more, else it founds one; one shared word among many is not enough. The
    same questions in any order give the same groups.

    Returns:
        The most asked first; of equally many, the one asked first. Each group's questions are in
        the order in which they came.
    """
    in_order = sorted(questions, key=lambda one: (one.received, one.uid))
    by_topic: dict[tuple[str | None, str], list[LoggedQuestion]] = {}
    by_posting: dict[str | None, list[LoggedQuestion]] = {}
    for question in in_order:
        if question.topic is not None:
            by_topic.setdefault((question.posting, question.topic), []).append(question)
        else:
            by_posting.setdefault(question.posting, []).append(question)
    groups = [Group(posting, topic, tuple(one)) for (posting, topic), one in by_topic.items()]
    for posting, unknown in by_posting.items():
        groups += [Group(posting, None, tuple(alike)) for alike in _by_likeness(unknown)]
    return sorted(groups, key=lambda group: (-group.count, group.first, group.questions[0].uid))


def _by_likeness(in_order: Sequence[LoggedQuestion]) -> Iterable[list[LoggedQuestion]]:
    founders: list[str] = []
    groups: list[list[LoggedQuestion]] = []
    joined: dict[str, int] = {}
    for question in in_order:
        key = telling(question.text)
        place = joined.get(key)
        if place is None:
            near = process.extractOne(key, founders, scorer=fuzz.ratio, score_cutoff=ALIKE)
            place = near[2] if near and key else len(groups)
            joined[key] = place
        if place == len(groups):
            founders.append(key)
            groups.append([])
        groups[place].append(question)
    return groups


def telling(text: str) -> str:
    """The words by which a text is compared: folded, sorted, the short ones left out.

    "Est-ce qu'il y a un" is most of a question's letters, and says nothing of its matter. A text
    of short words only keeps them all; one without any word (emoji) stays as it is.
    """
    cleaned = clean(text)
    plain = sorted({word for word in words(cleaned) if not word.startswith("§")})
    longer = [word for word in plain if len(word) >= _TELLING]
    return " ".join(longer or plain) or cleaned.strip()
