"""``faqbot log``: what was asked, and what stayed open."""

import asyncio
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.logfile import existing_log
from bot.cli.options import (
    ConfigOption,
    PostingOption,
    TodayOption,
    UnusedKnowledge,
    clock_of,
    moment,
    settings_of,
)
from bot.cli.output import say, table, tell
from bot.core.chat import LoggedQuestion
from bot.settings import Settings

_STDOUT = "-"


def log(  # noqa: PLR0913 - one parameter per option
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every question, not only those that stayed open.")
    ] = False,
    posting: PostingOption = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only what was asked then or later."),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the questions there; - for the output."),
    ] = None,
    config: ConfigOption = None,
    today: TodayOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
) -> None:
    """Show the questions that stayed open.

    Alike ones stand together, the most asked first.
    """
    now = clock_of(today)()
    start = moment(since, "--since", dt.time()) if since is not None else None
    found = asyncio.run(_read(settings_of(config), posting, start, everything=everything))
    # Only tests of time have a log with questions of the future.
    found = [question for question in found if today is None or question.received <= now]
    if csv is not None:
        _export(found, csv)
    elif everything:
        _list(found)
    else:
        _group(found)


async def _read(
    settings: Settings, posting: str | None, since: dt.datetime | None, *, everything: bool
) -> list[LoggedQuestion]:
    async with existing_log(settings) as store:
        return await store.open_questions(posting, since, everything=everything)


def _export(questions: Sequence[LoggedQuestion], file: Path) -> None:
    from bot.storage.csvfile import save_csv, write_csv

    if str(file) == _STDOUT:
        write_csv(questions, sys.stdout)
    else:
        count = save_csv(questions, file)
        tell(f"{file}: {count} questions")


def _list(questions: Sequence[LoggedQuestion]) -> None:
    if not questions:
        say("Nothing was asked.")
        return
    rows = [
        (
            _when(one.received),
            one.posting or "",
            one.language,
            one.decision + (" (open)" if one.open else ""),
            one.topic or one.entry or "",
            one.text,
        )
        for one in questions
    ]
    table("", ("when", "posting", "language", "decision", "about", "question"), rows)


def _group(questions: Sequence[LoggedQuestion]) -> None:
    from bot.storage.grouping import grouped

    if not questions:
        say("Nothing is open.")
        return
    rows = [
        (
            str(group.count),
            str(group.people),
            group.posting or "",
            group.topic or "(not understood)",
            ", ".join(group.languages),
            _when(group.last),
            " / ".join(group.examples),
        )
        for group in grouped(questions)
    ]
    header = ("asked", "people", "posting", "topic", "languages", "last", "for example")
    table("", header, rows)


def _when(moment: dt.datetime) -> str:
    """In the time zone of whoever reads."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
