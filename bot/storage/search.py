"""Looking for questions in the whole log."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.engine import Row

from bot.core.chat import LoggedQuestion
from bot.core.search import Cursor, Found, Hit, Wanted
from bot.ports import State
from bot.storage.codec import plain, read_options, read_ranking
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import indexed, messages, questions
from bot.storage.wordindex import query_of

PORTION = 50
COUNTED = 1000
"""Beyond so many hits it is only said that there are more."""


@dataclass(frozen=True)
class Search:
    """The log, searched. Every method raises StoreError if the database cannot be used.

    What an edit superseded is not found; of what was forgotten, neither are its words.
    """

    database: Database

    async def find(
        self, wanted: Wanted, before: Cursor | None = None, limit: int = PORTION
    ) -> Found:
        """The newest *limit* questions that are *wanted*, or the newest before a place."""
        where = _where(wanted)
        if where is None:
            return Found()
        total = await self._count(where)
        if before is not None:
            at = in_utc(before.received)
            older = and_(questions.c.received == at, questions.c.uid < plain(before.uid))
            where = (*where, or_(questions.c.received < at, older))
        query = (
            _logged()
            .where(*where)
            .order_by(questions.c.received.desc(), questions.c.uid.desc())
            .limit(limit + 1)
        )
        rows = await self.database.rows(query)
        hits = tuple(_hit(row) for row in rows[:limit])
        last = hits[-1].question if len(rows) > limit else None
        return Found(
            hits,
            Cursor(last.received, last.uid) if last else None,
            min(total, COUNTED),
            total > COUNTED,
        )

    async def question(self, uid: str) -> Hit | None:
        """One question; None if it was never there, or has been deleted."""
        rows = await self.database.rows(_logged().where(questions.c.uid == plain(uid)))
        return _hit(rows[0]) if rows else None

    async def dispute(self, uid: str, now: dt.datetime) -> bool:
        """Open a question that was answered, so that it is gathered; whether it was not open."""
        disputed = (
            update(questions)
            .where(
                questions.c.uid == plain(uid),
                questions.c.open.is_(false()),
                questions.c.superseded.is_(false()),
            )
            .values(open=True, opened=in_utc(now), closed=null(), rating=-1)
        )
        async with self.database.transaction() as connection:
            return bool((await connection.execute(disputed)).rowcount)

    async def channels(self) -> tuple[str, ...]:
        """The channels on which anything was ever asked."""
        return await self._values(questions.c.channel)

    async def languages(self) -> tuple[str, ...]:
        """The languages in which anything was ever asked."""
        return await self._values(questions.c.language)

    async def _values(self, column: ColumnElement[str]) -> tuple[str, ...]:
        """The values of a column with few of them, without reading every row of a long log."""
        recent = (
            select(column.label("value"))
            .order_by(questions.c.received.desc())
            .limit(_LOOKED_AT)
            .subquery()
        )
        rows = await self.database.rows(select(recent.c.value).distinct().order_by("value"))
        return tuple(str(row.value) for row in rows)

    async def _count(self, where: tuple[ColumnElement[bool], ...]) -> int:
        some = select(literal(1)).select_from(questions).where(*where).limit(COUNTED + 1)
        query = select(func.count()).select_from(some.subquery())
        return int((await self.database.rows(query))[0][0])


_LOOKED_AT = 20_000


def _where(wanted: Wanted) -> tuple[ColumnElement[bool], ...] | None:
    """The conditions; None if nothing can meet them."""
    where: list[ColumnElement[bool]] = [questions.c.superseded.is_(false())]
    equal = {
        questions.c.posting: wanted.posting,
        questions.c.decision: wanted.decision,
        questions.c.channel: wanted.channel,
        questions.c.language: wanted.language,
        questions.c.gap: wanted.gap,
    }
    where += [column == value for column, value in equal.items() if value is not None]
    if wanted.topic is not None:
        where.append(or_(questions.c.topic == wanted.topic, questions.c.entry == wanted.topic))
    if wanted.band is not None:
        low, high = wanted.band
        where += [questions.c.confidence >= low, questions.c.confidence < high]
    if wanted.disliked:
        where.append(questions.c.rating < 0)
    if wanted.open:
        where.append(questions.c.open.is_(true()))
    if wanted.since is not None:
        where.append(questions.c.received >= in_utc(wanted.since))
    if wanted.until is not None:
        where.append(questions.c.received < in_utc(wanted.until))
    if wanted.words.strip():
        query = query_of(wanted.words)
        if not query:
            return None
        matching = text("SELECT rowid FROM question_words WHERE question_words MATCH :words")
        numbers = matching.bindparams(words=query).columns(indexed.c.id)
        found = select(indexed.c.question).where(indexed.c.id.in_(numbers))
        where.append(questions.c.uid.in_(found))
    return tuple(where)


def _logged() -> Select[Any]:
    replied: ColumnElement[bool] = messages.c.state == literal(State.SENT.value)
    return select(questions, replied.label("replied")).join(messages)


def _hit(row: Row[Any]) -> Hit:
    question = LoggedQuestion(
        uid=row.uid,
        received=row.received,
        channel=row.channel,
        person=row.person or "",
        posting=row.posting,
        language=row.language,
        text=row.text,
        decision=row.decision,
        topic=row.topic,
        entry=row.entry,
        confidence=row.confidence,
        ranking=read_ranking(row.ranking),
        options=read_options(row.options),
        open=row.open,
        rating=row.rating,
        ms=row.ms,
        replied=row.replied,
    )
    return Hit(question, row.gap)
