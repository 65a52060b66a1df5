"""The whole bot on Signal, as `faqbot run` builds it."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import app, messengers
from bot.channels.signal.channel import SignalChannel
from bot.core.chat import Chat
from bot.core.message import Message, Reply, Sender
from bot.settings import Settings, load_settings
from bot.storage.inbox import Inbox
from bot.storage.waiting import put
from tests.channels.signal.conftest import QUICK
from tests.channels.signal.daemon import ACCOUNT, ADA, BERT, FakeDaemon, data, envelope, failure
from tests.channels.telegram.doubles import eventually
from tests.test_app import BRAIN

TOKEN = "123456789:AAExampleExampleExampleExample"  # noqa: S105 - an example


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "config.yaml"
    file.write_text("database: sqlite:///log.db\n", "utf-8")
    return load_settings(file, {})


@asynccontextmanager
async def running(daemon: FakeDaemon, settings: Settings) -> AsyncIterator[None]:
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=QUICK)
    stop = asyncio.Event()
    task = asyncio.create_task(app.run(BRAIN, settings, [channel], stop))
    await eventually(lambda: task.done() or daemon.subscribed)
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await task


@pytest.mark.parametrize(
    ("more", "names"),
    [({}, ["signal"]), ({"FAQBOT_TELEGRAM__TOKEN": TOKEN}, ["telegram", "signal"])],
)
def test_signal_is_served_alone_or_beside_telegram(more: dict[str, str], names: list[str]) -> None:
    signal = {"FAQBOT_SIGNAL__RPC": "tcp://127.0.0.1:7583", "FAQBOT_SIGNAL__ACCOUNT": ACCOUNT}

    channels = messengers.configured(load_settings(None, {**signal, **more}))

    assert [channel.name for channel in channels] == names


async def test_a_question_is_answered_kept_and_rated(
    daemon: FakeDaemon, settings: Settings
) -> None:
    async with running(daemon, settings):
        daemon.says("Weather?")
        await eventually(daemon.texts)
        daemon.says("Snow?", BERT)
        await eventually(lambda: len(daemon.texts()) == 2)

    assert "passed your question on" in daemon.texts(ADA)[0]
    async with await app.open_store(settings) as store:
        assert sorted(one.text for one in await store.open_questions()) == ["Snow?", "Weather?"]
        assert await store.debts("signal", dt.datetime.now(dt.UTC)) == []


@pytest.mark.parametrize("days", [0, 3])
async def test_what_came_and_was_not_handled_before_a_crash_is_handled_at_the_start(
    daemon: FakeDaemon, settings: Settings, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    first_open = SignalChannel.open

    async def slowly(self: SignalChannel, stop: asyncio.Event | None = None) -> None:
        await asyncio.sleep(0.5)  # what is past its time is tidied away meanwhile
        await first_open(self, stop)

    monkeypatch.setattr(SignalChannel, "open", slowly)
    async with await app.open_store(settings) as store:
        inbox = Inbox(store.database, store.pseudonyms, "signal", ACCOUNT)
        event = {"account": ACCOUNT, "envelope": envelope(dataMessage=data("Weather?"))}
        came = BRAIN.clock() - dt.timedelta(days=days)
        await inbox.turn([("key", json.dumps(event))], [], came)

    async with running(daemon, settings):
        await eventually(daemon.texts)

    assert len(daemon.texts()) == 1


async def test_replies_that_signal_does_not_take_wait_and_nothing_is_lost(
    daemon: FakeDaemon, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.errands._SWEEP", 0.1)
    limited = failure("RATE_LIMIT_FAILURE", code=-5, retryAfterSeconds=1)
    daemon.fails("send", error=limited, times=1)

    async with running(daemon, settings):
        for number in range(5):
            daemon.says("Weather?", f"+3360000000{number}")
        await eventually(lambda: len(daemon.texts()) == 5, 15)

    assert len(daemon.called("send")) == 6


async def test_a_reply_left_behind_is_sent_at_the_start(
    daemon: FakeDaemon, settings: Settings
) -> None:
    now = BRAIN.clock() - dt.timedelta(minutes=5)
    async with await app.open_store(settings) as store:
        sender = Sender("signal", ACCOUNT, ADA, ADA)
        await store.keep(Message("1", sender, "x", now), Reply("late"), Chat())

    async with running(daemon, settings):
        await eventually(daemon.texts)

    assert daemon.texts(ADA) == ["late"]


async def test_nobody_is_written_to_who_did_not_write(
    daemon: FakeDaemon, settings: Settings
) -> None:
    async with running(daemon, settings):
        await asyncio.sleep(0.3)

    assert daemon.called("send") == daemon.called("sendTyping") == []


async def test_who_wished_to_be_told_is_told_on_signal(
    daemon: FakeDaemon, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.errands._LOOK", 0.1)
    async with running(daemon, settings), await app.open_store(settings) as store:
        daemon.says("Weather?")
        await eventually(daemon.texts)
        daemon.says("1")
        await eventually(lambda: len(daemon.texts()) == 2)
        (asked,) = await store.open_questions()
        now = BRAIN.clock()
        async with store.database.transaction() as connection:
            told = Reply("Rain.", rates=asked.uid)
            await put(connection, 1, [asked.uid], lambda _: told, due=now, now=now)
        await eventually(lambda: len(daemon.texts()) == 3, 20)
        daemon.reacts("👍", daemon.sent[-1]["timestamp"])
        await eventually(lambda: len(daemon.texts()) == 4)
        (asked,) = await store.open_questions(everything=True)

    assert "I will tell you" in daemon.texts(ADA)[1]
    assert daemon.texts(ADA)[2] == "Rain."
    assert asked.rating == 1
