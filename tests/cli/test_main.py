import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Faqbot

ROOT = Path(__file__).parents[2]
COMMANDS = ("chat", "ask", "run", "check", "log", "purge", "backup", "eval", "version")


def shell(command: str) -> "subprocess.CompletedProcess[str]":
    """Run *command*, in which PYTHON is this one, where the project lies."""
    command = command.replace("PYTHON", sys.executable)
    return subprocess.run(  # noqa: S602 - fixed commands of these tests
        command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_without_a_command_it_says_what_there_is(faqbot: Faqbot) -> None:
    said = faqbot()

    assert all(command in said.out + said.err for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(faqbot: Faqbot, command: str) -> None:
    said = faqbot(command, "--help")

    assert said.code == 0
    assert "Usage: faqbot " in said.out


@pytest.mark.parametrize("arguments", [("nothing",), ("ask",), ("ask", "a", "b"), ("log", "--no")])
def test_a_wrong_call_is_told_and_ends_with_2(faqbot: Faqbot, arguments: tuple[str, ...]) -> None:
    said = faqbot(*arguments)

    assert said.code == 2
    assert "Error: " in said.err


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in {"version", "run"}])
def test_the_shared_options_are_taken_everywhere(faqbot: Faqbot, command: str) -> None:
    help_ = faqbot(command, "--knowledge", "k", "--today", "2026-01-01", "--config", "c", "--help")

    assert help_.code == 0


def test_the_version_is_told(faqbot: Faqbot) -> None:
    assert faqbot("version").out.startswith("faqbot ")
    assert faqbot("--version").out == faqbot("version").out


def test_a_command_that_asks_loads_no_database_and_no_messenger() -> None:
    heavy = "sqlalchemy telegram aiohttp sklearn prompt_toolkit rich.console alembic"
    loaded = f"print(set('{heavy}'.split()) & set(sys.modules))"
    code = f"import sys, bot.cli.main, bot.matching.record; {loaded}"

    assert shell(f'PYTHON -c "{code}"').stdout == "set()\n"


def test_run_without_a_messenger_is_one_clear_line(faqbot: Faqbot) -> None:
    said = faqbot("run")

    assert said.code == 1
    assert said.err == (
        "config.yaml: no messenger is set up: there is no token for Telegram: "
        "set FAQBOT_TELEGRAM__TOKEN, or `token` or `token_file` below `telegram:`\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("telegram:\n  token: hunter2\n", "config.yaml:2: `telegram.token`"),
        (
            "signal: {rpc: 'http://a:1', account: '+33612345678'}\n",
            "config.yaml:1: `signal.rpc`: this is not the address of a signal-cli daemon",
        ),
        (
            "telegram: {mode: webhook, webhook: {url: https://b.example/t}}\n",
            "config.yaml:1: no messenger is set up",
        ),
        ("telegram: {token_file: none}\n", "config.yaml:1: the file none cannot be read"),
        ("a: b: c\n", "config.yaml:1: "),
    ],
)
def test_run_with_settings_that_cannot_work_is_one_clear_line(
    faqbot: Faqbot, home: Path, text: str, said: str
) -> None:
    (home / "config.yaml").write_text(text)

    told = faqbot("run")

    assert told.code == 1
    assert told.err.startswith(said)
    assert told.err.count("\n") == 1
    assert "hunter2" not in told.err


def test_settings_that_are_named_must_be_there(faqbot: Faqbot) -> None:
    said = faqbot("log", "--config", "nowhere.yaml")

    assert (said.code, said.err.startswith("nowhere.yaml: there is no such file")) == (1, True)


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = shell("PYTHON -m bot --help | head -n 1")

    assert (done.stdout, done.stderr) == ("Usage: faqbot [OPTIONS] COMMAND [ARGS]...\n", "")
