"""Readings put together: a posting, what was learned for it, and its organisation's answers.

A posting whose sources are the same objects as the last time is not built again but taken over as
it is. What stays out: reading the files (`reading`).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core import decision
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.building import build_entry, build_posting, with_phrasings
from bot.knowledge.file import Placed, Reading, base_name, is_learned
from bot.knowledge.judging import missing_values, unfilled
from bot.knowledge.nearest import nearest
from bot.knowledge.pace import Pace, hurried
from bot.knowledge.schema import PostingHead


class Knowledge(NamedTuple):
    """What was read, and what is to be mended (sorted by file and line; errors and warnings)."""

    base: KnowledgeBase
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep something from being used."""
        return tuple(problem for problem in self.problems if not problem.warning)


@dataclass(frozen=True, slots=True)
class Built:
    """A posting, what was said while it was put together, and what it was made from."""

    sources: tuple[Reading, ...]
    posting: Posting
    problems: tuple[Problem, ...]

    def is_of(self, sources: tuple[Reading, ...]) -> bool:
        """Whether it was made from these very readings, in this order."""
        return len(self.sources) == len(sources) and all(
            one is other for one, other in zip(self.sources, sources, strict=True)
        )


def assemble(
    readings: Iterable[Reading],
    topics: Table[str, Topic],
    problems: Iterable[Problem],
    before: Table[str, Built] | None = None,
    pace: Pace | None = None,
) -> tuple[Knowledge, dict[str, Built]]:
    """Everything that *readings* hold, with *problems* added; at *pace*, else without a rest.

    Returns:
        The knowledge, and its postings as they were built, to be given as *before* the next time.
    """
    assembly = _Assembly(tuple(readings), topics, before or {})
    postings = assembly.postings(pace or hurried())
    found = {*problems, *assembly.problems}
    found.update(problem for reading in assembly.readings for problem in reading.problems)
    ordered = sorted(found, key=lambda p: (p.file, p.line, p.warning, p.what))
    return Knowledge(KnowledgeBase(postings, topics), tuple(ordered)), assembly.built


