"""Which language a message is written in.

The languages of the bank are told by its own words, others by their script or by a general
identifier that is handed in.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.matching.text import fold, words

_CLEAR = 1.0
_KNOWN = 0.5
_FEWEST_LETTERS = 12
_SCRIPTS = {"ARABIC": "ar", "CYRILLIC": "uk", "HEBREW": "he", "GREEK": "el", "CJK": "zh"}
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
        if (by_script := _script(text)) is not None:
            return by_script
        found = [self.odds[word] for word in words(text) if word in self.odds]
        total = len([word for word in words(text) if word[0].isalpha()])
        known = len(found) / total if total else 0.0
        own = self._own(found)
        letters = sum(letter.isalpha() for letter in text)
        if self.identify is not None and letters >= _FEWEST_LETTERS and known < _FOREIGN:
            code, sure = self.identify(text)
            if code not in self.codes and sure >= _SURE:
                return code
        return own

    def _own(self, found: Sequence[tuple[float, ...]]) -> str | None:
        if not found or len(self.codes) < 2:  # noqa: PLR2004 - nothing to choose
            return self.codes[0] if found and self.codes else None
        sums = np.sum(np.asarray(found), axis=0)
        order = np.argsort(-sums)
        if sums[order[0]] - sums[order[1]] < _CLEAR:
            return None
        return self.codes[int(order[0])]


_FOREIGN = 0.75
_SURE = 0.9


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
    found: dict[str, int] = {}
    letters = [letter for letter in text if letter.isalpha()]
    for letter in letters:
        if letter < "\u0250":
            continue
        name = unicodedata.name(letter, "").partition(" ")[0]
        if name in _SCRIPTS:
            found[name] = found.get(name, 0) + 1
    if not found:
        return None
    script = max(found, key=lambda name: found[name])
    if found[script] * 2 < len(letters):
        return None
    lowered = set(fold(text)) | set(text.casefold())
    if script == "CYRILLIC" and lowered & _RUSSIAN and not lowered & _UKRAINIAN:
        return "ru"
    return _SCRIPTS[script]
