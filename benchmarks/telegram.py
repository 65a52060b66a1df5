"""Updates a second, latency, processor time and memory of the bot on Telegram, beside echo bots.

Ours does all its work (matching, log, reply, at least once); the echoes send back what they got.
Everything runs against the tests' fake Bot API server, as its own process on loopback. Each
contender is its own process, they take turns, and each figure is the median of the rounds.

    python benchmarks/telegram.py [--rounds 3] [--updates 1500] [--rate 150] [--different] [--long]
    python benchmarks/telegram.py --kills N

Ours runs with Telegram's sending limits and the limits per person taken away by settings; as it is
shipped it sends 30 messages a second at most, which is what Telegram allows.
"""

import argparse
import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_HERE = Path(__file__).resolve().parent
_KNOWLEDGE = _ROOT / "knowledge" / "msf-nord-littoral.yaml"
_ECHOES = ("ptb-httpx", "ptb-aiohttp", "aiogram")
_LONGEST = 120.0  # seconds for one measurement; what is slower is shown as far as it came
_WARM = 200
_TICKS = os.sysconf("SC_CLK_TCK")
_OPENINGS = ("", "Bonjour, ", "Bonsoir, ", "Hello, ", "Svp, ", "Hi! ", "Please: ", "Bonjour ! ")
_UNLIMITED = {
    "FAQBOT_TELEGRAM__SENDING__OVERALL": "0",
    "FAQBOT_TELEGRAM__SENDING__CHAT": "0",
    "FAQBOT_TELEGRAM__SENDING__GROUP": "0",
    "FAQBOT_LIMITS__MESSAGES_PER_MINUTE": "6000",
    "FAQBOT_LIMITS__BURST": "10000",
}


@dataclass
class Figures:
    """What was measured of one contender in one mode."""

    burst: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    median: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