@dataclass(slots=True)
class _Assembly:
    """Puts together what belongs together: a posting, its organisation's answers, its learned."""

    readings: tuple[Reading, ...]
    topics: Table[str, Topic]
    before: Table[str, Built]
    built: dict[str, Built] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    organisations: tuple[Reading, ...] = ()
    learned: dict[str, Reading] = field(default_factory=dict)

    def postings(self, pace: Pace) -> dict[str, Posting]:
        """The postings of all usable files by id, in the order of the files."""
        self._index()
        self._match_learned()
        self._match_organisations()
        for reading, head in pace(self._heads()):
            if first := self.built.get(head.id):
                line = reading.line_of("posting", "id")
                what = f"the posting id `{head.id}` is already that of {first.posting.file}"
                self._say(reading, line, what, "give one of the two another id")
            elif reading.usable:
                self.built[head.id] = built = self._build(reading, head)
                self.problems += built.problems
        return {posting: built.posting for posting, built in self.built.items()}

    def _index(self) -> None:
        usable = [reading for reading in self.readings if reading.usable]
        self.organisations = tuple(r for r in usable if r.head is not None and r.head.organisation)
        for reading in usable:
            if is_learned(reading.path):
                self.learned.setdefault(base_name(reading.path), reading)

    def _build(self, reading: Reading, head: PostingHead) -> Built:
        """The posting of *reading*: as it was, if nothing that it is made from has changed."""
        above = [other for other in self.organisations if _serves(other, head)]
        sources = tuple(
            source
            for own in (reading, *above)
            for source in (own, self._learned_of(own))
            if source is not None
        )
        before = self.before.get(head.id)
        if before is not None and before.is_of(sources):
            return before
        said, self.problems = self.problems, []
        posting = self._posting(reading, head)
        built = Built(sources, posting, tuple(self.problems))
        self.problems = said
        return built

    def _heads(self) -> Iterator[tuple[Reading, PostingHead]]:
        for reading in self.readings:
            if reading.head is not None and reading.head.posting is not None:
                yield reading, reading.head.posting

    def _posting(self, reading: Reading, head: PostingHead) -> Posting:
        topics = self.topics if head.topics else {}
        language = head.languages[0]
        entries = [
            build_entry(placed, reading, language, topics, shared=False)
            for placed in reading.entries
        ]
        learned = self._learned_of(reading)
        own = {*(e.id for e in entries), *(name for e in entries for name in e.covers)}
        entries += self._new_learned(learned, head, topics, {entry.id for entry in entries})
        own |= {entry.id for entry in entries}
        entries += [entry for entry in self._shared(head, topics) if entry.id not in own]
        posting = build_posting(reading, head, self._taught(entries, learned, language))
        self._check_tests(reading, posting)
        return posting

    def _new_learned(
        self, learned: Reading | None, head: PostingHead, topics: Table[str, Topic], own: set[str]
    ) -> Iterator[Entry]:
        """The learned answers to what has no answer in the hand-written file."""
        for placed in learned.entries if learned else ():
            item = placed.item
            if learned is None or not item.answer:
                continue
            if item.key in own:
                what = f"`{item.key}` is answered in the hand-written file too, which is used"
                self._say(learned, placed.line, what, "remove this one", warning=True)
            elif item.key not in topics and not item.questions:
                what = f"the entry `{item.key}` has no questions"
                self._say(learned, placed.line, what, "add `questions:` in one language at least")
            elif not self._is_unfilled(learned, placed, head):
                yield build_entry(placed, learned, head.languages[0], topics, shared=False)

    def _taught(self, entries: list[Entry], learned: Reading | None, language: str) -> list[Entry]:
        """*entries* with the phrasings that were learned for them."""
        by_id = {entry.id: entry for entry in entries}
        for placed in learned.entries if learned else ():
            key = placed.item.key
            if key in by_id and learned is not None:
                more = build_entry(placed, learned, language, {}, shared=False).questions
                by_id[key] = with_phrasings(by_id[key], more)
            elif learned is not None and not placed.item.answer:
                what = f"ways of asking for `{key}` are of no use: nothing answers it"
                self._say(learned, placed.line, what, "write its answer", warning=True)
        return list(by_id.values())

    def _shared(self, head: PostingHead, topics: Table[str, Topic]) -> Iterator[Entry]:
        """The answers that the posting's organisation gives for all of its postings."""
        for reading in self.organisations:
            if reading.head is None or not _serves(reading, head):
                continue
            language = (*reading.head.languages, *head.languages)[0]
            learned = self._learned_of(reading)
            entries: list[Entry] = []
            for source in (reading, learned) if learned else (reading,):
                for placed in source.entries:
                    usable = placed.item.answer and (placed.item.questions or head.topics)
                    taken = any(entry.id == placed.item.key for entry in entries)
                    if usable and not taken and not self._is_unfilled(source, placed, head):
                        entry = build_entry(placed, source, language, topics, shared=True)
                        entries.append(entry)
            yield from self._taught(entries, learned, language)

    def _learned_of(self, reading: Reading) -> Reading | None:
        return self.learned.get(base_name(reading.path))

    def _is_unfilled(self, reading: Reading, placed: Placed, head: PostingHead) -> bool:
        found = tuple(unfilled(placed, missing_values(head)))
        for key, language, name in found:
            what = f"the text uses {{{name}}}, and the posting `{head.id}` has no `{name}`"
            how = f"add `{name}:` there, or write the text without it"
            self._say(reading, placed.line_of(key, language), what, how)
        return bool(found)

    def _match_learned(self) -> None:
        hand_written = {base_name(r.path) for r in self.readings if not is_learned(r.path)}
        for reading in self.readings:
            name = base_name(reading.path)
            if is_learned(reading.path) and name not in hand_written:
                what = f"the file belongs to {name}.yaml, which is not there"
                self._say(reading, 0, what, "rename it like the file of its posting")

    def _match_organisations(self) -> None:
        known = {_same(head.organisation): head.organisation for _, head in self._heads()}
        for reading in self.organisations:
            name = reading.head.organisation if reading.head else None
            if name is not None and known and _same(name) not in known:
                meant = nearest(name, known.values())
                how = f"did you mean “{meant}”?" if meant else "write it as the postings do"
                what = f"no posting is of the organisation “{name[:60]}”"
                line = reading.line_of("organisation")
                self._say(reading, line, what, how, warning=True)

    def _check_tests(self, reading: Reading, posting: Posting) -> None:
        known = {*(entry.id for entry in posting.entries), *decision.NAMES.values(), *self.topics}
        for index, test in enumerate(posting.tests):
            if test.expect not in known:
                meant = nearest(test.expect, known)
                how = (
                    f"did you mean `{meant}`?" if meant else "name a topic, an entry or `unstated`"
                )
                line = reading.line_of("tests", index, "expect")
                self._say(reading, line, f"nothing is called `{test.expect[:40]}`", how)

    def _say(
        self, reading: Reading, line: int, what: str, how: str, *, warning: bool = False
    ) -> None:
        self.problems.append(Problem(reading.file, line, what, how, warning=warning))


def _serves(reading: Reading, posting: PostingHead) -> bool:
    """Whether the answers of an organisation's file are for this posting too."""
    return reading.head is not None and _same(reading.head.organisation) == _same(
        posting.organisation
    )


def _same(name: str | None) -> str:
    """Two names of an organisation mean the same if this is equal."""
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
