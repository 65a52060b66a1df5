"""Whatever candidates and moderators do, in whatever order: what must hold of gaps."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Row, Select, select

from bot.core.gap import (
    POSSIBLE,
    Answering,
    Done,
    GapFilter,
    GapState,
    GapSummary,
    Learn,
    Verb,
    possible,
)
from bot.core.message import Sender
from bot.errors import AlreadyDecided, NotPossible
from bot.storage.tables import acts, gaps, questions, waits
from tests.moderation.house import ADA, BEA, EVE, MINUTE, House, opened

TEXTS = (
    "Is remote work possible?",
    "Would remote work be possible?",
    "Will my night classes count towards seniority?",
    "Would night classes count towards my seniority?",
    "Who invented the stethoscope?",
    "🙂",
    "How many hours per week?",
)
PEOPLE = ("p1", "p2", "p3")
ANY = GapFilter(state=None)
ONCE = Answering({"en": "So it is."}, Learn.ONCE)
LEARNT = Answering({"en": "So it is."}, questions={"en": ("Is it so indeed?",)})
SETTLING = (Verb.ANSWER, Verb.IGNORE, Verb.MERGE, Verb.SPLIT, Verb.BLOCK, Verb.ERASE)

number = st.integers(0, 10)


class Moderating(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="faqbot-test-"))
        self.house: House = self.runner.run(opened(self.folder))
        self.uids: list[str] = []
        self.told: dict[str, int] = {}

    @initialize()
    def something_was_asked(self) -> None:
        for text in TEXTS[:3]:
            self.asks(text, "p1", waits=True)

    @rule(text=st.sampled_from(TEXTS), who=st.sampled_from(PEOPLE), waits=st.booleans())
    def asks(self, text: str, who: str, *, waits: bool) -> None:
        self.uids.append(self.runner.run(self.house.ask(text, who, waits=waits)))

    @rule(n=number)
    def dislikes(self, n: int) -> None:
        self.runner.run(self.house.dislike(self.uids[n % len(self.uids)]))

    @rule(who=st.sampled_from(PEOPLE))
    def is_forgotten(self, who: str) -> None:
        sender = Sender("telegram", "bot", f"chat of {who}", who)
        self.runner.run(self.house.store.forget(sender))

    @rule(n=number, learned=st.booleans())
    def is_answered(self, n: int, *, learned: bool) -> None:
        if (gap := self.some_gap(n)) is not None:
            what = LEARNT if learned else ONCE
            self.tries(self.house.desk.answer(gap.id, gap.version, ADA, what, despite=True))

    @rule(n=number)
    def is_ignored(self, n: int) -> None:
        if (gap := self.some_gap(n)) is not None:
            self.tries(self.house.desk.ignore(gap.id, gap.version, ADA))

    @rule(n=number)
    def is_reopened(self, n: int) -> None:
        for gap in self.all_gaps():
            if Verb.REOPEN in possible(gap.state, ADA.role) and gap.id % 3 == n % 3:
                self.tries(self.house.desk.reopen(gap.id, gap.version, ADA))
                return

    @rule(n=number, m=number)
    def are_merged(self, n: int, m: int) -> None:
        one, other = self.some_gap(n), self.some_gap(m)
        if one is not None and other is not None and one.id != other.id:
            pairs = [(one.id, one.version), (other.id, other.version)]
            self.tries(self.house.desk.merge(pairs, ADA))

    @rule(n=number, m=number)
    def is_split(self, n: int, m: int) -> None:
        if (gap := self.some_gap(n)) is not None:
            asked = self.runner.run(self.house.desk.gap(gap.id)).questions
            uid = asked[m % len(asked)].uid if asked else ""
            self.tries(self.house.desk.split(gap.id, gap.version, ADA, [uid]))

    @rule(n=number, whole=st.booleans())
    def is_erased(self, n: int, *, whole: bool) -> None:
        if (gap := self.some_gap(n)) is not None:
            asked = self.runner.run(self.house.desk.gap(gap.id)).questions
            some = [] if whole else [asked[0].uid]
            self.tries(self.house.desk.erase(gap.id, gap.version, ADA, some))

    @rule(n=number)
    def is_blocked(self, n: int) -> None:
        self.tries(self.house.desk.block(self.uids[n % len(self.uids)], ADA))

    @rule(n=number)
    def is_undone(self, n: int) -> None:
        acts = [act for act in self.runner.run(self.house.desk.acts()) if act.can_be_undone]
        if acts:
            self.tries(self.house.desk.undo(acts[n % len(acts)].id, BEA))

    @precondition(lambda self: self.house.asked < 40)
    @rule(n=number, verb=st.sampled_from(SETTLING))
    def an_undo_at_once_changes_nothing(self, n: int, verb: Verb) -> None:
        before = self.seen()
        gap = self.some_gap(n)
        if gap is None:
            return
        done = self.tries(self.does(verb, gap, n))
        if isinstance(done, Done):
            self.runner.run(self.house.desk.undo(done.act.id, BEA))
            assert self.seen() == before

    @rule(n=number)
    def an_old_version_is_refused(self, n: int) -> None:
        if (gap := self.some_gap(n)) is None:
            return
        try:
            self.runner.run(self.house.desk.ignore(gap.id, gap.version + 1, ADA))
        except (AlreadyDecided, NotPossible):
            return
        raise AssertionError("an act on another version than the gap's went through")

    @rule()
    def a_minute_passes(self) -> None:
        self.house.later(MINUTE)
        self.runner.run(self.house.desk.round())
        for said in self.runner.run(self.house.told()):
            assert "So it is." in said or "39 h" in said

    def does(self, verb: Verb, gap: GapSummary, n: int) -> object:
        desk = self.house.desk
        match verb:
            case Verb.ANSWER:
                return desk.answer(gap.id, gap.version, ADA, LEARNT, despite=True)
            case Verb.IGNORE:
                return desk.ignore(gap.id, gap.version, ADA)
            case Verb.ERASE:
                return desk.erase(gap.id, gap.version, ADA)
            case Verb.BLOCK:
                return desk.block(self.uids[n % len(self.uids)], ADA)
            case Verb.SPLIT:
                return desk.split(gap.id, gap.version, ADA, self.uids[: n + 1])
            case _:
                other = self.some_gap(n + 1) or gap
                return desk.merge([(gap.id, gap.version), (other.id, other.version)], ADA)

    def tries(self, act: object) -> object:
        try:
            return self.runner.run(act)  # type: ignore[arg-type]  # a coroutine of the desk
        except NotPossible as error:
            return error

    def some_gap(self, n: int) -> GapSummary | None:
        found = self.runner.run(self.house.gaps())
        return found[n % len(found)] if found else None

    def all_gaps(self) -> tuple[GapSummary, ...]:
        return self.runner.run(self.house.gaps(ANY))

    def seen(self) -> dict[str, object]:
        """What moderators see: which questions are together, in which state."""
        found: dict[str, object] = {}
        for gap in self.all_gaps():
            detail = self.runner.run(self.house.desk.gap(gap.id))
            for one in detail.questions:
                found[one.uid] = (gap.id, gap.state, gap.matter, one.open, one.text)
        return found

    def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self.runner.run(self.house.store.database.rows(query))

    @invariant()
    def what_is_open_stands_in_one_open_gap(self) -> None:
        self.runner.run(self.house.gaps())
        query = select(questions.c.uid, gaps.c.state).outerjoin(gaps, gaps.c.id == questions.c.gap)
        for row in self.rows(query.where(questions.c.open.is_(True))):
            assert row.state == GapState.OPEN.value, row.uid

    @invariant()
    def the_list_shows_all_that_is_open(self) -> None:
        listed = {
            one.uid
            for gap in self.runner.run(self.house.gaps())
            for one in self.runner.run(self.house.desk.gap(gap.id)).questions
            if one.open
        }
        query = select(questions.c.uid).where(questions.c.open.is_(True))
        assert listed == {row.uid for row in self.rows(query)}

    @invariant()
    def merged_gaps_lead_to_one_that_stands_for_them(self) -> None:
        query = select(gaps.c.id, gaps.c.state, gaps.c.merged)
        by_id = {row.id: (row.state, row.merged) for row in self.rows(query)}
        for state, merged in by_id.values():
            assert (state == GapState.MERGED.value) == (merged is not None)
            seen: set[int] = set()
            target = merged
            while target is not None:
                assert target not in seen
                seen.add(target)
                target = by_id[target][1]

    @invariant()
    def nobody_waits_for_what_was_answered_without_being_told(self) -> None:
        self.runner.run(self.house.desk.round())
        query = (
            select(waits.c.question)
            .join(questions, questions.c.uid == waits.c.question)
            .join(acts, acts.c.id == questions.c.act)
            .where(
                waits.c.notice.is_(None),
                # One that was erased is told when the wait ends.
                acts.c.kind.in_([one.value for one in (Verb.ANSWER, Verb.ASSIGN, Verb.CLOSE)]),
            )
        )
        assert self.rows(query) == []

    def teardown(self) -> None:
        self.runner.run(self.house.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)


TestModerating = Moderating.TestCase
TestModerating.settings = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_who_only_looks_can_do_nothing_in_any_state() -> None:
    assert {state for state in GapState if possible(state, EVE.role)} == set()
    assert all(possible(state, ADA.role) == POSSIBLE[state] for state in GapState)
