"""The options that commands share."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from bot.cli.errors import Misuse

if TYPE_CHECKING:
    from bot.settings import Settings

Clock = Callable[[], dt.datetime]

KnowledgeOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--knowledge",
        metavar="DIR",
        help="Folder (or file) with the knowledge; else that of the settings, else `knowledge`.",
    ),
]
ConfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="FAQBOT_CONFIG",
        help="Settings; else config.yaml of this folder if it is there, else defaults.",
    ),
]
TodayOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--today", metavar="DATE", help="Take this for today, as in 2026-03-26."),
]
PostingOption: TypeAlias = Annotated[
    str | None, typer.Option("--posting", metavar="ID", help="The posting that it is about.")
]
LanguageOption: TypeAlias = Annotated[
    str | None, typer.Option("--lang", metavar="CODE", help="Language of the replies, as in fr.")
]
# Taken by every command, so that a script can give all of them the same.
UnusedKnowledge: TypeAlias = Annotated[Path | None, typer.Option("--knowledge", hidden=True)]
UnusedToday: TypeAlias = Annotated[str | None, typer.Option("--today", hidden=True)]
UnusedConfig: TypeAlias = Annotated[Path | None, typer.Option("--config", hidden=True)]


def settings_of(config: Path | None) -> "Settings":
    """The settings, with what the environment says.

    Raises:
        ConfigError: with every mistake in them.
    """
    from bot.settings import load_settings

    return load_settings(config, os.environ)


def knowledge_folder(knowledge: Path | None, config: Path | None) -> Path:
    """The folder that was named, else that of the settings, which are not read otherwise."""
    return knowledge if knowledge is not None else settings_of(config).knowledge


def clock_of(today: str | None) -> Clock:
    """The time as it is, or as it would be if it were *today*.

    A date without a time begins at noon (UTC), so that it is that date in most of the world. The
    clock goes on from there.

    Raises:
        Misuse: *today* is no date.
    """
    start = dt.datetime.now(dt.UTC)
    shift = moment(today, "--today", dt.time(12)) - start if today is not None else dt.timedelta()
    return lambda: dt.datetime.now(dt.UTC) + shift


def moment(text: str, option: str, time: dt.time) -> dt.datetime:
    """*text* as an aware moment: a date gets *time*; without an offset, it is UTC.

    Raises:
        Misuse: it is no date.
    """
    try:
        found = dt.datetime.fromisoformat(text.strip())
        if len(text.strip()) <= len("2026-03-26"):
            found = dt.datetime.combine(found.date(), time)
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Misuse(f"{option}: `{text}` is not a date: write it as 2026-03-26") from error
