"""Our replies as Telegram's calls, and its refusals as our errors."""

import functools
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from telegram import InputFile, MessageEntity
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.api import Api
from bot.channels.telegram.limits import seconds_of
from bot.channels.telegram.masking import mask
from bot.core.buttons import rating_row
from bot.core.markup import Span, Styled, render, split, utf16_length, utf16_span
from bot.core.message import Attachment, Button, Marks, Reply, Sender
from bot.errors import DeliveryError, TryLater, Unreachable

_log = logging.getLogger(__name__)

LONGEST_TEXT = 4096
"""UTF-16 code units in one message, after the entities were taken out."""

LONGEST_CAPTION = 1024
"""The same, of a text below a file."""

LONGEST_DATA = 64
"""Bytes that a button can carry."""

_MOST_BUTTONS = 100
_MOST_REMEMBERED = 1000
_REMEMBERED = 1024
"""Texts, of which some are sent with many, as the words of a first contact are."""
_KINDS = {
    "bold": str(MessageEntity.BOLD),
    "italic": str(MessageEntity.ITALIC),
    "link": str(MessageEntity.TEXT_LINK),
}
_NOBODY_THERE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "group chat was deactivated",
    "group chat was upgraded",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "user_is_blocked",
    "bot was kicked",
)

T = TypeVar("T")
Call = Callable[["Place"], Awaitable[T]]
Keyboard = list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, and the topic in it where it has topics: ``-1001234:5`` in a `Sender`."""

    chat: int
    thread: int | None = None

    @classmethod
    def of(cls, address: str) -> "Place":
        """Read the address of a `Sender`.

        Raises:
            Unreachable: it is no address of Telegram's.
        """
        chat, _, thread = address.partition(":")
        try:
            return cls(int(chat), int(thread) if thread else None)
        except ValueError:
            raise Unreachable(f"no address on Telegram: {address!r}") from None


class Outbox:
    """Sends replies through one bot.

    A reply in several pieces that breaks off is taken up where it stopped, as long as this process
    lives.
    """

    def __init__(self, api: Api, moved: Callable[[str, str], Awaitable[None]]) -> None:
        self._api = api
        self._tell_moved = moved
        self._moved: OrderedDict[int, int] = OrderedDict()
        self._begun: OrderedDict[tuple[Sender, Reply], list[int]] = OrderedDict()

    async def send(self, to: Sender, reply: Reply) -> str:
        """See `bot.ports.Channel.send`."""
        try:
            return await self._send(to, reply)
        except TelegramError as error:
            raise translated(error) from error

    async def _send(self, to: Sender, reply: Reply) -> str:
        place = self._where(Place.of(to.chat))
        if reply.marks is not None:
            await self._mark(place, reply.marks)
        pieces = _pieces(reply.text)
        if reply.file is not None and not _is_caption(pieces):
            pieces = (*pieces, Styled(""))
        if not pieces and reply.marks is not None:
            return ""
        if not pieces:
            raise DeliveryError("a reply without any text")
        rows = (*reply.buttons, rating_row(reply.rates)) if reply.rates else reply.buttons
        keyboard = keyboard_of(rows)
        if reply.edits and len(pieces) == 1 and await self._edit(place, reply, pieces[0], keyboard):
            return reply.edits
        sent = self._progress(to, reply) if len(pieces) > 1 else []
        for number in range(len(sent), len(pieces)):
            last = number == len(pieces) - 1
            under = keyboard if last else None
            file = reply.file if last else None
            sent.append(await self._post(place, pieces[number], under, reply=reply, file=file))
        self._begun.pop((to, reply), None)
        return str(sent[-1])

    def _progress(self, to: Sender, reply: Reply) -> list[int]:
        """The pieces of this reply that went out before."""
        sent = self._begun.setdefault((to, reply), [])
        while len(self._begun) > _MOST_REMEMBERED:
            self._begun.popitem(last=False)
        return sent

    async def _post(
        self,
        place: Place,
        piece: Styled,
        keyboard: Keyboard | None,
        *,
        reply: Reply,
        file: Attachment | None,
    ) -> int:
        async def call(place: Place, piece: Styled) -> int:
            where = {"chat_id": place.chat, "message_thread_id": place.thread}
            if file is not None:
                data = _captioned(piece, keyboard, file)
                return await self._api.post_file("sendDocument", data | where)
            data = _content(piece, keyboard, previews=reply.previews)
            return await self._api.post_text("sendMessage", data | where)

        try:
            return await self._followed(place, lambda place: call(place, piece))
        except BadRequest as error:
            text = error.message.casefold()
            if place.thread is not None and "thread not found" in text:
                open_place = replace(place, thread=None)
                return await self._followed(open_place, lambda place: call(place, piece))
            if piece.spans and "entit" in text:
                # Better a plain answer than none.
                _log.error("Telegram refused the entities of a reply: %s", mask(error))
                return await self._followed(place, lambda place: call(place, Styled(piece.text)))
            raise

    async def _mark(self, place: Place, marks: Marks) -> None:
        """Change the buttons of an earlier message; where that is not possible, leave them."""
        if not marks.message_id.isdecimal():
            return

        async def call(place: Place) -> None:
            data = {
                "chat_id": place.chat,
                "message_id": int(marks.message_id),
                "reply_markup": {"inline_keyboard": keyboard_of(marks.buttons) or []},
            }
            await self._api.post_text("editMessageReplyMarkup", data)

        try:
            await self._followed(place, call)
        except BadRequest as error:
            _log.debug("the buttons of a message stay as they are: %s", mask(error))

    async def _edit(
        self, place: Place, reply: Reply, piece: Styled, keyboard: Keyboard | None
    ) -> bool:
        """Replace the earlier reply; False if that is not possible (deleted, too old)."""
        if not reply.edits.isdecimal():
            return False

        async def call(place: Place) -> None:
            data = _content(piece, keyboard, previews=reply.previews)
            data |= {"chat_id": place.chat, "message_id": int(reply.edits)}
            await self._api.post_text("editMessageText", data)

        try:
            await self._followed(place, call)
        except BadRequest as error:
            return "not modified" in error.message.casefold()
        return True

    async def _followed(self, place: Place, call: Call[T]) -> T:
        """Make a call, and once more where the group has become a supergroup meanwhile."""
        try:
            return await call(place)
        except ChatMigrated as error:
            self._moved[place.chat] = error.new_chat_id
            while len(self._moved) > _MOST_REMEMBERED:
                self._moved.popitem(last=False)
            await self._tell_moved(str(place.chat), str(error.new_chat_id))
            return await call(self._where(place))

    def _where(self, place: Place) -> Place:
        moved = self._moved.get(place.chat)
        return place if moved is None else replace(place, chat=moved)


@functools.lru_cache(_REMEMBERED)
def _pieces(text: str) -> tuple[Styled, ...]:
    """The text as it is sent. Kept, because what HR wrote is sent again and again."""
    return tuple(split(render(text), LONGEST_TEXT))


def _is_caption(pieces: Sequence[Styled]) -> bool:
    """Whether a text can stand below a file."""
    return len(pieces) == 1 and utf16_length(pieces[0].text) <= LONGEST_CAPTION


def _content(piece: Styled, keyboard: Keyboard | None, *, previews: bool) -> dict[str, Any]:
    """What sending and editing have in common, as the Bot API wants it; None is left out."""
    return {
        "text": piece.text,
        "entities": _entities(piece),
        "reply_markup": keyboard and {"inline_keyboard": keyboard},
        "link_preview_options": {"is_disabled": not previews},
    }


def _captioned(piece: Styled, keyboard: Keyboard | None, file: Attachment) -> dict[str, Any]:
    """A file with a text below it."""
    return {
        "document": InputFile(file.content, filename=file.name),
        "caption": piece.text or None,
        "caption_entities": _entities(piece),
        "reply_markup": keyboard and {"inline_keyboard": keyboard},
    }


@functools.lru_cache(_REMEMBERED)
def _entities(piece: Styled) -> list[dict[str, Any]] | None:
    return [_entity(piece.text, span) for span in piece.spans] or None


def _entity(text: str, span: Span) -> dict[str, Any]:
    """A span as Telegram counts it: in UTF-16 code units."""
    offset, length = utf16_span(text, span)
    found: dict[str, Any] = {"type": _KINDS[span.kind], "offset": offset, "length": length}
    return {**found, "url": span.url} if span.url else found


def keyboard_of(rows: Sequence[Sequence[Button]]) -> Keyboard | None:
    """Inline buttons; None if there are none. One that Telegram would refuse is left out."""
    keyboard: Keyboard = []
    room = _MOST_BUTTONS
    for row in rows:
        usable = [button for button in row if _usable(button)][:room]
        room -= len(usable)
        if usable:
            keyboard.append([{"text": b.label, "callback_data": b.data} for b in usable])
    return keyboard or None


def _usable(button: Button) -> bool:
    if button.label.strip() and 0 < len(button.data.encode()) <= LONGEST_DATA:
        return True
    _log.error("left out a button that Telegram cannot carry: %r", button.data[:LONGEST_DATA])
    return False


def translated(error: TelegramError) -> DeliveryError:
    """One of our errors for one of Telegram's; its text never holds the token.

    Telegram's order of classes hides a trap: its BadRequest is a NetworkError.
    """
    text = mask(error.message)
    match error:
        case Forbidden():
            return Unreachable(text)
        case RetryAfter():
            return TryLater(seconds_of(error), text)
        case BadRequest():
            gone = any(sign in text.casefold() for sign in _NOBODY_THERE)
            return Unreachable(text) if gone else DeliveryError(text)
        case TimedOut():
            return TryLater(2.0, text)
        case NetworkError():
            return TryLater(1.0, text)
        case InvalidToken():
            return TryLater(60.0, "the token was refused")
        case _:  # an answer that is no JSON comes as a plain TelegramError
            return TryLater(5.0, text)
