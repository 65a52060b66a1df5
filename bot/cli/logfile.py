"""The log for commands that only make sense where there is one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.storage.store import SqlStore


@asynccontextmanager
async def existing_log(settings: Settings) -> "AsyncIterator[SqlStore]":
    """The log that the settings name, closed afterwards.

    Raises:
        StoreError: there is none yet, or it cannot be used.
    """
    # Here, since SQLAlchemy takes longer to load than most commands.
    from bot.app import open_store
    from bot.storage.database import file_of

    file = file_of(settings.database.get_secret_value(), settings.folder)
    if not file.exists():
        raise StoreError(f"{file}: there is no log yet: `faqbot chat` or `faqbot run` makes it")
    async with await open_store(settings) as store:
        yield store
