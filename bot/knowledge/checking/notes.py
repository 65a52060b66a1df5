"""Collecting what is found in a posting, each finding with the line in which it stands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.posting import Entry, Posting
from bot.core.topic import Topic
from bot.errors import Problem

_FURTHEST = 400
"""Lines of an entry that are searched for a word."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text of an entry: an ``answer``, ``answer_closed``, ``label``, ``quote`` or question."""

    entry: Entry
    key: str
    language: str
    text: str


def texts_of(entry: Entry) -> Iterator[Said]:
    """Everything that HR wrote in an entry."""
    for key in ("answer", "answer_closed", "label"):
        for language, text in getattr(entry, key).items():
            yield Said(entry, key, language, text)
    for language, asked in entry.questions.items():
        for question in asked:
            yield Said(entry, "questions", language, question)
    if entry.quote:
        yield Said(entry, "quote", "", entry.quote)


@dataclass
class Places:
    """Finds the line of a text within its entry; without the file, it is the entry's first."""

    read: Callable[[str], Sequence[str]] = lambda _: ()
    _lines: dict[str, Sequence[str]] = field(default_factory=dict)

    def line(self, file: str, start: int, text: str) -> int:
        """The first line from *start* on that holds *text*, or its beginning; else *start*."""
        if file not in self._lines:
            self._lines[file] = self.read(file)
        lines = self._lines[file][max(0, start - 1) : start + _FURTHEST]
        words = text.split()
        for wanted in (text, " ".join(words[:3]), *words[:1]):
            for number, line in enumerate(lines):
                if wanted and wanted in line:
                    return max(1, start) + number
        return start


def lines_of(file: str) -> Sequence[str]:
    """The lines of a file; none if it cannot be read."""
    try:
        return Path(file).read_text("utf-8-sig").splitlines()
    except (OSError, ValueError):
        return ()


@dataclass
class Notes:
    """What was found in one posting, each finding once."""

    posting: Posting
    topics: Mapping[str, Topic]
    places: Places = field(default_factory=Places)
    found: dict[Problem, None] = field(default_factory=dict)

    def warn(self, entry: Entry | None, what: str, how: str, near: str = "") -> None:
        """Something is most probably wrong; *near* is a piece of the text that is meant."""
        self._add(entry, what, how, near, hint=False)

    def hint(self, entry: Entry | None, what: str, how: str, near: str = "") -> None:
        """Something is worth a look."""
        self._add(entry, what, how, near, hint=True)

    def _add(self, entry: Entry | None, what: str, how: str, near: str, *, hint: bool) -> None:
        file, line = (entry.file, entry.line) if entry else (self.posting.file, 0)
        if near:
            line = self.places.line(file, line, near)
        self.found[Problem(file, line, what, how, warning=True, hint=hint)] = None

    def calls(self, entry: Entry) -> str:
        """How an entry is named to its editor."""
        return f"`{entry.id}`"
