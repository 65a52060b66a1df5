"""``faqbot backup``: a copy of the log while it is in use."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import ConfigOption, UnusedKnowledge, UnusedToday, settings_of
from bot.cli.output import say


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False,
    config: ConfigOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
    today: UnusedToday = None,  # noqa: ARG001 - see there
) -> None:
    """Copy the log to FILE while the bot runs.

    The key of its pseudonyms goes to FILE.key; both are readable by their owner only.
    """
    from bot.storage.backup import back_up

    settings = settings_of(config)
    written = asyncio.run(
        back_up(
            settings.database.get_secret_value(),
            file,
            key=settings.key,
            folder=settings.folder,
            overwrite=force,
        )
    )
    for each in written:
        say(str(each))
