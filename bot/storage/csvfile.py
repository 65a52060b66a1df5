"""The log as a table for spreadsheets, in which nothing that a candidate typed can run."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from bot.core.chat import LoggedQuestion
from bot.core.defusing import defused
from bot.errors import StoreError

_COLUMNS: dict[str, Callable[[LoggedQuestion], object]] = {
    "received": lambda one: one.received.isoformat(timespec="seconds"),
    "channel": lambda one: one.channel,
    "person": lambda one: one.person,
    "posting": lambda one: one.posting,
    "language": lambda one: one.language,
    "text": lambda one: one.text,
    "decision": lambda one: one.decision,
    "topic": lambda one: one.topic,
    "entry": lambda one: one.entry,
    "confidence": lambda one: round(one.confidence, 3),
    "runners_up": lambda one: " ".join(
        f"{other.id}:{other.confidence:.2f}" for other in one.ranking
    ),
    "open": lambda one: "yes" if one.open else "no",
    "replied": lambda one: "yes" if one.replied else "no",
    "rating": lambda one: one.rating,
    "ms": lambda one: round(one.ms, 1),
    "uid": lambda one: one.uid,
}


def write_csv(questions: Iterable[LoggedQuestion], out: TextIO) -> int:
    """Write a header line and one line per question; returns how many.

    *out* is opened with ``newline=""``.
    """
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    count = 0
    for question in questions:
        writer.writerow([defused(value(question)) for value in _COLUMNS.values()])
        count += 1
    return count


def save_csv(questions: Iterable[LoggedQuestion], file: Path) -> int:
    """Write *file*, in UTF-8 with the mark that makes spreadsheets read it so; returns how many.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            return write_csv(questions, out)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
