"""The menu of commands that Telegram shows beside the input field."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bot.channels.telegram.masking import mask

_log = logging.getLogger(__name__)

GROUPS = ("help", "topics", "language", "privacy")
"""The commands that are offered in groups too; the others concern one person only."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command without its slash, and what it is for; ``groups`` shows it in groups too."""

    name: str
    description: str
    groups: bool = False


async def publish(bot: Bot, menus: Mapping[str, Sequence[Command]], fallback: str = "en") -> bool:
    """Set the commands for private chats and for groups, in each language of *menus*.

    People whose language is not there see the one of *fallback*. A menu hides commands, it forbids
    none.

    Returns:
        False if Telegram did not take them; that is logged, and no reason not to run.
    """
    languages: list[tuple[str | None, Sequence[Command]]] = [*menus.items()]
    languages.append((None, menus.get(fallback) or next(iter(menus.values()), ())))
    try:
        for language, commands in languages:
            in_groups = [command for command in commands if command.groups]
            await _set(bot, commands, BotCommandScopeAllPrivateChats(), language)
            await _set(bot, in_groups, BotCommandScopeAllGroupChats(), language)
    except TelegramError as error:
        _log.warning("Telegram did not take the menu of commands: %s", mask(error))
        return False
    return True


async def _set(
    bot: Bot, commands: Sequence[Command], scope: BotCommandScope, language: str | None
) -> None:
    shown = [BotCommand(command.name, command.description[:256]) for command in commands]
    if shown:
        await bot.set_my_commands(shown, scope=scope, language_code=language)
    else:
        await bot.delete_my_commands(scope=scope, language_code=language)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Telegram shows of the bot: its name, a line on its page, and the text before /start."""

    name: str
    short: str
    description: str


async def introduce(bot: Bot, profiles: Mapping[str, Profile], fallback: str = "en") -> None:
    """Set name and descriptions, in each language of *profiles*; else those of *fallback*.

    Telegram allows only a few such changes a day, so this is done on request.

    Raises:
        TelegramError: Telegram does not take them.
    """
    default = profiles.get(fallback) or next(iter(profiles.values()))
    every: list[tuple[str | None, Profile]] = [(None, default), *profiles.items()]
    for language, profile in every:
        await bot.set_my_name(_cut(profile.name, 64), language_code=language)
        await bot.set_my_short_description(_cut(profile.short, 120), language_code=language)
        await bot.set_my_description(_cut(profile.description, 512), language_code=language)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
