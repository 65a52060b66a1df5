"""Answering a text for a posting: what is said, what the log keeps, and what is remembered."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core import compose
from bot.core.buttons import first_rows, tell_rows
from bot.core.chat import Chat, Question, question_uid
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
from bot.core.message import Message, Reply, Tap
from bot.core.outcome import Outcome, World, led, options_of, scene_of
from bot.core.posting import Posting, Standing
from bot.core.scene import Scene

LONGEST_MESSAGE = 2000
"""Characters of a message that are read; longer ones are answered with a word of explanation."""


def together(waiting: str, text: str) -> str:
    """What waited and what came now, as one message.

    One character more than is read, so that the answer can say that it was too long.
    """
    whole = f"{waiting}\n{text}" if waiting else text
    return whole[: LONGEST_MESSAGE + 1]


def speaking(chat: Chat, spoken: str | None, world: World) -> Chat:
    """The chat with the language of its last message, where the bot speaks it."""
    if not spoken or spoken == chat.spoken or not world.phrases.has(spoken):
        return chat
    return replace(chat, spoken=spoken)


def answer(message: Message, text: str, chat: Chat, posting: Posting, world: World) -> Outcome:
    """Answer *text*, sent as *message*, for *posting*; the log keeps a question for each part."""
    understood = world.understand(posting, text[:LONGEST_MESSAGE], chat)
    spoken = understood.language
    if chat.posting != posting.id or chat.waiting:
        chat = replace(chat, posting=posting.id, waiting="")
    chat = speaking(chat, spoken, world)
    scene = scene_of(message, chat, world)
    if not chat.greeted and _only_greets(understood):
        reply = _welcome(posting, scene)
        chat = replace(chat, greeted=True)
    elif spoken and not world.phrases.has(spoken):
        understood = _not_read(understood)
        reply = _in_other_language(understood, spoken, scene, posting, _uids(message, understood))
    else:
        reply = compose.reply(understood, scene, _uids(message, understood))
    uids = _uids(message, understood)
    questions = tuple(
        record(part, uid, position, posting, spoken or scene.language)
        for position, (part, uid) in enumerate(zip(understood.parts, uids, strict=True))
    )
    last_topic = _last_topic(understood) or chat.last_topic
    chat = replace(chat, last_topic=last_topic, options=options_of(reply))
    outcome = Outcome(reply, chat, questions)
    return led(outcome, scene.say("too_long")) if len(text) > LONGEST_MESSAGE else outcome


def choose(incoming: Message | Tap, posting: Posting, chat: Chat, world: World) -> Outcome:
    """The chat is about *posting* now; what waited for the choice is answered."""
    if chat.posting != posting.id:
        chat = replace(chat, posting=posting.id, last_topic=None)
    scene = scene_of(incoming, chat, world)
    if chat.waiting:
        question = Message(incoming.key, incoming.sender, chat.waiting, incoming.received)
        answered = answer(question, chat.waiting, chat, posting, world)
        return led(answered, compose.posting_chosen(scene))
    reply = _welcome(posting, scene)
    if chat.greeted:
        reply = replace(reply, text=compose.chosen(scene))
    return Outcome(reply, replace(chat, greeted=True, options=options_of(reply)))


def _uids(message: Message, understood: Understanding) -> tuple[str, ...]:
    return tuple(question_uid(message, position) for position in range(len(understood.parts)))


def _only_greets(understood: Understanding) -> bool:
    return all(part.decision == SmallTalk("greeting") for part in understood.parts)


def _welcome(posting: Posting, scene: Scene) -> Reply:
    return Reply(compose.welcome(scene), first_rows(posting, scene))


def _not_read(understood: Understanding) -> Understanding:
    """A message in a language that the bot does not speak: nothing of it is taken for understood.

    It stays whole, and goes to the moderators, so that HR sees which languages are asked for.
    """
    first = understood.parts[0]
    text = " ".join(part.text for part in understood.parts)
    return replace(understood, parts=(replace(first, text=text, decision=Unanswered()),))


def _in_other_language(
    understood: Understanding, spoken: str, scene: Scene, posting: Posting, uids: Sequence[str]
) -> Reply:
    """Which languages there are; what was asked is passed on all the same, if anything was."""
    text, rows = _other_language(spoken, scene), first_rows(posting, scene)
    if not compose.is_open(understood.parts[0]):
        return Reply(text, rows)
    text = f"{text}\n\n{scene.say('passed_on')}"
    return Reply(text, (*rows, *tell_rows(uids, scene)))


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


def record(part: Part, uid: str, position: int, posting: Posting, language: str) -> Question:
    """A part of a message as the log keeps it."""
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
