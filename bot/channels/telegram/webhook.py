"""The webhook's side of the web: an update is answered with 200 only after it was taken.

Anything else, and no answer at all, makes Telegram send it again. Which server carries the routes
is the wiring's matter.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import re
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.api import is_update
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.updates import Raw

_log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1024 * 1024
"""Bytes; Telegram's updates are far smaller."""

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
        """Routes for the application that serves *url*, behind a proxy's path or not."""
        return [Route(path, self.receive, methods=["POST"]) for path in paths_of(url)]

    def application(self, url: str) -> Starlette:
        """An application with nothing but the webhook."""
        return Starlette(routes=self.routes(url))

    async def receive(self, request: Request) -> Response:
        """Handle one request of Telegram's.

        200: the update was taken. 403: not Telegram, the body was not read. 413, 400: not an
        update. 503: not taken (in time), to be sent again.
        """
        given = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            _log.warning("a request with the right secret brought no update")
            return Response(status_code=400)
        return Response(status_code=200 if await self._take(update) else 503)

    async def _take(self, update: Raw) -> bool:
        if self._intake.closing:
            return False
        if self._intake.full and not self._intake.knows(update["update_id"]):
            return False
        taken = self._intake.submit(update)
        await asyncio.wait((taken,), timeout=self._patience)
        return taken.done() and not taken.cancelled()


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too large."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _update(body: bytes) -> Raw | None:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return raw if is_update(raw) else None
