"""A bot that keeps what it receives in a file and answers it: to be killed, and started again.

python tinybot.py API_URL DATABASE polling|PORT
"""

import asyncio
import random
import signal
import sqlite3
import sys
from dataclasses import dataclass

from starlette.applications import Starlette

from bot.channels.telegram.channel import TelegramChannel, Tuning
from bot.channels.telegram.limits import Rates
from bot.core.message import Incoming, Message, Reply
from bot.ports import Channel
from tests.channels.telegram.fakeapi import TOKEN
from tests.channels.telegram.serving import served

CHANCE = random.Random()  # noqa: S311 - how long things take, no secrets
WEBHOOK = "https://bot.example.org/telegram"


@dataclass
class Durable:
    """As much of a service as the promise needs: one row per update, and what is still owed."""

    database: sqlite3.Connection

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        assert isinstance(incoming, Message)
        await asyncio.sleep(CHANCE.uniform(0, 0.02))
        with self.database:
            self.database.execute(
                "insert into messages values (?, ?, 0) on conflict do nothing",
                (incoming.key, incoming.text),
            )
        row = self.database.execute("select sent from messages where key = ?", (incoming.key,))
        if row.fetchone() == (1,):
            return
        await channel.send(incoming.sender, Reply(f"re: {incoming.text}"))
        await asyncio.sleep(CHANCE.uniform(0, 0.02))
        with self.database:
            self.database.execute("update messages set sent = 1 where key = ?", (incoming.key,))


def connect(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode = wal")
    database.execute("create table if not exists messages (key primary key, text, sent)")
    return database


async def main(api: str, path: str, how: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    tuning = Tuning(rates=Rates(overall=0, chat=0, group=0))
    channel = TelegramChannel(TOKEN, api=api, tuning=tuning)
    database = connect(path)
    await channel.open(stop)
    if how == "polling":
        await channel.poll(Durable(database), stop)
    else:
        webhook = channel.webhook(Durable(database), WEBHOOK)
        async with served(Starlette(routes=webhook.routes), int(how)):
            await webhook.run(stop)
    await channel.close()
    database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
