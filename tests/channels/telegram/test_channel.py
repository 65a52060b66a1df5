import asyncio
import logging
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.channel import Hooks, TelegramChannel, checked
from bot.channels.telegram.commands import Command, publish
from bot.channels.telegram.masking import TokenFilter, mask
from bot.core.message import Message, Tap
from bot.errors import ConfigError
from tests.channels.telegram.botapi import Specification
from tests.channels.telegram.conftest import QUICK, Polled
from tests.channels.telegram.doubles import Echo, eventually
from tests.channels.telegram.fakeapi import CHAT, TOKEN, FakeApi


def test_requests_are_checked_against_the_specification(spec: Specification | None) -> None:
    if spec is None:
        pytest.skip("no specification of the Bot API here: requests are not checked against it")
    assert spec.complaints("sendMessage", {"chat_id": "1", "text": "x"}) == []
    assert spec.complaints("sendMessage", {"chat_id": "x", "txt": "x"}) == [
        "sendMessage: no parameter txt",
        "sendMessage: text is missing",
    ]
    assert spec.complaints("sendMessage", {"chat_id": "1", "text": "x", "entities": "[{}]"})


async def test_a_channel_knows_who_it_is(channel: TelegramChannel) -> None:
    assert (channel.account, channel.username) == ("123456789", "assistant_bot")


@pytest.mark.parametrize("token", ["", "  ", "hunter2", "123:", "123:abc def", "123:é"])
def test_a_token_that_is_none_is_one_clear_line(token: str) -> None:
    with pytest.raises(ConfigError) as raised:
        TelegramChannel(token)

    assert "telegram.token" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_white_space_around_a_token_is_forgiven() -> None:
    assert checked(f" {TOKEN}\n") == TOKEN


@pytest.mark.parametrize("fault", [{"status": 401}, {"status": 404}])
async def test_a_refused_token_is_one_clear_line_without_the_token(
    api: FakeApi, fault: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.fails("getMe", description="Unauthorized", **fault)
    channel = TelegramChannel(TOKEN, api=api.url, tuning=QUICK)

    with pytest.raises(ConfigError) as raised:
        await channel.open()
    await channel.close()

    assert "telegram.token is refused" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert TOKEN not in f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"


async def test_starting_without_network_waits(
    api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.fails("getMe", reset=True, times=5)
    channel = TelegramChannel(TOKEN, api=api.url, tuning=QUICK)

    await channel.open()
    await channel.close()

    assert channel.username == "assistant_bot"
    assert len([r for r in caplog.records if r.name.startswith("bot.")]) == 2


async def test_the_stop_ends_a_start_without_network() -> None:
    channel = TelegramChannel(TOKEN, api="http://127.0.0.1:9", tuning=QUICK)
    stop = asyncio.Event()
    opening = asyncio.create_task(channel.open(stop))
    await asyncio.sleep(0.05)

    stop.set()

    async with asyncio.timeout(10):
        await opening
    await channel.close()


async def test_a_channel_that_was_never_opened_can_be_closed() -> None:
    await TelegramChannel(TOKEN).close()


async def test_a_tap_is_answered_at_once_before_its_turn(api: FakeApi, polled: Polled) -> None:
    echo = Echo(slow={"slow": 0.5})
    api.says("slow")
    api.taps("o|x|hours")

    async with polled(echo):
        await eventually(lambda: api.called("answerCallbackQuery"))
        assert echo.texts == []
        await eventually(lambda: len(echo.received) == 2)

    assert isinstance(echo.received[1], Tap)
    assert api.texts() == ["re: slow", "re: o|x|hours"]


async def test_a_tap_that_is_too_old_to_be_answered_is_handled(
    api: FakeApi, polled: Polled
) -> None:
    api.fails("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    echo = Echo()
    api.taps("x")

    async with polled(echo):
        await eventually(lambda: echo.texts == ["x"])


async def test_typing_is_shown_only_when_it_takes_time(
    api: FakeApi, polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.NOTICEABLE", 0.1)
    echo = Echo(slow={"hard": 0.3})
    api.says("easy")
    api.says("hard", chat=7)

    async with polled(echo):
        await eventually(lambda: len(echo.received) == 2)

    assert api.called("sendChatAction") == [{"chat_id": "7", "action": "typing"}]


async def test_edited_messages_are_received_as_edits(api: FakeApi, polled: Polled) -> None:
    original = api.message("helo")
    api.inject(message=original)
    api.inject(edited_message={**original, "text": "hello", "edit_date": original["date"] + 2})
    echo = Echo()

    async with polled(echo):
        await eventually(lambda: len(echo.received) == 2)

    first, second = echo.received
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.edited, second.edited) == (False, True)
    assert first.message_id == second.message_id
    assert first.key != second.key


async def test_hooks_are_told(api: FakeApi, polled: Polled) -> None:
    told: list[Any] = []

    async def gone(chat: str) -> None:
        told.append(("gone", chat))

    async def moved(old: str, new: str) -> None:
        told.append(("moved", old, new))

    async def intercept(update: Update) -> bool:
        chat = update.effective_chat
        return chat is not None and chat.id == -99

    bot = {"id": 123456789, "is_bot": True, "first_name": "A"}
    user = {"id": CHAT, "is_bot": False, "first_name": "Ada"}
    api.inject(
        my_chat_member={
            "chat": {"id": CHAT, "type": "private"},
            "from": user,
            "date": 1,
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
        }
    )
    api.inject(
        message=api.message(None, chat={"id": -5, "type": "group"}, migrate_to_chat_id=-100)  # type: ignore[arg-type]
        | {"chat": {"id": -5, "type": "group", "title": "T"}}
    )
    api.says("/start@assistant_bot", chat=-99)
    echo = Echo()
    api.says("done", chat=7)

    async with polled(echo, hooks=Hooks(intercept=intercept, gone=gone, moved=moved)):
        await eventually(lambda: len(api.confirmed) == 4)

    assert told == [("gone", str(CHAT)), ("moved", "-5", "-100")]
    assert echo.texts == ["done"]


async def test_commands_are_published_by_language_and_scope(
    api: FakeApi, channel: TelegramChannel
) -> None:
    menus = {
        "en": [Command("help", "What I can do", groups=True), Command("forget", "Delete")],
        "fr": [Command("help", "Ce que je sais faire"), Command("forget", "Effacer")],
    }

    assert await publish(channel.bot, menus)

    shown = [(p["scope"], p.get("language_code")) for p in api.called("setMyCommands")]
    private, groups = '{"type": "all_private_chats"}', '{"type": "all_group_chats"}'
    assert shown == [
        (private, "en"),
        (groups, "en"),
        (private, "fr"),
        (private, None),
        (groups, None),
    ]
    assert len(api.called("deleteMyCommands")) == 1


async def test_a_menu_that_telegram_refuses_is_no_reason_to_stop(
    api: FakeApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    api.fails("setMyCommands", status=500)

    assert not await publish(channel.bot, {"en": [Command("help", "x")]})
    assert len(caplog.records) == 1


def test_tokens_are_masked_wherever_they_stand() -> None:
    text = f"POST https://api.telegram.org/bot{TOKEN}/getMe failed"

    assert mask(text) == "POST https://api.telegram.org/bot<token>/getMe failed"
    assert mask("at 10:30 h") == "at 10:30 h"


def test_a_log_handler_can_mask_what_others_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(TokenFilter())
    log = logging.getLogger("some.library")

    try:
        int(TOKEN)
    except ValueError:
        log.exception("bot%s/getMe", TOKEN)

    assert TOKEN not in caplog.text
    assert "Traceback" in caplog.text
