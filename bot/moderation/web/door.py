"""Coming in and going out. Following a link uses nothing up: the button on its page does.

A messenger's link preview, or a virus scanner in between, opens links too.
"""

from urllib.parse import urlsplit

from starlette.responses import Response

from bot.moderation.web.gate import LANGUAGE, Gate, new_token
from bot.moderation.web.visit import Visit

_DOOR_LASTS = 15 * 60
_A_YEAR = 365 * 24 * 3600
_LONGEST_TOKEN = 100
_BROWSERS = (
    ("edg/", "Edge"),
    ("firefox/", "Firefox"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
_SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


class Door:
    """The pages before the gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def knock(self, visit: Visit) -> Response:
        """Show whom a link is for, and the button that uses it up."""
        if not self._gate.may_try_link(visit.request):
            return visit.page("error.html", 429, kind="often")
        token = visit.named("token")[:_LONGEST_TOKEN]
        invitation = await visit.house.doors.invitation(token, visit.house.clock())
        if invitation is None:
            return visit.page("error.html", 410, kind="link")
        door = new_token()
        response = visit.page("enter.html", invitation=invitation, token=token, door=door)
        self._gate.set_cookie(response, self._gate.door_cookie, door, _DOOR_LASTS)
        return response

    async def come_in(self, visit: Visit) -> Response:
        """Exchange a link for a session."""
        gate, house = self._gate, visit.house
        if not gate.may_try_link(visit.request):
            return visit.page("error.html", 429, kind="often")
        token = visit.named("token")[:_LONGEST_TOKEN]
        agent = browser(visit.request.headers.get("user-agent", ""))
        secret = await house.doors.enter(token, house.clock(), agent=agent)
        if secret is None:
            return visit.page("error.html", 410, kind="link")
        if visit.session is not None:
            await house.doors.end(visit.session.id, house.clock())
        response = visit.to("/")
        gate.set_cookie(response, gate.cookie, secret, int(house.doors.lasts.total_seconds()))
        response.delete_cookie(gate.door_cookie, path="/", secure=house.address.safe)
        return response

    async def leave(self, visit: Visit) -> Response:
        """End one's own session."""
        if visit.session is not None:
            await visit.house.doors.end(visit.session.id, visit.house.clock())
        visit.session = None
        response = visit.page("error.html", 200, kind="left")
        response.delete_cookie(self._gate.cookie, path="/", secure=visit.house.address.safe)
        return response

    async def speak(self, visit: Visit) -> Response:
        """Choose the language of the page."""
        language = visit.form.text("language")
        response = visit.to(back_of(visit))
        if visit.house.words.has(language):
            self._gate.set_cookie(response, LANGUAGE, language, _A_YEAR)
        return response


def back_of(visit: Visit) -> str:
    """The page of ours that a form stood on, without its query; the first page if unsure."""
    path = urlsplit(visit.form.text("back")).path
    own = visit.house.address.prefix
    if not path.startswith(f"{own}/") or "//" in path or "\\" in path:
        return "/"
    return path.removeprefix(own)


def browser(agent: str) -> str:
    """A browser in two words, for the list of sessions; nothing more of it is kept."""
    lowered = agent.casefold()
    name = next((name for sign, name in _BROWSERS if sign in lowered), "")
    system = next((name for sign, name in _SYSTEMS if sign in lowered), "")
    return ", ".join(filter(None, (name, system)))
