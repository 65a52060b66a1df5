"""Engines that are made again after knowledge changed, and the model that is shipped."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.chat import Chat
from bot.core.decision import Answer
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.knowledge.bank import shipped_topics
from bot.knowledge.models import Learner
from bot.knowledge.shipping import is_current
from bot.knowledge.tables import shipped_tables


def _posting(name: str, *entries: Entry) -> Posting:
    return Posting(name, "Org", {"en": "Post"}, ("en",), entries)


PARKING = Entry(
    "parking", questions={"en": ("Where can I park?", "Is there a car park?")}, answer={"en": "Yes"}
)
CANTEEN = Entry(
    "canteen",
    questions={"en": ("Is there a canteen?", "What does lunch cost?")},
    answer={"en": "5"},
)


def _heads(cache: Path) -> set[str]:
    return {path.name for path in cache.glob("head-*")}


def test_the_shipped_model_was_made_from_the_bank_as_it_is() -> None:
    assert is_current(), "the bank changed: run python -m bot.knowledge.shipping, and commit"


def test_only_the_posting_that_changed_is_learnt_again(tmp_path: Path) -> None:
    shop, mill = _posting("shop", PARKING), _posting("mill", CANTEEN)
    told: list[str] = []
    learner = Learner(tmp_path, lambda: told.append("slow"))
    first = learner(KnowledgeBase({"shop": shop, "mill": mill}, shipped_topics()))
    before = _heads(tmp_path)

    more = replace(PARKING, questions={"en": ("Where can I park?", "Where do bikes go?")})
    changed = KnowledgeBase({"shop": _posting("shop", more), "mill": mill}, shipped_topics())
    second = learner(changed)

    assert len(_heads(tmp_path) - before) == 1
    assert second.bank is first.bank
    assert second.heads["mill"].model is first.heads["mill"].model
    assert told == []
    understood = second.understand(changed, changed.postings["shop"], "where do bikes go", Chat())
    assert understood.parts[0].decision == Answer("parking", "parking")


def test_what_was_read_once_is_kept_as_it_is(tmp_path: Path) -> None:
    read = shipped_tables(tmp_path)

    kept = shipped_tables(tmp_path)

    assert list(tmp_path.glob("tables-*.json"))
    assert dict(kept.spellings) == dict(read.spellings)
    assert kept.content() == {
        "spellings": dict(read.spellings),
        "concepts": {
            name: {code: list(words) for code, words in languages.items()}
            for name, languages in read.concepts.items()
        },
    }


@pytest.mark.parametrize("content", ["", "{", '{"spellings": {}}'])
def test_kept_tables_that_are_broken_are_read_anew(content: str, tmp_path: Path) -> None:
    shipped_tables(tmp_path)
    file = next(tmp_path.glob("tables-*.json"))
    file.write_text(content)

    assert shipped_tables(tmp_path).concepts
