"""Getting in: links that work once, sessions that end, and nobody else."""

import datetime as dt
import sqlite3

import pytest

from bot.core.gap import Role
from bot.moderation.web.address import Address
from bot.moderation.web.door import browser
from bot.storage.sessions import IDLE, LINK_LASTS, LONGEST
from tests.moderation.house import House
from tests.moderation.web.site import HTTPS, Site, Visitor, site_over

SECOND = dt.timedelta(seconds=1)


async def test_a_link_preview_does_not_spend_the_link(site: Site) -> None:
    link = await site.shared.invite("Ada", Role.MODERATOR)
    path = link.removeprefix(site.shared.address.origin)
    for _ in range(3):
        seen = await site.visitor().client.get(path)
        assert seen.status_code == 200

    visitor = site.visitor()
    visitor._seen(await visitor.client.get(path))  # noqa: SLF001 - what a browser does
    entered = await visitor.client.post(path, data={"csrf": visitor.fields["csrf"]})

    assert "Ada" in visitor.page
    assert entered.status_code == 303
    assert (await visitor.get("/")).status_code == 200


async def test_a_link_works_once(site: Site) -> None:
    link = await site.shared.invite("Ada", Role.MODERATOR)
    path = link.removeprefix(site.shared.address.origin)
    first, second = site.visitor(), site.visitor()
    for visitor in (first, second):
        visitor._seen(await visitor.client.get(path))  # noqa: SLF001 - what a browser does
    assert (await first.client.post(path, data={"csrf": first.fields["csrf"]})).status_code == 303

    late = await second.client.post(path, data={"csrf": second.fields["csrf"]})

    assert late.status_code == 410
    assert (await second.get("/")).status_code == 401
    assert (await site.visitor().client.get(path)).status_code == 410


@pytest.mark.parametrize(("after", "status"), [(LINK_LASTS - SECOND, 200), (LINK_LASTS, 410)])
async def test_a_link_lasts_ten_minutes(site: Site, after: dt.timedelta, status: int) -> None:
    link = await site.shared.invite("Ada", Role.MODERATOR)
    site.house.later(after)

    seen = await site.visitor().client.get(link.removeprefix(site.shared.address.origin))

    assert seen.status_code == status


async def test_the_button_needs_the_cookie_of_its_page(site: Site) -> None:
    link = await site.shared.invite("Ada", Role.MODERATOR)
    path = link.removeprefix(site.shared.address.origin)
    elsewhere = site.visitor()

    forged = await elsewhere.client.post(path, data={"csrf": "x"})
    empty = await elsewhere.client.post(path, data={"csrf": ""})

    assert (forged.status_code, empty.status_code) == (403, 403)
    assert (await site.visitor().client.get(path)).status_code == 200


async def test_links_cannot_be_tried_without_end(site: Site) -> None:
    visitor = site.visitor()

    statuses = [(await visitor.get(f"/enter/guess{n}")).status_code for n in range(12)]

    assert statuses[:10] == [410] * 10
    assert statuses[10:] == [429] * 2
    assert (await site.visitor(peer="127.0.0.2").get("/enter/guess")).status_code == 410


async def test_the_database_holds_no_secret(site: Site, house: House) -> None:
    visitor = await site.enter()
    link = await site.shared.invite("Bea", Role.VIEWER)
    secrets = [*visitor.client.cookies.values(), link.rpartition("/")[2]]

    connection = sqlite3.connect(house.folder.parent / "log.db")
    rows = str(connection.execute("select * from sessions").fetchall())
    rows += str(connection.execute("select * from invitations").fetchall())
    connection.close()

    assert "Bea" in rows
    assert not [secret for secret in secrets if secret in rows]


