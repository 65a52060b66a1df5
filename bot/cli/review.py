"""``faqbot review``: the review page for a local database, and links into the one that runs."""

import asyncio
import getpass
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import Misuse
from bot.cli.loading import Load, live_knowledge, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    TodayOption,
    UnusedKnowledge,
    clock_of,
    settings_of,
)
from bot.cli.output import say, tell

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings

_LONGEST_NAME = 80

review = typer.Typer(
    help="The review page: alone, or a link into the one that `faqbot run` serves.",
    add_completion=False,
    rich_markup_mode=None,
)


@review.callback(invoke_without_command=True)
def alone(
    context: typer.Context,
    *,
    listen: Annotated[
        str | None,
        typer.Option("--listen", metavar="HOST:PORT", help="Where; else 127.0.0.1:8080."),
    ] = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Serve the review page for a look at a local database, and print a link into it.

    The link works once, for ten minutes. Ctrl-C ends it. What is answered here is told to those
    who wait as soon as `faqbot run` is there.
    """
    if context.invoked_subcommand is not None:
        return
    from bot import app, review
    from bot.cli.logs import set_up_logging

    load: Load = context.obj
    settings, clock = settings_of(config), clock_of(today)
    set_up_logging()
    live = live_knowledge(_folder(knowledge, settings), load)
    where = listen or (settings.web.listen if settings.web is not None else "127.0.0.1:8080")

    async def serve() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with await app.open_store(settings) as store:
            parts = review.Parts(store, live, sentences(), clock, app.about(settings))
            visitor = review.Visitor(_name_here(), say)
            await review.serve_alone(parts, settings, where, visitor, stop)

    asyncio.run(serve())


@review.command("link")
def link(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who is to come in.")],
    *,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="viewer, moderator or editor.")
    ] = "moderator",
    config: ConfigOption = None,
    today: TodayOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
) -> None:
    """Print a link that lets NAME into the page that `faqbot run` serves.

    It works once, for ten minutes.
    """
    from bot import app, review
    from bot.core.gap import Role

    known = {one.value: one for one in Role}
    if role not in known:
        raise Misuse(f"--role: there is no role `{role[:40]}`: {', '.join(known)}")
    called = " ".join(name.split())[:_LONGEST_NAME]
    if not called:
        raise Misuse("NAME: write who is to come in")
    settings, clock = settings_of(config), clock_of(today)

    async def make() -> str:
        async with await app.open_store(settings) as store:
            return await review.link_into(store, settings, called, known[role], clock())

    say(asyncio.run(make()))
    if settings.web is None:
        tell("`web:` is not set, so `faqbot run` does not serve the page: see config.example.yaml")


def _folder(knowledge: "Path | None", settings: "Settings") -> "Path":
    return knowledge if knowledge is not None else settings.knowledge


def _name_here() -> str:
    """Who runs this, as the machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"
