"""What HR is told when a source cannot be read."""

from bot.errors import BotError


class SourceError(BotError):
    """A posting or a spreadsheet cannot be read; the message says why, and what to do."""


class Unreadable(SourceError):  # noqa: N818 - reads as the outcome that it is
    """The content itself cannot be read; the message lacks the file's name."""
