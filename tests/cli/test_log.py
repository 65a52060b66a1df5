import csv
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Faqbot


@pytest.fixture
def asked(faqbot: Faqbot) -> None:
    """A log with some questions, from the first of March."""
    lines = (
        "What are the hours?",
        "The salary?",
        "What salary is paid?",
        "=HYPERLINK(1)",
        "mail me at jo@example.org",
    )
    faqbot("chat", "--today", "2026-03-01", stdin="\n".join(lines))


@pytest.mark.usefixtures("asked")
def test_open_questions_are_grouped_by_topic_with_counts(faqbot: Faqbot) -> None:
    said = faqbot("log")

    assert said.code == 0
    assert "39" not in said.out
    line = next(line for line in said.out.splitlines() if " salary " in line)
    assert line.split()[:4] == ["2", "1", "nurse", "salary"]
    assert "The salary? / What salary is paid?" in line


@pytest.mark.usefixtures("asked")
def test_personal_data_is_not_in_the_log(faqbot: Faqbot) -> None:
    out = faqbot("log", "--all").out

    assert "mail me at [e-mail]" in out
    assert "jo@example.org" not in out


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), 4),
        (("--all",), 5),
        (("--all", "--posting", "nurse"), 5),
        (("--all", "--posting", "baker"), 0),
        (("--all", "--since", "2026-03-01"), 5),
        (("--all", "--since", "2026-03-02"), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_questions_can_be_exported(
    faqbot: Faqbot, home: Path, options: tuple[str, ...], count: int
) -> None:
    said = faqbot("log", *options, "--csv", "out.csv")

    assert said.err == f"out.csv: {count} questions\n"
    with (home / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    assert not any(row["text"].startswith("=") for row in rows)


@pytest.mark.usefixtures("asked")
def test_the_export_can_be_piped(faqbot: Faqbot) -> None:
    out = faqbot("log", "--csv", "-").out

    assert out.startswith("received,channel,person,")


def test_without_a_log_there_is_one_clear_line_and_none_is_made(faqbot: Faqbot, home: Path) -> None:
    for command in (("log",), ("purge",), ("backup", "copy.db")):
        said = faqbot(*command)

        assert said.code == 1
        assert said.err.startswith("Error: data/faqbot.db: ")
        assert said.err.count("\n") == 1
    assert not (home / "data").exists()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("today", "left"), [("2026-08-27", 5), ("2026-08-29", 0)])
def test_what_is_past_its_time_is_purged(faqbot: Faqbot, today: str, left: int) -> None:
    said = faqbot("purge", "--today", today)

    assert said.code == 0
    assert "older than 180 days" in said.out
    assert faqbot("log", "--all", "--csv", "-").out.count("\n") == 1 + left


@pytest.mark.usefixtures("asked")
def test_a_backup_holds_the_log_and_its_key(faqbot: Faqbot, home: Path) -> None:
    said = faqbot("backup", "copy.db")

    assert said.out == "copy.db\ncopy.db.key\n"
    assert stat.S_IMODE((home / "copy.db.key").stat().st_mode) == 0o600
    assert faqbot("backup", "copy.db").code == 1
    assert faqbot("backup", "copy.db", "--force").code == 0
    (home / "config.yaml").write_text("database: sqlite:///copy.db\n")
    assert "salary" in faqbot("log").out


@pytest.mark.usefixtures("asked")
def test_a_day_that_is_none_is_refused(faqbot: Faqbot) -> None:
    said = faqbot("log", "--since", "yesterday")

    assert said.code == 2
    assert said.err.startswith("Error: --since: ")
