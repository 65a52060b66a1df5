"""A YAML file, read safely into a tree of nodes with line numbers.

Whatever the bytes are, the outcome is a tree or problems in plain words, never an exception. Only
the parser's events are used: they come one by one, so that size, depth and aliases are judged
before anything is built (the composer of libyaml crashes the process on 100,000 brackets).

What stays out: what the keys mean (`schema`).
"""

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import KnowledgeError, Problem
from bot.knowledge.nodes import Mapping, Node, Scalar, Sequence
from bot.knowledge.plainwords import explain

# Missing only where PyYAML was built without libyaml: its own parser is 25 times slower, and
# stricter (it refuses `[Where is it ?, ...]`, a question mark before a comma).
_LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NOT_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHER_KINDS = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
# libyaml takes these for line breaks, editors do not: the lines of a problem would be off.
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]")
_MANY = 20
"""After so many problems the rest of the file is not looked at."""
_SWALLOWED = re.compile(r"\s+#[^\s#]")
"""Rarely a comment: people put a space after the # of a comment, and none in "office #2"."""
_QUOTE_IT = "put the whole text in quotation marks"
_HARD_SPACES = ("\u00a0", "\u202f")
"""What comes along when lines are copied from Word or a web page; YAML takes it for letters."""
_PLAIN_SPACES = "type them anew as plain spaces; `faqbot check --fix` does it in knowledge files"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask for: ``size`` in bytes, ``depth`` in levels, ``nodes`` in all."""

    size: int = 1024 * 1024
    depth: int = 20
    nodes: int = 100_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Document:
    """What came of a file: its ``root``, or None with the problems that are to blame.

    A root may come with problems too (keys that stand there twice: the first one counts), so
    that everything wrong with a file can be told in one go.
    """

    file: str
    root: Node | None
    problems: tuple[Problem, ...] = ()


def read_yaml(path: Path, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read the file at *path*; what cannot be read or is too large becomes a problem."""
    file = shown(path)
    try:
        data = _content(path, file, limits)
    except KnowledgeError as error:
        return Document(file, None, error.problems)
    return parse_yaml(data, file, limits)


