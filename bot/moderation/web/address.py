"""Where the page is reached from outside, and which connections are safe enough for it."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ROOT = "/review"
"""Where the pages begin, below the public address."""


@dataclass(frozen=True)
class Address:
    """The public address, and who stands between it and us.

    Args:
        public: ``https://bot.example.org/jobs``, without a slash at the end.
        loopback: we listen where only this machine can reach us.
        proxies: networks of proxies whose word on their caller is taken.
    """

    public: str
    loopback: bool = True
    proxies: tuple[Network, ...] = field(default=())

    @property
    def safe(self) -> bool:
        """Whether browsers speak HTTPS to us, so that cookies can insist on it."""
        return self.public.startswith("https://")

    @property
    def origin(self) -> str:
        """What browsers send as the origin of our own forms."""
        parts = urlsplit(self.public)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def prefix(self) -> str:
        """What every path of ours begins with, as a browser sees it."""
        return urlsplit(self.public).path.rstrip("/") + ROOT

    def path(self, to: str = "/", query: Mapping[str, object] | None = None) -> str:
        """A path for links and redirects; what is empty or None in *query* is left out."""
        values = {name: value for name, value in (query or {}).items() if value not in {None, ""}}
        return self.prefix + to + (f"?{urlencode(values, doseq=True)}" if values else "")

    def url(self, to: str = "/") -> str:
        """The same as a whole address, for a message."""
        return self.origin + self.path(to)

    @property
    def mounts(self) -> tuple[str, ...]:
        """Where requests may arrive: a proxy may or may not strip the path it serves us under."""
        steps = [step for step in self.prefix.split("/") if step]
        return tuple("/" + "/".join(steps[start:]) for start in range(len(steps)))

    def trusts(self, request: Request) -> bool:
        """Whether nobody can have listened on the way from the browser.

        From this machine, over our own TLS, or through a trusted proxy that says it came by HTTPS.
        """
        if self.loopback or request.url.scheme == "https":
            return True
        said = request.headers.get("x-forwarded-proto", "")
        return self._is_proxy(_peer(request)) and said.strip().lower() == "https"

    def caller(self, request: Request) -> str:
        """Who calls, as far as is known: the last address that no proxy of ours has."""
        peer = _peer(request)
        if not self._is_proxy(peer):
            return peer
        passed = request.headers.get("x-forwarded-for", "").split(",")
        for hop in reversed([hop.strip() for hop in passed if hop.strip()]):
            if not self._is_proxy(hop):
                return hop[:100]
        return peer

    def is_ours(self, request: Request) -> bool:
        """Whether a form was sent from a page of ours, as far as the browser says anything."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin", "")
        host = request.headers.get("host", "")
        own = {"", self.origin, f"http://{host}", f"https://{host}"}
        return site in {"same-origin", "none"} and origin in own

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.proxies)


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """``10.0.0.0/8`` or a single address, as networks.

    Raises:
        ValueError: one is neither.
    """
    return tuple(ipaddress.ip_network(one.strip(), strict=False) for one in written)


def is_loopback(listen: str) -> bool:
    """Whether only this machine can reach ``host:port``."""
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _peer(request: Request) -> str:
    return request.client.host if request.client is not None else ""
