"""The review page as browsers meet it: the real app over the real desk, log and knowledge."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette

from bot.core.gap import Role
from bot.core.scene import About
from bot.knowledge.phrases import shipped_phrases
from bot.moderation.web.address import Address
from bot.moderation.web.house import House as Shared
from bot.moderation.web.routes import review_routes
from bot.review import Parts, house_over
from tests.moderation.house import House

HOME = "http://127.0.0.1:8080"
HTTPS = Address("https://bot.example.org/jobs")
HIDDEN = re.compile(r'<input type="hidden" name="(csrf|key|version|gap)" value="([^"]*)"')


@dataclass
class Visitor:
    """A browser: it keeps cookies, and reads hidden fields before it sends a form."""

    client: httpx.AsyncClient
    shared: Shared
    page: str = ""
    root: str = "/review"
    fields: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **more: object) -> httpx.Response:
        answer = await self.client.get(self.root + path, **more)  # type: ignore[arg-type]
        self._seen(answer)
        return answer

    async def post(
        self, path: str, data: Mapping[str, object] | None = None, *, plain: bool = False
    ) -> httpx.Response:
        """Send a form, with the hidden fields of the page that was loaded last unless *plain*."""
        hidden = {} if plain else {name: self.fields.get(name, "") for name in ("csrf", "version")}
        if not plain:
            hidden["key"] = self.fields.get("key", "") + path
        answer = await self.client.post(self.root + path, data={**hidden, **(data or {})})
        self._seen(answer)
        return answer

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page that a form leads to."""
        assert answer.status_code == 303, answer.text
        answer = await self.client.get(answer.headers["location"])
        self._seen(answer)
        return answer

    async def come_in(self, name: str = "Ada", role: Role = Role.EDITOR) -> "Visitor":
        link = await self.shared.invite(name, role)
        path = link.removeprefix(self.shared.address.origin)
        answer = await self.client.get(path)
        self._seen(answer)
        answer = await self.client.post(path, data={"csrf": self.fields["csrf"]})
        assert answer.status_code == 303, answer.text
        await self.get("/sessions")
        return self

    def _seen(self, answer: httpx.Response) -> None:
        self.page = (
            html.unescape(answer.text) if "html" in answer.headers.get("content-type", "") else ""
        )
        for name, value in HIDDEN.findall(answer.text):
            self.fields[name] = value


@dataclass
class Site:
    """The page, and as many browsers as a test wants."""

    house: House
    shared: Shared
    app: Starlette
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def visitor(
        self, *, peer: str = "127.0.0.1", headers: Mapping[str, str] | None = None
    ) -> Visitor:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=(peer, 1)),
            base_url=self.shared.address.origin,
            headers={"accept-language": "en", **(headers or {})},
        )
        self.clients.append(client)
        return Visitor(client, self.shared, root=self.shared.address.prefix)

    async def enter(self, name: str = "Ada", role: Role = Role.EDITOR) -> Visitor:
        return await self.visitor().come_in(name, role)

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()


MakeSite = Callable[..., Site]


def site_over(house: House, address: Address | None = None) -> Site:
    parts = Parts(
        house.store, house.live, shipped_phrases(), house.clock, About(organisation="Clinic")
    )
    shared = house_over(parts, house.desk, address or Address(HOME))
    return Site(house, shared, Starlette(routes=list(review_routes(shared))))
