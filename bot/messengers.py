"""The messengers that the settings name: built, introduced, and what one may be able to do.

What stays out: serving them (`bot.app`).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from starlette.routing import Route

from bot.core.message import Incoming, Sender
from bot.core.phrases import Phrases
from bot.errors import TryLater
from bot.ports import Channel, Receiver
from bot.settings import Settings, Signal
from bot.storage.inbox import Inbox
from bot.storage.traces import Traces

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel

COMMANDS = (
    "start",
    "help",
    "topics",
    "postings",
    "language",
    "privacy",
    "mydata",
    "forget",
    "stop",
)
"""The commands that messengers offer, in this order; ``command.<name>`` says what each is for."""

_CONNECT = 30.0
"""Seconds for reaching a messenger, for a command that somebody waits for."""


class Messenger(Channel, Protocol):
    """A channel that receives by itself."""

    async def open(self, stop: asyncio.Event | None = None) -> None:
        """Connect; returns early at *stop*.

        Raises:
            ConfigError: it never will work with these settings.
        """
        ...

    async def poll(self, service: Receiver, stop: asyncio.Event) -> None:
        """Hand over what comes in until *stop*, then finish what is in flight."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


@runtime_checkable
class Called(Protocol):
    """A messenger that is called over the web."""

    def routes(self, service: Receiver) -> Sequence[Route]:
        """What must be served before `Messenger.poll` is called."""
        ...


@runtime_checkable
class Resigning(Protocol):
    """A messenger that gives up what cannot be handled, once it was kept."""

    def resign_to(self, keep: Callable[[Incoming, str | None, str], Awaitable[None]]) -> None:
        """Have *keep* keep the update, how it came where it cannot be read, and the reason."""
        ...


@runtime_checkable
class Remembering(Protocol):
    """A messenger that looks things up in the log, and keeps what it is handed only once."""

    name: str
    account: str

    def remember_with(self, traces: Traces, inbox: Inbox) -> None:
        """Use these from now on."""
        ...


@runtime_checkable
class Restless(Protocol):
    """A messenger that learns of chats that are gone, or that have another address."""

    def report_to(
        self,
        gone: Callable[[Sender], Awaitable[None]],
        moved: Callable[[Sender, Sender], Awaitable[None]],
    ) -> None:
        """Have *gone* and *moved* told of them, before the update that says so is confirmed."""
        ...


@runtime_checkable
class Announcing(Protocol):
    """A messenger with a menu of commands."""

    async def announce(self, menus: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Publish the commands with what they are for, by language."""
        ...


@runtime_checkable
class Queueing(Protocol):
    """A messenger that says how much waits."""

    @property
    def waiting(self) -> int:
        """How many updates are known and not yet taken."""
        ...


def menus(phrases: Phrases) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The commands with what they are for, by language."""
    return {
        language: [(name, phrases.say(language, f"command.{name}")) for name in COMMANDS]
        for language in phrases.languages
    }


def profiles(phrases: Phrases, organisation: str) -> Mapping[str, tuple[str, str, str]]:
    """What a messenger shows of the bot, by language: name, short and long description."""
    name = "profile.name" if organisation else "profile.name_plain"
    return {
        language: (
            phrases.say(language, name, organisation=organisation),
            phrases.say(language, "profile.short"),
            phrases.say(language, "profile.description"),
        )
        for language in phrases.languages
    }


async def telegram_name(settings: Settings) -> str:
    """The bot's name on Telegram, without the @.

    Raises:
        ConfigError: there is no token, or it is refused.
        TryLater: Telegram cannot be reached.
    """
    async with _telegram(settings) as channel:
        return channel.username


async def set_up_telegram(settings: Settings, phrases: Phrases) -> str:
    """Set what Telegram shows of the bot; returns its name.

    Raises:
        ConfigError: there is no token, or it is refused.
        DeliveryError: Telegram does not take it.
    """
    async with _telegram(settings) as channel:
        await channel.introduce(profiles(phrases, settings.organisation.name))
        await channel.announce(menus(phrases))
        return channel.username


@asynccontextmanager
async def _telegram(settings: Settings) -> "AsyncIterator[TelegramChannel]":
    """The account on Telegram, connected, for a command that does one thing."""
    from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415

    token = _token(settings)
    channel = TelegramChannel(token, api=settings.telegram.api)
    try:
        async with asyncio.timeout(_CONNECT):
            await channel.open()
        yield channel
    except TimeoutError as error:
        raise TryLater(60.0, f"{settings.telegram.api} cannot be reached") from error
    finally:
        await channel.close()


def configured(settings: Settings) -> tuple[Messenger, ...]:
    """The messengers that the settings name, not yet connected.

    Raises:
        ConfigError: none is named.
    """
    signal = settings.signal
    if signal is None:
        return (_telegram_messenger(settings, _token(settings)),)
    found: list[Messenger] = [_signal_messenger(signal)]
    if (token := settings.telegram_token()) is not None:
        found.insert(0, _telegram_messenger(settings, token.get_secret_value()))
    return tuple(found)


def _signal_messenger(signal: Signal) -> Messenger:
    from bot.channels.signal.channel import SignalChannel, Tuning  # noqa: PLC0415 - as below

    tuning = Tuning(notices=signal.sending.notices_per_minute)
    return SignalChannel(signal.rpc, signal.account, tuning=tuning)


def _telegram_messenger(settings: Settings, token: str) -> Messenger:
    # Here, so that commands that speak to nobody need not load it.
    from bot.channels.telegram.channel import (  # noqa: PLC0415
        TelegramChannel,
        Tuning,
        WebhookChannel,
    )
    from bot.channels.telegram.limits import Rates  # noqa: PLC0415

    telegram, hook = settings.telegram, settings.telegram.webhook
    sending = telegram.sending
    rates = Rates(overall=sending.overall, chat=sending.chat, group=sending.group)
    more: dict[str, Any] = {"api": telegram.api, "tuning": Tuning(rates=rates)}
    if telegram.mode == "polling" or hook is None:
        return TelegramChannel(token, **more)
    secret = hook.secret.get_secret_value() if hook.secret is not None else ""
    return WebhookChannel(token, url=hook.url, secret=secret, **more)


def _token(settings: Settings) -> str:
    token = settings.telegram_token()
    if token is None:
        what = "no messenger is set up: there is no token for Telegram"
        how = "set FAQBOT_TELEGRAM__TOKEN, or `token` or `token_file` below `telegram:`"
        raise settings.problem("telegram", what=what, how=how)
    return token.get_secret_value()
