import json
from pathlib import Path
from typing import Any

from bot.core.topic import Topic
from bot.knowledge.bank import shipped_topics
from bot.knowledge.jsonschema import json_schema, schema_text, write_schema

COMMITTED = Path(__file__).parents[2] / "knowledge" / "schema.json"


def definition(topics: dict[str, Topic], name: str) -> dict[str, Any]:
    found: dict[str, Any] = json_schema(topics)["definitions"][name]
    return found


def test_the_committed_schema_is_up_to_date() -> None:
    # If this fails: python -m bot.knowledge.jsonschema
    assert COMMITTED.read_text("utf-8") == schema_text(shipped_topics())


def test_topics_are_offered_with_their_labels(topics: dict[str, Topic]) -> None:
    topic = definition(topics, "topic")

    assert "hours.nights" in topic["enum"]
    assert "smalltalk.greeting" not in topic["enum"]
    assert topic["enumDescriptions"][topic["enum"].index("hours")] == "Working hours"


def test_numbers_and_booleans_are_accepted_where_text_is_meant(topics: dict[str, Topic]) -> None:
    properties = definition(topics, "EntryItem")["properties"]

    assert {"type": ["string", "number", "boolean"]} in properties["answer"]["anyOf"]


def test_unknown_keys_are_refused_and_every_key_is_described(topics: dict[str, Topic]) -> None:
    for name in ("PostingHead", "EntryItem", "CheckItem"):
        found = definition(topics, name)
        assert found["additionalProperties"] is False
        assert all(key["description"] for key in found["properties"].values())


def test_nothing_of_the_generator_is_left_over(topics: dict[str, Topic]) -> None:
    text = schema_text(topics)

    assert "$defs" not in text
    assert "x-topic" not in text
    assert '"default"' not in text
    assert "null" not in text
    assert json.loads(text)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_the_schema_is_written_only_where_it_changes(
    tmp_path: Path, topics: dict[str, Topic]
) -> None:
    path = tmp_path / "schema.json"

    assert write_schema(path, topics)
    assert not write_schema(path, topics)
    assert path.read_text("utf-8") == schema_text(topics)
