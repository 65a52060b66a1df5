"""The wire: a proxy that the environment names is used, and looked up once."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram.error import TelegramError

from bot.channels.telegram import request
from bot.channels.telegram.request import AiohttpRequest


@pytest.fixture
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that answers everything itself; its address, and what it was asked for."""
    asked: list[str] = []

    async def answer(incoming: web.BaseRequest) -> web.Response:
        asked.append(str(incoming.url))
        return web.json_response({"ok": True, "result": True})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}", asked
    await runner.cleanup()


@pytest.mark.parametrize(("exempt", "reached"), [("", True), ("127.0.0.1", False)])
async def test_a_proxy_that_the_environment_names_is_used(
    proxy: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    exempt: str,
    reached: bool,  # noqa: FBT001 - drawn
) -> None:
    address, asked = proxy
    for name, value in (("http_proxy", address), ("no_proxy", exempt)):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(request, "proxy_for", request.proxy_for.__wrapped__)
    wire = AiohttpRequest(timeout=0.5, connect_timeout=0.5)
    await wire.initialize()

    try:
        status, _ = await wire.do_request("http://127.0.0.1:9/bot1/getMe", "POST")
    except TelegramError:
        status = 0  # nobody listens there
    await wire.shutdown()

    assert (status == 200) is reached
    assert asked == (["http://127.0.0.1:9/bot1/getMe"] if reached else [])
