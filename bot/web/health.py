"""``/healthz``: 200 while the bot is alive. Whether a messenger can be reached stays out.

That it answers shows that the event loop turns; besides, the log must take a write.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_FRESH = 3.0
"""Seconds for which an answer counts, so that asking often costs no writes."""


class Health:
    """Asks the log to write, now and then.

    Args:
        prove: writes, or raises.
        patience: seconds after which a write counts as failed.
    """

    def __init__(self, prove: Callable[[], Awaitable[None]], patience: float = 5.0) -> None:
        self._prove = prove
        self._patience = patience
        self._writing: asyncio.Task[None] | None = None
        self._told = 0.0

    async def alive(self) -> bool:
        """Whether the log takes writes."""
        if self._writing is None or (self._writing.done() and time.monotonic() > self._told):
            self._told = time.monotonic() + _FRESH
            self._writing = asyncio.create_task(self._write())
        # Neither cancelled nor begun anew while it lasts: many may ask while the disk is stuck.
        await asyncio.wait((self._writing,), timeout=self._patience)
        return self._writing.done() and self._writing.exception() is None

    def route(self) -> Route:
        """Where it is asked."""
        return Route("/healthz", self._answer, methods=["GET"])

    async def _write(self) -> None:
        await self._prove()

    async def _answer(self, request: Request) -> Response:  # noqa: ARG002 - the shape of a route
        if await self.alive():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "the log takes no writes"}, status_code=503)
