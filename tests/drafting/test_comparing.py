from pathlib import Path

import pytest

from bot.drafting.comparing import differences
from bot.drafting.writing import write_draft
from bot.errors import KnowledgeError
from bot.knowledge.bank import shipped_topics
from tests.drafting.conftest import Drafted, source_of
from tests.drafting.test_drafting import french

TERMS = "CDI à temps plein, 35 h par semaine.\nTélétravail possible un jour par semaine."


def compared(file: Path, drafted: Drafted, text: str) -> str:
    return differences(file, drafted(text), source_of(text), shipped_topics())


@pytest.fixture
def file(tmp_path: Path, drafted: Drafted) -> Path:
    path = tmp_path / "nurse.yaml"
    path.write_text(write_draft(drafted(french(TERMS)), shipped_topics(), "nurse.txt"), "utf-8")
    return path


def test_the_same_posting_differs_in_nothing(file: Path, drafted: Drafted) -> None:
    assert compared(file, drafted, french(TERMS)) == "No fact differs."


def test_what_changed_came_and_went_is_shown_and_the_file_stays(
    file: Path, drafted: Drafted
) -> None:
    before = file.read_bytes()
    terms = "CDI à temps plein, 39 h par semaine.\nLogement possible dans un studio."

    told = compared(file, drafted, french(terms, deadline="25 juin 2027"))

    assert "@@ posting: closes @@\n-2027-06-18\n+2027-06-25" in told
    assert "+CDI à temps plein, 39 h par semaine." in told
    assert "@@ relocation_housing: new @@\n+Logement possible dans un studio." in told
    assert "gone from the source @@\n-“Télétravail possible un jour par semaine.”" in told
    assert told.endswith("nothing was written")
    assert file.read_bytes() == before


def test_an_answer_that_hr_reworded_is_no_difference(file: Path, drafted: Drafted) -> None:
    text = file.read_text("utf-8")
    text = text.replace(
        "Télétravail possible un jour par semaine.", "Un jour de télétravail est possible.", 1
    )
    file.write_text(text, "utf-8")

    assert compared(file, drafted, french(TERMS)) == "No fact differs."


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, drafted: Drafted) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("posting: [")

    for path in (broken, tmp_path / "nowhere.yaml"):
        with pytest.raises(KnowledgeError):
            compared(path, drafted, french())
