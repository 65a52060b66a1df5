"""Every page and every form refuses by itself: without a role, a token, or a safe line."""

import itertools

import httpx
import pytest
from starlette.routing import Mount, Route

from bot.core.gap import Role
from bot.moderation.web.address import Address, is_loopback, networks
from bot.moderation.web.gate import Gate, Page
from bot.moderation.web.render import Renderer, static_files
from bot.moderation.web.routes import pages
from tests.moderation.house import House
from tests.moderation.web.site import HTTPS, Site, Visitor, site_over

PARTS = {"gap": "1", "act": "1", "uid": "x", "posting": "nurse", "kind": "csv", "token": "t"}
OPEN = {"/enter/{token}"}
POLICY = "default-src 'none'"


def all_pages(site: Site) -> tuple[Page, ...]:
    return pages(Gate(site.shared, Renderer(static_files())))


def filled(page: Page) -> str:
    return page.path.format_map(PARTS)


async def send(visitor: Visitor, page: Page) -> httpx.Response:
    if page.method == "POST":
        return await visitor.post(filled(page))
    return await visitor.get(filled(page))


async def test_every_route_of_the_app_is_one_of_the_pages(site: Site) -> None:
    [mount] = [route for route in site.app.routes if isinstance(route, Mount)]
    routes = [route for route in mount.app._app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]  # noqa: SLF001 - all of them
    known = {(page.path, page.method) for page in all_pages(site)}
    served = {
        (route.path, method)
        for route in routes
        for method in route.methods or ()
        if method != "HEAD"
    }

    beyond = {path for path, _ in served - known}

    assert known <= served
    assert beyond == {"/static/{file:path}", "/{path:path}"} - {path for path, _ in known}


async def test_nobody_gets_anything_without_coming_in(site: Site) -> None:
    await site.house.ask("How do I park a rocket?")
    visitor = site.visitor()

    for page in all_pages(site):
        answer = await send(visitor, page)
        expected = {401} if page.path not in OPEN else {403, 410}
        assert answer.status_code in expected, page
        assert "rocket" not in answer.text
    assert (await visitor.get("/whatever")).status_code == 401


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_gets_what_is_for_it_and_no_more(site: Site, role: Role) -> None:
    visitor = await site.enter("Vic", role)

    for page in all_pages(site):
        if page.needs is None or page.path == "/leave":
            continue
        answer = await send(visitor, page)
        refused = answer.status_code == 403
        assert refused != role.covers(page.needs), page


async def test_a_viewer_is_shown_no_form_that_is_refused(site: Site) -> None:
    await site.house.ask("How do I park a rocket?")
    visitor = await site.enter("Vic", Role.VIEWER)

    for path in ("/", "/gaps/1", "/knowledge/nurse", "/sessions"):
        await visitor.get(path)
        forms = {
            part.partition('"')[0].removeprefix("/review")
            for part in visitor.page.split('method="post" action="')[1:]
        }
        assert forms <= {"/language", "/leave", "/sessions/end"}, path


async def test_every_form_needs_its_token(site: Site, ada: Visitor) -> None:
    token = ada.fields["csrf"]
    wrong = ("", "x", token[:-1], token + "0", "é")

    for page, sent in itertools.product(all_pages(site), wrong):
        if page.method == "POST" and page.needs is not None:
            answer = await ada.post(filled(page), {"csrf": sent})
            assert answer.status_code == 403, (page, sent)
    assert (await ada.get("/")).status_code == 200


async def test_a_token_of_another_session_is_refused(site: Site, ada: Visitor) -> None:
    bea = await site.enter("Bea")

    answer = await bea.post("/leave", {"csrf": ada.fields["csrf"]})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
async def test_a_form_from_elsewhere_is_refused_even_with_its_token(
    ada: Visitor, headers: dict[str, str]
) -> None:
    ada.client.headers.update(headers)

    assert (await ada.post("/leave")).status_code == 403


async def test_nothing_can_be_run_framed_or_kept(site: Site, ada: Visitor) -> None:
    paths = ["/", "/nothing", "/insights.csv", "/sessions"]
    answers = [await ada.get(path) for path in paths]
    answers.append(await site.visitor().get("/"))

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith(POLICY)
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
        assert "<style" not in answer.text
        assert answer.text.count("<script") == answer.text.count("<script src=")


async def test_stylesheet_and_script_may_be_kept_for_they_hold_nothing(ada: Visitor) -> None:
    answer = await ada.get("/")
    paths = [part.partition('"')[0] for part in answer.text.split('"/review/static/')[1:]]

    for path in paths:
        file = await ada.client.get("/review/static/" + path)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
        assert file.headers["content-security-policy"].startswith(POLICY)
    assert len(paths) == 3
    assert (await ada.client.get("/review/static/../routes.py")).status_code in {401, 404}


