"""Evaluation records as text."""

import json

from bot.channels.console import printable
from bot.matching.record import Record


def as_line(record: Record) -> str:
    """The record as one line of JSON that steers no terminal and misses no encoding."""
    line = json.dumps(record.as_json(), ensure_ascii=False)
    # Escaped where it holds more than plain text, such as marks of direction or half characters.
    return line if printable(line) == line else json.dumps(record.as_json())
