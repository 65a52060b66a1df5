"""A knowledge folder that is read again and again: only what changed is read anew.

All or nothing for each file: one with an error is used as it last was without, and the others go
on. What stays out: when to read (`watching`), and what becomes of it (`live`).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.assembling import Built, Knowledge, assemble
from bot.knowledge.file import Reading, is_learned
from bot.knowledge.pace import Pace, hurried
from bot.knowledge.reading import listing, nothing, read_one, with_any_posting
from bot.knowledge.yamltext import DEFAULT_LIMITS, Limits

QUIET = 0.2
"""Seconds that a file must stay as it is before it is read: a half-written one can be valid."""

_LOOKS = 10
"""So many times a file that keeps changing is looked at; then it waits for the next reading."""
_SETTLED = 2.0
"""Seconds after which a file that was written surely is whole."""

_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was when it was read; ``good`` is the last reading of it without an error."""

    stamp: _Stamp
    reading: Reading
    good: Reading | None = None

    @property
    def used(self) -> Reading:
        return self.good or self.reading

    @property
    def unused(self) -> tuple[Problem, ...]:
        """Why it is used as it last was rather than as it is."""
        return self.reading.problems if self.used is not self.reading else ()


@dataclass
class Folder:
    """The knowledge at *path*, a folder or a single file with the learned one beside it.

    Not to be read by two threads at the same time.
    """

    path: Path
    topics: Mapping[str, Topic]
    limits: Limits = DEFAULT_LIMITS
    wait: Callable[[float], None] = time.sleep
    unsettled: bool = False
    """Whether a file kept changing during the last reading, so that it has to be read again."""
    _files: dict[Path, _File] = field(default_factory=dict)
    _built: Mapping[str, Built] = field(default_factory=dict)
    _listed: bool = False
    _pace: Pace = field(default_factory=hurried)

    @property
    def files(self) -> frozenset[str]:
        """The files that are there, as problems name them."""
        return frozenset(file.reading.file for file in self._files.values())

    def read(self) -> Knowledge:
        """The knowledge as it is now, and everything that is to be mended.

        Waits until what changed has been left alone for `QUIET` seconds; a learned file is written
        as a whole, and needs no waiting. Never raises for what is on the disk: a folder that
        cannot be listed counts as unchanged, with a problem. The first time nobody waits for an
        answer; later on it leaves room for those who do.
        """
        self._pace = Pace() if self._listed else hurried()
        try:
            stamps, problems = self._settled()
        except (OSError, ValueError) as error:
            problems = nothing(self.path, self.topics, error).problems
        else:
            read = ((path, self._file(path, stamp)) for path, stamp in stamps.items())
            self._files = dict(self._pace(read))
            self._listed = True
        said = [*problems, *(problem for file in self._files.values() for problem in file.unused)]
        readings = list(self._used(said))
        found, self._built = assemble(readings, self.topics, said, self._built, self._pace)
        return with_any_posting(found, self._files, self.path)

    def _settled(self) -> tuple[dict[Path, _Stamp], tuple[Problem, ...]]:
        """The stamps of all files that are there, once none of them changes any more."""
        stamps, problems = self._stamps()
        fresh = self._fresh(stamps) if self._listed else set()
        for _ in range(_LOOKS):
            if not fresh:
                break
            self.wait(QUIET)
            seen, (stamps, problems) = stamps, self._stamps()
            fresh = {p for p in fresh | self._fresh(stamps) if stamps.get(p) != seen.get(p)}
        self.unsettled = bool(fresh)
        for path in fresh:
            # As if it had not been touched yet.
            if path in self._files:
                stamps[path] = self._files[path].stamp
            else:
                stamps.pop(path, None)
        return dict(sorted(stamps.items(), key=lambda item: _order(item[0], self.path))), problems

    def _stamps(self) -> tuple[dict[Path, _Stamp], tuple[Problem, ...]]:
        try:
            files, problems = listing(self.path)
        except OSError:
            if not self._listed:
                raise
            # Some editors move a file away before they write the new one.
            self.wait(QUIET)
            files, problems = listing(self.path)
        return dict(self._pace((path, _stamp(path)) for path in files)), problems

    def _fresh(self, stamps: Mapping[Path, _Stamp]) -> set[Path]:
        """What is not as it was read and may still be in the making, or only gone for a moment."""
        changed = {p for p, stamp in stamps.items() if not self._is_known(p, stamp)}
        gone = {path for path in self._files if path not in stamps}
        return {p for p in changed if not is_learned(p) and _is_young(stamps[p])} | gone

    def _is_known(self, path: Path, stamp: _Stamp) -> bool:
        return path in self._files and self._files[path].stamp == stamp

    def _file(self, path: Path, stamp: _Stamp) -> _File:
        if self._is_known(path, stamp):
            return self._files[path]
        reading = read_one(path, self.topics, self.limits)
        before = self._files.get(path)
        good = reading if reading.usable else before.good if before else None
        return _File(stamp, reading, good)

    def _used(self, said: list[Problem]) -> Iterator[Reading]:
        """What each file gives, in order.

        Whoever had a posting's id keeps it: a copy under the same id does not displace it, whatever
        their order, and a file that took another's id is used as it last was.
        """
        served = {built.sources[0].path: built.sources[0] for built in self._built.values()}
        owners = {
            id_of(file.used): path
            for path, file in self._files.items()
            if path in served and id_of(served[path]) == id_of(file.used)
        }
        for path, file in self._pace(self._files.items()):
            wanted = id_of(file.used)
            owner = owners.get(wanted, path) if wanted else path
            if owner == path:
                yield file.used
                continue
            line = file.used.line_of("posting", "id")
            what = f"the posting id `{wanted}` is already that of {self._files[owner].used.file}"
            said.append(Problem(file.used.file, line, what, "give one of the two another id"))
            if path in served:
                yield served[path]


def id_of(reading: Reading) -> str:
    """The id of the posting that a file is about; empty if it is about none."""
    posting = reading.head.posting if reading.head is not None else None
    return posting.id if posting is not None else ""


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        # Gone between two looks, or a link that leads nowhere: reading it says which.
        return (0, 0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _is_young(stamp: _Stamp) -> bool:
    return time.time() - max(stamp[2], stamp[3]) / 1e9 < _SETTLED


def _order(path: Path, root: Path) -> tuple[bool, Path]:
    """The order of a listing: a file that was named comes before the one beside it."""
    return path != root, path
