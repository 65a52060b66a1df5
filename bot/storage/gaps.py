"""Gaps as moderators read them: lists, one with all its questions, numbers, words to find.

What stays out: putting questions to gaps (`bot.storage.gathering`), what moderators do to them
(`bot.storage.rulings`).
"""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    case,
    false,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)

from bot.core.decision import Candidate
from bot.core.gap import (
    GapDetail,
    GapFilter,
    GapKind,
    GapQuestion,
    GapState,
    GapSummary,
    Order,
    Page,
    Stats,
    Step,
    Verb,
)
from bot.storage import gathering
from bot.storage.acts import acts_of
from bot.storage.codec import plain, read_ranking
from bot.storage.database import Database
from bot.storage.grouping import telling
from bot.storage.likeness import likeness, shared_words
from bot.storage.moment import in_utc
from bot.storage.tables import acts, blocked, gaps, indexed, questions, waits
from bot.storage.wordindex import query_of

_SHOWN = 500
"""Questions of one gap that are shown, the newest."""

_EXAMPLES = 3
_LOOKED_AT = 8
"""Questions that examples are taken from: the same words are not shown twice."""

_GUESSES = 5
_GUESSED_FROM = 100
_CHUNK = 100
_PATIENCE = 1.0
"""Seconds of gathering in one call: what a long log leaves then is for the next one."""


_ERASING = select(acts.c.id).where(
    acts.c.kind == Verb.ERASE.value, acts.c.step != Step.UNDONE.value
)
"""Texts that are about to go are not shown meanwhile."""


