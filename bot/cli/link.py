"""``faqbot link``: a posting's link into Telegram, with its QR code for the job ad."""

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
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: UnusedToday = None,  # noqa: ARG001 - see there
) -> None:
    """Print the link that opens a conversation about POSTING, and its QR code.

    The QR code is printed on a terminal only; --png and --svg write it to a file.
    """
    import segno

    found = choose(read_knowledge(knowledge_folder(knowledge, config)), posting)
    name = _named(bot) if bot is not None else _asked(config)
    address = f"https://t.me/{name}?start={found.id}"
    code = segno.make(address, error="m", micro=False)
    say(address)
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


def _asked(config: Path | None) -> str:
    from bot import app

    return asyncio.run(app.telegram_name(settings_of(config)))
