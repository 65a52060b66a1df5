"""Wording: from decisions to the text and the buttons that a candidate sees."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.core.buttons import carried, language_name, option_rows, related_rows, tell_rows
from bot.core.chat import is_question
from bot.core.dates import spell
from bot.core.decision import (
    Answer,
    Clarify,
    Part,
    Partial,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
)
from bot.core.language import name_in
from bot.core.markup import escape
from bot.core.message import Button, Reply
from bot.core.notice import Waiter
from bot.core.posting import Entry, Posting, Standing
from bot.core.scene import Scene
from bot.core.topic import parent_of, pick

_APPLYING = frozenset(
    {"how_to_apply", "application_email", "application_subject", "documents", "deadline"}
)
_SHOWN = 120


def entry_text(entry: Entry, scene: Scene) -> str:
    """An entry's answer as it holds now: language, closing date and quote taken care of."""
    posting = scene.posting
    closed = posting is not None and posting.is_closed(scene.now)
    texts = entry.texts(closed=closed)
    fallbacks = posting.languages if posting else ()
    found = pick(texts, scene.language, fallbacks)
    if found is None:
        return scene.say("missing", about=_about(entry.id, scene))
    language, text = found
    lines = [_filled(text, language, scene)]
    if closed and not entry.answer_closed and _concerns_applying(entry) and posting is not None:
        lines.append(scene.say("closed_note", closes=_closing(posting, scene.language)))
    if language != scene.language:
        lines.append(scene.say("only_language", language=name_in(scene.language, language)))
    if entry.quote:
        lines.append("_" + scene.say("quote", quote=_own(entry.quote)) + "_")
    return "\n\n".join(lines)


def _concerns_applying(entry: Entry) -> bool:
    return entry.topic is not None and (parent_of(entry.topic) or entry.topic) in _APPLYING


