"""The whole bot around a block: fake Bot API server, real log, real web server on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot import app
from bot.channels.telegram.channel import TelegramChannel, Tuning, WebhookChannel
from bot.channels.telegram.intake import Patience
from bot.channels.telegram.limits import Rates
from bot.channels.telegram.polling import Waits
from bot.settings import Settings, load_settings
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import TOKEN, FakeApi

TUNING = Tuning(
    rates=Rates(overall=0, chat=0, group=0),
    patience=Patience(pause=0.01, seconds=0.5, reply=0.2, stop=2.0),
    waits=Waits(poll=5.0, first_pause=0.01, longest_pause=0.05),
)
CALM = replace(TUNING, patience=Patience(pause=0.01, stop=2.0))
"""With time enough for every update, for tests that are about something else."""

URL = "https://bot.example.org/jobs/telegram"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def settings_in(folder: Path, *lines: str) -> Settings:
    file = folder / "config.yaml"
    listen = f"web: {{listen: '127.0.0.1:{free_port()}'}}"
    file.write_text("\n".join(("database: sqlite:///log.db", listen, *lines)), "utf-8")
    return load_settings(file, {})


def web(settings: Settings) -> str:
    assert settings.web is not None
    return f"http://{settings.web.listen}"


@asynccontextmanager
async def bot(
    api: FakeApi,
    settings: Settings,
    brain: app.Brain,
    mode: str = "polling",
    *,
    tuning: Tuning = TUNING,
) -> AsyncIterator[str]:
    """Runs the bot around a block; it is stopped in an orderly way. Gives its web address."""
    channel = TelegramChannel(TOKEN, api=api.url, tuning=tuning)
    if mode == "webhook":
        channel = WebhookChannel(TOKEN, url=URL, api=api.url, tuning=tuning)
        api.webhook_target = f"{web(settings)}/telegram"
    stop = asyncio.Event()
    task = asyncio.create_task(app.run(brain, settings, [channel], stop))
    await eventually(lambda: task.done() or api.called("setMyCommands"))
    try:
        yield web(settings)
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await task
