"""``faqbot version``."""

from importlib import metadata

from bot.cli.output import say


def version() -> None:
    """Show the version."""
    try:
        number = metadata.version("candidate-faq-bot")
    except metadata.PackageNotFoundError:
        number = "(not installed)"
    say(f"faqbot {number}")
