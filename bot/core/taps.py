"""The buttons: what a tap, or a choice by number, leads to."""

from dataclasses import replace

from bot.core import compose
from bot.core.answering import choose, decide_known, record
from bot.core.chat import Chat, LoggedQuestion, Settlement
from bot.core.commands import offer_postings
from bot.core.decision import Understanding
from bot.core.message import Reply, Tap
from bot.core.outcome import Outcome, World, led, options_of, scene_of
from bot.core.scene import Scene
from bot.core.topic import parent_of

_ABOUT_QUESTIONS = ("o", "n", "p")
_MOST_DETAILS = 6


def asked_by(data: str) -> str:
    """The uid of the logged question that a button belongs to; empty where it belongs to none."""
    action, _, rest = data.partition("|")
    return rest.partition("|")[0] if action in _ABOUT_QUESTIONS else ""


def tapped(tap: Tap, chat: Chat, asked: LoggedQuestion | None, world: World) -> Outcome:
    """What a tap leads to; old, foreign or forged data is answered politely."""
    scene = scene_of(tap, chat, world)
    action, _, rest = tap.data.partition("|")
    match action:
        case "o" if asked is not None:
            posting = world.served.get(asked.posting) if asked.posting else None
            return _take_option(rest.partition("|")[2], chat, asked, scene.within(posting))
        case "n" | "p" if asked is not None:
            opened = Settlement(asked.uid, open=True, decision=_passed_on(action))
            return Outcome(Reply(scene.say("passed_on")), _cleared(chat), settlements=(opened,))
        case "s":
            return _choose_posting(tap, rest, chat, world)
        case "l" if scene.phrases.has(rest):
            spoken = scene.speaking(rest)
            return Outcome(Reply(spoken.say("language_chosen")), replace(chat, language=rest))
        case "a":
            return _show_entry(tap, rest, chat, world)
        case "f":
            key = "forgotten" if rest == "yes" else "not_forgotten"
            kept = Chat() if rest == "yes" else _cleared(chat)
            return Outcome(Reply(scene.say(key)), kept, forget=rest == "yes")
        case _:
            return Outcome(Reply(scene.say("option_gone")), chat)


def _passed_on(action: str) -> str | None:
    return "unanswered" if action == "n" else None


def _cleared(chat: Chat) -> Chat:
    return replace(chat, options=())


def _take_option(option: str, chat: Chat, asked: LoggedQuestion, scene: Scene) -> Outcome:
    posting = scene.posting
    # Of a topic that was offered, the details may have been offered next.
    offered = option in asked.options or parent_of(option) in asked.options
    if posting is None or not offered:
        return Outcome(Reply(scene.say("option_gone")), chat)
    part = decide_known(option, posting, asked.text)
    known = record(part, asked.uid, 0, posting, asked.language)
    settled = Settlement(
        asked.uid,
        decision=known.decision,
        topic=known.topic,
        entry=known.entry,
        open=known.open,
    )
    reply = compose.reply(Understanding((part,)), scene, (asked.uid,))
    chat = replace(chat, options=options_of(reply))
    if posting.id == chat.posting:
        chat = replace(chat, last_topic=option)
    return Outcome(reply, chat, settlements=(settled,))


def _choose_posting(tap: Tap, wanted: str, chat: Chat, world: World) -> Outcome:
    posting = world.served.get(wanted)
    if posting is None:
        return offer_postings(chat, scene_of(tap, chat, world), world, "posting_unknown")
    return choose(tap, posting, chat, world)


def _show_entry(tap: Tap, rest: str, chat: Chat, world: World) -> Outcome:
    tag, _, wanted = rest.partition("|")
    posting = next((one for one in world.served.values() if one.tag == tag), None)
    entry = posting.entry(wanted) if posting else None
    if posting is None or entry is None:
        return Outcome(Reply(scene_of(tap, chat, world).say("option_gone")), chat)
    switched = posting.id != chat.posting
    chat = replace(chat, posting=posting.id, last_topic=wanted)
    scene = scene_of(tap, chat, world)
    details = [
        compose.entry_button(other, posting, scene)
        for other in posting.entries
        if other.topic and parent_of(other.topic) == wanted
    ]
    rows = tuple((button,) for button in details[:_MOST_DETAILS])
    reply = Reply(compose.entry_text(entry, scene), rows)
    outcome = Outcome(reply, replace(chat, options=options_of(reply)))
    return led(outcome, compose.posting_chosen(scene)) if switched else outcome
