"""What is promised of "at least once" on Signal: kill -9 at random moments under steady questions.

A killed daemon loses nothing, and a bot that is told to stop loses nothing. A killed bot loses what
the daemon writes into its socket around the moment of its death, before the daemon sees the end of
the connection: signal-cli never learns whether what it wrote was read.

The long form, with more kills: FAQBOT_KILLS=50 pytest tests/channels/signal/test_kill.py -s
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from tests.channels.signal.daemon import ACCOUNT, InFile, data, envelope
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.serving import listening

KILLS = int(os.environ.get("FAQBOT_KILLS", "6"))
EVERY = 0.01
MOMENT = 1.0
"""Seconds around a kill in which something may be on its way; some 40 ms on an idle machine."""

CHANCE = random.Random()  # noqa: S311 - moments of killing, no secrets
ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent


@dataclass
class Scene:
    """A daemon and a bot as processes, and what outlives both."""

    folder: Path
    servers: InFile = field(init=False)
    port: int = field(init=False)
    asked: list[str] = field(default_factory=list)
    started: list[asyncio.subprocess.Process] = field(default_factory=list)
    asking: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.servers = InFile(self.folder / "servers.db")
        with listening() as free:
            self.port = free.getsockname()[1]

    async def daemon(self) -> asyncio.subprocess.Process:
        return await self._start("daemon.py", str(self.servers.path), str(self.port))

    async def bot(self) -> asyncio.subprocess.Process:
        rpc = f"tcp://127.0.0.1:{self.port}"
        return await self._start("tinybot.py", rpc, str(self.folder / "log.db"))

    async def _start(self, script: str, *arguments: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / script),
            *arguments,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.started.append(process)
        return process

    async def close(self) -> None:
        self.hush()
        for process in self.started:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def ask_steadily(self) -> None:
        self.asking = asyncio.create_task(self._ask())

    def hush(self) -> None:
        if self.asking is not None:
            self.asking.cancel()

    async def _ask(self) -> None:
        while True:
            self.ask()
            await asyncio.sleep(EVERY)

    def ask(self) -> None:
        number = len(self.asked)
        self.asked.append(f"question {number}")
        inner = data(self.asked[-1])
        told = envelope(f"+3360{number:07}", dataMessage=inner)
        self.servers.put({"account": ACCOUNT, "envelope": told})

    def sent(self) -> int:
        return int(self.servers.db.execute("select count(*) from sent").fetchone()[0])

    def replies(self) -> Counter[int]:
        rows = self.servers.db.execute("select body from sent").fetchall()
        return Counter(int(json.loads(body)["recipient"][0][5:]) for (body,) in rows)

    def left(self) -> int:
        query = "select count(*) from events where state != 'written'"
        return int(self.servers.db.execute(query).fetchone()[0])

    def written_at(self, number: int) -> float:
        query = "select at from events where id = ?"
        return float(self.servers.db.execute(query, (number + 1,)).fetchone()[0])

    def log(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "log.db")) as connection:
            return connection.execute(query).fetchall()

    async def finish(self, bot: asyncio.subprocess.Process) -> int:
        """Wait until nothing is to do any more, and stop the bot in an orderly way."""
        await eventually(lambda: not self.left(), seconds=60)
        inbox = "select (select count(*) from inbox) + (select count(*) from messages"
        idle = inbox + " where state = 'owed')"
        await eventually(lambda: self.log(idle) == [(0,)], seconds=60)
        bot.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            return await bot.wait()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    one = Scene(tmp_path)
    yield one
    await one.close()


def grew(scene: Scene, before: int) -> bool:
    return scene.sent() > before


async def test_no_question_is_lost_however_often_the_daemon_is_killed(scene: Scene) -> None:
    scene.ask_steadily()
    bot = await scene.bot()

    for _ in range(KILLS):
        before = scene.sent()
        daemon = await scene.daemon()
        await eventually(partial(grew, scene, before), seconds=30)
        await asyncio.sleep(CHANCE.uniform(0, 0.3))
        daemon.kill()
        await daemon.wait()
    scene.hush()
    await scene.daemon()
    # What was sent just when the daemon died is owed, and comes with the next start.
    await eventually(lambda: not scene.left(), seconds=60)
    bot.send_signal(signal.SIGTERM)
    await bot.wait()
    rows = scene.log("select count(*) from messages")

    print(f"daemon: {KILLS} kills, {len(scene.asked)} questions, {scene.sent()} replies")  # noqa: T201
    assert rows == [(len(scene.asked),)]
    texts = scene.log("select text from questions where open")
    assert sorted(str(text) for (text,) in texts) == sorted(scene.asked)


async def test_a_killed_bot_loses_only_what_was_in_the_socket(scene: Scene) -> None:
    await scene.daemon()
    scene.ask_steadily()
    killed: list[float] = []

    for _ in range(KILLS):
        before = scene.sent()
        bot = await scene.bot()
        await eventually(partial(grew, scene, before), seconds=30)
        await asyncio.sleep(CHANCE.uniform(0, 0.3))
        bot.kill()
        killed.append(time.time())
        await bot.wait()
    scene.hush()
    code = await scene.finish(await scene.bot())

    replies = scene.replies()
    lost = [number for number in range(len(scene.asked)) if number not in replies]
    again = replies.total() - len(replies)
    print(  # noqa: T201
        f"bot: {KILLS} kills, {len(scene.asked)} questions, {len(lost)} lost, {again} repeated"
    )
    assert code == 0
    for number in lost:
        assert any(abs(when - scene.written_at(number)) < MOMENT for when in killed)
    kept = scene.log("select count(*), sum(state = 'sent') from messages")
    assert kept == [(len(scene.asked) - len(lost),) * 2]


async def test_a_bot_that_is_stopped_and_started_loses_nothing(scene: Scene) -> None:
    await scene.daemon()
    scene.ask_steadily()

    for _ in range(3):
        before = scene.sent()
        bot = await scene.bot()
        await eventually(partial(grew, scene, before), seconds=30)
        await asyncio.sleep(CHANCE.uniform(0, 0.3))
        bot.send_signal(signal.SIGTERM)
        await bot.wait()
    scene.hush()
    await scene.finish(await scene.bot())

    assert sorted(scene.replies()) == list(range(len(scene.asked)))
