"""The outbox: what is to be told, step by step, so that a crash may repeat a notice, never lose it.

State table; `Outbox` takes the steps, `bot.storage.waiting` puts notices in and takes them back:

    waiting ── take ──> sending ── sent ────> sent      its waits end
       ^                   │ ├──── failed ──> failed    its waits go on, and end by themselves
       │                   │ └──── dropped ─> dropped   nobody is there: all of the chat's go
       └── later, resume ──┘
    waiting ── withdrawn, stopped, forgotten ──> dropped

What stays out: wording, and the pace at which they are sent.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, func, null, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.notice import Notice
from bot.storage.codec import plain, read_debt
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import notices, waits

WAITING, SENDING, SENT, FAILED, DROPPED = "waiting", "sending", "sent", "failed", "dropped"

LONGEST = dt.timedelta(days=7)
"""A notice that the messenger has not taken for so long is given up, and its address dropped."""

_LONGEST_REASON = 200

ADD = insert(notices).on_conflict_do_nothing(index_elements=["uid"])


class Outbox:
    """The steps of notices that are due. One process at a time sends: ``faqbot run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def resume(self, channel: str) -> int:
        """At the start: what was being sent when the last process ended is to be sent again.

        Returns:
            How many there are; each of them may have gone out already.
        """
        again = (
            update(notices)
            .where(notices.c.channel == channel, notices.c.state == SENDING)
            .values(state=WAITING)
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(again)).rowcount

    async def due(
        self, channel: str, account: str | None, now: dt.datetime, most: int = 50
    ) -> list[Notice]:
        """What may be told at *now*, what was due first coming first.

        Another account's chats cannot be reached from *account*; None is for all of them.
        """
        query = (
            select(notices.c.uid, notices.c.kind, notices.c.attempts, notices.c.owed)
            .where(
                notices.c.channel == channel,
                notices.c.state == WAITING,
                notices.c.due <= in_utc(now),
            )
            .order_by(notices.c.due, notices.c.uid)
            .limit(most)
        )
        if account is not None:
            query = query.where(func.json_extract(notices.c.owed, "$.to.account") == account)
        return [_notice(row) for row in await self._database.rows(query)]

    async def take(self, uid: str) -> Notice | None:
        """Begin to send a notice; None if it is not waiting any more (withdrawn, stopped, sent)."""
        taking = (
            update(notices)
            .where(notices.c.uid == uid, notices.c.state == WAITING)
            .values(state=SENDING, attempts=notices.c.attempts + 1)
            .returning(notices.c.uid, notices.c.kind, notices.c.attempts, notices.c.owed)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(taking)).first()
        return _notice(row) if row is not None else None

    async def later(self, uid: str, due: dt.datetime) -> None:
        """The messenger does not take it now: it waits until *due*."""
        waiting = (
            update(notices)
            .where(notices.c.uid == uid, notices.c.state == SENDING)
            .values(state=WAITING, due=in_utc(due))
        )
        async with self._database.transaction() as connection:
            await connection.execute(waiting)

    async def sent(self, uid: str, now: dt.datetime, sent_id: str = "") -> None:
        """It went out: its address and its text go, and so do the waits that it ends.

        What can be rated by a reaction to it is known by *sent_id* from now on.
        """
        async with self._database.transaction() as connection:
            owed = await connection.scalar(select(notices.c.owed).where(notices.c.uid == uid))
            if sent_id and owed and (rates := read_debt(owed).reply.rates):
                known = {"sent_id": plain(sent_id), "rates": rates}
                await connection.execute(
                    update(notices).where(notices.c.uid == uid).values(**known)
                )
            await connection.execute(_END, _ended(uid, SENT, now))
            await connection.execute(delete(waits).where(waits.c.notice == uid))

    async def failed(self, uid: str, reason: str, now: dt.datetime) -> None:
        """It never will go out, though somebody is there: who waits goes on waiting."""
        async with self._database.transaction() as connection:
            await connection.execute(_END, _ended(uid, FAILED, now, reason))
            await connection.execute(_RELEASE, {"_notice": uid})

    async def dropped(self, uid: str, reason: str, now: dt.datetime) -> None:
        """Nobody is reached there any more: all that waits for that chat goes with it."""
        async with self._database.transaction() as connection:
            chat = await connection.scalar(select(notices.c.chat).where(notices.c.uid == uid))
            await connection.execute(_END, _ended(uid, DROPPED, now, reason))
            await connection.execute(delete(waits).where(waits.c.notice == uid))
            if chat is not None:
                await drop(connection, notices.c.chat == chat, reason, now)
                await connection.execute(delete(waits).where(waits.c.chat == chat))


async def drop(connection: AsyncConnection, which: Any, reason: str, now: dt.datetime) -> int:
    """Take back the notices of *which* that have not gone out; returns how many.

    The waits that they would have ended go on. One that is being sent now may still arrive.
    """
    dropping = (
        update(notices)
        .where(which, notices.c.state.in_((WAITING, SENDING)))
        .values(state=DROPPED, reason=reason, done=in_utc(now), owed=null())
        .returning(notices.c.uid)
    )
    uids = (await connection.execute(dropping)).scalars().all()
    if uids:
        await connection.execute(_RELEASE, [{"_notice": uid} for uid in uids])
    return len(uids)


async def tidy(connection: AsyncConnection, now: dt.datetime) -> int:
    """Give up what the messenger has not taken for too long; who waits goes on waiting."""
    old = (
        notices.c.state.in_((WAITING, SENDING)),
        notices.c.since < in_utc(now) - LONGEST,
        notices.c.due < in_utc(now),
    )
    uids = (await connection.execute(select(notices.c.uid).where(*old))).scalars().all()
    for uid in uids:
        await connection.execute(_END, _ended(uid, FAILED, now, "expired"))
        await connection.execute(_RELEASE, {"_notice": uid})
    return len(uids)


async def purge(connection: AsyncConnection, before: dt.datetime) -> int:
    """Delete what was put there before a moment, whatever became of it."""
    await drop(connection, notices.c.since < before, "expired", before)
    return (await connection.execute(delete(notices).where(notices.c.since < before))).rowcount


async def forget(connection: AsyncConnection, person: str, now: dt.datetime) -> int:
    """Cut a person off from their notices; that there were some stays."""
    await drop(connection, notices.c.person == person, "forgotten", now)
    cut = (
        update(notices)
        .where(notices.c.person == person)
        .values(person=null(), chat=null(), question=null())
    )
    return (await connection.execute(cut)).rowcount


def _notice(row: Any) -> Notice:
    debt = read_debt(row.owed)
    return Notice(row.uid, row.kind, debt.to, debt.reply, row.attempts)


def _ended(uid: str, state: str, now: dt.datetime, reason: str = "") -> Mapping[str, Any]:
    short = plain(reason)[:_LONGEST_REASON]
    return {"_uid": uid, "_state": state, "_reason": short, "_done": in_utc(now)}


_END = (
    update(notices)
    .where(notices.c.uid == bindparam("_uid"), notices.c.state.in_((WAITING, SENDING)))
    .values(
        state=bindparam("_state"),
        reason=bindparam("_reason"),
        done=bindparam("_done", type_=notices.c.done.type),
        owed=null(),
    )
)
_RELEASE = update(waits).where(waits.c.notice == bindparam("_notice")).values(notice=null())
