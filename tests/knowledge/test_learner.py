from dataclasses import replace
from pathlib import Path

from bot.core.chat import Chat
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.knowledge.models import Learner, load_engine

TOPICS = {
    "hours": Topic(
        "hours",
        {"en": "Hours"},
        questions={"en": ("What are the hours?", "How many hours a week?")},
    ),
    "salary": Topic(
        "salary", {"en": "Pay"}, questions={"en": ("What is the salary?", "How well is it paid?")}
    ),
    "out_of_scope.world": Topic("out_of_scope.world", {}, questions={"en": ("Will it rain?",)}),
}
DOGS = Entry("dogs", questions={"en": ("May I bring my dog?",)}, answer={"en": "Yes."})
NURSE = Posting("nurse", "O", {"en": "Nurse"}, ("en",), (Entry("hours", "hours"), DOGS))
BAKER = replace(NURSE, id="baker", entries=(Entry("salary", "salary"),))


def base(*postings: Posting) -> KnowledgeBase:
    return KnowledgeBase({posting.id: posting for posting in postings}, TOPICS)


def test_only_what_changed_is_learnt_and_the_result_is_that_of_a_fresh_start(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    learner = Learner(tmp_path, lambda: told.append("learning"))

    first = learner(base(NURSE, BAKER))
    assert len(told) == 1
    kept = first.scope(BAKER)
    answered = replace(NURSE, entries=(NURSE.entries[0], replace(DOGS, answer={"en": "No."})))
    second = learner(base(answered, BAKER))
    assert len(told) == 1
    assert second.speller is first.speller
    assert second.scope(BAKER) is kept
    assert second.scope(answered).posting is answered
    asked = replace(DOGS, questions={"en": ("May I bring my dog?", "Are parrots allowed?")})
    third = learner(base(replace(NURSE, entries=(asked,)), BAKER))
    assert len(told) == 1  # nothing that takes seconds
    assert third.heads.keys() == {"nurse"}
    without = learner(base(BAKER))
    assert not without.heads

    now = base(replace(NURSE, entries=(asked,)), BAKER)
    fresh = load_engine(now, tmp_path)
    for text in ("parrots?", "how many hours", "what about rain", "my dog"):
        for posting in now.postings.values():
            assert third.understand(now, posting, text, Chat()) == fresh.understand(
                now, posting, text, Chat()
            )
