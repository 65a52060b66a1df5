"""Whatever happens in whatever order: nobody who waits is forgotten, and nobody is kept on file."""

import asyncio
import itertools
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select

from bot.core.chat import Chat
from bot.core.message import Reply, Sender
from bot.storage.outbox import Outbox
from bot.storage.store import SqlStore
from bot.storage.tables import notices, waits
from bot.storage.waiting import Waiting, put, withdraw
from tests.storage.samples import ANNA, NOW, message, opened, question

STEPS = (
    "ask",
    "answer",
    "undo",
    "take",
    "sent",
    "later",
    "failed",
    "dropped",
    "stop",
    "crash",
    "end",
)
ENDS = {"sent", "dropped", "stop"}
"""What may take somebody off the list."""


@dataclass
class Life:
    """One person, a few questions, and all that can happen to them."""

    store: SqlStore
    sender: Sender = ANNA
    uids: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def waiting(self) -> Waiting:
        return Waiting(self.store.database, self.store.pseudonyms)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.store.database)

    async def ask(self) -> None:
        incoming = message(str(next(self.numbers)), self.sender)
        asked = question(incoming)
        await self.store.keep(incoming, None, Chat(), [asked])
        await self.waiting.add(asked.uid, self.sender, "fr", NOW, NOW)
        self.uids.append(asked.uid)

    async def answer(self) -> None:
        act = next(self.numbers)
        async with self.store.database.transaction() as connection:
            await put(connection, act, self.uids[-2:], lambda _: Reply("x"), due=NOW, now=NOW)

    async def undo(self) -> None:
        for act in {row.act for row in await self.mine() if row.act is not None}:
            async with self.store.database.transaction() as connection:
                await withdraw(connection, act, now=NOW)

    async def end(self) -> None:
        await self.waiting.end(NOW, lambda _: Reply("no answer"))

    async def stop(self) -> None:
        await self.waiting.stop(self.sender, NOW)

    async def crash(self) -> None:
        await self.outbox.resume(self.sender.channel)

    async def take(self) -> None:
        for one in await self.outbox.due("telegram", None, NOW, 1):
            await self.outbox.take(one.uid)

    async def finish(self, how: str) -> None:
        for row in [row for row in await self.mine() if row.state == "sending"][:1]:
            match how:
                case "sent":
                    await self.outbox.sent(row.uid, NOW)
                case "later":
                    await self.outbox.later(row.uid, NOW)
                case "failed":
                    await self.outbox.failed(row.uid, "no", NOW)
                case _:
                    await self.outbox.dropped(row.uid, "gone", NOW)

    async def step(self, name: str) -> None:
        doing: Callable[[], Awaitable[None]] | None = getattr(self, name, None)
        await (doing() if doing is not None else self.finish(name))

    async def mine(self) -> Sequence[Row[Any]]:
        person = self.store.pseudonyms.person(self.sender)
        return await self.store.database.rows(select(notices).where(notices.c.person == person))

    async def listed(self) -> dict[str, str | None]:
        person = self.store.pseudonyms.person(self.sender)
        rows = await self.store.database.rows(select(waits).where(waits.c.person == person))
        return {row.question: row.notice for row in rows}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(STEPS), max_size=25))
def test_nobody_is_lost_and_nothing_is_left_behind(steps: list[str]) -> None:
    async def live() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with await opened(Path(folder)) as store:
                life = Life(store)
                before: dict[str, str | None] = {}
                for step in ["ask", "answer", *steps]:
                    await life.step(step)
                    now = await life.listed()
                    under_way = {
                        row.uid: row
                        for row in await life.mine()
                        if row.state in {"waiting", "sending"}
                    }
                    assert step in ENDS or set(before) <= set(now), (
                        "somebody was taken off the list"
                    )
                    assert {one for one in now.values() if one} <= set(under_way), "tied to nothing"
                    for row in await life.mine():
                        assert (row.owed is not None) == (row.uid in under_way), (
                            "an address is left"
                        )
                    before = now
                await life.end()
                assert all((await life.listed()).values()), "somebody waits in silence"

    asyncio.run(live())
