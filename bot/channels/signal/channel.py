"""Signal as a `bot.ports.Channel`, and the way in wired to it."""

import asyncio
import datetime as dt
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.channels.intake import Intake, Manner, Patience
from bot.channels.signal.envelopes import (
    GROUP,
    Distrust,
    Me,
    Rating,
    Raw,
    Removal,
    concerns_us,
    event_in,
    key_of,
    lane_of,
    members_in,
    read,
)
from bot.channels.signal.line import Line, Waits
from bot.channels.signal.rpc import Address, Lost, Params, Refused
from bot.channels.signal.sending import Outbox, Pause, Quote
from bot.channels.signal.spool import Inbox, NoInbox, Spool
from bot.core.message import Heard, Incoming, Reply, Sender, Tap
from bot.errors import ConfigError, Problem, StoreError, TryLater
from bot.ports import Receiver

_log = logging.getLogger(__name__)

NOTICEABLE = 1.0
"""Seconds after which the person is shown that an answer is being written."""

_NOT_IMPLEMENTED = -32601
_BAD_PARAMS = -32602


class Traces(Protocol):
    """What the log knows of messages by the messenger's own ids: `bot.storage.traces.Traces`."""

    async def origin(self, sender: Sender, key: str) -> str:
        """The ``message_id`` under which the update *key* was kept; empty if it was not."""
        ...

    async def rated(self, sender: Sender, sent_id: str) -> tuple[str, int]:
        """What our message *sent_id* answers, as a button carries it, and how it is rated now."""
        ...

    async def erase(self, sender: Sender, message_id: str, now: dt.datetime) -> int:
        """Delete what a message said, and what is owed for it. Returns the messages touched."""
        ...


class NoTraces:
    """Knows nothing."""

    async def origin(self, sender: Sender, key: str) -> str:  # noqa: ARG002 - see `Traces`
        """See `Traces.origin`."""
        return ""

    async def rated(self, sender: Sender, sent_id: str) -> tuple[str, int]:  # noqa: ARG002 - likewise
        """See `Traces.rated`."""
        return "", 0

    async def erase(self, sender: Sender, message_id: str, now: dt.datetime) -> int:  # noqa: ARG002
        """See `Traces.erase`."""
        return 0


async def _keep_nowhere(incoming: Incoming, raw: str | None, reason: str) -> None:
    """The default of `SignalChannel.resign_to`: the intake has logged it already."""


async def _hear_nothing(heard: Heard) -> None:
    """The default of `SignalChannel.overhear`."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What an operator or a benchmark may want to set otherwise.

    ``notices`` are the messages a minute that go out without being asked for just then: what was
    owed for long, and notices; 0 takes the limit away.
    """

    patience: Patience = field(default_factory=Patience)
    waits: Waits = field(default_factory=Waits)
    notices: int = 30


