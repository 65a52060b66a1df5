"""uvicorn inside the bot's own event loop. Signals stay out: they are `bot.app`'s."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.errors import BotError

_log = logging.getLogger(__name__)


class NotListening(BotError):  # noqa: N818 - reads as the outcome that it is
    """The web server cannot listen where it should; the message says why."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn's own raises SIGTERM again after it has stopped: exit code 143


def listening(address: str) -> socket.socket:
    """A socket that listens at ``host:port``; the caller closes it.

    Raises:
        NotListening: that is not possible.
    """
    host, _, port = address.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        family, _, _, _, where = found[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(where)
            bound.listen(2048)
        except BaseException:
            bound.close()
            raise
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotListening(f"cannot listen on {address}: {reason}") from error
    return bound


class Doors:
    """An application for *routes*, in which applications are called without Starlette's layers.

    Those catch what pages raise and look through all routes. A webhook raises nothing that it does
    not mean to, and is called more often than everything else together.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._pages = Starlette(routes=list(routes))
        self._straight = {
            route.path: route.app
            for route in routes
            if isinstance(route, Route) and route.app is route.endpoint
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        app = None
        if scope["type"] == "http" and scope["method"] == "POST":
            app = self._straight.get(scope["path"])
        await (app or self._pages)(scope, receive, send)


async def serve(
    routes: Sequence[BaseRoute],
    where: socket.socket,
    stop: asyncio.Event,
    certificate: tuple[Path, Path] | None = None,
) -> None:
    """Serve *routes* on *where* until *stop*; requests under way are finished, within seconds.

    With a *certificate* and its key, by HTTPS.
    """
    chain, key = certificate or (None, None)
    config = uvicorn.Config(
        Doors(routes),
        access_log=False,
        backlog=2048,
        lifespan="off",
        log_config=None,
        log_level="warning",
        # Whose word a proxy's headers are is for those to say who read them.
        proxy_headers=False,
        server_header=False,
        ssl_certfile=chain,
        ssl_keyfile=key,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
        ws="none",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[where]), name="web server")
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        stopped.cancel()
        await asyncio.gather(serving, stopped, return_exceptions=True)
        where.close()
    if not stopped.cancelled() and serving.done() and (error := serving.exception()) is not None:
        raise error
