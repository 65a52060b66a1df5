"""Builds the real parts, runs them side by side, and closes them.

What stays out: what the command line says and when the process exits (`bot.cli`).
"""

import asyncio
import datetime as dt
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase
from bot.core.scene import About
from bot.errors import BotError, ConfigError
from bot.ports import Channel, Store
from bot.service import Service, Understander
from bot.settings import Settings
from bot.storage.retention import keep_clean
from bot.storage.store import SqlStore

_log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]


class Messenger(Channel, Protocol):
    """A channel that receives by itself."""

    async def open(self, stop: asyncio.Event | None = None) -> None:
        """Connect; returns early at *stop*.

        Raises:
            ConfigError: it never will work with these settings.
        """
        ...

    async def poll(self, service: Service, stop: asyncio.Event) -> None:
        """Hand over what comes in until *stop*, then finish what is in flight."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


@dataclass(frozen=True)
class Standing:
    """Knowledge that was read once and stays as it is."""

    base: KnowledgeBase

    def current(self) -> KnowledgeBase:
        """See `bot.ports.Knowledge.current`."""
        return self.base


@dataclass(frozen=True)
class Brain:
    """What answering needs besides the settings: knowledge, sentences, engine, and the time."""

    base: KnowledgeBase
    phrases: Phrases
    understand: Understander
    clock: Clock = field(default=lambda: dt.datetime.now(dt.UTC))


def about(settings: Settings) -> About:
    """What the assistant says of its operator."""
    organisation = settings.organisation
    return About(
        organisation=organisation.name,
        contact=organisation.contact,
        privacy_url=organisation.privacy_url or "",
        retention_days=settings.retention_days,
    )


def service(brain: Brain, store: Store, settings: Settings, *, drafts: bool = False) -> Service:
    """The conversation over *store*; *drafts* are served by the terminal only."""
    return Service(
        store,
        Standing(brain.base),
        brain.phrases,
        brain.understand,
        brain.clock,
        about(settings),
        drafts,
    )


async def open_store(settings: Settings) -> SqlStore:
    """The log that the settings name; the caller closes it.

    Raises:
        StoreError: it cannot be used.
    """
    url = settings.database.get_secret_value()
    return await SqlStore.open(url, key=settings.key, folder=settings.folder)


def messengers(settings: Settings) -> tuple[Messenger, ...]:
    """The messengers that the settings name, not yet connected.

    Raises:
        ConfigError: none is named, or one that this version does not have.
    """
    if settings.signal is not None:
        what = "Signal is not available in this version"
        raise settings.problem("signal", what=what, how="remove the section")
    if settings.telegram.mode == "webhook":
        what = "the mode webhook is not available in this version"
        raise settings.problem("telegram", "mode", what=what, how="write `mode: polling`")
    token = settings.telegram_token()
    if token is None:
        what = "no messenger is set up: there is no token for Telegram"
        how = "set FAQBOT_TELEGRAM__TOKEN, or `token` or `token_file` below `telegram:`"
        raise settings.problem("telegram", what=what, how=how)
    # Here, so that commands that speak to nobody need not load it.
    from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415

    return (TelegramChannel(token.get_secret_value(), api=settings.telegram.api),)


async def run(
    brain: Brain,
    settings: Settings,
    channels: Sequence[Messenger],
    stop: asyncio.Event | None = None,
) -> None:
    """Serve *channels* until *stop*, SIGTERM or SIGINT; a second signal does not wait.

    Raises:
        BotError: what a channel or the log cannot work with.
    """
    stop = stop or asyncio.Event()
    _heed_signals(stop)
    if settings.web is not None:
        _log.warning("the web server is not available in this version: `web` is ignored")
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(await open_store(settings))
        conversation = service(brain, store, settings)
        for channel in channels:
            parts.push_async_callback(channel.close)
        try:
            async with asyncio.TaskGroup() as tasks:
                cleaning = tasks.create_task(
                    keep_clean(store, settings.retention_days, brain.clock, asyncio.sleep)
                )
                for channel in channels:
                    tasks.create_task(_serve(channel, conversation, stop))
                await stop.wait()
                _log.info("stopping")
                cleaning.cancel()
        except BaseExceptionGroup as group:
            if (told := _told(group)) is not None:
                raise told from group
            raise
    _log.info("stopped")


async def _serve(channel: Messenger, conversation: Service, stop: asyncio.Event) -> None:
    await channel.open(stop)
    if not stop.is_set():
        _log.info("%s is connected", channel.name)
        await channel.poll(conversation, stop)


def _heed_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def heed() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heed)


def _told(group: BaseExceptionGroup[BaseException]) -> BotError | None:
    """The errors that were raised on purpose as one, or None if there is another among them."""
    errors = list(_leaves(group))
    ours = [error for error in errors if isinstance(error, BotError)]
    if len(ours) < len(errors):
        return None
    problems = [p for error in ours if isinstance(error, ConfigError) for p in error.problems]
    return ConfigError(*problems) if problems else ours[0]


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
