"""Putting open questions to gaps, in the order in which they came.

Of one posting, what was disliked and what was not keep apart. Then, in this order:

1. a gap that was split off by hand, if the question resembles the one that founded it;
2. the gap of its topic (of a disliked answer: its topic or entry), where one was recognised;
3. without a topic: the gap whose founding question it resembles most;
4. a gap of its own.

A merged gap leads to the one that stands for it. Where that has been answered since, one successor
takes over what both were about, so that what was merged or split by hand stays so. An ignored gap
takes in what is alike, and closes it.

What stays out: what likeness is (`bot.storage.likeness`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, func, null, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.gap import GapKind, GapState, Verb
from bot.storage.grouping import telling
from bot.storage.likeness import Founders
from bot.storage.moment import in_utc
from bot.storage.tables import acts, gaps, questions

MOST = 500
"""Questions that one transaction puts to gaps: nobody can write meanwhile."""

WANTED = and_(
    questions.c.open.is_(true()),
    or_(questions.c.gap.is_(None), questions.c.act.is_not(None)),
)
"""What was put to no gap yet, or opened again by who asked after moderators had closed it."""

_LIVE = (GapState.OPEN.value, GapState.IGNORED.value)


@dataclass(slots=True)
class _Gap:
    """A gap as far as it matters for putting questions to it."""

    id: int
    posting: str | None
    topic: str | None
    kind: str
    key: str
    state: str
    merged: int | None = None
    origin: int | None = None

    @property
    def is_live(self) -> bool:
        return self.state in _LIVE

    @property
    def place(self) -> tuple[str | None, bool]:
        return self.posting, self.kind == GapKind.DISLIKED.value


@dataclass(slots=True)
class _Matters:
    """What one posting's questions of one sort can be put to."""

    by_topic: dict[str, _Gap] = field(default_factory=dict)
    alike: Founders = field(default_factory=Founders)
    split: Founders = field(default_factory=Founders)

    def add(self, gap: _Gap, *, first: bool = False) -> None:
        """Let questions be put to *gap*; *first*: rather than to another of the same matter."""
        if gap.origin is not None:
            self.split.add(gap.id, gap.key, first=first)
        elif gap.topic is not None:
            if first or gap.topic not in self.by_topic:
                self.by_topic[gap.topic] = gap
            return
        self.alike.add(gap.id, gap.key, first=first)


def kind_of(decision: str, topic: str | None, rating: int) -> GapKind:
    """Why a question is open."""
    if rating < 0:
        return GapKind.DISLIKED
    understood = topic is not None and decision != "unanswered"
    return GapKind.UNSTATED if understood else GapKind.UNANSWERED


async def gather(connection: AsyncConnection, now: dt.datetime) -> int:
    """Put up to `MOST` open questions to gaps, within the caller's transaction; returns how many.

    The same questions in the same gaps give the same, whoever gathers them.
    """
    wanted = (
        select(questions).where(WANTED).order_by(questions.c.received, questions.c.uid).limit(MOST)
    )
    found = (await connection.execute(wanted)).all()
    if not found:
        return 0
    gathering = await _Gathering.over({row.posting for row in found}, connection)
    placed = [(row.uid, gathering.place(row)) for row in found]
    await gathering.write(placed, now, connection)
    return len(placed)


