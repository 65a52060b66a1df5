"""A stand-in for signal-cli's daemon, of the shapes that its man page and its sources show.

It behaves like the real one where it matters: it takes an envelope from Signal's servers while
somebody is subscribed, keeps it on disk until it was written to the subscriber's socket, and never
learns whether it was read; the end of a connection ends its subscriptions; requests are carried out
side by side, so that answers come in any order.

python daemon.py STATE PORT    a process of its own, to be killed, with its state in a file
"""

import asyncio
import contextlib
import itertools
import json
import sqlite3
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

ACCOUNT = "+33612345678"
ACI = "00000000-0000-4000-8000-0000000000aa"
ADA = "11111111-1111-4111-8111-111111111111"
BERT = "22222222-2222-4222-8222-222222222222"
GROUP = "Pmpi+EfPWmsxiomLe9Nx2XF9HOE483p6iKiFj65iMwI="

Json = dict[str, Any]
_KNOWN = {
    "subscribeReceive",
    "unsubscribeReceive",
    "send",
    "sendReceipt",
    "sendTyping",
    "trust",
    "listGroups",
}
_STAMPS = itertools.count(int(time.time() * 1000))


def stamp() -> int:
    """A time in milliseconds that nothing else has."""
    return next(_STAMPS)


def data(text: str | None, **more: Any) -> Json:
    """A dataMessage as the daemon writes it."""
    return {"timestamp": stamp(), "message": text, "expiresInSeconds": 0, "viewOnce": False, **more}


def envelope(source: str = ADA, at: int | None = None, **kind: Any) -> Json:
    """An envelope from *source*; *kind* is ``dataMessage=...`` or another one."""
    inner: Any = next(iter(kind.values()), {})
    edited = inner.get("dataMessage", {}) if isinstance(inner, dict) else {}
    at = at or inner.get("timestamp") or edited.get("timestamp") or stamp()
    number = source if source.startswith("+") else None
    return {
        "source": source,
        "sourceNumber": number,
        "sourceUuid": None if number else source,
        "sourceName": "Ada",
        "sourceDevice": 1,
        "timestamp": at,
        "serverReceivedTimestamp": at,
        "serverDeliveredTimestamp": at,
        **kind,
    }


class Servers(Protocol):
    """Signal's servers together with the daemon's own disk: what outlives a daemon."""

    def take(self) -> tuple[int, Json] | None:
        """The next event, from the disk or else from the servers; on the disk from now on."""
        ...

    def written(self, number: int) -> None:
        """An event was written to the subscribers: it is nowhere any more."""
        ...

    def sent(self, params: Json, timestamp: int) -> None:
        """A message went out."""
        ...


@dataclass
class InMemory:
    """For tests within one process."""

    queue: deque[Json] = field(default_factory=deque)
    outgoing: list[Json] = field(default_factory=list)
    cached: dict[int, Json] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def take(self) -> tuple[int, Json] | None:
        for number, event in self.cached.items():
            return number, event
        if not self.queue:
            return None
        number = next(self._numbers)
        self.cached[number] = self.queue.popleft()
        return number, self.cached[number]

    def written(self, number: int) -> None:
        self.cached.pop(number, None)

    def sent(self, params: Json, timestamp: int) -> None:
        self.outgoing.append({**params, "timestamp": timestamp})


@dataclass
class InFile:
    """For a daemon that is killed: the test puts events into the file and reads what was sent."""

    path: Path
    db: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.db = sqlite3.connect(self.path, isolation_level=None, timeout=20)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute(
            "create table if not exists events(id integer primary key, body, state, at)"
        )
        self.db.execute("create table if not exists sent(id integer primary key, body, at)")

    def put(self, event: Json) -> None:
        self.db.execute(
            "insert into events(body, state, at) values (?, 'servers', 0)", (json.dumps(event),)
        )

    def take(self) -> tuple[int, Json] | None:
        query = "select id, body from events where state in ('disk', 'servers') order by id limit 1"
        row = self.db.execute(query).fetchone()
        if row is None:
            return None
        self.db.execute("update events set state = 'disk' where id = ?", (row[0],))
        return row[0], json.loads(row[1])

    def written(self, number: int) -> None:
        self.db.execute(
            "update events set state = 'written', at = ? where id = ?", (time.time(), number)
        )

    def sent(self, params: Json, timestamp: int) -> None:
        self.db.execute(
            "insert into sent(body, at) values (?, ?)", (json.dumps(params), time.time())
        )


