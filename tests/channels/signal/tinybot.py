"""The real service over the real log, understanding nothing: to be killed, and started again.

python tinybot.py RPC DATABASE
"""

import asyncio
import signal
import sys

from bot.channels.signal.channel import SignalChannel, Tuning
from bot.channels.signal.line import Waits
from bot.storage.inbox import Inbox
from bot.storage.outbox import Outbox
from bot.storage.store import SqlStore
from bot.storage.traces import Traces
from tests.channels.signal.daemon import ACCOUNT
from tests.channels.telegram.tinybot import dawdling


async def main(rpc: str, database: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tuning = Tuning(waits=Waits(first_pause=0.02, longest_pause=0.2), notices=0)
    channel = SignalChannel(rpc, ACCOUNT, tuning=tuning)
    async with await SqlStore.open(f"sqlite:///{database}") as store:
        names = store.database, store.pseudonyms
        channel.remember_with(Traces(*names), Inbox(*names, "signal", ACCOUNT))
        await channel.open(stop)
        if not stop.is_set():
            await channel.poll(dawdling(store, Outbox(store.database)), stop)
        await channel.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
