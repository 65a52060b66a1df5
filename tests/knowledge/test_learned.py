import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.posting import Posting
from bot.core.topic import Topic
from bot.errors import KnowledgeError
from bot.knowledge.learned import (
    Lesson,
    free_id,
    learned_file,
    locked,
    organisation_file,
    organisation_name,
    plain,
    rehearse,
    slug,
    teach,
    unteach,
)
from bot.knowledge.reading import read_folder
from tests.knowledge.conftest import Write

HAND_WRITTEN = """\
posting:
  id: nurse-lille
  organisation: Clinic
  title: {fr: Infirmier·ère, en: Nurse}
  languages: [fr, en]
entries:
  - topic: hours   # agreed with the unions
    answer: {fr: 39 h par semaine., en: 39 hours a week.}
"""
TOPICS = {
    name: Topic(name, {"en": name}) for name in ("hours", "hours.nights", "salary", "deadline")
}
Texts = Mapping[str, str]


def lesson(folder: Path, **values: object) -> Lesson:
    file = folder / "nurse.learned.yaml"
    plain_one = Lesson(
        file, topic="salary", answer={"en": "2,500 euros."}, added="2026-03-01", by="Ada"
    )
    return replace(plain_one, **values)  # type: ignore[arg-type]  # each test names real fields


@pytest.fixture
def folder(write: Write) -> Path:
    return write("nurse.yaml", HAND_WRITTEN).parent


def answers(folder: Path, entry: str) -> Texts:
    base, problems = read_folder(folder, TOPICS)
    assert [problem for problem in problems if not problem.warning] == []
    found = base.postings["nurse-lille"].entry(entry)
    return found.answer if found is not None else {}


def test_an_answer_is_used_once_it_was_learned_and_the_hand_written_file_stays(
    folder: Path,
) -> None:
    teach(lesson(folder), TOPICS)

    assert answers(folder, "salary") == {"en": "2,500 euros."}
    assert (folder / "nurse.yaml").read_text() == HAND_WRITTEN


def test_the_file_can_be_read_by_people(folder: Path) -> None:
    text = "First line: with a colon.\n\nSecond “paragraph” # no comment"
    teach(lesson(folder, answer={"fr": text}, questions={"fr": ("Quel salaire ?",)}), TOPICS)

    written = (folder / "nurse.learned.yaml").read_text()

    assert written.startswith("# Kept by the assistant")
    assert (
        """\
- topic: salary
  questions:
    fr:
    - Quel salaire ?
  answer:
    fr: |-
      First line: with a colon.

      Second “paragraph” # no comment
  added: '2026-03-01'
  by: Ada
"""
        in written
    )


def test_learning_the_same_again_changes_nothing(folder: Path) -> None:
    teach(lesson(folder), TOPICS)
    before = (folder / "nurse.learned.yaml").read_bytes()

    teach(lesson(folder), TOPICS)

    assert (folder / "nurse.learned.yaml").read_bytes() == before


def test_ways_of_asking_join_those_that_are_there(folder: Path) -> None:
    teach(
        lesson(folder, topic="hours", answer={}, questions={"en": ("How long is a day?",)}), TOPICS
    )
    teach(
        lesson(
            folder,
            topic="hours",
            answer={},
            questions={"en": ("how long is a DAY", "Do I work at night?"), "fr": ("Et la nuit ?",)},
        ),
        TOPICS,
    )

    entry = read_folder(folder, TOPICS).base.postings["nurse-lille"].entry("hours")

    assert entry is not None
    assert entry.questions == {
        "en": ("How long is a day?", "Do I work at night?"),
        "fr": ("Et la nuit ?",),
    }
    assert entry.answer["en"] == "39 hours a week."


