"""The channel over a real socket, against a stand-in for signal-cli's daemon."""

import asyncio
from pathlib import Path

import pytest

from bot.channels.signal.channel import SignalChannel
from bot.core.message import Incoming, Message
from bot.errors import ConfigError
from tests.channels.signal.conftest import QUICK, Serving
from tests.channels.signal.daemon import ACCOUNT, ADA, BERT, FakeDaemon, InMemory
from tests.channels.telegram.doubles import Echo, eventually


async def test_a_text_is_handed_over_and_answered(daemon: FakeDaemon, serving: Serving) -> None:
    echo = Echo()
    async with serving(daemon, echo):
        at = daemon.says("Hours?")
        await eventually(lambda: daemon.called("sendReceipt"))

    (message,) = echo.received
    assert isinstance(message, Message)
    assert (message.text, message.message_id, message.buttonless) == ("Hours?", str(at), True)
    assert (message.sender.account, message.sender.chat, message.sender.language) == (
        ACCOUNT,
        ADA,
        None,
    )
    assert daemon.texts(ADA) == ["re: Hours?"]
    assert daemon.called("sendReceipt") == [
        {"account": ACCOUNT, "recipient": ADA, "targetTimestamp": at, "type": "read"}
    ]


async def test_a_unix_socket_serves_as_well(tmp_path: Path, serving: Serving) -> None:
    daemon = FakeDaemon(path=str(tmp_path / "socket"))
    await daemon.start()
    async with serving(daemon, Echo()):
        daemon.says("Hours?")
        await eventually(daemon.texts)
    await daemon.stop()

    assert daemon.texts() == ["re: Hours?"]


async def test_answers_in_any_order_reach_their_questions(
    daemon: FakeDaemon, serving: Serving
) -> None:
    daemon.shuffle = True
    echo = Echo()
    async with serving(daemon, echo):
        for number in range(200):
            daemon.says(f"q{number}", f"+3360000{number:04}")
        await eventually(lambda: len(echo.received) == 200)

    for number in range(200):
        assert daemon.texts(f"+3360000{number:04}") == [f"re: q{number}"]


async def test_one_chat_is_answered_in_order(daemon: FakeDaemon, serving: Serving) -> None:
    echo = Echo(slow={"q0": 0.1})
    async with serving(daemon, echo):
        for number in range(20):
            daemon.says(f"q{number}")
        await eventually(lambda: len(echo.received) == 20)

    assert daemon.texts() == [f"re: q{number}" for number in range(20)]


async def test_a_message_that_comes_twice_at_once_is_handled_once(
    daemon: FakeDaemon, serving: Serving
) -> None:
    echo = Echo(slow={"Hours?": 0.1})
    async with serving(daemon, echo):
        event = daemon.receives(_last(daemon, "Hours?"))
        daemon.receives(event)
        await eventually(lambda: not daemon_queue(daemon))
        await asyncio.sleep(0.05)

    assert len(echo.received) == 1


def daemon_queue(daemon: FakeDaemon) -> int:
    assert isinstance(daemon.servers, InMemory)
    return len(daemon.servers.queue)


def _last(daemon: FakeDaemon, text: str) -> dict[str, object]:
    assert isinstance(daemon.servers, InMemory)
    daemon.says(text)
    event: dict[str, object] = daemon.servers.queue[-1]["envelope"]
    return event


async def test_a_daemon_that_restarts_is_connected_and_subscribed_again(
    daemon: FakeDaemon, serving: Serving
) -> None:
    async with serving(daemon, Echo()):
        daemon.says("one")
        await eventually(daemon.texts)
        await daemon.stop()
        daemon.says("two")
        await asyncio.sleep(0.1)
        await daemon.start()
        await eventually(lambda: len(daemon.texts()) == 2)

    assert daemon.texts() == ["re: one", "re: two"]


async def test_a_connection_that_breaks_is_made_again(daemon: FakeDaemon, serving: Serving) -> None:
    async with serving(daemon, Echo()):
        for number in range(5):
            await eventually(lambda: daemon.subscribed == 1)
            daemon.cut()
            await eventually(lambda: daemon.subscribed == 0)
            daemon.says(f"q{number}")
        await eventually(lambda: len(daemon.texts()) == 5)

    assert daemon.texts() == [f"re: q{number}" for number in range(5)]


async def test_the_bot_waits_for_a_daemon_that_is_not_there_yet(serving: Serving) -> None:
    early = FakeDaemon()
    await early.start()
    await early.stop()
    late = FakeDaemon(port=early.port)
    channel = SignalChannel(late.rpc, ACCOUNT, tuning=QUICK)

    opening = asyncio.create_task(channel.open(asyncio.Event()))
    await asyncio.sleep(0.05)
    assert not opening.done()
    await late.start()
    async with asyncio.timeout(20):
        await opening

    await channel.close()
    await late.stop()


