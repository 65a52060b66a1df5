"""The page in a browser: a moderator's whole way, with and without the script, and accessibility.

Skipped where there is no Chromium: its path is in CHROMIUM, else /usr/bin/chromium.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.gap import GapState, Role
from bot.moderation.web.address import Address
from bot.web.server import listening, serve
from tests.moderation.house import House
from tests.moderation.web.chromium import QUIET, chromium
from tests.moderation.web.site import Site, site_over

axe = pytest.importorskip("axe_playwright_python.base", reason="axe is not installed")
pytestmark = [*QUIET]

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}

CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture
async def site(house: House) -> AsyncIterator[Site]:
    """The page on a real port of loopback."""
    where = listening("127.0.0.1:0")
    site = site_over(house, Address(f"http://127.0.0.1:{where.getsockname()[1]}"))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(site.app.routes, where, stop))
    yield site
    stop.set()
    await serving
    await site.close()


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium() as started:
        yield started


async def come_in(site: Site, page: Any, role: Role = Role.EDITOR) -> None:
    await page.goto(await site.shared.invite("Ada", role))
    await page.click("button.big")
    await page.wait_for_url("**/review/")


async def opened(browser: Any, **more: Any) -> Any:
    context = await browser.new_context(locale="en-GB", **more)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.complaints = []
    page.on(
        "console", lambda said: page.complaints.append(said.text) if said.type == "error" else None
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


async def test_a_moderator_answers_and_those_who_wait_are_told(
    house: House, site: Site, browser: Any
) -> None:
    await house.ask("Is remote work possible?", "p1", waits=True)
    await house.ask("Le télétravail est possible ?", "p2", language="fr", waits=True)
    page = await opened(browser)
    await come_in(site, page)

    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await page.wait_for_url("**/gaps/1#write")
    await page.wait_for_selector('[name="text.fr"]:focus')
    await page.keyboard.type("Oui, **deux jours**.")
    await page.fill('[name="text.en"]', "Yes, two days.")
    await page.wait_for_selector("#preview strong:text('deux jours')")
    await page.wait_for_selector("#preview .bubble:text('Yes, two days.')")
    await page.click("text=Answer, and tell 2 people")
    await page.wait_for_selector("text=2 people will be told.")

    assert (await house.desk.gap(1)).summary.state is GapState.ANSWERED
    assert await house.told() == []
    house.later()
    told = await house.told()
    assert [text.partition(":")[0] for text in told] == ["p1", "p2"]
    assert "Yes, two days." in told[0]
    assert "deux jours" in told[1]
    assert page.complaints == []


async def test_everything_works_without_the_script(house: House, site: Site, browser: Any) -> None:
    await house.ask("Is remote work possible?", waits=True)
    await house.ask("May I bring my dog?", "p2")
    page = await opened(browser, java_script_enabled=False)
    await come_in(site, page)

    await page.click("h2 >> text=Remote work")
    await page.fill('[name="text.en"]', "Yes.")
    await page.click("text=Try it")
    await page.wait_for_selector("#preview .bubble >> nth=0")
    await page.click("text=Answer, and tell 1 person")
    await page.wait_for_selector("text=1 person will be told.")
    await page.click("nav >> text=Inbox")
    await page.check('[name="gap"] >> nth=0')
    await page.click("text=Ignore what is ticked")
    await page.wait_for_selector("text=1 matter was ignored.")

    assert await house.gaps() == ()


async def test_keys_move_tick_and_ignore_and_can_be_switched_off(
    house: House, site: Site, browser: Any
) -> None:
    for number, text in enumerate(("May I bring my dog?", "Where do rockets land?")):
        await house.ask(text, f"p{number}")
    page = await opened(browser)
    await come_in(site, page)

    await page.click("#keys")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    off = await page.locator("[data-at]").count()
    await page.click("#keys")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("x")
    ticked = await page.locator("input:checked").count()
    await page.keyboard.press("i")
    await page.wait_for_selector("text=1 matter was ignored.")

    assert (off, ticked) == (0, 1)
    assert [one.count for one in await house.gaps()] == [1]
    assert page.complaints == []


async def test_typing_into_a_field_is_no_shortcut(house: House, site: Site, browser: Any) -> None:
    await house.ask("May I bring my dog?")
    page = await opened(browser)
    await come_in(site, page)
    await page.goto(page.url + "gaps/1")

    await page.fill('[name="text.en"]', "")
    await page.locator('[name="text.en"]').press_sequentially("jkaix")

    assert await page.input_value('[name="text.en"]') == "jkaix"
    assert (await house.desk.gap(1)).summary.state is GapState.OPEN


@pytest.mark.parametrize("size", list(SIZES))
async def test_each_page_is_accessible_in_light_and_dark(
    house: House, site: Site, browser: Any, size: str
) -> None:
    uid = await house.ask("How many hours per week?")
    await house.ask("Is remote work possible?", waits=True)
    await house.ask("May I bring my dog?", "p2")
    width, height = SIZES[size]
    page = await opened(browser, viewport={"width": width, "height": height})
    root = site.shared.address.url("")
    await page.goto(await site.shared.invite("Ada", Role.EDITOR))
    script = axe.AXE_FILE_PATH.read_text("utf-8")
    found = [await violations(page, script)]
    await come_in(site, page)
    paths = (
        "/",
        "/gaps/1",
        "/gaps/2?act=1",
        "/questions",
        f"/questions/{uid}",
        "/knowledge",
        "/knowledge/nurse?question=hours",
        "/coverage",
        "/coverage?state=open",
        "/insights",
        "/sessions",
        "/nothing",
    )
    for path in paths:
        await page.goto(root + path)
        await page.evaluate(
            "document.querySelectorAll('details').forEach((d) => { d.open = true })"
        )
        found.append(await violations(page, script))
        too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.evaluate(too_wide), path

    assert found == [[]] * (len(paths) + 1)


async def test_what_is_not_accessible_would_be_seen(site: Site, browser: Any) -> None:
    page = await opened(browser)
    await page.goto(await site.shared.invite("Ada", Role.EDITOR))
    await page.evaluate("document.querySelector('main').innerHTML = '<input><img src=x>'")

    seen = await violations(page, axe.AXE_FILE_PATH.read_text("utf-8"))

    assert any(" label: " in one for one in seen)
    assert any(" image-alt: " in one for one in seen)


async def violations(page: Any, script: str) -> list[str]:
    """What axe finds in light, and of contrast in dark.

    It is run from outside: the page's own policy lets nothing foreign in.
    """
    await page.evaluate(script)
    found = []
    for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
        await page.emulate_media(color_scheme=scheme)
        result = await page.evaluate("(rules) => axe.run(document, rules)", rules)
        found += _told(page.url, scheme, result)
    return found


def _told(url: str, scheme: str, result: Any) -> list[str]:
    return [
        f"{url} {scheme}: {one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in result["violations"]
        for node in one["nodes"]
    ]
