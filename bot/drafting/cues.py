"""How postings say what they say, read from one file per language: headings, labels, sentences."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from bot.drafting.values import simple
from bot.errors import KnowledgeError, Problem
from bot.knowledge.nodes import Mapping as MappingNode
from bot.knowledge.nodes import Scalar, Sequence
from bot.knowledge.yamltext import read_yaml

SPOKEN = ("fr", "en", "de", "es")
_ARTICLES = re.compile(
    r"^(?:[\W\d_]+|[ivx]+[.)] |(?:le|la|les|l'|un|une|votre|vos|notre|nos|the|your|our|ihre?|"
    r"deine?|"
    r"unsere?|die|der|das|el|los|las|tus?|su|nuestr[oa]s?|de l'|du|des) ?(?<=[ ']))+"
)
_AND = re.compile(r" (?:et|and|&|und|y|e|\+|/|sowie) |, | ?/ ?")
_SURE = "!"
_ANY = "any"
"""The file of what is written alike in every language."""


@dataclass(frozen=True)
class Cues:
    """The patterns for postings in one language; see ``cues/fr.yaml``."""

    language: str
    headings: Mapping[str, re.Pattern[str]]
    says: Mapping[str, tuple[re.Pattern[str], ...]]
    sure: Mapping[str, re.Pattern[str]]

    def heading(self, text: str) -> str | None:
        """What a heading or a label is for: a topic, a kind of section with a star, or None."""
        for topic, _ in self._heading(text):
            return topic
        return None

    def headings_in(self, text: str) -> tuple[str, ...]:
        """What a heading is for that may name several matters ("Pay and benefits")."""
        whole = self._heading(text)
        pieces = [piece for piece in _AND.split(simple(text)) if piece.strip()]
        if len(pieces) < 2 or len(pieces) > 4:  # noqa: PLR2004 - a sentence is no list of names
            return tuple(topic for topic, _ in whole)
        if whole and whole[0][1] > len(pieces[0]) + 1:
            return (whole[0][0],)
        found = [topic for piece in pieces for topic, _ in self._heading(piece)]
        return tuple(dict.fromkeys(found)) or tuple(topic for topic, _ in whole)

    def covers_all(self, text: str) -> bool:
        """Whether a text is nothing but a known heading."""
        stripped = _ARTICLES.sub("", simple(text)).rstrip(" :?")
        return any(pattern.fullmatch(stripped) for pattern in self.headings.values())

    def _heading(self, text: str) -> list[tuple[str, int]]:
        folded = simple(text).strip(" :?.-–—*#")
        stripped = _ARTICLES.sub("", folded)
        for candidate in (folded, stripped):
            for topic, pattern in self.headings.items():
                if match := pattern.match(candidate):
                    return [(topic, match.end())]
        if self.language == "en":
            return []
        # Portals put English labels around a posting in any language.
        english = shipped_cues("en").headings.items()
        return [(topic, len(folded)) for topic, one in english if one.fullmatch(folded)][:1]

    def topics_of(self, marked: str) -> dict[str, bool]:
        """The topics that a sentence with marks is on, and whether each is sure anywhere."""
        found = {}
        for topic, patterns in self.says.items():
            if any(pattern.search(marked) for pattern in patterns):
                sure = self.sure.get(topic)
                found[topic] = bool(sure and sure.search(marked))
        return found


@functools.cache
def shipped_cues(language: str) -> Cues:
    """The cues of *language*, or the English ones where there are none."""
    name = language if language in SPOKEN else "en"
    headings = {
        topic: re.compile(f"(?:{'|'.join(texts)})")
        for topic, texts in _lists(name, "headings").items()
    }
    says: dict[str, tuple[re.Pattern[str], ...]] = {}
    sure: dict[str, re.Pattern[str]] = {}
    spoken = _lists(name, "says")
    for topic, texts in _lists(_ANY, "says").items():
        spoken[topic] = [*spoken.get(topic, ()), *texts]
    for topic, texts in spoken.items():
        # `a|!b` is two cues, the second of them sure.
        pieces = [piece for text in texts for piece in re.sub(r"\|!", "\0!", text).split("\0")]
        says[topic] = tuple(re.compile(piece.removeprefix(_SURE)) for piece in pieces)
        certain = [piece[1:] for piece in pieces if piece.startswith(_SURE)]
        if certain:
            sure[topic] = re.compile("|".join(certain))
    return Cues(language, headings, says, sure)


def _lists(name: str, part: str) -> dict[str, list[str]]:
    """The patterns in one part of the file *name*, by topic."""
    with resources.as_file(resources.files("bot") / "drafting" / "cues" / f"{name}.yaml") as path:
        document = read_yaml(path)
    if document.problems or not isinstance(document.root, MappingNode):
        raise KnowledgeError(*document.problems or (Problem(str(path), 0, "no cues are in it"),))
    node = document.root.values[part]
    assert isinstance(node, MappingNode)  # noqa: S101 - our own file
    return {
        key: [item.text for item in value.items if isinstance(item, Scalar)]
        for key, value in node.values.items()
        if isinstance(value, Sequence)
    }