async def test_the_cookie_is_for_browsers_and_this_page_only(house: House) -> None:
    cookies = []
    for address in (Address("http://127.0.0.1:8080"), HTTPS):
        site = site_over(house, address)
        visitor = site.visitor()
        link = await site.shared.invite("Ada", Role.EDITOR)
        path = link.removeprefix(address.origin)
        visitor._seen(await visitor.client.get(path))  # noqa: SLF001 - what a browser does
        answer = await visitor.client.post(path, data={"csrf": visitor.fields["csrf"]})
        cookies.append(answer.headers.get_list("set-cookie")[0])
        await site.close()
    local, public = cookies

    assert local.startswith("review=")
    assert public.startswith("__Host-review=")
    assert "Secure" in public
    assert "Secure" not in local
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(("after", "status"), [(IDLE - SECOND, 200), (IDLE, 401)])
async def test_a_session_ends_when_nobody_uses_it(
    site: Site, ada: Visitor, after: dt.timedelta, status: int
) -> None:
    site.house.later(after)

    assert (await ada.get("/sessions")).status_code == status


async def test_a_session_ends_after_a_week_whatever_is_done(site: Site, ada: Visitor) -> None:
    hours = int(LONGEST.total_seconds() // 3600)
    for _ in range(hours // 6 - 1):
        site.house.later(dt.timedelta(hours=6))
        assert (await ada.get("/sessions")).status_code == 200

    site.house.later(dt.timedelta(hours=6))

    assert (await ada.get("/sessions")).status_code == 401


async def test_who_leaves_is_out(ada: Visitor) -> None:
    secret = ada.client.cookies["review"]

    left = await ada.post("/leave")

    assert left.status_code == 200
    ada.client.cookies.set("review", secret)
    assert (await ada.get("/")).status_code == 401


async def test_an_editor_ends_the_session_of_another(site: Site, ada: Visitor) -> None:
    bea = await site.enter("Bea", Role.MODERATOR)
    await ada.get("/sessions")
    assert "Bea" in ada.page
    [other] = [
        one.id for one in await site.shared.doors.living(site.house.time) if one.name == "Bea"
    ]

    await ada.post("/sessions/end", {"session": other})

    assert (await bea.get("/")).status_code == 401
    assert (await ada.get("/")).status_code == 200


async def test_a_moderator_ends_only_sessions_of_their_own(site: Site, ada: Visitor) -> None:
    bea = await site.enter("Bea", Role.MODERATOR)
    living = await site.shared.doors.living(site.house.time)
    ids = {one.name: one.id for one in living}

    assert (await bea.post("/sessions/end", {"session": ids["Ada"]})).status_code == 403
    assert (await bea.post("/sessions/end", {"session": 999})).status_code == 404
    assert (await bea.post("/sessions/end", {"session": ids["Bea"]})).status_code == 303
    assert (await ada.get("/")).status_code == 200
    assert (await bea.get("/")).status_code == 401


async def test_an_editor_lets_somebody_in(site: Site, ada: Visitor) -> None:
    answer = await ada.post("/sessions/invite", {"name": "Cai", "role": "viewer"})
    link = ada.page.partition('readonly value="')[2].partition('"')[0]

    seen = await site.visitor().client.get(link.removeprefix(site.shared.address.origin))

    assert answer.status_code == 200
    assert "Cai" in seen.text
    assert "viewer" in seen.text


async def test_a_role_that_was_lost_on_the_messenger_is_lost_here(site: Site) -> None:
    roles: dict[str, Role | None] = {"telegram:7": Role.EDITOR}

    async def standing(subject: str) -> Role | None:
        return roles[subject]

    site.shared.standing = standing
    token = await site.shared.doors.invite(
        "Ada", Role.EDITOR, site.house.time, subject="telegram:7"
    )
    secret = await site.shared.doors.enter(token, site.house.time)
    visitor = site.visitor()
    visitor.client.cookies.set("review", secret or "")
    assert (await visitor.get("/sessions")).status_code == 200

    roles["telegram:7"] = Role.MODERATOR
    assert "Let somebody in" in (await visitor.get("/sessions")).text
    site.house.later(dt.timedelta(minutes=5))
    lesser = await visitor.get("/sessions")
    roles["telegram:7"] = None
    site.house.later(dt.timedelta(minutes=5))
    gone = await visitor.get("/sessions")

    assert "Let somebody in" not in lesser.text
    assert gone.status_code == 401


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1",
            "Safari, iPhone",
        ),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_in_two_words(agent: str, shown: str) -> None:
    assert browser(agent) == shown