async def test_a_method_that_is_not_meant_finds_nothing(ada: Visitor) -> None:
    for path in ("/ignore", "/gaps/1/answer", "/acts/1/undo"):
        assert (await ada.get(path)).status_code in {404, 405}


async def test_a_huge_form_is_refused(ada: Visitor) -> None:
    answer = await ada.post("/preview", {"text.fr": "x" * 300_000})

    assert answer.status_code == 413


async def test_an_error_of_ours_shows_nothing_of_its_inside(
    site: Site, ada: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    site.shared.desk.gaps = fail  # type: ignore[method-assign,assignment]  # breaks on purpose
    answer = await ada.get("/")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "a page failed" in caplog.text


# Behind a proxy, and in the open.


@pytest.mark.parametrize("path", ["/review/", "/jobs/review/"])
async def test_behind_a_path_the_page_is_found_and_its_links_lead_back(
    house: House, path: str
) -> None:
    site = site_over(house, HTTPS)
    visitor = await site.enter()

    answer = await visitor.client.get(path)

    assert answer.status_code == 200
    assert 'href="/jobs/review/questions"' in answer.text
    assert 'href="/review' not in answer.text
    home = await visitor.client.get(path.rstrip("/"))
    assert home.headers["location"] == "/jobs/review/"
    assert "max-age" in answer.headers["strict-transport-security"]
    await site.close()


PUBLIC = Address(
    "https://bot.example.org", loopback=False, proxies=networks(["10.0.0.0/8", "127.0.0.1"])
)


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("10.1.2.3", {"x-forwarded-proto": "https"}, 401),
        ("10.1.2.3", {"x-forwarded-proto": "http"}, 403),
        ("10.1.2.3", {}, 403),
        ("192.0.2.1", {"x-forwarded-proto": "https"}, 403),
        ("not an address", {"x-forwarded-proto": "https"}, 403),
    ],
)
async def test_in_the_open_only_a_trusted_proxy_with_https_may_ask(
    house: House, peer: str, headers: dict[str, str], status: int
) -> None:
    site = site_over(house, PUBLIC)
    visitor = site.visitor(peer=peer, headers=headers)
    visitor.client.base_url = httpx.URL("http://bot.example.org")

    answer = await visitor.get("/")

    assert answer.status_code == status
    await site.close()


async def test_callers_behind_a_proxy_are_told_apart(house: House) -> None:
    site = site_over(house, PUBLIC)
    headers = {"x-forwarded-proto": "https", "x-forwarded-for": "198.51.100.7, 10.9.9.9"}
    visitor = site.visitor(peer="10.1.2.3", headers=headers)
    tries = [await visitor.get("/enter/guess") for _ in range(11)]

    visitor.client.headers["x-forwarded-for"] = "198.51.100.8"
    other = await visitor.get("/enter/guess")

    assert tries[-1].status_code == 429
    assert other.status_code == 410
    await site.close()


@pytest.mark.parametrize(
    ("listen", "local"),
    [
        ("127.0.0.1:8080", True),
        ("[::1]:80", True),
        ("localhost:1", True),
        ("0.0.0.0:8080", False),
        ("[::]:8080", False),
        ("bot.example.org:443", False),
        ("10.0.0.1:80", False),
    ],
)
def test_what_only_this_machine_can_reach(listen: str, *, local: bool) -> None:
    assert is_loopback(listen) == local


# Language.


@pytest.mark.parametrize(
    ("accepts", "said"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "À traiter"),
        ("en-GB", "Inbox"),
        ("de, fr", "À traiter"),
        ("ja", "Inbox"),
        ("", "Inbox"),
    ],
)
async def test_the_page_speaks_the_browsers_language(ada: Visitor, accepts: str, said: str) -> None:
    ada.client.headers["accept-language"] = accepts

    assert said in (await ada.get("/")).text


async def test_a_language_that_was_chosen_counts_more(ada: Visitor) -> None:
    answer = await ada.post("/language", {"language": "fr", "back": "/review/questions"})

    assert answer.headers["location"] == "/review/questions"
    assert '<html lang="fr">' in (await ada.get("/")).text


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/review//evil.example",
        "",
        "/other",
        "/review/\\\\evil",
    ],
)
async def test_a_choice_of_language_leads_nowhere_else(ada: Visitor, back: str) -> None:
    answer = await ada.post("/language", {"language": "xx", "back": back})

    assert answer.headers["location"] == "/review/"
    assert "language" not in ada.client.cookies
