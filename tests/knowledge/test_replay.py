import datetime as dt
from dataclasses import dataclass, field, replace

import pytest

from bot.core.chat import Chat, LoggedQuestion
from bot.core.decision import (
    Answer,
    Clarify,
    Decision,
    Part,
    Partial,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
)
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.knowledge.replay import Result, replay

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
POSTING = Posting(
    "nurse",
    "Clinic",
    {"en": "Nurse"},
    ("en",),
    (Entry("hours", "hours", covers=("hours.schedule",)), Entry("salary", "salary"), Entry("dogs")),
)
BASE = KnowledgeBase({"nurse": POSTING})
ASKED = LoggedQuestion(
    "u1", NOW, "telegram", "p1", "nurse", "en", "Hours?", "answer", "hours", "hours", 0.9
)


@dataclass
class Fixed:
    """Understands everything in the same way, and keeps what was remembered of the chat."""

    parts: tuple[Decision, ...]
    heard: list[str | None] = field(default_factory=list)

    def __call__(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        self.heard.append(chat.last_topic)
        return Understanding(tuple(Part(text, decision) for decision in self.parts))


def logged(decision: str, topic: str | None = None, entry: str | None = None) -> LoggedQuestion:
    return replace(ASKED, decision=decision, topic=topic, entry=entry)


CHOSEN = replace(logged("answer", "hours", "hours"), options=("hours", "salary"))
OFFERED = replace(logged("clarify"), options=("hours", "salary"))


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        (logged("answer", "hours", "hours"), Answer("hours", "hours"), None),
        (logged("answer", "hours", "hours"), Answer("hours.schedule", "hours"), None),
        (logged("answer", None, "dogs"), Answer("dogs", "dogs"), None),
        (logged("answer", "hours", "hours"), Answer("salary", "salary"), "other"),
        (logged("answer", "hours", "hours"), Unanswered(), "worse"),
        (logged("answer", "hours", "hours"), Unstated("hours", listed=True), "worse"),
        (logged("answer", "hours", "hours"), Unstated("remote", listed=True), "other"),
        (logged("unstated", "salary"), Answer("salary", "salary"), "better"),
        (logged("unstated", "salary"), Answer("hours", "hours"), "other"),
        (logged("unstated", "salary"), Unstated("salary", listed=True), None),
        (logged("partial", "hours.nights", "hours"), Answer("hours.nights", "hours"), "better"),
        (logged("answer", "hours.nights", "x"), Partial("hours.nights", "hours"), "worse"),
        (logged("unanswered"), Answer("hours", "hours"), "better"),
        (logged("unanswered"), Clarify(("hours", "salary")), "better"),
        (logged("unanswered"), Unanswered(), None),
        (logged("unanswered"), SmallTalk("thanks"), "other"),
        (OFFERED, Clarify(("salary", "hours")), None),
        (OFFERED, Answer("hours", "hours"), "better"),
        (OFFERED, Unanswered(), "worse"),
        (CHOSEN, Answer("hours", "hours"), "better"),
        (CHOSEN, Answer("salary", "salary"), "worse"),
        (CHOSEN, Clarify(("hours", "dogs")), None),
        (replace(logged("answer", "hours", "hours"), rating=-1), Unanswered(), "other"),
    ],
)
def test_what_changed_is_better_worse_or_to_be_looked_at(
    then: LoggedQuestion, now: Decision, verdict: str | None
) -> None:
    found = replay([then], BASE, Fixed((now,)))

    assert [moved.verdict for moved in found.moved] == ([verdict] if verdict else [])
    assert found.same == (verdict is None)


def test_the_weightiest_part_counts() -> None:
    found = replay([logged("unanswered")], BASE, Fixed((Unanswered(), Answer("hours", "hours"))))

    assert found.moved[0].now == Result("answer", "hours")
    assert str(found.moved[0].now) == "answer: hours"


def test_what_cannot_be_asked_is_counted() -> None:
    questions = [
        replace(ASKED, text=""),
        replace(ASKED, posting="gone"),
        replace(ASKED, posting=None),
    ]

    found = replay(questions, BASE, Fixed((Unanswered(),)))

    assert (found.asked, found.forgotten, found.gone, found.same) == (3, 1, 2, 0)


def test_alike_questions_stand_together_and_what_got_worse_comes_first() -> None:
    questions = [
        replace(logged("unanswered"), text="Help?"),
        replace(ASKED, text="hours"),
        ASKED,
        replace(ASKED, text="Salary?", topic="salary", entry="salary"),
    ]

    found = replay(questions, BASE, Fixed((Clarify(("hours", "salary")),)))

    assert [(m.text, m.count, m.verdict) for m in found.moved] == [
        ("Hours?", 2, "worse"),
        ("Salary?", 1, "worse"),
        ("Help?", 1, "better"),
    ]
    assert (found.count("worse"), found.count("better")) == (3, 1)


@pytest.mark.parametrize(
    ("minutes", "person", "last"),
    [(30, "p1", "hours"), (31, "p1", None), (1, "p2", None), (1, "", None)],
)
def test_a_question_goes_on_from_the_one_before_of_the_same_person(
    minutes: int, person: str, last: str | None
) -> None:
    later = replace(ASKED, received=NOW + dt.timedelta(minutes=minutes), person=person)
    understand = Fixed((Unanswered(),))

    replay([ASKED, later], BASE, understand)

    assert understand.heard == [None, last]