class SignalChannel:
    """One account on Signal, at a signal-cli daemon.

    Args:
        rpc: where the daemon listens: ``tcp://127.0.0.1:7583`` or ``unix:///run/...``.
        account: the bot's telephone number, or its id where it has none.
        tuning: see there.
    """

    name = "signal"

    def __init__(self, rpc: str, account: str, *, tuning: Tuning | None = None) -> None:
        self.account = account
        self._tuning = tuning or Tuning()
        self._rpc = rpc
        self._me = Me(account)
        self._line = Line(Address.of(rpc), self._notified, self._set_up, self._tuning.waits)
        self._outbox = Outbox(self._line, account, Pause(account))
        self._keep: Callable[[Incoming, str | None, str], Awaitable[None]] = _keep_nowhere
        self._traces: Traces = NoTraces()
        self._inbox: Inbox = NoInbox()
        self._spool: Spool | None = None
        self._overhear: Callable[[Heard], Awaitable[None]] = _hear_nothing
        self._intake: Intake[Raw] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._there = asyncio.Event()
        self._answering: dict[tuple[str, str], Quote | None] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._subscription: object = None
        self._warned = False
        self._next_notice = 0.0

    @property
    def waiting(self) -> int:
        """How many envelopes are known and not yet taken."""
        spooled = self._spool.waiting if self._spool is not None else 0
        return spooled + (self._intake.waiting if self._intake is not None else 0)

    def resign_to(self, keep: Callable[[Incoming, str | None, str], Awaitable[None]]) -> None:
        """Have *keep* keep what is given up: the update, how it came where it cannot be read, why.

        To be called before anything is received.
        """
        self._keep = keep

    def remember_with(self, traces: Traces, inbox: Inbox) -> None:
        """Look up in *traces* what reactions and deletions are about, and keep in *inbox*.

        To be called before anything is received.
        """
        self._traces = traces
        self._inbox = inbox

    def overhear(self, group: str, to: Callable[[Heard], Awaitable[None]]) -> str:
        """Have *to* hear all that is written in a group, instead of the service; its address.

        To be called before anything is received.
        """
        self._overhear = to
        self._me = replace(self._me, heeds=GROUP + group)
        return self._me.heeds

    async def members(self, group: str) -> Mapping[str, bool]:
        """Who is in a group, by every name that they have, and whether they administer it.

        Raises:
            TryLater: the daemon cannot be asked now.
        """
        wanted = group.removeprefix(GROUP)
        try:
            groups = await self._call("listGroups", {"groupId": [wanted]})
        except (Lost, Refused) as error:
            raise TryLater(2.0, "the members of the group cannot be asked for now") from error
        return members_in(groups, wanted)

    async def send(self, to: Sender, reply: Reply) -> str:
        """See `bot.ports.Channel.send`."""
        place = (to.chat, to.person)
        if place not in self._answering:
            await self._in_turn()
        return await self._outbox.send(to, reply, self._answering.get(place))

    async def open(self, stop: asyncio.Event | None = None) -> None:
        """Connect; waits as long as the daemon cannot be reached.

        Raises:
            ConfigError: the daemon does not have the account.
        """
        stop = stop or asyncio.Event()
        self._keeping = asyncio.create_task(self._line.keep(stop))
        there = asyncio.ensure_future(self._there.wait())
        await asyncio.wait((self._keeping, there), return_when=asyncio.FIRST_COMPLETED)
        there.cancel()
        if self._keeping.done():
            self._keeping.result()

    async def poll(self, service: Receiver, stop: asyncio.Event) -> None:
        """Hand over what comes in until *stop*, then finish what is in flight.

        At the stop the daemon is told first to receive no more, so that what comes from then on
        stays on Signal's servers until the next start.
        """
        if self._keeping is None:
            raise AssertionError("open() comes before poll()")

        async def handle(event: Raw) -> None:
            await self._handle(event, service)

        manner = Manner(key_of, lane_of, _shown)
        intake = self._intake = Intake(handle, self._give_up, manner, self._tuning.patience)
        self._spool = Spool(self._inbox, intake)
        await self._spool.resume()
        spooling = asyncio.create_task(self._spool.run())
        await self._begin()
        stopped = asyncio.ensure_future(stop.wait())
        watched = (self._keeping, stopped, spooling)
        try:
            await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            for task in (self._keeping, spooling):
                if task.done():
                    task.result()
        finally:
            stopped.cancel()
            await self._unsubscribe()
            await self._finish(intake, self._spool, spooling)

    async def close(self) -> None:
        """Close the connection; harmless if there is none."""
        tasks = [*self._errands, *((self._keeping,) if self._keeping else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._line.close()

    # The connection

    async def _set_up(self, line: Line) -> None:
        """A new connection: is the account there, and does it receive?"""
        try:
            accounts = await line.call("listAccounts", {})
        except Refused as error:
            # A daemon that was started for one account does not know the others.
            if error.code != _NOT_IMPLEMENTED:
                raise
        else:
            self._find_account(accounts)
        if self._intake is not None:
            await self._subscribe()
        self._there.set()

    def _find_account(self, accounts: object) -> None:
        for one in accounts if isinstance(accounts, list) else ():
            if isinstance(one, dict) and self.account in {one.get("number"), one.get("aci")}:
                self._me = replace(self._me, aci=str(one.get("aci") or ""))
                return
        if self._there.is_set():
            raise Refused(_BAD_PARAMS, "the account is not at the daemon any more")
        problem = f"signal.account is no account of the signal-cli daemon at {self._rpc}"
        how = f"register or link it there first (signal-cli -a {self.account} register)"
        raise ConfigError(Problem("config.yaml", 0, problem, how))

    async def _subscribe(self) -> None:
        self._subscription = await self._call("subscribeReceive", {})

    async def _begin(self) -> None:
        if self._line.connected:
            try:
                await self._subscribe()
            except (Lost, Refused):
                await self._line.close()  # it is connected again, and subscribes then

    async def _finish(
        self, intake: Intake[Raw], spool: Spool, spooling: asyncio.Task[None]
    ) -> None:
        """Handle all that came, not only what was begun: it is not handed over again."""
        spooling.cancel()
        await asyncio.gather(spooling, return_exceptions=True)
        try:
            await spool.flush()
            await intake.finish()
            await spool.flush()
        except StoreError as error:
            _log.error("what came in last from Signal could not be kept: %s", error)
            await intake.close()

    async def _unsubscribe(self) -> None:
        if not self._line.connected or self._subscription is None:
            return
        try:
            await self._call("unsubscribeReceive", {"subscription": self._subscription})
        except (Lost, Refused) as error:
            _log.debug("could not end the subscription: %s", error)

    async def _call(self, method: str, params: Params) -> Any:
        return await self._line.call(method, {"account": self.account, **params})

    def _notified(self, method: str, params: Params) -> None:
        if method != "receive" or self._spool is None:
            return
        if "result" not in params and not self._warned:
            self._warned = True
            _log.warning(
                "signal-cli receives by itself: what comes while the bot is away is lost; start the"
                " daemon with --receive-mode=manual"
            )
        event = event_in(params)
        if concerns_us(event, self._me):
            self._spool.put(event)

    # What comes in

    async def _handle(self, event: Raw, service: Receiver) -> None:
        match read(event, self._me, dt.datetime.now(dt.UTC)):
            case Heard() as heard if self._me.heeds == heard.message.sender.chat:
                await self._overhear(heard)
            case Heard() as heard:
                await self._hear(heard, service)
            case Rating() as rating:
                await self._rate(rating, service)
            case Removal(sender, target):
                origin = await self._traces.origin(sender, f"{sender.person}:{target}")
                await self._traces.erase(sender, origin or target, dt.datetime.now(dt.UTC))
            case Distrust(address):
                self._outbox.distrusts(address)
            case None:
                pass

    async def _hear(self, heard: Heard, service: Receiver) -> None:
        message = heard.message
        if heard.target:
            # An edit names the message or its last edit; the log knows it by its first name.
            key = f"{message.sender.person}:{heard.target}"
            origin = await self._traces.origin(message.sender, key)
            message = replace(message, message_id=origin or heard.target)
        # In a group several write: the answer says to what it belongs.
        quote = Quote(heard.timestamp, message.sender.person, heard.quotable)
        await self._receive(message, quote if message.group else None, service)
        self._errand(self._read_receipt(message.sender.person, heard.timestamp))

    async def _rate(self, rating: Rating, service: Receiver) -> None:
        """A thumb on an answer; one that is taken back is, to the rules, the same thumb again."""
        uids, now = await self._traces.rated(rating.sender, rating.target)
        thumb = rating.thumb or now
        if not uids or not thumb or rating.thumb == now:
            return
        data = f"{'+' if thumb > 0 else '-'}|{uids}"
        tap = Tap(rating.key, rating.sender, data, rating.received, buttonless=True)
        await self._receive(tap, None, service)

    async def _receive(self, incoming: Incoming, quote: Quote | None, service: Receiver) -> None:
        sender = incoming.sender
        place = (sender.chat, sender.person)
        loop = asyncio.get_running_loop()
        typing = loop.call_later(NOTICEABLE, self._show_typing, sender.chat)
        self._answering[place] = quote
        try:
            await service.receive(incoming, self)
        finally:
            typing.cancel()
            self._answering.pop(place, None)

    async def _give_up(self, event: Raw, reason: str) -> None:
        now = dt.datetime.now(dt.UTC)
        try:
            meaning = read(event, self._me, now)
        except Exception:  # noqa: BLE001 - what cannot be read may fail in any way
            meaning = None
        if isinstance(meaning, Heard):
            await self._keep(meaning.message, None, reason)
        else:
            nobody = Sender(self.name, self.account, "", "")
            await self._keep(Tap(key_of(event), nobody, "", now), json.dumps(event), reason)

    # Courtesies

    def _show_typing(self, chat: str) -> None:
        self._errand(self._call("sendTyping", _to(chat)))

    def _read_receipt(self, address: str, timestamp: int) -> Coroutine[Any, Any, object]:
        params = {"recipient": address, "targetTimestamp": timestamp, "type": "read"}
        return self._call("sendReceipt", params)

    def _errand(self, work: Coroutine[Any, Any, object]) -> None:
        """Do *work* on the side; it is a courtesy, and may fail."""

        async def do() -> None:
            try:
                await work
            except (Lost, Refused) as error:
                _log.debug("a courtesy call failed: %s", error)

        task = asyncio.create_task(do())
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _in_turn(self) -> None:
        """Wait for the next place of what nobody asked for just now."""
        if not self._tuning.notices:
            return
        now = time.monotonic()
        wait = max(0.0, self._next_notice - now)
        self._next_notice = max(now, self._next_notice) + 60.0 / self._tuning.notices
        if wait:
            await asyncio.sleep(wait)


def _shown(event: Raw) -> str:
    """An envelope's time: its key names the writer, and the log must not."""
    return key_of(event).rpartition(":")[2]


def _to(chat: str) -> Params:
    if chat.startswith(GROUP):
        return {"groupId": chat.removeprefix(GROUP)}
    return {"recipient": [chat]}


__all__ = ["SignalChannel", "Traces", "Tuning"]
