"""Messages a second, latency, processor time and memory of the bot on Signal, beside an echo.

Ours does all its work (on disk before it is handled, matching, log, reply, read receipt); the echo
is a plain client of signal-cli's daemon that sends back what it got. Both run against the tests'
stand-in for the daemon, over TCP on loopback, each in its own process, taking turns; each figure is
the median of the rounds.

    python benchmarks/signal_bot.py [--rounds 3] [--messages 2000] [--rate 100] [--kills N]

It is not called signal.py because that would hide Python's own module from every script beside it.

Ours runs with the limits per person taken away by settings. What Signal itself allows, and what
signal-cli takes to encrypt a message, is slower than any of this.
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
# In place of this folder, whose telegram.py would hide the library.
sys.path[0] = str(_ROOT)

from tests.channels.signal.daemon import (  # noqa: E402 - where it is looked for comes first
    ACCOUNT,
    FakeDaemon,
    data,
    envelope,
)

_KNOWLEDGE = _ROOT / "knowledge" / "msf-nord-littoral.yaml"
_LONGEST = 120.0
_WARM = 200
_TICKS = os.sysconf("SC_CLK_TCK")
_NAMES = ("ours", "echo")


@dataclass
class Figures:
    """What was measured of one contender."""

    burst: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    median: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


@dataclass
class Server(FakeDaemon):
    """The stand-in, with a note of when each answer came."""

    came: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    people: int = 0

    def ask(self, text: str, number: int) -> None:
        """One of many people asks."""
        person = f"+3360{number:07}"
        self.came[person] = time.perf_counter()
        self.receives(envelope(person, dataMessage=data(text)))

    def _send(self, params: dict[str, Any]) -> dict[str, Any]:
        person = params["recipient"][0]
        if person in self.came:  # not the second part of an earlier answer
            self.answered.setdefault(person, time.perf_counter())
        return super()._send(params)

    async def measure(self, texts: list[str], count: int, rate: float = 0) -> tuple[float, Any]:
        """Ask *count* questions, each of somebody else; answers a second, and milliseconds."""
        self.came.clear()
        self.answered.clear()
        self.calls.clear()
        self.sent.clear()
        began = time.perf_counter()
        for number in range(count):
            self.people += 1
            self.ask(texts[number % len(texts)], self.people)
            if rate:
                await asyncio.sleep(max(0.0, began + (number + 1) / rate - time.perf_counter()))
        until = time.perf_counter() + _LONGEST
        while len(self.answered) < count and time.perf_counter() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        spent = max(self.answered.values()) - began
        waits = sorted((self.answered[who] - self.came[who]) * 1000 for who in self.answered)
        return len(self.answered) / spent, waits


async def echo(rpc: str) -> None:
    """A plain client: what comes is sent back, one task for each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(rpc.rpartition(":")[2]))
    number = 1

    def call(method: str, **params: Any) -> None:
        nonlocal number
        number += 1
        request = {"jsonrpc": "2.0", "id": number, "method": method}
        writer.write(json.dumps({**request, "params": {"account": ACCOUNT, **params}}).encode())
        writer.write(b"\n")

    call("subscribeReceive")
    while line := await reader.readline():
        told = json.loads(line)
        if told.get("method") == "receive":
            come = told["params"]["result"]["envelope"]
            call("send", recipient=[come["source"]], message=come["dataMessage"]["message"])
            await writer.drain()


@contextlib.asynccontextmanager
async def running(name: str, server: Server, folder: Path) -> AsyncIterator[int]:
    """One contender, from the moment when it receives until it has ended; its process id."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    if name == "ours":
        command = ["-m", "bot", "run", "--knowledge", str(_KNOWLEDGE), "--today", "2026-03-01"]
        environment |= {
            "FAQBOT_SIGNAL__RPC": server.rpc,
            "FAQBOT_SIGNAL__ACCOUNT": ACCOUNT,
            "FAQBOT_DATABASE": f"sqlite:///{folder / f'{time.monotonic_ns()}.db'}",
            "FAQBOT_LIMITS__MESSAGES_PER_MINUTE": "6000",
            "FAQBOT_LIMITS__BURST": "10000",
        }
    else:
        command = [str(Path(__file__)), "--echo", server.rpc]
    with (folder / f"{name}.log").open("a") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=folder, env=environment, stderr=log
        )
    try:
        async with asyncio.timeout(90):
            while not server.subscribed:  # noqa: ASYNC110 - what is waited for knows no event
                await asyncio.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


def _cpu(process: int) -> float:
    """Processor seconds of a process with its threads."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(process: int) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def _round(name: str, server: Server, folder: Path, given: Any, into: Figures) -> None:
    lines = (_ROOT / "benchmarks/questions/msf-nord-littoral.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["question"] for line in lines]
    async with running(name, server, folder) as process:
        await server.measure(texts, _WARM)
        before = _cpu(process)
        rate, _ = await server.measure(texts, given.messages)
        into.burst.append(rate)
        into.cpu.append((_cpu(process) - before) / given.messages * 1000)
        _, waits = await server.measure(texts, int(given.rate * given.seconds), given.rate)
        into.median.append(statistics.median(waits))
        into.p99.append(waits[int(len(waits) * 0.99)])
        into.memory.append(_memory(process))


async def _measure(given: Any) -> None:
    measured = {name: Figures() for name in _NAMES}
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(given.rounds):
            for name in _NAMES:
                server = Server()
                await server.start()
                await _round(name, server, Path(scratch), given, measured[name])
                await server.stop()
    print(f"burst of {given.messages}, then {given.rate:g}/s for {given.seconds:g} s")
    head = ("", "messages/s", "median ms", "p99 ms", "CPU s/1000", "MB")
    print("{:6} {:>18} {:>10} {:>10} {:>11} {:>7}".format(*head))
    middle = statistics.median
    for name, one in measured.items():
        span = f"{middle(one.burst):.0f} ({min(one.burst):.0f}-{max(one.burst):.0f})"
        print(
            f"{name:6} {span:>18} {middle(one.median):10.1f} {middle(one.p99):10.1f}"
            f" {middle(one.cpu):11.2f} {max(one.memory):7.0f}"
        )


def _kill(times: int) -> None:
    """The tests' proof of "at least once", longer."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/channels/signal/test_kill.py"]
    environment = {**os.environ, "FAQBOT_KILLS": str(times)}
    raise SystemExit(subprocess.call(command, cwd=_ROOT, env=environment))  # noqa: S603 - our own


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=2000, help="messages in a burst")
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second, for latency")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long at that rate")
    parser.add_argument("--kills", type=int, default=0, help="so many kill -9 instead")
    parser.add_argument("--echo", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.echo:
        asyncio.run(echo(given.echo))
    elif given.kills:
        _kill(given.kills)
    else:
        asyncio.run(_measure(given))


if __name__ == "__main__":
    main()
