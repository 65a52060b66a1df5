import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.core.topic import Topic
from bot.knowledge.changes import Changes
from bot.knowledge.live import Live
from bot.knowledge.watching import watch
from tests.knowledge.conftest import Write
from tests.knowledge.test_live import GOOD, School


@pytest.fixture
async def live(
    tmp_path: Path,
    topics: dict[str, Topic],
    write: Write,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Live]:
    """Knowledge that is watched."""
    monkeypatch.setattr("bot.knowledge.watching._AGAIN", 0.5)
    caplog.set_level(logging.INFO, "bot.knowledge")
    write("a.yaml", GOOD)
    live = Live.open(tmp_path, topics, School())
    stop = asyncio.Event()
    watching = asyncio.create_task(watch(live, stop))
    await asyncio.sleep(0.3)
    yield live
    stop.set()
    await asyncio.wait_for(watching, 20)


async def until(condition: Callable[[], object], seconds: float) -> float:
    """How long it took until *condition* held."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the file system
            await asyncio.sleep(0.01)
    return time.monotonic() - began


def hours(live: Live) -> str:
    return live.current().postings["a"].entries[0].answer["en"]


def says(live: Live, text: str) -> bool:
    return hours(live) == text


async def test_a_changed_file_is_taken_within_a_second(live: Live, write: Write) -> None:
    took = []
    for number in (35, 36, 37):
        write("a.yaml", GOOD.replace("39", str(number)))
        took.append(await until(partial(says, live, f"{number} h"), 20))

    assert min(took) < 1  # a busy machine holds up some of them


async def test_what_changes_before_it_is_watched_is_taken_too(
    tmp_path: Path, topics: dict[str, Topic], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.knowledge.watching._AGAIN", 0.2)
    write("a.yaml", GOOD)
    live = Live.open(tmp_path, topics, School())
    look = live.refresh

    async def look_and_be_overtaken() -> Changes:
        changes = await look()
        monkeypatch.setattr(live, "refresh", look)
        write("a.yaml", GOOD.replace("39", "35"))
        return changes

    monkeypatch.setattr(live, "refresh", look_and_be_overtaken)
    stop = asyncio.Event()
    watching = asyncio.create_task(watch(live, stop))

    await until(partial(says, live, "35 h"), 20)

    stop.set()
    await asyncio.wait_for(watching, 20)


async def test_a_file_saved_by_renaming_is_taken(live: Live, tmp_path: Path, write: Write) -> None:
    draft = write(".a.yaml.tmp", GOOD.replace("39", "35"))
    (tmp_path / "a.yaml").rename(tmp_path / "a.yaml~")
    draft.rename(tmp_path / "a.yaml")

    await until(lambda: hours(live) == "35 h", 20)


async def test_a_file_written_in_pieces_is_taken_when_it_is_whole(
    live: Live, tmp_path: Path
) -> None:
    seen = set()
    whole = GOOD.replace("39", "35") + "  - {topic: salary, answer: much}\n"
    with (tmp_path / "a.yaml").open("w") as file:
        for piece in whole.splitlines(keepends=True):
            file.write(piece)
            file.flush()
            for _ in range(10):
                await asyncio.sleep(0.01)
                seen.add((hours(live), len(live.current().postings["a"].entries)))

    await until(lambda: hours(live) == "35 h", 20)

    assert seen == {("39 h", 1)}
    assert len(live.current().postings["a"].entries) == 2


async def test_what_changes_and_what_breaks_is_logged_once(
    live: Live, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("a.yaml", GOOD + "x")
    await until(lambda: "to be mended" in caplog.text, 20)
    write("b.yaml", GOOD.replace("id: a", "id: b"))
    await until(lambda: "b" in live.current().postings, 20)
    write("a.yaml", GOOD.replace("39", "35"))
    await until(lambda: hours(live) == "35 h", 20)
    await asyncio.sleep(0.05)

    told = [record for record in caplog.records if record.name == "bot.knowledge.watching"]
    said = [str(getattr(r, "change", None) or getattr(r, "problem", "")) for r in told]
    assert [line.rpartition("/")[2] for line in said] == [
        said[0].rpartition("/")[2],
        "b: new; 1 answer",
        "a: hours: changed",
        "a.yaml: mended, and in use again",
    ]
    assert "a.yaml:4: " in said[0]


async def test_a_posting_that_is_removed_is_withdrawn(
    live: Live, tmp_path: Path, write: Write
) -> None:
    write("b.yaml", GOOD.replace("id: a", "id: b"))
    await until(lambda: "b" in live.current().postings, 20)

    (tmp_path / "b.yaml").unlink()

    await until(lambda: "b" not in live.current().postings, 20)


async def test_what_could_not_be_learnt_is_tried_again(
    live: Live, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(live.load, School)
    live.load.fails = True
    write("a.yaml", GOOD.replace("39", "35"))
    await until(lambda: live.behind, 20)

    live.load.fails = False

    await until(lambda: hours(live) == "35 h", 20)