class _Gathering:
    """One round of it: the gaps there are, and those that are founded meanwhile."""

    def __init__(self, known: Sequence[_Gap], next_id: int) -> None:
        self._by_id = {gap.id: gap for gap in known}
        self._next = next_id
        self._founded: list[_Gap] = []
        self._matters: dict[tuple[str | None, bool], _Matters] = {}
        # Live ones first: of equally close gaps, the first added is taken.
        for gap in sorted(known, key=lambda one: (not one.is_live, one.id)):
            self._matters.setdefault(gap.place, _Matters()).add(gap)

    @classmethod
    async def over(
        cls, postings: Iterable[str | None], connection: AsyncConnection
    ) -> "_Gathering":
        named = [posting for posting in postings if posting is not None]
        columns = (gaps.c.id, gaps.c.posting, gaps.c.topic, gaps.c.kind, gaps.c.key)
        more = (gaps.c.state, gaps.c.merged, gaps.c.origin)
        remembered = or_(
            gaps.c.state.in_(_LIVE), gaps.c.merged.is_not(None), gaps.c.origin.is_not(None)
        )
        # What a merged gap leads to is looked up among all: it may have been answered since.
        targets = select(gaps.c.merged).where(gaps.c.merged.is_not(None))
        query = select(*columns, *more).where(
            or_(gaps.c.posting.in_(named), gaps.c.posting.is_(None)),
            or_(remembered, gaps.c.id.in_(targets)),
        )
        rows = (await connection.execute(query)).all()
        highest = await connection.scalar(select(func.max(gaps.c.id)))
        return cls([_Gap(*row) for row in rows], (highest or 0) + 1)

    def place(self, row: Any) -> _Gap:
        """The gap for a question."""
        kind = kind_of(row.decision, row.topic, row.rating)
        topic = row.topic if kind is not GapKind.UNANSWERED else None
        if kind is GapKind.DISLIKED:
            topic = row.topic or row.entry
        key = telling(row.text) if row.text else ""
        place = (row.posting, kind is GapKind.DISLIKED)
        matters = self._matters.setdefault(place, _Matters())
        near = (matters.alike if topic is None else matters.split).nearest(key)
        found = self._by_id[near] if near is not None else None
        if found is None and topic is not None:
            found = matters.by_topic.get(topic)
        if found is not None:
            found = self._standing_for(found)
            if found.is_live:
                return found
            if (successor := self._successor(found, matters)) is not None:
                return successor
            return self._succeed(found, kind, key, row)
        gap = _Gap(0, row.posting, topic, kind.value, "" if topic else key, GapState.OPEN.value)
        return self._add(gap)

    def _standing_for(self, gap: _Gap) -> _Gap:
        """Where a chain of merges ends."""
        seen = {gap.id}
        while gap.state == GapState.MERGED.value and gap.merged in self._by_id:
            gap = self._by_id[gap.merged]
            if gap.id in seen:
                break
            seen.add(gap.id)
        return gap

    def _successor(self, gap: _Gap, matters: _Matters) -> _Gap | None:
        """The live gap of the same matter as *gap*, which is closed."""
        if gap.topic is not None:
            found = matters.by_topic.get(gap.topic)
        else:
            near = (matters.split if gap.origin is not None else matters.alike).nearest(gap.key)
            found = self._by_id[near] if near is not None else None
        return found if found is not None and found.is_live else None

    def _succeed(self, closed: _Gap, kind: GapKind, key: str, row: Any) -> _Gap:
        """Found a gap in place of a closed one that others were merged into or split from."""
        words = closed.key or ("" if closed.topic is not None else key)
        state = GapState.OPEN.value
        gap = _Gap(0, row.posting, closed.topic, kind.value, words, state, origin=closed.origin)
        return self._add(gap)

    def _add(self, gap: _Gap) -> _Gap:
        gap.id = self._next
        self._next += 1
        self._by_id[gap.id] = gap
        self._founded.append(gap)
        self._matters.setdefault(gap.place, _Matters()).add(gap, first=True)
        return gap

    async def write(
        self, placed: Sequence[tuple[str, _Gap]], now: dt.datetime, connection: AsyncConnection
    ) -> None:
        """Write the new gaps, and to which gap each question was put."""
        now = in_utc(now)
        if self._founded:
            await connection.execute(insert(gaps), [_row(gap, now) for gap in self._founded])
        await connection.execute(_PUT, [{"_uid": uid, "_gap": gap.id} for uid, gap in placed])
        swallowed = [(uid, gap) for uid, gap in placed if gap.state == GapState.IGNORED.value]
        if not swallowed:
            return
        by_gap = await _ignoring({gap.id for _, gap in swallowed}, connection)
        rows = [{"_uid": uid, "_act": by_gap.get(gap.id), "_at": now} for uid, gap in swallowed]
        await connection.execute(_SWALLOW, rows)


async def _ignoring(ids: Iterable[int], connection: AsyncConnection) -> dict[int, int]:
    """The act by which each of these gaps is ignored."""
    query = (
        select(acts.c.gap, func.max(acts.c.id))
        .where(acts.c.gap.in_(sorted(ids)), acts.c.kind == Verb.IGNORE.value)
        .group_by(acts.c.gap)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


def _row(gap: _Gap, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": gap.id,
        "posting": gap.posting,
        "topic": gap.topic,
        "kind": gap.kind,
        "key": gap.key,
        "state": gap.state,
        "created": now,
        "changed": now,
        "version": 0,
        "merged": gap.merged,
        "origin": gap.origin,
    }


_PUT = (
    update(questions)
    .where(questions.c.uid == bindparam("_uid"))
    .values(gap=bindparam("_gap"), act=null())
)
_SWALLOW = (
    update(questions)
    .where(questions.c.uid == bindparam("_uid"))
    .values(
        open=False,
        closed=bindparam("_at", type_=questions.c.closed.type),
        act=bindparam("_act"),
    )
)
