"""Knowledge files turned into postings, and everything that is wrong with them, in one go.

A file with an error is left out and the others stay usable; the caller decides whether that is
good enough. What stays out: what a check finds beyond the format (`checks`), reading a folder again
when it has changed (`folder`).
"""

import os
from collections.abc import Collection
from collections.abc import Mapping as Table
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bot.core.posting import KnowledgeBase
from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.assembling import Knowledge, assemble
from bot.knowledge.file import Reading, base_name, is_learned, load
from bot.knowledge.judging import judge
from bot.knowledge.yamltext import DEFAULT_LIMITS, Limits, shown

__all__ = [
    "Knowledge",
    "Listing",
    "is_knowledge",
    "listing",
    "nothing",
    "read_file",
    "read_folder",
    "read_one",
    "with_any_posting",
]

_ENDINGS = (".yaml", ".yml")
_EDITORS = (".", "~", "#")
_WRONG_ENDINGS = (".yaml.txt", ".yml.txt")
_BEGIN = "copy the example that comes with the bot into it, and change it"


class Listing(NamedTuple):
    """The knowledge files of a folder in order, and what is wrong with the folder itself."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def listing(path: Path) -> Listing:
    """The knowledge files in the folder *path*, or the file *path* and the learned one beside it.

    Subfolders are not looked at, nor what editors leave behind.

    Raises:
        OSError: it cannot be listed.
        ValueError: likewise, for a name that no file can have.
    """
    if path.is_file():
        beside = [path.parent / name for name in _names(path.parent) if is_knowledge(name)]
        return Listing((path, *(f for f in beside if f != path and _belong(path, f))), ())
    names = _names(path)
    files = tuple(path / name for name in names if is_knowledge(name))
    problems = [_misnamed(path / name) for name in names if _is_misnamed(name)]
    if not files:
        what = "there is no knowledge file (*.yaml) in this folder"
        problems.append(Problem(shown(path), 0, what, _BEGIN))
    return Listing(files, tuple(problems))


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
        files, problems = listing(path)
    except (OSError, ValueError) as error:
        return nothing(path, topics, error)
    found, _ = assemble([read_one(file, topics, limits) for file in files], topics, problems)
    return with_any_posting(found, files, path)


def with_any_posting(found: Knowledge, files: Collection[Path], path: Path) -> Knowledge:
    """*found*, with a word on what is missing where none of *files* is about a posting."""
    if files and not found.errors and not found.base.postings:
        problem = Problem(shown(path), 0, "no file in this folder has a `posting:`", _BEGIN)
        return Knowledge(found.base, (problem, *found.problems))
    return found


def read_file(path: Path, topics: Table[str, Topic], limits: Limits = DEFAULT_LIMITS) -> Knowledge:
    """Read one knowledge file together with the learned file beside it, and nothing else."""
    try:
        files = listing(path).files if path.is_file() else (path,)
    except (OSError, ValueError):
        files = (path,)
    return assemble([read_one(file, topics, limits) for file in files], topics, ())[0]


def read_one(path: Path, topics: Table[str, Topic], limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read and judge a single file, whatever stands beside it; never raises."""
    reading = load(path, topics, limits)
    return replace(reading, problems=(*reading.problems, *judge(reading, topics)))


def nothing(path: Path, topics: Table[str, Topic], error: Exception) -> Knowledge:
    """What is known of a folder that cannot be listed."""
    if isinstance(error, FileNotFoundError):
        problem = Problem(shown(path), 0, "there is no such folder", f"create it; {_BEGIN}")
    else:
        reason = getattr(error, "strerror", None) or "the name is not possible"
        how = "check its name and who may read it"
        problem = Problem(shown(path), 0, f"the folder cannot be read ({reason})", how)
    return Knowledge(KnowledgeBase(topics=topics), (problem,))


def is_knowledge(name: str) -> bool:
    """Whether a file of this name is one of knowledge, and none that an editor keeps for itself."""
    return name.casefold().endswith(_ENDINGS) and not name.startswith(_EDITORS)


def _names(folder: Path) -> list[str]:
    """What lies in a folder, in order, without the folders in it."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if not entry.is_dir())


def _is_misnamed(name: str) -> bool:
    return name.casefold().endswith(_WRONG_ENDINGS)


def _misnamed(path: Path) -> Problem:
    how = f"rename it to {shown(path.with_suffix(''))} if it is to be used"
    return Problem(shown(path), 0, "the file is not read, its name ends in .txt", how, warning=True)


def _belong(one: Path, other: Path) -> bool:
    return base_name(one) == base_name(other) and is_learned(one) != is_learned(other)
