"""How people type on a phone, read from one file per language: ``koi`` stands for ``quoi``.

The tables of all languages are used together, since a chat message of three words hardly tells
its language. What stays out: applying them (`bot.matching.text`).
"""

import functools
from importlib import resources
from pathlib import Path

from bot.errors import KnowledgeError, Problem
from bot.knowledge.nodes import Mapping, Scalar
from bot.knowledge.yamltext import read_yaml, shown
from bot.matching.text import Spellings, fold


def read_spellings(folder: Path) -> Spellings:
    """The words of every ``<language>.yaml`` in *folder*; the first language that has one wins.

    Raises:
        KnowledgeError: with every problem of every file.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        problems += document.problems
        if not isinstance(document.root, Mapping):
            continue
        for word, value in document.root.values.items():
            if isinstance(value, Scalar) and fold(word) == word and " " not in word:
                found.setdefault(word, value.text)
                continue
            what = f"“{word}” cannot be read as a spelling"
            how = "write one word, lower case without accents, a colon, and what it stands for"
            problems.append(Problem(shown(path), document.root.keys.get(word, 0), what, how))
    if problems:
        raise KnowledgeError(*problems)
    return Spellings(found)


@functools.cache
def shipped_spellings() -> Spellings:
    """The spellings that come with the product, read once per process."""
    with resources.as_file(resources.files("bot") / "spellings") as folder:
        return read_spellings(folder)
