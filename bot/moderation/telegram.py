"""The moderators' group on Telegram: which chat it is, who is in it, what was written there.

Works with privacy mode on: commands, replies to the bot's messages and buttons are all that is
needed. What stays out: what becomes of it (`bot.moderation.group`).
"""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    InaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.core.gap import Role
from bot.core.message import Reply, Sender
from bot.core.phrases import Phrases
from bot.errors import DeliveryError, TryLater
from bot.knowledge.changes import Changes
from bot.moderation.ground import Person, Said, Tapped
from bot.moderation.group import Group
from bot.moderation.invite import Facts, spend
from bot.ports import Channel

_log = logging.getLogger(__name__)

_GROUP = "moderators group"
_MOVED = "moved group"
_CLAIM = "/claim"
_REVIEW = "/review"
_ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
_LONGEST_TOPIC = 128
_LOOK_AGAIN = 2.0
_KEPT_SECRET = ("member list is inaccessible", "chat_admin_required", "not enough rights")
"""How Telegram words that it does not tell a bot who is in a group; what else it refuses with says
that somebody is not in it."""

_PROBLEMS = 10
"""So many problems of knowledge files are told in one message; the log has them all."""

Invite = Callable[[str, Role, str], Awaitable[str]]
"""Makes a link into the review page, given a name, a role, and whose it is."""


@dataclass
class TelegramSpeaker:
    """What the group needs of Telegram: a `bot.moderation.group.Speaker`."""

    bot: Bot
    channel: Channel
    account: str

    async def send(self, chat: str, thread: str, reply: Reply) -> str:
        """See `bot.moderation.group.Speaker.send`."""
        address = f"{chat}:{thread}" if thread else chat
        return await self.channel.send(Sender("telegram", self.account, address, ""), reply)

    async def role(self, chat: str, person: str, *, certain: bool = False) -> Role | None:
        """Administrators are editors, members moderators.

        Telegram tells this surely only where the bot is an administrator. Where it refuses to tell,
        that somebody writes in a private group says that they are in it, unless it has to be
        *certain*, because they write elsewhere.
        """
        try:
            member = await self.bot.get_chat_member(int(chat), int(person))
        except (BadRequest, Forbidden) as error:
            _log.debug("a membership cannot be looked up: %s", error.message)
            secret = any(sign in error.message.casefold() for sign in _KEPT_SECRET)
            return Role.MODERATOR if secret and not certain else None
        except TelegramError as error:
            raise TryLater(1.0, "a membership cannot be looked up now") from error
        if member.status in _ADMINISTRATORS:
            return Role.EDITOR
        inside = isinstance(member, ChatMemberRestricted) and member.is_member
        return Role.MODERATOR if inside or member.status == ChatMember.MEMBER else None

    async def thread(self, chat: str, name: str) -> str:
        """See `bot.moderation.group.Speaker.thread`."""
        try:
            topic = await self.bot.create_forum_topic(int(chat), name[:_LONGEST_TOPIC])
        except (BadRequest, Forbidden) as error:
            _log.warning("no topic could be opened in the group: %s", error.message)
            return ""
        except TelegramError as error:
            raise TryLater(1.0, "no topic can be opened now") from error
        return str(topic.message_thread_id)


