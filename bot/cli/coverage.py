"""``faqbot coverage``: what each posting has on each topic, and how often it is asked."""

import asyncio
import csv as csvfile
import datetime as dt
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.cli.loading import choose, read_knowledge
from bot.cli.logfile import existing_log
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    TodayOption,
    clock_of,
    moment,
    settings_of,
)
from bot.cli.output import say, table, tell
from bot.core.posting import Posting
from bot.errors import StoreError
from bot.knowledge.coverage import STATES, Row, Tally, cover, most_wanted
from bot.settings import Settings

_STDOUT = "-"
_COLUMNS = (
    "posting", "topic", "label", "state", "through", "lacks",
    "asked", "answered", "partial", "share", "languages",
)  # fmt: skip


def coverage(  # noqa: PLR0913 - one parameter per option
    posting: Annotated[
        str | None, typer.Argument(metavar="[POSTING]", help="Only this posting.")
    ] = None,
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Count only what was asked then or later."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one line of JSON for each topic.")
    ] = False,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the table there; - for the output."),
    ] = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Show what each posting has on each topic, and how often candidates ask about it.

    What was asked and is open comes first, the most asked on top.
    """
    clock_of(today)
    settings = settings_of(config)
    start = moment(since, "--since", dt.time()) if since is not None else None
    base = read_knowledge(knowledge if knowledge is not None else settings.knowledge)
    wanted = [choose(base, posting)] if posting is not None else list(base.postings.values())
    tallies = asyncio.run(_tallies(settings, posting, start))
    rows = [(one, most_wanted(cover(one, base.topics, tallies))) for one in wanted]
    flat = [row for _, found in rows for row in found]
    if as_json:
        for row in flat:
            say(json.dumps(row.as_json(), ensure_ascii=False))
    elif csv is not None:
        _save(flat, csv)
    else:
        for one, found in rows:
            _show(one, found)


async def _tallies(
    settings: Settings, posting: str | None, since: dt.datetime | None
) -> Sequence[Tally]:
    from bot.storage.coverage import Asked

    try:
        async with existing_log(settings) as store:
            return await Asked(store.database).tallies(posting, since)
    except StoreError as error:
        if "there is no log yet" not in str(error):
            raise
        tell("Nothing was asked yet: there is no log.")
        return ()


def _show(posting: Posting, rows: Sequence[Row]) -> None:
    shown = [row for row in rows if row.asked or row.state != "open" or "." not in row.matter]
    header = ("topic", "about", "state", "through", "asked", "answered", "languages")
    table(posting.id, header, [_cells(row) for row in shown])
    counts = {state: sum(row.state == state for row in rows) for state in STATES}
    found = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    asked = sum(row.asked for row in rows)
    answered = sum(row.answered for row in rows)
    say(f"{len(rows)} topics and own entries: {found}; {asked} questions, {answered} answered")
    if len(shown) < len(rows):
        say(f"{len(rows) - len(shown)} details that nobody asked about are left out (--json)")
    say()


def _cells(row: Row) -> tuple[str, ...]:
    through = ", ".join(entry for entry in row.through if entry != row.matter)
    if row.lacks:
        through = f"{through} (not in {', '.join(row.lacks)})".strip()
    return (
        row.matter,
        row.label,
        row.state,
        through,
        str(row.asked or ""),
        f"{row.share:.0%}" if row.share is not None else "",
        _languages(row),
    )


def _languages(row: Row) -> str:
    return ", ".join(f"{language} {count}" for language, count in row.languages.items())


def _save(rows: Sequence[Row], file: Path) -> None:
    if str(file) == _STDOUT:
        _write(rows, sys.stdout)
        return
    # With the mark that makes spreadsheets read it as UTF-8.
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        _write(rows, out)
    tell(f"{file}: {len(rows)} lines")


def _write(rows: Iterable[Row], out: TextIO) -> None:
    from bot.core.defusing import defused

    writer = csvfile.writer(out)
    writer.writerow(_COLUMNS)
    for row in rows:
        plain = row.as_json() | {"languages": _languages(row)}
        cells = (plain[name] for name in _COLUMNS)
        joined = (" ".join(cell) if isinstance(cell, list) else cell for cell in cells)
        writer.writerow([defused(cell) for cell in joined])
