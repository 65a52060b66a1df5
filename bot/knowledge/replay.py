"""The log asked again: what was decided then against what would be decided now.

What stays out: reading the log, and showing the result.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.core.chat import Chat, LoggedQuestion
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
from bot.core.posting import KnowledgeBase, Posting
from bot.knowledge.nearest import folded

Understander = Callable[[KnowledgeBase, Posting, str, Chat], Understanding]

_FOLLOWS = dt.timedelta(minutes=30)
"""So long a question goes on from the one before it of the same person."""
_WORTH = {"answer": 4, "partial": 3, "clarify": 2, "unstated": 1, "smalltalk": 0, "unanswered": 0}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a question: a word for it, and the topic or entry that it is about."""

    decision: str
    about: str = ""

    def __str__(self) -> str:
        """As a person reads it."""
        return f"{self.decision}: {self.about}" if self.about else self.decision


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that would be decided otherwise now, and how often it was asked.

    ``verdict`` is ``better``, ``worse``, or ``other`` where a person has to look: another answer,
    or another matter.
    """

    text: str
    posting: str
    language: str
    then: Result
    now: Result
    verdict: str
    count: int = 1


@dataclass(frozen=True)
class Replay:
    """What came of asking the log again; ``moved`` the most asked first, worse before better."""

    asked: int = 0
    same: int = 0
    gone: int = 0
    """Asked for a posting that is not there any more, or for none."""
    forgotten: int = 0
    """Without a text, because somebody was forgotten."""
    moved: tuple[Moved, ...] = field(default_factory=tuple)

    def count(self, verdict: str) -> int:
        """How many questions moved in this way."""
        return sum(moved.count for moved in self.moved if moved.verdict == verdict)

    def examples(self, verdict: str) -> list[Moved]:
        """Those that moved in this way, the most asked first."""
        return [moved for moved in self.moved if moved.verdict == verdict]


def replay(
    questions: Sequence[LoggedQuestion], base: KnowledgeBase, understand: Understander
) -> Replay:
    """Ask *questions*, oldest first, as if they came now.

    The texts are those of the log, without personal data. What a candidate chose among options
    counts as what was meant: leading there by itself is better, leading elsewhere is worse.
    """
    same = gone = forgotten = 0
    moved: dict[tuple[str, ...], Moved] = {}
    memories: dict[tuple[str, str], tuple[dt.datetime, str]] = {}
    for question in questions:
        posting = base.postings.get(question.posting or "")
        if not question.text:
            forgotten += 1
            continue
        if posting is None:
            gone += 1
            continue
        last = _remembered(question, memories)
        understood = understand(base, posting, question.text, Chat(posting.id, last_topic=last))
        then, now = _then(question), _now(understood)
        verdict = _verdict(question, then, now, posting)
        if verdict == "same":
            same += 1
            continue
        key = (folded(question.text), posting.id, str(then), str(now))
        count = moved[key].count + 1 if key in moved else 1
        moved[key] = Moved(question.text, posting.id, question.language, then, now, verdict, count)
    order = {"worse": 0, "other": 1, "better": 2}
    ranked = sorted(moved.values(), key=lambda m: (order[m.verdict], -m.count, m.text))
    return Replay(len(questions), same, gone, forgotten, tuple(ranked))


def _remembered(
    question: LoggedQuestion, memories: dict[tuple[str, str], tuple[dt.datetime, str]]
) -> str | None:
    """The topic that the same person asked about shortly before; remembers that of *question*."""
    key = (question.person, question.posting or "")
    before = memories.get(key) if question.person else None
    about = question.topic or question.entry
    if about is not None:
        memories[key] = (question.received, about)
    if before is None or question.received - before[0] > _FOLLOWS:
        return None
    return before[1]


def _then(question: LoggedQuestion) -> Result:
    # Options stay in the log when one of them was chosen.
    if question.options:
        return Result("clarify", question.topic or question.entry or "")
    return Result(question.decision, question.topic or question.entry or "")


def _now(understood: Understanding) -> Result:
    """The weightiest of what was understood."""
    results = [_result(part.decision) for part in understood.parts]
    return max(results, key=lambda result: _WORTH[result.decision], default=Result("unanswered"))


def _result(decision: Decision) -> Result:
    match decision:
        case Answer(id=wanted) | Partial(id=wanted) | Unstated(id=wanted):
            return Result(name(decision), wanted)
        case Clarify(options=options):
            return Result("clarify", " or ".join(options))
        case SmallTalk(kind=kind):
            return Result("smalltalk", kind)
        case Unanswered():
            return Result("unanswered")


def _verdict(question: LoggedQuestion, then: Result, now: Result, posting: Posting) -> str:
    if then.decision == "clarify":
        chosen = then.about
        if now.decision == "clarify":
            return "same"
        if chosen and now.decision in {"answer", "partial"}:
            return "better" if _is_one(now.about, chosen, posting) else "worse"
    if then.decision == now.decision:
        if now.decision in {"unanswered", "clarify", "smalltalk"}:
            return "same"
        return "same" if _is_one(now.about, then.about, posting) else "other"
    # A thumb down says that the answer was wrong: anything else is to be looked at.
    if question.rating < 0:
        return "other"
    gain = _WORTH[now.decision] - _WORTH[then.decision]
    settled = then.about and now.about and "clarify" not in {then.decision, now.decision}
    if settled and not _is_one(now.about, then.about, posting):
        return "other"
    return "better" if gain > 0 else "worse" if gain < 0 else "other"


def _is_one(one: str, other: str, posting: Posting) -> bool:
    """Whether two names lead to the same answer, or are the same."""
    if one == other:
        return True
    entries = posting.covering(one), posting.covering(other)
    return entries[0] is not None and entries[0] is entries[1]
