"""What signal-cli hands over, in our words. Pure: an envelope in, a value out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core import message as our

Raw = Mapping[str, Any]
"""The parameters of a notification, decoded from JSON."""

GROUP = "group."
"""Before the id of a group in the address of a chat."""

_UP, _DOWN = "\U0001f44d", "\U0001f44e"
_SKIN = dict.fromkeys(range(0x1F3FB, 0x1F400)) | {0xFE0F: None}
_MENTION = "\ufffc"
_LONG_TEXT = "text/x-signal-plain"
_OTHERS = ("sticker", "contacts", "payment", "pollCreate")
_DISTRUSTED = "UntrustedIdentityException"


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account: how it is recognised where somebody is named."""

    account: str
    aci: str = ""
    heeds: str = ""
    """The chat of a group in which everything is for the bot: that of the moderators."""

    def named(self, *names: object) -> bool:
        """Whether one of *names* is the bot's number or id."""
        return any(name and name in {self.account, self.aci} for name in names)


@dataclass(frozen=True, slots=True)
class Rating:
    """A reaction to a message of ours: ``thumb`` is 1 or -1, or 0 where one was taken back."""

    key: str
    sender: our.Sender
    target: str
    thumb: int
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody deleted a message of his own for everyone."""

    sender: our.Sender
    target: str


@dataclass(frozen=True, slots=True)
class Distrust:
    """What came cannot be read: its writer has a new identity, which the operator has to trust."""

    address: str


Meaning = our.Heard | Rating | Removal | Distrust


def event_in(params: Raw) -> Raw:
    """What was received: wrapped with a subscription, or as a daemon sends it by itself."""
    inner = params.get("result")
    return inner if isinstance(inner, Mapping) else params


def address_of(event: Raw) -> str:
    """Who sent it: the id, else the number; empty where the daemon does not know."""
    envelope = _in(event, "envelope")
    return _text(envelope, "sourceUuid") or _text(envelope, "sourceNumber")


def key_of(event: Raw) -> str:
    """What makes an envelope the same when it comes again: writer and time, as for Signal."""
    envelope = _in(event, "envelope")
    return f"{address_of(event)}:{envelope.get('timestamp')}"


def lane_of(event: Raw) -> str:
    """What an envelope waits its turn in: the chat that it belongs to."""
    envelope = _in(event, "envelope")
    edited = _in(_in(envelope, "editMessage"), "dataMessage")
    data = _in(envelope, "dataMessage") or edited
    return _group(data) or address_of(event)


def without_names(event: Raw) -> Raw:
    """The same without what people call themselves, which nothing here needs."""
    envelope = _in(event, "envelope")
    if "sourceName" not in envelope:
        return event
    return {**event, "envelope": {k: v for k, v in envelope.items() if k != "sourceName"}}


def concerns_us(event: Raw, me: Me) -> bool:
    """Whether anything may have to be done: no receipt, no typing, nothing of the own account."""
    envelope = _in(event, "envelope")
    account = event.get("account")
    if isinstance(account, str) and account and not me.named(account):
        return False
    if me.named(_text(envelope, "sourceNumber"), _text(envelope, "sourceUuid")):
        return False
    return any(kind in envelope for kind in ("dataMessage", "editMessage")) or "exception" in event


def read(event: Raw, me: Me, now: dt.datetime) -> Meaning | None:
    """What an envelope means, or None if it is nothing to us.

    Nothing to us are changes of a group or of a timer, votes, other reactions than thumbs, what
    cannot be decrypted, and in groups everything that is not addressed to the bot.

    Args:
        event: as signal-cli hands it over.
        me: the bot.
        now: no message was received later than that, whatever it says.
    """
    envelope = _in(event, "envelope")
    address = address_of(event)
    if not address:
        return None
    if _text(_in(event, "exception"), "type") == _DISTRUSTED:
        return Distrust(address)
    edit = _in(envelope, "editMessage")
    data = _in(edit, "dataMessage") or _in(envelope, "dataMessage")
    if not data or data.get("isExpirationUpdate") or _in(data, "groupInfo").get("type") == "UPDATE":
        return None
    sender = our.Sender("signal", me.account, _group(data) or address, address)
    received = _received(envelope, now)
    if deleted := _in(data, "remoteDelete"):
        return Removal(sender, str(_number(deleted, "timestamp")))
    if reaction := _in(data, "reaction"):
        return _rating(reaction, key_of(event), sender, received)
    target = str(_number(edit, "targetSentTimestamp") or "")
    return _heard(event, data, sender, me, received, target)


def _heard(  # noqa: PLR0913, PLR0917 - what a message consists of
    event: Raw, data: Raw, sender: our.Sender, me: Me, received: dt.datetime, target: str
) -> our.Heard | None:
    content = _content(data)
    group = sender.chat.startswith(GROUP) and sender.chat != me.heeds
    if content is None or (group and not _addressed(data, me)):
        return None
    timestamp = _number(data, "timestamp") or _number(_in(event, "envelope"), "timestamp")
    message = our.Message(
        key=key_of(event),
        sender=sender,
        text=clean(_without_mentions(data)),
        received=received,
        content=content,
        message_id=target or str(timestamp),
        edited=bool(target),
        group=sender.chat.startswith(GROUP),
        buttonless=True,
        fleeting=_number(data, "expiresInSeconds") > 0,
    )
    quote = _in(data, "quote")
    ours = me.named(_text(quote, "authorNumber"), _text(quote, "authorUuid"))
    return our.Heard(
        message,
        timestamp,
        clean(_text(data, "message")),
        target,
        name=clean(_text(_in(event, "envelope"), "sourceName")),
        quoted=str(_number(quote, "id") or "") if ours else "",
        quoted_text=clean(_text(quote, "text")) if ours else "",
    )


def _rating(reaction: Raw, key: str, sender: our.Sender, received: dt.datetime) -> Rating | None:
    emoji = _text(reaction, "emoji").translate(_SKIN)
    thumb = {_UP: 1, _DOWN: -1}.get(emoji)
    if thumb is None:
        return None
    if reaction.get("isRemove") is True:
        thumb = 0
    target = str(_number(reaction, "targetSentTimestamp"))
    return Rating(key, sender, target, thumb, received)


def _content(data: Raw) -> our.Content | None:
    """What a message carries; None where it carries nothing that is meant to be read."""
    kinds = [_text(one, "contentType") for one in _list(data, "attachments")]
    kinds = [kind for kind in kinds if kind != _LONG_TEXT]
    if any(kind.startswith(("image/", "video/")) for kind in kinds):
        return our.Content.PICTURE
    if any(kind.startswith("audio/") for kind in kinds):
        return our.Content.VOICE
    if kinds:
        return our.Content.DOCUMENT
    if any(data.get(kind) for kind in _OTHERS):
        return our.Content.OTHER
    if data.get("viewOnce") is True:
        return our.Content.PICTURE
    return our.Content.TEXT if _text(data, "message").strip() else None


def _addressed(data: Raw, me: Me) -> bool:
    quote = _in(data, "quote")
    if me.named(_text(quote, "authorNumber"), _text(quote, "authorUuid")):
        return True
    mentions = _list(data, "mentions")
    return any(me.named(_text(one, "number"), _text(one, "uuid")) for one in mentions)


def _without_mentions(data: Raw) -> str:
    """The text without the signs that stand for people, the bot among them."""
    text = _text(data, "message")
    return " ".join(text.replace(_MENTION, " ").split(" ")).strip() if _MENTION in text else text


def _group(data: Raw) -> str:
    group = _text(_in(data, "groupInfo"), "groupId")
    return GROUP + group if group else ""


def _received(envelope: Raw, now: dt.datetime) -> dt.datetime:
    """By the server's clock, else the writer's, which may say anything."""
    stamp = _number(envelope, "serverReceivedTimestamp") or _number(envelope, "timestamp")
    try:
        said = dt.datetime.fromtimestamp(stamp / 1000, dt.UTC)
    except (OverflowError, OSError, ValueError):
        return now
    month = dt.timedelta(days=45)  # so long the servers keep what could not be delivered
    return said if now - month < said <= now else now


def members_in(groups: object, wanted: str) -> dict[str, bool]:
    """Who is in the group *wanted*: every name of each, and whether they administer it.

    Older daemons list numbers, newer ones numbers and ids.
    """
    found: dict[str, bool] = {}
    for group in groups if isinstance(groups, list) else ():
        if isinstance(group, Mapping) and group.get("id") == wanted:
            for kind, administers in (("members", False), ("admins", True)):
                people = group.get(kind)
                for one in people if isinstance(people, list) else ():
                    found |= dict.fromkeys(_names_of(one), administers)
    return found


def _names_of(member: object) -> list[str]:
    if isinstance(member, Mapping):
        return [name for name in (_text(member, "number"), _text(member, "uuid")) if name]
    return [member] if isinstance(member, str) else []


def clean(text: str) -> str:
    """*text* without what no database takes: NUL, and halves of surrogate pairs."""
    text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _in(raw: Raw, name: str) -> Raw:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def _list(raw: Raw, name: str) -> Sequence[Raw]:
    found = raw.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(raw: Raw, name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _number(raw: Raw, name: str) -> int:
    found = raw.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
