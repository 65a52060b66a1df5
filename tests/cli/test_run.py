"""``faqbot run`` as its own process, against a Bot API server on loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.telegram.fakeapi import TOKEN, FakeApi

ROOT = Path(__file__).parents[2]
RUN = (
    "from bot.cli.main import main; from tests.cli.conftest import fake_mind; "
    "main(['run', '--today', '2026-03-01'], load=fake_mind)"
)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeApi]:
    fake = FakeApi()
    await fake.start()
    yield fake
    await fake.stop()


async def started(home: Path, api: FakeApi, token: str = TOKEN) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        cwd=home,
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FAQBOT_TELEGRAM__TOKEN": token,
            "FAQBOT_TELEGRAM__API": api.url,
        },
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    return process.returncode, errors.decode()


async def replied(api: FakeApi, text: str) -> None:
    """Wait for a reply with *text* in it."""
    async with asyncio.timeout(20):
        while not any(text in reply for reply in api.texts()):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_candidate_is_answered_until_it_is_told_to_stop(
    home: Path, telegram: FakeApi, number: int
) -> None:
    update = telegram.says("What are the hours?")
    process = await started(home, telegram)
    await replied(telegram, "Full time, 39 hours a week.")

    process.send_signal(number)
    code, errors = await ended(process)

    assert code == 0, errors
    assert update + 1 in telegram.confirmed or not telegram.queue
    assert TOKEN not in errors
    assert "Traceback" not in errors


async def test_a_refused_token_is_one_clear_line_without_the_token(
    home: Path, telegram: FakeApi
) -> None:
    wrong = "123456789:AAWrongTokenWrongTokenWrongToken"

    code, errors = await ended(await started(home, telegram, wrong))

    assert code == 1
    assert "telegram.token is refused" in errors.splitlines()[-1]
    assert wrong not in errors
    assert "Traceback" not in errors


async def test_what_came_before_it_was_killed_and_after_is_answered(
    home: Path, telegram: FakeApi
) -> None:
    for text, reply in (("hours?", "39 hours"), ("What is the salary?", "does not say")):
        telegram.says(text)
        process = await started(home, telegram)
        await replied(telegram, reply)
        process.kill()  # no chance to confirm or to tidy up
        await ended(process)

    process = await started(home, telegram)
    telegram.says("hello")
    await replied(telegram, "Ask me anything")
    process.terminate()

    assert (await ended(process))[0] == 0
