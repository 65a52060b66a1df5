"""What the bot itself says, read from one file per language.

What stays out: filling and choosing a sentence (`bot.core.phrases`).
"""

import functools
import string
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from bot.core.phrases import FALLBACK, Phrases
from bot.errors import KnowledgeError, Problem
from bot.knowledge.nodes import Mapping, Node, Scalar
from bot.knowledge.yamltext import read_yaml, shown


def read_phrases(folder: Path) -> Phrases:
    """The sentences of every ``<language>.yaml`` in *folder*.

    A file is a mapping of keys to sentences; a second level is joined by a dot
    (``smalltalk.thanks``).

    Raises:
        KnowledgeError: with every problem of every file: unreadable, no English, or a sentence
            whose placeholders are not those of the English one (it would fail while speaking).
    """
    texts: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    lines: dict[tuple[str, str], tuple[str, int]] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        problems += document.problems
        if document.root is not None:
            language = texts.setdefault(path.stem, {})
            for key, scalar in _sentences(document.root, document.file, problems):
                language[key] = scalar.text.strip()
                lines[path.stem, key] = (document.file, scalar.line)
    if FALLBACK not in texts:
        problems.append(Problem(shown(folder), 0, f"{FALLBACK}.yaml is missing"))
    problems += _misfits(texts, lines)
    if problems:
        raise KnowledgeError(*problems)
    return Phrases(texts)


@functools.cache
def shipped_phrases() -> Phrases:
    """The sentences that come with the product, read once per process."""
    with resources.as_file(resources.files("bot") / "phrases") as folder:
        return read_phrases(folder)


def missing_phrases(phrases: Phrases) -> dict[str, tuple[str, ...]]:
    """For each language the keys that only other languages have; empty where all is there."""
    every = {key for texts in phrases.texts.values() for key in texts}
    gaps = {
        language: tuple(sorted(every - texts.keys())) for language, texts in phrases.texts.items()
    }
    return {language: keys for language, keys in gaps.items() if keys}


def _sentences(
    root: Node, file: str, problems: list[Problem], above: str = ""
) -> Iterator[tuple[str, Scalar]]:
    if not isinstance(root, Mapping):
        problems.append(Problem(file, root.line, "keys with sentences are expected here"))
        return
    for name, node in root.values.items():
        key = f"{above}.{name}" if above else name
        if isinstance(node, Scalar):
            yield key, node
        elif isinstance(node, Mapping) and not above:
            yield from _sentences(node, file, problems, name)
        else:
            problems.append(Problem(file, node.line, f"`{key}` should be a sentence"))


def _misfits(
    texts: dict[str, dict[str, str]], lines: dict[tuple[str, str], tuple[str, int]]
) -> Iterator[Problem]:
    english = texts.get(FALLBACK, {})
    for (language, key), (file, line) in lines.items():
        text = texts[language][key]
        names = _names(text)
        if names is None:
            how = "write {name} for what is filled in, and {{ }} for braces themselves"
            yield Problem(file, line, f"`{key}` has a brace too many or too few", how)
        elif key in english and names != _names(english[key]):
            how = "fill in the same as in English"
            yield Problem(file, line, f"`{key}` has other placeholders than in English", how)


def _names(text: str) -> frozenset[str] | None:
    """The placeholders of a sentence, or None if its braces are wrong."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
    except ValueError:
        return None
