"""The words by which gaps go: they are taken from questions, and go when those go.

What stays out: comparing by them (`bot.storage.likeness`).
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.grouping import telling
from bot.storage.moment import in_utc
from bot.storage.tables import gaps, questions

_CHUNK = 100


async def gaps_of(connection: AsyncConnection, person: str) -> list[int]:
    """The gaps to which somebody's questions were put."""
    query = select(questions.c.gap).where(
        questions.c.person == person, questions.c.gap.is_not(None)
    )
    return list((await connection.execute(query.distinct())).scalars())


async def rekey(
    connection: AsyncConnection, ids: Iterable[int], now: dt.datetime | None = None
) -> None:
    """Have gaps go by the oldest question that is still there, since texts went.

    A gap without any text left resembles nothing any more. *now* says that what is shown of these
    gaps has to change as well.
    """
    for gap in ids:
        oldest = (
            select(questions.c.text)
            .where(questions.c.gap == gap, questions.c.text != "")
            .order_by(questions.c.received, questions.c.uid)
            .limit(1)
        )
        text = await connection.scalar(oldest)
        key = telling(text) if text else ""
        await connection.execute(
            update(gaps).where(gaps.c.id == gap, gaps.c.key != "").values(key=key)
        )
        if now is not None:
            shown = update(gaps).where(gaps.c.id == gap).values(changed=in_utc(now))
            await connection.execute(shown)


async def rekey_some(connection: AsyncConnection, before: dt.datetime, after: int) -> int | None:
    """`rekey` some gaps made before a moment, from the number *after* on.

    Returns:
        Where to go on; None if those were the last.
    """
    query = (
        select(gaps.c.id)
        .where(gaps.c.key != "", gaps.c.created < in_utc(before), gaps.c.id > after)
        .order_by(gaps.c.id)
        .limit(_CHUNK)
    )
    ids = list((await connection.execute(query)).scalars())
    await rekey(connection, ids)
    return ids[-1] if ids else None
