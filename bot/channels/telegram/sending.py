"""Our replies as Telegram's calls, and its refusals as our errors."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)
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

from bot.channels.telegram.limits import seconds_of
from bot.channels.telegram.masking import mask
from bot.core.markup import Span, Styled, render, split, utf16_span
from bot.core.message import Button, Reply, Sender
from bot.errors import DeliveryError, TryLater, Unreachable

_log = logging.getLogger(__name__)

LONGEST_TEXT = 4096
"""UTF-16 code units in one message, after the entities were taken out."""

LONGEST_DATA = 64
"""Bytes that a button can carry."""

_MOST_BUTTONS = 100
_MOST_REMEMBERED = 1000
_KINDS = {
    "bold": MessageEntity.BOLD,
    "italic": MessageEntity.ITALIC,
    "link": MessageEntity.TEXT_LINK,
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

    def __init__(self, bot: Bot, moved: Callable[[str, str], Awaitable[None]]) -> None:
        self._bot = bot
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
        pieces = split(render(reply.text), LONGEST_TEXT)
        if not pieces:
            raise DeliveryError("a reply without any text")
        keyboard = keyboard_of(reply.buttons)
        if reply.edits and len(pieces) == 1 and await self._edit(place, reply, pieces[0], keyboard):
            return reply.edits
        sent = self._progress(to, reply)
        for number in range(len(sent), len(pieces)):
            last = number == len(pieces) - 1
            under = keyboard if last else None
            sent.append(await self._post(place, pieces[number], under, previews=reply.previews))
        self._begun.pop((to, reply), None)
        return str(sent[-1])

    def _progress(self, to: Sender, reply: Reply) -> list[int]:
        """The pieces of this reply that went out before."""
        sent = self._begun.setdefault((to, reply), [])
        while len(self._begun) > _MOST_REMEMBERED:
            self._begun.popitem(last=False)
        return sent

    async def _post(
        self, place: Place, piece: Styled, keyboard: InlineKeyboardMarkup | None, *, previews: bool
    ) -> int:
        async def call(place: Place, piece: Styled) -> int:
            message = await self._bot.send_message(
                place.chat,
                piece.text,
                entities=entities_of(piece) or None,
                message_thread_id=place.thread,
                reply_markup=keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=not previews),
            )
            return message.message_id

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

    async def _edit(
        self, place: Place, reply: Reply, piece: Styled, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Replace the earlier reply; False if that is not possible (deleted, too old)."""
        if not reply.edits.isdecimal():
            return False

        async def call(place: Place) -> None:
            await self._bot.edit_message_text(
                piece.text,
                place.chat,
                int(reply.edits),
                entities=entities_of(piece) or None,
                reply_markup=keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=not reply.previews),
            )

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
        return replace(place, chat=self._moved.get(place.chat, place.chat))


def entities_of(styled: Styled) -> list[MessageEntity]:
    """The spans as Telegram counts them: in UTF-16 code units."""
    return [_entity(styled.text, span) for span in styled.spans]


def _entity(text: str, span: Span) -> MessageEntity:
    offset, length = utf16_span(text, span)
    return MessageEntity(_KINDS[span.kind], offset, length, url=span.url or None)


def keyboard_of(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Inline buttons; None if there are none. One that Telegram would refuse is left out."""
    keyboard = []
    room = _MOST_BUTTONS
    for row in rows:
        usable = [button for button in row if _usable(button)][:room]
        room -= len(usable)
        if usable:
            keyboard.append([InlineKeyboardButton(b.label, callback_data=b.data) for b in usable])
    return InlineKeyboardMarkup(keyboard) if keyboard else None


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
