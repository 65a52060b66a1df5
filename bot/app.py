"""Builds the real parts, runs them side by side, and closes them.

What stays out: what the command line says and when the process exits (`bot.cli`).
"""

import asyncio
import datetime as dt
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from signal import SIGINT, SIGTERM

from starlette.routing import BaseRoute

from bot.core.bucket import Buckets
from bot.core.message import Incoming, Sender
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase
from bot.core.readings import Understander
from bot.core.scene import About
from bot.errands import end_waits, pay, tell
from bot.errors import BotError, ConfigError
from bot.knowledge import watching
from bot.knowledge.live import Live
from bot.messengers import (
    Announcing,
    Called,
    Messenger,
    Queueing,
    Remembering,
    Resigning,
    Restless,
    menus,
)
from bot.moderating import Moderation
from bot.ports import Knowledge, Receiver, Unwatched, Watch
from bot.review import Parts, routes_beside
from bot.service import Service
from bot.settings import Settings, WebServer
from bot.storage.inbox import Inbox
from bot.storage.outbox import Outbox
from bot.storage.people import SqlPeople
from bot.storage.retention import keep_clean
from bot.storage.store import SqlStore
from bot.storage.traces import Traces
from bot.web.health import Health
from bot.web.metrics import Counted, Metrics
from bot.web.server import NotListening, listening, serve

_log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]


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

    knowledge: Knowledge
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
        wait_days=settings.wait_days,
    )


def service(
    brain: Brain,
    store: SqlStore,
    settings: Settings,
    *,
    drafts: bool = False,
    watch: Watch | None = None,
) -> Service:
    """The conversation over *store*; *drafts* are served by the terminal only."""
    return Service(
        store,
        brain.knowledge,
        brain.phrases,
        brain.understand,
        brain.clock,
        about(settings),
        drafts,
        watch or Unwatched(),
        people=SqlPeople(store),
    )


async def open_store(settings: Settings) -> SqlStore:
    """The log that the settings name; the caller closes it.

    Raises:
        StoreError: it cannot be used.
    """
    url = settings.database.get_secret_value()
    return await SqlStore.open(url, key=settings.key, folder=settings.folder)


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
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(await open_store(settings))
        metrics = Metrics()
        conversation = service(brain, store, settings, watch=metrics)
        limits = settings.limits
        conversation.buckets = Buckets(limits.messages_per_minute, limits.burst)
        conversation.notices = outbox = Outbox(store.database)
        moderation = _moderation(brain, settings, store)
        house = _House(
            brain, settings, store, metrics, conversation, SqlPeople(store), outbox, moderation
        )
        for channel in channels:
            parts.push_async_callback(channel.close)
        try:
            async with asyncio.TaskGroup() as tasks:
                await _run(house, channels, stop, tasks)
        except BaseExceptionGroup as group:
            if (told := _told(group)) is not None:
                raise told from group
            raise
    _log.info("stopped")


@dataclass(frozen=True)
class _House:
    """What all channels share."""

    brain: Brain
    settings: Settings
    store: SqlStore
    metrics: Metrics
    conversation: Service
    people: SqlPeople
    outbox: Outbox
    moderation: Moderation | None = None

    async def keep(self, incoming: Incoming, raw: str | None, reason: str) -> None:
        """An update is given up: keep it."""
        if raw is None:
            await self.conversation.give_up(incoming)
        else:
            await self.store.set_aside(incoming, raw, reason)
        self.metrics.handled(incoming.sender.channel, "given_up")

    async def gone(self, sender: Sender) -> None:
        """Somebody has left, or wants nothing of us any more: what waits for them goes."""
        waits = await self.people.gone(sender, self.brain.clock())
        self.metrics.handled(sender.channel, "gone")
        _log.info("a chat is gone", extra={"channel": sender.channel, "waits": waits})

    async def moved(self, old: Sender, new: Sender) -> None:
        """A group has another address: what is kept of it follows."""
        rows = await self.people.moved(old, new)
        _log.info("a group has moved", extra={"channel": old.channel, "rows": rows})


