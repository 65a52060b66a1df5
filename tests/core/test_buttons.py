"""What is offered below a reply."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.buttons import (
    first_rows,
    posting_rows,
    rated,
    rating_row,
    related_rows,
    tell_rows,
    topic_rows,
)
from bot.core.decision import Answer, Decision, Partial, Unanswered, Unstated
from bot.core.message import Button
from bot.core.posting import KnowledgeBase, Posting
from bot.core.scene import Scene
from tests.core.samples import BAKER, NOW, NURSE, PHRASES, TOPICS, entry

FULL = replace(
    NURSE,
    entries=(
        entry("team", en="Six."),
        entry("benefits", en="Some."),
        entry("benefits.meals", en="One."),
        entry("benefits.health", en="Yes."),
        entry("deadline", en="Soon."),
        entry("how_to_apply", en="By e-mail."),
        entry("documents", en="A CV."),
    ),
)
TELL = "Tell me when there is an answer"


def scene(posting: Posting = NURSE, *, tells: bool = True) -> Scene:
    base = KnowledgeBase({posting.id: posting}, TOPICS)
    return Scene(base, PHRASES, "en", NOW, posting, tells=tells)


def labels(rows: Sequence[Sequence[Button]]) -> list[str]:
    return [button.label for row in rows for button in row]


def data(rows: Sequence[Sequence[Button]]) -> list[str]:
    return [button.data for row in rows for button in row]


@pytest.mark.parametrize(
    ("decision", "related"),
    [
        (Answer("benefits", "benefits"), ["Meals", "Health"]),
        (Answer("deadline", "deadline"), ["How to apply"]),
        (Answer("how_to_apply", "how_to_apply"), ["documents", "Deadline"]),
        (Answer("team", "team"), []),
        (Answer("benefits.meals", "benefits.meals"), []),
        (Unstated("benefits.pension", listed=True), ["Meals", "Health"]),
        (Unstated("salary", listed=True), []),
        (Partial("hours.nights", "hours"), []),
        (Unanswered(), []),
    ],
)
def test_what_is_wanted_next_is_offered_and_little_else(
    decision: Decision, related: list[str]
) -> None:
    assert labels(related_rows(decision, scene(FULL))) == related


def test_only_what_is_stated_is_related() -> None:
    assert labels(related_rows(Answer("deadline", "deadline"), scene(BAKER))) == []
    assert related_rows(Answer("deadline", "deadline"), replace(scene(), posting=None)) == ()


@pytest.mark.parametrize(("count", "more"), [(12, False), (13, True)])
def test_a_long_menu_has_pages(count: int, more: bool) -> None:  # noqa: FBT001 - drawn
    posting = replace(NURSE, entries=tuple(entry(f"own{n}", en="x") for n in range(count)))
    menu = topic_rows(posting, scene(posting))

    assert len(data(menu)) == 12 + more
    assert (data(menu)[-1] == f"m|{posting.tag}|1") is more
    assert len(data(topic_rows(posting, scene(posting), 1))) == count - 12
    assert topic_rows(posting, scene(posting), 2) == ()


@pytest.mark.parametrize(("count", "more"), [(8, False), (9, True)])
def test_many_postings_have_pages(count: int, more: bool) -> None:  # noqa: FBT001 - drawn
    postings = [replace(NURSE, id=f"p{n}") for n in range(count)]
    menu = posting_rows(postings, scene())

    assert (data(menu)[-1] == "q|1") is more
    assert len(data(menu)) == 8 + more
    assert len(data(posting_rows(postings, scene(), 1))) == count - 8


def test_a_topic_stated_in_detail_only_stands_in_the_menu() -> None:
    assert labels(topic_rows(NURSE, scene())) == [
        "Working hours",
        "Benefits",
        "How to apply",
        "Our projects",
    ]


def test_what_is_asked_most_comes_first_at_first_contact() -> None:
    assert labels(first_rows(FULL, scene(FULL), 4)) == [
        "How to apply",
        "Deadline",
        "documents",
        "Benefits",
    ]


@pytest.mark.parametrize(("count", "rows"), [(0, 0), (1, 1), (4, 1), (5, 2)])
def test_one_button_is_about_four_questions_at_most(count: int, rows: int) -> None:
    uids = [f"{number:012x}" for number in range(count)]

    offered = tell_rows(uids, scene())

    assert labels(offered) == [TELL] * rows
    assert ",".join(one.removeprefix("t|") for one in data(offered)) == ",".join(uids)
    assert all(len(one) <= 64 for one in data(offered))


def test_nobody_is_offered_what_cannot_be_kept() -> None:
    assert tell_rows(["a"], scene(tells=False)) == ()


@pytest.mark.parametrize(
    ("rating", "thumbs"), [(1, ["👍 ✓", "👎"]), (-1, ["👍", "👎 ✓"]), (0, ["👍", "👎"])]
)
def test_the_chosen_thumb_is_marked_and_the_rest_stays(rating: int, thumbs: list[str]) -> None:
    shown = ((Button("Pass it on", "p|a"),), rating_row("a", 1))

    assert labels(rated(shown, "a", rating)) == ["Pass it on", *thumbs]
