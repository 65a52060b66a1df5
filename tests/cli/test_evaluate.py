import json
from pathlib import Path

import pytest

from tests.cli.conftest import BAKER, Faqbot

Json = dict[str, object]

HOURS: Json = {"question": "hours?", "lang": "en", "kind": "plain", "outcome": "answer"}
LINES: list[Json] = [
    {**HOURS, "expect": ["hours"]},
    {**HOURS, "question": "the salary?", "expect": ["hours"]},
    {**HOURS, "question": "again?", "expect": ["hours"], "before": ["hello", "hours?"]},
    {"question": "salary?", "lang": "en", "outcome": "unstated", "expect": ["salary"]},
    {"question": "Weather?", "lang": "en", "outcome": "unanswered", "expect": []},
    {"question": "hello", "lang": "en", "outcome": "smalltalk", "expect": []},
    {**HOURS, "question": "¿horas?", "lang": "es", "expect": ["hours"]},
]


def write(path: Path, lines: list[Json]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_figures_are_reported(faqbot: Faqbot, home: Path) -> None:
    write(home / "dev.jsonl", LINES)

    said = faqbot("eval", "dev.jsonl")

    assert (said.code, said.err) == (0, "")
    rows = [line.split() for line in said.out.splitlines()]
    assert rows[2][:8] == ["answerable", "3", "66.7", "%", "66.7", "%", "0.0", "%"]
    assert ["Apart:", "other", "languages"] in rows
    assert ["1", "hours", "salary", "(unstated)"] in rows
    assert rows[-3] == ["Time", "per", "question"]


def test_the_records_are_written_in_the_order_of_the_questions(faqbot: Faqbot, home: Path) -> None:
    write(home / "one.jsonl", LINES[:3])
    write(home / "two.jsonl", LINES[3:])

    faqbot("eval", "one.jsonl", "two.jsonl", "--json", "out.jsonl")

    records = [json.loads(line) for line in (home / "out.jsonl").read_text().splitlines()]
    assert [record["question"] for record in records] == [line["question"] for line in LINES]
    decisions = [record["decision"] for record in records]
    assert decisions == [
        "answer",
        "unstated",
        "answer",
        "unstated",
        "unanswered",
        "smalltalk",
        "unanswered",
    ]


def test_a_line_may_name_its_posting(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text(BAKER.replace("39 hours", "37 hours"))
    write(
        home / "dev.jsonl",
        [{**LINES[0], "posting": "baker"}, {**LINES[0], "posting": "nurse"}],
    )

    said = faqbot("eval", "dev.jsonl", "--json", "out.jsonl")

    assert said.code == 0
    replies = [json.loads(line)["reply"] for line in (home / "out.jsonl").read_text().splitlines()]
    assert replies == ["Full time, 37 hours a week.", "Full time, 39 hours a week."]


def test_several_postings_and_none_named_is_refused_with_a_list(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text(BAKER)
    write(home / "dev.jsonl", LINES)

    said = faqbot("eval", "dev.jsonl")

    assert said.code == 2
    assert "baker, nurse" in said.err
    assert faqbot("eval", "dev.jsonl", "--posting", "nurse").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question", "dev.jsonl:2: this is not JSON"),
        ('{"question": "?"}', "dev.jsonl:2: the outcome is missing"),
        (
            '{"question": "?", "outcome": "unanswered", "posting": "nurs"}',
            "dev.jsonl:2: there is no posting `nurs`: did you mean `nurse`?",
        ),
    ],
)
def test_a_bad_line_is_named(faqbot: Faqbot, home: Path, text: str, said: str) -> None:
    (home / "dev.jsonl").write_text(f"{json.dumps(LINES[0])}\n{text}\n")

    told = faqbot("eval", "dev.jsonl")

    assert told.code == 1
    assert told.err.startswith(said)
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("content", [None, b"", b"\xe9\n"], ids=["missing", "empty", "latin-1"])
def test_a_file_without_questions_is_named(
    faqbot: Faqbot, home: Path, content: bytes | None
) -> None:
    if content is not None:
        (home / "dev.jsonl").write_bytes(content)

    told = faqbot("eval", "dev.jsonl")

    assert told.code == 1
    assert told.err.startswith("dev.jsonl: ")


def test_records_that_cannot_be_written_are_one_clear_line(faqbot: Faqbot, home: Path) -> None:
    write(home / "dev.jsonl", LINES)

    told = faqbot("eval", "dev.jsonl", "--json", "nowhere/out.jsonl")

    assert told.code == 1
    assert told.err == "Error: nowhere/out.jsonl: No such file or directory\n"
