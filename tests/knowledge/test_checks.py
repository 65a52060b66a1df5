import datetime as dt
from pathlib import Path

import pytest

from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.checks import LONGEST_ANSWER, check, check_folder
from bot.knowledge.reading import read_file
from tests.knowledge.conftest import Write

OPEN = dt.datetime(2026, 3, 26, 22, 59, tzinfo=dt.UTC)
CLOSED = dt.datetime(2026, 3, 26, 23, 0, tzinfo=dt.UTC)
HEAD = (
    "posting: {id: a, organisation: O, title: {fr: T, en: T}, languages: [fr, en], "
    "closes: 2026-03-26, timezone: Europe/Paris}\nentries:\n"
)


@pytest.fixture
def checked(write: Write, topics: dict[str, Topic]) -> "Checked":
    return Checked(write, topics)


class Checked:
    def __init__(self, write: Write, topics: dict[str, Topic]) -> None:
        self.write = write
        self.topics = topics

    def __call__(
        self, *entries: str, now: dt.datetime = OPEN, head: str = HEAD
    ) -> tuple[Problem, ...]:
        text = head + "".join(f"  - {{{entry}}}\n" for entry in entries)
        knowledge = read_file(self.write("a.yaml", text), self.topics)
        assert knowledge.problems == ()
        return tuple(problem for problem in check(knowledge.base, now) if not problem.hint)


def test_a_good_posting_gives_no_warning(checked: Checked) -> None:
    assert checked("topic: hours, answer: {fr: x, en: y}") == ()


def test_a_missing_language_is_a_warning_for_each_text(checked: Checked) -> None:
    problems = checked(
        "topic: hours, answer: {fr: x}, answer_closed: {en: y}",
        "id: own, questions: {fr: [q]}, answer: {fr: x, en: y}",
        head=HEAD.replace("en: T", "de: T"),
    )

    assert [(p.line, p.what) for p in problems] == [
        (0, "the title is missing in en"),
        (3, "`answer` of `hours` is missing in en"),
        (3, "`answer_closed` of `hours` is missing in fr"),
        (4, "`questions` of `own` is missing in en"),
    ]
    assert all(problem.warning and problem.how for problem in problems)


@pytest.mark.parametrize(("length", "warned"), [(LONGEST_ANSWER, 0), (LONGEST_ANSWER + 1, 1)])
def test_an_answer_may_be_exactly_as_long_as_the_limit(
    checked: Checked, length: int, warned: int
) -> None:
    assert len(checked(f"topic: hours, answer: {{fr: {'x' * length}, en: y}}")) == warned


@pytest.mark.parametrize(("now", "warned"), [(OPEN, 0), (CLOSED, 1)], ids=["open", "closed"])
@pytest.mark.parametrize("topic", ["deadline", "how_to_apply"])
def test_once_closed_what_is_said_about_applying_must_have_changed(
    checked: Checked, topic: str, now: dt.datetime, warned: int
) -> None:
    problems = checked(
        f"topic: {topic}, answer: {{fr: x, en: y}}",
        "topic: hours, answer: {fr: x, en: y}",
        now=now,
    )

    assert len(problems) == warned
    assert all(f"`{topic}` has no `answer_closed`" in problem.what for problem in problems)


def test_an_answer_for_later_without_a_closing_date_is_a_warning(checked: Checked) -> None:
    (problem,) = checked(
        "topic: hours, answer: {fr: x, en: y}, answer_closed: {fr: x, en: y}",
        head=HEAD.replace("closes: 2026-03-26, timezone: Europe/Paris", ""),
    )

    assert "is never used" in problem.what


def test_the_same_way_of_asking_in_two_places_is_a_warning(checked: Checked) -> None:
    problems = checked(
        "id: one, questions: {fr: [Où est-ce ?, 'OU EST CE'], en: [q]}, answer: {fr: x, en: y}",
        "id: two, questions: {fr: [ou est ce...], en: [salaire]}, answer: {fr: x, en: y}",
        "topic: hours, questions: {fr: [Temps de travail ?]}, answer: {fr: x, en: y}",
    )

    assert [(p.line, p.what) for p in problems] == [
        (3, "“OU EST CE” of `one` stands there twice"),
        (4, "“ou est ce...” of `two` also asks for `one` (line 3)"),
        (4, "“salaire” of `two` also asks for the shipped topic `salary`"),
    ]


def test_what_two_postings_share_is_told_once(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    good = HEAD + "  - {topic: hours, answer: {fr: x, en: y}}\n"
    write("a.yaml", good)
    write("b.yaml", good.replace("id: a", "id: b"))
    write("o.yaml", "organisation: O\nentries: [{topic: privacy, answer: {fr: x}}]")

    (problem,) = (p for p in check_folder(tmp_path, topics, OPEN).problems if not p.hint)

    assert problem.file.endswith("o.yaml")


def test_a_check_tells_errors_and_warnings_in_the_order_of_the_files(
    tmp_path: Path, write: Write, topics: dict[str, Topic]
) -> None:
    write("b.yaml", "[")
    write("a.yaml", HEAD + "  - {topic: hours, answer: {fr: x}}\n")
    write("c.yaml", HEAD.replace("id: a", "id: c") + "  - {topic: hours, answer: {fr: x}}\n")

    knowledge = check_folder(tmp_path, topics, OPEN)

    told = [problem for problem in knowledge.problems if not problem.hint]
    assert [Path(problem.file).name for problem in told] == [
        "a.yaml", "b.yaml", "c.yaml",
    ]  # fmt: skip
    assert len(knowledge.errors) == 1
