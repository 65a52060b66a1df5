"""What the moderators' group shows and remembers: cards, drafts, and facts about the group."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import acts, cards, drafts, facts, gaps, questions, waits

_MOST_TOUCHED = 200


class Cards:
    """In the log of a `bot.storage.store.SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shown(self, gap: int) -> tuple[str, str, str] | None:
        """Of a gap's card: the chat, the message, and a hash of what it shows; None if none is."""
        query = select(cards.c.chat, cards.c.message, cards.c.shown).where(cards.c.gap == gap)
        found = await self._database.rows(query)
        return (found[0].chat, found[0].message, found[0].shown) if found else None

    async def gap_at(self, chat: str, message: str) -> int | None:
        """The gap of which a message is the card, or None."""
        query = select(cards.c.gap).where(cards.c.chat == chat, cards.c.message == message)
        found = await self._database.rows(query)
        return found[0].gap if found else None

    async def put(self, gap: int, where: tuple[str, str, str], now: dt.datetime) -> None:
        """Remember where a card is and what it shows, as `shown` gives it back."""
        row = dict(zip(("chat", "message", "shown"), where, strict=True))
        adding = insert(cards).values(gap=gap, **row, at=in_utc(now))
        # When it was put there first counts: an update does not make it new.
        known = adding.on_conflict_do_update(index_elements=["gap"], set_=row)
        async with self._database.transaction() as connection:
            await connection.execute(known)

    async def put_since(self, moment: dt.datetime) -> int:
        """How many cards are new since a moment."""
        query = select(func.count()).select_from(cards).where(cards.c.at >= in_utc(moment))
        return int((await self._database.rows(query))[0][0])

    async def without(self, ids: Sequence[int]) -> list[int]:
        """Those of *ids* that have no card."""
        query = select(cards.c.gap).where(cards.c.gap.in_(ids))
        there = {row.gap for row in await self._database.rows(query)}
        return [gap for gap in ids if gap not in there]

    async def touched(self, since: dt.datetime) -> list[int]:
        """Gaps with a card that moderators or forgetting changed since a moment, the last first."""
        query = (
            select(cards.c.gap)
            .join(gaps, gaps.c.id == cards.c.gap)
            .where(gaps.c.changed >= in_utc(since))
            .order_by(gaps.c.changed.desc())
            .limit(_MOST_TOUCHED)
        )
        return [row.gap for row in await self._database.rows(query)]

    async def pulse(self) -> tuple[object, ...]:
        """Something that changes whenever a card may have to."""
        query = select(
            select(func.max(acts.c.id)).scalar_subquery(),
            select(func.count()).select_from(waits).scalar_subquery(),
            select(func.max(gaps.c.id)).scalar_subquery(),
            select(func.max(gaps.c.changed)).scalar_subquery(),
            select(func.max(questions.c.received))
            .where(questions.c.gap.is_not(None))
            .scalar_subquery(),
            select(func.count())
            .select_from(questions)
            .where(questions.c.open.is_(True))
            .scalar_subquery(),
        )
        return tuple((await self._database.rows(query))[0])

    async def move(self, old: str, new: str) -> None:
        """The group has another address."""
        async with self._database.transaction() as connection:
            moving = update(cards).where(cards.c.chat == old).values(chat=new)
            await connection.execute(moving)

    async def draft(self, name: str) -> dict[str, Any] | None:
        """What was begun under *name*, or None."""
        query = select(drafts.c.value).where(drafts.c.name == plain(name))
        found = await self._database.rows(query)
        value: dict[str, Any] | None = json.loads(found[0].value) if found else None
        return value

    async def drafts(self) -> dict[str, dict[str, Any]]:
        """All that was begun, oldest first."""
        query = select(drafts.c.name, drafts.c.value).order_by(drafts.c.updated)
        return {row.name: json.loads(row.value) for row in await self._database.rows(query)}

    async def keep_draft(self, name: str, value: Mapping[str, Any], now: dt.datetime) -> None:
        """Remember what was begun."""
        await self._set(drafts, name, json.dumps(value), now)

    async def drop_draft(self, name: str) -> None:
        """Forget what was begun: it is done, or nobody wants it any more."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(drafts).where(drafts.c.name == plain(name)))

    async def drop_drafts(self, before: dt.datetime) -> None:
        """Forget what nobody went on with since a moment."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(drafts).where(drafts.c.updated < in_utc(before)))

    async def fact(self, name: str) -> str:
        """What is known under *name*; empty if nothing is."""
        query = select(facts.c.value).where(facts.c.name == plain(name))
        found = await self._database.rows(query)
        return str(found[0].value) if found else ""

    async def keep_fact(self, name: str, value: str, now: dt.datetime) -> None:
        """Remember something; an empty value forgets it."""
        if value:
            await self._set(facts, name, value, now)
            return
        async with self._database.transaction() as connection:
            await connection.execute(delete(facts).where(facts.c.name == plain(name)))

    async def _set(self, table: Any, name: str, value: str, now: dt.datetime) -> None:
        row = {"value": plain(value), "updated": in_utc(now)}
        adding = insert(table).values(name=plain(name), **row)
        async with self._database.transaction() as connection:
            await connection.execute(
                adding.on_conflict_do_update(index_elements=["name"], set_=row)
            )
