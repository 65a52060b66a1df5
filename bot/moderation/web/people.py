"""Who is in: the sessions, ending them, and links for others."""

from starlette.responses import Response

from bot.core.gap import Role
from bot.errors import Refused
from bot.moderation.web.visit import Missing, Visit

_LONGEST_NAME = 80


async def sessions(visit: Visit) -> Response:
    """Everybody who is in."""
    return await _shown(visit)


async def end(visit: Visit) -> Response:
    """End a session: one's own, or, as an editor, anybody's."""
    wanted = visit.form.number("session")
    house = visit.house
    living = {session.id: session for session in await house.doors.living(house.clock())}
    session, own = living.get(wanted), visit.session
    if session is None or own is None:
        raise Missing
    mine = session.name == own.name and session.subject == own.subject
    if not mine and not visit.can(Role.EDITOR.value):
        raise Refused(Role.EDITOR.value)
    await house.doors.end(session.id, house.clock())
    return visit.to("/sessions", ended=1)


async def invite(visit: Visit) -> Response:
    """Make a link for somebody else; it is shown once."""
    name = " ".join(visit.form.text("name").split())[:_LONGEST_NAME]
    role = next((one for one in Role if one.value == visit.form.text("role")), Role.VIEWER)
    if not name:
        return await _shown(visit, status=422, mistake=visit.say("mistake.no_name"))
    link = await visit.house.invite(name, role)
    return await _shown(visit, link=link, name=name)


async def _shown(
    visit: Visit, status: int = 200, link: str = "", name: str = "", mistake: str = ""
) -> Response:
    house = visit.house
    return visit.page(
        "sessions.html",
        status,
        here="sessions",
        sessions=await house.doors.living(house.clock()),
        own=visit.session,
        roles=[role.value for role in Role],
        link=link,
        name=name,
        mistake=mistake,
        ended=visit.query.has("ended"),
    )
