"""Looking for questions in the whole log."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    column,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    table,
    true,
    update,
)
from sqlalchemy.engine import Row

from bot.core.search import Cursor, Found, Hit, Wanted
from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.logged import logged, question_of
from bot.storage.moment import in_utc
from bot.storage.tables import indexed, questions
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
        """The newest *limit* questions that are *wanted*, or the newest before a place.

        Where words are looked for, those that came into the log last come first.
        """
        words = query_of(wanted.words)
        if wanted.words.strip() and not words:
            return Found()
        query = _worded(words) if words else logged()
        query = query.where(*_where(wanted))
        total = await self._count(query)
        if before is not None:
            query = query.where(_older(before, worded=bool(words)))
        order = (
            (_WORDS.c.rowid.desc(),)
            if words
            else (questions.c.received.desc(), questions.c.uid.desc())
        )
        rows = await self.database.rows(query.order_by(*order).limit(limit + 1))
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
        rows = await self.database.rows(logged().where(questions.c.uid == plain(uid)))
        return _hit(rows[0]) if rows else None

    async def dispute(self, uid: str, now: dt.datetime) -> bool:
        """Open a question that was settled, so that it is put to a gap anew; whether it was so."""
        disputed = (
            update(questions)
            .where(
                questions.c.uid == plain(uid),
                questions.c.open.is_(false()),
                questions.c.superseded.is_(false()),
            )
            .values(open=True, opened=in_utc(now), closed=null(), rating=-1, gap=null(), act=null())
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

    async def _count(self, query: Select[Any]) -> int:
        some = query.with_only_columns(literal(1)).order_by(None).limit(COUNTED + 1)
        return int((await self.database.rows(_counting(some)))[0][0])


def _counting(some: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(some.subquery())


_LOOKED_AT = 20_000
_WORDS = table("question_words", column("rowid"))


def _where(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    """The conditions apart from the words."""
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
    return tuple(where)


def _older(before: Cursor, *, worded: bool) -> ColumnElement[bool]:
    if worded:
        there = select(indexed.c.id).where(indexed.c.question == plain(before.uid))
        return _WORDS.c.rowid < there.scalar_subquery()
    at = in_utc(before.received)
    same = and_(questions.c.received == at, questions.c.uid < plain(before.uid))
    return or_(questions.c.received < at, same)


def _worded(words: str) -> Select[Any]:
    """The questions with these words, read from the index: it ends as soon as enough are found."""
    found = _WORDS.join(indexed, indexed.c.id == _WORDS.c.rowid)
    found = found.join(questions, questions.c.uid == indexed.c.question)
    matching = literal_column("question_words").op("MATCH")(words)
    return logged(found).where(matching)


def _hit(row: Row[Any]) -> Hit:
    return Hit(question_of(row), row.gap)
