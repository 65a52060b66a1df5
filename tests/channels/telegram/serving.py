"""A real web server around an application, inside the test's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn's own raises SIGTERM again after it has stopped


def listening(port: int = 0) -> socket.socket:
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", port))
    return found


@asynccontextmanager
async def served(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serves *app*; gives its address."""
    server = _Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
    with listening(port) as where:
        address = "http://{}:{}".format(*where.getsockname())
        serving = asyncio.create_task(server.serve(sockets=[where]))
        try:
            yield address
        finally:
            server.should_exit = True
            await serving
