"""The bank of topics: what candidates ask everywhere, with the ways in which they ask.

What stays out: matching a question against it (`bot.matching`).
"""

import contextlib
import functools
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.core.topic import Texts, Topic, is_special
from bot.errors import KnowledgeError, Problem
from bot.knowledge.kept import default_cache, recall, remember, stamp
from bot.knowledge.nodes import Node, line_of
from bot.knowledge.schema import Known, Phrasings, Text
from bot.knowledge.schema import Texts as TextsKey
from bot.knowledge.validation import validate
from bot.knowledge.yamltext import read_yaml, shown

_READING = 1
"""To be raised when topics are read otherwise from the same files."""


class TopicFile(BaseModel):
    """Everything that can stand in a file of the bank."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    topic: Text = Field(examples=["hours.nights"])
    label: TextsKey = Field(examples=['{fr: "...", en: "..."}'])
    about: TextsKey = Field(default={}, description="The label as it stands within a sentence.")
    scope: Text = Field("", description="What belongs to it and what does not, for editors.")
    questions: Phrasings = Field(examples=['{fr: ["..."], en: ["..."]}'])


def read_topics(folder: Path) -> dict[str, Topic]:
    """The topics of the bank in *folder* by id, parents before their details.

    Raises:
        KnowledgeError: with every problem of every file; a bank is used whole or not at all.
    """
    try:
        files = sorted(folder.glob("*.yaml"))
    except OSError as error:
        problem = Problem(shown(folder), 0, f"the folder cannot be read ({error.strerror})")
        raise KnowledgeError(problem) from error
    found: dict[str, Topic] = {}
    problems: list[Problem] = []
    for path in files:
        topic, wrong = _topic(path)
        problems += wrong
        if topic is not None:
            found[topic.id] = topic
    problems += _orphans(found, folder)
    if not files:
        problems.append(Problem(shown(folder), 0, "there are no topics in this folder"))
    if problems:
        raise KnowledgeError(*problems)
    return {topic: found[topic] for topic in sorted(found)}


@functools.cache
def shipped_topics() -> dict[str, Topic]:
    """The topics that come with the product, read once per process; not to be changed.

    Once read and checked they are kept in the user's cache for the next process.
    """
    file = default_cache() / f"topics-{_READING}-{stamp('topics')}.json"
    with contextlib.suppress(TypeError, ValueError, AttributeError):
        return {row[0]: _kept(row) for row in recall(file)}
    with resources.as_file(resources.files("bot") / "topics") as folder:
        topics = read_topics(folder)
    rows = [(t.id, t.label, t.about, t.questions, t.scope) for t in topics.values()]
    remember(rows, file)
    return topics


def _kept(row: Sequence[Any]) -> Topic:
    name, label, about, questions, scope = row
    asked = {language: tuple(lines) for language, lines in questions.items()}
    return Topic(name, label, about, asked, scope)


def _topic(path: Path) -> tuple[Topic | None, tuple[Problem, ...]]:
    document = read_yaml(path)
    if document.root is None or document.problems:
        return None, document.problems
    model, problems = validate(TopicFile, document.root, document.file, Known())
    if model is None:
        return None, problems
    if wrong := _misfit(model, path, document.root):
        return None, (wrong,)
    topic = Topic(
        id=model.topic,
        label=model.label,
        about=model.about or _within_a_sentence(model.label),
        questions=model.questions,
        scope=model.scope,
    )
    return topic, ()


def _misfit(model: TopicFile, path: Path, root: Node) -> Problem | None:
    if model.topic != path.stem:
        what = f"the topic `{model.topic}` stands in a file of another name"
        how = f"call the file {model.topic}.yaml"
        return Problem(shown(path), line_of(root, ("topic",)), what, how)
    if "" in {*model.label, *model.about, *model.questions}:
        return Problem(shown(path), 1, "a text stands there without a language", "add fr: or en:")
    return None


def _orphans(found: dict[str, Topic], folder: Path) -> list[Problem]:
    return [
        Problem(
            shown(folder / f"{topic.id}.yaml"),
            0,
            f"there is no topic `{topic.parent}`, of which this would be a detail",
            "add it, or rename this one",
        )
        for topic in found.values()
        if topic.parent is not None and topic.parent not in found and not is_special(topic.id)
    ]


def _within_a_sentence(label: Texts) -> Texts:
    """Labels with their first letter lower-cased, abbreviations (``CV``) as they are."""
    return {
        language: text if text[1:2].isupper() else text[:1].lower() + text[1:]
        for language, text in label.items()
    }
