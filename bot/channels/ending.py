"""Waiting for one piece of work, for so long and no longer, whatever it does with a stop."""

import asyncio
from functools import partial
from typing import Any


async def ended(work: asyncio.Future[Any], seconds: float) -> bool:
    """Wait until *work* is done, *seconds* at most; whether it is.

    As `asyncio.wait` of one: *work* is not cancelled, neither after the time nor with the caller.
    That takes a set of each of its futures, and half as long again.
    """
    loop = asyncio.get_running_loop()
    waiter = loop.create_future()
    wake = partial(_wake, waiter)
    timer = loop.call_later(seconds, wake)
    work.add_done_callback(wake)
    try:
        await waiter
    finally:
        timer.cancel()
        work.remove_done_callback(wake)
    return work.done()


def _wake(waiter: asyncio.Future[None], _: object = None) -> None:
    if not waiter.done():
        waiter.set_result(None)
