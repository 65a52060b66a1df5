import sqlite3
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.conftest import BAKER, NURSE, Faqbot, fake_mind


def test_a_conversation_begins_with_who_speaks_and_ends_with_the_input(faqbot: Faqbot) -> None:
    said = faqbot("chat", stdin="What are the hours?\n\nmerci\n")

    assert (said.code, said.err) == (0, "")
    assert "automated assistant of Harbour Clinic" in said.out
    assert "> What are the hours?\nFull time, 39 hours a week.\n" in said.out
    assert "\x1b" not in said.out


class _Edited:
    """What is typed; between two lines, somebody saves a file."""

    def __init__(self, home: Path, *lines: str) -> None:
        self.home = home
        self.lines = list(lines)

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        if len(self.lines) == 1:
            (self.home / "knowledge" / "nurse.yaml").write_text(NURSE.replace("39", "35"))
        return self.lines.pop(0) + "\n" if self.lines else ""


def test_an_edit_counts_for_the_next_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", _Edited(home, "hours?", "hours?"))

    with pytest.raises(SystemExit):
        main(["chat"], load=fake_mind)

    said = capsys.readouterr()
    before, _, after = said.out.rpartition("> hours?")
    assert "39 hours" in before
    assert "35 hours" in after
    assert "nurse: hours: changed" in said.err


def test_it_is_logged_as_the_console(faqbot: Faqbot, home: Path) -> None:
    faqbot("chat", stdin="What are the hours?\nThe weather?")

    log = sqlite3.connect(home / "data" / "faqbot.db")
    rows = log.execute("SELECT channel, text, decision, open FROM questions ORDER BY received")
    assert rows.fetchall() == [
        ("console", "What are the hours?", "answer", 0),
        ("console", "The weather?", "unanswered", 1),
    ]
    log.close()


def test_a_choice_is_made_by_its_number(faqbot: Faqbot) -> None:
    out = faqbot(
        "chat",
        stdin="when?\n2\n",
    ).out

    assert "0) None of these" in out
    assert "26 March 2026" in out.rpartition("> 2")[2]


def test_a_number_that_is_no_choice_is_asked_for_again(faqbot: Faqbot) -> None:
    out = faqbot("chat", stdin="when?\n39\n").out

    assert "Answer with the number" in out.rpartition("> 39")[2]


def test_among_several_postings_one_chooses(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text(BAKER)

    out = faqbot("chat", stdin="hours?\n2\n").out

    assert "1) Baker\n2) Nurse" in out
    assert "39 hours" in out.rpartition("> 2")[2]


def test_the_posting_can_be_named_drafts_too(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text("draft: true\n" + BAKER)

    out = faqbot("chat", "--posting", "baker", stdin="hours?\n").out

    assert "Baker" in out
    assert "39 hours" in out


def test_an_unknown_posting_is_refused(faqbot: Faqbot) -> None:
    assert faqbot("chat", "--posting", "nurs").code == 2


@pytest.mark.parametrize(
    ("language", "greeting"), [("fr_FR.UTF-8", "Bonjour"), ("C.UTF-8", "Hello"), ("", "Hello")]
)
def test_it_greets_in_the_language_of_the_terminal(
    faqbot: Faqbot, monkeypatch: pytest.MonkeyPatch, language: str, greeting: str
) -> None:
    monkeypatch.setenv("LANG", language)

    assert greeting in faqbot("chat").out


def test_a_database_that_cannot_be_used_is_one_clear_line(faqbot: Faqbot, home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "faqbot.db").write_text("no database at all, but long enough to be one")

    said = faqbot("chat", stdin="hours?\n")

    assert said.code == 1
    assert said.err.startswith("Error: ")
    assert "faqbot.db" in said.err
    assert said.err.count("\n") == 1


def test_what_hr_wrote_with_control_characters_in_a_label_steers_nothing(
    faqbot: Faqbot, home: Path
) -> None:
    (home / "knowledge" / "nurse.yaml").write_text(NURSE)

    out = faqbot("chat", stdin="\x1b[31mThe weather?\x00\n").out

    assert "\x1b" not in out
    assert "\x00" not in out
