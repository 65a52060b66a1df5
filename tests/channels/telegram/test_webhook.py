import asyncio
import dataclasses
import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram.channel import Hooks, TelegramChannel, Tuning
from bot.channels.telegram.updates import Raw
from bot.channels.telegram.webhook import HEADER, is_secret, paths_of, secret_for
from bot.errors import ConfigError, TryLater
from bot.web.server import Doors
from tests.channels.telegram.conftest import QUICK
from tests.channels.telegram.doubles import Echo, eventually
from tests.channels.telegram.fakeapi import TOKEN, FakeApi
from tests.channels.telegram.serving import served

URL = "https://bot.example.org/jobs/telegram"
SECRET = "a-secret_of-the-test"  # noqa: S105


@dataclass
class Served:
    address: str
    client: aiohttp.ClientSession

    async def post(self, body: bytes, secret: str = SECRET, path: str = "/telegram") -> int:
        headers = {HEADER: secret}
        async with self.client.post(
            self.address + path, data=io.BytesIO(body), headers=headers
        ) as answer:
            return answer.status


Hooked = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def hooked(api: FakeApi) -> Hooked:
    """Runs a channel by webhook around a block; the fake server delivers to it."""

    @asynccontextmanager
    async def run(
        echo: Echo, *, hooks: Hooks | None = None, tuning: Tuning = QUICK
    ) -> AsyncIterator[Served]:
        channel = TelegramChannel(TOKEN, api=api.url, hooks=hooks, tuning=tuning)
        stop = asyncio.Event()
        await channel.open()
        webhook = channel.webhook(echo, URL, SECRET)
        async with served(Doors(webhook.routes)) as address:
            api.webhook_target = f"{address}/telegram"
            running = asyncio.create_task(webhook.run(stop))
            async with aiohttp.ClientSession() as client:
                await eventually(lambda: api.webhook)
                yield Served(address, client)
            stop.set()
            await running
        await channel.close()

    return run


def update(text: str, number: int = 1) -> bytes:
    return (
        f'{{"update_id": {number}, "message": {{"message_id": 1, "date": 1, "text": "{text}", '
        '"chat": {"id": 7, "type": "private"}, '
        '"from": {"id": 7, "is_bot": false, "first_name": "A"}}}'
    ).encode()


async def test_the_webhook_is_set_with_its_secret_and_what_is_wanted(
    api: FakeApi, hooked: Hooked
) -> None:
    async with hooked(Echo()):
        pass

    assert api.webhook["url"] == URL
    assert api.webhook["secret_token"] == SECRET
    assert api.webhook["max_connections"] == "100"
    assert "edited_message" in api.webhook["allowed_updates"]
    assert "drop_pending_updates" not in api.webhook


async def test_a_question_is_answered_before_it_is_confirmed(api: FakeApi, hooked: Hooked) -> None:
    echo = Echo(slow={"slow": 0.2})
    number = api.says("slow")

    async with hooked(echo):
        await eventually(lambda: echo.began == ["slow"])
        assert api.confirmed == []
        await eventually(lambda: api.confirmed == [number])

    assert api.texts() == ["re: slow"]


async def test_what_fails_is_given_up_only_when_it_is_stored(api: FakeApi, hooked: Hooked) -> None:
    down = True

    async def store(update: Raw, reason: str) -> None:
        if down:
            raise OSError("disk full")

    echo = Echo(trouble={"bad": [ValueError("no")] * 9})
    number = api.says("bad")

    async with hooked(echo, hooks=Hooks(give_up=store)):
        await eventually(lambda: len(echo.began) > 4)
        assert api.confirmed == []
        down = False
        await eventually(lambda: api.confirmed == [number])


async def test_an_update_sent_again_while_it_is_handled_is_handled_once(
    api: FakeApi, hooked: Hooked
) -> None:
    echo = Echo(slow={"once": 0.2})

    async with hooked(echo) as bot:
        answers = await asyncio.gather(*(bot.post(update("once")) for _ in range(5)))

    assert answers == [200] * 5
    assert echo.began == ["once"]


async def test_what_is_not_finished_at_the_stop_is_not_confirmed(
    api: FakeApi, hooked: Hooked
) -> None:
    echo = Echo(slow={"endless": 60})
    patience = dataclasses.replace(QUICK.patience, stop=0.1)
    async with hooked(echo, tuning=dataclasses.replace(QUICK, patience=patience)):
        number = api.says("endless")
        await eventually(lambda: echo.began == ["endless"])
    assert api.confirmed == []
    again = Echo()

    async with hooked(again):
        await eventually(lambda: number in api.confirmed)

    assert again.texts == ["endless"]


async def test_more_than_may_wait_are_refused_and_come_again(api: FakeApi, hooked: Hooked) -> None:
    echo = Echo(slow={f"{n}": 0.02 for n in range(30)})
    patience = dataclasses.replace(QUICK.patience, waiting=5, side_by_side=5)

    async with hooked(echo, tuning=dataclasses.replace(QUICK, patience=patience)):
        numbers = [api.says(f"{n}", chat=n + 1) for n in range(30)]
        await eventually(lambda: sorted(api.confirmed) == numbers)

    assert 503 in api.webhook_answers
    assert sorted(echo.texts, key=int) == [f"{n}" for n in range(30)]


