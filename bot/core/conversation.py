"""The rules of the conversation: a message and what is remembered in, replies and records out."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.core import compose
from bot.core.chat import Chat, LoggedQuestion, Question, Settlement, question_uid
from bot.core.decision import (
    Answer,
    Candidate,
    Clarify,
    Part,
    Partial,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
    name,
)
from bot.core.markup import escape
from bot.core.message import Button, Content, Message, Reply, Tap
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting, Standing
from bot.core.scene import About, Scene
from bot.core.topic import parent_of

Understand = Callable[[Posting, str, Chat], Understanding]
"""How a text is understood for a posting, given what the chat was about before."""

LONGEST_MESSAGE = 2000
"""Characters of a message that are read; longer ones are answered with a word of explanation."""

_MOST_ROWS = 40
_FIRST_ROWS = 3
_ABOUT_QUESTIONS = ("o", "n", "p")
_MOST_DETAILS = 6


@dataclass(frozen=True, slots=True)
class World:
    """What the rules may look at besides the message: nothing of it changes while they run."""

    knowledge: KnowledgeBase
    phrases: Phrases
    understand: Understand
    now: dt.datetime
    about: About = field(default_factory=About)
    drafts: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message leads to: the reply, what is remembered, and what the log keeps.

    ``forget`` asks for the deletion of everything that is kept about the person.
    """

    reply: Reply | None
    chat: Chat
    questions: tuple[Question, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    forget: bool = False


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
        return _command(message, chat, world)
    posting = _posting(chat, world)
    outcome = (
        _wait_for_posting(message, text, chat, world)
        if posting is None
        else _answer(message, _together(chat.waiting, text), chat, posting, world)
    )
    if message.content is Content.TEXT:
        return outcome
    document = message.content is Content.DOCUMENT
    key = "unsupported_document_plain" if document else "unsupported_caption"
    return _led(outcome, _scene(message, outcome.chat, world).say(key))


def _introduced(outcome: Outcome, incoming: Message | Tap, before: Chat, world: World) -> Outcome:
    """The outcome with a word on what this is, where it is the first contact."""
    if outcome.reply is None or outcome.forget:
        return outcome
    said = before.greeted or outcome.chat.greeted
    outcome = replace(outcome, chat=replace(outcome.chat, greeted=True))
    lead = "" if said else compose.introduction(_scene(incoming, outcome.chat, world))
    return _led(outcome, lead)


def _led(outcome: Outcome, *lead: str) -> Outcome:
    """The outcome with something said before the rest of its reply."""
    if outcome.reply is None:
        return outcome
    text = "\n\n".join(filter(None, (*lead, outcome.reply.text)))
    return replace(outcome, reply=replace(outcome.reply, text=text))


def _together(waiting: str, text: str) -> str:
    """What waited and what came now, as one message.

    One character more than is read, so that the answer can say that it was too long.
    """
    whole = f"{waiting}\n{text}" if waiting else text
    return whole[: LONGEST_MESSAGE + 1]


def _wait_for_posting(message: Message, text: str, chat: Chat, world: World) -> Outcome:
    served = tuple(_served(world).values())
    if served:
        # In which language it is asked does not depend on the posting, so any will do.
        understood = world.understand(served[0], text[:LONGEST_MESSAGE], chat)
        chat = _speaking(chat, understood.language, world)
    chat = replace(chat, waiting=_together(chat.waiting, text))
    return _offer_postings(chat, _scene(message, chat, world), world, "choose_posting")


def _speaking(chat: Chat, spoken: str | None, world: World) -> Chat:
    return replace(chat, spoken=spoken) if spoken and world.phrases.has(spoken) else chat


def _answer(message: Message, text: str, chat: Chat, posting: Posting, world: World) -> Outcome:
    understood = world.understand(posting, text[:LONGEST_MESSAGE], chat)
    spoken = understood.language
    chat = _speaking(replace(chat, posting=posting.id, waiting=""), spoken, world)
    scene = _scene(message, chat, world)
    if not chat.greeted and _only_greets(understood):
        reply = _welcome(posting, scene)
        chat = replace(chat, greeted=True)
    elif spoken and not world.phrases.has(spoken):
        understood = _not_read(understood)
        reply = Reply(_other_language(spoken, scene), compose.topic_rows(posting, scene))
    else:
        reply = compose.reply(understood, scene, _uids(message, understood))
    uids = _uids(message, understood)
    questions = tuple(
        _record(part, uid, position, posting, spoken or scene.language)
        for position, (part, uid) in enumerate(zip(understood.parts, uids, strict=True))
    )
    last_topic = _last_topic(understood) or chat.last_topic
    chat = replace(chat, last_topic=last_topic, options=_options(reply))
    outcome = Outcome(reply, chat, questions)
    return _led(outcome, scene.say("too_long")) if len(text) > LONGEST_MESSAGE else outcome


def _uids(message: Message, understood: Understanding) -> tuple[str, ...]:
    return tuple(question_uid(message, position) for position in range(len(understood.parts)))


def _only_greets(understood: Understanding) -> bool:
    return all(part.decision == SmallTalk("greeting") for part in understood.parts)


def _welcome(posting: Posting, scene: Scene) -> Reply:
    return Reply(compose.welcome(scene), compose.topic_rows(posting, scene)[:_FIRST_ROWS])


def _not_read(understood: Understanding) -> Understanding:
    """A message in a language that the bot does not speak: nothing of it is taken for understood.

    It stays whole, and goes to the moderators, so that HR sees which languages are asked for.
    """
    first = understood.parts[0]
    text = " ".join(part.text for part in understood.parts)
    return replace(understood, parts=(replace(first, text=text, decision=Unanswered()),))


def _other_language(spoken: str, scene: Scene) -> str:
    names = compose.languages_named(scene)
    texts = OTHER_LANGUAGES.get(spoken)
    return texts.format(languages=names) if texts else scene.say("other_language", languages=names)


OTHER_LANGUAGES = {
    "es": "Hablo {languages}. Haga su pregunta en uno de estos idiomas, por favor.",
    "de": "Ich spreche {languages}. Bitte stellen Sie Ihre Frage in einer dieser Sprachen.",
    "it": "Parlo {languages}. Per favore, faccia la domanda in una di queste lingue.",
    "pt": "Eu falo {languages}. Por favor, faça a pergunta num destes idiomas.",
    "nl": "Ik spreek {languages}. Stel uw vraag alstublieft in een van deze talen.",
    "pl": "Mówię w językach: {languages}. Proszę zadać pytanie w jednym z nich.",
    "ro": "Vorbesc {languages}. Vă rog să puneți întrebarea într-una dintre aceste limbi.",
    "tr": "Şu dilleri konuşuyorum: {languages}. Lütfen sorunuzu bu dillerden birinde sorun.",
    "uk": "Я розмовляю такими мовами: {languages}. Поставте запитання однією з них, будь ласка.",
    "ru": "Я говорю на языках: {languages}. Пожалуйста, задайте вопрос на одном из них.",
    "ar": "أتحدث: {languages}. يُرجى طرح سؤالك بإحدى هذه اللغات.",
}
"""One line for somebody who writes in a language that the bot does not speak."""


def _record(part: Part, uid: str, position: int, posting: Posting, language: str) -> Question:
    topic, entry = _topic_and_entry(part, posting)
    return Question(
        uid=uid,
        position=position,
        text=part.text,
        posting=posting.id,
        language=language,
        decision=name(part.decision),
        topic=topic,
        entry=entry,
        confidence=part.confidence,
        ranking=part.ranking,
        options=part.decision.options if isinstance(part.decision, Clarify) else (),
        open=compose.is_open(part),
    )


def _topic_and_entry(part: Part, posting: Posting) -> tuple[str | None, str | None]:
    match part.decision:
        case Answer(id=wanted, entry=entry) | Partial(id=wanted, entry=entry):
            own = posting.entry(wanted)
            return (None if own and own.topic is None else wanted), entry
        case Unstated(id=wanted):
            return wanted, None
        case _:
            return None, None


def _last_topic(understood: Understanding) -> str | None:
    for part in reversed(understood.parts):
        if isinstance(part.decision, Answer | Partial | Unstated):
            return part.decision.id
    return None


def _options(reply: Reply) -> tuple[str, ...]:
    return tuple(button.data for row in reply.buttons for button in row)


def _unsupported(message: Message, chat: Chat, world: World) -> Outcome:
    posting = _posting(chat, world)
    scene = _scene(message, chat, world).within(posting)
    if message.content is Content.DOCUMENT:
        entry = posting.covering("how_to_apply") if posting else None
        if entry is None:
            return Outcome(Reply(scene.say("unsupported_document_plain")), chat)
        text = scene.say("unsupported_document") + "\n\n" + compose.entry_text(entry, scene)
        return Outcome(Reply(text), chat)
    known = {Content.VOICE: "voice", Content.PICTURE: "picture"}
    return Outcome(Reply(scene.say(f"unsupported_{known.get(message.content, 'other')}")), chat)


def _command(message: Message, chat: Chat, world: World) -> Outcome:
    words = message.text.strip()[1:].split(maxsplit=1)
    command = words[0].partition("@")[0].casefold()
    rest = words[1].strip() if len(words) > 1 else ""
    scene = _scene(message, chat, world).within(_posting(chat, world))
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
            return _offer_postings(chat, scene, world, "choose_posting")
        case "topics":
            return _topics(chat, scene, world)
        case "forget":
            return _ask_to_forget(chat, scene)
        case _:
            return _help(chat, scene, world)


def _start(message: Message, payload: str, chat: Chat, world: World) -> Outcome:
    wanted = _served(world).get(payload) if payload else _posting(chat, world)
    if wanted is not None:
        return _choose(message, wanted, replace(chat, greeted=False), world)
    scene = _scene(message, chat, world).within(None)
    key = "posting_unknown" if payload else "choose_posting"
    offered = _offer_postings(chat, scene, world, key)
    return _led(
        replace(offered, chat=replace(offered.chat, greeted=True)), compose.introduction(scene)
    )


def _choose(incoming: Message | Tap, posting: Posting, chat: Chat, world: World) -> Outcome:
    """The chat is about *posting* now; what waited for the choice is answered."""
    if chat.posting != posting.id:
        chat = replace(chat, posting=posting.id, last_topic=None)
    scene = _scene(incoming, chat, world)
    if chat.waiting:
        question = Message(incoming.key, incoming.sender, chat.waiting, incoming.received)
        answered = _answer(question, chat.waiting, chat, posting, world)
        return _led(answered, compose.posting_chosen(scene))
    reply = _welcome(posting, scene)
    if chat.greeted:
        reply = replace(reply, text=compose.chosen(scene))
    return Outcome(reply, replace(chat, greeted=True, options=_options(reply)))


def _help(chat: Chat, scene: Scene, world: World) -> Outcome:
    if scene.posting is None:
        return _offer_postings(chat, scene, world, "help_no_posting")
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
    return Outcome(reply, replace(chat, options=_options(reply)))


def _topics(chat: Chat, scene: Scene, world: World) -> Outcome:
    if scene.posting is None:
        return _offer_postings(chat, scene, world, "choose_posting")
    rows = compose.topic_rows(scene.posting, scene)[:_MOST_ROWS]
    reply = Reply(scene.say("topics", title=escape(scene.title(scene.posting))), rows)
    return Outcome(reply, replace(chat, options=_options(reply)))


def _offer_postings(chat: Chat, scene: Scene, world: World, key: str) -> Outcome:
    postings = tuple(_served(world).values())
    if not postings:
        return Outcome(Reply(scene.say("no_postings")), chat)
    reply = Reply(scene.say(key), compose.posting_rows(postings, scene)[:_MOST_ROWS])
    return Outcome(reply, replace(chat, options=_options(reply)))


def _ask_to_forget(chat: Chat, scene: Scene) -> Outcome:
    yes = Button(scene.say("forget_yes"), "f|yes")
    no = Button(scene.say("forget_no"), "f|no")
    reply = Reply(scene.say("forget_ask"), ((yes, no),))
    return Outcome(reply, replace(chat, options=_options(reply)))


def asked_by(data: str) -> str:
    """The uid of the logged question that a button belongs to; empty where it belongs to none."""
    action, _, rest = data.partition("|")
    return rest.partition("|")[0] if action in _ABOUT_QUESTIONS else ""


def on_tap(tap: Tap, chat: Chat, asked: LoggedQuestion | None, world: World) -> Outcome:
    """What happens when a button is tapped, or a choice is made by number.

    Args:
        tap: carries what the button carried; old, foreign or forged data is answered politely.
        chat: what is remembered.
        asked: the logged question that the button belongs to (`asked_by`), if it is still there.
        world: the knowledge as it is now.
    """
    chat = _settled(chat, world)
    return _introduced(_tapped(tap, chat, asked, world), tap, chat, world)


def _tapped(tap: Tap, chat: Chat, asked: LoggedQuestion | None, world: World) -> Outcome:
    scene = _scene(tap, chat, world)
    action, _, rest = tap.data.partition("|")
    match action:
        case "o" if asked is not None:
            posting = _served(world).get(asked.posting) if asked.posting else None
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
    record = _record(part, asked.uid, 0, posting, asked.language)
    settled = Settlement(
        asked.uid,
        decision=record.decision,
        topic=record.topic,
        entry=record.entry,
        open=record.open,
    )
    reply = compose.reply(Understanding((part,)), scene, (asked.uid,))
    chat = replace(chat, options=_options(reply))
    if posting.id == chat.posting:
        chat = replace(chat, last_topic=option)
    return Outcome(reply, chat, settlements=(settled,))


def decide_known(wanted: str, posting: Posting, text: str = "") -> Part:
    """The decision when it is certain what is meant: a tapped topic or entry."""
    ranking = (Candidate(wanted, 1.0),)
    coverage = posting.coverage(wanted)
    match coverage.standing:
        case Standing.STATED:
            decision = Answer(wanted, coverage.entries[0].id)
            return Part(text, decision, ranking, 1.0)
        case Standing.PARTIAL:
            return Part(text, Partial(wanted, coverage.entries[0].id), ranking, 1.0)
        case Standing.DETAILS:
            options = tuple(entry.id for entry in coverage.entries[:3])
            return Part(text, Clarify(options), ranking, 1.0)
        case Standing.UNSTATED:
            return Part(text, Unstated(wanted, listed=True), ranking, 1.0)
        case Standing.MISSING:
            return Part(text, Unstated(wanted, listed=False), ranking, 1.0)


def _choose_posting(tap: Tap, wanted: str, chat: Chat, world: World) -> Outcome:
    posting = _served(world).get(wanted)
    if posting is None:
        return _offer_postings(chat, _scene(tap, chat, world), world, "posting_unknown")
    return _choose(tap, posting, chat, world)


def _show_entry(tap: Tap, rest: str, chat: Chat, world: World) -> Outcome:
    tag, _, wanted = rest.partition("|")
    posting = next((one for one in _served(world).values() if one.tag == tag), None)
    entry = posting.entry(wanted) if posting else None
    if posting is None or entry is None:
        return Outcome(Reply(_scene(tap, chat, world).say("option_gone")), chat)
    switched = posting.id != chat.posting
    chat = replace(chat, posting=posting.id, last_topic=wanted)
    scene = _scene(tap, chat, world)
    details = [
        compose.entry_button(other, posting, scene)
        for other in posting.entries
        if other.topic and parent_of(other.topic) == wanted
    ]
    rows = tuple((button,) for button in details[:_MOST_DETAILS])
    reply = Reply(compose.entry_text(entry, scene), rows)
    outcome = Outcome(reply, replace(chat, options=_options(reply)))
    return _led(outcome, compose.posting_chosen(scene)) if switched else outcome


def _served(world: World) -> dict[str, Posting]:
    postings = world.knowledge.postings.items()
    return {key: p for key, p in postings if world.drafts or not p.draft}


def _settled(chat: Chat, world: World) -> Chat:
    """The chat with its posting chosen by itself where there is only one, or none where gone."""
    served = _served(world)
    if chat.posting in served:
        return chat
    only = next(iter(served)) if len(served) == 1 else None
    return replace(chat, posting=only, last_topic=None)


def scene_of(incoming: Message | Tap, chat: Chat, world: World) -> Scene:
    """Where a reply to *incoming* is spoken."""
    return _scene(incoming, chat, world)


def _posting(chat: Chat, world: World) -> Posting | None:
    return _served(world).get(chat.posting) if chat.posting else None


def _scene(message: Message | Tap, chat: Chat, world: World) -> Scene:
    posting = _posting(chat, world)
    hint = (message.sender.language or "").casefold()[:2]
    wanted = (chat.language, chat.spoken, hint, posting.languages[0] if posting else None, "en")
    language = next(code for code in wanted if code and world.phrases.has(code))
    return Scene(world.knowledge, world.phrases, language, world.now, posting, world.about)


__all__ = [
    "LONGEST_MESSAGE",
    "Outcome",
    "Understand",
    "World",
    "asked_by",
    "decide_known",
    "on_message",
    "on_tap",
    "scene_of",
]
