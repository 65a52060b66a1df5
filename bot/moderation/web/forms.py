"""What a browser sends: forms and queries, read once and asked by name."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import Request

LARGEST = 256 * 1024
"""Bytes of a form; an answer in ten languages is far smaller."""

_MOST_FIELDS = 2000
_DIGITS = 15
"""A number of so many digits fits the database."""


class TooLarge(Exception):  # noqa: N818 - reads as the outcome that it is
    """A form is larger than any of ours can be."""


class Form:
    """The fields of a form or a query, in the order in which they came."""

    def __init__(self, fields: Sequence[tuple[str, str]] = ()) -> None:
        self.fields = tuple(fields)

    def text(self, name: str) -> str:
        """The value of a field, every line end the same, without white space around; else empty."""
        found = next((value for key, value in self.fields if key == name), "")
        return found.replace("\r\n", "\n").replace("\r", "\n").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may stand there several times."""
        return tuple(value for key, value in self.fields if key == name)

    def number(self, name: str) -> int:
        """A field as a whole number; 0 where it is none, since nothing of ours has that number."""
        return number_of(self.text(name)) or 0

    def has(self, name: str) -> bool:
        """Whether a field holds anything."""
        return bool(self.text(name))

    def starting(self, prefix: str) -> dict[str, str]:
        """The fields that begin with *prefix* and hold anything, without it."""
        names = dict.fromkeys(key for key, _ in self.fields if key.startswith(prefix))
        return {name[len(prefix) :]: self.text(name) for name in names if self.has(name)}


def number_of(text: str) -> int | None:
    """A whole number as our pages write them; None for everything else, and for what is huge."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


async def read_form(request: Request) -> Form:
    """The form that was posted; any bytes are a form, if a senseless one.

    Raises:
        TooLarge: it is larger than `LARGEST`.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge
    return _parsed(body.decode("utf-8", "replace"))


def read_query(request: Request) -> Form:
    """What stands behind the question mark of the address."""
    return _parsed(request.url.query)


def _parsed(text: str) -> Form:
    try:
        return Form(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise TooLarge from None
