import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.channels.telegram.channel import Hooks, TelegramChannel, Tuning
from bot.channels.telegram.intake import Patience
from bot.channels.telegram.limits import Rates
from bot.channels.telegram.polling import Waits
from bot.ports import Receiver
from tests.channels.telegram.fakeapi import TOKEN, FakeApi

UNPACED = Rates(overall=0, chat=0, group=0)
QUICK = Tuning(
    rates=UNPACED,
    patience=Patience(pause=0.01, stop=1.0),
    waits=Waits(poll=5.0, first_pause=0.01, longest_pause=0.05),
)
Polled = Callable[..., AbstractAsyncContextManager[TelegramChannel]]


@pytest.fixture
async def channel(api: FakeApi) -> AsyncIterator[TelegramChannel]:
    """A channel that is open and does not poll."""
    opened = TelegramChannel(TOKEN, api=api.url, tuning=QUICK)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def polled(api: FakeApi) -> Polled:
    """Runs a channel by polling around a block, and stops it in an orderly way."""

    @asynccontextmanager
    async def run(
        service: Receiver, *, hooks: Hooks | None = None, tuning: Tuning = QUICK
    ) -> AsyncIterator[TelegramChannel]:
        channel = TelegramChannel(TOKEN, api=api.url, hooks=hooks, tuning=tuning)
        stop = asyncio.Event()
        await channel.open()
        polling = asyncio.create_task(channel.poll(service, stop))
        try:
            yield channel
        finally:
            stop.set()
            async with asyncio.timeout(20):
                await polling
            await channel.close()

    return run
