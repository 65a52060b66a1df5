"""Finding the alike among many: the founding questions of gaps, by the words that they share.

Pure: values in, values out. What stays out: what likeness is (`bot.storage.grouping`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from bot.storage.grouping import ALIKE

_STEM = 4
"""Letters of a word that must be the same for it to be looked at: endings and most typos differ
later. A pair that this misses stays two gaps, which a moderator can merge."""

_MOST_COMPARED = 200
"""A question is compared letter by letter with so many others at most: those that share most."""


@dataclass(slots=True)
class Founders:
    """What questions are compared with, by name; of equally close ones the first added wins."""

    _keys: list[str] = field(default_factory=list)
    _names: list[int] = field(default_factory=list)
    _exact: dict[str, int] = field(default_factory=dict)
    _by_stem: dict[str, list[int]] = field(default_factory=dict)

    def add(self, name: int, key: str, *, first: bool = False) -> None:
        """Let *key* (as `bot.storage.grouping.telling` makes it) stand for *name*.

        *first* says that it comes before another one with the very same key.
        """
        if not key:
            return
        if first:
            self._exact[key] = name
        place = len(self._keys)
        self._keys.append(key)
        self._names.append(name)
        self._exact.setdefault(key, name)
        for stem in _stems(key):
            self._by_stem.setdefault(stem, []).append(place)

    def nearest(self, key: str) -> int | None:
        """The name of the closest, if it is alike."""
        if not key or not self._keys:
            return None
        if key in self._exact:
            return self._exact[key]
        shared: Counter[int] = Counter()
        for stem in _stems(key):
            shared.update(self._by_stem.get(stem, ()))
        ranked = sorted(shared, key=lambda place: (-shared[place], place))[:_MOST_COMPARED]
        places = sorted(ranked)
        texts = [self._keys[place] for place in places]
        near = process.extractOne(key, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return self._names[places[near[2]]] if near else None


def likeness(one: str, other: str) -> float:
    """How alike two keys are, of 100."""
    return round(fuzz.ratio(one, other), 1)


def shared_words(one: str, other: str) -> tuple[str, ...]:
    """The words that two keys have in common, in alphabetical order."""
    return tuple(sorted(set(one.split()) & set(other.split())))


def _stems(key: str) -> Iterable[str]:
    return sorted({word[:_STEM] for word in key.split()})