class Gaps:
    """The gaps in the log of a `bot.storage.store.SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def gather(self, now: dt.datetime) -> int:
        """Put what is open and was not yet to gaps; returns how many questions that were.

        Cheap where there is nothing to do; of very many, some are left for the next call.
        """
        there = select(questions.c.uid).where(gathering.WANTED).limit(1)
        total, until = 0, time.monotonic() + _PATIENCE
        while await self._database.rows(there):
            async with self._database.transaction() as connection:
                found = await gathering.gather(connection, now)
            total += found
            # Less than a whole portion: what has come since is for the next call, too.
            if found < gathering.MOST or time.monotonic() >= until:
                break
        return total

    async def page(self, wanted: GapFilter, start: int, count: int) -> Page:
        """Some of the gaps that *wanted* describes."""
        query, total = listing(wanted)
        found = await self._database.rows(query.offset(start).limit(count))
        if found or not start:
            number = found[0].total if found else 0
        else:
            number = (await self._database.rows(total))[0][0]
        return Page(tuple(await self._summaries(found)), number, start)

    async def open_by_matter(self, posting: str) -> Mapping[str, tuple[int, ...]]:
        """The open gaps of *posting*, by the topic or entry that they are about, the oldest first.

        Those of no known topic are left out.
        """
        listed = listing(GapFilter(posting=posting))[0].order_by(None).subquery()
        query = select(listed.c.topic, listed.c.id).where(listed.c.topic.is_not(None))
        found: dict[str, tuple[int, ...]] = {}
        for row in await self._database.rows(query.order_by(listed.c.id)):
            found[row.topic] = (*found.get(row.topic, ()), row.id)
        return found

    async def summary(self, gap: int) -> GapSummary | None:
        """One gap as a list shows it, whatever its state; None if there is none."""
        found = await self._summed([gap])
        return found[0] if found else None

    async def detail(self, gap: int) -> GapDetail | None:
        """One gap with its questions, guesses and audit; None if there is none."""
        summary = await self.summary(gap)
        if summary is None:
            return None
        founding = (await self._database.rows(select(gaps).where(gaps.c.id == gap)))[0]
        query = (
            select(questions, waits.c.question.label("waiting"))
            .outerjoin(waits, waits.c.question == questions.c.uid)
            .where(questions.c.gap == gap, questions.c.superseded.is_(false()))
            .order_by(questions.c.received.desc(), questions.c.uid.desc())
            .limit(_SHOWN)
        )
        rows = list(reversed(await self._database.rows(query)))
        erased = await self._being_erased(rows)
        compared = founding.key if founding.topic is None or founding.origin is not None else ""
        asked = tuple(_question(row, compared, hidden=row.act in erased) for row in rows)
        audit = await acts_of(self._database, gap)
        return GapDetail(summary, asked, _guesses(asked), audit)

    async def gap_of(self, question: str) -> int | None:
        """The gap to which a question was put, or None."""
        query = select(questions.c.gap).where(questions.c.uid == plain(question))
        found = await self._database.rows(query)
        return found[0].gap if found else None

    async def find(self, words: str, count: int) -> list[GapSummary]:
        """Gaps with a question that holds all *words*, the one asked last first.

        Words are found whatever their case and accents; the last one may be begun only.
        """
        wanted = query_of(words)
        if not wanted:
            return []
        matching = text("SELECT rowid FROM question_words WHERE question_words MATCH :words")
        numbers = matching.bindparams(words=wanted).columns(indexed.c.id)
        query = (
            select(gaps.c.id)
            .join(questions, questions.c.gap == gaps.c.id)
            .join(indexed, indexed.c.question == questions.c.uid)
            .where(
                indexed.c.id.in_(numbers),
                gaps.c.state != GapState.MERGED.value,
                questions.c.superseded.is_(false()),
                or_(questions.c.act.is_(None), questions.c.act.not_in(_ERASING)),
            )
            .group_by(gaps.c.id)
            .order_by(func.max(questions.c.received).desc(), gaps.c.id.desc())
            .limit(count)
        )
        ids = [row.id for row in await self._database.rows(query)]
        by_id = {one.id: one for one in await self._summed(ids)}
        return [by_id[one] for one in ids if one in by_id]

    async def summaries(self, ids: Sequence[int]) -> list[GapSummary]:
        """Several gaps as a list shows them, in any order."""
        return await self._summed(ids)

    async def open_texts(self, posting: str, most: int) -> list[tuple[str, int, str]]:
        """Open questions of *posting* as (uid, gap, text), the newest *most*; not the disliked."""
        query = (
            select(questions.c.uid, questions.c.gap, questions.c.text)
            .join(gaps, gaps.c.id == questions.c.gap)
            .where(
                questions.c.posting == posting,
                questions.c.open.is_(true()),
                questions.c.text != "",
                gaps.c.state == GapState.OPEN.value,
                gaps.c.kind != GapKind.DISLIKED.value,
            )
            .order_by(questions.c.received.desc(), questions.c.uid.desc())
            .limit(most)
        )
        return [(row.uid, row.gap, row.text) for row in await self._database.rows(query)]

    async def waiting_for(self, uids: Sequence[str]) -> int:
        """How many chats wait for one of these questions."""
        chats: set[str] = set()
        for first in range(0, len(uids), _CHUNK):
            some = uids[first : first + _CHUNK]
            query = select(waits.c.chat).where(waits.c.question.in_(some)).distinct()
            chats |= {row.chat for row in await self._database.rows(query)}
        return len(chats)

    async def stats(self, now: dt.datetime) -> Stats:
        """Numbers over all postings."""
        query, _ = listing(GapFilter())
        listed = query.order_by(None).subquery()
        per_posting = (
            select(
                listed.c.posting,
                func.count().label("gaps"),
                func.sum(listed.c.count).label("questions"),
            )
            .group_by(listed.c.posting)
            .order_by(func.count().desc())
        )
        rows = await self._database.rows(per_posting)
        week = in_utc(now) - dt.timedelta(days=7)
        answering = (Verb.ANSWER.value, Verb.ASSIGN.value, Verb.CLOSE.value)
        others = select(
            select(func.count(waits.c.chat.distinct())).scalar_subquery(),
            select(func.count())
            .select_from(acts)
            .where(acts.c.kind.in_(answering), acts.c.at >= week, acts.c.step != Step.UNDONE.value)
            .scalar_subquery(),
            select(func.count())
            .select_from(gaps)
            .where(gaps.c.state == GapState.IGNORED.value)
            .scalar_subquery(),
            select(func.count()).select_from(blocked).scalar_subquery(),
        )
        waiting, answered, ignored, shut_out = tuple((await self._database.rows(others))[0])
        return Stats(
            gaps=sum(row.gaps for row in rows),
            questions=sum(row.questions for row in rows),
            waiting=waiting,
            answered_week=answered,
            ignored=ignored,
            blocked=shut_out,
            by_posting={row.posting: row.gaps for row in rows},
        )

    async def _summed(self, ids: Sequence[int]) -> list[GapSummary]:
        if not ids:
            return []
        query = listing(GapFilter(state=None), ids)[0]
        return await self._summaries(await self._database.rows(query))

    async def _summaries(self, found: Sequence[Any]) -> list[GapSummary]:
        ids = [row.id for row in found]
        if not ids:
            return []
        languages = await self._languages(ids)
        people = await self._people(ids)
        examples = await self._examples(ids)
        return [
            GapSummary(
                id=row.id,
                posting=row.posting,
                matter=row.topic,
                kind=GapKind(row.kind),
                state=GapState(row.state),
                version=row.version,
                count=row.count,
                people=people.get(row.id, 0),
                waiting=row.waiting or 0,
                languages=languages.get(row.id, ()),
                first=row.first or row.created,
                last=row.last or row.created,
                examples=examples.get(row.id, ()),
                merged=row.merged,
            )
            for row in found
        ]

    async def _languages(self, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        query = (
            select(questions.c.gap, questions.c.language, func.count().label("times"))
            .where(questions.c.gap.in_(ids), questions.c.superseded.is_(false()))
            .group_by(questions.c.gap, questions.c.language)
        )
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for row in await self._database.rows(query):
            found[row.gap].append((-row.times, row.language))
        return {gap: tuple(code for _, code in sorted(pairs)) for gap, pairs in found.items()}

    async def _people(self, ids: Sequence[int]) -> Mapping[int, int]:
        query = (
            select(questions.c.gap, func.count(questions.c.person.distinct()).label("people"))
            .where(questions.c.gap.in_(ids), questions.c.superseded.is_(false()))
            .group_by(questions.c.gap)
        )
        return {row.gap: row.people for row in await self._database.rows(query)}

    async def _examples(self, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        texts: dict[int, dict[str, str]] = defaultdict(dict)
        for first in range(0, len(ids), _CHUNK):
            queries = [_first_texts(gap) for gap in ids[first : first + _CHUNK]]
            for row in await self._database.rows(union_all(*queries)):
                texts[row.gap].setdefault(telling(row.text), row.text)
        return {gap: tuple(some.values())[:_EXAMPLES] for gap, some in texts.items()}

    async def _being_erased(self, rows: Sequence[Any]) -> set[int]:
        """The acts among those that closed *rows* which erase."""
        closing = sorted({row.act for row in rows if row.act is not None})
        query = _ERASING.where(acts.c.id.in_(closing))
        return {row.id for row in await self._database.rows(query)} if closing else set()


def listing(wanted: GapFilter, ids: Sequence[int] | None = None) -> tuple[Select[Any], Select[Any]]:
    """The query for a list, and the one for how long it is."""
    asked, waiting = _asked(wanted, ids), _waiting()
    is_open = gaps.c.state == GapState.OPEN.value
    count = func.coalesce(case((is_open, asked.c.open), else_=asked.c.all), 0).label("count")
    query = (
        select(
            gaps.c.id,
            gaps.c.posting,
            gaps.c.topic,
            gaps.c.kind,
            gaps.c.state,
            gaps.c.version,
            gaps.c.created,
            gaps.c.merged,
            count,
            asked.c.first,
            asked.c.last,
            waiting.c.waiting,
            func.count().over().label("total"),
        )
        .select_from(
            gaps.join(asked, asked.c.gap == gaps.c.id, isouter=ids is not None).outerjoin(
                waiting, waiting.c.gap == gaps.c.id
            )
        )
        .where(*_conditions(wanted, ids, asked))
        .order_by(*_order(wanted.order, count, asked.c.first, asked.c.last, waiting.c.waiting))
    )
    return query, select(func.count()).select_from(query.order_by(None).subquery())


def _asked(wanted: GapFilter, ids: Sequence[int] | None) -> Subquery:
    """Per gap how often, first and last; read from one index, in its order.

    What people settled by themselves does not count; what was forgotten does, and what moderators
    closed, once the gap is settled.
    """
    still = or_(questions.c.open.is_(true()), questions.c.closed.is_(None))
    query = (
        select(
            questions.c.gap,
            func.sum(case((still, 1), else_=0)).label("open"),
            func.count().label("all"),
            func.sum(case((questions.c.open.is_(true()), 1), else_=0)).label("really"),
            func.min(questions.c.received, type_=questions.c.received.type).label("first"),
            func.max(questions.c.received, type_=questions.c.received.type).label("last"),
        )
        .where(
            questions.c.gap.in_(ids) if ids is not None else questions.c.gap.is_not(None),
            questions.c.superseded.is_(false()),
            or_(still, questions.c.act.is_not(None)),
        )
        .group_by(questions.c.gap)
    )
    if wanted.language is not None:
        spoken = func.sum(case((questions.c.language == wanted.language, 1), else_=0))
        query = query.having(spoken > 0)
    return query.subquery()


def _waiting() -> Subquery:
    """Per gap how many chats wait: looked up from the short list of those, one by one."""
    gap = select(questions.c.gap).where(questions.c.uid == waits.c.question).scalar_subquery()
    found = select(gap.label("gap"), waits.c.chat).subquery()
    return (
        select(found.c.gap, func.count(found.c.chat.distinct()).label("waiting"))
        .where(found.c.gap.is_not(None))
        .group_by(found.c.gap)
        .subquery()
    )


def _conditions(
    wanted: GapFilter, ids: Sequence[int] | None, asked: Subquery
) -> list[ColumnElement[bool]]:
    if ids is not None:
        return [gaps.c.id.in_(ids)]
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(gaps.c.state == wanted.state.value)
    else:
        found.append(gaps.c.state != GapState.MERGED.value)
    if wanted.state is GapState.OPEN:
        # Nothing open in it: all of it was forgotten, or settled by those who asked.
        found.append(asked.c.really > 0)
    if wanted.posting is not None:
        found.append(gaps.c.posting == wanted.posting)
    if wanted.matter is not None:
        found.append(gaps.c.topic == plain(wanted.matter))
    if wanted.kind is not None:
        found.append(gaps.c.kind == wanted.kind.value)
    if wanted.since is not None:
        found.append(asked.c.last >= in_utc(wanted.since))
    if wanted.before is not None:
        found.append(asked.c.first < in_utc(wanted.before))
    return found


def _order(order: Order, count: Any, first: Any, last: Any, waiting: Any) -> tuple[Any, ...]:
    newest = (last.desc(), gaps.c.id.desc())
    match order:
        case Order.WANTED:
            return (func.coalesce(waiting, 0).desc(), count.desc(), *newest)
        case Order.RECENT:
            return newest
        case Order.OLDEST:
            return (first, gaps.c.id)


def _first_texts(gap: int) -> Select[Any]:
    some = (
        select(questions.c.gap, questions.c.text)
        .where(
            questions.c.gap == gap,
            questions.c.superseded.is_(false()),
            questions.c.text != "",
            or_(questions.c.act.is_(None), questions.c.act.not_in(_ERASING)),
        )
        .order_by(questions.c.received)
        .limit(_LOOKED_AT)
        .subquery()
    )
    return select(some.c.gap, some.c.text)


def _question(row: Any, founding: str, *, hidden: bool) -> GapQuestion:
    text = "" if hidden else row.text
    compared = bool(founding and text)
    key = telling(text) if compared else ""
    return GapQuestion(
        uid=row.uid,
        received=row.received,
        channel=row.channel,
        language=row.language,
        text=text,
        decision=row.decision,
        confidence=row.confidence,
        ranking=read_ranking(row.ranking),
        rating=row.rating,
        open=row.open,
        waits=row.waiting is not None,
        likeness=likeness(key, founding) if compared else None,
        shared=shared_words(key, founding) if compared else (),
    )


def _guesses(asked: Sequence[GapQuestion]) -> tuple[Candidate, ...]:
    """What the questions came closest to, on average over those that have a ranking."""
    ranked = [one.ranking for one in asked[-_GUESSED_FROM:] if one.ranking]
    total: dict[str, float] = defaultdict(float)
    for ranking in ranked:
        for candidate in ranking:
            total[candidate.id] += candidate.confidence
    best = sorted(total, key=lambda name: (-total[name], name))[:_GUESSES]
    return tuple(Candidate(name, round(total[name] / len(ranked), 4)) for name in best)
