"""Puts the review page together from the real parts, and serves it alone for a local database.

What stays out: serving it beside the messengers (`bot.app`), and what the command line says.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.gap import Role
from bot.core.phrases import Phrases
from bot.core.scene import About
from bot.errors import Problem
from bot.knowledge.checks import check
from bot.knowledge.live import Live
from bot.moderation.desk import Desk
from bot.moderation.web.address import Address, is_loopback, networks
from bot.moderation.web.house import House, Remembered, Standing
from bot.moderation.web.render import page_words
from bot.moderation.web.routes import review_routes
from bot.moderation.wording import Wording
from bot.settings import Settings, WebServer
from bot.storage.acts import Acts
from bot.storage.coverage import Asked
from bot.storage.gaps import Gaps
from bot.storage.insights import Insights
from bot.storage.rulings import Rulings
from bot.storage.search import Search
from bot.storage.sessions import Sessions
from bot.storage.store import SqlStore
from bot.web.server import NotListening, listening, serve

_log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

_ROUND = 5.0
"""Seconds between two looks at what is left to be carried out."""


@dataclass(frozen=True)
class Parts:
    """What the page is made from besides the settings."""

    store: SqlStore
    knowledge: Live
    phrases: Phrases
    clock: Clock
    about: About


def desk_over(parts: Parts, settings: Settings) -> Desk:
    """The moderators' service over the log."""
    database = parts.store.database
    return Desk(
        Gaps(database),
        Acts(database),
        Rulings(database),
        parts.knowledge,
        Wording(parts.phrases, parts.about),
        parts.clock,
        dt.timedelta(seconds=settings.undo_seconds),
    )


def house_over(
    parts: Parts, desk: Desk, address: Address, standing: Standing | None = None
) -> House:
    """What the pages share.

    Args:
        parts: what it is made from.
        desk: the moderators' service.
        address: where the page is reached.
        standing: looks up the role that somebody has by now who came in through a messenger.
    """
    database = parts.store.database
    live = parts.knowledge
    return House(
        desk=desk,
        doors=Sessions(database),
        log=Search(database),
        counts=Remembered(Insights(database), Asked(database), parts.clock),
        knowledge=live,
        phrases=parts.phrases,
        understand=live.understand,
        explain=live.explain,
        words=page_words(),
        check=Checks(live),
        address=address,
        clock=parts.clock,
        about=parts.about,
        standing=standing,
    )


@dataclass
class Checks:
    """What is to be mended in the knowledge, looked for once per state of it and day."""

    live: Live
    _seen: tuple[object, dt.date] | None = None
    _found: tuple[Problem, ...] = ()

    def __call__(self, now: dt.datetime) -> Sequence[Problem]:
        """Everything, by file and line."""
        state = self.live.state
        if self._seen is None or self._seen[0] is not state or self._seen[1] != now.date():
            found = {*state.problems, *check(state.base, now)}
            self._found = tuple(sorted(found, key=lambda one: (one.file, one.line, one.what)))
            self._seen = (state, now.date())
        return self._found


def address_of(settings: Settings) -> Address:
    """Where the page is reached when it is served beside the messengers."""
    web = settings.web or WebServer()
    scheme = "https" if web.tls is not None else "http"
    public = web.public_url or f"{scheme}://{web.listen}"
    return Address(public.rstrip("/"), is_loopback(web.listen), networks(web.trusted_proxies))


def is_safe(settings: Settings) -> bool:
    """Whether the page can be served: to this machine only, by TLS, or behind a proxy with it."""
    web = settings.web or WebServer()
    return is_loopback(web.listen) or address_of(settings).safe


def routes_beside(
    parts: Parts, settings: Settings, desk: Desk, standing: Standing | None = None
) -> tuple[Sequence[BaseRoute], House | None]:
    """The page's routes for the bot's own web server, and its house, which makes links.

    Returns:
        Nothing where the settings do not want it, or where others could listen.
    """
    web = settings.web
    if web is None or not web.review:
        return (), None
    if not is_safe(settings):
        _log.warning(
            "the review page is not served: %s is reached without HTTPS; set `web.public_url` to"
            " the https address of the proxy in front and `web.trusted_proxies` to the proxy, or"
            " set `web.tls`, or listen on 127.0.0.1",
            web.listen,
        )
        return (), None
    house = house_over(parts, desk, address_of(settings), standing)
    return review_routes(house), house


async def link_into(
    store: SqlStore, settings: Settings, name: str, role: Role, now: dt.datetime
) -> str:
    """A link for *name* into the page that ``faqbot run`` serves."""
    token = await Sessions(store.database).invite(name, role, now)
    return address_of(settings).url(f"/enter/{token}")


@dataclass(frozen=True)
class Visitor:
    """Who looks at a local database: a name, and what is called with the link to come in by."""

    name: str
    told: Callable[[str], None]


async def serve_alone(
    parts: Parts, settings: Settings, listen: str, visitor: Visitor, stop: asyncio.Event
) -> None:
    """Serve the page for a local database until *stop*.

    Nobody is told anything meanwhile: what is to be told waits for ``faqbot run``.

    Raises:
        ConfigError: it cannot listen there, or others could listen in.
    """
    tls = settings.web.tls if settings.web else None
    if not is_loopback(listen) and tls is None:
        what = f"the review page is not served on {listen} without HTTPS"
        how = "listen on 127.0.0.1, or set `web.tls`"
        raise settings.problem("web", "listen", what=what, how=how)
    address = Address(f"{'https' if tls else 'http'}://{listen}", is_loopback(listen))
    desk = desk_over(parts, settings)
    house = house_over(parts, desk, address)
    try:
        where = listening(listen)
    except NotListening as error:
        how = "name another address with --listen, or end the program that listens there"
        raise settings.problem("web", "listen", what=str(error), how=how) from error
    visitor.told(await house.invite(visitor.name, Role.EDITOR))
    home = Route("/", _home, methods=["GET"])
    certificate = (tls.certificate, tls.key) if tls else None
    async with asyncio.TaskGroup() as tasks:
        rounds = tasks.create_task(_rounds(desk))
        await serve([*review_routes(house), home], where, stop, certificate)
        rounds.cancel()


async def _home(request: Request) -> Response:  # noqa: ARG001 - the shape of a route
    return RedirectResponse("/review", 303)


async def _rounds(desk: Desk) -> None:
    """Ends only when it is cancelled: an error is logged, and the next time it tries again."""
    while True:
        try:
            await desk.round()
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("what moderators did could not be carried out; it is tried again")
        await asyncio.sleep(_ROUND)
