"""What differs between a knowledge file and its posting as it is now, as a diff for HR.

HR may have reworded the answers, so sentences are compared by their values (numbers, dates,
addresses) and by the words that they share with the source. Nothing is written.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.core import markup
from bot.core.posting import Entry as KnownEntry
from bot.core.posting import Posting
from bot.core.topic import Topic, parent_of
from bot.drafting.block import Source
from bot.drafting.drafting import Draft
from bot.drafting.entries import Entry
from bot.drafting.sentence import sentences
from bot.drafting.values import simple
from bot.errors import KnowledgeError, Problem
from bot.knowledge.reading import read_file

_VALUE = re.compile(r"[\w.+-]+@[\w.-]+\w|https?://\S+|\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5
_KNOWN = 0.45
_GROUPED = re.compile(r"(?<=\d)[ .,'](?=\d{3}(?!\d))")


@dataclass
class _Words:
    """The values and stems that a text holds."""

    values: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, text: str) -> "_Words":
        folded = _GROUPED.sub("", simple(text))
        values = {value.strip(".,:") for value in _VALUE.findall(folded)}
        return cls(values, {word[:_STEM] for word in _WORD.findall(folded)})

    def share(self, other: "_Words") -> float:
        """How much of these words the other text has too, in [0, 1]; 1 without any."""
        return len(self.stems & other.stems) / len(self.stems) if self.stems else 1.0


def differences(file: Path, made: Draft, source: Source, topics: Mapping[str, Topic]) -> str:
    """What differs, topic by topic: lines with ``-`` are of *file*, with ``+`` of the source.

    Raises:
        KnowledgeError: the file cannot be read.
    """
    posting = _posting(file, topics)
    lines = [f"--- {file}", "+++ the posting as it is now"]
    head = list(_head(posting, made))
    compared = _Compared(posting, made, _whole(source))
    changed, new, gone = compared.changed(), compared.new(), compared.gone()
    for block in (head, changed, new, gone):
        lines += block
    counts = (compared.count("changed") + sum(line.startswith("@@") for line in head),
              compared.count("new"), compared.count("gone"))  # fmt: skip
    if not any(counts):
        return "No fact differs."
    words = (
        f"{number} {word}" for number, word in zip(counts, ("changed", "new", "gone"), strict=True)
    )
    return "\n".join([*lines, "", f"{', '.join(words)}; nothing was written"])


def _posting(file: Path, topics: Mapping[str, Topic]) -> Posting:
    if not file.is_file():
        raise KnowledgeError(Problem(str(file), 0, "there is no such file", "check its name"))
    read = read_file(file, topics)
    if read.errors:
        raise KnowledgeError(*read.errors)
    if not read.base.postings:
        raise KnowledgeError(
            Problem(str(file), 0, "the file has no `posting:`", "name another one")
        )
    return next(iter(read.base.postings.values()))


def _whole(source: Source) -> str:
    blocks = "\n".join(f"{block.label} {block.text}" for block in source.blocks)
    metadata = "\n".join(str(data) for data in source.metadata)
    return f"{blocks}\n{metadata}"


def _head(posting: Posting, made: Draft) -> Iterator[str]:
    title = posting.title.get(made.language, "")
    pairs = (
        ("closes", _date(posting.closes), _date(made.closes)),
        ("title", title, made.title if title else ""),
        ("url", posting.url, made.url),
    )
    for name, old, new in pairs:
        alike = simple(old) == simple(new) or (name == "title" and _similar(old, new))
        if new and old and not alike:
            yield from ("", f"@@ posting: {name} @@", f"-{old}", f"+{new}")
        elif new and not old and name == "closes":
            yield from ("", f"@@ posting: {name} @@", f"+{new}")


def _similar(one: str, other: str) -> bool:
    return (
        min(_Words.of(one).share(_Words.of(other)), _Words.of(other).share(_Words.of(one))) > _KNOWN
    )


def _date(moment: dt.date | dt.datetime | None) -> str:
    if moment is None:
        return ""
    return moment.isoformat(sep=" ")[:16] if isinstance(moment, dt.datetime) else moment.isoformat()


class _Compared:
    """The entries of a file beside those of a draft."""

    def __init__(self, posting: Posting, made: Draft, whole: str) -> None:
        self._counts = {"changed": 0, "new": 0, "gone": 0}
        self._language = made.language
        self._source = _Words.of(whole)
        self._flat = " ".join(simple(whole).split())
        self._posting = posting
        self._file = _Words.of(" ".join(self._texts(entry) for entry in posting.entries))
        self._file_flat = " ".join(simple(self._texts(entry)) for entry in posting.entries)
        self._old = {entry.id: self._lost(entry) for entry in posting.entries if not entry.shared}
        self._fresh = {entry.key: self._unknown(entry) for entry in made.entries}

    def count(self, kind: str) -> int:
        """How many differences of a kind were told."""
        return self._counts[kind]

    def changed(self) -> list[str]:
        """Topics of which the file says something else than the source, or less."""
        lines = []
        for entry in self._posting.entries:
            if entry.id not in self._old:
                continue
            old = self._old[entry.id]
            fresh = [text for key in self._serving(entry) for text in self._fresh[key]]
            lost = [text for text in old if _Words.of(text).values or text.startswith("“")]
            if fresh or (lost and any(self._serving(entry))):
                lines += self._block(f"{entry.id} (line {entry.line})", old, fresh)
                self._counts["changed"] += 1
        return lines

    def new(self) -> list[str]:
        """Topics on which the file has nothing."""
        lines = []
        served = {key for entry in self._posting.entries for key in self._serving(entry)}
        for key, fresh in self._fresh.items():
            if key not in served and fresh:
                lines += self._block(f"{key}: new", (), fresh)
                self._counts["new"] += 1
        return lines

    def gone(self) -> list[str]:
        """Topics on which the source has nothing any more."""
        lines = []
        for entry in self._posting.entries:
            old = self._old.get(entry.id, [])
            if old and not self._serving(entry) and self._is_lost(entry, old):
                lines += self._block(
                    f"{entry.id} (line {entry.line}): gone from the source", old, ()
                )
                self._counts["gone"] += 1
        return lines

    def _is_lost(self, entry: KnownEntry, old: Sequence[str]) -> bool:
        """Whether nothing of an entry stands in the source any more."""
        return old[0].startswith("“") or len(old) == len(_lines(self._texts(entry)))

    def _block(self, title: str, old: Sequence[str], new: Sequence[str]) -> list[str]:
        return [
            "",
            f"@@ {title} @@",
            *(f"-{text}" for text in old),
            *(f"+{text}" for text in new),
        ]

    def _serving(self, entry: KnownEntry) -> list[str]:
        """The draft's entries on the same matter: itself, what it covers, its details."""
        keys = (entry.id, *entry.covers)
        known = {one.id for one in self._posting.entries}
        return [
            key
            for key in self._fresh
            if key in keys or (parent_of(key) == entry.id and key not in known)
        ]

    def _texts(self, entry: KnownEntry) -> str:
        return markup.plain(
            entry.answer.get(self._language) or next(iter(entry.answer.values()), "")
        )

    def _lost(self, entry: KnownEntry) -> list[str]:
        """What the file says and the source does not, sentence by sentence."""
        text = entry.answer.get(self._language)
        if text is None:
            return []
        quoted = bool(entry.quote) and " ".join(simple(entry.quote).split()) in self._flat
        if entry.quote and not quoted:
            return [f"“{entry.quote}”"]
        return [s for s in _lines(markup.plain(text)) if not self._stands(s, quoted=quoted)]

    def _stands(self, text: str, *, quoted: bool) -> bool:
        flat = " ".join(simple(text).split()).strip(" .")
        if not flat or flat in self._flat or flat.endswith(":"):
            return True
        words = _Words.of(re.sub(r"\{\w+\}", "", text))
        if words.values - self._source.values:
            return False
        return quoted or bool(words.values) or words.share(self._source) >= _KNOWN

    def _unknown(self, entry: Entry) -> list[str]:
        """What the source says and the file does not, sentence by sentence."""
        return [text for text in _lines(markup.plain(entry.answer)) if not self._is_known(text)]

    def _is_known(self, text: str) -> bool:
        flat = " ".join(simple(text).split()).strip(" .")
        if not flat or flat in self._file_flat or "{" in text or flat.endswith(":"):
            return True
        words = _Words.of(text)
        closes = self._posting.closes
        known = self._file.values | set(_VALUE.findall(_date(closes)))
        if closes is not None:
            known |= {str(closes.day), str(closes.year)}
        if words.values - known:
            return False
        return words.share(self._file) >= _KNOWN


def _lines(text: str) -> list[str]:
    return [part for line in text.splitlines() for part in sentences(line.lstrip("•- "))]