async def test_a_reply_that_is_owed_is_sent_later(api: FakeApi, hooked: Hooked) -> None:
    echo = Echo(trouble={"x": [TryLater(0.05)]})

    async with hooked(echo) as bot:
        assert await bot.post(update("x")) == 200

    assert api.texts() == ["re: x"]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "é"])
async def test_without_the_secret_nothing_is_read(hooked: Hooked, secret: str) -> None:
    echo = Echo()

    async with hooked(echo) as bot:
        assert await bot.post(b"x" * 5_000_000, secret) == 403
        assert await bot.post(update("forged"), secret) == 403

    assert echo.began == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b'{"update_id": "1"}', 400),
        (b'{"update_id": true}', 400),
        (b"[" * 200_000, 400),
        (b'{"update_id": 1}', 200),
        (b'"' + b"x" * (1024 * 1024 - 2) + b'"', 400),
        (b'"' + b"x" * (1024 * 1024 - 1) + b'"', 413),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_bodies_that_are_no_update(hooked: Hooked, body: bytes, status: int) -> None:
    async with hooked(Echo()) as bot:
        assert await bot.post(body) == status


async def test_half_a_surrogate_pair_keeps_no_update_from_being_taken(hooked: Hooked) -> None:
    echo = Echo()

    async with hooked(echo) as bot:
        assert await bot.post(update(r"\ud83d?")) == 200

    assert echo.texts == ["\ufffd?"]


@pytest.mark.parametrize("length", ["9" * 5000, "1048577", "-1", "x", "0x10"])
async def test_a_length_that_is_none_or_too_great_is_refused(api: FakeApi, length: str) -> None:
    echo = Echo()
    webhook = TelegramChannel(TOKEN, api=api.url).webhook(echo, URL, SECRET)
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode()), (HEADER.lower().encode(), SECRET.encode())]
    scope = {"type": "http", "method": "POST", "path": "/telegram", "headers": headers}
    await Doors(webhook.routes)(scope, receive, send)

    assert sent[0]["status"] == 413
    assert echo.began == []


async def test_a_request_that_breaks_off_is_nobodys_update(api: FakeApi) -> None:
    echo = Echo()
    webhook = TelegramChannel(TOKEN, api=api.url).webhook(echo, URL, SECRET)
    pieces = [
        {"type": "http.request", "body": update("half")[:20], "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(HEADER.lower().encode(), SECRET.encode())]
    scope = {"type": "http", "method": "POST", "path": "/telegram", "headers": headers}
    await Doors(webhook.routes)(scope, receive, send)

    assert sent == []
    assert echo.began == []


async def test_a_body_without_a_length_is_cut_off(hooked: Hooked) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    async with hooked(Echo()) as bot:
        post = bot.client.post(f"{bot.address}/telegram", data=endless(), headers={HEADER: SECRET})
        async with post as answer:
            assert answer.status == 413


@pytest.mark.parametrize(
    ("path", "status"), [("/telegram", 200), ("/jobs/telegram", 200), ("/other", 404)]
)
async def test_behind_a_proxys_path_and_at_the_root(hooked: Hooked, path: str, status: int) -> None:
    async with hooked(Echo()) as bot:
        assert await bot.post(update("x"), path=path) == status


async def test_only_posts_are_taken(hooked: Hooked) -> None:
    async with hooked(Echo()) as bot, bot.client.get(f"{bot.address}/telegram") as answer:
        assert answer.status == 405


@pytest.mark.parametrize(
    ("url", "paths"),
    [
        ("https://a.org", ["/"]),
        ("https://a.org/", ["/"]),
        ("https://a.org/t", ["/t"]),
        ("https://a.org/x/y/t/", ["/x/y/t", "/y/t", "/t"]),
    ],
)
def test_each_suffix_of_the_path_counts(url: str, paths: list[str]) -> None:
    assert paths_of(url) == paths


def test_the_secret_made_up_is_steady_and_one_that_telegram_takes() -> None:
    assert secret_for("a") == secret_for("a") != secret_for("b")
    assert is_secret(secret_for("a"))


@pytest.mark.parametrize("secret", ["with space", "é", "x" * 257])
def test_a_secret_that_telegram_would_not_take_is_refused(secret: str) -> None:
    with pytest.raises(ConfigError):
        TelegramChannel(TOKEN).webhook(Echo(), URL, secret)


async def test_a_url_that_telegram_does_not_take_is_the_operators_to_mend(
    api: FakeApi, channel: TelegramChannel
) -> None:
    listening = channel.webhook(Echo(), "http://bot.example.org/t")

    with pytest.raises(ConfigError, match="https url"):
        await listening.run(asyncio.Event())


async def test_polling_removes_the_webhook(api: FakeApi, polled: Any) -> None:
    api.webhook = {"url": URL}
    echo = Echo()
    api.says("x")

    async with polled(echo):
        await eventually(lambda: echo.texts == ["x"])

    assert "drop_pending_updates" not in api.called("deleteWebhook")[0]
