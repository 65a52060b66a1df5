"""The commands: what begins with a slash."""

from dataclasses import replace

from bot.core import compose
from bot.core.answering import choose
from bot.core.buttons import language_rows, posting_rows, topic_rows
from bot.core.chat import Chat
from bot.core.markup import escape
from bot.core.message import Button, Message, Reply
from bot.core.outcome import Outcome, World, led, options_of, posting_of, scene_of
from bot.core.scene import Scene


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
            return show_topics(chat, scene, world)
        case "mydata":
            return _mydata(message, chat, scene)
        case "forget":
            return _ask_to_forget(chat, scene)
        case "stop":
            return Outcome(Reply(scene.say("stopped")), chat, stop=True)
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
    reply = Reply(text, language_rows(scene))
    return Outcome(reply, replace(chat, options=options_of(reply)))


def show_topics(chat: Chat, scene: Scene, world: World, page: int = 0) -> Outcome:
    """The menu of the posting, a page of it."""
    if scene.posting is None:
        return offer_postings(chat, scene, world, "choose_posting")
    title = escape(scene.title(scene.posting))
    reply = Reply(scene.say("topics", title=title), topic_rows(scene.posting, scene, page))
    return Outcome(reply, replace(chat, options=options_of(reply)))


def offer_postings(chat: Chat, scene: Scene, world: World, key: str, page: int = 0) -> Outcome:
    """The postings to choose from, a page of them, below the sentence *key*."""
    postings = tuple(world.served.values())
    if not postings:
        return Outcome(Reply(scene.say("no_postings")), chat)
    reply = Reply(scene.say(key), posting_rows(postings, scene, page))
    return Outcome(reply, replace(chat, options=options_of(reply)))


def _ask_to_forget(chat: Chat, scene: Scene) -> Outcome:
    yes = Button(scene.say("forget_yes"), "f|yes")
    no = Button(scene.say("forget_no"), "f|no")
    reply = Reply(scene.say("forget_ask"), ((yes, no),))
    return Outcome(reply, replace(chat, options=options_of(reply)))


def _mydata(message: Message, chat: Chat, scene: Scene) -> Outcome:
    if message.group:
        # What somebody asked is nobody else's business.
        return Outcome(Reply(scene.say("mydata_private")), chat)
    nothing = Reply(scene.say("mydata_none"))
    return Outcome(nothing, chat, mydata=Reply(scene.say("mydata")))
