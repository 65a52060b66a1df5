"""The nearest known word to a misspelt one, for "did you mean ...?".

What stays out: matching candidates' questions, which is another matter (`bot.matching`).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.core.topic import Topic, is_special

_MARKS = re.compile("[\u0300-\u036f]+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_CLOSE_ENOUGH = 60.0
_LONGEST = 80


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of *known* that *word* was probably meant to be, or None if none is close."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - where something was misspelt only

    found = process.extractOne(
        folded(word[:_LONGEST]),
        list(known),
        scorer=fuzz.ratio,
        processor=folded,
        score_cutoff=_CLOSE_ENOUGH,
    )
    return found[0] if found else None


def nearest_topic(word: str, topics: Mapping[str, Topic]) -> str | None:
    """The topic that *word* was probably meant to be, by its id or by its label.

    A label counts in any language, so that ``salaire`` leads to ``salary``.
    """
    names = {folded(topic.id): topic.id for topic in topics.values() if not is_special(topic.id)}
    for topic in topics.values():
        if not topic.is_special:
            for label in topic.label.values():
                names.setdefault(folded(label), topic.id)
    found = nearest(word, names)
    return names[found] if found else None


def folded(text: str) -> str:
    """*text* without case, accents and punctuation, words apart by single spaces."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return _BETWEEN_WORDS.sub(" ", bare).strip()
