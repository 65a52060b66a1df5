"""What the rules of the conversation work with: the world around a message, and its outcome."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.core.chat import Chat, Question, Settlement
from bot.core.decision import Understanding
from bot.core.message import Message, Reply, Tap
from bot.core.notice import Added
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.core.scene import About, Scene

Understand = Callable[[Posting, str, Chat], Understanding]
"""How a text is understood for a posting, given what the chat was about before."""


@dataclass(frozen=True, slots=True)
class World:
    """What the rules may look at besides the message: nothing of it changes while they run.

    ``drafts`` says whether drafts are served, ``tells`` whether somebody can be told later.
    """

    knowledge: KnowledgeBase
    phrases: Phrases
    understand: Understand
    now: dt.datetime
    about: About = field(default_factory=About)
    drafts: bool = False
    tells: bool = False

    @property
    def served(self) -> Mapping[str, Posting]:
        """The postings that are answered about, by id."""
        return self.knowledge.postings if self.drafts else self.knowledge.published


@dataclass(frozen=True, slots=True)
class Wish:
    """To be told when there is an answer to the questions ``uids``, until a moment.

    Whether that is possible shows only when it is put down: ``replies`` has what is said then.
    """

    uids: tuple[str, ...]
    language: str
    until: dt.datetime
    replies: Mapping[Added, Reply]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message leads to: the reply, what is remembered, and what the log keeps.

    ``forget`` asks for the deletion of everything that is kept about the person, ``stop`` for the
    end of all waits. ``wish`` decides the reply where there is one; so does ``mydata``, to which
    what is kept about the person is attached, if anything is.
    """

    reply: Reply | None
    chat: Chat
    questions: tuple[Question, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    forget: bool = False
    stop: bool = False
    wish: Wish | None = None
    mydata: Reply | None = None


def led(outcome: Outcome, lead: str, *, chat: Chat | None = None) -> Outcome:
    """The outcome with something said before the rest of its reply; with *chat* if it is given."""
    chat = chat or outcome.chat
    if outcome.reply is None or not lead:
        return outcome if chat is outcome.chat else replace(outcome, chat=chat)
    text = "\n\n".join(filter(None, (lead, outcome.reply.text)))
    return replace(outcome, reply=replace(outcome.reply, text=text), chat=chat)


def options_of(reply: Reply) -> tuple[str, ...]:
    """What the choices below a reply carry, in order."""
    return tuple(button.data for row in reply.buttons for button in row)


def posting_of(chat: Chat, world: World) -> Posting | None:
    """The posting that the chat is about, if it is still served."""
    return world.served.get(chat.posting) if chat.posting else None


def scene_of(incoming: Message | Tap, chat: Chat, world: World) -> Scene:
    """Where the reply to *incoming* is spoken.

    The language is the one chosen, else the last one spoken, else the messenger's, else the
    posting's.
    """
    posting = posting_of(chat, world)
    hint = (incoming.sender.language or "").casefold()[:2]
    wanted = (chat.language, chat.spoken, hint, posting.languages[0] if posting else None, "en")
    language = next(code for code in wanted if code and world.phrases.has(code))
    return Scene(
        world.knowledge, world.phrases, language, world.now, posting, world.about, world.tells
    )
