"""Forgetting by itself: what is past its time goes, day by day, as long as the bot runs."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

_log = logging.getLogger(__name__)

_HOUR = 3600.0
_DAY = dt.timedelta(days=1)


class Forgetful(Protocol):
    """What is kept clean: a `bot.storage.store.SqlStore`."""

    async def purge(self, before: dt.datetime) -> int:
        """Delete what was received before a moment."""
        ...

    async def tidy(self, now: dt.datetime) -> int:
        """Do what is due a day after a message came."""
        ...


async def keep_clean(
    store: Forgetful,
    days: int,
    clock: Callable[[], dt.datetime],
    sleep: Callable[[float], Awaitable[object]],
) -> None:
    """Purge what is older than *days* at once and then once a day, and tidy every hour.

    Ends only when it is cancelled: an error is logged, and an hour later it tries again.
    """
    purged: dt.datetime | None = None
    while True:
        now = clock()
        try:
            await store.tidy(now)
            if purged is None or now - purged >= _DAY:
                rows = await store.purge(now - dt.timedelta(days=days))
                purged = now
                if rows:
                    _log.info("%d rows older than %d days were deleted", rows, days)
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("the log could not be cleaned; it is tried again in an hour")
        await sleep(_HOUR)
