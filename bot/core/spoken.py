"""What a message means where there are no buttons, no menu of commands and no deep links.

A number or a word may be a choice, a word may be a command, and a code chooses the posting. What
stays out: what all that leads to (`bot.core.conversation`).
"""

import datetime as dt
import re
import unicodedata
from dataclasses import replace

from bot.core.chat import Chat
from bot.core.choice import Miss, chosen
from bot.core.message import Message, Reply, Tap
from bot.core.outcome import Outcome, World, options_of, scene_of

OFFERED = dt.timedelta(hours=24)
"""So long a number means one of the choices that were offered last."""

_COMMANDS = {
    "/start": ("start", "commencer", "recommencer", "demarrer"),
    "/topics": ("menu", "topics", "sujets", "les sujets"),
    "/help": ("help", "aide", "aidez moi", "help me"),
    "/postings": ("postings", "offres", "les offres", "annonces", "other postings"),
    "/privacy": ("privacy", "confidentialite", "vie privee"),
    "/mydata": ("mydata", "my data", "mes donnees"),
    "/forget": ("forget me", "oubliez moi", "oublie moi", "delete my data", "effacer mes donnees"),
    "/stop": ("stop", "arret", "arreter"),
    "/language fr": ("francais svp", "en francais", "in french"),
    "/language en": ("english please", "en anglais", "in english"),
}
_BY_WORDS = {words: command for command, spoken in _COMMANDS.items() for words in spoken}
_CODE = re.compile(r"(?:^|(?<=\s))#([a-z0-9-]{1,40})(?![\w-])", re.IGNORECASE)
_NAMED = re.compile(r"(?:code|start)?\s*[:=]?\s*([a-z0-9-]{1,40})\s*[.!]?", re.IGNORECASE)
_ONLY_ANNOUNCES = re.compile(r"(?:code|start|\W)*", re.IGNORECASE)


def command(text: str) -> str:
    """The command that *text* says as plain words, such as ``menu`` or ``stop``; else nothing."""
    if len(text) > 40 or "?" in text:  # noqa: PLR2004 - longer than any of them
        return ""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in bare if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in kept).split()
    return _BY_WORDS.get(" ".join(words), "")


def meant(message: Message | Tap, chat: Chat, world: World) -> tuple[Message | Tap | Outcome, Chat]:
    """What *message* means, and what is remembered when it is obeyed.

    Returns:
        A tap where it chose, the command where it named one, itself otherwise; an outcome where it
        chose something that there is not.
    """
    if isinstance(message, Tap):
        return message, chat
    text = message.text.strip()
    if spoken := command(text):
        return replace(message, text=spoken), chat
    posting, rest = _posting(text, world)
    if posting:
        # What else the message says waits for the choice, and is answered right after it.
        return replace(message, text=f"/start {posting}"), replace(chat, waiting=rest)
    offered = world.now.timestamp() - chat.offered < OFFERED.total_seconds()
    match chosen(text, chat.options if offered else ()):
        case str(data):
            return Tap(
                message.key, message.sender, data, message.received, message.message_id
            ), chat
        case Miss() as miss:
            return _missed(miss, message, chat, world, offered=offered), chat
        case None:
            return message, chat


def answers_a_right(incoming: Message | Tap, chat: Chat) -> bool:
    """Whether somebody says by number that what is kept of him is to be deleted, or not."""
    if not isinstance(incoming, Message) or not incoming.buttonless:
        return False
    choice = chosen(incoming.text, chat.options)
    return isinstance(choice, str) and choice.startswith("f|")


def worded(
    outcome: Outcome,
    incoming: Message | Tap,
    means: Message | Tap | Outcome,
    before: Chat,
    world: World,
) -> Outcome:
    """The outcome with the choices that a number means from now on, and the word that it does.

    Who looks at one answer of a menu can go on choosing from it.
    """
    reply = outcome.reply
    if reply is not None and reply.buttons:
        chat = replace(outcome.chat, options=options_of(reply), offered=world.now.timestamp())
        if len(chat.options) > 1:
            hint = scene_of(incoming, chat, world).say("choose_number")
            reply = replace(reply, text=f"{reply.text}\n\n{hint}")
        return replace(outcome, chat=chat, reply=reply)
    browsing = isinstance(means, Tap) and means.data.startswith("a|")
    if browsing or isinstance(means, Outcome):
        kept = replace(outcome.chat, options=before.options, offered=before.offered)
        return replace(outcome, chat=kept)
    return outcome


def _posting(text: str, world: World) -> tuple[str, str]:
    """The posting whose code is in *text*, and the rest of it; nothing where there is none."""
    known = {key.casefold(): key for key in world.served}
    for found in _CODE.finditer(text):
        if key := known.get(found[1].casefold()):
            rest = text[: found.start()] + text[found.end() :]
            return key, "" if _ONLY_ANNOUNCES.fullmatch(rest) else rest.strip()
    named = _NAMED.fullmatch(text)
    return (known.get(named[1].casefold(), ""), "") if named else ("", "")


def _missed(miss: Miss, message: Message, chat: Chat, world: World, *, offered: bool) -> Outcome:
    scene = scene_of(message, chat, world)
    if miss is Miss.NONE:
        return Outcome(Reply(scene.say("none_chosen")), chat)
    known = bool(chat.options) and offered
    return Outcome(Reply(scene.say("choose_number" if known else "option_gone")), chat)
