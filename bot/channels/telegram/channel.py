"""Telegram as a `bot.ports.Channel`, and its two ways in wired together."""

import asyncio
import datetime as dt
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from starlette.routing import Route
from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.channels.stopping import unless
from bot.channels.telegram.api import Api
from bot.channels.telegram.commands import GROUPS, Command, Profile, introduce, publish
from bot.channels.telegram.intake import Intake, Patience
from bot.channels.telegram.limits import Pace, Rates, seconds_of
from bot.channels.telegram.masking import hush, mask
from bot.channels.telegram.polling import Polling, Waits
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.sending import Outbox, Place, translated
from bot.channels.telegram.updates import (
    ALLOWED_UPDATES,
    Gone,
    Me,
    Moved,
    Raw,
    plain_question,
    read,
)
from bot.channels.telegram.webhook import Webhook, is_secret, secret_for
from bot.channels.trouble import Trouble
from bot.core.message import Incoming, Message, Reply, Sender, Tap
from bot.errors import ConfigError, DeliveryError, Problem
from bot.ports import Receiver

_log = logging.getLogger(__name__)

TELEGRAM = "https://api.telegram.org"
NOTICEABLE = 1.0
"""Seconds after which the person is shown that an answer is being written."""

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_HOW = "put the token that BotFather gave into FAQBOT_TELEGRAM__TOKEN or telegram.token"

T = TypeVar("T")


async def _store_nowhere(update: Raw, reason: str) -> None:
    """The default of `Hooks.give_up`: the intake has logged it already."""


async def _not_interested(update: Update) -> bool:  # noqa: ARG001 - the shape of the hook
    """The default of `Hooks.intercept`."""
    return False


async def _note_gone(chat: str) -> None:
    """The default of `Hooks.gone`."""


async def _note_moved(old: str, new: str) -> None:
    """The default of `Hooks.moved`."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who is told of what does not go to the service.

    Args:
        give_up: an update that is given up, as it came, and why; it is confirmed once this
            returns, and not while it raises.
        intercept: sees each update first that is no plain question in a private chat; True keeps
            it from the service (the moderators' group).
        gone: the address of a chat in which nobody is reached any more.
        moved: the old and the new address of a group that became a supergroup.
    """

    give_up: Callable[[Raw, str], Awaitable[None]] = _store_nowhere
    intercept: Callable[[Update], Awaitable[bool]] = _not_interested
    gone: Callable[[str], Awaitable[None]] = _note_gone
    moved: Callable[[str, str], Awaitable[None]] = _note_moved


@dataclass(frozen=True, slots=True)
class Tuning:
    """What an operator or a benchmark may want to set otherwise."""

    rates: Rates = field(default_factory=Rates)
    patience: Patience = field(default_factory=Patience)
    waits: Waits = field(default_factory=Waits)
    request: Callable[[int], BaseRequest] = AiohttpRequest
    """Makes the pool of connections, given how many; for another one than aiohttp's."""


