"""The conversation in a real terminal, and processes that are interrupted."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAT = (
    "from bot.cli.main import main; from tests.cli.conftest import fake_mind; "
    "main(['chat'], load=fake_mind)"
)
END_OF_INPUT = b"\x04"
CTRL_C = b"\x03"
PROMPT_IS_THERE = "\x1b[?2004h"


@dataclass
class Terminal:
    """A process with a terminal of its own."""

    process: "subprocess.Popen[bytes]"
    leader: int
    seen: bytes = b""

    def wait_for(self, text: str, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while text.encode() not in self.seen:
            ready, _, _ = select.select([self.leader], [], [], until - time.monotonic())
            assert ready, f"{text!r} did not come: {self.seen!r}"
            self.seen += os.read(self.leader, 65536)
            if b"\x1b[6n" in self.seen:  # prompt_toolkit asks where the cursor is
                os.write(self.leader, b"\x1b[1;1R")
                self.seen = self.seen.replace(b"\x1b[6n", b"")

    def type(self, keys: bytes) -> None:
        self.seen = b""
        os.write(self.leader, keys)

    def ended(self, seconds: float = 10) -> int:
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            if select.select([self.leader], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self.leader, 65536)
                except OSError:  # Linux: the other end is closed
                    break
        return self.process.wait(timeout=seconds)


@contextmanager
def terminal(home: Path) -> Iterator[Terminal]:
    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", CHAT],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=home,
        env=environment,
        start_new_session=True,
    )
    os.close(follower)
    try:
        yield Terminal(process, leader)
    finally:
        process.kill()
        process.wait()
        os.close(leader)


@pytest.mark.parametrize("keys", [END_OF_INPUT, CTRL_C], ids=["ctrl-d", "ctrl-c"])
def test_a_conversation_in_a_terminal_ends_cleanly(home: Path, keys: bytes) -> None:
    with terminal(home) as screen:
        screen.wait_for(PROMPT_IS_THERE)
        screen.type(b"hours?\r")
        screen.wait_for("\x1b[1m39 hours\x1b[0m")
        screen.wait_for(PROMPT_IS_THERE)

        screen.type(keys)

        assert screen.ended() == 0
    assert b"Traceback" not in screen.seen


def test_ctrl_c_ends_a_conversation_that_is_piped(home: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", CHAT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert b"automated assistant" in process.stdout.readline()
        time.sleep(0.5)  # until it waits for input

        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (0, b"")