def test_what_hr_removed_does_not_return(folder: Path) -> None:
    teach(lesson(folder, topic="salary"), TOPICS)
    teach(lesson(folder, topic="deadline", answer={"en": "In May."}), TOPICS)
    file = folder / "nurse.learned.yaml"
    kept = [part for part in file.read_text().split("- topic: ") if not part.startswith("salary")]
    file.write_text("- topic: ".join(kept))

    teach(lesson(folder, topic="hours.nights", answer={"en": "None."}), TOPICS)

    assert answers(folder, "salary") == {}
    assert answers(folder, "deadline") == {"en": "In May."}
    assert answers(folder, "hours.nights") == {"en": "None."}


def test_what_hr_wrote_into_the_file_is_kept(folder: Path) -> None:
    (folder / "nurse.learned.yaml").write_text(
        "entries:\n"
        "  - topic: deadline\n"
        "    answer: Jusqu'en mai.\n"
        "    answer_closed: {fr: Trop tard.}\n"
        "    quote: avant mai\n"
        "    covers: hours.nights\n"
        "    by: Bea\n"
    )

    teach(lesson(folder), TOPICS)

    entry = read_folder(folder, TOPICS).base.postings["nurse-lille"].entry("deadline")
    assert entry is not None
    assert entry.answer == {"fr": "Jusqu'en mai."}
    assert (entry.answer_closed, entry.quote) == ({"fr": "Trop tard."}, "avant mai")
    assert entry.covers == ("hours.nights",)


def test_a_hand_written_answer_wins(folder: Path) -> None:
    teach(lesson(folder, topic="hours", answer={"en": "As many as you like."}), TOPICS)

    assert answers(folder, "hours")["en"] == "39 hours a week."


def test_a_file_that_hr_broke_is_left_alone(folder: Path) -> None:
    file = folder / "nurse.learned.yaml"
    file.write_text("entries:\n  - topic: salry\n    answer: 2,500\n")

    with pytest.raises(KnowledgeError, match="salary"):
        teach(lesson(folder), TOPICS)

    assert "salry" in file.read_text()
    assert sorted(path.name for path in folder.iterdir()) == ["nurse.learned.yaml", "nurse.yaml"]


def test_what_the_reader_would_refuse_is_not_written(folder: Path) -> None:
    with pytest.raises(KnowledgeError, match=re.escape("{wage}")):
        teach(lesson(folder, answer={"en": "You get {wage}."}), TOPICS)

    assert [path.name for path in folder.iterdir()] == ["nurse.yaml"]


def test_taking_it_back_leaves_no_entry(folder: Path) -> None:
    teach(lesson(folder), TOPICS)

    assert unteach(lesson(folder), TOPICS)

    assert answers(folder, "salary") == {}
    assert not unteach(lesson(folder), TOPICS)


def test_taking_it_back_brings_back_what_it_took_the_place_of(folder: Path) -> None:
    old, new = {"en": "2,500 euros."}, {"en": "2,600 euros."}
    teach(lesson(folder, answer=old, questions={"en": ("What pay?",)}), TOPICS)
    again = lesson(folder, answer=new, former=old, questions={"en": ("What wage?",)})
    teach(again, TOPICS)

    unteach(again, TOPICS)

    entry = read_folder(folder, TOPICS).base.postings["nurse-lille"].entry("salary")
    assert entry is not None
    assert (entry.answer, entry.questions) == (old, {"en": ("What pay?",)})


def test_taking_it_back_leaves_what_hr_changed_meanwhile(folder: Path) -> None:
    teach(lesson(folder, questions={"en": ("What pay?",)}), TOPICS)
    file = folder / "nurse.learned.yaml"
    file.write_text(file.read_text().replace("2,500", "2,550"))

    unteach(lesson(folder, questions={"en": ("What pay?",)}), TOPICS)

    assert answers(folder, "salary") == {"en": "2,550 euros."}
    assert "What pay?" not in file.read_text()


