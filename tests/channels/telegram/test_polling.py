import asyncio
import dataclasses
import logging
import time
from typing import Any

import pytest

from bot.channels.telegram.channel import Hooks, Tuning
from bot.channels.telegram.intake import Patience
from bot.channels.telegram.updates import Raw
from bot.core.message import Incoming, Message
from bot.errors import TryLater
from bot.ports import Channel
from tests.channels.telegram.conftest import QUICK, Polled
from tests.channels.telegram.doubles import Echo, eventually
from tests.channels.telegram.fakeapi import CHAT, TOKEN, FakeApi


def patient(**changes: Any) -> Tuning:
    return dataclasses.replace(QUICK, patience=dataclasses.replace(QUICK.patience, **changes))


async def test_a_question_is_answered_and_then_confirmed(api: FakeApi, polled: Polled) -> None:
    echo = Echo()
    number = api.says("Bonjour 👋")

    async with polled(echo):
        await eventually(lambda: api.confirmed == [number])

    assert api.texts() == ["re: Bonjour 👋"]
    [received] = echo.received
    assert isinstance(received, Message)
    assert (received.key, received.sender.language) == (str(number), "fr")


async def test_half_a_surrogate_pair_holds_nobody_up(api: FakeApi, polled: Polled) -> None:
    echo = Echo()
    numbers = [api.says("half \ud83d"), api.says("whole", chat=7)]

    async with polled(echo):
        await eventually(lambda: api.confirmed == numbers)

    assert sorted(echo.texts) == ["half \ufffd", "whole"]


async def test_nothing_is_confirmed_while_it_is_being_handled(api: FakeApi, polled: Polled) -> None:
    echo = Echo(slow={"slow": 0.4})
    slow = api.says("slow")
    api.says("quick", chat=7)

    async with polled(echo):
        await eventually(lambda: "quick" in echo.texts)

        assert api.confirmed == []
        await eventually(lambda: slow in api.confirmed)


async def test_a_slow_one_does_not_hold_back_those_that_come_later(
    api: FakeApi, polled: Polled
) -> None:
    echo = Echo(slow={"slow": 1.5})
    api.says("slow")

    async with polled(echo):
        await eventually(lambda: "slow" in echo.began)
        api.says("later", chat=7)
        await eventually(lambda: "later" in echo.texts, seconds=1.2)

        assert "slow" not in echo.texts


async def test_a_hole_is_not_asked_for_over_and_over(api: FakeApi, polled: Polled) -> None:
    echo = Echo(slow={"slow": 1.0})
    api.says("slow")

    async with polled(echo):
        await eventually(lambda: "slow" in echo.texts)

    assert len(api.called("getUpdates")) < 12
    assert echo.began == ["slow"]


async def test_the_messages_of_a_chat_are_handled_in_their_order(
    api: FakeApi, polled: Polled
) -> None:
    texts = [f"{chat}-{number}" for number in range(20) for chat in range(15)]
    echo = Echo(slow={text: 0.003 * (index % 4) for index, text in enumerate(texts)})
    for text in texts:
        api.says(text, chat=int(text.split("-")[0]) + 1)

    async with polled(echo):
        await eventually(lambda: len(api.confirmed) == 300)

    for chat in range(15):
        own = [text for text in echo.texts if text.startswith(f"{chat}-")]
        assert own == [f"{chat}-{number}" for number in range(20)]
    assert echo.most_at_once > 5


async def test_only_so_many_are_handled_at_the_same_time(api: FakeApi, polled: Polled) -> None:
    echo = Echo(slow={f"{n}": 0.02 for n in range(40)})
    for number in range(40):
        api.says(f"{number}", chat=number + 1)

    async with polled(echo, tuning=patient(side_by_side=4)):
        await eventually(lambda: len(api.confirmed) == 40)

    assert echo.most_at_once == 4


