"""Mending what is only layout: marks, line ends and spaces that nobody sees.

A mend is taken only if the file means exactly what it meant before; where it could not be read
before, only if it can be afterwards. What stays out: everything that a person has to decide.
"""

import difflib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.nodes import Plain, plain
from bot.knowledge.reading import listing
from bot.knowledge.yamltext import parse_yaml

_TAB = "  "
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Fix:
    """A file with its layout mended: ``before`` and ``after`` are its whole content."""

    path: Path
    before: bytes
    after: bytes
    done: tuple[str, ...]

    def diff(self) -> Iterator[str]:
        """The change as a unified diff; marks and line ends are named, since none shows them."""
        old = _text(self.before).splitlines()
        new = _text(self.after).splitlines()
        yield f"{self.path}: {', '.join(self.done)}"
        for line in difflib.unified_diff(old, new, str(self.path), str(self.path), lineterm=""):
            yield line.replace("\t", "→").replace("\ufeff", "").rstrip("\r") + _ends(line)

    def write(self) -> None:
        """Put the mended file in the place of the old one, as a whole and with the same rights.

        Raises:
            OSError: it cannot be written, or was changed meanwhile.
        """
        if self.path.read_bytes() != self.before:
            raise OSError(f"{self.path}: the file was changed meanwhile")
        target = self.path.resolve()
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as draft:
            draft.write(self.after)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).chmod(target.stat().st_mode)
        Path(draft.name).replace(target)


def find_fixes(path: Path) -> list[Fix]:
    """What can be mended in the folder or file *path*, file by file; nothing is written.

    Raises:
        OSError: a file cannot be read.
    """
    fixes = (_fix(file) for file in listing(path).files)
    return [fix for fix in fixes if fix is not None]


def _fix(path: Path) -> Fix | None:
    before = path.read_bytes()
    after, done = before, []
    for name, mend in _MENDS:
        mended = mend(after)
        if mended != after and _is_safe(after, mended):
            after = mended
            done.append(name)
    return Fix(path, before, after, tuple(done)) if done else None


def _is_safe(before: bytes, after: bytes) -> bool:
    """Whether the file still means the same, or can be read at last."""
    old, new = _meaning(before), _meaning(after)
    return new is not None and (old is None or old == new)


def _meaning(data: bytes) -> tuple[Plain] | None:
    document = parse_yaml(data, "")
    if document.root is None:
        return None
    return (plain(document.root),)


def _encoded(data: bytes) -> bytes:
    encoding = _WIDE.get(data[:2])
    try:
        return data.decode(encoding).encode() if encoding else data
    except UnicodeDecodeError:
        return data


def _unmarked(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf")


def _line_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _indentation(data: bytes) -> bytes:
    """Tabs and hard spaces before the first letter of a line as plain spaces."""
    lines = []
    for line in _text(data).split("\n"):
        text = line.lstrip(" \t\u00a0\u202f")
        blank = line[: len(line) - len(text)]
        lines.append(blank.replace("\t", _TAB).replace("\u00a0", " ").replace("\u202f", " ") + text)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _trailing(data: bytes) -> bytes:
    """Without blanks at the ends of lines; two in a Markdown text make a line break, and stay."""
    lines = data.split(b"\n")
    whole = b"\n".join(line.rstrip(b" \t") for line in lines)
    if _is_safe(data, whole):
        return whole
    for number, line in enumerate(lines):
        stripped = line.rstrip(b" \t")
        if stripped != line:
            tried = [*lines[:number], stripped, *lines[number + 1 :]]
            lines = tried if _is_safe(data, b"\n".join(tried)) else lines
    return b"\n".join(lines)


def _last_line(data: bytes) -> bytes:
    return data.rstrip(b"\n") + b"\n" if data.strip() else data


_MENDS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("saved as UTF-8", _encoded),
    ("byte order mark removed", _unmarked),
    ("line ends of Windows removed", _line_ends),
    ("tabs and hard spaces in the indentation made plain spaces", _indentation),
    ("spaces at line ends removed", _trailing),
    ("one line end at the end of the file", _last_line),
)


def _text(data: bytes) -> str:
    wide = _WIDE.get(data[:2])
    return data.decode(wide, "replace") if wide else data.decode("utf-8", "surrogateescape")


def _ends(line: str) -> str:
    """What a removed line ended in, shown where it would not be seen."""
    if not line.startswith("-") or line.startswith("---"):
        return ""
    return "␍" if line.endswith("\r") else "·" if line.endswith(" ") else ""