def test_an_answer_for_all_postings_makes_the_file_that_says_so(folder: Path) -> None:
    assert organisation_file(folder, "Clinic", TOPICS) is None
    shared = organisation_name(folder, "Clinic")
    taught = lesson(
        folder, file=learned_file(shared), organisation="Clinic", languages=("fr", "en")
    )

    teach(taught, TOPICS)

    assert answers(folder, "salary") == {"en": "2,500 euros."}
    assert organisation_file(folder, "  CLINIC ", TOPICS) == shared == folder / "clinic.yaml"
    before = shared.read_bytes()
    teach(replace(taught, topic="deadline"), TOPICS)
    assert shared.read_bytes() == before


def test_a_rehearsal_shows_what_would_be_and_touches_nothing(folder: Path) -> None:
    found = rehearse(folder, lesson(folder), TOPICS)

    entry = found.base.postings["nurse-lille"].entry("salary")
    assert entry is not None
    assert entry.answer == {"en": "2,500 euros."}
    assert [path.name for path in folder.iterdir()] == ["nurse.yaml"]


def test_a_rehearsal_names_what_would_be_refused(folder: Path) -> None:
    found = rehearse(folder, lesson(folder, answer={"en": "Until {closes}."}), TOPICS)

    assert [problem.file for problem in found.errors] == ["nurse.learned.yaml"]


async def test_of_two_who_hold_the_lock_one_waits_for_the_other(folder: Path) -> None:
    happened: list[str] = []

    async def hold(name: str) -> None:
        async with locked(folder):
            happened.append(f"{name} in")
            await asyncio.sleep(0.02)
            happened.append(f"{name} out")

    await asyncio.gather(hold("a"), hold("b"))

    assert [event[2:] for event in happened] == ["in", "out", "in", "out"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Télétravail, le vendredi ?", "teletravail-le-vendredi"),
        ("a" * 41, ""),
        ("b" * 40 + " c", "b" * 40),
        ("???", ""),
    ],
)
def test_a_label_makes_an_id(label: str, expected: str) -> None:
    assert slug(label) == expected


def test_a_taken_id_gets_a_number() -> None:
    posting = Posting("nurse-lille", "Clinic", {}, ("fr",))

    assert free_id("hours", posting, TOPICS) == "hours-2"
    assert free_id("", posting, TOPICS) == "question"
    assert len(free_id("x" * 40, posting, {"x" * 40: TOPICS["hours"]})) == 40


anything = st.text(min_size=1, max_size=200)
phrasings = st.dictionaries(
    st.sampled_from(["fr", "en"]), st.lists(anything, max_size=4).map(tuple)
)


@settings(max_examples=60, deadline=None)
@given(answer=anything, questions=phrasings, by=anything, label=anything)
@example(answer="x", questions={}, by="\u2003", label="\x85")
@example(answer="x", questions={}, by="\x1f", label="\ufeff")
def test_whatever_was_typed_can_be_learned_read_back_and_taken_back(
    tmp_path_factory: pytest.TempPathFactory,
    answer: str,
    questions: dict[str, tuple[str, ...]],
    by: str,
    label: str,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "nurse.yaml").write_text(HAND_WRITTEN)
    # A name in braces is filled in, and refused where nothing is known for it.
    answer = answer.replace("{", "(") or "x"
    taught = lesson(
        folder,
        topic="",
        id="own-matter",
        label={"en": label} if plain(label) else {},
        answer={"en": answer if plain(answer) else "x"},
        questions={**questions, "en": ("Is that so?", *questions.get("en", ()))},
        by=by,
    )

    teach(taught, TOPICS)
    found = read_folder(folder, TOPICS)
    entry = found.base.postings["nurse-lille"].entry("own-matter")

    assert found.errors == ()
    assert entry is not None
    assert entry.answer["en"] == plain(taught.answer["en"])
    assert unteach(taught, TOPICS)
    assert read_folder(folder, TOPICS).base.postings["nurse-lille"].entry("own-matter") is None
