"""Small changes to questions and gaps that several acts have in common, within a transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.moment import in_utc
from bot.storage.tables import gaps, questions

_CHUNK = 500


async def restore(connection: AsyncConnection, details: Mapping[str, Any]) -> None:
    """Give questions back the topics and entries that they had before an act."""
    for name, uids in details.get("before", {}).items():
        topic, _, entry = name.partition("\x1f")
        for some in chunks(uids):
            putting = update(questions).where(questions.c.uid.in_(some))
            await connection.execute(putting.values(topic=topic or None, entry=entry or None))


async def open_again(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Open questions again, as if no act had closed them."""
    await connection.execute(
        update(questions).where(which).values(open=True, closed=null(), act=null())
    )


async def touch(connection: AsyncConnection, ids: Sequence[int], at: dt.datetime) -> None:
    """Note that moderators did something to these gaps."""
    values = {"version": gaps.c.version + 1, "changed": in_utc(at)}
    await connection.execute(update(gaps).where(gaps.c.id.in_(ids)).values(values))


def still_there() -> ColumnElement[bool]:
    """Not superseded by an edit, and with something left to answer."""
    something = or_(questions.c.text != "", questions.c.topic.is_not(None))
    return and_(questions.c.superseded.is_(false()), something)


async def uids_where(connection: AsyncConnection, which: ColumnElement[bool]) -> list[str]:
    """The names of some questions."""
    return list((await connection.execute(select(questions.c.uid).where(which))).scalars())


def chunks(uids: Sequence[str]) -> list[Sequence[str]]:
    """*uids* in portions that one statement takes."""
    return [uids[start : start + _CHUNK] for start in range(0, len(uids), _CHUNK)]
