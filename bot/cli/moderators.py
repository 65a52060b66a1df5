"""``faqbot moderators invite``: a code with which a group becomes the moderators' group."""

import asyncio

import typer

from bot.cli.logfile import existing_log
from bot.cli.options import (
    ConfigOption,
    TodayOption,
    UnusedKnowledge,
    clock_of,
    settings_of,
)
from bot.cli.output import say, tell

moderators = typer.Typer(help="The moderators' group.", no_args_is_help=True, rich_markup_mode=None)


@moderators.callback()
def _group() -> None:
    """The moderators' group."""


@moderators.command("invite")
def invite(
    *,
    config: ConfigOption = None,
    today: TodayOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
) -> None:
    """Print a code that makes the Telegram group in which it is written the moderators' group.

    It works once, for an hour, written by an administrator of the group, of which the bot is a
    member.
    """
    from bot.moderation.invite import invite as make
    from bot.storage.cards import Cards

    settings, clock = settings_of(config), clock_of(today)
    if settings.telegram.moderators_group is not None:
        tell("telegram.moderators_group names a group: a code has no effect until that is removed")

    async def made() -> str:
        async with existing_log(settings) as store:
            return await make(Cards(store.database), clock())

    code = asyncio.run(made())
    say(f"/claim {code}")
    tell("Add the bot to the group, and have one of its administrators write this line there.")
