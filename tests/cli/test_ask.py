import json
from pathlib import Path

import pytest

from tests.cli.conftest import BAKER, Faqbot


def test_a_question_is_answered_without_settings_or_log(faqbot: Faqbot, home: Path) -> None:
    said = faqbot("ask", "What are the hours?")

    assert (said.code, said.out, said.err) == (0, "Full time, 39 hours a week.\n", "")
    assert [path.name for path in home.iterdir()] == ["knowledge"]


def test_the_answer_comes_in_the_language_of_the_question(faqbot: Faqbot) -> None:
    assert faqbot("ask", "Combien d'heures ?").out == "Temps plein, 39 h par semaine.\n"


def test_the_language_can_be_chosen(faqbot: Faqbot) -> None:
    said = faqbot("ask", "What are the hours?", "--lang", "fr")

    assert said.out == "Temps plein, 39 h par semaine.\n"


def test_a_language_that_the_bot_does_not_speak_is_refused(faqbot: Faqbot) -> None:
    said = faqbot("ask", "What are the hours?", "--lang", "tlh")

    assert said.code == 2
    assert "tlh" in said.err


@pytest.mark.parametrize(
    ("today", "answer"),
    [
        ("2026-03-26", "Until Thursday 26 March 2026."),
        ("2026-03-27", "It was Thursday 26 March 2026; that has passed."),
        ("2026-03-26T23:59:59", "Until Thursday 26 March 2026."),
        ("2026-03-27T00:00", "It was Thursday 26 March 2026; that has passed."),
    ],
)
def test_today_can_be_another_day(faqbot: Faqbot, today: str, answer: str) -> None:
    assert faqbot("ask", "deadline?", "--today", today).out == answer + "\n"


def test_a_day_that_is_none_is_refused(faqbot: Faqbot) -> None:
    said = faqbot("ask", "deadline?", "--today", "26.03.2026")

    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "2026-03-26" in said.err


def test_choices_are_numbered(faqbot: Faqbot) -> None:
    lines = faqbot("ask", "when?").out.splitlines()

    assert [line[:2] for line in lines[-3:]] == ["1)", "2)", "0)"]
    assert lines[-1] == "0) None of these"


def test_the_record_is_one_line_of_json(faqbot: Faqbot) -> None:
    said = faqbot("ask", "What are the hours?", "--json")

    record = json.loads(said.out)
    assert said.out.count("\n") == 1
    assert record.pop("ms") >= 0
    assert record == {
        "question": "What are the hours?",
        "decision": "answer",
        "parts": [
            {
                "text": "What are the hours?",
                "decision": "answer",
                "id": "hours",
                "confidence": 0.9,
            }
        ],
        "offered": [],
        "ranking": [["hours", 0.9], ["salary", 0.05]],
        "language": "en",
        "reply": "Full time, 39 hours a week.",
    }


def test_how_it_was_understood_can_be_asked(faqbot: Faqbot) -> None:
    assert "'hours?' for nurse" in faqbot("ask", "hours?", "--explain").out


def test_several_postings_and_none_named_is_refused_with_a_list(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "baker.yaml").write_text(BAKER)

    said = faqbot("ask", "hours?")

    assert said.code == 2
    assert said.err == (
        "Error: there are several postings, name one with --posting: baker, nurse\n"
    )
    assert faqbot("ask", "hours?", "--posting", "nurse").code == 0


def test_an_unknown_posting_is_refused_with_the_nearest(faqbot: Faqbot) -> None:
    said = faqbot("ask", "hours?", "--posting", "nurs")

    assert said.code == 2
    assert said.err == "Error: there is no posting `nurs`: did you mean nurse?\n"


def test_a_folder_that_is_missing_is_one_clear_line(faqbot: Faqbot) -> None:
    said = faqbot("ask", "hours?", "--knowledge", "nowhere")

    assert said.code == 1
    assert said.err.startswith("nowhere: there is no such folder")
    assert said.err.count("\n") == 1


def test_a_broken_file_is_told_and_the_others_answer(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge" / "broken.yaml").write_text("posting: [")

    said = faqbot("ask", "hours?")

    assert said.code == 0
    assert said.err.startswith("knowledge/broken.yaml:1: ")
    assert said.out == "Full time, 39 hours a week.\n"


def test_the_folder_of_the_settings_is_used(faqbot: Faqbot, home: Path) -> None:
    (home / "knowledge").rename(home / "postings")
    (home / "config.yaml").write_text("knowledge: postings\n")

    assert faqbot("ask", "hours?").code == 0


def test_settings_with_a_mistake_do_not_matter_where_the_folder_is_named(
    faqbot: Faqbot, home: Path
) -> None:
    (home / "config.yaml").write_text("retention: 3\n")

    assert faqbot("ask", "hours?").err.startswith("config.yaml:1: there is no setting `retention`")
    assert faqbot("ask", "hours?", "--knowledge", "knowledge").code == 0


@pytest.mark.parametrize(
    "question",
    [
        "",
        " ",
        "x" * 10_000,
        "😀🎉",
        "\u202eabc\u202d \u200b\u200d\ufeff",
        "e" + "\u0301" * 500,
        "ما هي ساعات العمل؟",
        "Який графік роботи?",
        '=HYPERLINK("http://x.example")',
        "<b>bold</b> _*[x](y) \\ `",
        "nul \x00 and \x1b[31m red",
        "\udcff",
        "/start",
        "/nothing",
        "when? \x1b]0;title\x07",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_whatever_is_asked_gets_an_answer_that_steers_no_terminal(
    faqbot: Faqbot, question: str
) -> None:
    said = faqbot("ask", question)
    record = faqbot("ask", question, "--json")

    assert (said.code, said.err) == (0, "")
    assert said.out.strip()
    assert not set("\x1b\x00\x07\u202e") & set(said.out + record.out)
    assert json.loads(record.out)["question"][:5] == question[:5]
