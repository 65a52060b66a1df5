from dataclasses import dataclass

import pytest

from bot.core.chat import Chat
from bot.core.decision import Answer, Clarify, Decision, Part, Unanswered, Understanding, Unstated
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.knowledge.checking.notes import Notes
from bot.knowledge.checking.selftest import Background, note_lost, note_misled

DOGS = ("May I bring my dog?", "May my dog come along?", "May I bring a dog to work?",
        "Are dogs allowed, may my dog come?", "Can I bring my dog?")  # fmt: skip
LUNCH = ("What is for lunch?", "Is the lunch free?", "Where is the lunch eaten?",
         "How long is the lunch break?", "Who pays for the lunch?")  # fmt: skip


def base(
    dogs: tuple[str, ...] = DOGS, lunch: tuple[str, ...] = LUNCH, **more: Topic
) -> KnowledgeBase:
    entries = (
        Entry("dogs", questions={"en": dogs}, answer={"en": "Yes"}, file="a.yaml", line=3),
        Entry("lunch", questions={"en": lunch}, answer={"en": "Soup"}, file="a.yaml", line=9),
    )
    posting = Posting("a", "O", {"en": "T"}, ("en",), entries, file="a.yaml")
    return KnowledgeBase({"a": posting}, more)


def notes_of(knowledge: KnowledgeBase) -> Notes:
    return Notes(knowledge.postings["a"], knowledge.topics)


def test_ways_of_asking_that_support_each_other_are_understood_without_themselves() -> None:
    knowledge = base()

    tested = Background(knowledge).try_out(knowledge.postings["a"])

    assert tested.tried == {"dogs": 5, "lunch": 5}
    assert tested.misled == ()


def test_one_that_stands_under_the_wrong_entry_is_told() -> None:
    knowledge = base(dogs=(*DOGS, "Is the lunch break long and is lunch free?"))
    notes = notes_of(knowledge)

    tested = Background(knowledge).try_out(knowledge.postings["a"])
    note_misled(tested, notes)

    worst = max(tested.misled, key=lambda found: found.margin)
    assert (worst.question[:12], worst.nearer) == ("Is the lunch", "lunch")
    problem = next(problem for problem in notes.found if "Is the lunch break long" in problem.what)
    assert problem.hint
    assert "nearer to `lunch`" in problem.what


def test_what_is_nearer_to_a_topic_that_is_not_answered_is_counted_not_told() -> None:
    travel = Topic(
        "travel",
        {"en": "Travel"},
        questions={
            "en": ("How much travel is there?", "Is there any travel?", "Do I travel much?")
        },
    )
    knowledge = base(dogs=(*DOGS, "Is there much travel?"), travel=travel)
    notes = notes_of(knowledge)

    tested = Background(knowledge).try_out(knowledge.postings["a"])
    note_misled(tested, notes)

    assert [found.nearer for found in tested.misled] == ["travel"]
    assert not notes.found


def test_an_entry_with_two_ways_of_asking_can_spare_none() -> None:
    knowledge = base(dogs=DOGS[:2])

    assert "dogs" not in Background(knowledge).try_out(knowledge.postings["a"]).tried


def test_an_entry_whose_ways_of_asking_have_nothing_in_common_is_told() -> None:
    strangers = (
        "xylophone",
        "quartz",
        "violet",
        "bramble",
        "jumping",
        "kettle",
        "walnut",
        "zephyr",
    )
    every = tuple(f"{word}?" for word in strangers)
    knowledge = base(
        dogs=strangers, things=Topic("things", {"en": "Things"}, questions={"en": every})
    )
    notes = notes_of(knowledge)

    note_misled(Background(knowledge).try_out(knowledge.postings["a"]), notes)

    told = "none of the 8 ways of asking for `dogs` would be understood if they were not listed"
    assert told in [problem.what for problem in notes.found]


@dataclass
class Oracle:
    """Decides by the first word that it knows."""

    decisions: dict[str, Decision]

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        found = (d for word, d in self.decisions.items() if word in text.casefold())
        return Understanding((Part(text, next(found, Unanswered())),))

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        return []


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (Answer("dogs", "dogs"), None),
        (Clarify(("lunch", "dogs")), None),
        (Answer("lunch", "lunch"), ("warning", "leads to `lunch`")),
        (Unstated("travel", listed=True), ("hint", "leads to `travel`, which is not answered")),
        (Unanswered(), ("hint", "is not understood")),
    ],
)
def test_a_way_of_asking_that_does_not_lead_to_its_entry_is_told(
    decision: Decision, told: tuple[str, str] | None
) -> None:
    knowledge = base(dogs=(*DOGS, "Puppies?"))
    notes = notes_of(knowledge)
    mind = Oracle(
        {"pup": decision, "dog": Answer("dogs", "dogs"), "lunch": Answer("lunch", "lunch")}
    )

    note_lost(knowledge.postings["a"], knowledge, mind, notes)

    found = [(p.severity, p.what.partition("`dogs` ")[2]) for p in notes.found]
    assert found == ([told] if told else [])


def test_an_entry_that_nothing_leads_to_can_never_be_the_answer() -> None:
    knowledge = base()
    notes = notes_of(knowledge)

    note_lost(
        knowledge.postings["a"], knowledge, Oracle({"lunch": Answer("lunch", "lunch")}), notes
    )

    (problem,) = notes.found
    assert problem.severity == "warning"
    assert "`dogs` can never be the answer" in problem.what
    assert problem.line == 3


def test_what_stands_in_two_places_is_not_told_once_more() -> None:
    knowledge = base(lunch=(*LUNCH, DOGS[0]))
    notes = notes_of(knowledge)
    mind = Oracle({"dog": Answer("dogs", "dogs"), "lunch": Answer("lunch", "lunch")})

    note_misled(Background(knowledge).try_out(knowledge.postings["a"]), notes)
    note_lost(knowledge.postings["a"], knowledge, mind, notes)

    assert [problem for problem in notes.found if DOGS[0] in problem.what] == []
