"""Who waits for an answer: put down, told, and taken off the list again.

For whoever writes an answer there are functions that work within the caller's transaction, so that
an answer and what is to be told of it are written whole or not at all:

    async with store.database.transaction() as connection:
        ...                                                # the act, and its number
        told = await put(connection, act, uids, say, due=now + minute, now=now)
    ...
    async with store.database.transaction() as connection: # an undo
        back = await withdraw(connection, act, now=now)    # back.told: too late for so many

What stays out: sending (`bot.storage.outbox`), and wording, which `say` does.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, literal, select, true, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.message import Incoming, Reply, Sender
from bot.core.notice import Added, Waiter
from bot.ports import Debt
from bot.storage import outbox
from bot.storage.codec import plain, read_address, write_address, write_debt
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import messages, notices, questions, waits

_CHUNK = 500
_LETTERS = 32
_AGAIN = dt.timedelta(days=1)

Say = Callable[[Sequence[Waiter]], Reply]
"""Words a notice for one chat: those who wait there, oldest question first; one at least."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of an act's notices: taken back in time, or told already (or just now)."""

    taken_back: int
    told: int


class Waiting:
    """The list of those who wait; the only place where an address is kept for long."""

    def __init__(self, database: Database, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._pseudonyms = pseudonyms

    async def add(
        self, uid: str, sender: Sender, language: str, now: dt.datetime, until: dt.datetime
    ) -> Added:
        """Have *sender* told about the question *uid*, which must have been asked in this chat.

        Asking again changes nothing: the first wish counts, with its end.
        """
        chat = self._pseudonyms.chat(sender)
        values: dict[str, Any] = {
            "question": questions.c.uid,
            "chat": questions.c.chat,
            # In a group, whoever taps is the one who is told, and who can stop it.
            "person": literal(self._pseudonyms.person(sender)),
            "channel": literal(sender.channel),
            "posting": questions.c.posting,
            "language": literal(language),
            "address": literal(write_address(sender)),
            "since": literal(in_utc(now), waits.c.since.type),
            "until": literal(in_utc(until), waits.c.until.type),
        }
        asked = and_(questions.c.uid == plain(uid), questions.c.chat == chat)
        adding = (
            insert(waits)
            .from_select(list(values), select(*values.values()).where(asked))
            .on_conflict_do_nothing(index_elements=["question"])
        )
        async with self._database.transaction() as connection:
            if (await connection.execute(adding)).rowcount:
                return Added.NEW
            there = select(waits.c.chat).where(waits.c.question == plain(uid))
            return Added.ALREADY if await connection.scalar(there) == chat else Added.NO

    async def follow(self, edit: Incoming, uids: Sequence[str]) -> None:
        """Who waits for an answer to a message, and edits it, waits for one to what it says now.

        Args:
            edit: the edited message, which was kept.
            uids: what of it was passed on; without any, it was answered, and nobody waits.
        """
        earlier = (
            select(waits.c.question)
            .select_from(waits.join(questions).join(messages))
            .where(
                messages.c.chat == self._pseudonyms.chat(edit.sender),
                messages.c.message_id == plain(edit.message_id),
                messages.c.superseded.is_(true()),
            )
            .order_by(waits.c.since, waits.c.question)
        )
        if not await self._database.rows(earlier):
            return
        async with self._database.transaction() as connection:
            old = (await connection.execute(earlier)).scalars().all()
            for was, now in zip(old, uids, strict=False):
                moving = update(waits).where(waits.c.question == was).values(question=now)
                await connection.execute(moving)
            left = waits.c.question.in_(old[len(uids) :])
            await connection.execute(delete(waits).where(left))

    async def stop(self, sender: Sender, now: dt.datetime) -> int:
        """No more notices for a person: waits and what has not gone out. Returns the waits."""
        person = self._pseudonyms.person(sender)
        async with self._database.transaction() as connection:
            await outbox.drop(connection, notices.c.person == person, "stopped", now)
            gone = await connection.execute(delete(waits).where(waits.c.person == person))
            return gone.rowcount

    async def count(self, uids: Iterable[str]) -> int:
        """How many chats wait for an answer to any of these questions."""
        chats: set[str] = set()
        for some in _chunks(uids):
            query = select(waits.c.chat).where(waits.c.question.in_(some)).distinct()
            chats |= {row.chat for row in await self._database.rows(query)}
        return len(chats)

    async def postings(self) -> list[str]:
        """The postings for which somebody waits, whom nothing is on its way to."""
        query = (
            select(waits.c.posting)
            .where(waits.c.posting.is_not(None), waits.c.notice.is_(None))
            .distinct()
        )
        return [row.posting for row in await self._database.rows(query)]

    async def end(self, now: dt.datetime, say: Say) -> int:
        """Put a notice for each chat of which waits have come to their end; returns how many."""
        ended = waits.c.until <= in_utc(now)
        async with self._database.transaction() as connection:
            return await _put(connection, "expired", None, ended, say, due=now, now=now)

    async def close(self, posting: str, since: dt.datetime, now: dt.datetime, say: Say) -> int:
        """Put a notice for each chat that has waited for *posting* since before *since*.

        Who asked later knew that it was closed, and waits as long as everybody.
        """
        closed = and_(waits.c.posting == posting, waits.c.since < in_utc(since))
        async with self._database.transaction() as connection:
            return await _put(connection, "closed", None, closed, say, due=now, now=now)


async def put(  # noqa: PLR0913 - what a notice consists of
    connection: AsyncConnection,
    act: int,
    uids: Iterable[str],
    say: Say,
    *,
    due: dt.datetime,
    now: dt.datetime,
    kind: str = "answer",
) -> int:
    """Put notices for everybody who waits for one of these questions, one for each chat.

    Doing it again for the same *act* adds nobody twice. Who is being told something else at this
    moment (an earlier act that was not taken back) is left to that. The waits end only when the
    notice went out.

    Args:
        connection: a transaction of `Database.transaction`, which the caller ends.
        act: the number of what the moderator did.
        uids: the questions that it answers.
        say: words the notice, in the language of those who wait.
        due: it is not sent before.
        now: the time.
        kind: ``answer``, or ``once`` for a reply that is not learned.

    Returns:
        How many chats will be told.
    """
    total = 0
    for some in _chunks(uids):
        asked = waits.c.question.in_(some)
        total += await _put(connection, kind, act, asked, say, due=due, now=now)
    return total


async def withdraw(connection: AsyncConnection, act: int, *, now: dt.datetime) -> Withdrawn:
    """Take back the notices of *act* that have not gone out; who waited waits again."""
    of_act = notices.c.act == act
    in_time = and_(of_act, notices.c.state == outbox.WAITING)
    taken_back = await outbox.drop(connection, in_time, "withdrawn", now)
    told = and_(of_act, notices.c.state.in_((outbox.SENDING, outbox.SENT)))
    count = select(func.count()).select_from(notices).where(told)
    return Withdrawn(taken_back, int(await connection.scalar(count) or 0))


async def forget(connection: AsyncConnection, person: str, now: dt.datetime) -> int:
    """Take a person off the list, and cut them off from what they were told."""
    gone = await connection.execute(delete(waits).where(waits.c.person == person))
    return gone.rowcount + await outbox.forget(connection, person, now)


async def purge(connection: AsyncConnection, uids: Sequence[str]) -> int:
    """Take off the list whoever waits for these questions, which are about to be deleted."""
    gone = await connection.execute(delete(waits).where(waits.c.question.in_(uids)))
    return gone.rowcount


async def _put(  # noqa: PLR0913 - what a notice consists of
    connection: AsyncConnection,
    kind: str,
    act: int | None,
    which: Any,
    say: Say,
    *,
    due: dt.datetime,
    now: dt.datetime,
) -> int:
    query = (
        select(waits, questions.c.text)
        .join(questions)
        .where(which, waits.c.notice.is_(None))
        .order_by(waits.c.chat, questions.c.received, waits.c.question)
    )
    by_chat: dict[str, list[Any]] = {}
    for row in await connection.execute(query):
        by_chat.setdefault(row.chat, []).append(row)
    put_there = 0
    for rows in by_chat.values():
        notice = _notice(kind, act, rows, say, due=due, now=now)
        added = (await connection.execute(outbox.ADD, notice)).rowcount
        put_there += added
        await _tie(connection, notice, [row.question for row in rows], new=bool(added))
    return put_there


async def _tie(
    connection: AsyncConnection, notice: Mapping[str, Any], uids: Sequence[str], *, new: bool
) -> None:
    """Have these waits end with the notice, or at once where it went out before.

    One that could not be sent is tried again a day later where no act is behind it: nothing else
    will ever tell these people.
    """
    of_these = waits.c.question.in_(uids)
    this = notices.c.uid == notice["uid"]
    if not new:
        state = await connection.scalar(select(notices.c.state).where(this))
        if state == outbox.SENT:
            await connection.execute(delete(waits).where(of_these))
            return
        if state == outbox.FAILED and notice["act"] is None:
            again = {**notice, "due": notice["due"] + _AGAIN}
            await connection.execute(update(notices).where(this).values(again))
        elif state not in {outbox.WAITING, outbox.SENDING}:
            return
    await connection.execute(update(waits).where(of_these).values(notice=notice["uid"]))


def _notice(  # noqa: PLR0913 - what a notice consists of
    kind: str, act: int | None, rows: Sequence[Any], say: Say, *, due: dt.datetime, now: dt.datetime
) -> dict[str, Any]:
    waiters = [
        Waiter(row.question, row.text, row.posting, row.language, row.since, row.until)
        for row in rows
    ]
    first, last = rows[0], rows[-1]
    # Without an act, the same wait may be wished for and end once more: its beginning tells.
    about = (f"act {act}",) if act is not None else (first.question, first.since.isoformat())
    uid = _uid(kind if act is None else "act", *about, first.chat)
    to = read_address(last.address)
    return {
        "uid": uid,
        "kind": kind,
        "act": act,
        "question": first.question,
        "chat": first.chat,
        "person": last.person,
        "channel": last.channel,
        "since": in_utc(now),
        "due": in_utc(due),
        "state": outbox.WAITING,
        "attempts": 0,
        "reason": "",
        "done": None,
        "owed": write_debt(Debt(f"notice {uid}", to, say(waiters))),
    }


def _uid(*parts: str) -> str:
    whole = "\x1f".join(parts).encode()
    return hashlib.blake2b(whole, digest_size=_LETTERS // 2).hexdigest()


def _chunks(uids: Iterable[str]) -> Iterator[list[str]]:
    every = list(dict.fromkeys(uids))
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))
