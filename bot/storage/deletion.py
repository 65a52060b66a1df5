"""Deleting: what somebody wants forgotten, and what has been kept for long enough.

What stays out: when that is due (`bot.storage.retention`), and what is kept in the first place.
"""

import datetime as dt

from sqlalchemy import and_, case, delete, false, null, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.message import Sender
from bot.ports import State
from bot.storage import acts, founding, outbox, traces, waiting
from bot.storage.database import PATIENCE, Database
from bot.storage.moment import in_utc
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import aside, cards, chats, drafts, messages, questions
from bot.storage.wordindex import merge

_CHUNK = 500
_WAIT_SHORTLY = text("PRAGMA busy_timeout=300")
_CHECKPOINT = text("PRAGMA wal_checkpoint(TRUNCATE)")
_WAIT_AGAIN = text(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


async def forget(database: Database, pseudonyms: Pseudonyms, sender: Sender) -> int:
    """See `bot.ports.Store.forget`.

    What stays of a question is when it was asked, for which posting, in which language, and
    what was decided. It stays open if its topic is known: the posting still lacks the answer.
    """
    person = pseudonyms.person(sender)
    async with database.transaction() as connection:
        words = await founding.words_of(connection, questions.c.person == person)
        found = await connection.execute(
            update(questions)
            .where(questions.c.person == person)
            .values(
                person=None,
                chat=None,
                text="",
                ranking="[]",
                options="[]",
                open=and_(questions.c.open.is_(true()), questions.c.topic.is_not(None)),
            )
        )
        rows = found.rowcount
        found = await connection.execute(
            update(messages)
            .where(messages.c.person == person)
            .values(
                person=None,
                chat=None,
                message_id="",
                sent_id="",
                reason="",
                owed=None,
                fingerprint=None,
                rates="",
                state=case(
                    (messages.c.state == State.OWED.value, State.FAILED.value),
                    else_=messages.c.state,
                ),
            )
        )
        rows += found.rowcount
        here = pseudonyms.chat(sender)
        found = await connection.execute(delete(chats).where(chats.c.chat == here))
        rows += found.rowcount
        now = dt.datetime.now(dt.UTC)
        rows += await waiting.forget(connection, person, now)
        await founding.let_go(connection, words, now)
    await _wipe(database)
    return rows


async def purge(database: Database, before: dt.datetime) -> int:
    """See `bot.ports.Store.purge`. Written in portions, so that nobody waits for long."""
    limit = in_utc(before)
    total = 0
    while True:
        async with database.transaction() as connection:
            rows, more = await _purge_some(connection, limit)
        total += rows
        if not more:
            break
    await _purge_matters(database, limit)
    await _wipe(database)
    return total


async def _purge_matters(database: Database, before: dt.datetime) -> None:
    """Let go of words in gaps and acts that were taken from what was deleted."""
    gap: int | None = 0
    while gap is not None:
        async with database.transaction() as connection:
            gap = await founding.rekey_some(connection, before, gap)
    async with database.transaction() as connection:
        await acts.forget_details(connection, before)
        await connection.execute(delete(cards).where(cards.c.at < before))
        await connection.execute(delete(drafts).where(drafts.c.updated < before))


async def tidy(database: Database, now: dt.datetime) -> int:
    """What is due a day after a message came. Returns the rows touched.

    A reply that is still owed is given up, and its address dropped; an offer of choices that
    nobody touched becomes an open question; of an update that could not be read, only that it
    came is kept. What was set to disappear goes as soon as it is answered.
    """
    now = in_utc(now)
    limit = now - dt.timedelta(hours=24)
    async with database.transaction() as connection:
        found = await connection.execute(
            update(messages)
            .where(messages.c.owed.is_not(None), messages.c.received < limit)
            .values(state=State.FAILED.value, reason="expired", owed=null())
        )
        rows = found.rowcount
        found = await connection.execute(
            update(questions)
            .where(
                questions.c.decision == "clarify",
                questions.c.open.is_(false()),
                questions.c.closed.is_(None),
                questions.c.superseded.is_(false()),
                questions.c.person.is_not(None),
                questions.c.received < limit,
            )
            .values(open=True, opened=now)
        )
        rows += found.rowcount
        found = await connection.execute(
            update(aside)
            .where(aside.c.raw.is_not(None), aside.c.received < limit)
            .values(raw=null())
        )
        rows += found.rowcount + await outbox.tidy(connection, now)
        rows += await traces.tidy(connection, now)
        begun = await connection.execute(delete(drafts).where(drafts.c.updated < limit))
        rows += begun.rowcount
    await _wipe(database)
    return rows


async def _wipe(database: Database) -> None:
    """Empty the WAL into the file, where secure_delete has blanked what was deleted.

    Without effect while another process reads for longer; the next time will do. It waits only
    shortly, because nobody can write while it does.
    """
    async with database.transaction() as connection:
        await merge(connection)
    with database.explaining():
        async with database.reading.connect() as connection:
            await connection.execute(_WAIT_SHORTLY)
            await connection.execute(_CHECKPOINT)
            await connection.execute(_WAIT_AGAIN)


async def _purge_some(connection: AsyncConnection, before: dt.datetime) -> tuple[int, bool]:
    """Delete a portion; whether there may be more."""
    old = select(messages.c.uid).where(messages.c.received < before).limit(_CHUNK)
    uids = (await connection.execute(old)).scalars().all()
    rows = 0
    if uids:
        asked = select(questions.c.uid).where(questions.c.message.in_(uids))
        rows += await waiting.purge(connection, (await connection.execute(asked)).scalars().all())
        found = await connection.execute(delete(questions).where(questions.c.message.in_(uids)))
        rows += found.rowcount
        found = await connection.execute(delete(messages).where(messages.c.uid.in_(uids)))
        rows += found.rowcount
    if len(uids) == _CHUNK:
        return rows, True
    found = await connection.execute(delete(chats).where(chats.c.updated < before))
    rows += found.rowcount
    found = await connection.execute(delete(aside).where(aside.c.received < before))
    rows += found.rowcount + await outbox.purge(connection, before)
    return rows, False
