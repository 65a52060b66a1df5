"""A model applied to a tree of nodes: what pydantic finds, with its line and in plain words.

What stays out: which keys there are (`schema`).
"""

import re
from collections.abc import Collection
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Problem
from bot.knowledge.mistake import KIND
from bot.knowledge.nearest import nearest
from bot.knowledge.nodes import Node, Plain, line_of, plain
from bot.knowledge.schema import CheckItem, EntryItem, KnowledgeFile, Known, PostingHead

_Model = TypeVar("_Model", bound=BaseModel)
_Path = tuple[str | int, ...]

_BELOW: dict[str, type[BaseModel]] = {"posting": PostingHead, "tests": CheckItem}
_HOMES: dict[type[BaseModel], str] = {
    PostingHead: "below `posting:`, indented",
    EntryItem: "into one of the `entries:`, indented",
    KnowledgeFile: "at the top of the file, not indented",
}
_MANY = 50
"""So many problems of one kind are told per file; a file that has more is no knowledge file."""


def validate(
    model: type[_Model], node: Node, file: str, known: Known, *, skip_items: str = ""
) -> tuple[_Model | None, tuple[Problem, ...]]:
    """Apply *model* to *node*.

    The items of the list under the key *skip_items* are left out, so that they can be validated
    one by one: a mistake in one of them does not hide those in the others.

    Returns:
        The model, or None with at least one problem.
    """
    data: Plain = plain(node)
    if isinstance(data, dict) and isinstance(data.get(skip_items), list):
        data[skip_items] = []
    try:
        return model.model_validate(data, context=known), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        wrong_keys = {_path(detail) for detail in details if _is_about_key(detail)}
        paths = {_path(detail) for detail in details}
        found = (
            _problem(detail, model, node, file)
            for detail in details[:_MANY]
            # What stands below a key that must not be there needs no words of its own, and a list
            # is hardly empty whose items are wrong.
            if (_is_about_key(detail) or _path(detail) not in wrong_keys)
            and not (detail["type"] == "too_short" and _is_above(_path(detail), paths))
        )
        return None, tuple(dict.fromkeys(found))


def _is_about_key(detail: ErrorDetails) -> bool:
    """Pydantic marks an error of a key, rather than of its value, by this last step."""
    return detail["loc"][-1:] == ("[key]",)


def _is_above(path: _Path, paths: Collection[_Path]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)


def _path(detail: ErrorDetails) -> _Path:
    return detail["loc"][:-1] if _is_about_key(detail) else detail["loc"]


def _problem(detail: ErrorDetails, model: type[BaseModel], node: Node, file: str) -> Problem:
    path = _path(detail)
    return Problem(file, line_of(node, path), *_words(detail, model, path))


def _words(detail: ErrorDetails, model: type[BaseModel], path: _Path) -> tuple[str, str]:
    name = ".".join(step for step in path if isinstance(step, str) and step)[:60]
    kind = detail["type"]
    owner = _owner(model, path)
    if kind == KIND:
        context = detail.get("ctx", {})
        return f"`{name}`: {context['what']}" if name else context["what"], context["how"]
    if kind == "missing":
        return f"`{name}` is missing or empty", f"add `{path[-1]}: {_example(owner, path)}`"
    if kind == "extra_forbidden":
        return f"nothing is known by the name of `{name}`", _advice(str(path[-1]), owner)
    return _wrong_type(kind, name, detail["input"], _example(owner, path)) or (
        f"`{name}`: {detail['msg']}",
        "",
    )


def _wrong_type(kind: str, name: str, found: Any, example: str) -> tuple[str, str] | None:
    shape = f"`{name}`" if name else "this"
    if kind == "string_type":
        if found is None:
            return f"{shape} is empty", "write the text, or remove the line"
        what = "a list" if isinstance(found, list) else "keys"
        how = "write the text on one line in quotation marks, or below `>-`"
        return f"{shape} should be a text, but is read as {what}", how
    if kind in {"list_type", "tuple_type"}:
        return f"{shape} should be a list", "begin each of its items with `- `"
    if kind in {"dict_type", "model_type"}:
        how = f"write it as `{example}`" if example != "..." else "write `key: value` lines"
        return f"{shape} should hold keys with their values", how
    if kind == "too_short":
        return f"{shape} is empty", f"write for example {example}"
    return None


def _owner(model: type[BaseModel], path: _Path) -> type[BaseModel]:
    """The model that the last step of *path* is a key of."""
    for step in path[:-1]:
        if model is KnowledgeFile and isinstance(step, str):
            model = _BELOW.get(step, model)
    return model


def _example(owner: type[BaseModel], path: _Path) -> str:
    fields = (owner.model_fields.get(str(step)) for step in reversed(path))
    found = next((f for f in fields if f is not None), None)
    return str(found.examples[0]) if found is not None and found.examples else "..."


def _advice(key: str, owner: type[BaseModel]) -> str:
    for other, home in _HOMES.items():
        if other is not owner and key in other.model_fields:
            return f"it belongs {home}"
    if meant := nearest(key, owner.model_fields):
        return f"did you mean `{meant}`?"
    if re.fullmatch("[a-z]{2}", key):
        return "a language belongs below its key, indented further"
    return f"remove it; known are {', '.join(owner.model_fields)}"
