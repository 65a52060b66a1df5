"""What comes in: messages and taps, in our words, whatever the messenger."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum


class Content(Enum):
    """What a message carries."""

    TEXT = "text"
    DOCUMENT = "document"
    VOICE = "voice"
    PICTURE = "picture"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, and where a reply goes.

    ``channel`` is the messenger (``telegram``, ``console``), ``account`` the bot's own account on
    it, ``chat`` the address of the conversation, ``person`` the writer's id on that messenger.
    """

    channel: str
    account: str
    chat: str
    person: str
    language: str | None = None
    """The messenger's hint, a language code such as ``fr`` or ``pt-br``."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text or something else that a candidate sent.

    ``key`` is unique per channel and account, the same when the messenger delivers it again.
    ``message_id`` is the messenger's id of the message within its chat; ``edited`` says that it
    replaces what was sent before under the same ``message_id``. ``buttonless`` says that the writer
    has neither buttons nor a menu, so that numbers and words may stand for them; ``fleeting`` that
    the writer set it to disappear: its text is kept no longer than it takes to answer.
    """

    key: str
    sender: Sender
    text: str
    received: dt.datetime
    content: Content = Content.TEXT
    message_id: str = ""
    edited: bool = False
    group: bool = False
    buttonless: bool = False
    fleeting: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a reply. ``data`` comes back in a `Tap`, 64 bytes at most."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that was tapped, or a choice by number: ``data`` is what the button carried.

    ``message_id`` is the messenger's id of the message below which it stood, ``shown`` the buttons
    that stand there, where the messenger tells them. ``buttonless`` is that of a `Message`.
    """

    key: str
    sender: Sender
    data: str
    received: dt.datetime
    message_id: str = ""
    shown: tuple[tuple[Button, ...], ...] = ()
    buttonless: bool = False


Incoming = Message | Tap


@dataclass(frozen=True, slots=True)
class Heard:
    """A message together with what a messenger with quotes tells besides.

    ``timestamp`` and ``quotable`` are what a quote of it needs, ``target`` names the earlier
    message that it edits, ``name`` is what the writer calls himself; ``quoted`` and ``quoted_text``
    are the id and the text of the message of ours that it quotes, if it does.
    """

    message: Message
    timestamp: int
    quotable: str
    target: str = ""
    name: str = ""
    quoted: str = ""
    quoted_text: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes out with a reply: its name, its media type, and what is in it."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Marks:
    """Other buttons below an earlier message, which shows its own text as before."""

    message_id: str
    buttons: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: safe Markdown (bold, italic, links, lists) and rows of buttons.

    ``text`` is never HTML; see `bot.core.markup`. It is empty only where ``marks`` says all that
    there is to say. ``edits`` names the earlier reply that this one replaces, by the messenger's
    id, where the messenger can do so.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    edits: str = ""
    previews: bool = False
    rates: str = ""
    """The uid of the question that this answers, if the answer may be rated: ``+|uid`` and
    ``-|uid`` are the data of a thumb up and a thumb down, shown as the messenger does."""
    file: Attachment | None = None
    marks: Marks | None = None