async def test_a_hanging_handler_is_given_up_stored_and_confirmed(
    api: FakeApi, polled: Polled
) -> None:
    stored: list[tuple[Raw, str]] = []

    async def store(update: Raw, reason: str) -> None:
        stored.append((update, reason))

    echo = Echo(slow={"hangs": 60})
    number = api.says("hangs")
    api.says("after it")

    async with polled(echo, hooks=Hooks(give_up=store), tuning=patient(seconds=0.2)):
        await eventually(lambda: number in api.confirmed)
        await eventually(lambda: "after it" in echo.texts)

    assert [update["update_id"] for update, _ in stored] == [number]
    assert "longer than 0.2 s" in stored[0][1]


async def test_an_update_that_fails_three_times_is_given_up(api: FakeApi, polled: Polled) -> None:
    stored: list[Raw] = []

    async def store(update: Raw, reason: str) -> None:
        stored.append(update)

    echo = Echo(trouble={"bad": [ValueError("no")] * 3})
    number = api.says("bad")

    async with polled(echo, hooks=Hooks(give_up=store)):
        await eventually(lambda: number in api.confirmed)

    assert echo.began == ["bad"] * 3
    assert [update["message"]["text"] for update in stored] == ["bad"]


async def test_an_update_that_fails_twice_is_answered(api: FakeApi, polled: Polled) -> None:
    echo = Echo(trouble={"bad": [ValueError("no")] * 2})
    api.says("bad")

    async with polled(echo):
        await eventually(lambda: api.texts() == ["re: bad"])


async def test_what_cannot_be_stored_either_is_kept_and_not_confirmed(
    api: FakeApi, polled: Polled
) -> None:
    down = True

    async def store(update: Raw, reason: str) -> None:
        if down:
            raise OSError("disk full")

    echo = Echo(trouble={"bad": [ValueError("no")] * 5})
    number = api.says("bad")

    async with polled(echo, hooks=Hooks(give_up=store)):
        await eventually(lambda: len(echo.began) >= 4)
        assert api.confirmed == []
        down = False
        await eventually(lambda: number in api.confirmed)


async def test_an_update_that_the_library_cannot_read_stops_nobody(
    api: FakeApi, polled: Polled
) -> None:
    poisoned = api.inject(message={"message_id": "?", "chat": 5})
    echo = Echo()
    api.says("fine")

    async with polled(echo):
        await eventually(lambda: echo.texts == ["fine"])
        await eventually(lambda: poisoned in api.confirmed)


async def test_a_reply_that_is_not_taken_now_is_tried_again_in_order(
    api: FakeApi, polled: Polled
) -> None:
    echo = Echo(trouble={"first": [TryLater(0.1), TryLater(0.1)]})
    api.says("first")
    api.says("second")
    api.says("other", chat=7)

    async with polled(echo):
        await eventually(lambda: len(api.confirmed) == 3)

    assert echo.texts == ["other", "first", "second"]


async def test_a_reply_that_is_owed_for_long_is_left_to_the_log(
    api: FakeApi, polled: Polled
) -> None:
    stored: list[str] = []

    async def store(update: Raw, reason: str) -> None:
        stored.append(reason)

    echo = Echo(trouble={"first": [TryLater(3600)]})
    api.says("first")

    async with polled(echo, hooks=Hooks(give_up=store)):
        await eventually(lambda: len(api.confirmed) == 1)

    assert len(stored) == 1
    assert "cannot go out" in stored[0]


