"""Every page and every form, with the least role for each; nothing is served but through here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.core.gap import Role
from bot.moderation.web import coverage, gap, inbox, log, numbers, people, shelf
from bot.moderation.web.door import Door
from bot.moderation.web.gate import Gate, Page
from bot.moderation.web.headers import Headers
from bot.moderation.web.house import House
from bot.moderation.web.render import Renderer, stamp, static_files
from bot.moderation.web.visit import Missing, Visit

_A_YEAR = "public, max-age=31536000, immutable"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def pages(gate: Gate) -> tuple[Page, ...]:
    """All of them."""
    door = Door(gate)
    viewer, moderator, editor = Role.VIEWER, Role.MODERATOR, Role.EDITOR
    return (
        Page("/enter/{token}", door.knock, None),
        Page("/enter/{token}", door.come_in, None, "POST"),
        Page("/leave", door.leave, viewer, "POST"),
        Page("/language", door.speak, viewer, "POST"),
        Page("/", inbox.inbox, viewer),
        Page("/ignore", inbox.ignore_several, moderator, "POST"),
        Page("/gaps/{gap}", gap.gap, viewer),
        Page("/gaps/{gap}/answer", gap.answer, moderator, "POST"),
        Page("/gaps/{gap}/assign", gap.assign, moderator, "POST"),
        Page("/gaps/{gap}/ignore", gap.ignore, moderator, "POST"),
        Page("/gaps/{gap}/reopen", gap.reopen, moderator, "POST"),
        Page("/gaps/{gap}/some", gap.some, moderator, "POST"),
        Page("/gaps/{gap}/merge", gap.merge, moderator, "POST"),
        Page("/preview", gap.live_preview, moderator, "POST"),
        Page("/acts/{act}/undo", gap.undo, moderator, "POST"),
        Page("/postings/{posting}/close", gap.close, moderator, "POST"),
        Page("/questions", log.questions, viewer),
        Page("/questions/{uid}", log.question, viewer),
        Page("/questions/{uid}/wrong", log.wrong, moderator, "POST"),
        Page("/questions/{uid}/block", gap.block, moderator, "POST"),
        Page("/knowledge", shelf.knowledge, viewer),
        Page("/knowledge/{posting}", shelf.posting, viewer),
        Page("/coverage", coverage.coverage, viewer),
        Page("/coverage.{kind}", coverage.download, viewer),
        Page("/insights", numbers.insights, viewer),
        Page("/insights.{kind}", numbers.download, viewer),
        Page("/sessions", people.sessions, viewer),
        Page("/sessions/end", people.end, viewer, "POST"),
        Page("/sessions/invite", people.invite, editor, "POST"),
    )


def review_routes(house: House) -> Sequence[BaseRoute]:
    """The review page, wherever requests for it may arrive."""
    files = static_files()
    gate = Gate(house, Renderer(files))
    app = Starlette(
        routes=[*(_route(gate, page) for page in pages(gate)), _static(files), _stray(gate)],
        exception_handlers={HTTPException: _lost(gate)},
    )
    # A redirect to or from a slash would leave out the path that a proxy serves us under.
    app.router.redirect_slashes = False
    served = Headers(app, safe=house.address.safe)
    home = house.address.path("/")

    async def to_the_inbox(request: Request) -> Response:  # noqa: ARG001 - the shape of a route
        return RedirectResponse(home, 303)

    return [
        route
        for mount in house.address.mounts
        for route in (Route(mount, to_the_inbox, methods=["GET"]), Mount(mount, served))
    ]


def _route(gate: Gate, page: Page) -> Route:
    async def endpoint(request: Request) -> Response:
        return await gate.answer(page, request)

    return Route(page.path, endpoint, methods=[page.method])


def _static(files: Mapping[str, bytes]) -> Route:
    stamps = {f"{stamp(content)}/{name}": name for name, content in files.items()}

    async def endpoint(request: Request) -> Response:
        name = stamps.get(request.path_params["file"])
        if name is None:
            raise HTTPException(404)
        kind = _KINDS[name.rpartition(".")[2]]
        return Response(files[name], media_type=kind, headers={"cache-control": _A_YEAR})

    return Route("/static/{file:path}", endpoint, methods=["GET"])


def _stray(gate: Gate) -> Route:
    """Whatever else is asked for; only who is in is told that it is not there."""

    async def lost(_visit: Visit) -> Response:
        raise Missing

    async def endpoint(request: Request) -> Response:
        return await gate.answer(Page("/", lost), request)

    return Route("/{path:path}", endpoint)


def _lost(gate: Gate) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, error: Exception) -> Response:
        async def lost(_visit: Visit) -> Response:
            raise error

        return await gate.answer(Page("/", lost), request)

    return handler
