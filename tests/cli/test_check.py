from pathlib import Path

import pytest

from tests.cli.conftest import NURSE, Faqbot

BEFORE = ("--today", "2026-03-01")


def test_a_good_folder_has_nothing_to_mend(faqbot: Faqbot) -> None:
    said = faqbot("check", *BEFORE)

    assert (said.code, said.out) == (0, "1 posting, 2 answers: 0 errors, 0 warnings\n")


def test_every_error_is_told_with_file_line_and_mend(faqbot: Faqbot, home: Path) -> None:
    text = NURSE.replace("topic: hours", "topic: hurs").replace("title:", "titel:")
    (home / "knowledge" / "nurse.yaml").write_text(text)

    said = faqbot("check", *BEFORE)

    assert said.code == 1
    assert "knowledge/nurse.yaml:4: nothing is known by the name of `posting.titel`" in said.out
    assert "knowledge/nurse.yaml:10: `topic`: there is no topic `hurs`" in said.out
    assert "Traceback" not in said.out + said.err


def test_warnings_alone_are_no_failure(faqbot: Faqbot, home: Path) -> None:
    text = NURSE.replace(', fr: "Temps plein, **39 h** par semaine."', "")
    (home / "knowledge" / "nurse.yaml").write_text(text)

    said = faqbot("check", *BEFORE)

    assert said.code == 0
    assert "knowledge/nurse.yaml:10: warning: " in said.out
    assert said.out.endswith("0 errors, 1 warning\n")


@pytest.mark.parametrize(
    "named", [("knowledge",), ("--knowledge", "knowledge"), ("knowledge/nurse.yaml",)]
)
def test_the_folder_or_file_can_be_named(faqbot: Faqbot, named: tuple[str, ...]) -> None:
    assert faqbot("check", *named, *BEFORE).code == 0


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_without_knowledge_is_an_error(faqbot: Faqbot, home: Path, folder: str) -> None:
    (home / "empty").mkdir()

    said = faqbot("check", folder)

    assert said.code == 1
    assert said.out.startswith(f"{folder}: ")


@pytest.mark.parametrize(
    ("question", "expect", "code"),
    [
        ("What are the hours?", "hours", 0),
        ("What is the salary?", "unstated", 0),
        ("What is the salary?", "hours", 1),
        ("Hm?", "hours", 1),
    ],
)
def test_the_tests_of_hr_are_run(
    faqbot: Faqbot, home: Path, question: str, expect: str, code: int
) -> None:
    tests = f"tests:\n  - {{question: '{question}', expect: {expect}}}\n"
    (home / "knowledge" / "nurse.yaml").write_text(NURSE + tests)

    said = faqbot("check", *BEFORE)

    assert said.code == code
    assert (f"nurse.yaml:16: “{question}” leads to" in said.out) is bool(code)


def test_what_a_posting_has_on_each_topic_can_be_seen(faqbot: Faqbot) -> None:
    lines = faqbot("check", "--by-topic", *BEFORE).out.splitlines()

    standing = {line.split()[0]: line for line in lines if line}
    assert "stated" in standing["hours"]
    assert "partial" in standing["hours.nights"]
    assert "unstated" in standing["salary"]
    assert "missing" in standing["location"]
