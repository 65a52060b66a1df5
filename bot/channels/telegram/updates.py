"""Telegram's updates in our words. Pure: an update in, a value out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery as Query
from telegram import Chat, ChatMemberUpdated, Message, MessageEntity, Update

from bot.core import message as our
from bot.core.markup import utf16_length

Raw = dict[str, Any]
"""An update as it came, decoded from JSON."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_GONE = ("kicked", "left")
_PLAIN = {"message_id", "date", "chat", "from", "text"}
_PLAIN_UPDATE = 2  # its number, and the message
_SPOKEN = "language_code"
_PICTURES = ("photo", "video", "animation")
_VOICES = ("voice", "audio", "video_note")
_OTHERS = (
    "sticker",
    "contact",
    "location",
    "venue",
    "poll",
    "dice",
    "game",
    "story",
    "invoice",
    "paid_media",
    "checklist",
)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself: how it is recognised in a group."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The bot was blocked by a person, or put out of a group: nobody is reached in ``chat``."""

    chat: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup, which has an address of its own."""

    old: str
    new: str


Meaning = our.Message | our.Tap | Gone | Moved


def lane(raw: Mapping[str, Any]) -> str:
    """What an update has to wait its turn in: its chat, else its own number."""
    query = raw.get("callback_query")
    inner: Any = query.get("message") if isinstance(query, Mapping) else None
    for kind in ("message", "edited_message", "my_chat_member"):
        inner = inner or raw.get(kind)
    chat = inner.get("chat") if isinstance(inner, Mapping) else None
    number = chat.get("id") if isinstance(chat, Mapping) else None
    if number is None and isinstance(query, Mapping) and isinstance(query.get("from"), Mapping):
        number = query["from"].get("id")
    return f"update {raw.get('update_id')}" if number is None else str(number)


def read(update: Update, me: Me, now: dt.datetime) -> Meaning | None:
    """What *update* means, or None if it is nothing to us.

    Nothing to us are service messages, other bots, channels, edits without text, and in groups
    everything that is not addressed to the bot.

    Args:
        update: as python-telegram-bot reads it.
        me: the bot.
        now: when a tap is received; messages carry their own time.
    """
    key = str(update.update_id)
    if update.callback_query is not None:
        return _tap(update.callback_query, key, me, now)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.edited_message is not None:
        return _message(update.edited_message, key, me, edited=True)
    if update.message is None:
        return None
    if update.message.migrate_to_chat_id is not None:
        return Moved(str(update.message.chat.id), str(update.message.migrate_to_chat_id))
    return _message(update.message, key, me, edited=False)


def plain_question(raw: Raw, me: Me) -> our.Message | None:
    """What somebody wrote in a private chat, if it is nothing but a text and no command.

    Such an update is what most are. It means the same as what `read` makes of it; that the library
    reads it first takes as long as all else that Telegram costs. None is for any other update.
    """
    message = raw.get("message")
    if len(raw) != _PLAIN_UPDATE or not isinstance(message, dict) or message.keys() != _PLAIN:
        return None
    chat, writer, text = message["chat"], message["from"], message["text"]
    if not (isinstance(chat, dict) and isinstance(writer, dict) and isinstance(text, str)):
        return None
    if chat.get("type") != Chat.PRIVATE or writer.get("is_bot") is not False:
        return None
    if text.lstrip()[:1] in {"/", ""}:
        return None
    sender = our.Sender(
        "telegram", str(me.id), str(chat["id"]), str(writer["id"]), _language(writer.get(_SPOKEN))
    )
    return our.Message(
        key=str(raw["update_id"]),
        sender=sender,
        text=clean(text),
        received=dt.datetime.fromtimestamp(message["date"], dt.UTC),
        content=our.Content.TEXT,
        message_id=str(message["message_id"]),
    )


def _membership(change: ChatMemberUpdated) -> Gone | None:
    return Gone(str(change.chat.id)) if change.new_chat_member.status in _GONE else None


def _tap(query: Query, key: str, me: Me, now: dt.datetime) -> our.Tap | None:
    if query.data is None or query.from_user.is_bot:
        return None
    chat, message_id = str(query.from_user.id), ""
    shown: tuple[tuple[our.Button, ...], ...] = ()
    if query.message is not None:
        message_id = str(query.message.message_id)
        chat = str(query.message.chat.id)
        if isinstance(query.message, Message):
            chat = address(query.message)
            shown = _buttons(query.message)
    sender = our.Sender(
        "telegram",
        str(me.id),
        chat,
        str(query.from_user.id),
        _language(query.from_user.language_code),
    )
    return our.Tap(key, sender, clean(query.data), now, message_id, shown)


def _buttons(message: Message) -> tuple[tuple[our.Button, ...], ...]:
    """What stands below one of our messages."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return tuple(
        tuple(our.Button(one.text, str(one.callback_data)) for one in row if one.callback_data)
        for row in keyboard
    )


