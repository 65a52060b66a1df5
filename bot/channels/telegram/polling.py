"""Long polling that confirms an update only after it was handled.

python-telegram-bot's own updater confirms an update when it enters a queue, so what is queued dies
with the process.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from functools import partial

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.stopping import unless
from bot.channels.telegram.api import Api
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.limits import seconds_of
from bot.channels.telegram.masking import mask
from bot.channels.telegram.window import Window
from bot.channels.trouble import Trouble
from bot.errors import loggable

_log = logging.getLogger(__name__)

_ENOUGH = 50  # worth a call: half of what getUpdates shows
_QUICK, _SLOW = 0.03, 1.0  # seconds between calls while an update is open and nothing new comes
_IDLE = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds of one long poll, and of the first and longest pause when Telegram fails."""

    poll: float = 30.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


class Polling:
    """One poller: fetches, hands over to the intake, confirms what was taken."""

    def __init__(self, api: Api, intake: Intake, waits: Waits | None = None) -> None:
        self._api = api
        self._intake = intake
        self._waits = waits or Waits()
        self._window = Window()
        self._trouble = Trouble(
            "asking Telegram for updates", self._waits.first_pause, self._waits.longest_pause
        )
        self._stirred = asyncio.Event()
        self._finished = 0
        self._patience = _QUICK
        self._last_new = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until *stop*, then finish what is in flight and confirm it.

        If it is cancelled instead, what is in flight is still finished, within the same limit.
        """
        try:
            while not stop.is_set():
                try:
                    await self._turn(stop)
                except Exception as error:  # noqa: BLE001 - the one place of this loop
                    _log.exception("polling stumbled; going on")
                    kind = type(error).__name__
                    await unless(
                        stop, asyncio.sleep(self._trouble.note(kind, mask(loggable(error))))
                    )
        finally:
            await self._intake.close()
        await self._confirm()

    async def _turn(self, stop: asyncio.Event) -> None:
        offset = self._offset()
        seconds = 0.0 if self._window.open else self._waits.poll
        self._finished = 0
        self._stirred.clear()
        try:
            batch = await unless(stop, self._api.raw_updates(offset, seconds=seconds))
        except TelegramError as error:
            await unless(stop, asyncio.sleep(self._pause(error)))
            return
        if batch is None:
            return
        self._trouble.over()
        new = [raw for raw in batch if self._window.see(raw["update_id"])]
        for raw in new:
            taken = self._intake.submit(raw)
            taken.add_done_callback(partial(self._taken, raw["update_id"]))
        if new:
            self._last_new = time.monotonic()
        if self._window.open:
            await self._wait_for_progress(stop, offset, anything_new=bool(new))

    def _offset(self) -> int | None:
        if not self._window.open and time.monotonic() - self._last_new > _IDLE:
            self._window.forget()
        return self._window.advance()

    def _taken(self, number: int, taken: asyncio.Future[None]) -> None:
        if taken.cancelled():
            return
        self._window.finish(number)
        self._finished += 1
        if not self._window.open or self._finished >= _ENOUGH:
            self._stirred.set()

    async def _wait_for_progress(
        self, stop: asyncio.Event, offset: int | None, *, anything_new: bool
    ) -> None:
        """Wait before asking again: while an update is open, the same ones come back at once.

        Asked for again as soon as nothing is open or half a batch can be confirmed; else from time
        to time, so that what came in meanwhile need not wait for a slow one.
        """
        self._patience = _QUICK if anything_new else min(self._patience * 2, _SLOW)
        until = time.monotonic() + self._patience
        while (left := until - time.monotonic()) > 0 and not stop.is_set():
            try:
                async with asyncio.timeout(left):
                    await unless(stop, self._stirred.wait())
            except TimeoutError:
                return
            if not self._window.open or self._window.lowest != offset:
                return
            self._stirred.clear()  # much was handled, but the lowest one still holds the offset

    def _pause(self, error: TelegramError) -> float:
        kind, text = type(error).__name__, mask(error.message)
        match error:
            case RetryAfter():
                return self._trouble.note(kind, text, at_least=seconds_of(error))
            case Conflict():
                text = f"another program uses the same token ({text})"
                return self._trouble.note(kind, text, longest=min(10.0, self._waits.longest_pause))
            case InvalidToken():
                return self._trouble.note(kind, "the token is refused now")
            case _:
                return self._trouble.note(kind, text)

    async def _confirm(self) -> None:
        """Tell Telegram what was handled since the last call; if that fails, it comes again."""
        offset = self._window.advance()
        if offset is None:
            return
        try:
            async with asyncio.timeout(5.0):
                await self._api.raw_updates(offset, seconds=0, limit=1)
        except (TelegramError, TimeoutError) as error:
            _log.warning("the last updates could not be confirmed: %s", mask(error))
