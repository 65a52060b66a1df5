"""Concepts: words and expressions of several languages that mean one thing, found in a question.

`wage`, `rémunération` and `ça paie` share no letters; here they are all `pay`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

SHORTEST_STEM = 4
"""Letters that a stem has at least before its ``*``: by them it is looked up."""

Lexicon = Mapping[str, Mapping[str, Sequence[str]]]
"""The words of each concept by language, normalised; ``*`` ends a stem, spaces an expression."""


_REMEMBERED = 4096
_STEM = 5
_NOWHERE: dict[str, Any] = {}


class _Node:
    """A place in the tree of expressions: what ends here, and which words lead on."""

    __slots__ = ("lengths", "names", "stems", "words")

    def __init__(self) -> None:
        # Most places end an expression and lead nowhere: they share these.
        self.names: dict[str, None] = _NOWHERE
        self.words: dict[str, _Node] = _NOWHERE
        self.stems: dict[str, _Node] = _NOWHERE
        self.lengths: dict[str, list[int]] = _NOWHERE
        """How long the stems are that begin with these four letters."""

    def towards(self, word: str) -> "_Node":
        """The place that *word* of an expression leads to, made if it is not there yet."""
        if not word.endswith("*"):
            self.words = self.words or {}
            return _into(self.words, word)
        stem = word[:-1]
        self.stems, self.lengths = self.stems or {}, self.lengths or {}
        lengths = self.lengths.setdefault(stem[:SHORTEST_STEM], [])
        if len(stem) not in lengths:
            lengths.append(len(stem))
        return _into(self.stems, stem)

    def end(self, name: str) -> None:
        """An expression of the concept *name* ends here."""
        self.names = self.names or {}
        self.names[name] = None


def _into(nodes: dict[str, _Node], word: str) -> _Node:
    found = nodes.get(word)
    if found is None:
        found = nodes[word] = _Node()
    return found


class Concepts:
    """Knows which words mean what, in all languages at once: a candidate may mix them."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Grow the tree of expressions.

        Args:
            lexicon: words as `bot.matching.text.words` makes them; a stem has `SHORTEST_STEM`
                letters or more before its ``*``.
        """
        self._root = _Node()
        self._begun = lru_cache(_REMEMBERED)(self._beginnings)
        self._later: dict[str, list[tuple[str, str]]] = {}
        for name, languages in lexicon.items():
            for expressions in languages.values():
                for expression in expressions:
                    begin = expression.partition(" ")[0][:SHORTEST_STEM]
                    self._later.setdefault(begin, []).append((expression, name))

    def find(self, words: Sequence[str]) -> list[str]:
        """The concepts in *words*, each once, in the order in which they begin.

        An expression counts besides the words in it: "part time" is part time, and time too.
        """
        found: dict[str, None] = {}
        for place, word in enumerate(words):
            for node in self._begun(word):
                _take(node, words, place, found)
        return list(found)

    def _beginnings(self, word: str) -> list[_Node]:
        """The places that *word* leads to as the first of an expression."""
        begin = word[:SHORTEST_STEM]
        if begin in self._later:
            self._grow(begin)
        return list(_ways(self._root, word))

    def _grow(self, begin: str) -> None:
        """Grow what begins with these letters, when they are first met: a start needs few of them.

        Several threads may do it at the same time: it comes to the same.
        """
        for expression, name in self._later.get(begin, ()):
            node = self._root
            for word in expression.split():
                node = node.towards(word)
            node.end(name)
        self._later.pop(begin, None)


def beginnings(words: Sequence[str]) -> list[str]:
    """The beginnings of *words*, as concepts: what counts of them is which stand together.

    For entries that compete with nothing else: of a few phrasings, ten of an intent, every pair of
    words tells something, whatever stands between the two.
    """
    return [f"~{word[:_STEM]}" for word in words if not word.startswith("§")]


def _ways(node: _Node, word: str) -> Iterator[_Node]:
    if exact := node.words.get(word):
        yield exact
    for length in node.lengths.get(word[:SHORTEST_STEM], ()):
        # A word shorter than the stem is cut to itself, and may be a shorter stem.
        if length <= len(word) and (stem := node.stems.get(word[:length])):
            yield stem


def _take(node: _Node, words: Sequence[str], place: int, found: dict[str, None]) -> None:
    found.update(node.names)
    if (node.words or node.stems) and place + 1 < len(words):
        for further in _ways(node, words[place + 1]):
            _take(further, words, place + 1, found)
