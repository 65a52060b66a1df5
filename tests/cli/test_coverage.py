import csv
import json
from pathlib import Path

from tests.cli.conftest import BAKER, Faqbot


def asked(faqbot: Faqbot) -> None:
    faqbot("chat", stdin="hours?\nhours?\nWhat is the salary?\nThe weather?\n")


def test_what_each_posting_has_stands_beside_what_was_asked(faqbot: Faqbot) -> None:
    asked(faqbot)

    said = faqbot("coverage")

    lines = {line.split()[0]: line.split() for line in said.out.splitlines() if line}
    assert said.code == 0
    assert lines["hours"][-4:] == ["2", "100%", "en", "2"]
    assert lines["salary"][-4:] == ["1", "0%", "en", "1"]
    assert "unstated" in lines["salary"]
    assert "3 questions, 2 answered" in said.out


def test_without_a_log_there_is_still_what_the_postings_have(faqbot: Faqbot) -> None:
    said = faqbot("coverage")

    assert said.code == 0
    assert "Nothing was asked yet" in said.err
    assert "unstated" in said.out


def test_one_posting_can_be_named_and_a_wrong_name_is_told(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text(BAKER)

    assert "nurse" not in faqbot("coverage", "baker").out
    assert faqbot("coverage", "bakr").code == 2


def test_the_table_can_be_read_by_programs(faqbot: Faqbot, home: Path) -> None:
    asked(faqbot)

    lines = [json.loads(line) for line in faqbot("coverage", "--json").out.splitlines()]
    faqbot("coverage", "--csv", "out.csv")
    with (home / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    hours = next(line for line in lines if line["topic"] == "hours")
    assert (hours["asked"], hours["share"], hours["languages"]) == (2, 1.0, {"en": 2})
    assert len(rows) == len(lines)
    assert next(row for row in rows if row["topic"] == "hours")["asked"] == "2"
    assert faqbot("coverage", "--csv", "-").out.startswith("posting,topic,")


def test_only_what_was_asked_since_a_date_can_be_counted(faqbot: Faqbot) -> None:
    asked(faqbot)

    assert "0 questions" in faqbot("coverage", "--since", "2999-01-01").out


def test_the_questions_of_the_log_are_asked_once_more(faqbot: Faqbot, home: Path) -> None:
    asked(faqbot)
    file = home / "knowledge" / "nurse.yaml"
    before = faqbot("ask", "--replay").out
    file.write_text(file.read_text().replace("id: nurse", "id: other"))

    said = faqbot("ask", "--replay", "--json")

    assert "4 questions: 4 as before, 0 better, 0 worse, 0 otherwise" in before
    found = json.loads(said.out)
    assert (found["asked"], found["same"], found["gone"]) == (4, 0, 4)


def test_the_log_is_asked_again_only_instead_of_a_question(faqbot: Faqbot) -> None:
    assert faqbot("ask").code == 2
    assert faqbot("ask", "--replay", "hours?").code == 2
    assert faqbot("ask", "--replay").code == 1  # there is no log yet
