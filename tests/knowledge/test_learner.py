import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.chat import Chat
from bot.core.decision import Answer
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.knowledge import fitting, models
from bot.knowledge.bank import shipped_topics
from bot.knowledge.models import Learner, TrainingError, load_engine

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


def test_what_was_found_out_about_other_postings_is_kept(tmp_path: Path) -> None:
    learner = Learner(tmp_path)
    before = learner(base(NURSE, BAKER))
    before.make_ready((NURSE, BAKER))

    answered = replace(NURSE, entries=(NURSE.entries[0], replace(DOGS, answer={"en": "No."})))
    after = learner(base(answered, BAKER))

    for kept in ("_told", "_phrased", "_named"):
        assert getattr(after, kept)["baker"] is getattr(before, kept)["baker"], kept
        assert getattr(after, kept)["nurse"] is not getattr(before, kept)["nurse"], kept
        assert getattr(after, kept).keys() == {"nurse", "baker"}, kept  # nothing is left to do
    assert after.__dict__["_common"] is before.__dict__["_common"]


def test_once_people_are_answered_a_head_is_fitted_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = Learner(tmp_path)
    learner(base(NURSE, BAKER))
    fitted_here: list[str] = []
    monkeypatch.setattr(fitting, "fit_head", lambda *_: fitted_here.append("here"))

    asked = replace(DOGS, questions={"en": ("May I bring my dog?", "Are parrots allowed?")})
    changed = replace(NURSE, entries=(asked,))
    after = learner(base(changed, BAKER))

    assert fitted_here == []
    understood = after.understand(base(changed, BAKER), changed, "are parrots allowed", Chat())
    assert understood.parts[0].decision == Answer("dogs", "dogs")


def test_a_process_that_fails_leaves_the_last_engine_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = Learner(tmp_path)
    first = learner(base(NURSE, BAKER))
    asked = replace(DOGS, questions={"en": ("Are parrots allowed?",)})
    changed = base(replace(NURSE, entries=(asked,)), BAKER)

    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(TrainingError, match="could not be learnt"):
            learner(changed)
    unchanged = learner(base(NURSE, BAKER))
    after = learner(changed)

    assert unchanged.speller.frequency == first.speller.frequency
    assert set(after.heads["nurse"].model.classes) == {"dogs"}


def test_a_cache_that_was_emptied_meanwhile_is_filled_again(tmp_path: Path) -> None:
    posting = replace(NURSE, entries=(DOGS,))
    learner = Learner(tmp_path)
    learner(KnowledgeBase({"nurse": posting}, shipped_topics()))
    for folder in tmp_path.glob("*-*/"):
        shutil.rmtree(folder)

    asked = replace(DOGS, questions={"en": ("Are parrots allowed?",)})
    after = learner(KnowledgeBase({"nurse": replace(posting, entries=(asked,))}, shipped_topics()))

    assert set(after.heads) == {"nurse"}


def test_of_many_postings_no_model_is_let_go_that_the_next_start_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_KEPT", 1)
    postings = [
        replace(
            NURSE, id=f"p{number}", entries=(replace(DOGS, questions={"en": (f"Dog {number}?",)}),)
        )
        for number in range(3)
    ]

    Learner(tmp_path)(base(*postings))

    assert len(list(tmp_path.glob("head-*"))) == 3
    assert len(list(tmp_path.glob("bank-*"))) == 1