@dataclass
class TelegramGroup:
    """Sees every update first, and keeps those of the moderators' group.

    Args:
        bot: the account.
        group: what becomes of them.
        facts: which group it is, if it was claimed.
        phrases: for who asks from elsewhere.
        clock: the time.
        named: the group that the settings name.
        invite: makes a link into the review page, if it is served.
    """

    bot: Bot
    group: Group
    facts: Facts
    phrases: Phrases
    clock: Callable[[], dt.datetime]
    named: int | None = None
    invite: Invite | None = None
    _known: str | None = field(default=None, repr=False)

    async def intercept(self, update: Update) -> bool:
        """Whether the update is none for candidates; it was taken care of then.

        Raises:
            TryLater: Telegram does not take what is to be said; again will do no harm.
        """
        try:
            return await self._intercept(update)
        except TryLater:
            raise
        except DeliveryError as error:
            _log.warning("the moderators' group cannot be told: %s", error)
            return True

    async def round(self) -> float:
        """What is to be done from time to time; returns the seconds until then."""
        chat = await self.where()
        if not chat:
            return _LOOK_AGAIN
        try:
            await self.group.round(chat)
        except TryLater as error:
            return max(error.seconds, _LOOK_AGAIN)
        except DeliveryError as error:
            _log.warning("the moderators' group cannot be told: %s", error)
            return 60.0
        return _LOOK_AGAIN

    async def hear(self, changes: Changes) -> None:
        """Tell the group which knowledge files do not read, and which do again.

        Raises:
            DeliveryError: it cannot be told.
        """
        chat = await self.where()
        ground = self.group.ground
        if chat and changes.problems:
            problems = "\n".join(str(problem) for problem in changes.problems[:_PROBLEMS])
            await ground.tell(chat, "group.knowledge_broken", problems=problems)
        if chat and changes.mended:
            await ground.tell(chat, "group.knowledge_mended", files=", ".join(changes.mended))

    async def where(self) -> str:
        """The group's address; empty while there is none."""
        if self._known is None:
            chat = str(self.named) if self.named is not None else await self.facts.fact(_GROUP)
            moved = await self.facts.fact(f"{_MOVED} {chat}") if chat else ""
            self._known = moved or chat
        return self._known

    async def standing(self, subject: str) -> Role | None:
        """The role of somebody who came into the review page from here: ``telegram 4711``."""
        _, _, person = subject.partition(" ")
        chat = await self.where()
        if not chat or not person.isdecimal():
            return None
        return await self.group.ground.speaker.role(chat, person, certain=True)

    async def _intercept(self, update: Update) -> bool:
        key = str(update.update_id)
        if update.callback_query is not None:
            return await self._tap(update.callback_query, key)
        message = update.message or update.edited_message
        if message is None:
            return False
        if message.chat.type == Chat.PRIVATE:
            return await self._private(message, edited=update.message is None)
        if _command(message, self.bot.username).startswith(_CLAIM):
            if update.message is not None:
                await self._claim(message, key)
            return True
        if str(message.chat.id) != await self.where():
            return False
        if message.migrate_to_chat_id is not None:
            await self._move(str(message.chat.id), str(message.migrate_to_chat_id))
        elif update.message is not None and (said := self._said(message, key)) is not None:
            await self.group.said(said)
        return True

    async def _tap(self, query: CallbackQuery, key: str) -> bool:
        if query.message is None or not (query.data or "").startswith("m|"):
            return False
        chat = str(query.message.chat.id)
        if chat != await self.where():
            # A candidate's menu, whose data begins alike; a card of a group that is not the
            # moderators' any more, or forged, is answered as any button that is gone.
            return False
        shown = query.message
        thread = "" if isinstance(shown, InaccessibleMessage) else _thread(shown)  # type: ignore[arg-type]
        tapped = Tapped(
            key, chat, _person(query.from_user), query.data or "", str(shown.message_id), thread
        )
        await self.group.tapped(tapped)
        return True

    def _said(self, message: Message, key: str) -> Said | None:
        text = _command(message, self.bot.username) or message.text or ""
        if not text or (
            message.from_user is not None
            and message.from_user.is_bot
            and message.sender_chat is None
        ):
            return None
        person = Person("") if message.sender_chat is not None else _person(message.from_user)
        replied, reply_to, shown = message.reply_to_message, "", ""
        if replied is not None and replied.from_user is not None:
            # Whatever is written in a topic counts as a reply to what opened it.
            ours = replied.from_user.id == self.bot.id and replied.forum_topic_created is None
            if ours:
                reply_to, shown = str(replied.message_id), replied.text or ""
        return Said(key, str(message.chat.id), person, text, reply_to, _thread(message), shown)

    async def _private(self, message: Message, *, edited: bool) -> bool:
        """``/review`` asks for a link; from who is no moderator, it is a question like any."""
        text = (message.text or "").strip().partition("@")[0]
        if text != _REVIEW or edited or self.invite is None or message.from_user is None:
            return False
        chat = await self.where()
        person = _person(message.from_user)
        speaker = self.group.ground.speaker
        role = await speaker.role(chat, person.id, certain=True) if chat else None
        if role is None:
            return False
        link = await self.invite(person.name, role, f"telegram {person.id}")
        await self.group.ground.speaker.send(str(message.chat.id), "", Reply(link))
        return True

    async def _claim(self, message: Message, key: str) -> None:
        """``/claim CODE``, written in a group by one of its administrators."""
        chat, person = str(message.chat.id), _person(message.from_user)
        code = _command(message, self.bot.username).partition(" ")[2].strip()
        said = Said(key, chat, person, "", "", _thread(message))
        if self.named is not None:
            await self._say(said, "claim_settings")
        elif message.sender_chat is not None:
            await self._say(said, "anonymous")
        elif not await self._is_administrator(chat, person.id):
            await self._say(said, "claim_admin")
        elif chat == await self.where():
            await self._welcome(said)
        elif await spend(self.facts, code, self.clock()):
            await self.facts.keep_fact(_GROUP, chat, self.clock())
            self._known = None
            await self._welcome(said)
        else:
            await self._say(said, "claim_wrong")

    async def _is_administrator(self, chat: str, person: str) -> bool:
        """Unlike a membership, this must be certain."""
        try:
            member = await self.bot.get_chat_member(int(chat), int(person))
        except (BadRequest, Forbidden):
            return False
        except TelegramError as error:
            raise TryLater(1.0, "a membership cannot be looked up now") from error
        return member.status in _ADMINISTRATORS

    async def _welcome(self, said: Said) -> None:
        language = self._language(said.person)
        words = self.phrases.say(language, "group.help")
        text = self.phrases.say(language, "group.claimed", help=words)
        await self.group.ground.speaker.send(said.chat, said.thread, Reply(text))

    async def _say(self, said: Said, key: str) -> None:
        text = self.phrases.say(self._language(said.person), f"group.{key}")
        await self.group.ground.speaker.send(said.chat, said.thread, Reply(text))

    def _language(self, person: Person) -> str:
        code = person.language[:2]
        return code if self.phrases.has(code) else self.group.ground.manner.language

    async def _move(self, old: str, new: str) -> None:
        """The group has become a supergroup: its address is another one from now on."""
        now = self.clock()
        if self.named is not None:
            await self.facts.keep_fact(f"{_MOVED} {self.named}", new, now)
            _log.warning(
                "the moderators' group is a supergroup now: set telegram.moderators_group to %s",
                new,
            )
        else:
            await self.facts.keep_fact(_GROUP, new, now)
        self._known = None
        await self.group.ground.kept.move(old, new)


def _person(user: User | None) -> Person:
    if user is None:
        return Person("")
    return Person(str(user.id), user.full_name, (user.language_code or "").casefold())


def _thread(message: Message) -> str:
    return str(message.message_thread_id) if message.is_topic_message else ""


def _command(message: Message, username: str) -> str:
    """The command that a message is, without the bot's name; empty if it is none for us."""
    text = (message.text or "").strip()
    if not text.startswith("/"):
        return ""
    word, _, rest = text.partition(" ")
    command, at, name = word.partition("@")
    if at and name.casefold() != username.casefold():
        return ""
    return f"{command} {rest}".strip()
