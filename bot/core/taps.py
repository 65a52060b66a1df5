"""The buttons: what a tap, or a choice by number, leads to."""

import datetime as dt
from dataclasses import replace

from bot.core import compose
from bot.core.answering import choose, decide_known, record
from bot.core.buttons import detail_rows, rated, tell_rows
from bot.core.chat import Chat, LoggedQuestion, Settlement
from bot.core.commands import offer_postings, show_topics
from bot.core.dates import spell
from bot.core.decision import Understanding
from bot.core.message import Marks, Reply, Tap
from bot.core.notice import Added
from bot.core.outcome import Outcome, Wish, World, led, options_of, scene_of
from bot.core.posting import Posting, Standing
from bot.core.scene import Scene
from bot.core.topic import parent_of

_ABOUT_QUESTIONS = ("o", "n", "p", "t", "+", "-")
_LONGEST_NUMBER = 4
_MARGIN = dt.timedelta(days=1)
"""A wait ends so long before its question is deleted, so that its end can be said."""


def asked_by(data: str) -> str:
    """The uid of the logged question that a button belongs to; empty where it belongs to none."""
    return next(iter(_questions(data)), "")


def _questions(data: str) -> tuple[str, ...]:
    action, _, rest = data.partition("|")
    uids = rest.partition("|")[0].split(",") if action in _ABOUT_QUESTIONS else ()
    return tuple(filter(None, dict.fromkeys(uids)))


def tapped(tap: Tap, chat: Chat, asked: LoggedQuestion | None, world: World) -> Outcome:
    """What a tap leads to; old, foreign or forged data is answered politely."""
    scene = scene_of(tap, chat, world)
    action, _, rest = tap.data.partition("|")
    if action in _ABOUT_QUESTIONS and asked is not None:
        return _about_question(tap, chat, asked, world)
    match action:
        case "s":
            return _choose_posting(tap, rest, chat, world)
        case "q" if _is_number(rest):
            return _turned(tap, offer_postings(chat, scene, world, "choose_posting", int(rest)))
        case "m":
            return _turn_topics(tap, rest, chat, world)
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


def _about_question(tap: Tap, chat: Chat, asked: LoggedQuestion, world: World) -> Outcome:
    scene = scene_of(tap, chat, world)
    action, _, rest = tap.data.partition("|")
    match action:
        case "o":
            posting = world.served.get(asked.posting) if asked.posting else None
            return _take_option(rest.partition("|")[2], chat, asked, scene.within(posting))
        case "n" | "p":
            return _pass_on(action, chat, asked, scene)
        case "t" if world.tells:
            return _tell(tap, chat, asked, world)
        case "+" | "-":
            return _rate(tap, chat, asked, scene)
        case _:
            return Outcome(Reply(scene.say("option_gone")), chat)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _pass_on(action: str, chat: Chat, asked: LoggedQuestion, scene: Scene) -> Outcome:
    decision = "unanswered" if action == "n" else None
    opened = Settlement(asked.uid, open=True, decision=decision)
    reply = Reply(scene.say("passed_on"), tell_rows((asked.uid,), scene))
    return Outcome(reply, replace(chat, options=options_of(reply)), settlements=(opened,))


def _tell(tap: Tap, chat: Chat, asked: LoggedQuestion, world: World) -> Outcome:
    """Somebody wishes to be told; where there is an answer by now, it is given at once."""
    scene = scene_of(tap, chat, world)
    if not asked.open and (found := _answered_by_now(chat, asked, world, scene)):
        return found
    about = world.about
    until = min(
        world.now + dt.timedelta(days=about.wait_days),
        asked.received + dt.timedelta(days=about.retention_days) - _MARGIN,
    )
    if until <= world.now:
        return Outcome(Reply(scene.say("option_gone")), chat)
    replies = {
        Added.NEW: Reply(scene.say("will_tell", until=spell(until.date(), scene.language))),
        Added.ALREADY: Reply(scene.say("already_told")),
        Added.NO: Reply(scene.say("option_gone")),
    }
    wish = Wish(_questions(tap.data), scene.language, until, replies)
    return Outcome(replies[Added.NO], _cleared(chat), wish=wish)


def _answered_by_now(
    chat: Chat, asked: LoggedQuestion, world: World, scene: Scene
) -> Outcome | None:
    posting = world.served.get(asked.posting or "")
    if posting is None:
        return None
    understood = world.understand(posting, asked.text, Chat(posting=posting.id))
    if understood.decision != "answer":
        return None
    uids = (asked.uid,) * len(understood.parts)
    reply = compose.reply(understood, scene.within(posting), uids)
    return Outcome(replace(reply, rates=asked.uid), replace(chat, options=options_of(reply)))


def _rate(tap: Tap, chat: Chat, asked: LoggedQuestion, scene: Scene) -> Outcome:
    """Rate an answer; the same thumb again takes it back.

    A thumb down opens the question for the moderators, whatever was decided. Taken back, it is
    closed again, unless it was passed on for another reason.
    """
    chosen = 1 if tap.data.startswith("+") else -1
    rating = 0 if asked.rating == chosen else chosen
    opened = True if rating < 0 else None
    if asked.rating < 0 <= rating and asked.decision == "answer":
        opened = False
    uids = _questions(tap.data)
    settled = tuple(Settlement(uid, open=opened, rating=rating) for uid in uids)
    text = "" if rating >= 0 else scene.say("thanks_rating_down")
    marks = None
    if tap.shown and tap.message_id:
        marks = Marks(tap.message_id, rated(tap.shown, ",".join(uids), rating))
    elif rating > 0:
        text = scene.say("thanks_rating")
    elif rating == 0:
        text = scene.say("rating_taken_back")
    rows = tell_rows(uids, scene) if rating < 0 else ()
    reply = Reply(text, rows, marks=marks)
    options = options_of(reply) or chat.options
    return Outcome(reply, replace(chat, options=options), settlements=settled)


def _turn_topics(tap: Tap, rest: str, chat: Chat, world: World) -> Outcome:
    tag, _, page = rest.partition("|")
    posting = _tagged(tag, world)
    if posting is None or not _is_number(page):
        return Outcome(Reply(scene_of(tap, chat, world).say("option_gone")), chat)
    chat = replace(chat, posting=posting.id)
    return _turned(tap, show_topics(chat, scene_of(tap, chat, world), world, int(page)))


def _turned(tap: Tap, outcome: Outcome) -> Outcome:
    """The next page takes the place of the one before, where the messenger can do so."""
    if outcome.reply is None:
        return outcome
    return replace(outcome, reply=replace(outcome.reply, edits=tap.message_id))


def _tagged(tag: str, world: World) -> Posting | None:
    return next((one for one in world.served.values() if one.tag == tag), None)


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
    """An answer from a menu, the details below it; of a topic stated in detail only, those."""
    tag, _, wanted = rest.partition("|")
    posting = _tagged(tag, world)
    entry = posting.entry(wanted) if posting else None
    details_only = posting and posting.coverage(wanted).standing is Standing.DETAILS
    if posting is None or not (entry or details_only):
        return Outcome(Reply(scene_of(tap, chat, world).say("option_gone")), chat)
    switched = posting.id != chat.posting
    chat = replace(chat, posting=posting.id, last_topic=wanted)
    scene = scene_of(tap, chat, world)
    rows = detail_rows(wanted, posting, scene)
    text = compose.entry_text(entry, scene) if entry else compose.details_text(wanted, scene)
    reply = Reply(text, rows)
    outcome = Outcome(reply, replace(chat, options=options_of(reply)))
    return led(outcome, compose.posting_chosen(scene)) if switched else outcome
