"""What a messenger hands over only once: on disk before it is handled, gone right after.

The rows hold what came as it came, with the writer's address, for as long as handling takes. What a
crash leaves behind is handled at the next start.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from bot.core.message import Message, Sender
from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import inbox


class Inbox:
    """One account's part of it."""

    def __init__(
        self, database: Database, pseudonyms: Pseudonyms, channel: str, account: str
    ) -> None:
        self._database = database
        self._pseudonyms = pseudonyms
        self._channel = channel
        self._account = account

    async def turn(
        self, come: Sequence[tuple[str, str]], handled: Sequence[str], now: dt.datetime
    ) -> None:
        """Put down what has come, and take out what was handled, in one transaction.

        Args:
            come: key and raw text of each; one that is there already is not put down twice.
            handled: keys.
            now: when it came.
        """
        gone = [self._uid(key) for key in handled]
        rows = [
            {
                "uid": self._uid(key),
                "channel": self._channel,
                "account": plain(self._account),
                "received": in_utc(now),
                "raw": plain(raw),
            }
            for key, raw in come
        ]

        def put(connection: Connection) -> None:
            if gone:
                connection.execute(delete(inbox).where(inbox.c.uid.in_(gone)))
            if rows:
                adding = insert(inbox).on_conflict_do_nothing(index_elements=["uid"])
                connection.execute(adding, rows)

        # In one step, which is carried out even where the caller is cancelled: half a transaction
        # of a task that was stopped would keep the log locked.
        with self._database.explaining():
            await self._database.write(put)

    async def renew(self, now: dt.datetime) -> None:
        """At the start: what was left behind is this account's, however long nobody was there."""
        ours = (inbox.c.channel == self._channel, inbox.c.account == plain(self._account))
        async with self._database.transaction() as connection:
            await connection.execute(update(inbox).where(*ours).values(received=in_utc(now)))

    async def left(self) -> list[str]:
        """What came and was not handled before the end, oldest first, as it came."""
        query = (
            select(inbox.c.raw)
            .where(inbox.c.channel == self._channel, inbox.c.account == plain(self._account))
            .order_by(inbox.c.id)
        )
        return [str(row.raw) for row in await self._database.rows(query)]

    def _uid(self, key: str) -> str:
        nobody = Sender(self._channel, self._account, "", "")
        return self._pseudonyms.update(Message(key, nobody, "", dt.datetime.now(dt.UTC)))
