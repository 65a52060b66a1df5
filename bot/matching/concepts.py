"""Concepts: words and expressions of several languages that mean one thing, found in a question.

`wage`, `rémunération` and `ça paie` share no letters; here they are all `pay`.
"""

from collections.abc import Mapping, Sequence

SHORTEST_STEM = 4
"""Letters that a stem has at least before its ``*``: by them it is looked up."""

Lexicon = Mapping[str, Mapping[str, Sequence[str]]]
"""The words of each concept by language, normalised; ``*`` ends a stem, spaces an expression."""


class _Node:
    """A place in the tree of expressions: what ends here, and which words lead on."""

    __slots__ = ("lengths", "names", "stems", "words")

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.words: dict[str, _Node] = {}
        self.stems: dict[str, _Node] = {}
        self.lengths: dict[str, list[int]] = {}
        """How long the stems are that begin with these four letters."""

    def towards(self, word: str) -> "_Node":
        """The place that *word* of an expression leads to, made if it is not there yet."""
        if not word.endswith("*"):
            return self.words.setdefault(word, _Node())
        stem = word[:-1]
        lengths = self.lengths.setdefault(stem[:SHORTEST_STEM], [])
        if len(stem) not in lengths:
            lengths.append(len(stem))
        return self.stems.setdefault(stem, _Node())


class Concepts:
    """Knows which words mean what, in all languages at once: a candidate may mix them."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Grow the tree of expressions.

        Args:
            lexicon: words as `bot.matching.text.words` makes them; a stem has `SHORTEST_STEM`
                letters or more before its ``*``.
        """
        self._root = _Node()
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
            begin = word[:SHORTEST_STEM]
            if begin in self._later:
                self._grow(begin)
            _follow(self._root, words, place, found)
        return list(found)

    def _grow(self, begin: str) -> None:
        """Grow what begins with these letters, when they are first met: a start needs few of them.

        Several threads may do it at the same time: it comes to the same.
        """
        for expression, name in self._later.get(begin, ()):
            node = self._root
            for word in expression.split():
                node = node.towards(word)
            node.names[name] = None
        self._later.pop(begin, None)


def _follow(node: _Node, words: Sequence[str], place: int, found: dict[str, None]) -> None:
    word = words[place]
    if exact := node.words.get(word):
        _take(exact, words, place, found)
    if lengths := node.lengths.get(word[:SHORTEST_STEM]):
        for length in lengths:
            # A word shorter than the stem is cut to itself, and may be a shorter stem.
            if length <= len(word) and (stem := node.stems.get(word[:length])):
                _take(stem, words, place, found)


def _take(node: _Node, words: Sequence[str], place: int, found: dict[str, None]) -> None:
    if node.names:
        found.update(node.names)
    if (node.words or node.stems) and place + 1 < len(words):
        _follow(node, words, place + 1, found)
