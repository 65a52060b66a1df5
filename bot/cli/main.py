"""The command ``faqbot``: its commands, and what becomes of errors."""

import io
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from bot.cli import (
    ask,
    backup,
    chat,
    check,
    coverage,
    draft,
    evaluate,
    export,
    link,
    log,
    moderators,
    purge,
    review,
    run,
    telegram,
    version,
)
from bot.cli.errors import Misuse
from bot.cli.loading import Load, load_mind
from bot.cli.output import tell
from bot.errors import BotError, ConfigError, KnowledgeError

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
app.command("chat")(chat.chat)
app.command("ask")(ask.ask)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("coverage")(coverage.coverage)
app.command("log")(log.log)
app.command("purge")(purge.purge)
app.command("link")(link.link)
app.add_typer(telegram.telegram, name="telegram")
app.add_typer(moderators.moderators, name="moderators")
app.add_typer(review.review, name="review")
app.command("draft")(draft.draft)
app.command("export")(export.export)
app.command("backup")(backup.backup)
app.command("eval")(evaluate.evaluate)
app.command("version")(version.version)


def _show_version(asked: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    if asked:
        version.version()
        raise typer.Exit


@app.callback()
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
    try:
        app(list(arguments) if arguments is not None else None, prog_name="faqbot", obj=load)
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
