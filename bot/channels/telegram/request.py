"""The wire: python-telegram-bot's requests over aiohttp.

Its default, httpx, carries about a third of the requests per second. Whoever prefers another one
hands a `telegram.request.BaseRequest` of his own to `TelegramChannel`.
"""

import functools
import urllib.request
from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.decoding import decoded
from bot.channels.telegram.masking import mask

_DEFAULT = BaseRequest.DEFAULT_NONE
_HEADERS = {"User-Agent": BaseRequest.USER_AGENT}
_JSON = {**_HEADERS, "Content-Type": "application/json"}


class _Answer(dict[str, Any]):
    """An answer of the Bot API; one without ``result`` is an error of Telegram, not a KeyError."""

    def __missing__(self, key: str) -> Any:
        raise TelegramError(f"Invalid server response: no {key}")


class AiohttpRequest(BaseRequest):
    """Requests to the Bot API over one pool of kept connections.

    Args:
        connections: at most so many at the same time.
        timeout: seconds without a byte after which an answer is given up.
        connect_timeout: seconds for making a connection, or for waiting for a free one.
    """

    def __init__(
        self, connections: int = 64, timeout: float = 10.0, connect_timeout: float = 10.0
    ) -> None:
        self._connections = connections
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """See `BaseRequest.read_timeout`."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool; harmless if it is open."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
            jar = aiohttp.DummyCookieJar()  # Telegram sets none, and looking for some takes time
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar)

    async def shutdown(self) -> None:
        """Close the pool; harmless if it is closed."""
        if self._session is not None:
            await self._session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See `BaseRequest.parse_json_payload`; unlike it, the payload is not written to the log.

        Raises:
            TelegramError: it is no JSON object (an HTML page of a proxy, an empty body).
        """
        try:
            answer = decoded(payload)
        except ValueError:
            raise TelegramError("Invalid server response: no JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response: no JSON object")
        return _Answer(answer)

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature of BaseRequest
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _DEFAULT,
        write_timeout: ODVInput[float] = _DEFAULT,  # noqa: ARG002 - aiohttp has no such limit
        connect_timeout: ODVInput[float] = _DEFAULT,
        pool_timeout: ODVInput[float] = _DEFAULT,
    ) -> tuple[int, bytes]:
        """See `BaseRequest.do_request`.

        Raises:
            TimedOut: no answer in time; the request may have been carried out all the same.
            NetworkError: no connection, or it broke.
        """
        if self._session is None:
            raise NetworkError("the connection pool is not open")
        timeout = _limits(
            _given(pool_timeout, self._connect_timeout),
            _given(connect_timeout, self._connect_timeout),
            _given(read_timeout, self._timeout),
        )
        body = _body(request_data)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                timeout=timeout,
                headers=_JSON if isinstance(body, bytes) else _HEADERS,
                allow_redirects=False,
                proxy=proxy_for(*_origin(url)),
            ) as response:
                return response.status, await response.read()
        except (TimeoutError, aiohttp.ServerTimeoutError):
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            # Not chained: aiohttp's errors may carry the URL, and with it the token.
            raise NetworkError(f"{type(error).__name__}: {mask(error)}") from None


@functools.lru_cache
def _limits(pool: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=pool, sock_connect=connect, sock_read=read)


def _origin(url: str) -> tuple[str, str]:
    scheme, _, rest = url.partition("://")
    return scheme, rest.partition("/")[0]


@functools.cache
def proxy_for(scheme: str, host: str) -> str | None:
    """The proxy that the environment names, looked up once.

    aiohttp's own ``trust_env`` looks for it, and for a .netrc, at each request: that costs as much
    as sending.
    """
    if urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(scheme)


def _given(value: ODVInput[float], default: float) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _body(request_data: RequestData | None) -> aiohttp.FormData | bytes | None:
    """What is sent: JSON, which is written in a tenth of the time of a form, unless with files."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        return orjson.dumps(request_data.parameters)
    form = aiohttp.FormData()
    for name, text in request_data.json_parameters.items():
        form.add_field(name, text)
    for name, (filename, content, kind) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
