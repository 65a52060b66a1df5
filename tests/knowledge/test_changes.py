import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.errors import Problem
from bot.knowledge.changes import Changes, PostingChange, compare

HOURS = Entry("hours", "hours", answer={"en": "39 h"}, questions={"en": ("How long?",)}, line=5)
NURSE = Posting("nurse", "Clinic", {"en": "Nurse"}, ("en",), (HOURS,), closes=dt.date(2026, 3, 26))


def base(*postings: Posting) -> KnowledgeBase:
    return KnowledgeBase({posting.id: posting for posting in postings})


def test_nothing_changed_between_equal_states() -> None:
    assert compare(base(NURSE), base(replace(NURSE))) == ()


def test_an_entry_that_only_stands_in_another_line_has_not_changed() -> None:
    moved = replace(NURSE, entries=(replace(HOURS, line=9, file="other"),))

    assert compare(base(NURSE), base(moved)) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"entries": (replace(HOURS, answer={"en": "35 h"}),)}, "hours: changed"),
        ({"entries": (HOURS, Entry("salary"))}, "salary: new"),
        ({"entries": ()}, "hours: gone"),
        (
            {"entries": (replace(HOURS, questions={"en": ("How long?", "Hours?")}),)},
            "hours: 1 more way of asking",
        ),
        ({"entries": (replace(HOURS, questions={}),)}, "hours: other ways of asking"),
        ({"closes": dt.date(2026, 3, 31)}, "closes: 2026-03-26 → 2026-03-31"),
        ({"closes": None}, "closes: 2026-03-26 → never"),
        ({"title": {"en": "Night nurse"}}, "title: changed"),
        ({"unstated": ("salary",)}, "salary: unstated now"),
        ({"draft": True}, "withdrawn"),
    ],
)
def test_what_changed_is_said_in_words(change: Mapping[str, Any], said: str) -> None:
    (found,) = compare(base(NURSE), base(replace(NURSE, **change)))

    assert str(found) == f"nurse: {said}"
    assert found.gone is (said == "withdrawn")


def test_a_topic_that_is_answered_now_is_only_said_to_be_new() -> None:
    before = replace(NURSE, unstated=("salary", "remote"))
    after = replace(NURSE, entries=(HOURS, Entry("salary", "salary")))

    (found,) = compare(base(before), base(after))

    assert found.details == ("salary: new", "remote: no longer listed as unstated")


def test_postings_come_and_go() -> None:
    baker = replace(NURSE, id="baker")

    found = compare(base(NURSE), base(baker))

    assert [str(change) for change in found] == ["baker: new; 1 answer", "nurse: gone"]
    assert [change.gone for change in found] == [False, True]


@pytest.mark.parametrize(
    ("count", "named"), [(5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, 3, 4 and 1 more")]
)
def test_postings_with_the_same_change_share_a_line(count: int, named: str) -> None:
    alike = tuple(PostingChange(str(i), ("privacy: changed",)) for i in range(count))

    (line,) = Changes(alike).lines()

    assert line == f"{named}: privacy: changed"


def test_a_mended_file_is_told_and_counts_as_a_change() -> None:
    assert list(Changes(mended=("a.yaml",)).lines()) == ["a.yaml: mended, and in use again"]
    assert Changes(mended=("a.yaml",))
    assert Changes(problems=(Problem("a", 1, "x"),))
    assert not Changes()
