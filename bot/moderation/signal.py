"""The moderators' group on Signal: numbers in place of buttons, quotes in place of replies.

A choice is made by its number in an answer that quotes the message, or without a quote where it is
one of the last message's. What stays out: Signal itself (`bot.channels.signal`), and what becomes
of all that (`bot.moderation.group`).
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.core.choice import chosen
from bot.core.gap import Role
from bot.core.message import Heard, Reply, Sender
from bot.core.outcome import options_of
from bot.errors import DeliveryError, TryLater
from bot.moderation.ground import CardsPart, Ground, Person, Said, Tapped
from bot.moderation.group import Group
from bot.ports import Channel

_log = logging.getLogger(__name__)

_LOOK_AGAIN = 2.0
_WORDS = ("open", "stats", "find", "block", "help")
_LAST = "last"


class SignalRoom(Channel, Protocol):
    """The account on Signal: a `bot.channels.signal.channel.SignalChannel`."""

    account: str

    async def members(self, group: str) -> Mapping[str, bool]:
        """Who is in a group, by every name that they have, and whether they administer it."""
        ...


@dataclass
class SignalSpeaker:
    """What the group needs of Signal: a `bot.moderation.ground.Speaker`."""

    channel: SignalRoom
    kept: CardsPart
    clock: Callable[[], dt.datetime]

    async def send(self, chat: str, thread: str, reply: Reply) -> str:  # noqa: ARG002 - no topics
        """See `bot.moderation.ground.Speaker.send`. What its numbers mean is remembered."""
        sent = await self.channel.send(Sender("signal", self.channel.account, chat, ""), reply)
        offered = {"stage": "choices", "message": sent, "options": list(options_of(reply))}
        for name in (sent, _LAST):
            await self.kept.keep_draft(_choices(chat, name), offered, self.clock())
        return sent

    async def role(self, chat: str, person: str, *, certain: bool = False) -> Role | None:  # noqa: ARG002 - it always is
        """Administrators are editors, members moderators."""
        members = await self.channel.members(chat)
        if person not in members:
            return None
        return Role.EDITOR if members[person] else Role.MODERATOR

    async def thread(self, chat: str, name: str) -> str:  # noqa: ARG002 - Signal has no topics
        """See `bot.moderation.ground.Speaker.thread`."""
        return ""


@dataclass
class SignalGroup:
    """Hears what is written in the moderators' group.

    Args:
        group: what becomes of it.
        kept: what the numbers of each message mean.
        chat: the group's address.
    """

    group: Group
    kept: CardsPart
    chat: str = ""
    invite: Any = None
    """The review page's links are sent into private chats, which this one does not have."""

    @property
    def ground(self) -> Ground:
        """What the group's parts share."""
        return self.group.ground

    async def heard(self, heard: Heard) -> None:
        """Somebody wrote in the group.

        Raises:
            TryLater: Signal does not take what is to be said; again will do no harm.
        """
        try:
            await self._heard(heard)
        except TryLater:
            raise
        except DeliveryError as error:
            _log.warning("the moderators' group cannot be told: %s", error)

    async def round(self) -> float:
        """What is to be done from time to time; returns the seconds until then."""
        try:
            await self.group.round(self.chat)
        except TryLater as error:
            return max(error.seconds, _LOOK_AGAIN)
        except DeliveryError as error:
            _log.warning("the moderators' group cannot be told: %s", error)
            return 60.0
        return _LOOK_AGAIN

    async def standing(self, subject: str) -> Role | None:  # noqa: ARG002 - nobody comes from here
        """See `bot.moderating.Moderation.standing`."""
        return None

    async def _heard(self, heard: Heard) -> None:
        message, sender = heard.message, heard.message.sender
        person = Person(sender.person, heard.name)
        text = message.text.strip()
        if message.edited or not text:
            return
        below, options = await self._options(heard.quoted)
        # What moderators say to each other, "yes" or "the second one", is no choice.
        choice = chosen(text, options) if heard.quoted or text.isdecimal() else None
        if isinstance(choice, str):
            await self.group.tapped(Tapped(message.key, self.chat, person, choice, below))
            return
        if not heard.quoted and not text.startswith("/"):
            command, _, _ = text.casefold().partition(" ")
            if command not in _WORDS:
                return  # what moderators say to each other
            text = f"/{text}"
        said = Said(message.key, self.chat, person, text, heard.quoted, "", heard.quoted_text)
        await self.group.said(said)

    async def _options(self, quoted: str) -> tuple[str, list[str]]:
        """The message that is answered, and what its numbers mean; a card's even after a day."""
        draft = await self.kept.draft(_choices(self.chat, quoted or _LAST))
        if draft is not None:
            return str(draft["message"]), [str(data) for data in draft["options"]]
        gap = await self.kept.gap_at(self.chat, quoted) if quoted else None
        if gap is None:
            return quoted, []
        cards = self.ground.cards(self.ground.manner.language)
        return quoted, list(options_of(cards.card(await self.ground.desk.gap(gap))))


def _choices(chat: str, message: str) -> str:
    return f"choices {chat} {message}"
