"""Told later, rated, shown and stopped: a candidate on Telegram, with all the real parts."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.core.chat import LoggedQuestion
from bot.core.message import Reply, Sender
from bot.core.notice import Added, Waiter
from bot.core.posting import KnowledgeBase
from bot.knowledge.phrases import shipped_phrases
from bot.settings import Settings
from bot.storage.blocking import block
from bot.storage.people import SqlPeople
from bot.storage.store import SqlStore
from bot.storage.waiting import put
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import BOT, CHAT, TOKEN, FakeApi, Sent
from tests.core import samples
from tests.core.samples import NURSE, TOPICS
from tests.wholebot import CALM, bot, settings_in

ADA = Sender("telegram", TOKEN.partition(":")[0], str(CHAT), str(CHAT))
BRAIN = app.Brain(
    app.Standing(KnowledgeBase({NURSE.id: NURSE}, TOPICS)),
    shipped_phrases(),
    lambda _base, posting, text, chat: samples.understand(posting, text, chat),
    lambda: dt.datetime.now(dt.UTC),
)
TELL, UP, DOWN = "Tell me when there is an answer", "👍", "👎"
Running = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    fake = FakeApi(language="en")
    await fake.start()
    yield fake
    await fake.stop()
    assert fake.complaints == []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, "limits: {messages_per_minute: 600, burst: 100}")


@pytest.fixture
def running(api: FakeApi, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setattr("bot.errands.tell.__kwdefaults__", {"look": 0.05})
    return partial(bot, api, settings, BRAIN, tuning=CALM)


@asynccontextmanager
async def the_log(settings: Settings) -> AsyncIterator[SqlStore]:
    async with await app.open_store(settings) as store:
        yield store


async def questions(settings: Settings) -> list[LoggedQuestion]:
    async with the_log(settings) as store:
        return await store.open_questions(everything=True)


async def reply_to(api: FakeApi, text: str, chat: int = CHAT) -> Sent:
    """What the bot answers when Ada writes *text*."""
    before = len(api.sent)
    api.says(text, chat)
    await eventually(lambda: len(api.sent) > before)
    return api.sent[-1]


def carried(sent: Sent, label: str) -> str:
    rows = json.loads(sent.params["reply_markup"])["inline_keyboard"]
    return next(str(one["callback_data"]) for row in rows for one in row if one["text"] == label)


def labels(sent: Sent) -> list[str]:
    rows = json.loads(sent.params.get("reply_markup", '{"inline_keyboard": []}'))
    return [str(one["text"]) for row in rows["inline_keyboard"] for one in row]


async def taps(api: FakeApi, sent: Sent, label: str, chat: int = CHAT) -> Sent:
    before = len(api.sent)
    api.taps(carried(sent, label), chat, below=sent)
    await eventually(lambda: len(api.sent) > before)
    return api.sent[-1]


def say(waiters: Sequence[Waiter]) -> Reply:
    return Reply(f"You asked {waiters[0].text}: 1,500 euros.")


async def answered(settings: Settings, *uids: str, act: int = 1) -> int:
    """What a moderator does, in another connection; due at once."""
    now = dt.datetime.now(dt.UTC)
    async with the_log(settings) as store, store.database.transaction() as connection:
        return await put(connection, act, uids, say, due=now, now=now)


async def count_of_waits(settings: Settings) -> int:
    asked = [one.uid for one in await questions(settings)]
    async with the_log(settings) as store:
        return await SqlPeople(store).waiting.count(asked)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_who_wants_to_know_is_told_once_there_is_an_answer(
    api: FakeApi, running: Running, settings: Settings, mode: str
) -> None:
    async with running(mode):
        asked = await reply_to(api, "salary?")
        promise = await taps(api, asked, TELL)
        again = await taps(api, asked, TELL)
        [one] = await questions(settings)
        assert await answered(settings, one.uid) == 1
        await eventually(lambda: len(api.sent) == 4)

    assert "I will tell you here as soon as there is an answer, until" in promise.text
    assert "you need not ask again" in again.text
    assert (api.sent[3].chat, api.sent[3].text) == (CHAT, "You asked salary: 1,500 euros.")
    assert await count_of_waits(settings) == 0


async def test_a_stranger_can_neither_wait_for_nor_rate_what_another_asked(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        asked = await reply_to(api, "salary?")
        api.taps(carried(asked, TELL), chat=7)
        await eventually(lambda: len(api.texts(7)) == 1)
        answer = await reply_to(api, "hours?")
        api.taps(carried(answer, DOWN), chat=7)
        await eventually(lambda: len(api.texts(7)) == 2)

    assert ["no longer there" in text for text in api.texts(7)] == [True, True]
    assert await count_of_waits(settings) == 0
    assert [(one.rating, one.open) for one in await questions(settings)] == [(0, True), (0, False)]


async def test_what_was_passed_on_by_a_tap_can_be_waited_for_too(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        partial_answer = await reply_to(api, "nights?")
        passed_on = await taps(api, partial_answer, "Pass my question on")
        await taps(api, passed_on, TELL)

    assert labels(partial_answer) == ["Pass my question on", UP, DOWN]
    assert await count_of_waits(settings) == 1


async def test_stop_ends_what_was_promised(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        await taps(api, await reply_to(api, "salary?"), TELL)
        stopped = await reply_to(api, "/stop")
        [one] = await questions(settings)
        assert await answered(settings, one.uid) == 0

    assert stopped.text == "You will get no more notices."


async def test_the_end_of_a_wait_is_said_once_with_whom_to_ask(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        await reply_to(api, "salary?")
    [one] = await questions(settings)
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=31)
    async with the_log(settings) as store:
        end = long_ago + dt.timedelta(days=30)
        assert await SqlPeople(store).wait(one.uid, ADA, "en", long_ago, end) is Added.NEW

    for _ in range(2):
        async with running():
            await eventually(lambda: len(api.sent) == 2)
            await asyncio.sleep(0.2)

    assert "You asked: “salary”. There is still no answer" in api.sent[1].text
    assert await count_of_waits(settings) == 0


async def test_who_blocks_the_bot_is_told_nothing_any_more(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        await taps(api, await reply_to(api, "salary?"), TELL)
        number = api.inject(my_chat_member=_leaves(CHAT))
        await eventually(lambda: number in api.confirmed or not api.queue)

        assert await count_of_waits(settings) == 0


async def test_a_notice_that_meets_a_block_is_dropped_with_the_waits(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        await taps(api, await reply_to(api, "salary?"), TELL)
        await taps(api, await reply_to(api, "team?"), TELL)
        [first, _] = await questions(settings)
        api.fails("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
        await answered(settings, first.uid)
        await eventually(lambda: not api.faults[0].times)
        await asyncio.sleep(0.1)

        assert await count_of_waits(settings) == 0
    assert len(api.sent) == 4


async def test_a_group_that_moves_is_told_at_its_new_address(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    old, new = -5, -1005
    group: dict[str, Any] = {"chat": {"id": old, "type": "group", "title": "T"}}
    mention = {"type": "mention", "offset": 0, "length": len("@assistant_bot")}

    async with running():
        asks = api.message("@assistant_bot salary?", entities=[mention])
        api.inject(message=asks | group)
        await eventually(lambda: api.sent)
        asked = api.sent[0]
        api.taps(carried(asked, TELL), old, below=asked)
        await eventually(lambda: len(api.sent) == 2)
        number = api.inject(message=api.message(None, migrate_to_chat_id=new) | group)
        await eventually(lambda: number in api.confirmed or not api.queue)
        [one] = await questions(settings)
        await answered(settings, one.uid)
        await eventually(lambda: len(api.sent) == 3)

    assert [each.chat for each in api.sent] == [old, old, new]


async def test_an_answer_is_rated_and_the_thumb_shows(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        answer = await reply_to(api, "hours?")
        assert labels(answer) == [UP, DOWN]

        api.taps(carried(answer, UP), below=answer)
        await eventually(lambda: len(api.marked) == 1)
        await eventually(lambda: not api.queue)
        assert (await _rated(settings)) == (1, False)

        thanks = await taps(api, answer, DOWN)
        assert (await _rated(settings)) == (-1, True)

        api.taps(carried(answer, DOWN), below=answer)
        await eventually(lambda: len(api.marked) == 3)
        await eventually(lambda: not api.queue)

    assert [labels(each) for each in api.marked] == [
        [UP + " ✓", DOWN],
        [UP, DOWN + " ✓"],
        [UP, DOWN],
    ]
    assert "passed it on" in thanks.text
    assert labels(thanks) == [TELL]
    assert (await _rated(settings)) == (0, False)
    assert len(api.sent) == 2


async def test_everything_that_is_kept_comes_as_a_file(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with running():
        nothing = await reply_to(api, "/mydata", chat=7)
        await taps(api, await reply_to(api, "salary?"), TELL)
        sent = await reply_to(api, "/mydata")

    assert "Nothing is kept about you" in nothing.text or "Rien" in nothing.text
    [(name, content)] = api.files
    assert name == "mydata.json"
    assert sent.params["document"] == name
    kept = json.loads(content)
    assert [one["text"] for one in kept["questions"]] == ["salary"]
    assert kept["waiting_to_be_told"][0]["address"]["chat"] == str(CHAT)


async def test_a_blocked_person_is_not_read_and_keeps_the_rights(
    api: FakeApi, running: Running, settings: Settings
) -> None:
    async with the_log(settings) as store:
        person = store.pseudonyms.person(ADA)
        async with store.database.transaction() as connection:
            await block(connection, person, "mod", dt.datetime.now(dt.UTC))

    async with running():
        for text in ("salary?", "/start", "hours?"):
            api.says(text)
        await reply_to(api, "hours?", chat=7)
        shown = [await reply_to(api, text) for text in ("/privacy", "/mydata", "/stop", "/forget")]
        await taps(api, shown[-1], "Yes, delete it")
        api.says("salary?")
        await eventually(lambda: not api.queue)

    assert [each.chat for each in api.sent] == [7, CHAT, CHAT, CHAT, CHAT, CHAT]
    assert [one.text for one in await questions(settings)] == ["hours"]


async def test_the_menu_is_turned_in_place(
    api: FakeApi, settings: Settings, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.core.buttons._TOPICS_A_PAGE", 2)

    async with running():
        menu = await reply_to(api, "/topics")
        api.taps(carried(menu, "More…"), below=menu)
        await eventually(lambda: len(api.edited) == 1)

    assert labels(menu) == ["Working hours", "Benefits", "More…"]
    assert labels(api.edited[0]) == ["How to apply", "Our projects"]
    assert len(api.sent) == 1


async def _rated(settings: Settings) -> tuple[int, bool]:
    [one] = await questions(settings)
    return one.rating, one.open


def _leaves(chat: int) -> dict[str, Any]:
    return {
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Ada"},
        "date": 1,
        "old_chat_member": {"user": BOT, "status": "member"},
        "new_chat_member": {"user": BOT, "status": "kicked", "until_date": 0},
    }
