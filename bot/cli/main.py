"""The command ``faqbot``: its commands, and what becomes of errors."""

import importlib
import io
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, NoReturn

import typer

from bot.cli.errors import Misuse
from bot.cli.loading import Load, load_mind
from bot.cli.output import tell
from bot.errors import BotError, ConfigError, KnowledgeError

_COMMANDS = {
    "chat": "chat",
    "ask": "ask",
    "run": "run",
    "check": "check",
    "coverage": "coverage",
    "log": "log",
    "purge": "purge",
    "link": "link",
    "telegram": "telegram",
    "moderators": "moderators",
    "review": "review",
    "draft": "draft",
    "export": "export",
    "backup": "backup",
    "eval": "evaluate",
    "version": "version",
}
"""Each command, or group of commands, and the module that holds it under the same name."""


def command_line(names: Iterable[str] = tuple(_COMMANDS)) -> typer.Typer:
    """The commands of these *names*: a module is imported for its command only, which is slow."""
    # Without Rich's markup the errors stay one plain line, and `--help` is there at once.
    app = typer.Typer(
        name="faqbot",
        help="Answers candidates' questions with what HR wrote, and shows HR what stayed open.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name in names:
        module = _COMMANDS[name]
        part = getattr(importlib.import_module(f"bot.cli.{module}"), module)
        if isinstance(part, typer.Typer):
            app.add_typer(part, name=name)
        else:
            app.command(name)(part)
    app.callback()(_options)
    return app


def _show_version(asked: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    if asked:
        from bot.cli.version import version

        version()
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None, *, load: Load = load_mind) -> NoReturn:
    """Run the command and end the process.

    Exit codes: 0 it went well, 1 errors were found or it was refused, 2 it was called wrongly.

    Args:
        arguments: else those of the process.
        load: makes the engine.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What was typed in another encoding is no reason to stop.
            stream.reconfigure(errors="replace")
    given = sys.argv[1:] if arguments is None else list(arguments)
    known = given[:1] if given and given[0] in _COMMANDS else _COMMANDS
    try:
        command_line(known)(given, prog_name="faqbot", obj=load)
    except Misuse as error:
        tell(f"Error: {error}")
        sys.exit(2)
    except (ConfigError, KnowledgeError) as error:
        tell(str(error))  # file:line: what: how
    except BotError as error:
        tell(f"Error: {error}")
    except OSError as error:
        tell(f"Error: {_named(error)}")
    sys.exit(1)


def _named(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
