"""What every answer of the page says to browsers: run nothing foreign, frame nothing, keep nothing.

Also what is asked too much: bodies beyond a size are refused before they are read whole.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex, nofollow",
}
_A_YEAR = 31_536_000


class Headers:
    """Puts the headers on whatever *app* answers.

    Args:
        app: what answers.
        safe: whether browsers come by HTTPS only.
    """

    def __init__(self, app: ASGIApp, *, safe: bool) -> None:
        self._app = app
        self._safe = safe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                if self._safe:
                    headers["strict-transport-security"] = f"max-age={_A_YEAR}"
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with)
