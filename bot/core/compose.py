"""Wording: from decisions to the text and the buttons that a candidate sees."""

from collections.abc import Iterator, Sequence

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
from bot.core.markup import escape
from bot.core.message import Button, Reply
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
        return ""
    language, text = found
    lines = [_filled(text, language, scene)]
    if closed and not entry.answer_closed and _concerns_applying(entry) and posting is not None:
        lines.append(scene.say("closed_note", closes=_closing(posting, scene.language)))
    if language != scene.language and scene.language in scene.phrases.languages:
        lines.append(scene.say("only_language", language=language_name(scene, language)))
    if entry.quote:
        lines.append("_" + scene.say("quote", quote=escape(entry.quote)) + "_")
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
        "title": escape(title[1]) if title else posting.id,
        "organisation": escape(posting.organisation),
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _closing(posting: Posting, language: str) -> str:
    return spell(posting.closes, language) if posting.closes else ""


def language_name(scene: Scene, language: str) -> str:
    """What *language* is called, in itself: ``français``."""
    if scene.phrases.has(language):
        return scene.phrases.say(language, "language_name")
    return language


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
        case Clarify():
            return _clarify_text(part, scene)
        case Unstated(id=topic, listed=listed):
            return scene.say("unstated" if listed else "missing", about=scene.about_topic(topic))
        case SmallTalk(kind=kind):
            return _small_talk_text(kind, scene)
        case Unanswered():
            return scene.say("unanswered" if part.text.strip() else "unanswered_empty")


def _partial_text(topic: str, wanted: str, scene: Scene) -> str:
    entry = scene.posting.entry(wanted) if scene.posting else None
    if entry is None:
        return scene.say("option_gone")
    lead = scene.say("partial", about=scene.about_topic(wanted))
    note = scene.say("partial_note", detail=scene.about_topic(topic))
    return "\n\n".join((lead, entry_text(entry, scene), note))


def _clarify_text(part: Part, scene: Scene) -> str:
    details = isinstance(part.decision, Clarify) and _common_parent(part.decision.options, scene)
    if details:
        return scene.say("details_only", about=scene.about_topic(details))
    return scene.say("clarify")


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
    title = escape(scene.title(posting)) if posting else ""
    organisation = posting.organisation if posting else scene.about.organisation
    return scene.say(f"smalltalk.{kind}", title=title, organisation=escape(organisation))


def reply(understanding: Understanding, scene: Scene, uids: Sequence[str]) -> Reply:
    """One reply to a whole message: every part answered, with the buttons that each needs.

    Args:
        understanding: what was decided, part by part; at least one part.
        scene: where it is said.
        uids: the questions' names in the log, in the order of the parts.
    """
    parts = understanding.parts
    several = len(parts) > 1
    texts: list[str] = []
    for part in parts:
        text = part_text(part, scene)
        if several and isinstance(part.decision, Unanswered | Clarify):
            head = scene.say("about_question", question=escape(_short(part.text)))
            text = f"{head} {text}"
        if text not in texts:
            texts.append(text)
    return Reply("\n\n".join(texts), tuple(_buttons(parts, scene, uids)))


def _buttons(
    parts: Sequence[Part], scene: Scene, uids: Sequence[str]
) -> Iterator[tuple[Button, ...]]:
    for part, uid in zip(parts, uids, strict=True):
        match part.decision:
            case Clarify(options=options):
                yield from option_rows(options, uid, scene)
            case Partial():
                yield (Button(scene.say("pass_on"), f"p|{uid}"),)
            case _:
                pass


def option_rows(options: Sequence[str], uid: str, scene: Scene) -> Iterator[tuple[Button, ...]]:
    """A row for each option of a clarification, and one for none of them."""
    for option in options:
        yield (Button(scene.label(option), f"o|{uid}|{option}"),)
    yield (Button(scene.say("none_of_these"), f"n|{uid}"),)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def welcome(scene: Scene) -> str:
    """First contact: what this is, for which posting, what to ask, how long things are kept."""
    posting = scene.posting
    lines = [
        scene.say(
            "hello" if posting else "hello_several",
            organisation=escape(posting.organisation if posting else scene.about.organisation),
            title=escape(scene.title(posting)) if posting else "",
        )
    ]
    if posting and posting.closes:
        key = "is_closed" if posting.is_closed(scene.now) else "open_until"
        lines.append(scene.say(key, closes=_closing(posting, scene.language)))
    if posting and (examples := _examples(posting, scene)):
        lines.append(scene.say("ask_away", examples=examples))
    lines.append(scene.say("keeps", days=scene.about.retention_days))
    return "\n\n".join(lines)


def _examples(posting: Posting, scene: Scene) -> str:
    wanted = ("hours", "location", "contract", "deadline", "how_to_apply", "salary")
    named = [scene.about_topic(topic) for topic in wanted if posting.entry(topic)]
    return ", ".join(named[:4])


def privacy(scene: Scene) -> str:
    """What is kept, for how long, and how to have it deleted."""
    about = scene.about
    lines = [scene.say("privacy", days=about.retention_days)]
    if about.contact:
        lines.append(scene.say("privacy_contact", contact=escape(about.contact)))
    if about.privacy_url:
        lines.append(scene.say("privacy_url", url=escape(about.privacy_url)))
    return "\n\n".join(lines)


def posting_rows(postings: Sequence[Posting], scene: Scene) -> tuple[tuple[Button, ...], ...]:
    """A button for each posting, to choose one."""
    return tuple((Button(scene.title(posting), f"s|{posting.id}"),) for posting in postings)


def topic_rows(posting: Posting, scene: Scene) -> tuple[tuple[Button, ...], ...]:
    """A button for each answer of the posting, two in a row, parents before details."""
    entries = [entry for entry in posting.entries if not (entry.topic and parent_of(entry.topic))]
    buttons = [Button(scene.label(entry.id), f"a|{entry.id}") for entry in entries]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def language_rows(scene: Scene) -> tuple[tuple[Button, ...], ...]:
    """A button for each language that the bot speaks."""
    codes = scene.phrases.languages
    return tuple((Button(language_name(scene, code), f"l|{code}"),) for code in codes)
