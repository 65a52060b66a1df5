"""``faqbot telegram setup``: what Telegram shows of the bot."""

import asyncio

import typer

from bot.cli.loading import sentences
from bot.cli.options import ConfigOption, UnusedKnowledge, UnusedToday, settings_of
from bot.cli.output import say

telegram = typer.Typer(
    help="The bot's account on Telegram.", no_args_is_help=True, rich_markup_mode=None
)


@telegram.callback()
def _group() -> None:
    """The bot's account on Telegram."""


@telegram.command("setup")
def setup(
    *,
    config: ConfigOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
    today: UnusedToday = None,  # noqa: ARG001 - see there
) -> None:
    """Set the bot's name, its descriptions and its commands, in every language.

    Telegram allows only a few such changes a day. `run` sets the commands by itself.
    """
    from bot import messengers

    name = asyncio.run(messengers.set_up_telegram(settings_of(config), sentences()))
    say(f"@{name}: name, descriptions and commands are set")
