"""The lexicon: which words of which language mean the same, read from one file per theme.

What stays out: finding concepts in a question (`bot.matching.concepts`).
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.errors import KnowledgeError, Problem
from bot.knowledge.mistake import mistake
from bot.knowledge.nodes import line_of
from bot.knowledge.schema import Known
from bot.knowledge.validation import validate
from bot.knowledge.yamltext import read_yaml, shown
from bot.matching.concepts import SHORTEST_STEM
from bot.matching.text import words

Lexicon: TypeAlias = dict[str, dict[str, tuple[str, ...]]]
"""The words and expressions of each concept by language."""

_MOST_CONCEPTS = 3
"""A word that means more than this tells nothing."""
_ID = re.compile(r"[a-z]+(?:_[a-z]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_STAR_INSIDE = re.compile(r"\*(?! |$)|(?:^| )\*")


def _id(text: str) -> str:
    if _ID.fullmatch(text):
        return text
    raise mistake(f"`{text[:60]}` cannot be a concept", "only a-z and _, for example `part_time`")


def _language(code: str) -> str:
    if _LANGUAGE.fullmatch(code):
        return code
    raise mistake(f"`{code[:40]}` is not a language", "use two small letters, as in fr or en")


def _expression(text: str) -> str:
    if _STAR_INSIDE.search(text):
        raise mistake(f"`{text[:60]}` has a * where no word ends", "put it after a word's stem")
    for word in text.split():
        if word.endswith("*") and len(word) <= SHORTEST_STEM:
            how = f"at least {SHORTEST_STEM} letters before the *, or write the whole words"
            raise mistake(f"`{word}` is too short for a stem", how)
    bare = text.replace("*", "")
    # Shapes of numbers (§time) are added to the words; only one that was written counts.
    seen = " ".join(word for word in words(bare) if "§" in bare or not word.startswith("§"))
    if not bare or bare != seen:
        how = f"write `{seen}`" if seen else "write a word"
        raise mistake(f"`{text[:60]}` is never met like this", how)
    return text


def _different(expressions: tuple[str, ...]) -> tuple[str, ...]:
    known: set[str] = set()
    for expression in expressions:
        if expression in known:
            raise mistake(f"`{expression}` stands here twice", "keep one of the two")
        known.add(expression)
    return expressions


_Id = Annotated[str, AfterValidator(_id)]
_Language = Annotated[str, AfterValidator(_language)]
_Expression = Annotated[str, AfterValidator(_expression)]
_Expressions = Annotated[tuple[_Expression, ...], Field(min_length=1), AfterValidator(_different)]


class LexiconFile(BaseModel):
    """Everything that can stand in a file of the lexicon."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: dict[_Id, Annotated[dict[_Language, _Expressions], Field(min_length=1)]] = Field(
        examples=["{pay: {fr: [salaire, remuner*], en: [wage*]}}"]
    )


def read_lexicon(folder: Path) -> Lexicon:
    """The concepts of every file in *folder*, files in alphabetical order.

    Raises:
        KnowledgeError: with every problem of every file; a lexicon is used whole or not at all.
    """
    try:
        files = sorted(folder.glob("*.yaml"))
    except OSError as error:
        problem = Problem(shown(folder), 0, f"the folder cannot be read ({error.strerror})")
        raise KnowledgeError(problem) from error
    problems: list[Problem] = []
    read: list[_Read] = []
    for path in files:
        one, wrong = _file(path)
        problems += wrong
        read += one
    problems += _repeated(read)
    problems += _vague(read)
    if not files:
        problems.append(Problem(shown(folder), 0, "there are no concepts in this folder"))
    if problems:
        raise KnowledgeError(*problems)
    return {concept.id: concept.words for concept in read}


@functools.cache
def shipped_lexicon() -> Lexicon:
    """The concepts that come with the product, read once per process; not to be changed."""
    with resources.as_file(resources.files("bot") / "lexicon") as folder:
        return read_lexicon(folder)


@dataclass(frozen=True, slots=True)
class _Read:
    """A concept, and where it stands."""

    id: str
    words: dict[str, tuple[str, ...]]
    file: str
    line: int


def _file(path: Path) -> tuple[list[_Read], tuple[Problem, ...]]:
    document = read_yaml(path)
    if document.root is None or document.problems:
        return [], document.problems
    model, problems = validate(LexiconFile, document.root, document.file, Known())
    if model is None:
        return [], problems
    return [
        _Read(concept, languages, document.file, line_of(document.root, ("concepts", concept)))
        for concept, languages in model.concepts.items()
    ], ()


def _repeated(read: list[_Read]) -> Iterator[Problem]:
    first: dict[str, _Read] = {}
    for concept in read:
        other = first.setdefault(concept.id, concept)
        if other is not concept:
            what = f"`{concept.id}` stands in {other.file} too, in line {other.line}"
            yield Problem(concept.file, concept.line, what, "put the two together")


def _vague(read: list[_Read]) -> Iterator[Problem]:
    homes: dict[tuple[str, str], list[_Read]] = {}
    for concept in read:
        for language, expressions in concept.words.items():
            for expression in expressions:
                homes.setdefault((language, expression), []).append(concept)
    for (language, expression), found in homes.items():
        if len(found) > _MOST_CONCEPTS:
            names = ", ".join(concept.id for concept in found)
            what = f"`{expression}` ({language}) means too much: {names}"
            how = f"keep it in {_MOST_CONCEPTS} of them"
            yield Problem(found[-1].file, found[-1].line, what, how)
