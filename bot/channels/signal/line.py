"""A line to signal-cli's daemon that is connected again whenever it breaks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.channels.signal.rpc import Address, Connection, Lost, Notified, Params, Refused
from bot.channels.stopping import unless
from bot.channels.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds: the first and the longest pause between two attempts, and for an answer.

    After ``silence`` seconds the daemon is asked whether it is there.
    """

    first_pause: float = 0.5
    longest_pause: float = 30.0
    answer: float = 20.0
    silence: float = 60.0


@dataclass
class Line:
    """Calls go through whichever connection there is.

    Args:
        address: where the daemon listens.
        notified: given what the daemon says by itself; must not wait.
        ready: called on each new connection, to set it up; one that fails is closed.
        waits: for how long.
    """

    address: Address
    notified: Notified
    ready: Callable[["Line"], Awaitable[None]]
    waits: Waits = field(default_factory=Waits)
    _now: Connection | None = None
    _reading: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""
        return self._now is not None and not self._now.ended

    async def call(self, method: str, params: Params) -> Any:
        """See `Connection.call`.

        Raises:
            Refused: the daemon answered with an error.
            Lost: there is no connection, or it broke, or no answer came in time.
        """
        if self._now is None:
            raise Lost("there is no connection to signal-cli")
        return await self._now.call(method, params, self.waits.answer)

    async def keep(self, stop: asyncio.Event) -> None:
        """Be connected until *stop*; the last connection stays, until `close`.

        An error other than `Refused` and `Lost` that `ready` raises ends it.
        """
        trouble = Trouble("reaching signal-cli", self.waits.first_pause, self.waits.longest_pause)
        while not stop.is_set():
            try:
                self._now = await Connection.open(self.address, self.notified)
                reading = self._reading = asyncio.create_task(self._now.read())
                await self.ready(self)
                trouble.over()
                await self._watch(reading, stop)
                kind, why = "ended", "the connection was closed"
            except (Refused, Lost) as error:
                kind, why = "refused", str(error)
            except OSError as error:
                kind, why = type(error).__name__, error.strerror or type(error).__name__
            if not stop.is_set():
                await self.close()
                await unless(stop, asyncio.sleep(trouble.note(kind, why)))

    async def _watch(self, reading: asyncio.Task[None], stop: asyncio.Event) -> None:
        """Until the connection ends or *stop*. A daemon that is silent for long is asked."""
        while not reading.done() and not stop.is_set():
            await unless(stop, asyncio.wait((reading,), timeout=self.waits.silence))
            if not reading.done() and not stop.is_set():
                await self.call("version", {})

    async def close(self) -> None:
        """End the connection that there is, if any."""
        connection, reading = self._now, self._reading
        self._now = self._reading = None
        if connection is not None:
            await connection.close()
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
