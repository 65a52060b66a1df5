"""Addresses that change: nobody is reached there any more, or a group has got another one."""

import datetime as dt
from typing import Any

from sqlalchemy import Table, and_, delete, func, or_, select, update

from bot.core.message import Sender
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import chats, messages, notices, questions, waits


class Addresses:
    """Keeps the log true to where people are."""

    def __init__(self, database: Database, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._pseudonyms = pseudonyms

    async def gone(self, sender: Sender, now: dt.datetime) -> int:
        """Nobody is reached in a chat any more, nor in the topics of a group.

        What waits for it is dropped, and its address with it. Returns the waits.
        """
        async with self._database.transaction() as connection:
            to = _at(notices.c.channel, notices.c.owed, "$.to", sender)
            await outbox.drop(connection, to, "nobody is reached there", now)
            there = _at(waits.c.channel, waits.c.address, "$", sender)
            return (await connection.execute(delete(waits).where(there))).rowcount

    async def moved(self, old: Sender, new: Sender) -> int:
        """A group has another address: what was kept under the old one is kept under the new one.

        Returns:
            The rows that were changed; 0 if that was done before.
        """
        was, now = self._pseudonyms.chat(old), self._pseudonyms.chat(new)
        rows = 0
        async with self._database.transaction() as connection:
            if await connection.scalar(select(chats.c.chat).where(chats.c.chat == now)):
                await connection.execute(delete(chats).where(chats.c.chat == was))
            for table, column, path in _ADDRESSED:
                values: dict[str, Any] = {"chat": now}
                if column:
                    values[column] = func.json_set(table.c[column], path, new.chat)
                moving = update(table).where(table.c.chat == was).values(values)
                rows += (await connection.execute(moving)).rowcount
        return rows


_ADDRESSED: tuple[tuple[Table, str, str], ...] = (
    (chats, "", ""),
    (questions, "", ""),
    (messages, "owed", "$.to.chat"),
    (waits, "address", "$.chat"),
    (notices, "owed", "$.to.chat"),
)
"""Where a chat stands, and where its address is kept with it; a null stays one."""


def _at(channel: Any, column: Any, path: str, sender: Sender) -> Any:
    """Whether the address in a column is that of *sender*, or of a topic in that group."""
    chat = func.json_extract(column, f"{path}.chat")
    return and_(
        channel == sender.channel,
        func.json_extract(column, f"{path}.account") == sender.account,
        or_(chat == sender.chat, chat.startswith(f"{sender.chat}:", autoescape=True)),
    )
