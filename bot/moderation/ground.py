"""What the group's parts share: desk, log, messenger, and who may do what.

What stays out: what is said to which button (`bot.moderation.talk`, `bot.moderation.group`).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.core.chat import Chat
from bot.core.gap import GapDetail, Moderator, Role, Verb
from bot.core.markup import escape
from bot.core.message import Reply
from bot.core.phrases import FALLBACK, Phrases
from bot.core.posting import Posting
from bot.core.scene import Scene
from bot.errors import AlreadyDecided, BotError, NotPossible, Refused
from bot.moderation.cards import Cards, fingerprint
from bot.moderation.desk import Desk

_QUOTED = 300

Draft = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts in the group; nobody is known by an empty ``id`` (an anonymous administrator)."""

    id: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Something written in the group: a command, or a reply to one of the bot's messages."""

    key: str
    chat: str
    person: Person
    text: str
    reply_to: str = ""
    thread: str = ""
    replied: str = ""
    """What the message says to which it is a reply."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button below one of the bot's messages in the group."""

    key: str
    chat: str
    person: Person
    data: str
    message: str
    thread: str = ""


class Speaker(Protocol):
    """The messenger, as far as the group needs it."""

    async def send(self, chat: str, thread: str, reply: Reply) -> str:
        """Send or edit (`Reply.edits`) a message; returns its id."""
        ...

    async def role(self, chat: str, person: str, *, certain: bool = False) -> Role | None:
        """What somebody may do who acts in the group; None for who is no member.

        *certain*: they act elsewhere, so that nothing else tells that they are a member.
        """
        ...

    async def thread(self, chat: str, name: str) -> str:
        """Open a topic called *name*; empty where the group has none."""
        ...


class CardsPart(Protocol):
    """See `bot.storage.cards.Cards`."""

    async def shown(self, gap: int) -> tuple[str, str, str] | None:
        """Chat, message and fingerprint of a gap's card."""
        ...

    async def gap_at(self, chat: str, message: str) -> int | None:
        """The gap of which a message is the card."""
        ...

    async def put(self, gap: int, where: tuple[str, str, str], now: dt.datetime) -> None:
        """Remember a card."""
        ...

    async def put_since(self, moment: dt.datetime) -> int:
        """How many cards are new."""
        ...

    async def without(self, ids: Sequence[int]) -> list[int]:
        """Gaps without a card."""
        ...

    async def touched(self, since: dt.datetime) -> list[int]:
        """Gaps with a card that changed otherwise than by being asked again."""
        ...

    async def pulse(self) -> tuple[object, ...]:
        """Changes whenever a card may have to."""
        ...

    async def move(self, old: str, new: str) -> None:
        """The group has another address."""
        ...

    async def draft(self, name: str) -> Draft | None:
        """What was begun."""
        ...

    async def drafts(self) -> dict[str, Draft]:
        """All that was begun."""
        ...

    async def keep_draft(self, name: str, value: Mapping[str, Any], now: dt.datetime) -> None:
        """Remember what was begun."""
        ...

    async def drop_draft(self, name: str) -> None:
        """Forget it."""
        ...

    async def drop_drafts(self, before: dt.datetime) -> None:
        """Forget what is old."""
        ...

    async def fact(self, name: str) -> str:
        """What is known."""
        ...

    async def keep_fact(self, name: str, value: str, now: dt.datetime) -> None:
        """Remember something."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How the group is served.

    Args:
        language: of cards and lists.
        most_cards: new cards a day; what goes beyond comes as one list.
        topics: whether each posting has a topic of its own in the group.
    """

    language: str = FALLBACK
    most_cards: int = 30
    topics: bool = False


