"""The connection: where it leads, when it is given up, and that nothing is handled unkept."""

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.channels.signal.channel import NoTraces, SignalChannel
from bot.channels.signal.rpc import Address, Connection, Lost, Refused
from bot.errors import StoreError
from tests.channels.signal.conftest import QUICK
from tests.channels.signal.daemon import ACCOUNT, FakeDaemon
from tests.channels.telegram.doubles import Echo, eventually


@dataclass
class FakeInbox:
    """Keeps rows in a list; ``trouble`` is raised that often first."""

    trouble: int = 0
    kept: dict[str, str] = field(default_factory=dict)

    async def turn(
        self, come: Sequence[tuple[str, str]], handled: Sequence[str], now: dt.datetime
    ) -> None:
        if self.trouble:
            self.trouble -= 1
            raise StoreError("the disk is full")
        for key in handled:
            self.kept.pop(key, None)
        self.kept.update(come)

    async def left(self) -> Sequence[str]:
        return list(self.kept.values())


@pytest.mark.parametrize(
    ("rpc", "address"),
    [
        ("tcp://127.0.0.1:7583", Address("127.0.0.1", 7583)),
        ("tcp://[::1]:7583", Address("::1", 7583)),
        ("tcp://signal-cli:7583", Address("signal-cli", 7583)),
        ("unix:///run/signal-cli/socket", Address(path="/run/signal-cli/socket")),
    ],
)
def test_an_address_is_read(rpc: str, address: Address) -> None:
    assert Address.of(rpc) == address


@pytest.mark.parametrize("rpc", ["http://a:1", "tcp://a", "unix://a/b", "unix:", "a:1", ""])
def test_what_is_no_address_is_refused(rpc: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Address.of(rpc)


async def test_an_error_comes_back_with_its_code_and_data(daemon: FakeDaemon) -> None:
    daemon.fails("version", error={"code": -5, "message": "limited", "data": {"a": 1}})
    connection = await Connection.open(Address.of(daemon.rpc), lambda *_: None)
    reading = asyncio.create_task(connection.read())

    with pytest.raises(Refused) as caught:
        await connection.call("version", {}, 2)

    assert (caught.value.code, caught.value.message, caught.value.data) == (-5, "limited", {"a": 1})
    await connection.close()
    await reading


async def test_a_call_without_an_answer_is_lost_and_a_late_answer_harms_nothing(
    daemon: FakeDaemon,
) -> None:
    daemon.fails("version", slow=0.1)
    connection = await Connection.open(Address.of(daemon.rpc), lambda *_: None)
    reading = asyncio.create_task(connection.read())

    with pytest.raises(Lost, match=r"not answered `version` in 0.05 s"):
        await connection.call("version", {}, 0.05)
    await asyncio.sleep(0.1)

    assert await connection.call("version", {}, 2) == {"version": "0.13.19"}
    await connection.close()
    await reading


async def test_after_the_end_every_call_is_lost(daemon: FakeDaemon) -> None:
    daemon.fails("version", slow=5)
    connection = await Connection.open(Address.of(daemon.rpc), lambda *_: None)
    reading = asyncio.create_task(connection.read())
    waiting = asyncio.create_task(connection.call("version", {}, 5))
    await eventually(lambda: daemon.called("version"))

    daemon.cut()

    with pytest.raises(Lost):
        await waiting
    await reading
    with pytest.raises(Lost):
        await connection.call("version", {}, 5)
    await connection.close()


async def test_a_daemon_that_is_silent_is_asked_and_given_up_if_it_does_not_answer(
    daemon: FakeDaemon,
) -> None:
    waits = replace(QUICK.waits, silence=0.05, answer=0.1)
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=replace(QUICK, waits=waits))
    stop = asyncio.Event()
    await channel.open(stop)
    daemon.fails("version", silent=True)

    await eventually(lambda: daemon.connections == 2)
    await eventually(lambda: len(daemon.called("version")) > 2)

    assert daemon.connections == 2
    stop.set()
    await channel.close()


async def test_while_nothing_can_be_kept_nothing_is_handled_and_nothing_is_lost(
    daemon: FakeDaemon, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.signal.spool._AGAIN", 0.05)
    inbox = FakeInbox(trouble=3)
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=QUICK)
    channel.remember_with(NoTraces(), inbox)
    echo, stop = Echo(), asyncio.Event()
    await channel.open(stop)
    polling = asyncio.create_task(channel.poll(echo, stop))

    daemon.says("one")
    daemon.says("two")
    await eventually(lambda: inbox.trouble == 2)
    assert echo.began == []
    await eventually(lambda: len(echo.received) == 2)
    stop.set()
    await polling
    await channel.close()

    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert echo.texts == ["one", "two"]
    assert len(told) == 1
    assert inbox.kept == {}


async def test_what_is_being_handled_is_on_disk(daemon: FakeDaemon) -> None:
    inbox = FakeInbox()
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=QUICK)
    channel.remember_with(NoTraces(), inbox)
    echo, stop = Echo(slow={"one": 0.2}), asyncio.Event()
    await channel.open(stop)
    polling = asyncio.create_task(channel.poll(echo, stop))

    daemon.says("one")
    await eventually(lambda: echo.began)

    (raw,) = inbox.kept.values()
    assert '"message": "one"' in raw
    assert "sourceName" not in raw
    stop.set()
    await polling
    await channel.close()
    assert inbox.kept == {}