async def _run(
    house: _House, channels: Sequence[Messenger], stop: asyncio.Event, tasks: asyncio.TaskGroup
) -> None:
    settings, store = house.settings, house.store
    counted = Counted(house.conversation, house.metrics)
    closing = asyncio.Event()
    routes: list[BaseRoute] = []
    for channel in channels:
        routes += _acquainted(channel, counted, house)
        if isinstance(channel, Remembering):
            # Before anything is tidied up: it may have lain there for days.
            await _inbox(channel, store).renew(house.brain.clock())
    chores = [
        tasks.create_task(
            keep_clean(store, settings.retention_days, house.brain.clock, asyncio.sleep)
        ),
        tasks.create_task(end_waits(house.people.waiting, house.conversation)),
    ]
    if house.moderation is not None:
        chores.append(tasks.create_task(house.moderation.rounds()))
    if isinstance(house.brain.knowledge, Live):
        tasks.create_task(watching.watch(house.brain.knowledge, stop))
    if routes or settings.web is not None:
        routes += [Health(store.prove).route(), house.metrics.route()]
        house.metrics.watch_gaps(store.open_count)
        routes += _review(house)
        where = _listening(settings)
        tls = settings.web.tls if settings.web is not None else None
        certificate = (tls.certificate, tls.key) if tls is not None else None
        tasks.create_task(serve(routes, where, closing, certificate))
    serving = [tasks.create_task(_serve(channel, counted, house, stop)) for channel in channels]
    await stop.wait()
    _log.info("stopping")
    for chore in chores:
        chore.cancel()
    # The web server last: what is in flight is answered through it.
    if serving:
        await asyncio.wait(serving)
    if house.moderation is not None:
        await house.moderation.drained()
    closing.set()


def _acquainted(channel: Messenger, counted: Receiver, house: _House) -> Sequence[BaseRoute]:
    """Tell a messenger whom to tell what; returns what must be served for it."""
    if isinstance(channel, Resigning):
        channel.resign_to(house.keep)
    if isinstance(channel, Restless):
        channel.report_to(house.gone, house.moved)
    if isinstance(channel, Remembering):
        traces = Traces(house.store.database, house.store.pseudonyms)
        channel.remember_with(traces, _inbox(channel, house.store))
    if house.moderation is not None:
        house.moderation.attend(channel)
    if isinstance(channel, Queueing):
        house.metrics.watch_queue(channel.name, partial(getattr, channel, "waiting"))
    return channel.routes(counted) if isinstance(channel, Called) else ()


def _inbox(channel: Remembering, store: SqlStore) -> Inbox:
    return Inbox(store.database, store.pseudonyms, channel.name, channel.account)


def _moderation(brain: Brain, settings: Settings, store: SqlStore) -> Moderation | None:
    """The moderators' desk, where the knowledge can be read again once they have answered."""
    knowledge = brain.knowledge
    if not isinstance(knowledge, Live):
        return None
    parts = Parts(store, knowledge, brain.phrases, brain.clock, about(settings))
    return Moderation.of(parts, settings)


def _review(house: _House) -> Sequence[BaseRoute]:
    """The review page, where the settings want it."""
    moderation = house.moderation
    if moderation is None:
        return ()
    desk, standing = moderation.desk, moderation.standing
    routes, page = routes_beside(moderation.parts, house.settings, desk, standing)
    if page is not None:
        moderation.link_by(page)
    return routes


def _listening(settings: Settings) -> socket.socket:
    address = (settings.web or WebServer()).listen
    try:
        where = listening(address)
    except NotListening as error:
        how = "name another address, or end the program that listens there"
        raise settings.problem("web", "listen", what=str(error), how=how) from error
    _log.info("the web server listens", extra={"address": address})
    return where


async def _serve(channel: Messenger, counted: Receiver, house: _House, stop: asyncio.Event) -> None:
    await channel.open(stop)
    if stop.is_set():
        return
    _log.info("connected", extra={"channel": channel.name})
    async with asyncio.TaskGroup() as errands:
        sides = [
            errands.create_task(pay(channel, house.store, house.conversation)),
            errands.create_task(tell(channel, house.outbox, house.conversation)),
        ]
        if house.moderation is not None:
            sides.append(errands.create_task(house.moderation.rounds_in(channel)))
        if isinstance(channel, Announcing):
            sides.append(errands.create_task(channel.announce(menus(house.brain.phrases))))
        await channel.poll(counted, stop)
        for side in sides:
            side.cancel()


def _heed_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def heed() -> None:
        stop.set()
        for number in (SIGTERM, SIGINT):
            loop.remove_signal_handler(number)

    for number in (SIGTERM, SIGINT):
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
