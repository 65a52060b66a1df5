"""One request with all that answering it needs: who asks, in which language, what was sent."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.access import Session
from bot.core.gap import Moderator, Role
from bot.moderation.web.forms import Form, number_of
from bot.moderation.web.house import House
from bot.moderation.web.render import Renderer


class Missing(Exception):  # noqa: N818 - reads as the outcome that it is
    """What the address names is not there (any more)."""


@dataclass
class Visit:
    """A request. ``form`` is what was posted, ``query`` what stands in the address."""

    house: House
    renderer: Renderer
    request: Request
    language: str
    session: Session | None = None
    csrf: str = ""
    query: Form = field(default_factory=Form)
    form: Form = field(default_factory=Form)

    def say(self, key: str, /, **values: object) -> str:
        """One of the page's own sentences."""
        return self.house.words.say(self.language, key, **values)

    def many(self, key: str, count: int, /, **values: object) -> str:
        """A sentence about so many: one is another sentence, and in French none is like one."""
        single = count == 1 or (count == 0 and self.language == "fr")
        return self.say(f"{key}_{'one' if single else 'many'}", n=count, **values)

    def path(self, to: str = "/", /, **query: object) -> str:
        """A path for links."""
        return self.house.address.path(to, query)

    def can(self, role: str) -> bool:
        """Whether whoever asks may do what needs *role*."""
        return self.session is not None and self.session.role.covers(Role(role))

    @property
    def moderator(self) -> Moderator:
        """Whoever asks, as the desk knows them."""
        if self.session is None:
            raise Missing
        return Moderator(self.session.name, self.session.role, self.language)

    def named(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def numbered(self, name: str) -> int:
        """A part of the path that is a number.

        Raises:
            Missing: it is none.
        """
        number = number_of(self.named(name))
        if number is None:
            raise Missing
        return number

    def page(self, template: str, /, status: int = 200, **values: object) -> Response:
        """A page, in the language of whoever asks."""
        return HTMLResponse(self.renderer.render(template, self, values), status)

    def to(self, path: str, /, **query: object) -> Response:
        """Go on with another page: after a form, so that loading it again sends nothing twice."""
        return RedirectResponse(self.path(path, **query), 303)
