"""The real service over the real log, understanding nothing: to be killed, and started again.

python tinybot.py API_URL DATABASE polling|PORT
"""

import asyncio
import datetime as dt
import random
import signal
import sys
from dataclasses import dataclass

from starlette.applications import Starlette

from bot.channels.telegram.channel import TelegramChannel, Tuning
from bot.channels.telegram.limits import Rates
from bot.core.chat import Chat
from bot.core.decision import Part, Unanswered, Understanding
from bot.core.message import Incoming
from bot.core.posting import KnowledgeBase, Posting
from bot.errands import tell
from bot.knowledge.phrases import shipped_phrases
from bot.ports import Channel
from bot.service import Service
from bot.storage.outbox import Outbox
from bot.storage.people import SqlPeople
from bot.storage.store import SqlStore
from tests.channels.telegram.fakeapi import TOKEN
from tests.channels.telegram.serving import served

CHANCE = random.Random()  # noqa: S311 - how long things take, no secrets
WEBHOOK = "https://bot.example.org/telegram"


@dataclass(frozen=True)
class Fixed:
    base: KnowledgeBase

    def current(self) -> KnowledgeBase:
        return self.base


class Telling(TelegramChannel):
    """Sends notices as fast as it can."""

    spread = 0.0


@dataclass(frozen=True)
class Dawdling:
    """Takes a moment before and after, so that a kill falls into each stage."""

    service: Service

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        await asyncio.sleep(CHANCE.uniform(0, 0.02))
        await self.service.receive(incoming, channel)
        await asyncio.sleep(CHANCE.uniform(0, 0.02))


def nothing(knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat) -> Understanding:
    return Understanding((Part(text, Unanswered()),), "en")


def dawdling(store: SqlStore, outbox: Outbox) -> Dawdling:
    posting = Posting("job", "Example", {"en": "A job"}, ("en",))
    knowledge = Fixed(KnowledgeBase({"job": posting}))
    service = Service(
        store,
        knowledge,
        shipped_phrases(),
        nothing,
        lambda: dt.datetime.now(dt.UTC),
        people=SqlPeople(store),
        notices=outbox,
    )
    return Dawdling(service)


async def main(api: str, database: str, how: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tuning = Tuning(rates=Rates(overall=0, chat=0, group=0))
    channel = Telling(TOKEN, api=api, tuning=tuning)
    async with await SqlStore.open(f"sqlite:///{database}") as store:
        outbox = Outbox(store.database)
        bot = dawdling(store, outbox)
        await channel.open(stop)
        telling = asyncio.create_task(tell(channel, outbox, bot.service, look=0.02))
        if how == "polling":
            await channel.poll(bot, stop)
        else:
            webhook = channel.webhook(bot, WEBHOOK)
            async with served(Starlette(routes=webhook.routes), int(how)):
                await webhook.run(stop)
        telling.cancel()
        await asyncio.wait([telling])
        await channel.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
