"""A desk over a real database and a real knowledge folder, with a mind that compares words."""

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import update

from bot.core.answering import decide_known
from bot.core.chat import Chat, Question, question_uid
from bot.core.decision import Candidate, Part, Unanswered, Understanding
from bot.core.gap import GapDetail, GapFilter, GapSummary, Moderator, Role
from bot.core.message import Message, Sender
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.knowledge.live import Live
from bot.knowledge.phrases import shipped_phrases
from bot.moderation.desk import Desk
from bot.moderation.wording import Wording
from bot.storage.acts import Acts
from bot.storage.gaps import Gaps
from bot.storage.grouping import telling
from bot.storage.outbox import Outbox
from bot.storage.rulings import Rulings
from bot.storage.store import SqlStore
from bot.storage.tables import questions as question_table
from bot.storage.waiting import Waiting

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(seconds=60)
ADA = Moderator("Ada", Role.MODERATOR, "en")
BEA = Moderator("Bea", Role.EDITOR, "fr")
EVE = Moderator("Eve", Role.VIEWER)
HAND_WRITTEN = """\
posting:
  id: nurse
  organisation: Clinic
  title: {fr: Infirmier·ère, en: Nurse}
  languages: [fr, en]
entries:
  - topic: hours   # agreed with the unions
    answer: {fr: 39 h par semaine., en: 39 hours a week.}
  - id: parking
    questions: {en: [Is there any parking space?], fr: [Peut-on garer sa voiture ?]}
    answer: {fr: Oui., en: "Yes."}
"""
TOPICS = {
    "hours": Topic(
        "hours",
        {"fr": "Temps de travail", "en": "Working hours"},
        questions={"en": ("How many hours per week?",), "fr": ("Combien d'heures par semaine ?",)},
    ),
    "remote": Topic(
        "remote",
        {"fr": "Télétravail", "en": "Remote work"},
        questions={"en": ("Is remote work possible?",), "fr": ("Le télétravail est possible ?",)},
    ),
}


FRENCH = {"combien", "du", "est", "jours", "le", "oui,", "peut-on", "qui", "réponse"}


@dataclass(frozen=True)
class WordMind:
    """Takes a question for what shares half of its telling words."""

    base: KnowledgeBase

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        ranked = self._ranked(knowledge, posting, text)
        part = Part(text, Unanswered(), ranked)
        if ranked and ranked[0].confidence >= 0.5:
            part = decide_known(ranked[0].id, posting, text)
        return Understanding((part,), "fr" if FRENCH & set(text.casefold().split()) else "en")

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        return [str(one) for one in self._ranked(knowledge, posting, text)]

    def _ranked(
        self, knowledge: KnowledgeBase, posting: Posting, text: str
    ) -> tuple[Candidate, ...]:
        words = set(telling(text).split())
        found: dict[str, float] = {}
        sources = [(topic.id, topic.questions) for topic in knowledge.topics.values()]
        sources += [(entry.id, entry.questions) for entry in posting.entries]
        for name, questions in sources:
            for phrasing in (text for asked in questions.values() for text in asked):
                other = set(telling(phrasing).split())
                score = len(words & other) / len(words | other)
                found[name] = max(found.get(name, 0.0), score)
        best = sorted(found, key=lambda name: (-found[name], name))
        return tuple(Candidate(name, found[name]) for name in best if found[name] > 0)


@dataclass
class House:
    folder: Path
    store: SqlStore
    live: Live
    desk: Desk
    time: dt.datetime = NOW
    asked: int = 0
    people: dict[str, Sender] = field(default_factory=dict)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.store.database)

    def clock(self) -> dt.datetime:
        return self.time

    def later(self, span: dt.timedelta = MINUTE) -> dt.datetime:
        self.time += span
        return self.time

    async def ask(
        self,
        text: str,
        who: str = "p1",
        *,
        language: str = "en",
        posting: str | None = "nurse",
        waits: bool = False,
        **values: object,
    ) -> str:
        """Somebody asks; the question is logged as the mind understands it. Returns its uid."""
        self.asked += 1
        sender = Sender("telegram", "bot", f"chat of {who}", who, language)
        at = self.time + dt.timedelta(milliseconds=self.asked)
        message = Message(f"{self.asked}", sender, text, at, message_id=str(self.asked))
        question = self._understood(question_uid(message, 0), text, language, posting)
        question = replace(question, **values)  # type: ignore[arg-type]  # real fields
        await self.store.keep(message, None, Chat(), [question])
        if waits:
            await self.wait(question.uid, who, language)
        return question.uid

    async def wait(self, uid: str, who: str, language: str = "en") -> None:
        sender = Sender("telegram", "bot", f"chat of {who}", who, language)
        waiting = Waiting(self.store.database, self.store.pseudonyms)
        end = self.time + dt.timedelta(days=30)
        await waiting.add(uid, sender, language, self.time, end)

    async def dislike(self, uid: str) -> None:
        """Who asked gives the answer a thumb down."""
        rated = update(question_table).where(question_table.c.uid == uid)
        async with self.store.database.transaction() as connection:
            await connection.execute(rated.values(open=True, rating=-1))

    def _understood(self, uid: str, text: str, language: str, posting: str | None) -> Question:
        plain = Question(uid, 0, text, posting, language, "unanswered", open=True)
        if posting is None:
            return plain
        base = self.live.current()
        part = self.live.understand(base, base.postings[posting], text, Chat()).parts[0]
        decision = type(part.decision).__name__.casefold()
        topic = getattr(part.decision, "id", None)
        return replace(
            plain,
            decision=decision,
            topic=topic if topic in TOPICS else None,
            entry=getattr(part.decision, "entry", None),
            ranking=part.ranking,
            open=decision in ("unstated", "unanswered"),
        )

    async def gaps(self, wanted: GapFilter | None = None) -> tuple[GapSummary, ...]:
        return (await self.desk.gaps(wanted)).gaps

    async def gap(self, wanted: GapFilter | None = None) -> GapDetail:
        """The only gap that there is."""
        (summary,) = await self.gaps(wanted)
        return await self.desk.gap(summary.id)

    async def told(self) -> list[str]:
        """What is sent from the outbox by now."""
        texts = []
        for notice in await self.outbox.due("telegram", "bot", self.time):
            taken = await self.outbox.take(notice.uid)
            assert taken is not None
            texts.append(f"{taken.to.person}: {taken.reply.text}")
            await self.outbox.sent(notice.uid, self.time)
        return sorted(texts)


async def opened(folder: Path) -> House:
    """A house in *folder*, set up where it is not yet."""
    knowledge = folder / "knowledge"
    if not knowledge.exists():
        knowledge.mkdir()
        (knowledge / "nurse.yaml").write_text(HAND_WRITTEN)
    store = await SqlStore.open(f"sqlite:///{folder}/log.db", key=b"k" * 32)
    live = Live.open(knowledge, TOPICS, WordMind)
    live.folder.wait = lambda _: None
    database = store.database
    desk = Desk(
        Gaps(database),
        Acts(database),
        Rulings(database),
        live,
        Wording(shipped_phrases()),
        lambda: NOW,
    )
    house = House(knowledge, store, live, desk)
    desk.clock = house.clock
    return house
