"""Everything a moderator can do, for the group and the page alike.

Each method that changes something checks the role first, whatever a face showed. Each takes a
``key``: the same call made again with the same key (an update that is handled twice, a form that is
sent twice) does nothing further, and returns what the first one did.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.core.chat import Chat
from bot.core.decision import Answer
from bot.core.gap import (
    NEEDS,
    POSSIBLE,
    Act,
    Answering,
    Assigning,
    Clashing,
    Done,
    GapDetail,
    GapFilter,
    GapSummary,
    Learn,
    Moderator,
    Page,
    Preview,
    Recorded,
    Retried,
    Retry,
    Ruling,
    Stats,
    Step,
    Undone,
    Verb,
)
from bot.core.posting import Posting
from bot.core.topic import Texts
from bot.errors import AlreadyDecided, NotPossible, Refused
from bot.knowledge.learned import plain
from bot.knowledge.live import Live
from bot.moderation.carrying import Carrier
from bot.moderation.lessons import Place, Plan, plan_answer, plan_assignment, suggestions
from bot.moderation.parts import ActsPart, GapsPart, RulingsPart
from bot.moderation.rehearsal import rehearsed
from bot.moderation.wording import Wording

Clock = Callable[[], dt.datetime]

PAGE = 50
"""Gaps on a page unless it is said otherwise."""

UNDO = dt.timedelta(seconds=60)
"""So long nobody is told and nothing is erased, so that an undo leaves no trace outside."""

_MOST_RETRIED = 2000


@dataclass
class Desk:
    """The moderators' service. Safe to use from several processes at once.

    Args:
        gaps_kept: the gaps in the log; with ``acts_kept`` and ``rulings`` the store's part.
        acts_kept: the audit.
        rulings: writes down what was decided.
        knowledge: what answers now, and can be read again.
        wording: words what those who wait are told.
        clock: the time.
        delay: until those who wait are told.

    Raises, in every method:
        StoreError: the database cannot be used.
        Refused: the moderator's role does not suffice.
        NotPossible: it cannot be done as it is (the gap is gone, its state, what was typed).
        AlreadyDecided: *version* is not the gap's any more: another moderator was faster.
    """

    gaps_kept: GapsPart
    acts_kept: ActsPart
    rulings: RulingsPart
    knowledge: Live
    wording: Wording
    clock: Clock
    delay: dt.timedelta = UNDO

    @cached_property
    def carrier(self) -> Carrier:
        """Carries out what was decided."""
        return Carrier(
            self.acts_kept, self.rulings, self.knowledge, self.wording, self.clock, self.delay
        )

    async def round(self) -> None:
        """What is to be done every few seconds: gather, and go on with what was left behind."""
        await self.gaps_kept.gather(self.clock())
        await self.carrier.carry_on()

    async def gaps(
        self, wanted: GapFilter | None = None, *, start: int = 0, count: int = PAGE
    ) -> Page:
        """Some of the gaps, gathered up to now."""
        await self.gaps_kept.gather(self.clock())
        return await self.gaps_kept.page(wanted or GapFilter(), start, count)

    async def open_by_matter(self, posting: str) -> Mapping[str, tuple[int, ...]]:
        """The open gaps of a posting by topic or entry, gathered up to now."""
        await self.gaps_kept.gather(self.clock())
        return await self.gaps_kept.open_by_matter(posting)

    async def gap(self, gap: int) -> GapDetail:
        """Everything about one gap."""
        await self.gaps_kept.gather(self.clock())
        detail = await self.gaps_kept.detail(gap)
        if detail is None:
            raise NotPossible("gone")
        posting = self._posting(detail.summary.posting)
        if posting is None:
            return detail
        matter = detail.summary.matter
        entry = posting.entry(matter) if matter else None
        there = entry.answer if entry is not None else {}
        return replace(
            detail,
            languages=posting.languages,
            missing=tuple(code for code in posting.languages if code not in there),
            suggestions=suggestions(detail, posting.languages),
        )

    async def gap_of(self, question: str) -> int | None:
        """The gap that a question was put to, or None."""
        await self.gaps_kept.gather(self.clock())
        return await self.gaps_kept.gap_of(question)

    async def acts(self, *, start: int = 0, count: int = PAGE) -> Sequence[Act]:
        """The audit, newest first."""
        return await self.acts_kept.page(start, count)

    async def find(self, words: str, *, count: int = PAGE) -> Sequence[GapSummary]:
        """Gaps, in whatever state but merged, one question of which holds all *words*."""
        await self.gaps_kept.gather(self.clock())
        return await self.gaps_kept.find(words, count)

    async def stats(self) -> Stats:
        """Numbers."""
        await self.gaps_kept.gather(self.clock())
        return await self.gaps_kept.stats(self.clock())

    async def preview(self, gap: int, what: Answering | Assigning) -> Preview:
        """What `answer` or `assign` would do; takes seconds, and changes nothing."""
        detail = await self.gap(gap)
        if isinstance(what, Answering) and what.learn is Learn.ONCE:
            return Preview(replies=self._replies(_filled(what.texts), detail))
        plan = await self._plan(detail, what, "")
        preview = await self._rehearsed(plan, detail)
        if isinstance(what, Answering):
            return replace(preview, replies=self._replies(_filled(what.texts), detail))
        posting = self._posting(detail.summary.posting)
        entry = posting.entry(plan.entry) if posting else None
        return replace(preview, replies=self._replies(entry.answer, detail) if entry else {})

    async def answer(  # noqa: PLR0913 - what, on which, by whom, under which conditions
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        answering: Answering,
        *,
        despite: bool = False,
        key: str = "",
    ) -> Done | Clashing:
        """Answer a gap; what is learned serves the next who ask, those who wait are told.

        Where it would pull other questions away from their topic, nothing is done but to say so,
        unless *despite* says that it is wanted all the same.
        """
        if (before := await self._begun(moderator, Verb.ANSWER, key)) is not None:
            return await self._done(before)
        texts = _filled(answering.texts)
        detail = await self._as_seen(gap, version, Verb.ANSWER)
        ruling = self._ruling(Verb.ANSWER, moderator, key, gap, version)
        ruling = replace(ruling, texts=texts, learn=answering.learn, tells=True)
        if answering.learn is Learn.ONCE:
            return await self._record(ruling)
        plan = await self._plan(detail, replace(answering, texts=texts), moderator.name)
        return await self._learn(ruling, plan, detail, despite=despite)

    async def assign(  # noqa: PLR0913 - as `answer`
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        assigning: Assigning,
        *,
        despite: bool = False,
        key: str = "",
    ) -> Done | Clashing:
        """Say which topic or entry a gap's questions are about; those who wait get its answer.

        Where the posting has no answer on that topic, the gap becomes that of the topic, and stays
        open.
        """
        if (before := await self._begun(moderator, Verb.ASSIGN, key)) is not None:
            return await self._done(before)
        detail = await self._as_seen(gap, version, Verb.ASSIGN)
        plan = await self._plan(detail, assigning, moderator.name)
        ruling = self._ruling(Verb.ASSIGN, moderator, key, gap, version)
        return await self._learn(ruling, plan, detail, despite=despite)

    async def ignore(self, gap: int, version: int, moderator: Moderator, *, key: str = "") -> Done:
        """Close a gap without an answer; alike questions are swallowed until it is reopened."""
        return await self._rule(self._ruling(Verb.IGNORE, moderator, key, gap, version), moderator)

    async def reopen(self, gap: int, version: int, moderator: Moderator, *, key: str = "") -> Done:
        """Open an ignored or answered gap again. What was learned stays learned."""
        return await self._rule(self._ruling(Verb.REOPEN, moderator, key, gap, version), moderator)

    async def erase(
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        questions: Sequence[str] = (),
        *,
        key: str = "",
    ) -> Done:
        """Take the texts of *questions* (or of all of the gap's) out of the log, for good.

        They are out of sight at once, and gone a minute later: until then it can be undone.
        """
        ruling = self._ruling(Verb.ERASE, moderator, key, gap, version)
        return await self._rule(replace(ruling, questions=tuple(questions)), moderator)

    async def block(self, question: str, moderator: Moderator, *, key: str = "") -> Done:
        """Read nothing more of the person behind a question; what waits for them is dropped."""
        ruling = self._ruling(Verb.BLOCK, moderator, key, None, 0)
        return await self._rule(replace(ruling, questions=(question,)), moderator)

    async def merge(
        self, gaps: Sequence[tuple[int, int]], moderator: Moderator, *, key: str = ""
    ) -> Done:
        """Put gaps (each with its version) into the first one, which later alike ones join."""
        if not gaps:
            raise NotPossible("target")
        (gap, version), *others = gaps
        ruling = self._ruling(Verb.MERGE, moderator, key, gap, version)
        return await self._rule(replace(ruling, others=tuple(others)), moderator)

    async def split(
        self,
        gap: int,
        version: int,
        moderator: Moderator,
        questions: Sequence[str],
        *,
        key: str = "",
    ) -> Done:
        """Take *questions* out into a gap of their own, which alike ones join from now on.

        Returns:
            ``act.gap`` is the new gap.
        """
        ruling = self._ruling(Verb.SPLIT, moderator, key, gap, version)
        return await self._rule(replace(ruling, questions=tuple(questions)), moderator)

    async def undo(self, act: int, moderator: Moderator, *, key: str = "") -> Undone:
        """Take an act back: gaps, questions, what was learned, notices that did not go out yet."""
        recorded = await self._begun(moderator, Verb.UNDO, key)
        if recorded is None:
            ruling = self._ruling(Verb.UNDO, moderator, key, None, 0)
            recorded = await self.rulings.record(replace(ruling, undoes=act))
        carried = await self.carrier.carry(recorded)
        of = await self.acts_kept.recorded(recorded.act.undoes or act)
        if of is None:
            raise NotPossible("gone")
        told, spared = recorded.details.get("told", 0), recorded.details.get("spared", 0)
        return Undone(recorded.act, of.act, told, spared, carried.finished, carried.trouble)

    async def retry(self, posting: str) -> Retried:
        """Which open questions of *posting* would be answered by now."""
        found = self._posting(posting)
        if found is None:
            return Retried(posting)
        await self.gaps_kept.gather(self.clock())
        rows = await self.gaps_kept.open_texts(posting, _MOST_RETRIED)
        answered = await asyncio.to_thread(self._answered, rows, found)
        uids = [one.uid for one in answered]
        return Retried(posting, answered, await self.gaps_kept.waiting_for(uids))

    async def close_retried(self, retried: Retried, moderator: Moderator, *, key: str = "") -> Done:
        """Close those that are still open of what `retry` found, and tell who waits for them."""
        ruling = self._ruling(Verb.CLOSE, moderator, key, None, 0)
        answers = {one.uid: one.entry for one in retried.questions}
        return await self._rule(replace(ruling, answers=answers, tells=True), moderator)

    def _answered(
        self, rows: Sequence[tuple[str, int, str]], posting: Posting
    ) -> tuple[Retry, ...]:
        base = self.knowledge.current()
        found: list[Retry] = []
        by_text: dict[str, str] = {}
        for uid, gap, text in rows:
            if text not in by_text:
                understood = self.knowledge.understand(
                    base, posting, text, Chat(posting=posting.id)
                )
                sure = understood.parts[0].decision if len(understood.parts) == 1 else None
                by_text[text] = sure.entry if isinstance(sure, Answer) else ""
            if entry := by_text[text]:
                found.append(Retry(uid, gap, text, entry))
        return tuple(found)

    def _posting(self, posting: str | None) -> Posting | None:
        return self.knowledge.current().postings.get(posting) if posting else None

    def _replies(self, texts: Texts, detail: GapDetail) -> Mapping[str, str]:
        posting = self._posting(detail.summary.posting)
        return self.wording.replies(texts, posting, self.knowledge.current(), self.clock())

    def _place(self, detail: GapDetail) -> Place:
        posting = self._posting(detail.summary.posting)
        if posting is None:
            raise NotPossible("no_posting")
        path = Path(self.knowledge.folder.path)
        folder = path.parent if path.is_file() else path
        return Place(folder, posting, self.knowledge.current().topics)

    async def _plan(self, detail: GapDetail, what: Answering | Assigning, by: str) -> Plan:
        place, now = self._place(detail), self.clock()
        if isinstance(what, Answering):
            return await asyncio.to_thread(plan_answer, detail, what, place, by, now)
        return plan_assignment(what, place, by, now)

    async def _rehearsed(self, plan: Plan, detail: GapDetail) -> Preview:
        if plan.lesson is None:
            return Preview()
        place = self._place(detail)
        found = await asyncio.to_thread(rehearsed, plan.lesson, place, self.knowledge)
        return found.preview

    async def _learn(
        self, ruling: Ruling, plan: Plan, detail: GapDetail, *, despite: bool
    ) -> Done | Clashing:
        preview = await self._rehearsed(plan, detail)
        if preview.clashes and not despite:
            return Clashing(preview)
        lesson = plan.lesson.as_values() if plan.lesson is not None else {}
        ruling = replace(
            ruling, topic=plan.topic, entry=plan.entry, lesson=lesson, tells=bool(plan.entry)
        )
        done = await self._record(ruling)
        if lesson and done.finished and detail.summary.posting is not None:
            return replace(done, retried=await self.retry(detail.summary.posting))
        return done

    async def _as_seen(self, gap: int, version: int, verb: Verb) -> GapDetail:
        """The gap, if it is as the moderator saw it; the log looks again when it is written."""
        detail = await self.gap(gap)
        if detail.summary.version != version:
            last = await self.acts_kept.last(detail.summary.merged or gap)
            if last is None:
                raise NotPossible("changed")
            text = next(iter(last.texts.values()), "")
            raise AlreadyDecided(last.moderator, last.verb.value, last.at, text=text)
        if verb not in POSSIBLE[detail.summary.state]:
            raise NotPossible("state")
        return detail

    def _ruling(
        self, verb: Verb, moderator: Moderator, key: str, gap: int | None, version: int
    ) -> Ruling:
        return Ruling(verb, moderator.name, self.clock(), gap, version, key)

    async def _begun(self, moderator: Moderator, verb: Verb, key: str) -> Recorded | None:
        """The role is checked; what was done before under the same key."""
        if not moderator.role.covers(NEEDS[verb]):
            raise Refused(NEEDS[verb].value)
        return await self.acts_kept.by_key(key)

    async def _rule(self, ruling: Ruling, moderator: Moderator) -> Done:
        before = await self._begun(moderator, ruling.verb, ruling.key)
        if before is not None:
            return await self._done(before)
        await self.gaps_kept.gather(self.clock())
        return await self._record(ruling)

    async def _record(self, ruling: Ruling) -> Done:
        return await self._done(await self.rulings.record(ruling))

    async def _done(self, recorded: Recorded) -> Done:
        carried = await self.carrier.carry(recorded)
        now = await self.acts_kept.recorded(recorded.act.id)
        act = (now or recorded).act
        told = carried.told or (await self.acts_kept.told(act.id) if act.step is Step.DONE else 0)
        # An erasing waits for its minute, which is no trouble.
        finished = carried.finished or act.verb is Verb.ERASE
        due = act.at + self.delay if told or act.verb is Verb.ERASE else None
        return Done(act, told, due, finished=finished, trouble=carried.trouble)


def _filled(texts: Texts) -> dict[str, str]:
    """The texts that say something.

    Raises:
        NotPossible: ``no_text``: none does.
    """
    cleaned = {code: plain(text) for code, text in texts.items()}
    if found := {code: text for code, text in cleaned.items() if text}:
        return found
    raise NotPossible("no_text")
