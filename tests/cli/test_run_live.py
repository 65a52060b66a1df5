"""``faqbot run`` while HR edits its files, against a Bot API server on loopback."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.telegram.fakeapi import FakeApi
from tests.cli.conftest import BAKER as ENGLISH
from tests.cli.conftest import NURSE
from tests.cli.test_run import ended, started

BAKER = ENGLISH.replace("Infirmier", "Boulanger")
HOURS = "What are the hours?"


class Running:
    """The bot in its own process, and what a candidate and HR do to it."""

    def __init__(self, home: Path, api: FakeApi, process: asyncio.subprocess.Process) -> None:
        self.knowledge = home / "knowledge"
        self.api = api
        self.process = process
        self.log = ""

    def write(self, name: str, text: str) -> None:
        (self.knowledge / name).write_text(text)

    async def asks(self, text: str) -> str:
        """The reply to *text*."""
        before = len(self.api.sent)
        self.api.says(text)
        return await self._reply(before)

    async def taps(self, data: str) -> str:
        before = len(self.api.sent)
        self.api.taps(data)
        return await self._reply(before)

    async def _reply(self, before: int) -> str:
        async with asyncio.timeout(20):
            while len(self.api.sent) <= before:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.01)
        return self.api.sent[-1].text

    async def logs(self, text: str) -> None:
        """Wait until *text* is in the log."""
        assert self.process.stderr is not None
        async with asyncio.timeout(20):
            while text not in self.log:
                line = await self.process.stderr.readline()
                assert line, self.log
                self.log += line.decode()

    def offered(self) -> list[str]:
        """The postings among the buttons of the last reply."""
        return re.findall(r"s\|([a-z-]+)", self.api.sent[-1].params.get("reply_markup", ""))


@pytest.fixture
async def running(home: Path) -> AsyncIterator[Running]:
    api = FakeApi()
    await api.start()
    process = await started(home, api)
    running = Running(home, api, process)
    await running.logs("connected")
    yield running
    process.terminate()
    code, errors = await ended(process)
    await api.stop()
    assert code == 0, errors
    assert "Traceback" not in running.log + errors


async def test_an_edit_is_answered_within_a_second_and_a_broken_file_as_before(
    running: Running,
) -> None:
    assert "39 hours" in await running.asks(HOURS)

    running.write("nurse.yaml", NURSE.replace("39 hours", "35 hours"))
    began = time.monotonic()
    await running.logs("nurse: hours: changed")
    assert time.monotonic() - began < 3  # a second, and two for a busy machine
    assert "35 hours" in await running.asks(HOURS)

    running.write("nurse.yaml", NURSE.replace("topic: hours", "topic: hurs"))
    await running.logs("nurse.yaml:10: `topic`: there is no topic `hurs`")
    assert "35 hours" in await running.asks(HOURS)

    running.write("nurse.yaml", NURSE.replace("39 hours", "20 hours"))
    await running.logs("nurse.yaml: mended, and in use again")
    assert "20 hours" in await running.asks(HOURS)
    assert running.log.count("there is no topic") == 1


async def test_menus_and_links_follow_the_postings(running: Running) -> None:
    await running.asks("/start baker")
    assert running.offered() == ["nurse"]

    running.write("baker.yaml", BAKER)
    await running.logs("baker: new")
    assert "Boulanger" in await running.asks("/start baker")
    await running.asks("/postings")
    assert running.offered() == ["baker", "nurse"]

    running.write("baker.yaml", BAKER.replace("2026-03-26", "2026-02-01"))
    await running.logs("baker: closes: 2026-03-26 → 2026-02-01")
    assert "has passed" in await running.asks("deadline?")

    running.write("baker.yaml", "draft: true\n" + BAKER.replace("39 hours", "45 hours"))
    await running.logs("baker: withdrawn")
    assert "39 hours" in await running.asks(HOURS)  # of the only posting that is left
    await running.taps("s|baker")
    assert running.offered() == ["nurse"]

    (running.knowledge / "baker.yaml").unlink()
    await running.logs("baker: gone")
    await running.asks("/start baker")
    assert running.offered() == ["nurse"]
