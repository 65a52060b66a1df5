from pathlib import Path

import pytest

from tests.cli.conftest import Faqbot

TEXT = """Nurse

About us
Harbour Clinic is a small clinic that cares for people who live on boats.

Terms
Full time, 37.5 hours per week.
Closing date: 18 June 2027

How to apply
Send your CV to jobs@clinic.example.
"""


@pytest.fixture
def posting(home: Path) -> Path:
    file = home / "nurse.txt"
    file.write_text(TEXT)
    return file


def test_a_draft_goes_into_a_file_that_check_accepts(faqbot: Faqbot, posting: Path) -> None:
    said = faqbot("draft", str(posting), "-o", "drafts/nurse.yaml", "--today", "2027-02-01")

    assert said.code == 0
    assert "answers" in said.err
    text = Path("drafts/nurse.yaml").read_text("utf-8")
    assert "draft: true" in text
    assert "closes: 2027-06-18" in text
    assert faqbot("check", "drafts/nurse.yaml", "--today", "2027-02-01").code == 0


def test_without_a_file_the_draft_is_the_output(faqbot: Faqbot, posting: Path) -> None:
    said = faqbot("draft", str(posting), "--today", "2027-02-01")

    assert said.code == 0
    assert "  - topic: hours\n" in said.out


def test_a_file_is_never_written_over(faqbot: Faqbot, posting: Path) -> None:
    Path("mine.yaml").write_text("mine")

    said = faqbot("draft", str(posting), "-o", "mine.yaml")

    assert said.code == 2
    assert "is there already" in said.err
    assert Path("mine.yaml").read_text() == "mine"


def test_an_update_shows_what_differs_and_writes_nothing(faqbot: Faqbot, posting: Path) -> None:
    faqbot("draft", str(posting), "-o", "nurse.yaml", "--today", "2027-02-01")
    before = Path("nurse.yaml").read_text("utf-8")
    posting.write_text(TEXT.replace("37.5", "35"))

    said = faqbot("draft", "--update", "nurse.yaml", str(posting), "--today", "2027-02-01")

    assert said.code == 0
    assert "+Full time, 35 hours per week." in said.out
    assert Path("nurse.yaml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.pdf",), "nowhere.pdf: there is no such file"),
        (("knowledge",), "knowledge: is a folder"),
        (("https://example.org/job",), "is not fetched"),
    ],
)
def test_what_cannot_be_read_is_told(faqbot: Faqbot, arguments: tuple[str, ...], told: str) -> None:
    said = faqbot("draft", *arguments)

    assert said.code == 1
    assert told in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nurse.txt", "--update", "a.yaml", "-o", "b.yaml"),
        ("nurse.txt", "--question", "Q"),
        ("faq.csv", "--update", "a.yaml"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    faqbot: Faqbot, posting: Path, arguments: tuple[str, ...]
) -> None:
    assert faqbot("draft", *arguments).code == 2


def test_a_posting_goes_into_a_spreadsheet_and_comes_back(faqbot: Faqbot) -> None:
    said = faqbot("export", "--xlsx", "faq.xlsx", "--csv", "faq.csv")

    assert said.code == 0
    for name in ("faq.xlsx", "faq.csv"):
        back = faqbot("draft", name)
        assert back.code == 0
        assert "Temps plein, **39 h** par semaine." in back.out
        assert "C'était le {closes}." in back.out


def test_the_posting_to_export_is_named_as_elsewhere(faqbot: Faqbot) -> None:
    named = faqbot("export", "nurse", "--csv", "faq.csv")
    unknown = faqbot("export", "nurrse", "--csv", "other.csv")
    two = faqbot("export", "nurse", "--posting", "cook", "--csv", "other.csv")

    assert (named.code, unknown.code, two.code) == (0, 2, 2)
    assert Path("faq.csv").exists()
    assert not Path("other.csv").exists()
    assert "there is no posting `nurrse`: did you mean nurse?" in unknown.err
    assert "two postings are named" in two.err


def test_an_export_needs_a_file_to_write(faqbot: Faqbot) -> None:
    said = faqbot("export")

    assert said.code == 2
    assert "--xlsx" in said.err
