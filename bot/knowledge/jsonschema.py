"""The JSON Schema with which editors complete and check a knowledge file while HR types.

Generated from the same models that the bot reads with: ``python -m bot.knowledge.jsonschema``
writes it. What stays out: checks that a JSON Schema cannot express (`judging`, `checks`).
"""

import json
from collections.abc import Mapping as Table
from pathlib import Path
from typing import Any

from bot.core.topic import Topic, pick
from bot.knowledge.bank import shipped_topics
from bot.knowledge.schema import TOPIC_MARK, KnowledgeFile

FIRST_LINE = "# yaml-language-server: $schema=./schema.json"
"""The first line of a knowledge file, by which editors find the schema."""

_REFERENCE = "#/definitions/{model}"
_DEFAULT = Path("knowledge/schema.json")


def json_schema(topics: Table[str, Topic]) -> dict[str, Any]:
    """The schema of a knowledge file as draft 7, which the editors' YAML extensions know best."""
    generated = KnowledgeFile.model_json_schema(ref_template=_REFERENCE)
    definitions = generated.pop("$defs", {})
    definitions["topic"] = _topic_schema(topics)
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **generated,
        "title": "Knowledge file",
        "definitions": definitions,
    }
    tidied: dict[str, Any] = _tidied(schema)
    return tidied


def schema_text(topics: Table[str, Topic]) -> str:
    """The schema as it stands in the file."""
    return json.dumps(json_schema(topics), ensure_ascii=False, indent=2) + "\n"


def write_schema(path: Path = _DEFAULT, topics: Table[str, Topic] | None = None) -> bool:
    """Write the schema to *path* where it is missing or out of date.

    Returns:
        Whether anything was written.
    """
    text = schema_text(shipped_topics() if topics is None else topics)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.write_text(text, "utf-8")
    return True


def _topic_schema(topics: Table[str, Topic]) -> dict[str, Any]:
    offered = [topic for topic in topics.values() if not topic.is_special]
    labels = [pick(topic.label, "en") or ("", topic.id) for topic in offered]
    return {
        "type": "string",
        "enum": [topic.id for topic in offered],
        # Not of the standard, but shown by VS Code beside each choice.
        "enumDescriptions": [label for _, label in labels],
    }


def _tidied(part: Any) -> Any:
    """References to the topics put in; titles, nulls and defaults, which only disturb, left out."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {k: v for k, v in part.items() if k != "default" and not _is_title(k, v)}
    if TOPIC_MARK in part:
        own = {key: value for key, value in part.items() if key != TOPIC_MARK}
        return {"allOf": [{"$ref": _REFERENCE.format(model="topic")}], **own}
    if {"type": "null"} in part.get("anyOf", ()):
        choices = [choice for choice in part["anyOf"] if choice != {"type": "null"}]
        rest = {key: value for key, value in part.items() if key != "anyOf"}
        # A reference takes no neighbours in draft 7, hence the list of one.
        merged = {"allOf": choices} if "$ref" in choices[0] else choices[0]
        return _tidied({**merged, **rest})
    return {key: _tidied(value) for key, value in part.items()}


def _is_title(key: str, value: object) -> bool:
    """A title that pydantic made up; a property called ``title`` is a mapping."""
    return key == "title" and isinstance(value, str) and value != "Knowledge file"


if __name__ == "__main__":
    write_schema()
