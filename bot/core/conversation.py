"""The rules of the conversation: a message and what is remembered in, replies and records out."""

from dataclasses import replace

from bot.core import compose
from bot.core.answering import LONGEST_MESSAGE, answer, decide_known, speaking, together
from bot.core.chat import Chat, LoggedQuestion
from bot.core.commands import offer_postings, on_command
from bot.core.message import Content, Message, Reply, Tap
from bot.core.outcome import (
    Outcome,
    Understand,
    World,
    led,
    posting_of,
    scene_of,
)
from bot.core.taps import asked_by, tapped


def on_message(message: Message, chat: Chat, world: World) -> Outcome:
    """What happens when a candidate writes.

    Commands are obeyed, other content than text is declined kindly, and a text is answered for the
    chat's posting. Before a posting is chosen among several, the text waits for the choice. Whoever
    writes for the first time is told what this is.
    """
    chat = _settled(chat, world)
    return _introduced(_heard(message, chat, world), message, chat, world)


def _heard(message: Message, chat: Chat, world: World) -> Outcome:
    text = message.text.strip()
    if message.content is not Content.TEXT and not text:
        return _unsupported(message, chat, world)
    if text.startswith("/") and len(text) > 1 and text[1].isalpha():
        return on_command(message, chat, world)
    posting = posting_of(chat, world)
    outcome = (
        _wait_for_posting(message, text, chat, world)
        if posting is None
        else answer(message, together(chat.waiting, text), chat, posting, world)
    )
    if message.content is Content.TEXT:
        return outcome
    document = message.content is Content.DOCUMENT
    key = "unsupported_document_plain" if document else "unsupported_caption"
    return led(outcome, scene_of(message, outcome.chat, world).say(key))


def _introduced(outcome: Outcome, incoming: Message | Tap, before: Chat, world: World) -> Outcome:
    """The outcome with a word on what this is, where it is the first contact."""
    if outcome.reply is None or outcome.forget:
        return outcome
    said = before.greeted or outcome.chat.greeted
    chat = outcome.chat if outcome.chat.greeted else replace(outcome.chat, greeted=True)
    lead = "" if said else compose.introduction(scene_of(incoming, chat, world))
    return led(outcome, lead, chat=chat)


def _wait_for_posting(message: Message, text: str, chat: Chat, world: World) -> Outcome:
    if world.served:
        # In which language it is asked does not depend on the posting, so any will do.
        anyone = next(iter(world.served.values()))
        understood = world.understand(anyone, text[:LONGEST_MESSAGE], chat)
        chat = speaking(chat, understood.language, world)
    chat = replace(chat, waiting=together(chat.waiting, text))
    return offer_postings(chat, scene_of(message, chat, world), world, "choose_posting")


def _unsupported(message: Message, chat: Chat, world: World) -> Outcome:
    posting = posting_of(chat, world)
    scene = scene_of(message, chat, world).within(posting)
    if message.content is Content.DOCUMENT:
        entry = posting.covering("how_to_apply") if posting else None
        if entry is None:
            return Outcome(Reply(scene.say("unsupported_document_plain")), chat)
        text = scene.say("unsupported_document") + "\n\n" + compose.entry_text(entry, scene)
        return Outcome(Reply(text), chat)
    known = {Content.VOICE: "voice", Content.PICTURE: "picture"}
    return Outcome(Reply(scene.say(f"unsupported_{known.get(message.content, 'other')}")), chat)


def on_tap(tap: Tap, chat: Chat, asked: LoggedQuestion | None, world: World) -> Outcome:
    """What happens when a button is tapped, or a choice is made by number.

    Args:
        tap: carries what the button carried; old, foreign or forged data is answered politely.
        chat: what is remembered.
        asked: the logged question that the button belongs to (`asked_by`), if it is still there.
        world: the knowledge as it is now.
    """
    chat = _settled(chat, world)
    return _introduced(tapped(tap, chat, asked, world), tap, chat, world)


def _settled(chat: Chat, world: World) -> Chat:
    """The chat with its posting chosen by itself where there is only one, or none where gone."""
    if chat.posting in world.served:
        return chat
    only = next(iter(world.served)) if len(world.served) == 1 else None
    return replace(chat, posting=only, last_topic=None)


__all__ = [
    "LONGEST_MESSAGE",
    "Outcome",
    "Understand",
    "World",
    "asked_by",
    "decide_known",
    "on_message",
    "on_tap",
]
