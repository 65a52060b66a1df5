import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.chat import Chat
from bot.core.decision import Part, Unanswered, Understanding
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import BotError, KnowledgeError
from bot.knowledge.changes import Changes
from bot.knowledge.live import Live
from tests.knowledge.conftest import Write

GOOD = (
    "posting: {id: a, organisation: O, title: T, languages: [en]}\n"
    "entries:\n  - {topic: hours, answer: 39 h}\n"
)


@dataclass
class NamedMind:
    """Says as what was understood which knowledge it was made for."""

    base: KnowledgeBase

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        assert knowledge.postings == self.base.postings
        return Understanding((Part(posting.entries[0].answer["en"], Unanswered()),))

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        return [self.base.postings[posting.id].entries[0].answer["en"]]


@dataclass
class School:
    """Makes minds; fails or takes its time where it is told so."""

    fails: bool = False
    gate: threading.Event | None = None
    made: int = 0

    def __call__(self, base: KnowledgeBase) -> NamedMind:
        if self.gate is not None:
            assert self.gate.wait(5)
        if self.fails:
            raise BotError("no room")
        self.made += 1
        return NamedMind(base)


@pytest.fixture
def school() -> Iterator[School]:
    school = School()
    yield school
    if school.gate is not None:
        school.gate.set()


@pytest.fixture
def live(tmp_path: Path, topics: dict[str, Topic], write: Write, school: School) -> Live:
    write("a.yaml", GOOD)
    live = Live.open(tmp_path, topics, school)
    live.folder.wait = lambda _: None
    return live


def said(live: Live, base: KnowledgeBase) -> str:
    posting = base.postings["a"]
    understood = live.understand(base, posting, "?", Chat())
    assert live.explain(base, posting, "?") == [understood.parts[0].text]
    return understood.parts[0].text


async def test_what_was_written_before_is_in_use_after_a_refresh(live: Live, write: Write) -> None:
    write("a.yaml", GOOD.replace("39", "35"))

    changes = await live.refresh()

    assert [str(change) for change in changes.postings] == ["a: hours: changed"]
    assert said(live, live.current()) == "35 h"


async def test_a_question_in_flight_goes_on_with_what_it_began_with(
    live: Live, write: Write
) -> None:
    began = live.current()
    for hours in ("35", "30"):
        write("a.yaml", GOOD.replace("39", hours))
        await live.refresh()

    assert said(live, began) == "39 h"
    assert said(live, live.current()) == "30 h"


async def test_a_mind_goes_with_the_last_question_that_needs_it(live: Live, write: Write) -> None:
    first = weakref.ref(live.state.mind)
    write("a.yaml", GOOD.replace("39", "35"))
    await live.refresh()
    gc.collect()

    assert first() is None


async def test_nothing_is_learnt_where_nothing_changed(
    live: Live, write: Write, school: School
) -> None:
    state = live.state
    write(".a.yaml.swp", "x")

    assert not await live.refresh()

    assert live.state.base is state.base
    assert school.made == 1


async def test_a_broken_file_is_told_once_and_told_again_when_mended(
    live: Live, write: Write
) -> None:
    heard: list[Changes] = []

    async def hear(changes: Changes) -> None:
        heard.append(changes)

    live.subscribe(hear)
    for text in (GOOD + "x", GOOD + "x", GOOD.replace("39", "35")):
        write("a.yaml", text)
        await live.refresh()
        await asyncio.sleep(0)
        if text != GOOD.replace("39", "35"):
            assert said(live, live.current()) == "39 h"

    broken, mended = heard
    assert [(Path(p.file).name, p.line) for p in broken.problems] == [("a.yaml", 4)]
    assert [Path(file).name for file in mended.mended] == ["a.yaml"]
    assert said(live, live.current()) == "35 h"


async def test_a_broken_file_that_is_removed_was_not_mended(
    live: Live, tmp_path: Path, write: Write
) -> None:
    write("b.yaml", "[")
    assert (await live.refresh()).problems

    (tmp_path / "b.yaml").unlink()

    assert not await live.refresh()


async def test_what_cannot_be_learnt_is_told_once_and_tried_again(
    live: Live, write: Write, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    school.fails = True
    write("a.yaml", GOOD.replace("39", "35"))

    (problem,) = (await live.refresh()).problems
    assert "could not be learnt (no room)" in problem.what
    assert live.behind
    assert not (await live.refresh()).problems
    assert said(live, live.current()) == "39 h"

    school.fails = False
    assert [str(change) for change in (await live.refresh()).postings] == ["a: hours: changed"]
    assert not live.behind


async def test_questions_are_answered_while_it_learns(
    live: Live, write: Write, school: School
) -> None:
    school.gate = threading.Event()
    write("a.yaml", GOOD.replace("39", "35"))
    refreshing = asyncio.create_task(live.refresh())
    await asyncio.sleep(0.1)

    assert not refreshing.done()
    assert said(live, live.current()) == "39 h"

    school.gate.set()
    await refreshing
    assert said(live, live.current()) == "35 h"


async def test_calls_during_a_refresh_share_the_next_one(
    live: Live, write: Write, school: School
) -> None:
    school.gate = threading.Event()
    write("a.yaml", GOOD.replace("39", "35"))
    first = asyncio.create_task(live.refresh())
    await asyncio.sleep(0.1)
    write("a.yaml", GOOD.replace("39", "30"))

    others = [asyncio.create_task(live.refresh()) for _ in range(3)]
    others.pop().cancel()
    school.gate.set()
    results = await asyncio.gather(*others)

    assert await first
    assert results[0] is results[1]
    assert said(live, live.current()) == "30 h"
    assert school.made == 3


async def test_a_hearer_that_fails_takes_nothing_from_the_others(
    live: Live, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Changes] = []

    async def fail(changes: Changes) -> None:
        raise ZeroDivisionError

    async def hear(changes: Changes) -> None:
        heard.append(changes)

    live.subscribe(fail)
    live.subscribe(hear)
    write("a.yaml", GOOD.replace("39", "35"))
    await live.refresh()
    await asyncio.sleep(0.01)

    assert len(heard) == 1
    assert "could not be told" in caplog.text


def test_a_folder_without_anything_usable_is_refused(
    tmp_path: Path, topics: dict[str, Topic], write: Write, school: School
) -> None:
    write("a.yaml", "[")

    with pytest.raises(KnowledgeError):
        Live.open(tmp_path, topics, school)
