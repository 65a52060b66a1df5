"""The real parts together: fake Bot API server, real log, real web server on loopback."""

import asyncio
import datetime as dt
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot import app
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import HEADER, secret_for
from bot.core.chat import Chat
from bot.core.decision import Part, Unanswered, Understanding
from bot.core.message import Message, Reply, Sender
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.errors import ConfigError
from bot.knowledge.phrases import shipped_phrases
from bot.settings import Settings
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import CHAT, TOKEN, FakeApi
from tests.wholebot import TUNING, bot, settings_in

BASE = KnowledgeBase(
    {"nurse": Posting("nurse", "Clinic", {"en": "Nurse"}, ("en",), (Entry("hours"),))}
)
Running = Callable[..., AbstractAsyncContextManager[str]]


def understand(_base: KnowledgeBase, _posting: Posting, text: str, _chat: Chat) -> Understanding:
    if "poison" in text:
        raise ValueError(text)
    return Understanding((Part(text, Unanswered()),), "en")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def running(api: FakeApi, settings: Settings) -> Running:
    return partial(bot, api, settings, app.Brain(app.Standing(BASE), shipped_phrases(), understand))


async def page(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_question_is_answered_and_kept(
    api: FakeApi, running: Running, settings: Settings, mode: str
) -> None:
    async with running(mode):
        number = api.says("Weather?")
        await eventually(lambda: number in api.confirmed or not api.queue)

    assert len(api.texts()) == 1
    async with await app.open_store(settings) as store:
        assert [question.text for question in await store.open_questions()] == ["Weather?"]
        assert await store.debts("telegram", dt.datetime.now(dt.UTC)) == []


@pytest.mark.parametrize("path", ["/telegram", "/jobs/telegram"])
async def test_the_webhook_is_reached_behind_a_path_and_at_the_root(
    api: FakeApi, running: Running, path: str
) -> None:
    update = {"update_id": 1, "message": api.message("Weather?")}
    headers = {HEADER: secret_for(TOKEN)}

    async with running("webhook") as address, aiohttp.ClientSession() as client:
        async with client.post(address + path, json=update, headers=headers) as answer:
            assert answer.status == 200
        async with client.post(address + path, json=update) as answer:
            assert answer.status == 403

    assert len(api.texts()) == 1


async def test_polling_after_a_webhook_removes_it(api: FakeApi, running: Running) -> None:
    async with running("webhook"):
        await eventually(lambda: api.webhook)
    assert api.webhook

    async with running("polling"):
        api.says("Weather?")
        await eventually(api.texts)

    assert not api.webhook


async def test_what_is_in_flight_at_the_stop_is_answered_over_the_web(
    api: FakeApi, running: Running
) -> None:
    slow = '{"ok": true, "result": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "x"}}}'
    api.fails("sendMessage", slow=0.3, status=200, body=slow)
    async with running("webhook"):
        await eventually(lambda: api.webhook)
        number = api.says("Weather?")
        await eventually(lambda: api.called("sendMessage"))

    await eventually(lambda: number in api.confirmed)
    assert api.webhook_answers == [200]


async def test_a_poisoned_update_is_kept_as_an_open_question_with_an_apology(
    api: FakeApi, running: Running, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.errands._SWEEP", 0.1)
    monkeypatch.setattr(api, "message", _older(api.message))

    async with running():
        number = api.says("poison a@example.org")
        api.says("Weather?", chat=7)
        await eventually(lambda: len(api.texts()) == 2)
        await eventually(lambda: number in api.confirmed)

    assert "pas marché" in api.texts(CHAT)[0]
    async with await app.open_store(settings) as store:
        kept = [question.text for question in await store.open_questions()]
    assert min(kept) == "Weather?"
    assert "poison" in max(kept)
    assert "example.org" not in max(kept)


def _older(make: Callable[..., dict[str, object]]) -> Callable[..., dict[str, object]]:
    """Messages that came a minute ago, so that what they are owed is looked for."""

    def made(*args: object, **more: object) -> dict[str, object]:
        message = make(*args, **more)
        return {**message, "date": int(str(message["date"])) - 60}

    return made


async def test_an_update_that_cannot_be_read_is_set_aside_for_a_day(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        number = api.inject(message={"message_id": "x", "date": "never"})
        await eventually(lambda: number in api.confirmed or not api.queue)

    import sqlite3  # noqa: PLC0415 - to look at the table as it is

    def rows() -> list[tuple[str, str | None]]:
        connection = sqlite3.connect(settings.folder / "log.db")
        try:
            return connection.execute("select channel, raw from aside").fetchall()
        finally:
            connection.close()

    assert rows()[0][0] == "telegram"
    assert "never" in str(rows()[0][1])
    async with await app.open_store(settings) as store:
        await store.tidy(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25))
        assert rows() == [("telegram", None)]
        await store.purge(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25))
        assert rows() == []


async def test_a_reply_left_behind_is_sent_at_the_start_and_only_once(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    now = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    account = TOKEN.partition(":")[0]
    async with await app.open_store(settings) as store:
        for bot in (account, "999"):
            sender = Sender("telegram", bot, str(CHAT), str(CHAT))
            await store.keep(Message("1", sender, "x", now), Reply("late"), Chat())

    for _ in range(2):
        async with running():
            await eventually(api.texts)
            await asyncio.sleep(0.1)

    assert api.texts() == ["late"]


async def test_a_flood_is_told_once_and_the_others_are_served(
    api: FakeApi, running: Running
) -> None:
    async with running():
        for number in range(14):
            api.says(f"Weather {number}?")
        other = api.says("Weather?", chat=7)
        api.says("/forget")
        await eventually(lambda: other in api.confirmed or not api.queue)
        await eventually(
            lambda: any("delete" in text or "effacer" in text for text in api.texts(CHAT))
        )

    mine = api.texts(CHAT)
    assert len(mine) == 10 + 1 + 1
    assert "beaucoup d'un coup" in mine[10] or "lot at once" in mine[10]
    assert len(api.texts(7)) == 1


async def test_health_and_numbers_are_served_while_polling(api: FakeApi, running: Running) -> None:
    async with running() as address:
        number = api.says("Weather?")
        await eventually(lambda: number in api.confirmed or not api.queue)
        assert await page(f"{address}/healthz") == (200, '{"status":"ok"}')
        status, numbers = await page(f"{address}/metrics")

    assert status == 200
    for line in (
        'faqbot_updates_total{channel="telegram",outcome="handled"} 1.0',
        'faqbot_decisions_total{decision="unanswered"} 1.0',
        'faqbot_sends_total{channel="telegram",outcome="sent"} 1.0',
        'faqbot_stage_seconds_count{stage="understand"} 1.0',
        'faqbot_queue{channel="telegram"}',
        "faqbot_open_gaps 1.0",
    ):
        assert line in numbers, numbers
    assert f'"{CHAT}"' not in numbers
    assert "Weather" not in numbers


async def test_a_log_that_takes_no_writes_is_not_healthy(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    import sqlite3  # noqa: PLC0415 - another program that holds the log

    async with running() as address:
        await asyncio.sleep(0.5)  # what is done at the start is done
        log = settings.folder / "log.db"
        other = sqlite3.connect(log, isolation_level=None, timeout=30, check_same_thread=False)
        # In a thread: the bot may be writing, and has to go on in order to end that.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        status, _ = await page(f"{address}/healthz")
        other.execute("ROLLBACK")
        other.close()

    assert status == 503


async def test_a_port_that_is_taken_is_named_with_its_setting(
    api: FakeApi, settings: Settings
) -> None:
    assert settings.web is not None
    host, _, port = settings.web.listen.partition(":")
    brain = app.Brain(app.Standing(BASE), shipped_phrases(), understand)
    channel = TelegramChannel(TOKEN, api=api.url, tuning=TUNING)

    with socket.create_server((host, int(port))), pytest.raises(ConfigError, match="listen on"):
        await app.run(brain, settings, [channel])