def _filled(text: str, language: str, scene: Scene) -> str:
    posting = scene.posting
    if posting is None or "{" not in text:
        return text
    title = pick(posting.title, language, posting.languages)
    values = {
        "closes": _closing(posting, language),
        "url": posting.url,
        "title": _own(title[1]) if title else posting.id,
        "organisation": _own(posting.organisation),
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _line(text: str) -> str:
    """What somebody typed, as one line within a sentence of ours."""
    return escape(" ".join(text.split()))


@lru_cache(1024)
def _own(text: str) -> str:
    """The same of what HR wrote, which stands in reply after reply; never of a candidate's text."""
    return _line(text)


def _closing(posting: Posting, language: str) -> str:
    closes = posting.closes
    if isinstance(closes, dt.datetime) and closes.tzinfo:
        closes = closes.astimezone(posting.timezone)
    return _spelt(closes.isoformat(), language) if closes else ""


# The few dates of the postings stand in reply after reply. By what is written, not by the moment:
# one moment reads differently in two time zones.
@lru_cache(256)
def _spelt(date: str, language: str) -> str:
    day_only = "T" not in date
    return spell((dt.date if day_only else dt.datetime).fromisoformat(date), language)


def languages_named(scene: Scene) -> str:
    """The languages that the bot speaks, each in its own name."""
    return ", ".join(language_name(scene, code) for code in scene.phrases.languages)


def part_text(part: Part, scene: Scene) -> str:
    """What is said on one question of a message."""
    posting = scene.posting
    match part.decision:
        case Answer(entry=wanted):
            entry = posting.entry(wanted) if posting else None
            return entry_text(entry, scene) if entry else scene.say("option_gone")
        case Partial(id=topic, entry=wanted):
            return _partial_text(topic, wanted, scene)
        case Clarify(options=options):
            return _clarify_text(options, scene)
        case Unstated(id=topic, listed=listed):
            return scene.say("unstated" if listed else "missing", about=_about(topic, scene))
        case SmallTalk(kind=kind):
            return _small_talk_text(kind, scene)
        case Unanswered():
            return scene.say("unanswered" if is_question(part.text) else "unanswered_empty")


def _about(wanted: str, scene: Scene) -> str:
    return _own(scene.about_topic(wanted))


def _partial_text(topic: str, wanted: str, scene: Scene) -> str:
    entry = scene.posting.entry(wanted) if scene.posting else None
    if entry is None:
        return scene.say("option_gone")
    lead = scene.say("partial", about=_about(wanted, scene))
    note = scene.say("partial_note", detail=_about(topic, scene))
    return "\n\n".join((lead, entry_text(entry, scene), note))


def _clarify_text(options: Sequence[str], scene: Scene) -> str:
    if not (parent := _common_parent(options, scene)):
        return scene.say("clarify")
    key = "details_only" if len(options) > 1 else "detail_only"
    return scene.say(key, about=_about(parent, scene))


def details_text(topic: str, scene: Scene) -> str:
    """What is said of a topic of which only details are stated, above their buttons."""
    return scene.say("details", about=_about(topic, scene))


def _common_parent(options: Sequence[str], scene: Scene) -> str:
    """The topic whose stated details *options* are, or nothing."""
    parents = {parent_of(option) for option in options}
    parent = parents.pop() if len(parents) == 1 else None
    posting = scene.posting
    if parent is None or posting is None:
        return ""
    return parent if posting.coverage(parent).standing is Standing.DETAILS else ""


def _small_talk_text(kind: str, scene: Scene) -> str:
    posting = scene.posting
    title = _own(scene.title(posting)) if posting else ""
    organisation = posting.organisation if posting else scene.about.organisation
    known = scene.phrases.knows(f"smalltalk.{kind}")
    key = f"smalltalk.{kind if known else 'greeting'}"
    return scene.say(key, title=title, organisation=_own(organisation))


def is_open(part: Part) -> bool:
    """Whether a part goes to the moderators at once."""
    match part.decision:
        case Unstated():
            return True
        case Unanswered():
            return is_question(part.text)
        case _:
            return False


def reply(understanding: Understanding, scene: Scene, uids: Sequence[str]) -> Reply:
    """One reply to a whole message: every part answered, with the buttons that each needs.

    That something was passed on is said once, after the last part of which it is true. What was
    answered can be rated, all of it together.

    Args:
        understanding: what was decided, part by part; at least one part.
        scene: where it is said.
        uids: the questions' names in the log, in the order of the parts.
    """
    parts = understanding.parts
    several = len(parts) > 1
    passed = [place for place, part in enumerate(parts) if is_open(part)]
    texts: list[str] = []
    for place, part in enumerate(parts):
        text = _part_of_several(part, scene) if several else part_text(part, scene)
        if passed and place == passed[-1]:
            text += " " + scene.say("passed_on" if len(passed) == 1 else "passed_on_several")
        if not several and passed and isinstance(part.decision, Unanswered):
            text += " " + scene.say("ask_otherwise")
        if text not in texts:
            texts.append(text)
    answered = [uid for part, uid in zip(parts, uids, strict=True) if _is_answered(part)]
    rows = tuple(_buttons(parts, scene, uids))
    return Reply("\n\n".join(texts), rows, rates=carried(answered))


def _is_answered(part: Part) -> bool:
    return isinstance(part.decision, Answer | Partial)


def _part_of_several(part: Part, scene: Scene) -> str:
    text = part_text(part, scene)
    asked = _line(_short(part.text))
    match part.decision:
        case Clarify(options=options) if not _common_parent(options, scene):
            return scene.say("clarify_part", question=asked)
        case Unanswered():
            return scene.say("about_question", question=asked) + " " + text
        case _:
            return text


def _buttons(
    parts: Sequence[Part], scene: Scene, uids: Sequence[str]
) -> Iterator[tuple[Button, ...]]:
    partial = sum(isinstance(part.decision, Partial) for part in parts)
    for part, uid in zip(parts, uids, strict=True):
        match part.decision:
            case Clarify(options=options):
                yield from option_rows(options, uid, scene)
            case Partial(id=topic):
                which = f" ({scene.label(topic)})" if partial > 1 else ""
                yield (Button(scene.say("pass_on") + which, f"p|{uid}"),)
            case _:
                pass
    if len(parts) == 1:
        yield from related_rows(parts[0].decision, scene)
    passed_on = [uid for part, uid in zip(parts, uids, strict=True) if is_open(part)]
    yield from tell_rows(passed_on, scene)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def welcome(scene: Scene) -> str:
    """First contact: what this is, for which posting, what to ask, how long things are kept."""
    return "\n\n".join((_hello(scene), *_what_to_ask(scene), _keeps(scene)))


def chosen(scene: Scene) -> str:
    """Which posting the chat is about from now on, and what to ask."""
    return "\n\n".join((posting_chosen(scene), *_what_to_ask(scene)))


def posting_chosen(scene: Scene) -> str:
    """Which posting the chat is about from now on; nothing where none is chosen."""
    posting = scene.posting
    if posting is None:
        return ""
    title, organisation = _own(scene.title(posting)), _own(posting.organisation)
    return scene.say("posting_chosen", title=title, organisation=organisation)


def introduction(scene: Scene) -> str:
    """First contact of somebody who asks at once: the same as `welcome`, as short as it goes."""
    posting = scene.posting
    if posting is None:
        return _hello(scene) + "\n\n" + _keeps(scene)
    hello = scene.say(
        "hello_short",
        title=_own(scene.title(posting)),
        organisation=_own(posting.organisation),
        days=scene.about.retention_days,
    )
    return " ".join((hello, *(f"_{line}_" for line in _until_when(posting, scene))))


def _hello(scene: Scene) -> str:
    posting = scene.posting
    if posting is not None:
        title, organisation = _own(scene.title(posting)), _own(posting.organisation)
        return scene.say("hello", title=title, organisation=organisation)
    if organisation := _own(_organisation(scene)):
        return scene.say("hello_several", organisation=organisation)
    return scene.say("hello_several_anonymous")


def _organisation(scene: Scene) -> str:
    """Whose assistant this is for postings of several: the operator's word, or what all share."""
    named = {posting.organisation for posting in scene.knowledge.postings.values()}
    return scene.about.organisation or (named.pop() if len(named) == 1 else "")


def _keeps(scene: Scene) -> str:
    return scene.say("keeps", days=scene.about.retention_days)


def _what_to_ask(scene: Scene) -> Iterator[str]:
    posting = scene.posting
    if posting is None:
        return
    yield from _until_when(posting, scene)
    if examples := _examples(posting, scene):
        yield scene.say("ask_away", examples=examples)


def _until_when(posting: Posting, scene: Scene) -> Iterator[str]:
    if posting.closes:
        yield scene.say(_closing_key(posting, scene.now), closes=_closing(posting, scene.language))


def _closing_key(posting: Posting, now: dt.datetime) -> str:
    if posting.is_closed(now):
        return "is_closed"
    return "open_until" if isinstance(posting.closes, dt.datetime) else "open_through"


def _examples(posting: Posting, scene: Scene) -> str:
    wanted = ("hours", "location", "contract", "deadline", "how_to_apply", "salary")
    named = [_about(topic, scene) for topic in wanted if posting.entry(topic)]
    return ", ".join(named[:4])


def privacy(scene: Scene) -> str:
    """What is kept, for how long, and how to have it deleted."""
    about = scene.about
    lines = [scene.say("privacy", days=about.retention_days, wait_days=about.wait_days)]
    if about.contact:
        lines.append(scene.say("privacy_contact", contact=escape(about.contact)))
    if about.privacy_url:
        lines.append(scene.say("privacy_url", url=escape(about.privacy_url)))
    return "\n\n".join(lines)


def ended(waiters: Sequence[Waiter], scene: Scene, *, closed: bool) -> Reply:
    """That there will be no answer to what somebody waits for, and whom to ask instead.

    Args:
        waiters: what was asked in one chat; one at least.
        scene: in the language of those who wait.
        closed: because the posting has closed, rather than after a long time.
    """
    text = _of_questions("wait_closed" if closed else "expired", waiters, scene)
    if contact := scene.about.contact:
        text += "\n\n" + scene.say("privacy_contact", contact=escape(contact))
    return Reply(text)


def told(waiters: Sequence[Waiter], answer: Reply, scene: Scene) -> Reply:
    """An answer to what somebody waits for, led by what it was that they asked."""
    lead = _of_questions("told", waiters, scene)
    return replace(answer, text=f"{lead}\n\n{answer.text}")


def _of_questions(key: str, waiters: Sequence[Waiter], scene: Scene) -> str:
    # A moderator may have erased the text meanwhile.
    asked = list(dict.fromkeys(_line(_short(one.text)) or "…" for one in waiters))
    if len(asked) == 1:
        return scene.say(key, question=asked[0])
    quoted = ", ".join(scene.say("quoted", question=one) for one in asked)
    return scene.say(f"{key}_several", questions=quoted)
