"""JSON-RPC 2.0 with signal-cli's daemon: one connection, from its opening to its end.

What stays out: what the methods mean, and connecting again (`bot.channels.signal.line`).
"""

import asyncio
import itertools
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

_log = logging.getLogger(__name__)

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a longer line ends the connection."""

Params = dict[str, Any]
Notified = Callable[[str, Params], None]


class Lost(Exception):  # noqa: N818 - reads as the outcome that it is
    """The connection is gone, or the daemon is silent: whether a call was carried out is open."""


class Refused(Exception):  # noqa: N818 - likewise
    """The daemon answered with an error.

    Args:
        code: JSON-RPC's, or signal-cli's own: -1 the caller, -3 reading or writing, -4 an identity
            that is not trusted, -5 the rate limit.
        message: as signal-cli words it.
        data: what came of the call all the same, such as the results of sending.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message
        self.data = data


@dataclass(frozen=True, slots=True)
class Address:
    """Where a daemon listens: a host and a port, or the path of a UNIX socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def of(cls, rpc: str) -> Self:
        """Read ``tcp://127.0.0.1:7583`` or ``unix:///run/signal-cli/socket``.

        Raises:
            ValueError: it is neither.
        """
        parts = urlsplit(rpc)
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return cls(path=parts.path)
        if parts.scheme == "tcp" and parts.hostname and parts.port:
            return cls(parts.hostname, parts.port)
        raise ValueError("neither tcp://HOST:PORT nor unix:///PATH")


class Connection:
    """One connection. Calls may be made side by side; answers come in any order.

    Args:
        reader: the stream from the daemon.
        writer: the stream to it.
        notified: given each notification, in the order in which they come; must not wait.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, notified: Notified
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._notified = notified
        self._numbers = itertools.count(1)
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._ended = False
        self._unread = False

    @classmethod
    async def open(cls, address: Address, notified: Notified) -> Self:
        """Connect.

        Raises:
            OSError: nobody listens there.
        """
        if address.path:
            streams = await asyncio.open_unix_connection(address.path, limit=LONGEST_LINE)
        else:
            streams = await asyncio.open_connection(address.host, address.port, limit=LONGEST_LINE)
        return cls(*streams, notified)

    @property
    def ended(self) -> bool:
        """Whether nothing comes any more."""
        return self._ended

    async def read(self) -> None:
        """Take in answers and notifications until the connection ends; then every call is lost."""
        try:
            while line := await self._reader.readline():
                if not line.endswith(b"\n"):
                    break  # half a line, cut off by the end
                self._take(line)
        except (OSError, ValueError) as error:  # ValueError: the line is too long
            _log.debug("the connection to signal-cli broke off: %s", type(error).__name__)
        finally:
            self._ended = True
            for waiting in self._calls.values():
                if not waiting.done():
                    waiting.set_exception(Lost("the connection to signal-cli was lost"))

    async def call(self, method: str, params: Params, seconds: float) -> Any:
        """Call a method; the result, as decoded from JSON.

        Raises:
            Refused: the daemon answered with an error.
            Lost: no answer within *seconds*, or the connection is gone.
        """
        if self._ended:
            raise Lost("there is no connection to signal-cli")
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                self._writer.write(json.dumps(request).encode() + b"\n")
                await self._writer.drain()
                return await answer
        except TimeoutError as error:
            raise Lost(f"signal-cli has not answered `{method}` in {seconds:g} s") from error
        except OSError as error:
            raise Lost("the connection to signal-cli was lost") from error
        finally:
            del self._calls[number]
            if answer.done() and not answer.cancelled():
                answer.exception()  # seen here: it may have come just when the time was up

    async def close(self) -> None:
        """End it; harmless if it has ended."""
        self._writer.close()
        try:
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            pass

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._say_unread()
        elif isinstance(message.get("method"), str):
            params = message.get("params")
            self._notified(message["method"], params if isinstance(params, dict) else {})
        else:
            self._answer(message)

    def _answer(self, message: dict[str, Any]) -> None:
        number = message.get("id")
        waiting = self._calls.get(number) if isinstance(number, int) else None
        if waiting is None or waiting.done():
            return  # too late, or to nobody's question
        error = message.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            told = str(error.get("message") or "no reason given")
            number = code if isinstance(code, int) else 0
            waiting.set_exception(Refused(number, told, error.get("data")))
        else:
            waiting.set_result(message.get("result"))

    def _say_unread(self) -> None:
        if not self._unread:
            self._unread = True
            _log.warning("signal-cli sent a line that is no JSON object; it is left out")
