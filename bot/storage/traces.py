"""Messages by the messenger's own ids: what a reaction, an edit or a deletion is about."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import and_, case, delete, false, or_, select, true, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.message import Message, Sender
from bot.ports import State
from bot.storage import outbox
from bot.storage.codec import plain, read_memory, write_memory
from bot.storage.database import Database
from bot.storage.founding import let_go, words_of
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import chats, inbox, messages, notices, questions, waits

_UNHANDLED = dt.timedelta(hours=24)


class Traces:
    """Finds its way from a messenger's ids to the log."""

    def __init__(self, database: Database, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._pseudonyms = pseudonyms

    async def origin(self, sender: Sender, key: str) -> str:
        """The ``message_id`` under which the update *key* was kept; empty if it was not."""
        uid = self._pseudonyms.update(Message(key, sender, "", dt.datetime.now(dt.UTC)))
        query = select(messages.c.message_id).where(messages.c.uid == uid)
        rows = await self._database.rows(query)
        return str(rows[0].message_id) if rows else ""

    async def rated(self, sender: Sender, sent_id: str) -> tuple[str, int]:
        """What our message *sent_id* answers, as a button carries it, and how it is rated now.

        Returns:
            Nothing and 0 if it answers no question that can be rated, or was sent elsewhere.
        """
        if not sent_id:
            return "", 0
        here = self._pseudonyms.chat(sender)
        # A reply, or a notice that brought the answer later.
        found = union_all(
            *(
                select(table.c.rates).where(
                    table.c.chat == here, table.c.sent_id == plain(sent_id), table.c.rates != ""
                )
                for table in (messages, notices)
            )
        )
        rows = await self._database.rows(found)
        if not rows:
            return "", 0
        uids = str(rows[0].rates)
        first = select(questions.c.rating).where(
            questions.c.uid == uids.partition(",")[0], questions.c.chat == here
        )
        rating = await self._database.rows(first)
        return (uids, int(rating[0].rating)) if rating else ("", 0)

    async def erase(self, sender: Sender, message_id: str, now: dt.datetime) -> int:
        """Delete what a message said in all its edits, and what is owed for it; counts stay.

        A question whose topic is known stays open without its text: the posting still lacks the
        answer. Who waits for it waits no longer. Returns the messages touched.
        """
        here, person = self._pseudonyms.chat(sender), self._pseudonyms.person(sender)
        async with self._database.transaction() as connection:
            found = select(messages.c.uid).where(
                messages.c.chat == here,
                messages.c.person == person,
                messages.c.message_id == plain(message_id),
            )
            uids = (await connection.execute(found)).scalars().all()
            if not uids:
                return 0
            words = await words_of(connection, questions.c.message.in_(uids))
            await _blank(connection, uids)
            asked = select(questions.c.uid).where(questions.c.message.in_(uids))
            theirs = waits.c.question.in_(asked)
            tied = select(waits.c.notice).where(theirs, waits.c.notice.is_not(None))
            about = or_(notices.c.question.in_(asked), notices.c.uid.in_(tied))
            await outbox.drop(connection, about, "deleted", now)
            await connection.execute(delete(waits).where(theirs))
            await let_go(connection, words, now)
            await _forget_waiting(connection, here)
            return len(uids)


async def _blank(connection: AsyncConnection, uids: Sequence[str]) -> None:
    await connection.execute(
        update(questions)
        .where(questions.c.message.in_(uids))
        .values(
            text="",
            ranking="[]",
            options="[]",
            open=and_(questions.c.open.is_(true()), questions.c.topic.is_not(None)),
        )
    )
    await connection.execute(
        update(messages)
        .where(messages.c.uid.in_(uids))
        .values(
            owed=None,
            fingerprint=None,
            state=case(
                (messages.c.state == State.OWED.value, State.FAILED.value),
                else_=messages.c.state,
            ),
        )
    )


async def _forget_waiting(connection: AsyncConnection, here: str) -> None:
    """What waits for the choice of a posting may be what was deleted."""
    memory = await connection.scalar(select(chats.c.memory).where(chats.c.chat == here))
    if not memory:
        return
    chat = read_memory(memory)
    if chat.waiting:
        kept = write_memory(replace(chat, waiting=""))
        await connection.execute(update(chats).where(chats.c.chat == here).values(memory=kept))


async def tidy(connection: AsyncConnection, now: dt.datetime) -> int:
    """Delete what was set to disappear and is answered, and what came in for nobody.

    What came in a day ago and is still not handled is of an account that is not served.
    """
    fleeting = select(messages.c.uid).where(messages.c.fleeting.is_(true()))
    answered = and_(
        questions.c.message.in_(fleeting),
        questions.c.open.is_(false()),
        questions.c.text != "",
        # An offer of choices that nobody touched may still have to be asked of a person.
        ~and_(questions.c.decision == "clarify", questions.c.closed.is_(None)),
    )
    words = await words_of(connection, answered)
    gone = await connection.execute(update(questions).where(answered).values(text="", ranking="[]"))
    await let_go(connection, words, now)
    stale = await connection.execute(delete(inbox).where(inbox.c.received < now - _UNHANDLED))
    return gone.rowcount + stale.rowcount
