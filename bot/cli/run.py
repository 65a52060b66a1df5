"""``faqbot run``: the assistant on the messengers that the settings name."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from bot.cli.loading import Load, live_knowledge, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    TodayOption,
    clock_of,
    settings_of,
)
from bot.core.answering import OTHER_LANGUAGES
from bot.core.chat import Chat

if TYPE_CHECKING:
    from bot.knowledge.live import Live

_log = logging.getLogger("bot")

_YOUNG = 20_000
"""Objects that are made before the collector looks for circles among them."""

_REHEARSAL = ("Quel est le salair ?", "What are the hourz?", "¿Cuál es el horario de trabajo?")
"""Texts that need all that is loaded at its first use: slips, both languages, and another one."""

_TURN = 0.001
"""Seconds after which one thread gives way to another that waits."""


def run(
    context: typer.Context,
    *,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Serve the messengers that the settings name.

    Ctrl-C or SIGTERM stops it, after what is in flight was finished.
    """
    from bot import app, messengers
    from bot.cli.logs import set_up_logging

    load: Load = context.obj
    # What is read and learnt in a thread must not keep candidates waiting for the interpreter.
    sys.setswitchinterval(_TURN)
    clock = clock_of(today)
    settings = settings_of(config)
    set_up_logging()
    channels = messengers.configured(settings)
    live = live_knowledge(knowledge if knowledge is not None else settings.knowledge, load)
    brain = app.Brain(live, sentences(), live.understand, clock)
    served = [posting.id for posting in live.current().postings.values() if not posting.draft]
    _log.info("postings are served", extra={"postings": served})
    _rehearse(live)
    set_aside()
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(app.run(brain, settings, channels))


def _rehearse(live: "Live") -> None:
    """Have loaded now what the first candidates would otherwise wait for.

    The model lies in a file, of which each page is fetched when it is first looked at: the words of
    topics and answers look at most of it.
    """
    base = live.current()
    labels = [text for topic in base.topics.values() for text in topic.label.values()]
    for posting in list(base.postings.values())[:1]:
        answers = [text for entry in posting.entries for text in entry.answer.values()]
        for text in (*_REHEARSAL, *labels, *answers, *OTHER_LANGUAGES.values()):
            live.understand(base, posting, text, Chat())


def set_aside() -> None:
    """Take what was loaded for good out of the garbage collection.

    Otherwise each full collection walks through hundreds of thousands of words of the bank, and
    nobody is answered for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop of uvloop where there is one (not on Windows), else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