async def test_retry_after_is_obeyed_when_sending(api: FakeApi, polled: Polled) -> None:
    api.fails("sendMessage", status=429, description="Too Many Requests", retry_after=2, chat=CHAT)
    echo = Echo()
    api.says("now")
    began = time.monotonic()

    async with polled(echo):
        await eventually(lambda: echo.began)
        api.says("another chat", chat=7)
        await eventually(lambda: len(api.sent) == 2)

    assert api.texts() == ["re: another chat", "re: now"]
    assert api.sent[0].at - began < 1.9
    assert api.sent[1].at - began >= 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 200, "body": "<html>Hotel Wi-Fi</html>"},
        {"status": 200, "body": '{"ok": true, "result": [{"upd'},
        {"status": 200, "body": ""},
        {"status": 200, "body": "[]"},
        {"status": 200, "body": '{"ok": true}'},
        {"status": 200, "body": '{"ok": true, "result": {"a": 1}}'},
        {"status": 200, "body": '{"ok": true, "result": ["a", {"update_id": "x"}]}'},
        {"status": 302, "body": "moved"},
        {"status": 401, "description": "Unauthorized"},
        {"status": 404, "description": "Not Found"},
        {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
        {"status": 429, "description": "Too Many Requests", "retry_after": 1},
        {"reset": True},
    ],
    ids=lambda fault: "-".join(str(v)[:20] for v in fault.values()),
)
async def test_trouble_with_telegram_is_survived(
    api: FakeApi, polled: Polled, fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    api.fails("getUpdates", times=1 if "retry_after" in fault else 4, **fault)
    echo = Echo()
    api.says("still there?")

    async with polled(echo):
        await eventually(lambda: echo.texts == ["still there?"])

    said = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(said) <= 2
    assert TOKEN not in caplog.text


async def test_an_answer_that_never_comes_is_given_up(api: FakeApi, polled: Polled) -> None:
    api.fails("sendMessage", slow=0.3, reset=True)
    echo = Echo(trouble={"x": [TryLater(0.01)]})
    api.says("x")

    async with polled(echo):
        await eventually(lambda: api.texts() == ["re: x"], seconds=8)


async def test_hours_without_network_are_one_line_in_the_log(
    api: FakeApi, polled: Polled, caplog: pytest.LogCaptureFixture
) -> None:
    api.fails("getUpdates", reset=True, times=25)
    api.says("at last")
    echo = Echo()

    async with polled(echo):
        await eventually(lambda: echo.texts == ["at last"])

    lines = [r.getMessage() for r in caplog.records if r.name.startswith("bot.")]
    assert len(lines) == 2
    assert "trying again" in lines[0]
    assert "25 failures" in lines[1]


async def test_more_than_a_hundred_waiting_are_all_handled_once(
    api: FakeApi, polled: Polled
) -> None:
    numbers = [api.says(f"{n}", chat=n + 1) for n in range(450)]
    echo = Echo()

    async with polled(echo):
        await eventually(lambda: sorted(api.confirmed) == numbers, seconds=15)

    assert sorted(echo.began, key=int) == [f"{n}" for n in range(450)]


async def test_the_stop_finishes_what_is_in_flight_and_confirms_it(
    api: FakeApi, polled: Polled
) -> None:
    echo = Echo(slow={"begun": 0.3})
    number = api.says("begun")

    async with polled(echo):
        await eventually(lambda: echo.began == ["begun"])

    assert echo.texts == ["begun"]
    assert api.confirmed == [number]


async def test_what_the_stop_cannot_wait_for_comes_again(api: FakeApi, polled: Polled) -> None:
    echo = Echo(slow={"endless": 60})
    api.says("endless")
    async with polled(echo, tuning=patient(stop=0.1)):
        await eventually(lambda: echo.began == ["endless"])
    assert api.confirmed == []
    again = Echo()

    async with polled(again):
        await eventually(lambda: again.texts == ["endless"])


async def test_a_handler_that_ignores_being_cancelled_holds_back_only_its_own_slot(
    api: FakeApi, polled: Polled
) -> None:
    release = asyncio.Event()

    class Stubborn(Echo):
        async def receive(self, incoming: Incoming, channel: Channel) -> None:
            assert isinstance(incoming, Message)
            if incoming.text != "stubborn":
                await super().receive(incoming, channel)
                return
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue

    service = Stubborn()
    number = api.says("stubborn")
    api.says("next")

    async with polled(service, tuning=patient(seconds=0.1)):
        await eventually(lambda: service.texts == ["next"])
        await eventually(lambda: number in api.confirmed)
        release.set()


def test_patience_has_defaults_that_fit_telegrams_minute() -> None:
    patience = Patience()

    assert patience.seconds + patience.reply <= 60