def _message(message: Message, key: str, me: Me, *, edited: bool) -> our.Message | None:
    content = _content(message)
    group = message.chat.type in (Chat.GROUP, Chat.SUPERGROUP)
    if content is None or not _from_a_person(message) or message.chat.type == Chat.CHANNEL:
        return None
    if edited and not (message.text or message.caption):
        return None  # a live location moves every few seconds
    if group and not _addressed(message, me):
        return None
    moment = message.edit_date if edited and message.edit_date else message.date
    return our.Message(
        key=key,
        sender=_sender(message, me),
        text=clean(_without_mentions(message, me)),
        received=moment,
        content=content,
        message_id=str(message.message_id),
        edited=edited,
        group=group,
    )


def _sender(message: Message, me: Me) -> our.Sender:
    writer = message.from_user
    person = str(writer.id if writer else message.chat.id)
    if message.sender_chat is not None:  # an anonymous administrator, or a channel in a group
        person = str(message.sender_chat.id)
    language = _language(writer.language_code) if writer else None
    return our.Sender("telegram", str(me.id), address(message), person, language)


def _from_a_person(message: Message) -> bool:
    if message.is_automatic_forward or message.via_bot is not None:
        return False
    if message.sender_chat is not None:
        return True
    return message.from_user is not None and not message.from_user.is_bot


def address(message: Message) -> str:
    """Where a reply to *message* goes: the chat, and the topic where the group has topics."""
    chat = str(message.chat.id)
    topic = message.message_thread_id if message.is_topic_message else None
    in_forum = topic is not None and message.chat.type != Chat.PRIVATE
    return f"{chat}:{topic}" if in_forum else chat


def _content(message: Message) -> our.Content | None:
    """What the message carries; None for the service messages of Telegram."""
    if message.text is not None:
        return our.Content.TEXT
    if any(getattr(message, kind, None) for kind in _PICTURES):  # before document: animations
        return our.Content.PICTURE
    if any(getattr(message, kind, None) for kind in _VOICES):
        return our.Content.VOICE
    if message.document is not None:
        return our.Content.DOCUMENT
    if any(getattr(message, kind, None) for kind in _OTHERS):
        return our.Content.OTHER
    return None


def _entities(message: Message) -> Sequence[MessageEntity]:
    return (*message.entities, *message.caption_entities)


def _words(message: Message) -> str:
    return message.text or message.caption or ""


def _addressed(message: Message, me: Me) -> bool:
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        # Everything in a topic counts as a reply to the message that opened it.
        return replied.forum_topic_created is None or bool(_mentions(message, me))
    return bool(_mentions(message, me))


def _mentions(message: Message, me: Me) -> list[tuple[int, int]]:
    """Where the bot is named: ``(start, end)`` in code points, the last one first."""
    text, at = _words(message), f"@{me.username}".casefold()
    found: list[tuple[int, int]] = []
    for entity in _entities(message):
        start = _code_point(text, entity.offset)
        end = _code_point(text, entity.offset + entity.length)
        part = text[start:end].casefold()
        if entity.type == MessageEntity.TEXT_MENTION:
            if entity.user is not None and entity.user.id == me.id:
                found.append((start, end))
        elif entity.type == MessageEntity.MENTION and part == at:
            found.append((start, end))
        elif entity.type == MessageEntity.BOT_COMMAND and part.endswith(at):
            found.append((end - len(at), end))
    return sorted(found, reverse=True)


def _without_mentions(message: Message, me: Me) -> str:
    text = _words(message)
    for start, end in _mentions(message, me):
        text = text[:start] + text[end:]
    return text.strip() if text != _words(message) else text


def _code_point(text: str, unit: int) -> int:
    """The index of the code point at a UTF-16 offset; past the end where the offset is."""
    if text.isascii():
        return min(unit, len(text))
    units = 0
    for index, letter in enumerate(text):
        if units >= unit:
            return index
        units += utf16_length(letter)
    return len(text)


def clean(text: str) -> str:
    """*text* without what no database takes: NUL, and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _language(code: str | None) -> str | None:
    return code.casefold() if code else None
