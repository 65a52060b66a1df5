"""The commands: what begins with a slash."""

from dataclasses import replace

from bot.core import compose
from bot.core.answering import choose
from bot.core.chat import Chat
from bot.core.markup import escape
from bot.core.message import Button, Message, Reply
from bot.core.outcome import Outcome, World, led, options_of, posting_of, scene_of
from bot.core.scene import Scene

_MOST_ROWS = 40


def on_command(message: Message, chat: Chat, world: World) -> Outcome:
    """What a command leads to; an unknown one shows the help."""
    words = message.text.strip()[1:].split(maxsplit=1)
    command = words[0].partition("@")[0].casefold()
    rest = words[1].strip() if len(words) > 1 else ""
    scene = scene_of(message, chat, world).within(posting_of(chat, world))
    match command:
        case "start":
            return _start(message, rest, chat, world)
        case "help":
            return _help(chat, scene, world)
        case "privacy":
            return Outcome(Reply(compose.privacy(scene)), chat)
        case "language":
            return _language(rest, chat, scene)
        case "postings":
            return offer_postings(chat, scene, world, "choose_posting")
        case "topics":
            return _topics(chat, scene, world)
        case "forget":
            return _ask_to_forget(chat, scene)
        case _:
            return _help(chat, scene, world)


def _start(message: Message, payload: str, chat: Chat, world: World) -> Outcome:
    wanted = world.served.get(payload) if payload else posting_of(chat, world)
    if wanted is not None:
        return choose(message, wanted, replace(chat, greeted=False), world)
    scene = scene_of(message, chat, world).within(None)
    key = "posting_unknown" if payload else "choose_posting"
    offered = offer_postings(chat, scene, world, key)
    return led(
        replace(offered, chat=replace(offered.chat, greeted=True)), compose.introduction(scene)
    )


def _help(chat: Chat, scene: Scene, world: World) -> Outcome:
    if scene.posting is None:
        return offer_postings(chat, scene, world, "help_no_posting")
    return Outcome(Reply(scene.say("help", title=escape(scene.title(scene.posting)))), chat)


def _language(wanted: str, chat: Chat, scene: Scene) -> Outcome:
    code = wanted.casefold()[:2]
    if wanted and scene.phrases.has(code):
        chosen = replace(chat, language=code)
        return Outcome(Reply(scene.speaking(code).say("language_chosen")), chosen)
    text = scene.say("choose_language")
    if wanted:
        text = scene.say("language_unknown", languages=compose.languages_named(scene))
    reply = Reply(text, compose.language_rows(scene))
    return Outcome(reply, replace(chat, options=options_of(reply)))


def _topics(chat: Chat, scene: Scene, world: World) -> Outcome:
    if scene.posting is None:
        return offer_postings(chat, scene, world, "choose_posting")
    rows = compose.topic_rows(scene.posting, scene)[:_MOST_ROWS]
    reply = Reply(scene.say("topics", title=escape(scene.title(scene.posting))), rows)
    return Outcome(reply, replace(chat, options=options_of(reply)))


def offer_postings(chat: Chat, scene: Scene, world: World, key: str) -> Outcome:
    """The postings to choose from, below the sentence *key*."""
    postings = tuple(world.served.values())
    if not postings:
        return Outcome(Reply(scene.say("no_postings")), chat)
    reply = Reply(scene.say(key), compose.posting_rows(postings, scene)[:_MOST_ROWS])
    return Outcome(reply, replace(chat, options=options_of(reply)))


def _ask_to_forget(chat: Chat, scene: Scene) -> Outcome:
    yes = Button(scene.say("forget_yes"), "f|yes")
    no = Button(scene.say("forget_no"), "f|no")
    reply = Reply(scene.say("forget_ask"), ((yes, no),))
    return Outcome(reply, replace(chat, options=options_of(reply)))
