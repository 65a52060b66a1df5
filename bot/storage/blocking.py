"""People whose messages are not read any more, by pseudonym; a block outlives /forget.

What stays out: who may block whom (`bot.moderation`).
"""

import asyncio
import datetime as dt
import time
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.message import Sender
from bot.storage import outbox
from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import blocked, notices, waits

_FRESH = 10.0
"""Seconds for which the list is taken from memory: another process may add to it."""

_LONGEST_NAME = 200


class Blocking:
    """Answers at once for each message; the list is short, and kept in memory."""

    def __init__(
        self,
        database: Database,
        pseudonyms: Pseudonyms,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._known: frozenset[str] = frozenset()
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def blocked(self, sender: Sender) -> bool:
        """Whether *sender* is not to be read; a block of the last seconds may not count yet."""
        if self._is_old():
            async with self._reading:  # by one of those who ask at the same time
                if self._is_old():
                    rows = await self._database.rows(select(blocked.c.person))
                    self._known = frozenset(row.person for row in rows)
                    self._read_at = self._clock()
        return bool(self._known) and self._pseudonyms.person(sender) in self._known

    def _is_old(self) -> bool:
        return self._clock() - self._read_at >= _FRESH

    def look_again(self) -> None:
        """Read the list for the next message: somebody was blocked, or is no longer."""
        self._read_at = float("-inf")


async def block(connection: AsyncConnection, person: str, moderator: str, now: dt.datetime) -> bool:
    """Do not read a person any more; what waits for them goes. False if that was so already.

    Args:
        connection: a transaction of `Database.transaction`, which the caller ends.
        person: the pseudonym, as `LoggedQuestion.person` has it.
        moderator: who did it.
        now: the time.
    """
    row = {"person": person, "at": in_utc(now), "moderator": plain(moderator)[:_LONGEST_NAME]}
    adding = insert(blocked).on_conflict_do_nothing(index_elements=["person"])
    new = (await connection.execute(adding, row)).rowcount
    await outbox.drop(connection, notices.c.person == person, "blocked", now)
    await connection.execute(delete(waits).where(waits.c.person == person))
    return bool(new)


async def unblock(connection: AsyncConnection, person: str) -> bool:
    """Read a person again. False if they were not blocked."""
    gone = await connection.execute(delete(blocked).where(blocked.c.person == person))
    return bool(gone.rowcount)
