"""The tree of a YAML file: texts, lists and mappings that know their line.

What stays out: reading files (`yamltext`) and what the keys mean (`schema`).
"""

from dataclasses import dataclass, field
from typing import TypeAlias

# Not frozen: a frozen dataclass takes three times as long to make, and the bank makes 20,000.


@dataclass(slots=True)
class Scalar:
    """A text as it was typed, whatever it looks like: ``no``, ``39:00`` and ``1.10`` are texts.

    ``plain`` says that it stood there without quotation marks.
    """

    text: str
    line: int
    plain: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: no value, or YAML's own word for nothing."""
        return self.plain and self.text in {"", "~", "null"}


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list["Node"]
    line: int


@dataclass(slots=True)
class Mapping:
    """Keys with their values, in the order of the file; ``keys`` knows the line of each key."""

    values: dict[str, "Node"]
    line: int
    keys: dict[str, int] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
"""The same tree without lines; None for a value that was left empty."""


def plain(node: Node) -> Plain:
    """The tree as plain values: texts, lists, dicts, and None for what was left empty."""
    if isinstance(node, Scalar):
        return None if node.is_empty else node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}


def line_of(node: Node, path: tuple[str | int, ...]) -> int:
    """The line of what *path* leads to, else of the closest thing on the way that is there.

    A value under a key counts as standing where its key stands. Steps that lead nowhere are
    skipped, since a schema may see more levels than the file has.
    """
    line = node.line
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.values:
            line, node = node.keys[step], node.values[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
    return line