async def test_a_stop_while_the_daemon_is_away_ends_the_opening() -> None:
    daemon = FakeDaemon()
    await daemon.start()
    await daemon.stop()
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=QUICK)
    stop = asyncio.Event()

    opening = asyncio.create_task(channel.open(stop))
    await asyncio.sleep(0.03)
    stop.set()

    async with asyncio.timeout(10):
        await opening
    await channel.close()


async def test_an_account_that_the_daemon_does_not_have_is_the_operators_matter(
    daemon: FakeDaemon,
) -> None:
    channel = SignalChannel(daemon.rpc, "+33699999999", tuning=QUICK)

    with pytest.raises(ConfigError, match="no account of the signal-cli daemon") as caught:
        await channel.open(asyncio.Event())

    assert "signal-cli -a +33699999999 register" in str(caught.value)
    await channel.close()


async def test_a_daemon_for_one_account_is_served_too(daemon: FakeDaemon, serving: Serving) -> None:
    daemon.single = True
    async with serving(daemon, Echo()):
        daemon.says("Hours?")
        await eventually(daemon.texts)

    assert daemon.texts() == ["re: Hours?"]


async def test_a_daemon_that_receives_by_itself_is_understood_and_the_operator_is_told_once(
    daemon: FakeDaemon, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    daemon.unwrapped = True
    async with serving(daemon, Echo()):
        daemon.says("Hours?")
        daemon.says("Pay?")
        await eventually(lambda: len(daemon.texts()) == 2)

    told = [one.getMessage() for one in caplog.records if "--receive-mode=manual" in one.message]
    assert daemon.texts() == ["re: Hours?", "re: Pay?"]
    assert len(told) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"no json\n",
        b"[1, 2]\n",
        b'"x"\n',
        b"\xff\xfe\n",
        b'{"jsonrpc":"2.0","id":99999,"result":1}\n',
        b'{"jsonrpc":"2.0","method":"receive"}\n',
        b'{"id":null,"error":{"code":-32700}}\n',
        b'{"method":"receive","params":{"result":{"envelope":7}}}\n',
    ],
)
async def test_lines_that_mean_nothing_are_left_out(
    daemon: FakeDaemon, serving: Serving, line: bytes
) -> None:
    async with serving(daemon, Echo()):
        await eventually(lambda: daemon.subscribed)
        daemon.write(line)
        daemon.says("Hours?")
        await eventually(daemon.texts)

    assert daemon.texts() == ["re: Hours?"]
    assert daemon.connections == 1


async def test_half_a_line_at_the_end_of_a_connection_is_no_message(
    daemon: FakeDaemon, serving: Serving
) -> None:
    async with serving(daemon, Echo()):
        await eventually(lambda: daemon.subscribed)
        daemon.write(b'{"jsonrpc":"2.0","method":"receive","params":{"result":{"envel')
        await asyncio.sleep(0.02)
        daemon.cut()
        await eventually(lambda: not daemon.subscribed)
        daemon.says("Hours?")
        await eventually(daemon.texts)

    assert daemon.texts() == ["re: Hours?"]


async def test_what_came_before_the_stop_is_answered_and_what_comes_later_stays(
    daemon: FakeDaemon, serving: Serving
) -> None:
    echo = Echo(slow={f"q{number}": 0.01 for number in range(30)})
    async with serving(daemon, echo):
        await eventually(lambda: daemon.subscribed)
        for number in range(30):
            daemon.says(f"q{number}", ADA if number % 2 else BERT)
        await eventually(lambda: not daemon_queue(daemon))

    daemon.says("later")
    await asyncio.sleep(0.05)
    assert len(daemon.texts()) == 30
    assert daemon_queue(daemon) == 1


async def test_a_flood_is_handled_whole(daemon: FakeDaemon, serving: Serving) -> None:
    echo = Echo()
    async with serving(daemon, echo):
        for number in range(3000):
            daemon.says(f"q{number}", f"+3360000{number % 50:04}")
        await eventually(lambda: len(echo.received) == 3000, 20)

    assert len(daemon.texts()) == 3000


async def test_what_fails_is_given_up_with_what_it_said(
    daemon: FakeDaemon, serving: Serving
) -> None:
    echo = Echo(trouble={"bad": [RuntimeError("x") for _ in range(3)]})
    kept: list[tuple[Incoming, str | None, str]] = []

    async def keep(incoming: Incoming, raw: str | None, reason: str) -> None:
        kept.append((incoming, raw, reason))

    async with serving(daemon, echo) as channel:
        channel.resign_to(keep)
        daemon.says("bad")
        daemon.says("good", BERT)
        await eventually(lambda: kept and daemon.texts())

    ((message, raw, reason),) = kept
    assert isinstance(message, Message)
    assert (message.text, raw) == ("bad", None)
    assert "failed 3 times" in reason
