"""The webhook's side of the web: an update is answered with 200 only after it was taken.

Anything else, and no answer at all, makes Telegram send it again. Which server carries the routes
is the wiring's matter.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels.ending import ended
from bot.channels.telegram.api import is_update
from bot.channels.telegram.decoding import decoded
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.updates import Raw

_log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1024 * 1024
"""Bytes; Telegram's updates are far smaller."""

_DIGITS = 9  # of a length; more are not read as a number at all
_HEADER = HEADER.lower().encode()
_EMPTY = [(b"content-length", b"0")]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def secret_for(token: str) -> str:
    """A secret for the webhook where the operator names none: the same at each start."""
    return hashlib.sha256(f"webhook of {token}".encode()).hexdigest()


def is_secret(text: str) -> bool:
    """Whether Telegram takes *text* as a ``secret_token``."""
    return _SECRET.fullmatch(text) is not None


def paths_of(url: str) -> list[str]:
    """The paths under which a webhook of this *url* may arrive, the full one first.

    A proxy may or may not strip the prefix under which it serves the bot, so each suffix counts.
    """
    steps = [step for step in urlsplit(url).path.split("/") if step]
    return ["/" + "/".join(steps[start:]) for start in range(len(steps))] or ["/"]


class Webhook:
    """Takes Telegram's requests and waits until the intake has taken the update.

    Args:
        intake: handles the updates.
        secret: what Telegram must send along, as set with the webhook.
        patience: seconds after which a request is answered with 503; the update goes on being
            worked at, and when it comes again it is waited for again. Telegram itself gives up
            after about a minute.
    """

    def __init__(self, intake: Intake, secret: str, patience: float = 50.0) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._patience = patience

    def routes(self, url: str) -> list[Route]:
        """Routes for the application that serves *url*, behind a proxy's path or not.

        Their endpoint is an application, so that a server may call it without what surrounds pages.
        """
        return [Route(path, self, methods=["POST"]) for path in paths_of(url)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request of Telegram's, as an ASGI application.

        200: the update was taken. 403: not Telegram, the body was not read. 413, 400: not an
        update. 503: not taken (in time), to be sent again.
        """
        if (status := await self._receive(dict(scope["headers"]), receive)) is not None:
            await send({"type": "http.response.start", "status": status, "headers": _EMPTY})
            await send({"type": "http.response.body", "body": b""})

    async def _receive(self, headers: Mapping[bytes, bytes], receive: Receive) -> int | None:
        """The status to answer with; None if nobody listens any more."""
        if not hmac.compare_digest(headers.get(_HEADER, b""), self._secret):
            return 403
        try:
            body = await _body(headers, receive)
        except ClientDisconnect:
            return None
        if body is None:
            return 413
        update = _update(body)
        if update is None:
            _log.warning("a request with the right secret brought no update")
            return 400
        return 200 if await self._take(update) else 503

    async def _take(self, update: Raw) -> bool:
        if self._intake.closing:
            return False
        if self._intake.full and not self._intake.knows(update["update_id"]):
            return False
        taken = self._intake.submit(update)
        return await ended(taken, self._patience) and not taken.cancelled()


async def _body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
    """The body, or None as soon as it is too large.

    Raises:
        ClientDisconnect: the connection broke before it was whole.
    """
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or len(declared) > _DIGITS or int(declared) > LARGEST_BODY:
        return None
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return body


def _update(body: bytes) -> Raw | None:
    try:
        raw = decoded(body)
    except ValueError:
        return None
    return raw if is_update(raw) else None
