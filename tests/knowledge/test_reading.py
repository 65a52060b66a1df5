import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.posting import Check, Standing
from bot.core.topic import Topic
from bot.knowledge.reading import Knowledge, read_file, read_folder
from tests.knowledge.conftest import Write

HEAD = """\
posting:
  id: nurse
  organisation: Médecins Sans Frontières
  title: {fr: Infirmier, en: Nurse}
  languages: [fr, en]
  closes: 2026-03-26
  timezone: Europe/Paris
  url: https://example.org/nurse
"""
HOURS = """\
entries:
  - topic: hours
    answer: {fr: 39 h par semaine., en: 39 hours a week.}
"""
LINES_OF_HEAD = HEAD.count("\n")


def told(knowledge: Knowledge) -> list[str]:
    """The problems without the folder, which differs from test to test."""
    return [
        str(problem).replace(problem.file, Path(problem.file).name)
        for problem in knowledge.problems
    ]


@pytest.fixture
def read(tmp_path: Path, topics: dict[str, Topic]) -> Knowledge:
    return read_folder(tmp_path, topics)


def test_a_whole_posting_becomes_a_frozen_value(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    path = write(
        "nurse.yaml",
        HEAD
        + """\
draft: true
unstated: [salary]
tests:
  - {question: Combien d'heures ?, expect: hours}
entries:
  - topic: hours
    answer:
      fr: Temps plein, 39 h par semaine.
      en: >
        Full time,
        39 hours a week.
    quote: 39h/semaine
    covers: [hours.nights]
  - topic: deadline
    answer: {fr: "Jusqu'au {closes} inclus.", en: "Until {closes}."}
    answer_closed: {fr: "Passée.", en: "Over."}
  - id: projects
    label: {fr: Les projets, en: Projects}
    questions: {fr: [Quels projets ?], en: Which projects?}
    answer: {fr: Quatre., en: Four.}
""",
    )

    base, problems = read_folder(tmp_path, topics)

    assert problems == ()
    posting = base.postings["nurse"]
    assert posting.title == {"fr": "Infirmier", "en": "Nurse"}
    assert posting.languages == ("fr", "en")
    assert posting.closes == dt.date(2026, 3, 26)
    assert posting.timezone == ZoneInfo("Europe/Paris")
    assert posting.url == "https://example.org/nurse"
    assert posting.draft
    assert posting.topics
    assert posting.unstated == ("salary",)
    assert posting.tests == (Check("Combien d'heures ?", "hours", LINES_OF_HEAD + 4),)
    assert posting.file == str(path)
    hours, deadline, projects = posting.entries
    assert (hours.id, hours.topic, hours.quote) == ("hours", "hours", "39h/semaine")
    assert hours.answer["en"] == "Full time, 39 hours a week."
    assert (hours.file, hours.line) == (str(path), LINES_OF_HEAD + 6)
    assert deadline.texts(closed=True) == {"fr": "Passée.", "en": "Over."}
    assert (projects.id, projects.topic) == ("projects", None)
    assert projects.questions == {"fr": ("Quels projets ?",), "en": ("Which projects?",)}
    assert posting.coverage("hours.nights").standing is Standing.STATED


def test_texts_without_a_language_are_of_the_first_one(
    write: Write, topics: dict[str, Topic]
) -> None:
    path = write(
        "a.yaml",
        "posting: {id: a, organisation: O, title: Titre, languages: fr}\n"
        "entries:\n"
        "  - {id: own, questions: [Un ?, Deux ?], answer: 39:00}\n",
    )

    base, problems = read_file(path, topics)

    assert problems == ()
    (entry,) = base.postings["a"].entries
    assert base.postings["a"].title == {"fr": "Titre"}
    assert entry.answer == {"fr": "39:00"}
    assert entry.questions == {"fr": ("Un ?", "Deux ?")}
    assert entry.label == {"fr": "Un ?"}


def test_a_time_of_closing_counts_in_the_time_zone_of_the_posting(
    write: Write, topics: dict[str, Topic]
) -> None:
    path = write("a.yaml", HEAD.replace("2026-03-26", "2026-03-26 12:00") + HOURS)

    posting = read_file(path, topics).base.postings["nurse"]

    assert posting.closes == dt.datetime(2026, 3, 26, 12, tzinfo=ZoneInfo("Europe/Paris"))


def test_an_own_id_equal_to_a_topic_stands_in_for_it(
    write: Write, topics: dict[str, Topic]
) -> None:
    path = write("a.yaml", HEAD + "entries:\n  - {id: hours, answer: {fr: x, en: y}}\n")

    base, problems = read_file(path, topics)

    assert problems == ()
    assert base.postings["nurse"].entries[0].topic == "hours"


def test_without_the_shipped_topics_only_own_entries_compete(
    write: Write, topics: dict[str, Topic]
) -> None:
    path = write(
        "a.yaml",
        HEAD + "  topics: none\nentries:\n"
        "  - {id: hours, questions: [Quand ?], answer: x}\n"
        "  - {topic: salary, answer: x}\n",
    )

    knowledge = read_file(path, topics)

    assert [problem.line for problem in knowledge.errors] == [LINES_OF_HEAD + 4]

    write("a.yaml", path.read_text("utf-8").replace("topic: salary", "id: s, questions: [q]"))
    posting = read_file(path, topics).base.postings["nurse"]
    assert not posting.topics
    assert [entry.topic for entry in posting.entries] == [None, None]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: nurse", "id: Infirmière Lille", 2, "for example `infirmiere-lille`"),
        ("id: nurse", "id: " + "n" * 41, 2, "at most 40"),
        ("  id: nurse\n", "", 1, "`posting.id` is missing or empty"),
        ("title: {fr: Infirmier, en: Nurse}", "title:", 4, "`posting.title` is missing or empty"),
        ("title: {fr: Infirmier, en: Nurse}", "title: []", 4, "should be a text"),
        ("organisation: Médecins", "organization: Médecins", 3, "did you mean `organisation`?"),
        ("[fr, en]", "[fr, english]", 5, "`english` is not a language"),
        ("[fr, en]", "[]", 5, "`posting.languages` is empty"),
        ("2026-03-26", "20260326", 6, "write year, month and day apart: 2026-03-26"),
        ("2026-03-26", "[1]", 6, "a date is expected"),
        ("Europe/Paris", "Europe/Pari", 7, "did you mean Europe/Paris?"),
        ("Europe/Paris", "../../etc/passwd", 7, "not a time zone"),
        ("Europe/Paris", "Europe", 7, "not a time zone"),
        ("https://", "www.", 8, "it begins with https://"),
        ("entries:", "  draft: true\nentries:", 9, "it belongs at the top of the file"),
        ("entries:", "  topics: all\nentries:", 9, "only `none`"),
        ("entries:", "draft: maybe\nentries:", 9, "true or false"),
        ("entries:", "organisation: X\nentries:", 9, "stands beside `posting:`"),
        ("entries:", "languages: [fr]\nentries:", 9, "stands beside `posting:`"),
        ("entries:", "unstated: [salry]\nentries:", 9, "did you mean `salary`?"),
        ("entries:", "unstated: [salaire]\nentries:", 9, "did you mean `salary`?"),
        ("entries:", "unstated: [hours]\nentries:", 9, "answered in line 11"),
        ("entries:", "tests: [{question: Q}]\nentries:", 9, "`tests.expect` is missing"),
        ("entries:", "tests: [{question: Q, expect: hour}]\nentries:", 9, "did you mean `hours`"),
        ("entries:", "tests: Q\nentries:", 9, "should be a list"),
        ("entries:", "entrees:", 9, "did you mean `entries`?"),
        ("  - topic", "    topic", 9, "`entries` should be a list"),
        ("- topic: hours", "- topic: hour", 10, "did you mean `hours`?"),
        ("- topic: hours", "- topic: zzzzzzzz", 10, "write `id:` instead"),
        ("- topic: hours", "- topic: smalltalk.greeting", 10, "no posting answers"),
        ("- topic: hours", "- topic: [hours]", 10, "should be a text"),
        ("- topic: hours", "- id: own", 10, "the entry `own` has no questions"),
        ("- topic: hours", "- id: own\n    topic: hours", 10, "and another id, `own`"),
        ("- topic: hours", "- quote: x", 10, "neither `topic` nor `id`"),
        ("- topic: hours", "- x\n  - topic: hours", 10, "should hold keys"),
        (
            "    answer:",
            "    covers: [hours.night]\n    answer:",
            11,
            "did you mean `hours.nights`",
        ),
        ("    answer:", "    covers: [hours]\n    answer:", 11, "lists itself"),
        ("    answer:", "    anwser:", 11, "did you mean `answer`?"),
        (
            "answer: {fr: 39 h par semaine., en: 39 hours a week.}",
            "answer:",
            11,
            "missing or empty",
        ),
        ("39 h par semaine.", "39 h, par semaine", 11, "a text with a comma inside { }"),
        ("{fr: 39 h par semaine., en: 39 hours a week.}", "{fr: }", 11, "no language has a text"),
        ("39 hours a week.", '"until {close}"', 11, "did you mean {closes}?"),
        ("39 hours a week.", '"{salary}"', 11, "nothing is known to fill in for {salary}"),
        ("39 hours a week.", "[a]", 11, "`answer.en` should be a text"),
        ("39 hours a week.", "' '", 11, "`answer.en`: the text is empty"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_mend(  # noqa: PLR0913, PLR0917 - fixtures and a case
    write: Write, topics: dict[str, Topic], old: str, new: str, line: int, words: str
) -> None:
    text = HEAD + HOURS
    assert old in text

    knowledge = read_file(write("a.yaml", text.replace(old, new)), topics)

    first = knowledge.errors[0]
    assert any(problem.line == line and words in str(problem) for problem in knowledge.errors)
    assert first.file.endswith("a.yaml")


@pytest.mark.parametrize("name", ["closes", "url"])
def test_a_placeholder_needs_its_value(write: Write, topics: dict[str, Topic], name: str) -> None:
    head = "".join(line for line in HEAD.splitlines(keepends=True) if f"{name}:" not in line)
    text = head + "entries:\n  - topic: hours\n    answer:\n      fr: x\n      en: 'y {NAME}'\n"

    knowledge = read_file(write("a.yaml", text.replace("NAME", name)), topics)

    (problem,) = knowledge.errors
    assert problem.line == text.count("\n")
    assert f"the posting has no `{name}`" in problem.what


def test_all_mistakes_of_all_files_are_told_in_one_go(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("b.yaml", "a: b : c")
    write(
        "a.yaml",
        HEAD.replace("2026-03-26", "soon") + "entries:\n"
        "  - {topic: hour, answer: x}\n"
        "  - {topic: salary, answr: x}\n"
        "  - {topic: deadline, answer: x}\n"
        "  - {topic: deadline}\n",
    )

    knowledge = read_folder(tmp_path, topics)

    assert [line.split(": ", 1)[0] for line in told(knowledge)] == [
        "a.yaml:6", "a.yaml:10", "a.yaml:11", "a.yaml:11", "a.yaml:13", "a.yaml:13", "b.yaml:1",
    ]  # fmt: skip
    assert knowledge.base.postings == {}


def test_one_broken_file_leaves_the_good_ones_usable(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("bad.yaml", "[" * 100_000)
    write("good.yaml", HEAD + HOURS)

    knowledge = read_folder(tmp_path, topics)

    assert list(knowledge.base.postings) == ["nurse"]
    assert len(knowledge.errors) == 1


def test_two_postings_of_one_id_are_an_error_and_the_first_one_counts(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    first = write("a.yaml", HEAD + HOURS)
    write("b.yaml", HEAD + HOURS)

    knowledge = read_folder(tmp_path, topics)

    assert f"already that of {first}" in knowledge.errors[0].what
    assert knowledge.base.postings["nurse"].file == str(first)


def test_two_entries_for_one_topic_are_told_with_both_lines(
    write: Write, topics: dict[str, Topic]
) -> None:
    text = HEAD + HOURS + "  - {id: hours, answer: x}\n"

    (problem,) = read_file(write("a.yaml", text), topics).errors

    assert problem.line == 12
    assert "the first is in line 10" in problem.what


def test_a_language_that_the_posting_does_not_have_is_a_warning(
    write: Write, topics: dict[str, Topic]
) -> None:
    knowledge = read_file(write("a.yaml", HEAD + HOURS.replace("en:", "de:")), topics)

    assert knowledge.errors == ()
    assert "`de` is not among the `languages`" in knowledge.problems[0].what


def test_closing_without_a_time_zone_is_a_warning(write: Write, topics: dict[str, Topic]) -> None:
    text = (HEAD + HOURS).replace("  timezone: Europe/Paris\n", "")

    (problem,) = read_file(write("a.yaml", text), topics).problems

    assert problem.warning
    assert problem.line == 6


def test_answers_of_the_organisation_serve_its_postings_only(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD + HOURS)
    other = HEAD.replace("nurse", "cook").replace("Médecins Sans Frontières", "Other")
    write("cook.yaml", other + HOURS)
    write(
        "org.yaml",
        "organisation: médecins sans  frontières\nlanguages: en\nentries:\n"
        "  - {topic: privacy, answer: Safe.}\n"
        "  - {topic: hours, answer: It depends.}\n",
    )

    base, problems = read_folder(tmp_path, topics)

    assert problems == ()
    hours, privacy = base.postings["nurse"].entries
    assert not hours.shared
    assert (privacy.id, privacy.shared, privacy.answer) == ("privacy", True, {"en": "Safe."})
    assert [entry.id for entry in base.postings["cook"].entries] == ["hours"]


def test_an_organisation_without_a_posting_is_told(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD + HOURS)
    write(
        "org.yaml", "organisation: Médecin Sans Frontière\nentries: [{topic: privacy, answer: x}]"
    )

    (problem,) = read_folder(tmp_path, topics).problems

    assert problem.warning
    assert "did you mean “Médecins Sans Frontières”?" in problem.how


def test_a_shared_answer_that_cannot_be_filled_in_is_left_out(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD.replace("  url: https://example.org/nurse\n", "") + HOURS)
    write(
        "org.yaml",
        "organisation: Médecins Sans Frontières\nentries: [{topic: privacy, answer: '{url}'}]",
    )

    knowledge = read_folder(tmp_path, topics)

    assert "the posting `nurse` has no `url`" in knowledge.errors[0].what
    assert [entry.id for entry in knowledge.base.postings["nurse"].entries] == ["hours"]


def test_a_learned_file_adds_answers_and_ways_of_asking(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD + "unstated: [salary]\n" + HOURS)
    write(
        "nurse.learned.yaml",
        "entries:\n"
        "  - {topic: hours, questions: {fr: [cmb d'heures ?, Cmb d'heures]}}\n"
        "  - {topic: salary, answer: {fr: Selon la grille.}, added: 2026-03-01, by: Anne}\n"
        "  - {id: dog, questions: {fr: [Et mon chien ?]}, answer: {fr: Non.}}\n",
    )

    base, problems = read_folder(tmp_path, topics)

    assert problems == ()
    hours, salary, dog = base.postings["nurse"].entries
    assert hours.questions["fr"][0] == "cmb d'heures ?"
    assert not hours.learned
    assert (salary.learned, salary.answer) == (True, {"fr": "Selon la grille."})
    assert (dog.id, dog.learned) == ("dog", True)
    assert base.postings["nurse"].coverage("salary").standing is Standing.STATED


def test_an_answer_by_hand_wins_over_a_learned_one_and_this_is_told(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD + HOURS)
    write("nurse.learned.yaml", "entries: [{topic: hours, answer: {fr: 35 h}}]")

    base, (problem,) = read_folder(tmp_path, topics)

    assert problem.warning
    assert base.postings["nurse"].entries[0].answer["fr"] == "39 h par semaine."


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("other.learned.yaml", "entries: []", "belongs to other.yaml, which is not there"),
        ("nurse.learned.yaml", "entries: [{id: x, answer: y}]", "`x` has no questions"),
        ("nurse.learned.yaml", "posting: {id: x}", "nothing is known by the name of `posting`"),
        ("nurse.learned.yaml", "entries: [{topic: hours", "a bracket"),
    ],
)
def test_mistakes_in_a_learned_file_leave_the_posting_usable(  # noqa: PLR0913, PLR0917 - fixtures and a case
    tmp_path: Path, write: Write, topics: dict[str, Topic], name: str, text: str, words: str
) -> None:
    write("nurse.yaml", HEAD + HOURS)
    write(name, text)

    knowledge = read_folder(tmp_path, topics)

    assert words in knowledge.errors[0].what
    assert "nurse" in knowledge.base.postings


def test_ways_of_asking_for_what_nothing_answers_are_a_warning(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD + HOURS)
    write("nurse.learned.yaml", "entries: [{topic: salary, questions: {fr: [Combien ?]}}]")

    base, (problem,) = read_folder(tmp_path, topics)

    assert problem.warning
    assert len(base.postings["nurse"].entries) == 1


def test_a_single_file_is_read_with_the_learned_one_beside_it(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    path = write("nurse.yaml", HEAD + HOURS)
    write("nurse.learned.yaml", "entries: [{topic: salary, answer: x}]")
    write("broken.yaml", "[")

    knowledge = read_folder(path, topics)

    assert knowledge == read_file(path, topics)
    assert knowledge.problems == ()
    assert [entry.id for entry in knowledge.base.postings["nurse"].entries] == ["hours", "salary"]
    assert tmp_path == path.parent


@pytest.mark.parametrize(
    "name", [".#a.yaml", "~a.yaml", "a.yaml~", ".a.yaml.swp", "#a.yaml#", "schema.json", "a.txt"]
)
def test_files_of_editors_and_other_files_are_not_read(
    tmp_path: Path, write: Write, topics: dict[str, Topic], name: str
) -> None:
    write("nurse.yml", HEAD + HOURS)
    write(name, "[")
    (tmp_path / "older.yaml").mkdir()

    knowledge = read_folder(tmp_path, topics)

    assert knowledge.problems == ()
    assert list(knowledge.base.postings) == ["nurse"]


def test_a_file_that_is_named_like_a_text_is_pointed_out(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("nurse.yaml", HEAD + HOURS)
    write("cook.yaml.txt", "")

    (problem,) = read_folder(tmp_path, topics).problems

    assert problem.warning
    assert "rename it" in problem.how


def test_a_missing_and_an_empty_folder_say_what_to_do(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    (missing,) = read_folder(tmp_path / "no", topics).errors
    (empty,) = read_folder(tmp_path, topics).errors
    write("org.yaml", "organisation: X\nentries: [{topic: hours, answer: x}]")
    (none,) = read_folder(tmp_path, topics).errors

    assert "there is no such folder" in str(missing)
    assert "there is no knowledge file" in str(empty)
    assert "no file in this folder has a `posting:`" in str(none)
    assert all(problem.how for problem in (missing, empty, none))


def test_a_dangling_link_and_a_folder_without_leave_are_problems(
    tmp_path: Path, topics: dict[str, Topic]
) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone")

    assert "there is no such file" in read_folder(tmp_path, topics).errors[0].what
    assert "cannot be read" in read_folder(tmp_path / "a\0b", topics).errors[0].what


_WORDS = [
    "posting", "organisation", "entries", "unstated", "draft", "tests", "id", "topic", "title",
    "languages", "closes", "timezone", "url", "topics", "answer", "questions", "covers", "hours",
    "fr", "", "none", "2026-03-26", "{closes}", "Europe/Paris", "~", "x" * 300, "é\u200b",
]  # fmt: skip
_TREES = st.recursive(
    st.sampled_from(_WORDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=5)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("name", ["a.yaml", "a.learned.yaml"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tree=_TREES)
def test_any_tree_gives_problems_and_never_an_exception(
    tmp_path: Path, topics: dict[str, Topic], name: str, tree: object
) -> None:
    import yaml  # noqa: PLC0415 - only to write the file

    path = tmp_path / name
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")

    knowledge = read_file(path, topics)

    assert knowledge.problems or knowledge.base.postings


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=200), at=st.integers(0, len(HEAD + HOURS)))
def test_any_bytes_in_a_file_give_problems_and_never_an_exception(
    tmp_path: Path, topics: dict[str, Topic], data: bytes, at: int
) -> None:
    good = (HEAD + HOURS).encode()
    path = tmp_path / "a.yaml"
    path.write_bytes(good[:at] + data + good[at:])

    knowledge = read_folder(tmp_path, topics)

    assert knowledge.problems or knowledge.base.postings


def test_a_list_whose_items_are_wrong_is_not_called_empty_as_well(
    write: Write, topics: dict[str, Topic]
) -> None:
    path = write("nurse.yaml", (HEAD + HOURS).replace("[fr, en]", "[english]"))

    (problem,) = read_file(path, topics).errors

    assert "`english` is not a language" in problem.what
