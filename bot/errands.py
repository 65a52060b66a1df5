"""What `faqbot run` does besides answering: replies still owed, notices that are due, waits' ends.

Each is a loop that ends only when it is cancelled: an error is logged, and the next time it tries
again. What stays out: starting and stopping them (`bot.app`).
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any

from bot.core import compose
from bot.core.message import Reply
from bot.core.notice import Notice, Waiter
from bot.core.phrases import FALLBACK
from bot.core.scene import Scene
from bot.errors import StoreError
from bot.ports import Channel
from bot.service import Service
from bot.storage.outbox import Outbox
from bot.storage.store import SqlStore
from bot.storage.waiting import Waiting

_log = logging.getLogger(__name__)

_SWEEP = 60.0
"""Seconds between two looks at replies that are still owed, and the age from which they are."""

_LOOK = 2.0
"""Seconds between two looks at the outbox."""

_SPREAD = 0.1
"""Seconds between two notices, so that replies find room beside them at every messenger's pace; a
channel that has to be slower has an attribute ``spread``."""

_MOST_REFUSALS = 20
"""A sweep ends after so many replies in a row that the messenger does not take."""

_FINISH = 5.0
"""Seconds that a stop waits for what is being sent."""

GRACE = dt.timedelta(days=7)
"""After a posting has closed, recruiters have so long to answer before those who wait are told
that there will be no answer."""


async def pay(channel: Channel, store: SqlStore, conversation: Service) -> None:
    """Send what is still owed: at once what was left behind, then from time to time."""
    clock = conversation.clock
    before = clock()
    while True:
        try:
            await _sweep(channel, store, conversation, before)
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("replies that are owed could not be sent; it is tried again")
        await asyncio.sleep(_SWEEP)
        before = clock() - dt.timedelta(seconds=_SWEEP)


async def _sweep(
    channel: Channel, store: SqlStore, conversation: Service, before: dt.datetime
) -> None:
    refused = 0
    for debt in await store.debts(channel.name, before):
        # Another account's chats cannot be reached from this one.
        if getattr(channel, "account", debt.to.account) != debt.to.account:
            continue
        refused = 0 if await _finished(conversation.pay(debt, channel)) else refused + 1
        if refused >= _MOST_REFUSALS:
            return


async def tell(
    channel: Channel, outbox: Outbox, conversation: Service, *, look: float = _LOOK
) -> None:
    """Send the notices that are due, one after the other: they never crowd out a reply.

    At the start, what was being sent when the last process ended is sent again.

    Args:
        channel: those of its account are sent.
        outbox: where they stand.
        conversation: sends them, in turn with their chats.
        look: seconds between two looks.
    """
    resumed = False
    while True:
        try:
            if not resumed:
                await outbox.resume(channel.name)
                resumed = True
            await _tell_those_due(channel, outbox, conversation)
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("notices could not be sent; it is tried again")
            resumed = False  # one may have been left half way
            await asyncio.sleep(look * 10)
        await asyncio.sleep(look)


async def _tell_those_due(channel: Channel, outbox: Outbox, conversation: Service) -> None:
    account: str | None = getattr(channel, "account", None)
    spread: float = getattr(channel, "spread", _SPREAD)
    refused = 0
    while notices := await outbox.due(channel.name, account, conversation.clock()):
        for notice in notices:
            if await _tell_one(notice, channel, outbox, conversation):
                refused = 0
            else:
                refused += 1
            if refused >= _MOST_REFUSALS:
                return
            await asyncio.sleep(spread)


async def _tell_one(
    notice: Notice, channel: Channel, outbox: Outbox, conversation: Service
) -> bool:
    try:
        return await _finished(conversation.tell(notice, channel))
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - one that breaks its sending must not hold up the others
        _log.exception("a notice could not be sent; it is tried again in an hour")
        await outbox.later(notice.uid, conversation.clock() + dt.timedelta(hours=1))
        return False


async def _finished(sending: Coroutine[Any, Any, bool]) -> bool:
    """The result of *sending*; a stop waits for it, so that what went out is marked as sent."""
    task = asyncio.ensure_future(sending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_FINISH)
        task.cancel()
        raise


async def end_waits(waiting: Waiting, conversation: Service) -> None:
    """Tell those whose wait has come to its end, so that nobody waits in silence."""
    while True:
        try:
            await end_waits_of(waiting, conversation)
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("the ends of waits could not be put down; it is tried again")
        await asyncio.sleep(_SWEEP)


async def end_waits_of(waiting: Waiting, conversation: Service) -> int:
    """One round of `end_waits`: puts the notices into the outbox, and returns how many.

    A posting that is gone from the knowledge ends no wait: its file may be broken at this moment,
    and its waits end by themselves.
    """
    now = conversation.clock()
    put = await waiting.end(now, partial(_ended, conversation, closed=False))
    postings = conversation.knowledge.current().postings
    for posting in await waiting.postings():
        closes = postings[posting].closes_at if posting in postings else None
        if closes is not None and now >= closes + GRACE:
            say = partial(_ended, conversation, closed=True)
            put += await waiting.close(posting, closes + GRACE, now, say)
    return put


def _ended(conversation: Service, waiters: Sequence[Waiter], *, closed: bool) -> Reply:
    spoken = waiters[0].language
    language = spoken if conversation.phrases.has(spoken) else FALLBACK
    knowledge = conversation.knowledge.current()
    scene = Scene(
        knowledge,
        conversation.phrases,
        language,
        conversation.clock(),
        knowledge.postings.get(waiters[0].posting or ""),
        conversation.about,
    )
    return compose.ended(waiters, scene, closed=closed)