@dataclass
class Ground:
    """One moderators' group over one desk.

    Args:
        desk: what moderators can do.
        kept: what the group shows and remembers.
        speaker: the messenger.
        phrases: what is said.
        clock: the time.
        manner: how the group is served.
    """

    desk: Desk
    kept: CardsPart
    speaker: Speaker
    phrases: Phrases
    clock: Callable[[], dt.datetime]
    manner: Manner = field(default_factory=Manner)

    async def show(self, chat: str, gap: int) -> None:
        """Put a gap's card into the group, or bring the one that is there up to date."""
        detail = await self.desk.gap(gap)
        card = self.cards(self.manner.language).card(detail)
        there = await self.kept.shown(gap)
        if there is not None and there[0] == chat:
            if there[2] == fingerprint(card):
                return
            card_there = replace(card, edits=there[1])
        else:
            card_there = card
        thread = await self._thread(chat, detail.summary.posting)
        message = await self.speaker.send(chat, thread, card_there)
        await self.kept.put(gap, (chat, message, fingerprint(card)), self.clock())

    async def _thread(self, chat: str, posting: str | None) -> str:
        if not self.manner.topics or posting is None:
            return ""
        name = f"topic {chat} {posting}"
        known = await self.kept.fact(name)
        if known:
            return known if known != "none" else ""
        found = self.desk.knowledge.current().postings.get(posting)
        title = self.scene(self.manner.language).title(found) if found else posting
        thread = await self.speaker.thread(chat, title)
        await self.kept.keep_fact(name, thread or "none", self.clock())
        return thread

    async def moderator(self, chat: str, person: Person, needed: Role) -> Moderator:
        """Who acts, if they may: asked of the messenger at each action.

        Raises:
            Refused: they are no member, nobody knows who they are, or their role does not suffice.
        """
        language = self.language(person)
        if not person.id:
            if needed is Role.VIEWER:
                return Moderator("", Role.VIEWER, language)
            raise Refused("")
        role = await self.speaker.role(chat, person.id)
        if role is None or not role.covers(needed):
            raise Refused(needed.value)
        return Moderator(person.name or person.id, role, language)

    def trouble(self, error: BotError, person: Person) -> Reply:
        """What is said of an error, in the language of who is to know."""
        language = self.language(person)
        cards = self.cards(language)
        match error:
            case AlreadyDecided(by=by, text=text) if text:
                return cards.say("already_text", name=escape(by), text=escape(text[:_QUOTED]))
            case AlreadyDecided(by=by):
                return cards.say("already", name=escape(by))
            case Refused(needed=""):
                return cards.say("anonymous")
            case Refused():
                return cards.say("refused")
            case NotPossible(reason=reason, problems=problems):
                said = self.phrases.say(language, f"desk.{reason}")
                more = "\n".join(f"- {escape(str(problem))}" for problem in problems)
                return Reply("\n\n".join(filter(None, (said, more))))
            case _:
                return Reply(escape(str(error)))

    async def settled_by(self, detail: GapDetail) -> BotError:
        """Why nothing can be done to a gap any more, and who settled it."""
        acts = [act for act in detail.acts if act.undone is None and act.verb is not Verb.UNDO]
        if not acts:
            return NotPossible("state")
        text = next(iter(acts[-1].texts.values()), "")
        return AlreadyDecided(acts[-1].moderator, acts[-1].verb.value, acts[-1].at, text=text)

    def gone(self, moderator: Moderator) -> Reply:
        """That something is not there any more."""
        return Reply(self.phrases.say(moderator.language, "desk.gone"))

    async def send(self, to: Said | Tapped, reply: Reply) -> str:
        """Send where something was written or tapped; returns the message's id."""
        return await self.speaker.send(to.chat, to.thread, reply)

    async def edit(self, there: Tapped, reply: Reply) -> None:
        """Put something in place of the message below which was tapped."""
        await self.send(there, replace(reply, edits=there.message))

    async def refresh(self, chat: str, gap: int | None) -> None:
        """Bring a gap's card up to date at once, if it has one here."""
        if gap is None:
            return
        there = await self.kept.shown(gap)
        if there is not None and there[0] == chat:
            await self.show(chat, gap)

    async def tell(self, chat: str, key: str, **values: str) -> None:
        """Say something to everybody in the group; *values* are shown as they are."""
        shown = {name: escape(value) for name, value in values.items()}
        text = self.phrases.say(self.manner.language, key, **shown)
        await self.speaker.send(chat, "", Reply(text))

    def language(self, person: Person) -> str:
        """The language to speak to somebody."""
        code = person.language.casefold()[:2]
        return code if self.phrases.has(code) else self.manner.language

    def scene(self, language: str) -> Scene:
        """Where something is said in *language*, with the knowledge as it is now."""
        about = self.desk.wording.about
        base = self.desk.knowledge.current()
        return Scene(base, self.phrases, language, self.clock(), None, about)

    def cards(self, language: str) -> Cards:
        """Words messages in *language*."""
        return Cards(self.scene(language))

    def posting(self, detail: GapDetail) -> Posting | None:
        """A gap's posting, if it is still there."""
        wanted = detail.summary.posting
        return self.desk.knowledge.current().postings.get(wanted) if wanted else None

    def spoken(self, text: str, detail: GapDetail) -> str:
        """The language of an answer, among those of the posting."""
        posting = self.posting(detail)
        if posting is None:
            languages = detail.summary.languages or (self.manner.language,)
            return languages[0]
        base = self.desk.knowledge.current()
        spoken = self.desk.knowledge.understand(base, posting, text, Chat(posting=posting.id))
        code = spoken.language or ""
        return code if code in posting.languages else posting.languages[0]