class TelegramChannel:
    """One bot account on Telegram.

    Raises:
        ConfigError: the token is missing or cannot be one.
    """

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        api: str = TELEGRAM,
        hooks: Hooks | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        hush()  # before the library logs anything
        self._token = checked(token)
        self.account = token.strip().partition(":")[0]
        self._server = api
        self._hooks = hooks or Hooks()
        self._tuning = tuning or Tuning()
        side_by_side = self._tuning.patience.side_by_side
        self._sends = self._tuning.request(side_by_side + 16)
        self._polls = self._tuning.request(2)
        pace = Pace(self._tuning.rates)
        self._api = Api(self._token, api, self._sends, self._polls, pace)
        self._outbox = Outbox(self._api, self._moved)
        self._me = Me(int(self.account), "")
        self._errands: set[asyncio.Task[None]] = set()
        self._intakes: list[Intake] = []

    @property
    def bot(self) -> Bot:
        """The library's bot, for what is no conversation: the moderators' group, the menu."""
        return self._api

    @property
    def username(self) -> str:
        """The bot's name on Telegram without the @; empty before `open`."""
        return self._me.username

    @property
    def waiting(self) -> int:
        """How many updates are known and not yet taken."""
        return sum(intake.waiting for intake in self._intakes)

    def resign_to(self, keep: Callable[[Incoming, str | None, str], Awaitable[None]]) -> None:
        """Have *keep* keep the updates that are given up, in place of `Hooks.give_up`.

        It is given the update, how it came where it cannot be read, and why it was given up. To be
        called before anything is received.
        """

        async def give_up(raw: Raw, reason: str) -> None:
            try:
                meaning = read(Update.de_json(raw, self._api), self._me, dt.datetime.now(dt.UTC))
            except Exception:  # noqa: BLE001 - what cannot be read may fail in any way
                meaning = None
            if isinstance(meaning, Message | Tap):
                await keep(meaning, None, reason)
            else:
                nobody = Sender(self.name, self.account, "", "")
                unread = Tap(str(raw["update_id"]), nobody, "", dt.datetime.now(dt.UTC))
                await keep(unread, json.dumps(raw), reason)

        self._hooks = replace(self._hooks, give_up=give_up)

    def report_to(
        self,
        gone: Callable[[Sender], Awaitable[None]],
        moved: Callable[[Sender, Sender], Awaitable[None]],
    ) -> None:
        """Have *gone* told of chats in which nobody is reached, *moved* of groups that moved.

        In place of `Hooks.gone` and `Hooks.moved`. To be called before anything is received.
        """

        async def tell_gone(chat: str) -> None:
            await gone(self._at(chat))

        async def tell_moved(old: str, new: str) -> None:
            await moved(self._at(old), self._at(new))

        self._hooks = replace(self._hooks, gone=tell_gone, moved=tell_moved)

    def show_first(self, to: Callable[[Update], Awaitable[bool]]) -> None:
        """Have *to* see an update before it goes to the service; True keeps it from there.

        It sees all but what somebody writes in a private chat that is no command.

        In place of `Hooks.intercept`, for the moderators' group: who moderates is given the channel
        and calls this before anything is received, then sends through `bot` and answers what it is
        shown. It may be shown an update again (a crash, an error), so doing it twice must be
        harmless; an update is confirmed once *to* has returned. Updates of one chat come one after
        the other.
        """
        self._hooks = replace(self._hooks, intercept=to)

    def _at(self, chat: str) -> Sender:
        return Sender(self.name, self.account, chat, "")

    async def _moved(self, old: str, new: str) -> None:
        await self._hooks.moved(old, new)

    async def announce(self, menus: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Publish the commands with what they are for, by language; those of `GROUPS` in groups."""
        commands = {
            language: [Command(name, told, groups=name in GROUPS) for name, told in menu]
            for language, menu in menus.items()
        }
        await publish(self._api, commands)

    async def introduce(self, profiles: Mapping[str, tuple[str, str, str]]) -> None:
        """Set name, short and long description, by language.

        Raises:
            TryLater: Telegram does not take them now.
            DeliveryError: Telegram does not take them.
        """
        try:
            await introduce(self._api, {code: Profile(*texts) for code, texts in profiles.items()})
        except TelegramError as error:
            raise translated(error) from error

    async def send(self, to: Sender, reply: Reply) -> str:
        """See `bot.ports.Channel.send`."""
        return await self._outbox.send(to, reply)

    async def open(self, stop: asyncio.Event | None = None) -> None:
        """Connect and learn who the bot is; waits as long as Telegram cannot be reached.

        Raises:
            ConfigError: Telegram refuses the token.
        """
        stop = stop or asyncio.Event()
        await self._insist("starting with Telegram", self._api.initialize, stop)
        if not stop.is_set():
            self._me = Me(self._api.id, self._api.username)

    async def close(self) -> None:
        """Close the connections; harmless if there are none."""
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        for request in (self._sends, self._polls):
            await request.shutdown()

    async def poll(self, service: Receiver, stop: asyncio.Event) -> None:
        """Receive by long polling until *stop*; a webhook that was set is removed first.

        Returns after what was in flight is finished, or `Patience.stop` seconds later.
        """
        await self._insist("removing the webhook", self._api.delete_webhook, stop)
        await Polling(self._api, self._intake(service), self._tuning.waits).run(stop)

    def webhook(self, service: Receiver, url: str, secret: str = "") -> "Listening":
        """Receive at *url*: serve its routes, then run it.

        Raises:
            ConfigError: Telegram would not take *secret*.
        """
        if secret and not is_secret(secret):
            problem = "telegram.webhook.secret holds characters that Telegram does not take"
            how = "use 1-256 of A-Z a-z 0-9 _ -"
            raise ConfigError(Problem("config.yaml", 0, problem, how))
        return Listening(self, self._intake(service), url, secret or secret_for(self._token))

    async def set_webhook(self, url: str, secret: str, stop: asyncio.Event) -> None:
        """Ask Telegram to send updates to *url*, as often as it takes.

        Raises:
            ConfigError: Telegram does not take *url*.
        """

        async def ask() -> bool:
            return await self._api.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=min(100, self._tuning.patience.side_by_side),
            )

        await self._insist("setting the webhook", ask, stop)

    def _intake(self, service: Receiver) -> Intake:
        async def handle(raw: Raw) -> None:
            await self._handle(raw, service)

        intake = Intake(handle, self._hooks.give_up, self._tuning.patience, self._arrived)
        self._intakes.append(intake)
        return intake

    def _arrived(self, raw: Raw) -> None:
        """At once, before its turn: until a tap is answered, the person sees a clock on it."""
        query = raw.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            self._errand(self._api.answer_callback_query(query["id"]))

    async def _handle(self, raw: Raw, service: Receiver) -> None:
        if (question := plain_question(raw, self._me)) is not None:
            await self._receive(question, service)
            return
        update = Update.de_json(raw, self._api)
        if await self._hooks.intercept(update):
            return
        match read(update, self._me, dt.datetime.now(dt.UTC)):
            case Message() | Tap() as incoming:
                await self._receive(incoming, service)
            case Gone(chat):
                await self._hooks.gone(chat)
            case Moved(old, new):
                await self._hooks.moved(old, new)
            case None:
                pass

    async def _receive(self, incoming: Incoming, service: Receiver) -> None:
        loop = asyncio.get_running_loop()
        typing = loop.call_later(NOTICEABLE, self._show_typing, incoming.sender)
        try:
            await service.receive(incoming, self)
        finally:
            typing.cancel()

    def _show_typing(self, to: Sender) -> None:
        try:
            place = Place.of(to.chat)
        except DeliveryError:
            return
        action = self._api.send_chat_action(place.chat, ChatAction.TYPING, place.thread)
        self._errand(action)

    def _errand(self, work: Coroutine[Any, Any, object]) -> None:
        """Do *work* on the side; it is a courtesy, and may fail."""

        async def do() -> None:
            try:
                await work
            except TelegramError as error:
                _log.debug("a courtesy call failed: %s", mask(error))

        task = asyncio.create_task(do())
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _insist(
        self, doing: str, call: Callable[[], Coroutine[Any, Any, T]], stop: asyncio.Event
    ) -> T | None:
        """Make a call until it works or *stop*.

        Raises:
            ConfigError: Telegram refuses the token, or what it was asked for: no use in waiting.
        """
        waits = self._tuning.waits
        trouble = Trouble(doing, waits.first_pause, waits.longest_pause)
        while not stop.is_set():
            try:
                result = await unless(stop, call())
            except InvalidToken:
                # Not chained: the library's own error repeats the token.
                problem = f"telegram.token is refused by {self._server}"
                raise ConfigError(Problem("config.yaml", 0, problem, _HOW)) from None
            except BadRequest as error:
                problem = f"{doing}: {mask(error.message)}"
                raise ConfigError(Problem("config.yaml", 0, problem)) from None
            except RetryAfter as error:
                pause = trouble.note("RetryAfter", error.message, at_least=seconds_of(error))
            except TelegramError as error:
                pause = trouble.note(type(error).__name__, mask(error.message))
            else:
                trouble.over()
                return result
            await unless(stop, asyncio.sleep(pause))
        return None


class WebhookChannel(TelegramChannel):
    """A bot account that Telegram calls, instead of being asked for updates.

    Args:
        token: see `TelegramChannel`.
        url: where Telegram reaches `routes`.
        secret: what it sends along; made from the token if empty.
        more: see `TelegramChannel`.
    """

    def __init__(self, token: str, *, url: str, secret: str = "", **more: Any) -> None:
        super().__init__(token, **more)
        self._url = url
        self._secret = secret
        self._listening: Listening | None = None

    def routes(self, service: Receiver) -> Sequence[Route]:
        """What the web server has to serve before `poll` is called.

        Raises:
            ConfigError: Telegram would not take the secret.
        """
        self._listening = self.webhook(service, self._url, self._secret)
        return self._listening.routes

    async def poll(self, service: Receiver, stop: asyncio.Event) -> None:  # noqa: ARG002
        """Have Telegram call, until *stop*; the service is the one that `routes` was given."""
        if self._listening is None:
            raise AssertionError("routes() comes before poll()")
        await self._listening.run(stop)


class Listening:
    """A webhook: `routes` for the web application, and `run` until the stop."""

    def __init__(self, channel: TelegramChannel, intake: Intake, url: str, secret: str) -> None:
        self._channel = channel
        self._intake = intake
        self._url = url
        self._secret = secret
        self._webhook = Webhook(intake, secret)
        self.routes = self._webhook.routes(url)

    async def run(self, stop: asyncio.Event) -> None:
        """Set the webhook, and at *stop* finish what is in flight; serve the routes meanwhile.

        The webhook stays set, so that Telegram keeps what comes in until the next start.
        """
        await self._channel.set_webhook(self._url, self._secret, stop)
        await stop.wait()
        await self._intake.close()


def checked(token: str) -> str:
    """*token* without white space around it.

    Raises:
        ConfigError: it is missing or cannot be a token; its text is not repeated.
    """
    token = token.strip()
    if not token:
        raise ConfigError(Problem("config.yaml", 0, "telegram.token is missing", _HOW))
    if not _TOKEN.fullmatch(token):
        problem = "telegram.token is no bot token (digits, a colon, letters)"
        raise ConfigError(Problem("config.yaml", 0, problem, _HOW))
    return token
