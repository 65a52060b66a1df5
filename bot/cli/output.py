"""Printing: for people on a terminal with Rich, plain and steady into a pipe."""

import sys
from collections.abc import Iterable, Sequence

import typer

from bot.channels.console import printable


def say(text: str = "") -> None:
    """A line (or more) of the result."""
    typer.echo(printable(text))


def tell(text: str) -> None:
    """A line (or more) that is no result: an error, a warning, a note."""
    typer.echo(printable(text), err=True)


def counted(number: int, noun: str) -> str:
    """``1 answer``, ``2 answers``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def is_terminal() -> bool:
    """Whether a person sees the result directly."""
    return sys.stdout.isatty()


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table: with Rich on a terminal, else in columns that line up."""
    cleaned = [[printable(cell).replace("\n", " ") for cell in row] for row in rows]
    if is_terminal():
        _rich(title, header, cleaned)
    else:
        _plain(title, header, cleaned)


def _rich(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    # Here, because Rich costs more to load than most commands take.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title, title_justify="left", title_style="bold")
    for name in header:
        made.add_column(Text(name), overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))  # texts: brackets are no markup
    Console().print(made)


def _plain(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if title:
        typer.echo(title)
    lines = [header, *rows] if any(header) else list(rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
