"""One knowledge file, read and judged by itself: its head, its entries, its problems.

What stays out: what files mean to one another (`reading`).
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.nodes import Mapping, Node, Scalar, Sequence, line_of
from bot.knowledge.schema import EntryItem, KnowledgeFile, Known, LearnedFile, LearnedItem
from bot.knowledge.validation import validate
from bot.knowledge.yamltext import DEFAULT_LIMITS, Limits, read_yaml, shown

LEARNED = ".learned"
_MANY = 100
"""So many problems of entries are told per file, the first ones."""
Item = EntryItem | LearnedItem


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with the place where it stands; ``node`` knows the lines within it."""

    item: Item
    node: Node

    @property
    def line(self) -> int:
        """The line in which the entry begins."""
        return self.node.line

    def line_of(self, *path: str | int) -> int:
        """The line of a key within the entry."""
        return line_of(self.node, path)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read, with everything in it that has the right shape.

    ``head`` is None where it is wrong, and for a learned file, which has entries only. See
    ``usable`` before anything is taken from it.
    """

    path: Path
    root: Node | None
    head: KnowledgeFile | None
    entries: tuple[Placed, ...]
    problems: tuple[Problem, ...]

    @property
    def file(self) -> str:
        """The path as problems name it."""
        return shown(self.path)

    @property
    def usable(self) -> bool:
        """Whether the file is free of errors."""
        return not any(not problem.warning for problem in self.problems)

    def line_of(self, *path: str | int) -> int:
        """The line of a key, counted from the top of the file."""
        return line_of(self.root, path) if self.root is not None else 0


@lru_cache(8192)
def is_learned(path: Path) -> bool:
    """Whether the bot itself keeps this file, beside the hand-written one of the same name."""
    return path.stem.casefold().endswith(LEARNED)


@lru_cache(8192)
def base_name(path: Path) -> str:
    """What a hand-written file and the learned one beside it have in common."""
    return path.stem[: -len(LEARNED)] if is_learned(path) else path.stem


def load(path: Path, topics: Table[str, Topic], limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read and judge the file at *path*; never raises, whatever it holds."""
    document = read_yaml(path, limits)
    root = document.root
    if root is None:
        return Reading(path, None, None, (), document.problems)
    if not isinstance(root, Mapping):
        how = "begin with `posting:`, as in the example that comes with the bot"
        problem = Problem(document.file, root.line, "the file does not hold any key", how)
        return Reading(path, root, None, (), (*document.problems, problem))
    head, problems = _head(root, path, Known(topics))
    placed, more = _entries(root, path, Known(topics))
    found = (*document.problems, *problems, *more, *_duplicate_ids(root, document.file))
    return Reading(path, root, head, placed, found)


def _head(
    root: Mapping, path: Path, known: Known
) -> tuple[KnowledgeFile | None, tuple[Problem, ...]]:
    file = shown(path)
    if is_learned(path):
        return None, validate(LearnedFile, root, file, known, skip_items="entries")[1]
    return validate(KnowledgeFile, root, file, known, skip_items="entries")


def _entries(
    root: Mapping, path: Path, known: Known
) -> tuple[tuple[Placed, ...], tuple[Problem, ...]]:
    model: type[EntryItem | LearnedItem] = LearnedItem if is_learned(path) else EntryItem
    placed: list[Placed] = []
    found: list[Problem] = []
    for node in _items(root):
        item, problems = validate(model, node, shown(path), known)
        found += problems
        if item is not None:
            placed.append(Placed(item, node))
    return tuple(placed), tuple(found[:_MANY])


def _items(root: Mapping) -> list[Node]:
    entries = root.values.get("entries")
    return entries.items if isinstance(entries, Sequence) else []


def _duplicate_ids(root: Mapping, file: str) -> list[Problem]:
    """Entries of the same name, whatever else is wrong with them."""
    first: dict[str, int] = {}
    found = []
    for node in _items(root):
        for key in ("topic", "id"):
            value = node.values.get(key) if isinstance(node, Mapping) else None
            if isinstance(node, Mapping) and isinstance(value, Scalar) and not value.is_empty:
                line = node.keys[key]
                if value.text in first:
                    what = (
                        f"a second entry for `{value.text[:40]}`, "
                        f"the first is in line {first[value.text]}"
                    )
                    found.append(Problem(file, line, what, "make one entry of the two"))
                first[value.text] = line
                break
    return found
