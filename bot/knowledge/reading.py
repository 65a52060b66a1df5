"""Knowledge files turned into postings, and everything that is wrong with them, in one go.

A file with an error is left out and the others stay usable; the caller decides whether that is
good enough. What stays out: what a check finds beyond the format (`checks`), watching for changes.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from bot.core import decision
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.building import build_entry, build_posting, with_phrasings
from bot.knowledge.file import Placed, Reading, base_name, is_learned, load
from bot.knowledge.judging import judge, missing_values, unfilled
from bot.knowledge.nearest import nearest
from bot.knowledge.schema import PostingHead
from bot.knowledge.yamltext import DEFAULT_LIMITS, Limits, shown

_ENDINGS = {".yaml", ".yml"}
_EDITORS = (".", "~", "#")
_WRONG_ENDINGS = (".yaml.txt", ".yml.txt")
_BEGIN = "copy the example that comes with the bot into it, and change it"


class Knowledge(NamedTuple):
    """What was read, and what is to be mended (sorted by file and line; errors and warnings)."""

    base: KnowledgeBase
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep something from being used."""
        return tuple(problem for problem in self.problems if not problem.warning)


def read_folder(
    path: Path, topics: Table[str, Topic], limits: Limits = DEFAULT_LIMITS
) -> Knowledge:
    """Read every knowledge file in the folder *path*; subfolders are not looked at.

    A path to a single file is read by `read_file`. Files with errors are left out of the base,
    so that one broken file takes nothing from the others. Never raises for what is on the disk.
    """
    try:
        if path.is_file():
            return read_file(path, topics, limits)
        entries = sorted(path.iterdir())
        files = [entry for entry in entries if _is_knowledge(entry)]
    except (OSError, ValueError) as error:
        return _nothing(path, topics, error)
    problems = [_misnamed(entry) for entry in entries if _is_misnamed(entry)]
    if not files:
        what = "there is no knowledge file (*.yaml) in this folder"
        problems.append(Problem(shown(path), 0, what, _BEGIN))
    found = _assemble([_loaded(file, topics, limits) for file in files], topics, problems)
    if files and not found.errors and not found.base.postings:
        problem = Problem(shown(path), 0, "no file in this folder has a `posting:`", _BEGIN)
        return Knowledge(found.base, (problem, *found.problems))
    return found


def read_file(path: Path, topics: Table[str, Topic], limits: Limits = DEFAULT_LIMITS) -> Knowledge:
    """Read one knowledge file together with the learned file beside it, and nothing else."""
    try:
        beside = [
            other
            for other in sorted(path.parent.iterdir())
            if other != path and _is_knowledge(other) and _belong_together(path, other)
        ]
    except (OSError, ValueError):
        beside = []
    readings = [_loaded(file, topics, limits) for file in (path, *beside)]
    return _assemble(readings, topics, [])


def _loaded(path: Path, topics: Table[str, Topic], limits: Limits) -> Reading:
    reading = load(path, topics, limits)
    return replace(reading, problems=(*reading.problems, *judge(reading, topics)))


def _nothing(path: Path, topics: Table[str, Topic], error: Exception) -> Knowledge:
    if isinstance(error, FileNotFoundError):
        problem = Problem(shown(path), 0, "there is no such folder", f"create it; {_BEGIN}")
    else:
        reason = getattr(error, "strerror", None) or "the name is not possible"
        how = "check its name and who may read it"
        problem = Problem(shown(path), 0, f"the folder cannot be read ({reason})", how)
    return Knowledge(KnowledgeBase(topics=topics), (problem,))


def _is_knowledge(path: Path) -> bool:
    name = path.name
    ours = path.suffix.casefold() in _ENDINGS and not name.startswith(_EDITORS)
    return ours and not path.is_dir()


def _is_misnamed(path: Path) -> bool:
    return path.name.casefold().endswith(_WRONG_ENDINGS)


def _misnamed(path: Path) -> Problem:
    how = f"rename it to {shown(path.with_suffix(''))} if it is to be used"
    return Problem(shown(path), 0, "the file is not read, its name ends in .txt", how, warning=True)


def _belong_together(one: Path, other: Path) -> bool:
    return base_name(one) == base_name(other) and is_learned(one) != is_learned(other)


def _assemble(
    readings: Iterable[Reading], topics: Table[str, Topic], problems: Iterable[Problem]
) -> Knowledge:
    assembly = _Assembly(tuple(readings), topics)
    postings = assembly.postings()
    found = {*problems, *assembly.problems}
    found.update(problem for reading in assembly.readings for problem in reading.problems)
    ordered = sorted(found, key=lambda p: (p.file, p.line, p.warning, p.what))
    return Knowledge(KnowledgeBase(postings, topics), tuple(ordered))


@dataclass(slots=True)
class _Assembly:
    """Puts together what belongs together: a posting, its organisation's answers, its learned."""

    readings: tuple[Reading, ...]
    topics: Table[str, Topic]
    problems: list[Problem] = field(default_factory=list)

    def postings(self) -> dict[str, Posting]:
        """The postings of all usable files by id, in the order of the files."""
        found: dict[str, Posting] = {}
        self._match_learned()
        self._match_organisations()
        for reading, head in self._heads():
            if first := found.get(head.id):
                line = reading.line_of("posting", "id")
                what = f"the posting id `{head.id}` is already that of {first.file}"
                self._say(reading, line, what, "give one of the two another id")
            elif reading.usable:
                found[head.id] = self._posting(reading, head)
        return found

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
        for reading in self._organisations():
            if reading.head is None or _same(reading.head.organisation) != _same(head.organisation):
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

    def _organisations(self) -> Iterator[Reading]:
        for reading in self.readings:
            if reading.head is not None and reading.head.organisation and reading.usable:
                yield reading

    def _learned_of(self, reading: Reading) -> Reading | None:
        return next(
            (
                other
                for other in self.readings
                if is_learned(other.path)
                and other.usable
                and base_name(other.path) == base_name(reading.path)
            ),
            None,
        )

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
        for reading in self._organisations():
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


def _same(name: str | None) -> str:
    """Two names of an organisation mean the same if this is equal."""
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