class Server:
    """The fake Bot API server, and its controls."""

    def __init__(self, questions: Path) -> None:
        command = [sys.executable, str(_HERE / "telegram_server.py"), str(questions)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.url: str = told["url"]
        self.token: str = told["token"]

    def tell(self, what: str, **data: Any) -> dict[str, float]:
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/control/{what}",
            json.dumps(data).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - likewise
            found: dict[str, float] = json.load(answer)
            return found

    def measure(self, count: int, per_second: float = 0) -> dict[str, float]:
        """Inject, and wait for every reply."""
        self.tell("inject", count=count, per_second=per_second)
        until = time.monotonic() + _LONGEST + (count / per_second if per_second else 0)
        while (figures := self.tell("figures"))["replies"] < count and time.monotonic() < until:
            time.sleep(0.1)
        return figures

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def running(name: str, server: Server, mode: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """One contender, from the moment when it receives until it has ended."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    target = f"http://127.0.0.1:{port}/telegram" if mode == "webhook" else ""
    server.tell("target", url=target)
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    if name == "ours":
        command = [sys.executable, "-m", "bot", "run", "--knowledge", str(_KNOWLEDGE)]
        command += ["--today", "2026-03-01"]
        environment |= _UNLIMITED
        environment |= {
            "FAQBOT_TELEGRAM__TOKEN": server.token,
            "FAQBOT_TELEGRAM__API": server.url,
            "FAQBOT_DATABASE": f"sqlite:///{folder / f'{time.monotonic_ns()}.db'}",
            "FAQBOT_TELEGRAM__MODE": mode,
            "FAQBOT_WEB__LISTEN": f"127.0.0.1:{port}",
        }
        if mode == "webhook":
            environment["FAQBOT_TELEGRAM__WEBHOOK__URL"] = "https://bot.example.org/telegram"
    else:
        how = port if mode == "webhook" else mode
        script = str(_HERE / "telegram_echoes.py")
        command = [sys.executable, script, name, server.url, server.token, how]
    with (folder / f"{name}.log").open("a") as log:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=folder, env=environment, stderr=log, text=True
        )
        try:
            _wait_until_it_receives(server, process, mode, int(port), name)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_receives(
    server: Server, process: subprocess.Popen[str], mode: str, port: int, name: str
) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        if mode == "polling":
            ready = bool(server.tell("figures")["polling"])
        else:
            with socket.socket() as probe:
                ready = probe.connect_ex(("127.0.0.1", port)) == 0
            if name == "ours":
                ready = ready and bool(server.tell("figures")["hooked"])
        if ready:
            return
        time.sleep(0.05)
    raise SystemExit(f"{name} did not start in the mode {mode}; see its log")


def _cpu(process: subprocess.Popen[str]) -> float:
    """Processor seconds of the process with its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(process: subprocess.Popen[str]) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _questions(folder: Path, *, different: bool = False) -> Path:
    """What candidates ask, as one list: all our questions, each once, in a mixed order.

    In a burst each of them comes about twice, and ours remembers what it understood. *different*
    begins each in eight ways, so that no text comes twice before all have come.
    """
    lines = [
        line
        for file in sorted((_HERE / "questions").glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    questions = list(dict.fromkeys(json.loads(line)["question"] for line in lines))
    if different:
        questions = [f"{opening}{question}" for question in questions for opening in _OPENINGS]
    random.Random(1).shuffle(questions)
    file = folder / "questions.json"
    file.write_text(json.dumps(questions), "utf-8")
    return file


def _round(  # noqa: PLR0913, PLR0917 - what is measured, of whom, and where to
    name: str, mode: str, server: Server, folder: Path, given: Any, into: Figures
) -> None:
    with running(name, server, mode, folder) as process:
        server.measure(_WARM)
        before = _cpu(process)
        burst = server.measure(given.updates)
        into.burst.append(burst["per_second"])
        into.cpu.append((_cpu(process) - before) / max(burst["replies"], 1) * 1000)
        steady = server.measure(int(given.rate * given.seconds), given.rate)
        into.median.append(steady["median_ms"])
        into.p99.append(steady["p99_ms"])
        into.memory.append(_memory(process))


def _memories(mode: str, server: Server, folder: Path, counts: list[int]) -> list[float]:
    """Megabytes of ours after so many updates."""
    found = []
    with running("ours", server, mode, folder) as process:
        done = 0
        for count in counts:
            while done < count:
                step = min(10_000, count - done)
                server.measure(step)
                done += step
            found.append(_memory(process))
    return found


def _show(mode: str, measured: dict[str, Figures], given: Any) -> None:
    print(f"\n{mode}: burst of {given.updates}, then {given.rate:g}/s for {given.seconds:g} s")
    head = ("", "updates/s", "median ms", "p99 ms", "CPU s/1000", "MB", "x ptb-httpx", "x aiogram")
    print("{:12} {:>18} {:>10} {:>10} {:>11} {:>7} {:>12} {:>10}".format(*head))
    middle = statistics.median
    for name, one in measured.items():
        rate = middle(one.burst)
        beside = [
            rate / middle(measured[base].burst) if base in measured else float("nan")
            for base in ("ptb-httpx", "aiogram")
        ]
        span = f"{rate:.0f} ({min(one.burst):.0f}-{max(one.burst):.0f})"
        print(
            f"{name:12} {span:>18} {middle(one.median):10.1f} {middle(one.p99):10.1f}"
            f" {middle(one.cpu):11.2f} {max(one.memory):7.0f} {beside[0]:12.2f} {beside[1]:10.2f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=1500, help="updates in a burst")
    parser.add_argument("--rate", type=float, default=150.0, help="updates a second, for latency")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long at that rate")
    parser.add_argument("--mode", choices=("polling", "webhook"), action="append")
    parser.add_argument("--only", choices=("ours", *_ECHOES), action="append")
    parser.add_argument("--different", action="store_true", help="no question comes twice")
    parser.add_argument("--no-memory", action="store_true", help="leave out the memory by updates")
    parser.add_argument("--long", action="store_true", help="memory up to 100,000 updates")
    parser.add_argument("--kills", type=int, default=0, help="so many kill -9 in each mode instead")
    given = parser.parse_args()
    if given.kills:
        _kill(given.kills)
        return
    print("Sending limits and limits per person are taken away by settings for ours.")
    names = given.only or ["ours", *_ECHOES]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        server = Server(_questions(folder, different=given.different))
        try:
            for mode in given.mode or ("polling", "webhook"):
                measured = {name: Figures() for name in names}
                for _ in range(given.rounds):
                    for name in names:
                        _round(name, mode, server, folder, given, measured[name])
                _show(mode, measured, given)
                if not given.no_memory:
                    counts = [1, 10_000, 100_000] if given.long else [1, 10_000]
                    found = _memories(mode, server, folder, counts)
                    told = ", ".join(
                        f"{c:,}: {m:.0f} MB" for c, m in zip(counts, found, strict=True)
                    )
                    print(f"{mode}: memory of ours after updates: {told}")
        finally:
            server.close()


def _kill(times: int) -> None:
    """The tests' proof of "at least once", longer."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/channels/telegram/test_kill.py"]
    environment = {**os.environ, "FAQBOT_KILLS": str(times)}
    raise SystemExit(subprocess.call(command, cwd=_ROOT, env=environment))  # noqa: S603


if __name__ == "__main__":
    main()
