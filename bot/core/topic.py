"""Topics: the kinds of question that candidates ask everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Texts = Mapping[str, str]
"""A text by language (``{"fr": ..., "en": ...}``); a language may be missing."""

Phrasings = Mapping[str, tuple[str, ...]]
"""Ways of asking, by language."""

SMALL_TALK = "smalltalk"
OUT_OF_SCOPE = "out_of_scope"
_SPECIAL = (SMALL_TALK, OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of question, shipped with the product together with its phrasings.

    A dot makes a detail topic: ``hours.nights`` is a detail of ``hours``. ``smalltalk.*`` and
    ``out_of_scope.*`` are in the bank to be recognised, never to be answered from a posting.
    """

    id: str
    label: Texts
    about: Texts = field(default_factory=dict)
    questions: Phrasings = field(default_factory=dict)
    scope: str = ""

    @property
    def parent(self) -> str | None:
        """The topic that this one is a detail of, or None for a topic of its own."""
        return parent_of(self.id)

    @property
    def is_special(self) -> bool:
        """Whether this is small talk or out of scope, which no posting answers."""
        return is_special(self.id)


def parent_of(topic: str) -> str | None:
    """``hours`` for ``hours.nights``; None for ``hours`` itself."""
    head, dot, _ = topic.rpartition(".")
    return head if dot else None


def is_special(topic: str) -> bool:
    """Whether *topic* belongs to small talk or out of scope."""
    return topic.partition(".")[0] in _SPECIAL


def pick(texts: Texts, language: str, fallbacks: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """The text for *language*, else for the first fallback that is there, else for any.

    Returns:
        ``(language, text)`` of what was found, or None when *texts* is empty.
    """
    for wanted in (language, *fallbacks, *texts):
        if texts.get(wanted):
            return wanted, texts[wanted]
    return None