@dataclass
class Fault:
    """How the next calls of a method go wrong."""

    method: str
    error: Json | None = None
    slow: float = 0.0
    silent: bool = False
    """Carried out, but the answer never comes."""
    cut: bool = False
    """Half of the answer, then the end of the connection."""
    times: int = 1
    to: str = ""


@dataclass
class _Client:
    writer: asyncio.StreamWriter
    subscriptions: list[int] = field(default_factory=list)


@dataclass
class FakeDaemon:
    accounts: list[Json] = field(default_factory=lambda: [{"number": ACCOUNT}])
    single: bool = False
    """Started for one account: listAccounts is not there."""
    groups: list[Json] = field(default_factory=list)
    servers: Servers = field(default_factory=InMemory)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    shuffle: bool = False
    """Answers in an order of their own."""
    unwrapped: bool = False
    """As a daemon in the mode on-start hands over: without a subscription around it."""
    wait: float = 0.0
    port: int = 0
    path: str = ""
    connections: int = 0
    _server: asyncio.Server | None = None
    _clients: list[_Client] = field(default_factory=list)
    _numbers: Any = field(default_factory=itertools.count)
    _delivering: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def rpc(self) -> str:
        return f"unix://{self.path}" if self.path else f"tcp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        limit = 1 << 24
        if self.path:
            self._server = await asyncio.start_unix_server(self._serve, self.path, limit=limit)
        else:
            self._server = await asyncio.start_server(
                self._serve, "127.0.0.1", self.port, limit=limit
            )
            self.port = self._server.sockets[0].getsockname()[1]
        self._delivering = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """As a kill does it: nothing is finished."""
        for task in (*self._tasks, *((self._delivering,) if self._delivering else ())):
            task.cancel()
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            if client.writer.transport is not None:
                client.writer.transport.abort()

    async def cut_off(self) -> None:
        """Every connection breaks, and that was noticed here: nothing more is written to them."""
        broken = {id(client) for client in self._clients}
        self.cut()
        async with asyncio.timeout(20):
            while broken & {id(client) for client in self._clients}:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0)
        self._clients.clear()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    # What happens on Signal's side

    def receives(self, event: Json) -> Json:
        """An envelope comes from Signal's servers; returns it."""
        assert isinstance(self.servers, InMemory)
        self.servers.queue.append({"account": ACCOUNT, "envelope": event})
        self._news.set()
        return event

    def says(self, text: str | None, source: str = ADA, **more: Any) -> int:
        """Somebody writes; returns the message's timestamp."""
        message = data(text, **more)
        self.receives(envelope(source, dataMessage=message))
        return int(message["timestamp"])

    def edits(self, target: int, text: str, source: str = ADA) -> int:
        message = data(text)
        edit = {"targetSentTimestamp": target, "dataMessage": message}
        self.receives(envelope(source, editMessage=edit))
        return int(message["timestamp"])

    def reacts(self, emoji: str, target: int, source: str = ADA, **more: Any) -> None:
        reaction = {
            "emoji": emoji,
            "targetAuthor": ACCOUNT,
            "targetAuthorNumber": ACCOUNT,
            "targetAuthorUuid": ACI,
            "targetSentTimestamp": target,
            "isRemove": False,
            **more,
        }
        self.says(None, source, reaction=reaction)

    def deletes(self, target: int, source: str = ADA) -> None:
        self.says(None, source, remoteDelete={"timestamp": target})

    def fails(self, method: str, **how: Any) -> None:
        self.faults.append(Fault(method, **how))

    @property
    def sent(self) -> list[Json]:
        assert isinstance(self.servers, InMemory)
        return self.servers.outgoing

    def texts(self, to: str | None = None) -> list[str]:
        return [one["message"] for one in self.sent if to is None or one.get("recipient") == [to]]

    def called(self, method: str) -> list[Json]:
        return [params for name, params in self.calls if name == method]

    @property
    def subscribed(self) -> int:
        return sum(len(client.subscriptions) for client in self._clients)

    async def handed_over(self) -> None:
        """Wait until everything that came was written to whoever is subscribed."""
        assert isinstance(self.servers, InMemory)
        async with asyncio.timeout(20):
            while self.servers.queue or self.servers.cached:  # noqa: ASYNC110 - knows no event
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)  # on its way through the socket

    def write(self, raw: bytes) -> None:
        """Something goes to every client as it is."""
        for client in self._clients:
            client.writer.write(raw)

    def cut(self) -> None:
        """Every connection breaks."""
        for client in self._clients:
            client.writer.transport.abort()

    # What a client sees

    async def _deliver(self) -> None:
        while True:
            subscribed = [client for client in self._clients if client.subscriptions]
            taken = self.servers.take() if subscribed else None
            if taken is None:
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await self._news.wait()
                continue
            number, event = taken
            for client in subscribed:
                for subscription in client.subscriptions:
                    wrapped = {"subscription": subscription, "result": event}
                    params = event if self.unwrapped else wrapped
                    told = {"jsonrpc": "2.0", "method": "receive", "params": params}
                    client.writer.write(json.dumps(told).encode() + b"\n")
            self.servers.written(number)
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        client = _Client(writer)
        self._clients.append(client)
        try:
            while line := await reader.readline():
                task = asyncio.create_task(self._answer(client, line))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        except OSError:
            pass
        finally:
            if client in self._clients:
                self._clients.remove(client)
            writer.close()

    async def _answer(self, client: _Client, line: bytes) -> None:
        request = json.loads(line)
        method, params = request["method"], request.get("params", {})
        self.calls.append((method, params))
        fault = self._fault(method, params)
        if fault is not None and fault.error is not None:
            told: Json = {"error": fault.error}
        else:
            told = self._carry_out(client, method, params)
        if fault is not None and fault.silent:
            return
        delay = fault.slow if fault is not None else self.wait
        if self.shuffle:
            delay += 0.002 * (request["id"] * 7 % 5)
        if delay:
            await asyncio.sleep(delay)
        whole = json.dumps({"jsonrpc": "2.0", **told, "id": request["id"]}).encode() + b"\n"
        if fault is not None and fault.cut:
            client.writer.write(whole[: len(whole) // 2])
            client.writer.close()
            return
        client.writer.write(whole)

    def _fault(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        for fault in self.faults:
            here = not fault.to or params.get("recipient") == [fault.to]
            if fault.method == method and fault.times > 0 and here:
                fault.times -= 1
                return fault
        return None

    def _carry_out(self, client: _Client, method: str, params: Json) -> Json:
        if method == "version":
            return {"result": {"version": "0.13.19"}}
        if method == "listAccounts":
            return _no_method() if self.single else {"result": self.accounts}
        if method not in _KNOWN:
            return _no_method()
        known = {one.get("number") for one in self.accounts} | {
            one.get("aci") for one in self.accounts
        }
        if not self.single and params.get("account") not in known:
            return _error(-32602, "Specified account does not exist")
        match method:
            case "subscribeReceive":
                number = next(self._numbers)
                client.subscriptions.append(number)
                self._news.set()
                return {"result": number}
            case "unsubscribeReceive":
                if params.get("subscription") not in client.subscriptions:
                    return _error(-1, "Unknown subscription id")
                client.subscriptions.remove(params["subscription"])
                return {"result": {}}
            case "send":
                return self._send(params)
            case "listGroups":
                return {"result": self.groups}
            case _:
                return {"result": {"timestamp": stamp(), "results": []}}

    def _send(self, params: Json) -> Json:
        recipients = params.get("recipient", [])
        if not params.get("message") and not params.get("attachments"):
            return _error(-1, "Sending empty message is not allowed")
        if not recipients and not params.get("groupId"):
            return _error(-1, "No recipients given")
        length = len(params["message"].encode("utf-16-le")) // 2
        for style in params.get("textStyles", []):
            start, count, kind = style.split(":")
            assert int(start) + int(count) <= length, "a style beyond the end of the text"
            assert kind in {"BOLD", "ITALIC"}
        timestamp = stamp()
        self.servers.sent(params, timestamp)
        results = [result(one, "SUCCESS") for one in recipients]
        return {"result": {"timestamp": timestamp, "results": results}}


def result(address: str, kind: str, **more: Any) -> Json:
    """What became of one recipient."""
    return {"recipientAddress": {"uuid": address, "number": None}, "type": kind, **more}


def failure(kind: str, code: int = -1, to: str = ADA, **more: Any) -> Json:
    """The error of a message that did not go out, as signal-cli words it."""
    results = [result(to, kind, **more)]
    return {
        "code": code,
        "message": "Failed to send message",
        "data": {"response": {"timestamp": stamp(), "results": results}},
    }


def _no_method() -> Json:
    return _error(-32601, "Method not implemented")


def _error(code: int, message: str) -> Json:
    return {"error": {"code": code, "message": message, "data": None}}


async def _main(state: str, port: str) -> None:
    daemon = FakeDaemon(servers=InFile(Path(state)), port=int(port))
    await daemon.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
