import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.channels.intake import Patience
from bot.channels.signal.channel import SignalChannel, Tuning
from bot.channels.signal.line import Waits
from bot.ports import Receiver
from tests.channels.signal.daemon import ACCOUNT, FakeDaemon

QUICK = Tuning(
    patience=Patience(pause=0.01, stop=2.0),
    waits=Waits(first_pause=0.01, longest_pause=0.05, answer=2.0),
    notices=0,
)
Serving = Callable[..., AbstractAsyncContextManager[SignalChannel]]


@pytest.fixture
async def daemon() -> AsyncIterator[FakeDaemon]:
    fake = FakeDaemon()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def serving() -> Serving:
    """Runs a channel around a block, and stops it in an orderly way."""

    @asynccontextmanager
    async def run(
        daemon: FakeDaemon, service: Receiver, *, tuning: Tuning = QUICK, account: str = ACCOUNT
    ) -> AsyncIterator[SignalChannel]:
        channel = SignalChannel(daemon.rpc, account, tuning=tuning)
        stop = asyncio.Event()
        await channel.open(stop)
        polling = asyncio.create_task(channel.poll(service, stop))
        try:
            yield channel
        finally:
            stop.set()
            async with asyncio.timeout(20):
                await polling
            await channel.close()

    return run
