"""The terminal as a channel: replies are written, choices are numbered.

What stays out: reading lines and the prompt (`bot.cli.chat`), and what a number means
(`bot.core.spoken`).
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from bot.core.choice import numbered
from bot.core.markup import Span, Styled, render
from bot.core.message import Message, Reply, Sender

_CODES = {"bold": "1", "italic": "3", "link": "4"}
# Control characters steer a terminal, marks of direction reorder what is read.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """*text* without anything that would steer a terminal: it may be what a stranger typed."""
    return _SURROGATES.sub("\ufffd", _STEERING.sub("", text))


def visitor(language: str | None = None) -> Sender:
    """Somebody who begins a conversation; each time somebody new."""
    who = uuid.uuid4().hex
    return Sender("console", "local", who, who, language)


@dataclass
class Console:
    """One conversation in a terminal.

    Args:
        write: takes a whole reply, without the line end.
        colours: whether bold, italic and links are shown as such.
        sender: who sits there.
    """

    write: Callable[[str], object]
    colours: bool = False
    sender: Sender = field(default_factory=visitor)

    name = "console"

    async def send(self, to: Sender, reply: Reply) -> str:  # noqa: ARG002 - the port's signature
        """Write the reply, its choices numbered."""
        self.write(shown(reply, colours=self.colours))
        return ""

    def incoming(self, line: str, received: dt.datetime) -> Message:
        """What a typed line is, which may be the number of a choice."""
        return Message(uuid.uuid4().hex, self.sender, line, received, buttonless=True)


def shown(reply: Reply, *, colours: bool) -> str:
    """A reply as it is written, with the text of its file, the choices numbered below it."""
    choices = [f"{number}) {printable(button.label)}" for number, button in numbered(reply)]
    text = _painted(render(reply.text), colours=colours)
    file = printable(reply.file.content.decode("utf-8", "replace")).rstrip() if reply.file else ""
    return "\n\n".join(filter(None, (text, file, "\n".join(choices))))


def _painted(styled: Styled, *, colours: bool) -> str:
    edges = {0, len(styled.text)}
    for span in styled.spans:
        edges |= {span.start, span.end}
    parts = []
    for start, end in pairwise(sorted(edges)):
        over = [span for span in styled.spans if span.start <= start and end <= span.end]
        piece = printable(styled.text[start:end])
        codes = ";".join(sorted({_CODES[span.kind] for span in over})) if colours else ""
        parts.append(f"\x1b[{codes}m{piece}\x1b[0m" if codes and piece else piece)
        parts += [_target(styled, span) for span in over if span.end == end]
    return "".join(parts)


def _target(styled: Styled, span: Span) -> str:
    """Where a link leads, unless its text says so already."""
    url = printable(span.url)
    bare = url.removeprefix("mailto:").removeprefix("tel:")
    return f" ({bare})" if bare and bare not in styled.text[span.start : span.end] else ""
