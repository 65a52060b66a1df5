"""Cutting a message into sentences and clauses, and telling what kind of piece each one is."""

import re
from enum import Enum

from bot.matching.text import fold

_SENTENCE = re.compile(r"(?<=[.?!;…])[\s)»\"]+|\n+|(?<=[?!])(?=\w)")
_CLAUSE = re.compile(
    r"\s*[,;+&]\s*(?:(?=(?:et|and|mais|but|puis)\b))?|\s*:\s+(?=\w)"
    r"|\s+(?=(?:et|ainsi\s+que|puis(?![\s-]je)|mais"
    r"|and|but|as\s+well\s+as)\b)",
    re.IGNORECASE,
)
_AND = r"(?:(?:et|and|mais|but|puis|ainsi\s+que|as\s+well\s+as)\s+(?:aussi\s+|also\s+)?)"
_JOINED = re.compile(rf"^{_AND}", re.IGNORECASE)
_DEFINITE = re.compile(
    rf"^{_AND}?(?:les?|la|l|mon|ma|mes|vos|votre|the|your|my|pour|about|quel\w*|what)\b"
)
_CONTINUES = re.compile(
    rf"^{_AND}?(?:elles?|ils|il (?!y|faut|me|est|fait)|se|s|on (?:la|le|les|l)|they|he|she)\b"
)
_REQUEST = re.compile(
    r"\b(?:savoir|indiquer|preciser|dites|dis moi|rappel\w*|besoin|expliquer|tell me|let me know"
    r"|know|wonder\w*|confirm\w*|need)\b"
)
_ASKING = (
    "quel|quels|quelle|quelles|kel|quand|qd|kan|ou est|c ?est ou|combien|cmb|cb|comment|cmt",
    "pourquoi|qui|quoi|koi|est ce|es ce|esque|que dois|faut il|y a t il|ya t il|peut on|doit on",
    "a t on|suis je|dois je|puis je|ce que|savoir|indiquer|preciser|dites moi|dis moi",
    r"rappel\w* moi|il me faut|j ?aurais besoin",
    "presentez|parlez|expliquez|what|whats|when|where|how|who|which|why|tell me|let me know",
    r"know|i need|walk me|give me|confirm\w*",
    r"si je comprends bien|si j ?ai bien compris|si je ne me trompe|sauf erreur|n ?est ce pas",
    r"if i understand|if i ?m not mistaken|if i got it right|am i right|is that right",
)
_AUXILIARIES = "is|are|do|does|did|can|could|will|would|should|must|may|have|has|am"
_CUES = re.compile(
    rf"\b(?:{'|'.join(_ASKING)})\b"
    r"|\b\w+ (?:vous|tu|t il|t elle|t on)\b\??$|\b\w+-(?:vous|tu|t-il|t-elle|t-on|je|il|on)\b"
    rf"|^(?:(?:and|but|so|also|or)\s+)?(?:{_AUXILIARIES})\b"
    r"|\bou$"
)
_PLAINLY = re.compile(
    rf"^{_AND}?(?:quel\w*|combien|comment|pourquoi|est ce|faut il|y a t il|peut on|doit on|what"
    rf"|when|where|how|who|which|why|{_AUXILIARIES})\b|\b(?:quoi|koi|combien|cmb|cb)\b|\bou$"
)
_PERSON = re.compile(r"\b(?:je|j|jai|jsuis|moi|mon|ma|mes|nous|on|i|i'm|im|i've|my|me|we|our)\b")
_TELLS = re.compile(
    r"\b(?:ai|as|est|sont|etes|ont|sera|is|are|was|were|has|have|had|be|vous|tu|vs|you)\b|\ba \d"
)
MOST_SENTENCES = 12
MOST_CLAUSES = 5
_LONGEST_NAME = 7


class Shape(Enum):
    """What a piece of a message looks like."""

    QUESTION = "question"
    """It asks by itself."""
    NAME = "name"
    """A few words that only name a matter: ``le salaire``, ``start date``."""
    STATEMENT = "statement"
    """It tells something; by itself it asks nothing."""
    STORY = "story"
    """It tells something of the writer: context, hardly ever a question."""


def sentences(text: str) -> list[str]:
    """The sentences of a cleaned message, in order, `MOST_SENTENCES` at most.

    A line end parts as a full stop does. What is over the limit stays with the last sentence.
    """
    found = [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]
    if len(found) > MOST_SENTENCES:
        found[MOST_SENTENCES - 1 :] = [" ".join(found[MOST_SENTENCES - 1 :])]
    return found


def clauses(sentence: str) -> list[str]:
    """The pieces of a sentence between commas and conjunctions; the sentence alone if one piece."""
    found = [part.strip(" .?!:") for part in _CLAUSE.split(sentence)]
    found = [part for part in found if any(letter.isalnum() for letter in part)]
    return found if 1 < len(found) <= MOST_CLAUSES else [sentence]


def asks(sentence: str) -> bool:
    """Whether a sentence ends as a question does."""
    return sentence.rstrip(" \"»)'").endswith("?")


def requests(sentence: str) -> bool:
    """Whether a sentence without a question mark asks all the same, and is no story.

    Beside a sentence that does end as a question, "since 2019, when my son was born" is context.
    """
    folded = fold(sentence).replace("'", " ")
    if shape(sentence) is not Shape.QUESTION:
        return False
    if _PLAINLY.search(folded.replace("-", " ").strip(" .!")):
        return True
    return not _PERSON.search(folded) or _REQUEST.search(folded) is not None


def is_joined(piece: str) -> bool:
    """Whether a piece hangs on the one before it by a conjunction: ``et pour quelle durée``."""
    return _JOINED.match(piece) is not None


def continues(piece: str) -> bool:
    """Whether a piece goes on about what the one before it named: ``elle se discute``."""
    return _CONTINUES.match(fold(piece).replace("'", " ")) is not None


def is_definite(piece: str) -> bool:
    """Whether a piece names a matter of its own: ``et le salaire``, not ``et suivre``."""
    return _DEFINITE.match(fold(piece).replace("'", " ")) is not None


def shape(piece: str) -> Shape:
    """Whether a piece asks, names a matter, or tells something."""
    folded = fold(piece).replace("'", " ").strip(" .!?")
    if _CUES.search(folded) or _CUES.search(folded.replace("-", " ")):
        return Shape.QUESTION
    if _PERSON.search(folded):
        return Shape.STORY
    if len(folded.split()) <= _LONGEST_NAME and not _TELLS.search(folded):
        return Shape.NAME
    return Shape.STATEMENT
