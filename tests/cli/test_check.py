import json
from pathlib import Path

import pytest

from tests.cli.conftest import BAKER, NURSE, Faqbot

BEFORE = ("--today", "2026-03-01")


def test_a_good_folder_has_nothing_to_mend(faqbot: Faqbot) -> None:
    said = faqbot("check", *BEFORE)

    assert said.code == 0
    assert said.out.endswith("1 posting, 2 answers: 0 errors, 0 warnings, 2 hints\n")
    assert all(" hint: " in line for line in said.out.splitlines()[:-1])


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
    assert said.out.endswith("0 errors, 1 warning, 2 hints\n")


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


def test_strict_takes_warnings_for_a_failure(faqbot: Faqbot, home: Path) -> None:
    assert faqbot("check", "--strict", *BEFORE).code == 0

    text = NURSE.replace(', fr: "Temps plein, **39 h** par semaine."', "")
    (home / "knowledge" / "nurse.yaml").write_text(text)

    assert faqbot("check", "--strict", *BEFORE).code == 1


def test_the_report_can_be_read_by_a_program(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "nurse.yaml").write_text(NURSE.replace("39 hours", "TODO hours"))

    report = json.loads(faqbot("check", "--json", *BEFORE).out)

    assert (report["postings"], report["answers"]) == (1, 2)
    assert (report["errors"], report["warnings"], report["hints"]) == (0, 1, 2)
    (warning,) = (p for p in report["problems"] if p["severity"] == "warning")
    assert warning["file"].endswith("nurse.yaml")
    assert warning["line"] == 11
    assert "TODO" in warning["what"]
    assert warning["how"]


OWN = """\
  - id: dogs
    questions: {en: [May I bring my dog?, Are the hours fine for a dog?], fr: [Mon chien ?]}
    answer: {en: "Yes.", fr: "Oui."}
"""


def test_own_ways_of_asking_are_tried_unless_it_must_be_quick(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "nurse.yaml").write_text(NURSE + OWN)

    said = faqbot("check", *BEFORE)
    quick = faqbot("check", "--quick", *BEFORE)

    assert "`dogs` can never be the answer" in said.out
    assert "self-test: " in said.out
    assert "dogs" not in quick.out


def test_quotes_are_compared_with_the_posting_as_published(faqbot: Faqbot, home: Path) -> None:
    quoted = NURSE.replace("  - topic: deadline", "    quote: 39h a week\n  - topic: deadline")
    (home / "knowledge" / "nurse.yaml").write_text(quoted)
    (home / "posting.html").write_text("<p>35h a week</p>")

    said = faqbot("check", "--source", "posting.html", *BEFORE)
    (home / "posting.html").write_text("<p>39h <b>a week</b></p>")

    assert "nurse.yaml:12: warning: the quote of `hours` does not stand in the source" in said.out
    assert "the quote" not in faqbot("check", "--source", "posting.html", *BEFORE).out


@pytest.mark.parametrize(
    ("file", "quote"),
    [
        ("museum-educator.pdf", "We are an independent charity"),
        ("programme-officer.docx", "Full time, 40 hours a week"),
    ],
)
def test_a_posting_as_pdf_or_word_document_is_a_source_too(
    faqbot: Faqbot, home: Path, file: str, quote: str
) -> None:
    said = NURSE.replace("  - topic: deadline", f"    quote: '{quote}'\n  - topic: deadline")
    (home / "knowledge" / "nurse.yaml").write_text(said)
    source = str(Path(__file__).parents[1] / "drafting" / "sources" / file)

    found = faqbot("check", "--source", source, *BEFORE)
    (home / "knowledge" / "nurse.yaml").write_text(said.replace(quote, "A quarter of a moon"))
    lost = faqbot("check", "--source", source, *BEFORE)

    assert found.code == 0
    assert "the quote" not in found.out
    assert "the quote of `hours` does not stand in the source" in lost.out


def test_a_source_that_cannot_be_read_is_refused_in_words(faqbot: Faqbot, home: Path) -> None:
    (home / "posting.pdf").write_bytes(b"%PDF-1.4 broken")

    said = faqbot("check", "--source", "posting.pdf", *BEFORE)

    assert said.code == 1
    assert "posting.pdf: this PDF cannot be opened, it is damaged" in said.err


def test_a_source_belongs_to_one_posting(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text(BAKER)
    (home / "posting.html").write_text("x")

    said = faqbot("check", "--source", "posting.html", *BEFORE)

    assert said.code == 2
    assert "--source" in said.err


def test_layout_is_mended_after_it_was_shown(faqbot: Faqbot, home: Path) -> None:
    file = home / "knowledge" / "nurse.yaml"
    file.write_bytes(NURSE.replace("\n", " \r\n").encode())

    shown = faqbot("check", "--fix", *BEFORE)
    untouched = file.read_bytes()
    mended = faqbot("check", "--fix", "--yes", *BEFORE)

    assert "nothing was written" in shown.out
    assert untouched != NURSE.encode()
    assert "1 file mended" in mended.out
    assert file.read_text() == NURSE
    assert "there is no layout to mend" in faqbot("check", "--fix", *BEFORE).out
