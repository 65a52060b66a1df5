"""``faqbot link``: a posting's link into Telegram or Signal, with its QR code for the job ad."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import Misuse
from bot.cli.loading import choose, read_knowledge
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    UnusedToday,
    knowledge_folder,
    settings_of,
)
from bot.cli.output import is_terminal, say

_NAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")
_SCALE = 12


def link(  # noqa: PLR0913 - one parameter per option
    posting: Annotated[str, typer.Argument(metavar="POSTING", help="The posting's id.")],
    *,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Write the QR code as PNG.")
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write the QR code as SVG.")
    ] = None,
    bot: Annotated[
        str | None,
        typer.Option("--bot", metavar="NAME", help="The bot's name; else Telegram is asked."),
    ] = None,
    signal: Annotated[
        bool, typer.Option("--signal", help="The link into Signal, and the code to send first.")
    ] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: UnusedToday = None,  # noqa: ARG001 - see there
) -> None:
    """Print the link that opens a conversation about POSTING, and its QR code.

    The QR code is printed on a terminal only; --png and --svg write it to a file. A link into
    Signal opens the chat, but cannot carry a text: who scans it sends the code as the first
    message, so print it beside the QR code.
    """
    import segno

    if signal and bot is not None:
        raise Misuse("--bot names a bot on Telegram: leave it out, or leave out --signal")
    found = choose(read_knowledge(knowledge_folder(knowledge, config)), posting)
    if signal:
        address = _chat_on_signal(config)
        say(address)
        say(f"#{found.id}")
    else:
        name = _named(bot) if bot is not None else _asked(config)
        address = f"https://t.me/{name}?start={found.id}"
        say(address)
    code = segno.make(address, error="m", micro=False)
    if png is not None:
        code.save(str(png), kind="png", scale=_SCALE)
    if svg is not None:
        code.save(str(svg), kind="svg", scale=_SCALE)
    for file in (png, svg):
        if file is not None:
            say(str(file))
    if png is None and svg is None and is_terminal():
        code.terminal(sys.stdout, compact=True)


def _named(name: str) -> str:
    match = _NAME.fullmatch(name.strip())
    if match is None:
        raise Misuse(f"--bot: `{name[:60]}` is no name of a bot: it is what follows t.me/")
    return match[1]


def _chat_on_signal(config: Path | None) -> str:
    """The address that opens a chat with the bot on Signal."""
    settings = settings_of(config)
    if settings.signal is None:
        what = "there is no account on Signal"
        how = "write `rpc` and `account` below `signal:`"
        raise settings.problem("signal", what=what, how=how)
    account = settings.signal.account
    if not account.startswith("+"):
        what = "an account without a telephone number has no such link"
        how = "share its username's link, which the Signal app makes"
        raise settings.problem("signal", "account", what=what, how=how)
    return f"https://signal.me/#p/{account}"


def _asked(config: Path | None) -> str:
    from bot import messengers

    return asyncio.run(messengers.telegram_name(settings_of(config)))
