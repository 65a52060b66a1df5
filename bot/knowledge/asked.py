"""Phrasings as models are made from them, and the name of what was made."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from bot.core.posting import Posting
from bot.core.topic import Topic


class Asked:
    """Phrasings as they were written, their languages, and what each belongs to."""

    def __init__(self, asked: Iterable[tuple[str, str, str]]) -> None:
        self.questions, self.languages, self.labels = [
            list(column) for column in zip(*asked, strict=True)
        ] or [[], [], []]

    @classmethod
    def of_topics(cls, topics: Iterable[Topic]) -> "Asked":
        """Those of the bank."""
        return cls(
            [
                (question, language, topic.id)
                for topic in topics
                for language, questions in topic.questions.items()
                for question in questions
            ]
        )

    @classmethod
    def of_posting(cls, posting: Posting) -> "Asked":
        """Those that the entries of a posting bring along."""
        return cls(
            [
                (question, language, entry.id)
                for entry in posting.entries
                for language, questions in entry.questions.items()
                for question in questions
            ]
        )

    def same_as(self, other: "Asked") -> bool:
        """Whether the two are the same, in the same order."""
        return (self.questions, self.languages, self.labels) == (
            other.questions,
            other.languages,
            other.labels,
        )

    def key(self, *more: object) -> str:
        """A name for a model that is made from exactly this and *more*."""
        inputs = (self.questions, self.languages, self.labels, more)
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:24]

    def content(self) -> dict[str, Any]:
        """As the training process takes it."""
        return {
            "questions": self.questions,
            "languages": self.languages,
            "labels": self.labels,
        }
