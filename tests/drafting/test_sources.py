"""Whole postings, drafted by the rules alone; with the matcher: benchmarks/drafting.py."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.drafting import FRESH, FURTHER, SOURCES, Score, cases, score
from bot.drafting.drafting import Draft, draft
from bot.drafting.reading import read_source
from bot.drafting.writing import write_draft
from bot.knowledge.bank import shipped_topics
from bot.knowledge.checks import check_folder
from tests.drafting.conftest import TODAY, nobody

ALL = [*cases(SOURCES), *cases(FURTHER), *cases(FRESH)]
NAMES = [path.name for path, _ in ALL]
EXPECTED: dict[str, dict[str, Any]] = {path.name: expect for path, expect in ALL}
PATHS = {path.name: path for path, _ in ALL}


@cache
def made_of(name: str) -> tuple[Draft, str]:
    topics = shipped_topics()
    today = EXPECTED[name].get("today", TODAY)
    made = draft(read_source(str(PATHS[name])), topics, nobody, today)
    return made, write_draft(made, topics, name)


def scored(name: str) -> Score:
    made, text = made_of(name)
    return score(made, text, EXPECTED[name])


def test_there_are_two_sources_of_each_kind() -> None:
    kinds = [Path(name).suffix for name in NAMES]

    assert all(kinds.count(kind) >= 2 for kind in (".txt", ".md", ".html", ".pdf", ".docx"))
    assert len({EXPECTED[name]["language"] for name in NAMES}) == 4


def test_nearly_all_facts_are_found_and_nearly_nothing_else() -> None:
    scores = [scored(name) for name in NAMES]
    found = sum(len(one.found) for one in scores)
    missed = sum(len(one.missed) for one in scores)
    right = sum(len(one.right) for one in scores)
    wrong = sum(len(one.wrong) for one in scores)

    assert found / (found + missed) >= 0.95
    assert right / (right + wrong) >= 0.97


@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaks_in_and_the_head_is_right(name: str) -> None:
    one = scored(name)

    assert (one.leaked, one.head, one.unsaid) == ([], [], [])


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_is_a_valid_file_in_the_language_of_the_posting(name: str, tmp_path: Path) -> None:
    made, text = made_of(name)
    (tmp_path / "draft.yaml").write_text(text, "utf-8")

    now = dt.datetime.combine(TODAY, dt.time(), dt.UTC)
    base, problems = check_folder(tmp_path, shipped_topics(), now)

    assert [problem for problem in problems if not problem.warning] == []
    posting = base.postings[made.name]
    assert posting.draft
    assert posting.languages == (EXPECTED[name]["language"],)
    assert len(posting.entries) == len(made.entries)


@pytest.mark.parametrize("name", NAMES)
def test_every_quote_stands_in_the_source(name: str) -> None:
    source = read_source(str(PATHS[name]))
    raw = " ".join(f"{source.raw} {source.metadata}".split())

    quotes = [entry.quote for entry in made_of(name)[0].entries]

    assert sum(map(bool, quotes)) >= len(quotes) - 2
    assert [quote for quote in quotes if " ".join(quote.split()) not in raw] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_entry_says_how_sure_it_is(name: str) -> None:
    lines = made_of(name)[1].splitlines()

    for number, line in enumerate(lines):
        if line.startswith(("  - topic:", "  - id:")):
            above = "\n".join(lines[max(0, number - 4) : number])
            assert any(f"# {word}: " in above for word in ("sure", "likely", "doubtful")), line
