"""Which language a message is written in.

The languages of the bank are told by its own words, others by their script or by a general
identifier that is handed in.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from bot.matching.text import words

_CLEAR = 1.0
_FOREIGN = 0.85
"""Part of the words that the bank knows from which on a text is in one of the bank's languages."""
_SURE = 0.6
"""How sure the identifier has to be.

Measured on the bank (31,958 phrasings, each with the words of the others): 0.066 % are taken for
another language at 0.5, 0.025 % at 0.6, 0.003 % at 0.8; of 320 questions in eight other languages
98.1, 97.5 and 95.9 % are recognised.
"""
_FEWEST_LETTERS = 5
"""Fewest letters in the words that count. At 8, two recognised questions in a hundred are lost."""

_REMEMBERED = 4096
_LATIN_ENDS = "\u0250"

_ADDRESS = re.compile(r"@|://|\w\.\w")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "ARABIC": ("ar", "fa", "ps", "ur"),
    "CYRILLIC": ("uk", "ru"),
    "HEBREW": ("he",),
    "GREEK": ("el",),
    "CJK": ("zh",),
}
"""The languages of each script, first the one that is named where nothing tells more."""
_RUSSIAN = set("ыэъё")
_UKRAINIAN = set("іїєґ")

Identify = Callable[[str], tuple[str, float]]
"""Names the language of a text (ISO 639-1) and how sure that is, in [0, 1]."""


@dataclass(frozen=True)
class Languages:
    """Tells languages apart.

    ``odds`` holds for each known word the log-probability in each of ``codes``; words of the
    bank decide between the bank's languages, since a general identifier errs on short chat texts.
    """

    codes: tuple[str, ...] = ()
    odds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    identify: Identify | None = None

    def guess(self, text: str) -> str | None:
        """The language of a cleaned text, or None where it does not tell."""
        text = _without_addresses(text)
        if (script := _script(text)) is not None:
            return self._by_script(script, text)
        if self.identify is not None and self._looks_foreign(text):
            code, sure = self.identify(text)
            if code not in self.codes and sure >= _SURE:
                return code
        return self._own([self.odds[word] for word in words(text) if word in self.odds])

    def _by_script(self, script: str, text: str) -> str:
        codes = _SCRIPTS[script]
        letters = set(text.casefold())
        if script == "CYRILLIC" and (letters & _UKRAINIAN or letters & _RUSSIAN):
            return "uk" if letters & _UKRAINIAN else "ru"
        if len(codes) > 1 and self.identify is not None:
            code, _ = self.identify(text)
            return code if code in codes else codes[0]
        return codes[0]

    def _looks_foreign(self, text: str) -> bool:
        """Whether too few words are known. Asked first, since the identifier is slow to start."""
        telling = _telling(text)
        if sum(map(len, telling)) < _FEWEST_LETTERS:
            return False
        return sum(word in self.odds for word in telling) < _FOREIGN * len(telling)

    def _own(self, found: Sequence[tuple[float, ...]]) -> str | None:
        if not found or len(self.codes) < 2:  # noqa: PLR2004 - nothing to choose
            return self.codes[0] if found and self.codes else None
        sums = np.sum(np.asarray(found), axis=0)
        order = np.argsort(-sums)
        if sums[order[0]] - sums[order[1]] < _CLEAR:
            return None
        return self.codes[int(order[0])]


def _without_addresses(text: str) -> str:
    """*text* without e-mail addresses and links, which speak no language."""
    found = text.split()
    if _ADDRESS.search(text):
        found = [word for word in found if not _ADDRESS.search(word)]
    return " ".join(found)


def _telling(text: str) -> list[str]:
    """The words that tell a language by being unknown: those that start with a small letter.

    What starts with a capital may be a name, a town or a diploma, which are at home in every
    language. A text all in capitals counts whole.
    """
    found = _WORD.findall(text)
    plain = found if text.isupper() else [word for word in found if word[0].islower()]
    return [part for word in plain for part in _parts(word)]


@lru_cache(_REMEMBERED)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(words(word))


def learn_odds(texts: Mapping[str, Sequence[str]]) -> dict[str, tuple[float, ...]]:
    """For each word the log of how much likelier it is in each language than on average."""
    counts = [_counts(texts[code]) for code in texts]
    totals = [sum(count.values()) + len(count) for count in counts]
    vocabulary = sorted(set().union(*counts))
    odds: dict[str, tuple[float, ...]] = {}
    for word in vocabulary:
        logs = [
            float(np.log((count.get(word, 0) + 0.5) / total))
            for count, total in zip(counts, totals, strict=True)
        ]
        mean = sum(logs) / len(logs)
        odds[word] = tuple(round(value - mean, 3) for value in logs)
    return odds


def _counts(texts: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for text in texts:
        for word in words(text):
            if word[0].isalpha():
                counts[word] = counts.get(word, 0) + 1
    return counts


def _script(text: str) -> str | None:
    """The script of at least half of the letters, if it is one that tells a language."""
    if max(text, default="") < _LATIN_ENDS:
        return None
    found: dict[str, int] = {}
    letters = [letter for letter in text if letter.isalpha()]
    for letter in letters:
        if letter < _LATIN_ENDS:
            continue
        name = unicodedata.name(letter, "").partition(" ")[0]
        if name in _SCRIPTS:
            found[name] = found.get(name, 0) + 1
    if not found:
        return None
    script = max(found, key=lambda name: found[name])
    return script if found[script] * 2 >= len(letters) else None
