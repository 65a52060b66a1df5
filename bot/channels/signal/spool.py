"""What came in, put on disk before it is handled: signal-cli hands it over only once."""

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from bot.channels.intake import Intake
from bot.channels.signal.envelopes import Raw, key_of, without_names
from bot.errors import StoreError

_log = logging.getLogger(__name__)

_LINGER = 0.2  # what was handled is taken out together with what comes next, or so much later
_AGAIN = 1.0


class Inbox(Protocol):
    """A place on disk: `bot.storage.inbox.Inbox`."""

    async def turn(
        self, come: Sequence[tuple[str, str]], handled: Sequence[str], now: dt.datetime
    ) -> None:
        """Put down what has come, and take out what was handled; durable when it returns."""
        ...

    async def left(self) -> Sequence[str]:
        """What was not handled before the end, oldest first."""
        ...


class NoInbox:
    """Keeps nothing."""

    async def turn(
        self, come: Sequence[tuple[str, str]], handled: Sequence[str], now: dt.datetime
    ) -> None:
        """See `Inbox.turn`."""

    async def left(self) -> Sequence[str]:
        """See `Inbox.left`."""
        return ()


class Spool:
    """Events on their way to the intake: none gets there before it is on disk."""

    def __init__(self, inbox: Inbox, intake: Intake[Raw]) -> None:
        self._inbox = inbox
        self._intake = intake
        self._come: list[Raw] = []
        self._handled: list[str] = []
        self._stirred = asyncio.Event()
        self._at_work = asyncio.Lock()
        self._lingering: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many events have come and are not on disk yet."""
        return len(self._come)

    def put(self, event: Raw) -> None:
        """Take in an event; it is on disk, and with the intake, a moment later."""
        self._come.append(event)
        self._stirred.set()

    async def resume(self) -> None:
        """Hand over first what was left behind."""
        for raw in await self._inbox.left():
            self._hand_over(json.loads(raw))

    async def run(self) -> None:
        """Go on until it is cancelled. While nothing can be written, nothing is handled."""
        failures = 0
        while True:
            await self._stirred.wait()
            try:
                await self.flush()
            except StoreError as error:
                failures += 1
                if failures == 1:
                    _log.error("what comes in from Signal cannot be kept: %s", error)
                await asyncio.sleep(_AGAIN)
            else:
                failures = 0

    async def flush(self) -> None:
        """Write now what is to be written.

        Raises:
            StoreError: it cannot be; nothing of it is lost.
        """
        async with self._at_work:
            self._stirred.clear()
            come, self._come = self._come, []
            handled, self._handled = self._handled, []
            if not come and not handled:
                return
            rows = [(key_of(event), json.dumps(without_names(event))) for event in come]
            try:
                await self._inbox.turn(rows, handled, dt.datetime.now(dt.UTC))
            except BaseException:
                self._come = come + self._come
                self._handled = handled + self._handled
                self._stirred.set()
                raise
            for event in come:
                self._hand_over(event)

    def _hand_over(self, event: Raw) -> None:
        taken = self._intake.submit(event)
        taken.add_done_callback(partial(self._taken, key_of(event)))

    def _taken(self, key: str, taken: asyncio.Future[None]) -> None:
        if taken.cancelled():
            return
        self._handled.append(key)
        if self._lingering is None:
            self._lingering = asyncio.get_running_loop().call_later(_LINGER, self._lingered)

    def _lingered(self) -> None:
        self._lingering = None
        self._stirred.set()
