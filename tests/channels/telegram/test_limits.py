import asyncio
import datetime as dt
import time
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.channels.telegram.limits import Pace, Rates


class Telegram:
    """Notes when a request arrives; refuses as often as it is told to."""

    def __init__(self, *refusals: RetryAfter) -> None:
        self.times: list[float] = []
        self.refusals = list(refusals)

    async def answer(self) -> bool:
        self.times.append(time.monotonic())
        if self.refusals:
            raise self.refusals.pop()
        return True


async def send(pace: Pace, telegram: Telegram, chat: Any, endpoint: str = "sendMessage") -> None:
    await pace.process_request(telegram.answer, (), {}, endpoint, {"chat_id": chat}, None)


async def test_a_chat_gets_one_message_a_second() -> None:
    pace, telegram = Pace(), Telegram()

    await send(pace, telegram, 1)
    await send(pace, telegram, 1)
    await send(pace, telegram, 2)

    first, second, other = telegram.times
    assert second - first >= 1
    assert other - second < 0.9


async def test_a_chat_whose_turn_is_far_off_is_refused_at_once() -> None:
    pace, telegram = Pace(Rates(longest_wait=0.5)), Telegram()
    await send(pace, telegram, 1)

    with pytest.raises(RetryAfter):
        await send(pace, telegram, 1)

    assert len(telegram.times) == 1


async def test_a_group_gets_twenty_messages_a_minute() -> None:
    pace, telegram = Pace(), Telegram()
    for _ in range(20):
        await send(pace, telegram, "-100")

    with pytest.raises(RetryAfter):
        await send(pace, telegram, -100)

    assert len(telegram.times) == 20


async def test_all_chats_together_get_so_many_a_second() -> None:
    pace, telegram = Pace(Rates(overall=10)), Telegram()

    await asyncio.gather(*(send(pace, telegram, chat) for chat in range(1, 26)))

    times = sorted(telegram.times)
    assert all(later - earlier >= 1 for earlier, later in zip(times, times[10:], strict=False))
    assert times[-1] - times[0] < 5


async def test_a_chat_that_telegram_wants_left_alone_is_left_alone_and_no_other() -> None:
    pace, telegram = Pace(), Telegram(RetryAfter(dt.timedelta(seconds=60)))
    with pytest.raises(RetryAfter):
        await send(pace, telegram, 1)

    with pytest.raises(RetryAfter) as raised:
        await send(pace, telegram, 1)
    await send(pace, telegram, 2)

    assert 55 < raised.value._retry_after.total_seconds() <= 60  # noqa: SLF001
    assert len(telegram.times) == 2


@pytest.mark.parametrize("endpoint", ["answerCallbackQuery", "sendChatAction", "getChatMember"])
async def test_what_is_no_message_is_not_held_up(endpoint: str) -> None:
    pace, telegram = Pace(), Telegram()
    for _ in range(5):
        await send(pace, telegram, 1, endpoint)

    assert telegram.times[-1] - telegram.times[0] < 3  # messages would take four


async def test_limits_can_be_taken_away() -> None:
    pace, telegram = Pace(Rates(overall=0, chat=0, group=0)), Telegram()
    for _ in range(100):
        await send(pace, telegram, 1)
        await send(pace, telegram, -1)

    assert telegram.times[-1] - telegram.times[0] < 20  # a hundred seconds with a limit


async def test_memory_stays_flat_over_many_chats() -> None:
    now = [1000.0]
    pace, telegram = Pace(Rates(overall=0), clock=lambda: now[0]), Telegram()
    for chat in range(1, 5000):
        now[0] += 0.01
        await send(pace, telegram, chat)

    assert len(pace._chats) <= 1024  # noqa: SLF001
