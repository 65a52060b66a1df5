"""``faqbot chat``: a conversation in the terminal, logged like any other."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import typer

from bot.channels.console import Console, printable, visitor
from bot.cli.loading import Load, check_language, choose, live_knowledge, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    LanguageOption,
    PostingOption,
    TodayOption,
    clock_of,
    settings_of,
)
from bot.cli.output import is_terminal, tell
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Brain
    from bot.knowledge.changes import Changes
    from bot.knowledge.live import Live

_PROMPT = "> "


def chat(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    *,
    posting: PostingOption = None,
    lang: LanguageOption = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Talk to the assistant in this terminal.

    A choice is made by its number. Ctrl-D ends the conversation.
    """
    from bot.app import Brain

    load: Load = context.obj
    clock = clock_of(today)
    settings = settings_of(config)
    phrases = sentences()
    language = check_language(phrases, lang) or _language_here()
    live = live_knowledge(knowledge if knowledge is not None else settings.knowledge, load)
    begin = "/start"
    if posting is not None:
        begin = f"/start {choose(live.current(), posting).id}"
    brain = Brain(live, phrases, live.understand, clock)
    console = Console(_write, colours=is_terminal(), sender=visitor(language))
    live.subscribe(_told)
    try:
        asyncio.run(_converse(brain, live, settings, console, begin))
    except KeyboardInterrupt:
        typer.echo()


async def _converse(
    brain: "Brain", live: "Live", settings: Settings, console: Console, begin: str
) -> None:
    from bot.app import open_store, service

    # A waiting `readline` must be interrupted itself: asyncio would only cancel the task around it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    async with await open_store(settings) as store:
        conversation = service(brain, store, settings, drafts=True)
        await conversation.receive(console.incoming(begin, brain.clock()), console)
        async for line in _lines():
            await live.refresh()
            await conversation.receive(console.incoming(line, brain.clock()), console)


def _lines() -> AsyncIterator[str]:
    """What is typed, line by line, empty lines left out, until the end or Ctrl-C."""
    return _typed() if sys.stdin.isatty() and is_terminal() else _piped()


async def _typed() -> AsyncIterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    session: PromptSession[str] = PromptSession(history=InMemoryHistory(), reserve_space_for_menu=0)
    while True:
        try:
            line = await session.prompt_async(_PROMPT)
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip():
            yield line


async def _piped() -> AsyncIterator[str]:
    """Reads in the event loop: nothing else happens meanwhile that would have to go on."""
    while True:
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            return
        if not line:
            return
        if line.strip():
            line = line.rstrip("\n")
            typer.echo(_PROMPT + printable(line))
            yield line


async def _told(changes: "Changes") -> None:
    for line in (*changes.lines(), *map(str, changes.problems)):
        tell(line)


def _write(text: str) -> None:
    typer.echo(text + "\n")


def _language_here() -> str | None:
    """The language of the terminal, as a messenger would tell it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value[:2] if value[:2].isalpha() and len(value) > 1 and value[0] != "C" else None
    return None
