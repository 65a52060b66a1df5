"""A small world to talk in: two postings, a draft, and somebody who understands single words."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.core.chat import Chat, LoggedQuestion, Question
from bot.core.conversation import Outcome, World, decide_known, on_message, on_tap
from bot.core.decision import Clarify, Part, SmallTalk, Unanswered, Understanding
from bot.core.markup import plain
from bot.core.message import Button, Content, Message, Reply, Sender, Tap
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.scene import About
from bot.core.topic import Topic
from bot.knowledge.phrases import shipped_phrases

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")
PHRASES = shipped_phrases()
ABOUT = About("Aid", "hr@aid.example", "https://aid.example/privacy", 90)
ANNA = Sender("telegram", "1", "chat", "anna", "en")
MET = Chat(greeted=True)

_TOPICS = {
    "hours": ("les horaires", "working hours", "Horaires", "Working hours"),
    "hours.nights": ("le travail de nuit", "night work", "Nuit", "Nights"),
    "salary": ("le salaire", "the salary", "Salaire", "Salary"),
    "benefits": ("les avantages", "the benefits", "Avantages", "Benefits"),
    "benefits.meals": ("les repas", "meals", "Repas", "Meals"),
    "benefits.health": ("la mutuelle", "health insurance", "Mutuelle", "Health"),
    "team": ("l'équipe", "the team", "Équipe", "Team"),
    "how_to_apply": ("la manière de postuler", "how to apply", "Postuler", "How to apply"),
    "deadline": ("la date limite", "the deadline", "Date limite", "Deadline"),
}
TOPICS = {
    topic: Topic(topic, {"fr": fr, "en": en}, {"fr": about_fr, "en": about_en})
    for topic, (about_fr, about_en, fr, en) in _TOPICS.items()
}


def entry(topic: str, fr: str = "", en: str = "") -> Entry:
    texts = {language: text for language, text in (("fr", fr), ("en", en)) if text}
    return Entry(topic, topic, answer=texts)


NURSE = Posting(
    "nurse",
    "Aid",
    {"fr": "Infirmier*ère", "en": "Nurse [night_shift]"},
    ("fr", "en"),
    (
        entry("hours", "39 h par semaine.", "39 hours a week."),
        entry("benefits.meals", "Un repas par jour.", "One meal a day."),
        entry("benefits.health", "Une mutuelle.", "Health insurance."),
        entry("how_to_apply", "Par e-mail.", "By e-mail."),
        Entry("projects", None, {"fr": "Nos projets", "en": "Our projects"}, {}, {"fr": "Deux."}),
    ),
    unstated=("salary",),
    closes=dt.date(2026, 3, 26),
    timezone=PARIS,
)
BAKER = Posting(
    "baker",
    "Bakery",
    {"en": "Baker"},
    ("en",),
    (entry("hours", en="From four in the morning."), entry("salary", en="15 an hour.")),
)
DRAFT = replace(BAKER, id="draft", title={"en": "Draft"}, draft=True)

_WORDS = {
    "heures": "hours",
    "hours": "hours",
    "nuit": "hours.nights",
    "nights": "hours.nights",
    "salaire": "salary",
    "salary": "salary",
    "avantages": "benefits",
    "benefits": "benefits",
    "team": "team",
    "projets": "projects",
}
_FRENCH = {"heures", "nuit", "salaire", "avantages", "bonjour", "équipe", "projets", "quoi"}
_ENGLISH = {"hours", "nights", "salary", "benefits", "hello", "team", "what"}
_FOREIGN = {"зарплата": "uk", "gehalt": "de", "palkka": "fi"}


def understand(posting: Posting, text: str, chat: Chat) -> Understanding:
    """Knows some words, in the order in which they stand; ``work`` may mean two things."""
    words = re.findall(r"\w+", text.casefold())
    parts = [_read(word, posting) for word in words]
    known = tuple(dict.fromkeys(part for part in parts if part))
    return Understanding(known or (Part(text, Unanswered()),), _language(words))


def _read(word: str, posting: Posting) -> Part | None:
    if word in ("hello", "bonjour"):
        return Part(word, SmallTalk("greeting"))
    if word == "work":
        return Part(word, Clarify(("hours", "benefits")))
    return decide_known(_WORDS[word], posting, word) if word in _WORDS else None


def _language(words: Sequence[str]) -> str | None:
    for word in words:
        if word in _FOREIGN:
            return _FOREIGN[word]
        if word in _FRENCH or word in _ENGLISH:
            return "fr" if word in _FRENCH else "en"
    return None


def world(*postings: Posting, now: dt.datetime = NOW, drafts: bool = False) -> World:
    base = KnowledgeBase({one.id: one for one in postings or (NURSE,)}, TOPICS)
    return World(base, PHRASES, understand, now, ABOUT, drafts)


BOTH = world(NURSE, BAKER)


def message(text: str, content: Content = Content.TEXT, language: str | None = "en") -> Message:
    return Message("1", replace(ANNA, language=language), text, NOW, content)


def says(
    text: str, chat: Chat = MET, where: World | None = None, *, language: str | None = "en"
) -> Outcome:
    """What happens when Anna, already greeted unless *chat* says otherwise, writes *text*."""
    return on_message(message(text, language=language), chat, where or world())


def taps(
    data: str, chat: Chat = MET, asked: LoggedQuestion | None = None, where: World | None = None
) -> Outcome:
    return on_tap(Tap("2", ANNA, data, NOW), chat, asked, where or world())


def logged(question: Question) -> LoggedQuestion:
    """A question as it comes back from the log."""
    return LoggedQuestion(
        uid=question.uid,
        received=NOW,
        channel="telegram",
        person="p",
        posting=question.posting,
        language=question.language,
        text=question.text,
        decision=question.decision,
        topic=question.topic,
        entry=question.entry,
        confidence=question.confidence,
        options=question.options,
        open=question.open,
    )


def replied(outcome: Outcome) -> Reply:
    assert outcome.reply is not None
    return outcome.reply


def text_of(outcome: Outcome) -> str:
    """What Anna reads."""
    return plain(replied(outcome).text)


def buttons_of(outcome: Outcome) -> list[Button]:
    return [button for row in replied(outcome).buttons for button in row]


def labels_of(outcome: Outcome) -> list[str]:
    return [button.label for button in buttons_of(outcome)]


def data_of(outcome: Outcome, label: str) -> str:
    """What the button of that label carries."""
    return next(button.data for button in buttons_of(outcome) if button.label == label)
