"""The proof of "at least once": kill -9 at random moments under steady questions.

The long form, with more kills: FAQBOT_KILLS=50 pytest tests/channels/telegram/test_kill.py -s
"""

import asyncio
import contextlib
import datetime as dt
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.chat import Chat, Question, question_uid
from bot.core.message import Message, Reply, Sender
from bot.core.notice import Waiter
from bot.storage.people import SqlPeople
from bot.storage.store import SqlStore
from bot.storage.waiting import put
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import TOKEN, FakeApi
from tests.channels.telegram.serving import listening

KILLS = int(os.environ.get("FAQBOT_KILLS", "8"))
EVERY = 0.01
BACKLOG = 300
CHANCE = random.Random()  # noqa: S311 - moments of killing, no secrets
ROOT = Path(__file__).parents[3]


def rows(database: Path, query: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def has_answered_since(api: FakeApi, before: int) -> bool:
    return len(api.sent) > before


async def started(api: FakeApi, database: Path, how: str) -> asyncio.subprocess.Process:
    script = str(Path(__file__).with_name("tinybot.py"))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        script,
        api.url,
        str(database),
        how,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def ask_steadily(api: FakeApi, asked: list[str], stop: asyncio.Event) -> None:
    while not stop.is_set():
        if len(api.queue) < BACKLOG:  # a busy machine answers less than is asked
            asked.append(f"question {len(asked)}")
            api.says(asked[-1], chat=len(asked))
        await asyncio.sleep(EVERY)


async def ended_well(bot: asyncio.subprocess.Process) -> None:
    """Stop it in an orderly way."""
    bot.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await bot.wait() == 0


@asynccontextmanager
async def no_orphans() -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Whatever happens, no bot that was started is left running."""
    bots: list[asyncio.subprocess.Process] = []
    try:
        yield bots
    finally:
        for bot in bots:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()


async def kill_again_and_again(
    api: FakeApi, database: Path, how: str, bots: list[asyncio.subprocess.Process]
) -> None:
    for _ in range(KILLS):
        before = len(api.sent)
        bots.append(bot := await started(api, database, how))
        await eventually(partial(has_answered_since, api, before), seconds=30)
        await asyncio.sleep(CHANCE.uniform(0, 0.3))
        bot.kill()
        await bot.wait()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_no_question_is_lost_however_often_the_bot_is_killed(
    api: FakeApi, tmp_path: Path, mode: str
) -> None:
    database = tmp_path / "messages.db"
    how = mode
    if mode == "webhook":
        with listening() as free:
            how = str(free.getsockname()[1])
        api.webhook_target = f"http://127.0.0.1:{how}/telegram"
    asked: list[str] = []
    stop = asyncio.Event()
    asking = asyncio.create_task(ask_steadily(api, asked, stop))

    async with no_orphans() as bots:
        await kill_again_and_again(api, database, how, bots)
        stop.set()
        await asking
        bots.append(bot := await started(api, database, how))
        await eventually(lambda: not api.queue, seconds=60)
        await ended_well(bot)

    replies = Counter(each.chat for each in api.sent)
    again = replies.total() - len(replies)
    print(f"{mode}: {KILLS} kills, {len(asked)} questions, {again} replies repeated")  # noqa: T201
    assert sorted(replies) == list(range(1, len(asked) + 1))
    assert rows(database, "select count(*), sum(state = 'sent') from messages") == [
        (len(asked), len(asked))
    ]
    gaps = rows(database, "select text from questions where open and decision = 'unanswered'")
    assert sorted(text for (text,) in gaps) == sorted(asked)


async def put_notices_steadily(api: FakeApi, database: Path, stop: asyncio.Event) -> int:
    """People ask, wish to be told, and are answered, in another process than the bot's."""
    number = 0
    async with await SqlStore.open(f"sqlite:///{database}") as store:
        waiting = SqlPeople(store).waiting
        while not stop.is_set():
            if number - len(api.sent) >= BACKLOG:  # a busy machine tells less than is answered
                await asyncio.sleep(EVERY)
                continue
            number += 1
            now = dt.datetime.now(dt.UTC)
            address = str(number)
            asker = Sender("telegram", TOKEN.partition(":")[0], address, address)
            asked = Message(address, asker, "?", now)
            uid = question_uid(asked, 0)
            one = Question(uid, 0, "?", "job", "en", "unanswered", open=True)
            await store.keep(asked, None, Chat(), [one])
            await waiting.add(uid, asker, "en", now, now + dt.timedelta(days=1))
            async with store.database.transaction() as connection:
                answer = partial(_answer_to, number)
                await put(connection, number, [uid], answer, due=now, now=now)
            await asyncio.sleep(EVERY)
    return number


def _answer_to(number: int, waiters: Sequence[Waiter]) -> Reply:
    return Reply(f"answer {number} to {len(waiters)}")


async def test_no_notice_is_lost_however_often_the_bot_is_killed(
    api: FakeApi, tmp_path: Path
) -> None:
    database = tmp_path / "notices.db"
    stop = asyncio.Event()
    putting = asyncio.create_task(put_notices_steadily(api, database, stop))

    async with no_orphans() as bots:
        await kill_again_and_again(api, database, "polling", bots)
        stop.set()
        count = await putting
        bots.append(bot := await started(api, database, "polling"))
        waiting = partial(rows, database, "select 1 from notices where state != 'sent'")
        await eventually(lambda: not waiting(), seconds=60)
        await ended_well(bot)

    told = Counter(each.chat for each in api.sent)
    again = told.total() - len(told)
    print(f"notices: {KILLS} kills, {count} notices, {again} repeated")  # noqa: T201
    assert sorted(told) == list(range(1, count + 1))
    assert again <= KILLS
    assert rows(database, "select count(*) from waits") == [(0,)]
    assert rows(database, "select count(*) from notices where owed is not null") == [(0,)]