def parse_yaml(data: bytes, file: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Parse *data*; *file* only names it in problems."""
    found: list[Problem] = []
    try:
        if len(data) > limits.size:
            raise _too_large(file, len(data), limits)
        text = _decoded(data, file)
        root = _Builder(file, text, limits, found).build()
    except KnowledgeError as error:
        return Document(file, None, (*found, *error.problems))
    return Document(file, root, tuple(found))


def shown(path: Path) -> str:
    """The path as it can be printed, even where its bytes are no UTF-8."""
    return str(path).encode("utf-8", "replace").decode()


def _refuse(file: str, line: int, what: str, how: str) -> KnowledgeError:
    return KnowledgeError(Problem(file, line, what, how))


def _content(path: Path, file: str, limits: Limits) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refuse(file, 0, "this is not a file", "name a YAML file")
        if status.st_size > limits.size:
            raise _too_large(file, status.st_size, limits)
        with path.open("rb") as stream:
            # One byte more than allowed tells a file that has grown meanwhile.
            return stream.read(limits.size + 1)
    except FileNotFoundError as error:
        raise _refuse(file, 0, "there is no such file", "check the name") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not possible"
        how = "check its name and who may read it"
        raise _refuse(file, 0, f"the file cannot be read ({reason})", how) from error


def _too_large(file: str, size: int, limits: Limits) -> KnowledgeError:
    what = f"the file is too large ({size:,} bytes, at most {limits.size:,})"
    return _refuse(file, 0, what, "one posting per file, answers only")


def _decoded(data: bytes, file: str) -> str:
    if data.startswith(_OTHER_KINDS):
        how = "make a knowledge file of it with `faqbot draft`, or remove it"
        raise _refuse(file, 0, "this is a document (Word, Excel, ZIP or PDF), and no text", how)
    if data.startswith(_WIDE_MARKS):
        how = 'save it again with the encoding "UTF-8"'
        raise _refuse(file, 1, "the file is saved as UTF-16, not as UTF-8", how)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        seen = data[max(start, error.start - 15) : error.start + 8].decode("cp1252", "replace")
        near = seen.splitlines()[0].strip() if seen.strip() else ""
        what = f"a character here is not saved as UTF-8 (near “{near}”)"
        how = 'open the file with its old encoding and save it again with the encoding "UTF-8"'
        raise _refuse(file, line, what, how) from error
    if odd := _NOT_TEXT.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        what = f"an invisible character that does not belong into a text (U+{ord(odd[0]):04X})"
        raise _refuse(file, line, what, "delete it, and type the line again")
    return _ODD_BREAKS.sub(" ", text)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end was not seen yet; ``key`` is the key that waits for a value."""

    node: Sequence | Mapping
    key: Scalar | None = None


class _Builder:
    """Builds the tree from the events, and stops at the first thing that is not allowed."""

    def __init__(self, file: str, text: str, limits: Limits, found: list[Problem]) -> None:
        self._file = file
        self._text = text
        self._limits = limits
        self._found = found
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._count = 0
        self._lines = text.split("\n") if " #" in text else []

    def build(self) -> Node:
        """The root of the document.

        Raises:
            KnowledgeError: the first thing that stops the reading.
        """
        documents = 0
        for event in self._events():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    what = "a second document begins here"
                    raise self._refuse(event, what, "delete the line `---`: one posting per file")
            self._take(event)
        if self._root is None:
            how = "write `posting:` and `entries:`, as in the example that comes with the bot"
            raise _refuse(self._file, 0, "the file is empty", how)
        return self._root

    def _events(self) -> Iterator[yaml.Event]:
        try:
            # Parsed by the C library or its stand-in; nothing is composed or constructed.
            yield from yaml.parse(self._text, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise KnowledgeError(explain(error, self._text, self._file)) from error

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._allow(event)
            # libyaml says '' for a text without quotation marks, PyYAML's own scanner says None.
            if self._lines and not event.style:
                self._warn_of_comment(event)
            self._add(Scalar(event.value, _line(event), not event.style), event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._allow(event)
            self._open(Mapping({}, _line(event)), event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._allow(event)
            self._open(Sequence([], _line(event)), event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._stack.pop().node, event)
        elif isinstance(event, yaml.AliasEvent):
            what = f"`*{_short(str(event.anchor))}` is a YAML alias, which is not allowed here"
            raise self._refuse(event, what, f"a text that begins with * is meant? {_QUOTE_IT}")

    def _warn_of_comment(self, event: yaml.ScalarEvent) -> None:
        end = event.end_mark
        if end is None or not event.value or end.line >= len(self._lines):
            return
        if len(self._found) < _MANY and _SWALLOWED.match(self._lines[end.line], end.column):
            what = "what follows the # is taken for a comment, and is not read"
            how = f"{_QUOTE_IT}, or put a space after the #"
            self._found.append(Problem(self._file, end.line + 1, what, how, warning=True))

    def _allow(
        self, event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent
    ) -> None:
        self._count += 1
        if self._count > self._limits.nodes:
            what = f"the file holds more than {self._limits.nodes:,} keys and values"
            raise self._refuse(event, what, "one posting per file, answers only")
        if event.anchor is not None:
            what = f"`&{_short(str(event.anchor))}` is a YAML anchor, which is not allowed here"
            raise self._refuse(event, what, f"a text that begins with & is meant? {_QUOTE_IT}")
        if event.tag is not None:
            what = f"`{_short(str(event.tag))}` is a YAML tag, which is not allowed here"
            raise self._refuse(event, what, f"a text that begins with ! is meant? {_QUOTE_IT}")

    def _open(self, node: Sequence | Mapping, event: yaml.Event) -> None:
        self._stack.append(_Open(node))
        if len(self._stack) > self._limits.depth:
            what = f"lists and keys are nested more than {self._limits.depth} levels deep"
            raise self._refuse(event, what, "look for brackets that do not belong there")

    def _add(self, node: Node, event: yaml.Event) -> None:
        if not self._stack:
            self._root = node
            return
        frame = self._stack[-1]
        if isinstance(frame.node, Sequence):
            frame.node.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node, event)
        else:
            self._set(frame.node, frame.key, node)
            frame.key = None

    def _key(self, node: Node, event: yaml.Event) -> Scalar:
        if not isinstance(node, Scalar):
            what = "a text that begins with a bracket is read as a list or as keys"
            raise self._refuse(event, what, _QUOTE_IT)
        if node.text == "<<" and node.plain:
            what = "`<<` (a YAML merge key) is not allowed here"
            raise self._refuse(event, what, "write the keys out")
        if node.plain and node.text.startswith(_HARD_SPACES):
            what = "the line begins with hard spaces, which look like spaces and are none"
            raise self._refuse(event, what, _PLAIN_SPACES)
        return node

    def _set(self, mapping: Mapping, key: Scalar, value: Node) -> None:
        first = mapping.keys.get(key.text)
        if first is None:
            mapping.keys[key.text] = key.line
            mapping.values[key.text] = value
            return
        what = f"`{_short(key.text)}` stands here twice, first in line {first}"
        problem = Problem(self._file, key.line, what, "keep one of the two")
        self._found.append(problem)
        if len(self._found) >= _MANY:
            raise KnowledgeError(Problem(self._file, 0, "there are many more like these"))

    def _refuse(self, event: yaml.Event, what: str, how: str) -> KnowledgeError:
        return _refuse(self._file, _line(event), what, how)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 0


def _short(text: str) -> str:
    limit = 40
    return text if len(text) <= limit else text[: limit - 1] + "…"
