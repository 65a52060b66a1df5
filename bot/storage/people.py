"""What the conversation asks the log about people: `bot.ports.People`, over the store's database.

What stays out: the doing of each, which has a module of its own.
"""

import datetime as dt

from bot.core.message import Incoming, Sender
from bot.core.notice import Added
from bot.storage.addresses import Addresses
from bot.storage.blocking import Blocking
from bot.storage.mydata import everything_about
from bot.storage.store import SqlStore
from bot.storage.waiting import Waiting


class SqlPeople:
    """A `bot.ports.People`. ``waiting`` and ``blocking`` are for moderators, too."""

    def __init__(self, store: SqlStore) -> None:
        self._database = store.database
        self._pseudonyms = store.pseudonyms
        self.waiting = Waiting(self._database, self._pseudonyms)
        self.blocking = Blocking(self._database, self._pseudonyms)
        self._addresses = Addresses(self._database, self._pseudonyms)

    async def blocked(self, sender: Sender) -> bool:
        """See `bot.ports.People.blocked`."""
        return await self.blocking.blocked(sender)

    async def wait(
        self, uid: str, sender: Sender, language: str, now: dt.datetime, until: dt.datetime
    ) -> Added:
        """See `bot.ports.People.wait`."""
        return await self.waiting.add(uid, sender, language, now, until)

    async def follow(self, edit: Incoming, uids: tuple[str, ...]) -> None:
        """See `bot.ports.People.follow`."""
        await self.waiting.follow(edit, uids)

    async def stop(self, sender: Sender, now: dt.datetime) -> int:
        """See `bot.ports.People.stop`."""
        return await self.waiting.stop(sender, now)

    async def gone(self, sender: Sender, now: dt.datetime) -> int:
        """See `bot.ports.People.gone`."""
        return await self._addresses.gone(sender, now)

    async def moved(self, old: Sender, new: Sender) -> int:
        """See `bot.ports.People.moved`."""
        return await self._addresses.moved(old, new)

    async def mydata(self, sender: Sender) -> str | None:
        """See `bot.ports.People.mydata`."""
        return await everything_about(sender, self._database, self._pseudonyms)
