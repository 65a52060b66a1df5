"""Our values as JSON text and back. What an older version wrote can be read by a newer one."""

import base64
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import orjson

from bot.core.buttons import Rows
from bot.core.chat import Chat
from bot.core.decision import Candidate
from bot.core.message import Attachment, Button, Marks, Reply, Sender
from bot.ports import Debt

_CHAT_FIELDS = tuple(field.name for field in fields(Chat))
_SENDER_FIELDS = tuple(field.name for field in fields(Sender))


def plain(text: str) -> str:
    """*text* as every database takes it: NUL and lone surrogates become the replacement sign."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd") if "\0" in text else text


def _text(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # half of a surrogate pair, which only the library's own takes
        return json.dumps(value)


def write_memory(chat: Chat) -> str:
    """A chat's memory; what is empty is left out."""
    values = {name: getattr(chat, name) for name in _CHAT_FIELDS}
    return _text({name: value for name, value in values.items() if value})


def read_memory(text: str) -> Chat:
    """A chat's memory; what this version does not know is dropped."""
    known = {name: value for name, value in json.loads(text).items() if name in _CHAT_FIELDS}
    chat = Chat(**known)
    return replace(chat, options=tuple(chat.options))


def write_debt(debt: Debt) -> str:
    """An owed reply with its address."""
    reply, to = debt.reply, debt.to
    value: dict[str, Any] = {
        "key": debt.key,
        "to": _sender(to),
        "text": reply.text,
        "buttons": _pairs(reply.buttons),
        "edits": reply.edits,
        "previews": reply.previews,
    }
    if reply.rates:
        value["rates"] = reply.rates
    if reply.file is not None:
        content = base64.b64encode(reply.file.content).decode("ascii")
        value["file"] = (reply.file.name, reply.file.media, content)
    if reply.marks is not None:
        value["marks"] = (reply.marks.message_id, _pairs(reply.marks.buttons))
    return _text(value)


def read_debt(text: str) -> Debt:
    """An owed reply with its address."""
    value: dict[str, Any] = json.loads(text)
    reply = Reply(
        value["text"],
        _buttons(value["buttons"]),
        value["edits"],
        value["previews"],
        value.get("rates", ""),
    )
    if (file := value.get("file")) is not None:
        name, media, content = file
        reply = replace(reply, file=Attachment(name, media, base64.b64decode(content)))
    if (marks := value.get("marks")) is not None:
        reply = replace(reply, marks=Marks(marks[0], _buttons(marks[1])))
    return Debt(value["key"], Sender(**value["to"]), reply)


def _pairs(rows: Rows) -> list[list[tuple[str, str]]]:
    return [[(button.label, button.data) for button in row] for row in rows]


def _buttons(pairs: Sequence[Sequence[Sequence[str]]]) -> Rows:
    return tuple(tuple(Button(*pair) for pair in row) for row in pairs)


def write_address(sender: Sender) -> str:
    """Where somebody is reached."""
    return _text(_sender(sender))


def read_address(text: str) -> Sender:
    """Where somebody is reached."""
    return Sender(**json.loads(text))


def _sender(sender: Sender) -> dict[str, str | None]:
    return {name: getattr(sender, name) for name in _SENDER_FIELDS}


def write_ranking(ranking: Sequence[Candidate]) -> str:
    """The candidates as pairs, best first."""
    return _text([(one.id, round(one.confidence, 4)) for one in ranking])


def read_ranking(text: str) -> tuple[Candidate, ...]:
    """The candidates, best first."""
    return tuple(Candidate(*pair) for pair in json.loads(text))


def write_options(options: Sequence[str]) -> str:
    """The ids that were offered, in order."""
    return _text(list(options))


def read_options(text: str) -> tuple[str, ...]:
    """The ids that were offered, in order."""
    return tuple(json.loads(text))
