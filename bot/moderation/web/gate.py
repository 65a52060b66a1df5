"""Who is let in: each page and each form passes here first, and refuses by itself.

No password anywhere: a link that works once gives a cookie, and the cookie's hash is in the log.
What stays out: the page with the button that uses a link up (`door`).
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.core.access import Session
from bot.core.bucket import Buckets, Verdict
from bot.core.gap import Role
from bot.core.phrases import FALLBACK
from bot.errors import AlreadyDecided, BotError, NotPossible, Refused, StoreError
from bot.moderation.web.forms import Form, TooLarge, read_form, read_query
from bot.moderation.web.house import House
from bot.moderation.web.render import Renderer
from bot.moderation.web.visit import Missing, Visit

_log = logging.getLogger(__name__)

Handler = Callable[[Visit], Awaitable[Response]]

LANGUAGE = "language"
"""The cookie that remembers a choice of language."""

_LINKS_PER_MINUTE = 10
_RECHECK = 300.0
"""Seconds for which a role that was looked up on a messenger counts."""

_LONGEST_COOKIE = 200


@dataclass(frozen=True)
class Page:
    """An address, what answers there, and the least role for it; None is for everybody.

    ``key`` says under which name the rest is known in texts and tests.
    """

    path: str
    handler: Handler
    needs: Role | None = Role.VIEWER
    method: str = "GET"


@dataclass
class Gate:
    """Lets requests through to their pages."""

    house: House
    renderer: Renderer
    links: Buckets = field(default_factory=lambda: Buckets(_LINKS_PER_MINUTE, _LINKS_PER_MINUTE))
    _checked: dict[int, float] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """What the cookie is called: a browser takes ``__Host-`` only from whom it belongs to."""
        return "__Host-review" if self.house.address.safe else "review"

    async def answer(self, page: Page, request: Request) -> Response:
        """Answer a request, or say why not; never raises."""
        visit = self._visit(request)
        try:
            return await self._let_in(page, visit)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told without its inside
            return refusal(visit, error)

    async def _let_in(self, page: Page, visit: Visit) -> Response:
        request = visit.request
        if not self.house.address.trusts(request):
            return visit.page("error.html", 403, kind="unsafe")
        secret = request.cookies.get(self.cookie, "")[:_LONGEST_COOKIE]
        visit.session = await self._session(secret)
        if visit.session is not None:
            visit.csrf = csrf_of(secret)
        if page.needs is not None:
            if visit.session is None:
                return visit.page("error.html", 401, kind="unknown")
            if not visit.session.role.covers(page.needs):
                raise Refused(page.needs.value)
        if page.method == "POST":
            visit.form = await read_form(request)
            # Before there is a session, the form that lets in carries the door's token.
            expected = visit.csrf if page.needs is not None else self.door_csrf(request)
            sent = visit.form.text("csrf")
            if not self.house.address.is_ours(request) or not same(sent, expected):
                return visit.page("error.html", 403, kind="foreign")
        return await page.handler(visit)

    def _visit(self, request: Request) -> Visit:
        visit = Visit(self.house, self.renderer, request, self.language(request))
        try:
            visit.query = read_query(request)
        except TooLarge:
            visit.query = Form()
        return visit

    def language(self, request: Request) -> str:
        """The language that was chosen, else the first of the browser's that the page speaks."""
        chosen = request.cookies.get(LANGUAGE, "")
        wanted = [part.partition(";")[0].strip()[:2].lower() for part in _accepted(request)]
        known = self.house.words.has
        return next((code for code in (chosen, *wanted) if known(code)), FALLBACK)

    def may_try_link(self, request: Request) -> bool:
        """Whether this caller did not try too many links lately."""
        now = self.house.clock().timestamp()
        return self.links.take(self.house.address.caller(request), now) is Verdict.READ

    def door_csrf(self, request: Request) -> str:
        """The token of the form that lets in, where there is no session yet; empty if none."""
        return request.cookies.get(self.door_cookie, "")[:_LONGEST_COOKIE]

    @property
    def door_cookie(self) -> str:
        """The cookie that must come back together with the form that lets in."""
        return f"{self.cookie}-door"

    def set_cookie(self, response: Response, name: str, value: str, seconds: int) -> None:
        """A cookie that scripts cannot read and that goes to us only."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.house.address.safe,
            httponly=True,
            samesite="lax",
        )

    async def _session(self, secret: str) -> Session | None:
        if not secret:
            return None
        session = await self.house.doors.find(secret, self.house.clock())
        return await self._rechecked(session) if session is not None else None

    async def _rechecked(self, session: Session) -> Session | None:
        """The session with the role that its person has by now; ended if they have none."""
        if self.house.standing is None or not session.subject:
            return session
        now = self.house.clock()
        if now.timestamp() - self._checked.get(session.id, 0.0) < _RECHECK:
            return session
        try:
            role = await self.house.standing(session.subject)
        except BotError as error:
            # The messenger cannot be asked now: what was true minutes ago stays for the moment.
            _log.warning("a moderator's role could not be looked up: %s", error)
            return session
        if role is None:
            await self.house.doors.end(session.id, now)
            return None
        self._checked[session.id] = now.timestamp()
        if role is not session.role:
            await self.house.doors.change(session.id, role)
            return await self._again(session)
        return session

    async def _again(self, session: Session) -> Session | None:
        living = await self.house.doors.living(self.house.clock())
        return next((one for one in living if one.id == session.id), None)


def csrf_of(secret: str) -> str:
    """The token of every form of a session: made from its cookie, which forms elsewhere lack."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def new_token() -> str:
    """Something that nobody guesses."""
    return secrets.token_urlsafe(24)


def refusal(visit: Visit, error: Exception) -> Response:
    """The page that tells of an error, without anything of its inside."""
    match error:
        case Missing():
            return visit.page("error.html", 404, kind="missing")
        case HTTPException(status_code=404 | 405 as status):
            return visit.page("error.html", status, kind="missing")
        case Refused():
            return visit.page("error.html", 403, kind="role", needed=error.needed)
        case TooLarge():
            return visit.page("error.html", 413, kind="large")
        case AlreadyDecided():
            return visit.page("error.html", 409, kind="decided", error=error)
        case NotPossible():
            return visit.page("error.html", 422, kind="impossible", why=why(visit, error))
        case StoreError():
            _log.warning("a page could not be shown: %s", error)
            return visit.page("error.html", 503, kind="store")
        case _:
            _log.error("a page failed", exc_info=error)
            return visit.page("error.html", 500, kind="broken")


def why(visit: Visit, error: NotPossible) -> str:
    """Why something cannot be done, in words."""
    key = f"desk.{error.reason}"
    if visit.house.words.knows(key):
        return visit.say(key)
    if visit.house.phrases.knows(key):
        return visit.house.phrases.say(visit.language, key)
    return visit.say("desk.other")


def same(sent: str, expected: str) -> bool:
    """Whether two tokens are the same, in a time that tells nothing of how far they agree."""
    return bool(expected) and hmac.compare_digest(sent.encode(), expected.encode())


def _accepted(request: Request) -> list[str]:
    return request.headers.get("accept-language", "").split(",")[:20]
