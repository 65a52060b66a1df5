"""Figures of a benchmark, in columns that line up."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

NOT_INSTALLED = "not installed"


def timed(ask: Callable[[str], T], questions: Sequence[str]) -> tuple[list[T], list[float]]:
    """Each answer, and the milliseconds of one core that it took, whatever else the machine does.

    The first question is asked twice.
    """
    answers: list[T] = []
    times: list[float] = []
    ask(questions[0])
    for question in questions:
        began = time.thread_time()
        answers.append(ask(question))
        times.append((time.thread_time() - began) * 1000)
    return answers, times


def spread(times: Sequence[float]) -> tuple[str, str]:
    """The median and the 99th percentile, in milliseconds."""
    last = (
        statistics.quantiles(times, n=100, method="inclusive")[98] if len(times) > 1 else times[0]
    )
    return f"{statistics.median(times):.2f}", f"{last:.2f}"


def percent(part: float, whole: float) -> str:
    """A share; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}" if whole else "-"


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, at once."""
    lines = [list(header), *([*row, *[""] * (len(header) - len(row))] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    print(f"\n{title}")
    for line in lines:
        first, *rest = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join((first, *rest)).rstrip(), flush=True)
