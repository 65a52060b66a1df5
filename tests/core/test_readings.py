"""A text that comes again is not read again, and nothing outlives what it was read for."""

from dataclasses import dataclass, field

from bot.core.chat import Chat
from bot.core.decision import Part, Unanswered, Understanding
from bot.core.posting import KnowledgeBase, Posting
from bot.core.readings import Readings

NORD = Posting("nord", "Example", {"en": "A job"}, ("en",))
SUD = Posting("sud", "Example", {"en": "Another job"}, ("en",))
BASE = KnowledgeBase({"nord": NORD, "sud": SUD})


@dataclass
class Mind:
    """Answers each time otherwise, so that a reading that is remembered shows."""

    read: list[tuple[str, str, Chat]] = field(default_factory=list)

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        self.read.append((posting.id, text, chat))
        return Understanding((Part(f"{text} {len(self.read)}", Unanswered()),))


def test_the_same_text_is_read_once() -> None:
    mind = Mind()
    readings = Readings(mind.understand)

    first = readings.understand(BASE, NORD, "Salaire ?", Chat(greeted=True))
    again = readings.understand(BASE, NORD, "Salaire ?", Chat(spoken="fr"))

    assert again is first
    assert len(mind.read) == 1


def test_another_posting_another_last_topic_and_another_knowledge_are_read_anew() -> None:
    mind = Mind()
    readings = Readings(mind.understand)

    readings.understand(BASE, NORD, "Et ?", Chat())
    readings.understand(BASE, SUD, "Et ?", Chat())
    readings.understand(BASE, NORD, "Et ?", Chat(last_topic="hours"))
    changed = KnowledgeBase(BASE.postings)
    readings.understand(changed, NORD, "Et ?", Chat())
    readings.understand(BASE, NORD, "Et ?", Chat())

    assert [(posting, chat.last_topic) for posting, _, chat in mind.read] == [
        ("nord", None),
        ("sud", None),
        ("nord", "hours"),
        ("nord", None),
        ("nord", None),
    ]


def test_nothing_but_the_last_topic_of_a_chat_can_count() -> None:
    mind = Mind()

    Readings(mind.understand).understand(
        BASE, NORD, "Et ?", Chat("nord", "fr", "en", "hours", "a waiting question", greeted=True)
    )

    assert mind.read == [("nord", "Et ?", Chat(last_topic="hours"))]


def test_the_text_that_came_up_last_longest_ago_goes_first() -> None:
    mind = Mind()
    readings = Readings(mind.understand, most=2)

    for text in ("a", "b", "a", "c", "a", "b"):
        readings.understand(BASE, NORD, text, Chat())

    assert [text for _, text, _ in mind.read] == ["a", "b", "c", "b"]


def test_what_is_forgotten_and_what_is_long_is_read_anew() -> None:
    mind = Mind()
    readings = Readings(mind.understand)
    longest, too_long = "x" * 200, "y" * 201

    for text in (longest, too_long, longest, too_long):
        readings.understand(BASE, NORD, text, Chat())
    readings.forget()
    readings.understand(BASE, NORD, longest, Chat())

    assert [text[0] for _, text, _ in mind.read] == ["x", "y", "y", "x"]
