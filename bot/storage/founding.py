"""The words by which gaps go: they are taken from questions, and go when those go.

What stays out: comparing by them (`bot.storage.likeness`).
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.gap import Step, Verb
from bot.storage.grouping import telling
from bot.storage.moment import in_utc
from bot.storage.tables import acts, drafts, gaps, questions

_CHUNK = 100

_TAKEN_BACK = or_(
    acts.c.step == Step.UNDONE.value,
    and_(acts.c.kind == Verb.UNDO.value, acts.c.step == Step.DONE.value),
)


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words of some questions may stand besides: in ``gaps``, and as ``keys``."""

    gaps: Collection[int]
    keys: Collection[str]


async def words_of(connection: AsyncConnection, which: ColumnElement[bool]) -> Words:
    """What to `let_go` of once the texts of some questions are gone; to be called before.

    A gap can go by the words of a question that was merged or split away from it since.
    """
    rows = (await connection.execute(select(questions.c.gap, questions.c.text).where(which))).all()
    ids = {row.gap for row in rows if row.gap is not None}
    keys = sorted({telling(row.text) for row in rows if row.text} - {""})
    for some in _chunks(keys):
        founded = select(gaps.c.id).where(gaps.c.key.in_(some))
        ids |= set((await connection.execute(founded)).scalars())
    return Words(sorted(ids), keys)


async def let_go(connection: AsyncConnection, words: Words, now: dt.datetime | None = None) -> None:
    """Forget words whose questions have no text any more.

    Gaps go by another question from now on. What moderators began loses these ways of asking, and
    so does what they took back. *now* says that what is shown of the gaps has to change as well.
    """
    await rekey(connection, words.gaps, now)
    for some in _chunks(words.keys):
        kept = func.json_extract(acts.c.details, "$.key").in_(some)
        without = func.json_set(acts.c.details, "$.key", "")
        await connection.execute(update(acts).where(kept).values(details=without))
    for ids in _chunks(words.gaps):
        without = func.json_remove(acts.c.details, "$.lesson.questions")
        of_these = and_(acts.c.gap.in_(ids), _TAKEN_BACK)
        await connection.execute(update(acts).where(of_these).values(details=without))
        await _strip_drafts(connection, ids, set(words.keys))


async def _strip_drafts(connection: AsyncConnection, ids: Iterable[int], keys: set[str]) -> None:
    begun = select(drafts).where(func.json_extract(drafts.c.value, "$.gap").in_(ids))
    for row in (await connection.execute(begun)).all():
        draft: dict[str, Any] = json.loads(row.value)
        asked: dict[str, list[str]] = draft.get("questions") or {}
        left = {
            code: [text for text in texts if telling(text) not in keys]
            for code, texts in asked.items()
        }
        if left != asked:
            value = json.dumps({**draft, "questions": left})
            changing = update(drafts).where(drafts.c.name == row.name)
            await connection.execute(changing.values(value=value))


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


def _chunks(every: Collection[Any]) -> Iterable[list[Any]]:
    listed = list(every)
    return (listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK))
