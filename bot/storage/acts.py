"""What moderators did: the audit, and how far each act is carried out.

Lines are only added; all that changes in one is its step. What stays out: what an act does to gaps
and questions (`bot.storage.rulings`).
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, false, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.gap import Act, Learn, Recorded, Step, Verb
from bot.core.message import Reply
from bot.core.notice import Waiter
from bot.storage import outbox, waiting
from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import acts, notices, questions, waits

_OVER = (Step.DONE.value, Step.UNDONE.value)
_LONGEST_NAME = 200


class Acts:
    """The audit in the log of a `bot.storage.store.SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recorded(self, act: int) -> Recorded | None:
        """An act with its details, or None."""
        return _first(await self._database.rows(_acts().where(acts.c.id == act)))

    async def by_key(self, key: str) -> Recorded | None:
        """The act that a request led to before, or None."""
        if not key:
            return None
        return _first(await self._database.rows(_acts().where(acts.c.key == key)))

    async def page(self, start: int, count: int) -> tuple[Act, ...]:
        """The audit, newest first."""
        query = _acts().order_by(acts.c.id.desc()).offset(start).limit(count)
        return tuple(_act(row) for row in await self._database.rows(query))

    async def last(self, gap: int) -> Act | None:
        """What was done last to a gap."""
        query = _acts().where(acts.c.gap == gap).order_by(acts.c.id.desc()).limit(1)
        found = _first(await self._database.rows(query))
        return found.act if found else None

    async def unfinished(self) -> list[Recorded]:
        """The acts of which a step is left, oldest first."""
        query = _acts().where(acts.c.step.not_in(_OVER)).order_by(acts.c.id)
        return [
            Recorded(_act(row), json.loads(row.details)) for row in await self._database.rows(query)
        ]

    async def advance(self, act: int, before: Step, after: Step) -> bool:
        """Note that a step was taken; False if the act is not at *before* any more."""
        async with self._database.transaction() as connection:
            return await advance(connection, act, before, after)

    async def tell(
        self, act: int, say: Callable[[Sequence[Waiter]], Reply], due: dt.datetime, now: dt.datetime
    ) -> int | None:
        """The last step: put notices for all who wait for what the act closed, once.

        Returns:
            How many will be told; None if the act is not waiting for this step any more.
        """
        async with self._database.transaction() as connection:
            if not await advance(connection, act, Step.REFRESHED, Step.DONE):
                return None
            return await _put(connection, act, say, due, now)

    async def told(self, act: int) -> int:
        """How many notices the act led to that were not taken back."""
        query = (
            select(func.count())
            .select_from(notices)
            .where(notices.c.act == act, notices.c.state != outbox.DROPPED)
        )
        return int((await self._database.rows(query))[0][0])

    async def late(self) -> list[Recorded]:
        """Finished acts that closed a question for which somebody began to wait only afterwards."""
        answering = (Verb.ANSWER.value, Verb.ASSIGN.value, Verb.CLOSE.value)
        given_up = select(notices.c.uid).where(
            notices.c.act == questions.c.act,
            notices.c.chat == waits.c.chat,
            notices.c.state.in_((outbox.FAILED, outbox.DROPPED)),
        )
        query = (
            select(questions.c.act)
            .join(waits, waits.c.question == questions.c.uid)
            .where(
                waits.c.notice.is_(None),
                questions.c.act.is_not(None),
                questions.c.open.is_(false()),
                ~given_up.exists(),
            )
            .distinct()
        )
        ids = [row.act for row in await self._database.rows(query)]
        if not ids:
            return []
        found = _acts().where(
            acts.c.id.in_(ids), acts.c.kind.in_(answering), acts.c.step == Step.DONE.value
        )
        return [
            Recorded(_act(row), json.loads(row.details)) for row in await self._database.rows(found)
        ]

    async def tell_late(
        self, act: int, say: Callable[[Sequence[Waiter]], Reply], now: dt.datetime
    ) -> int:
        """Tell who began to wait for what *act* had closed already."""
        async with self._database.transaction() as connection:
            step = await connection.scalar(select(acts.c.step).where(acts.c.id == act))
            return await _put(connection, act, say, now, now) if step == Step.DONE.value else 0


async def acts_of(database: Database, gap: int) -> tuple[Act, ...]:
    """The audit of one gap, oldest first."""
    query = _acts().where(acts.c.gap == gap).order_by(acts.c.id)
    return tuple(_act(row) for row in await database.rows(query))


async def advance(connection: AsyncConnection, act: int, before: Step, after: Step) -> bool:
    """See `Acts.advance`, within the caller's transaction."""
    moving = (
        update(acts).where(acts.c.id == act, acts.c.step == before.value).values(step=after.value)
    )
    return (await connection.execute(moving)).rowcount == 1


async def read(connection: AsyncConnection, act: int) -> Recorded | None:
    """See `Acts.recorded`, within the caller's transaction."""
    return _first((await connection.execute(_acts().where(acts.c.id == act))).all())


async def read_by_key(connection: AsyncConnection, key: str) -> Recorded | None:
    """See `Acts.by_key`, within the caller's transaction."""
    if not key:
        return None
    return _first((await connection.execute(_acts().where(acts.c.key == key))).all())


async def last_of(connection: AsyncConnection, gap: int) -> Act | None:
    """See `Acts.last`, within the caller's transaction."""
    query = _acts().where(acts.c.gap == gap).order_by(acts.c.id.desc()).limit(1)
    found = _first((await connection.execute(query)).all())
    return found.act if found else None


async def add(
    connection: AsyncConnection, row: Mapping[str, Any], details: Mapping[str, Any]
) -> int:
    """Write a line of the audit; returns its number."""
    values = {
        **row,
        "moderator": plain(row["moderator"])[:_LONGEST_NAME],
        "details": json.dumps(details, ensure_ascii=False),
    }
    added = await connection.execute(insert(acts).values(values).returning(acts.c.id))
    number: int = added.scalar_one()
    return number


async def forget_details(connection: AsyncConnection, before: dt.datetime) -> int:
    """Of acts that are older, keep who did what when: the texts in them go."""
    old = and_(acts.c.at < in_utc(before), acts.c.details != "{}", acts.c.step.in_(_OVER))
    return (await connection.execute(update(acts).where(old).values(details="{}"))).rowcount


async def _put(
    connection: AsyncConnection,
    act: int,
    say: Callable[[Sequence[Waiter]], Reply],
    due: dt.datetime,
    now: dt.datetime,
) -> int:
    closed = (
        await connection.execute(select(questions.c.uid).where(questions.c.act == act))
    ).scalars()
    uids = list(closed)
    learned = await connection.scalar(select(acts.c.details).where(acts.c.id == act))
    once = json.loads(learned or "{}").get("learn") == Learn.ONCE.value
    kind = "once" if once else "answer"
    return await waiting.put(connection, act, uids, say, due=due, now=now, kind=kind)


def _acts() -> Select[Any]:
    undoing = acts.alias()
    undone = (
        select(func.max(undoing.c.id))
        .where(undoing.c.undoes == acts.c.id)
        .correlate(acts)
        .scalar_subquery()
    )
    return select(acts, undone.label("undone"))


def _first(rows: Sequence[Any]) -> Recorded | None:
    return Recorded(_act(rows[0]), json.loads(rows[0].details)) if rows else None


def _act(row: Any) -> Act:
    details = json.loads(row.details)
    learn = details.get("learn")
    return Act(
        id=row.id,
        gap=row.gap,
        verb=Verb(row.kind),
        moderator=row.moderator,
        at=row.at,
        step=Step(row.step),
        entry=details.get("entry", ""),
        texts=details.get("texts", {}),
        learn=Learn(learn) if learn else None,
        questions=details.get("count", 0),
        undoes=row.undoes,
        undone=row.undone,
    )
