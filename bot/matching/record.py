"""One question put to the bot as a candidate would put it, and the record of what came of it.

What stays out: judging it (`evaluation`), and any log.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.chat import Chat
from bot.core.conversation import World, on_message
from bot.core.decision import (
    Answer,
    Clarify,
    Decision,
    Partial,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
    name,
)
from bot.core.markup import plain
from bot.core.message import Message, Reply, Sender
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.core.scene import About

Understander = Callable[[KnowledgeBase, Posting, str, Chat], Understanding]

_RANKED = 5
_OFFERED = 3
_NOTHING = Reply("")
_NOBODY = Sender("console", "", "ask", "ask")


@dataclass(frozen=True, slots=True)
class PartRecord:
    """What was decided on one question of a message.

    ``id`` is the topic (the detail, for a partial one) or the entry; None where none was chosen.
    """

    text: str
    decision: str
    id: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a whole message.

    ``reply`` is the text that a candidate sees; ``written`` is the same with style and choices.
    """

    question: str
    decision: str
    parts: tuple[PartRecord, ...]
    offered: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    language: str | None
    reply: str
    ms: float
    written: Reply = _NOTHING

    def as_json(self) -> dict[str, Any]:
        """The record as an evaluation line."""
        return {
            "question": self.question,
            "decision": self.decision,
            "parts": [
                {
                    "text": part.text,
                    "decision": part.decision,
                    "id": part.id,
                    "confidence": round(part.confidence, 4),
                }
                for part in self.parts
            ],
            "offered": list(self.offered),
            "ranking": [[one, round(confidence, 4)] for one, confidence in self.ranking],
            "language": self.language,
            "reply": self.reply,
            "ms": round(self.ms, 3),
        }


@dataclass(frozen=True)
class Asker:
    """Puts questions to the rules of the conversation, each in a fresh chat already greeted."""

    knowledge: KnowledgeBase
    phrases: Phrases
    understand: Understander
    now: dt.datetime
    about: About = field(default_factory=About)
    clock: Callable[[], float] = time.perf_counter

    def ask(
        self,
        question: str,
        posting: Posting,
        *,
        before: Sequence[str] = (),
        language: str | None = None,
    ) -> Record:
        """Ask *question* about *posting*.

        Args:
            question: any string.
            posting: one of the knowledge's; drafts are asked as well.
            before: messages sent earlier in the same chat.
            language: chosen as by /language; None leaves it to the message.
        """
        heard: list[Understanding] = []

        def understand(posting: Posting, text: str, chat: Chat) -> Understanding:
            understood = self.understand(self.knowledge, posting, text, chat)
            heard.append(understood)
            return understood

        world = World(self.knowledge, self.phrases, understand, self.now, self.about, drafts=True)
        chat = Chat(posting=posting.id, language=language, greeted=True)
        for position, earlier in enumerate(before):
            chat = on_message(self._message(str(position), earlier), chat, world).chat
        heard.clear()
        message = self._message("asked", question)
        began = self.clock()
        outcome = on_message(message, chat, world)
        ms = (self.clock() - began) * 1000
        # A command is obeyed without being understood as a question.
        understood = heard[0] if heard else Understanding(())
        reply = outcome.reply or _NOTHING
        return Record(
            question=question,
            decision=understood.decision if heard else "smalltalk",
            parts=tuple(
                PartRecord(part.text, name(part.decision), _id(part.decision), part.confidence)
                for part in understood.parts
            ),
            offered=_offered(understood),
            ranking=_ranking(understood),
            language=understood.language,
            reply=plain(reply.text),
            ms=ms,
            written=reply,
        )

    def _message(self, key: str, text: str) -> Message:
        return Message(key, _NOBODY, text, self.now)


def _id(decision: Decision) -> str | None:
    match decision:
        case Answer(id=wanted) | Partial(id=wanted) | Unstated(id=wanted):
            return wanted
        case SmallTalk(kind=kind):
            return f"smalltalk.{kind}"
        case Clarify() | Unanswered():
            return None


def _offered(understood: Understanding) -> tuple[str, ...]:
    options = (
        option
        for part in understood.parts
        if isinstance(part.decision, Clarify)
        for option in part.decision.options[:_OFFERED]
    )
    return tuple(dict.fromkeys(options))


def _ranking(understood: Understanding) -> tuple[tuple[str, float], ...]:
    """The closest of all parts; what several parts are close to counts at its best."""
    best: dict[str, float] = {}
    for part in understood.parts:
        for candidate in part.ranking:
            best[candidate.id] = max(candidate.confidence, best.get(candidate.id, 0.0))
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ordered[:_RANKED])
