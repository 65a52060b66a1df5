"""What goes wrong on the command line itself."""

from bot.errors import BotError


class Misuse(BotError):  # noqa: N818 - reads as the outcome that it is
    """The command was given something that it cannot work with; the message says what."""
