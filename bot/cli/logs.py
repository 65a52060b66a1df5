"""Logs: one event per line, for people on a terminal, else as JSON.

What stays out of every line: tokens, and texts and addresses of candidates. An error that is not
ours is named by its kind and where it happened, since its message may quote what somebody wrote.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.channels.telegram.masking import hush, mask
from bot.errors import loggable


class _Masked(structlog.stdlib.ProcessorFormatter):
    """Takes tokens out of the finished line, whoever logged it."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def set_up_logging(stream: TextIO | None = None, *, people: bool | None = None) -> None:
    """Log to *stream* (stderr), readable if it is a terminal (or *people*), else as JSON."""
    stream = stream or sys.stderr
    people = stream.isatty() if people is None else people
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(people=people, colours=stream.isatty()))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    hush()


def _formatter(*, people: bool, colours: bool) -> logging.Formatter:
    time = structlog.processors.TimeStamper(
        fmt="%H:%M:%S" if people else "iso", utc=not people, key="timestamp"
    )
    show: Processor = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    if people:
        show = structlog.dev.ConsoleRenderer(
            colors=colours, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    return _Masked(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            time,
            _short_trace,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, show],
    )


def _short_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Where an error happened, and of what kind it is."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(found, tuple) and found[1] is not None:
        event["exception"] = "\n".join(_chain(found[1]))
    return event


def _chain(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)
    yield from _frames(error.__traceback__)
    yield loggable(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _chain(each)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
