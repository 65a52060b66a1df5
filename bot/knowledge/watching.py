"""Taking changed knowledge files by itself, within a second.

What stays out: which files count and when one is whole (`folder`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, awatch

from bot.knowledge.changes import Changes
from bot.knowledge.live import Live
from bot.knowledge.reading import is_knowledge

_log = logging.getLogger(__name__)

_STEP, _TOGETHER = 50, 400
"""Milliseconds: changes are handed over after a pause of the first, at the latest after the other.

What is still being written then is waited for by `Folder.read`.
"""
_AGAIN = 5.0
"""Seconds between two attempts to take what could not be taken, or to watch what is not there."""


async def watch(live: Live, stop: asyncio.Event) -> None:
    """Have *live* follow its folder until *stop*, and log what changes.

    Ends only at *stop* or when it is cancelled: an error is logged, and it goes on.
    """
    live.subscribe(log_changes)
    while not stop.is_set():
        try:
            async for _ in _looks(live, stop):
                await live.refresh()
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("the knowledge could not be watched; it is tried again")
        if not stop.is_set():
            await _pause(stop)


async def log_changes(changes: Changes) -> None:
    """Log what changed and what is to be mended, one line each."""
    for line in changes.lines():
        _log.info("knowledge changed", extra={"change": line})
    for problem in changes.problems:
        _log.warning("knowledge to be mended", extra={"problem": str(problem)})


async def _looks(live: Live, stop: asyncio.Event) -> AsyncIterator[None]:
    """Each time when it is worth looking: at first, when something changed, and when behind."""
    path = live.folder.path
    # The folder of a single file: editors replace the file, which ends a watch on itself.
    folder = path.parent if path.is_file() else path
    changes = awatch(
        folder,
        watch_filter=_counts,
        recursive=False,
        step=_STEP,
        debounce=_TOGETHER,
        stop_event=stop,
        rust_timeout=int(_AGAIN * 1000),
        yield_on_timeout=True,
    )
    yield  # what changed since it was read for the first time
    first = True  # it is watched from here on: what changed during the look before is not told
    async for found in changes:
        if first or found or live.behind:
            yield
        first = False


def _counts(_change: Change, path: str) -> bool:
    return is_knowledge(Path(path).name)


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_AGAIN):
            await stop.wait()
    except TimeoutError:
        pass
