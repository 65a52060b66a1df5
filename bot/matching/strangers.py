"""Whether a question is about somebody or something else: a name that the posting does not know.

"What languages are spoken in Eritrea?" shares its telling words with questions of candidates; what
gives it away is a name that no posting of ours holds, in a sentence about nobody in the chat.
"""

import re
from collections.abc import Container

from bot.core.posting import Posting
from bot.matching.text import fold, words

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_END = '.?!:;…\n"«»“”(-•*'
_SHORTEST = 3
_CHAT = {
    "je",
    "j",
    "moi",
    "mon",
    "ma",
    "mes",
    "me",
    "m",
    "nous",
    "notre",
    "nos",
    "on",
    "vous",
    "votre",
    "vos",
    "vs",
    "tu",
    "ton",
    "ta",
    "tes",
    "te",
    "t",
    "toi",
    "i",
    "im",
    "ive",
    "id",
    "ill",
    "my",
    "mine",
    "we",
    "our",
    "us",
    "you",
    "your",
    "yours",
    "u",
    "ur",
}
"""Who speaks, and who is spoken to."""
_JOB = {
    "poste",
    "post",
    "job",
    "jobs",
    "role",
    "offre",
    "annonce",
    "emploi",
    "mission",
    "travail",
    "taf",
    "boulot",
    "position",
    "posting",
    "contrat",
    "contract",
    "candidature",
    "candidatures",
    "application",
    "cv",
    "apply",
    "postuler",
    "salaire",
    "salary",
    "employeur",
    "employer",
    "recrutement",
    "recruitment",
}
"""The job, and what leads to it."""
_OURS = frozenset(_CHAT | _JOB)


def known_words(posting: Posting) -> frozenset[str]:
    """Every word that a posting's title, answers, labels and own questions hold, folded."""
    texts = [posting.organisation, *posting.title.values()]
    for entry in posting.entries:
        texts += [*entry.answer.values(), *entry.answer_closed.values(), *entry.label.values()]
        texts += [question for asked in entry.questions.values() for question in asked]
        texts.append(entry.quote)
    return frozenset(word for text in texts for word in words(text))


def names_a_stranger(text: str, known: Container[str]) -> bool:
    """Whether *text* names what the posting does not know, and speaks of nobody in the chat.

    Args:
        text: cleaned, in the case in which it was typed; shouting and all lower case tell nothing.
        known: the folded words of the posting.
    """
    if text.isupper():
        return False
    named = any(
        word not in known
        for name in _names(text)
        for word in fold(name).replace("'", " ").split()
        if len(word) >= _SHORTEST
    )
    return named and _OURS.isdisjoint(words(text))


def _names(text: str) -> list[str]:
    """The words with a capital that do not begin a sentence; an acronym may be anything: a CDI."""
    found: list[str] = []
    if text[1:].islower():
        return found
    for match in _WORD.finditer(text):
        word = match[0].partition("'")[2] or match[0]
        if not word.istitle():
            continue
        before = text[: match.start()].rstrip()
        if before and before[-1] not in _SENTENCE_END:
            found.append(word)
    return found
