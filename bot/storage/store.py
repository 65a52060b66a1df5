"""The log on SQLite: every promise of `bot.ports.Store`, and the list for ``faqbot log``."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    Select,
    and_,
    case,
    delete,
    false,
    func,
    null,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import Chat, LoggedQuestion, Question, Settlement
from bot.core.message import Incoming, Message, Reply, Sender
from bot.errors import StoreError
from bot.ports import Debt, Kept, State
from bot.storage import acts, founding, outbox, traces, waiting
from bot.storage.batch import Batcher
from bot.storage.codec import (
    plain,
    read_debt,
    read_memory,
    write_debt,
    write_memory,
    write_options,
    write_ranking,
)
from bot.storage.database import PATIENCE, Database, connect, file_of
from bot.storage.fault import explained, of_one_row
from bot.storage.logged import logged, question_of
from bot.storage.moment import in_utc
from bot.storage.pseudonym import Pseudonyms, key_in
from bot.storage.tables import aside, cards, chats, drafts, messages, questions
from bot.storage.wordindex import merge
from bot.storage.writing import Keep, Mark, meet, write

_CHUNK = 500
_LONGEST_REASON = 200
_EMPTY = Chat()
_WAIT_SHORTLY = text("PRAGMA busy_timeout=300")
_CHECKPOINT = text("PRAGMA wal_checkpoint(TRUNCATE)")
_WAIT_AGAIN = text(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


class SqlStore:
    """A `bot.ports.Store`. Open it with `open`, close it with `close` or ``async with``.

    What is written at the same time shares a transaction, what is looked up at the same time a
    query: one commit costs milliseconds, whether of one row or of hundreds.

    Every method raises StoreError if the database cannot be used, with what the operator can do.
    """

    def __init__(self, database: Database, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._pseudonyms = pseudonyms
        self._writes: Batcher[Keep | Mark, Kept | None] = Batcher(self._write)
        self._meetings: Batcher[tuple[str, str], tuple[Kept | None, Chat]] = Batcher(self._meet)
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, key: bytes | None = None, folder: Path = Path()) -> Self:
        """Open the log, made or brought up to this version where needed.

        Args:
            url: ``sqlite:///data/faqbot.db``; a relative path starts in *folder*.
            key: for the pseudonyms; without one, the one in ``faqbot.db.key`` beside the file,
                made at first start.
            folder: where the settings lie.

        Raises:
            StoreError: the database or the key cannot be used.
        """
        file = file_of(url, folder)
        database = await connect(file)
        try:
            return cls(database, Pseudonyms(key if key is not None else key_in(key_file(file))))
        except BaseException:
            await database.close()
            raise

    @property
    def database(self) -> Database:
        """The database, for what else is kept in it: who waits, what moderators did."""
        return self._database

    @property
    def pseudonyms(self) -> Pseudonyms:
        """The names under which people stand in it."""
        return self._pseudonyms

    async def close(self) -> None:
        """Finish what is being written, then close. Closing twice does no harm."""
        self._closed = True
        for batcher in (self._meetings, self._writes):
            await batcher.drained()
        await self._database.close()

    async def __aenter__(self) -> Self:
        """The open store itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.close()

    async def find(self, incoming: Incoming) -> Kept | None:
        """See `bot.ports.Store.find`."""
        kept, _ = await self.meet(incoming)
        return kept

    async def chat(self, sender: Sender) -> Chat:
        """See `bot.ports.Store.chat`."""
        self._must_be_open()
        _, chat = await self._meetings.submit(("", self._pseudonyms.chat(sender)))
        return chat

    async def meet(self, incoming: Incoming) -> tuple[Kept | None, Chat]:
        """See `bot.ports.Store.meet`."""
        self._must_be_open()
        names = self._pseudonyms.update(incoming), self._pseudonyms.chat(incoming.sender)
        return await self._meetings.submit(names)

    async def keep(
        self,
        incoming: Incoming,
        reply: Reply | None,
        chat: Chat,
        questions: Sequence[Question] = (),
        settlements: Sequence[Settlement] = (),
    ) -> Kept:
        """See `bot.ports.Store.keep`.

        An empty *chat* is not remembered at all. A settlement counts only for a question of the
        same chat.
        """
        self._must_be_open()
        item = self._prepared(incoming, reply, chat, questions, settlements)
        with self._database.explaining():
            kept = await self._writes.submit(item)
        return kept or item.kept

    async def sent(self, incoming: Incoming, sent_id: str = "") -> None:
        """See `bot.ports.Store.sent`. Without effect on an update that is not in the log."""
        await self._mark(incoming, State.SENT, sent_id=plain(sent_id))

    async def failed(self, incoming: Incoming, reason: str) -> None:
        """See `bot.ports.Store.failed`. Without effect on an update that is not in the log."""
        await self._mark(incoming, State.FAILED, reason=plain(reason)[:_LONGEST_REASON])

    async def _mark(
        self, incoming: Incoming, state: State, *, sent_id: str = "", reason: str = ""
    ) -> None:
        self._must_be_open()
        mark = Mark.of(self._pseudonyms.update(incoming), state, sent_id, reason)
        with self._database.explaining():
            await self._writes.submit(mark)

    async def earlier_reply(self, incoming: Incoming) -> str:
        """See `bot.ports.Store.earlier_reply`."""
        if not incoming.message_id:
            return ""
        query = (
            select(messages.c.sent_id)
            .where(
                messages.c.chat == self._pseudonyms.chat(incoming.sender),
                messages.c.message_id == plain(incoming.message_id),
                messages.c.tap.is_(false()),
                messages.c.uid != self._pseudonyms.update(incoming),
                messages.c.sent_id != "",
            )
            .order_by(messages.c.received.desc())
            .limit(1)
        )
        rows = await self._read(query)
        return str(rows[0].sent_id) if rows else ""

    async def repeats(self, incoming: Incoming) -> bool:
        """See `bot.ports.Store.repeats`."""
        if not incoming.message_id:
            return False
        query = select(messages.c.fingerprint).where(
            messages.c.chat == self._pseudonyms.chat(incoming.sender),
            messages.c.message_id == plain(incoming.message_id),
            messages.c.tap.is_(false()),
            messages.c.superseded.is_(false()),
            messages.c.uid != self._pseudonyms.update(incoming),
        )
        said = self._pseudonyms.fingerprint(incoming)
        return said is not None and said in [row.fingerprint for row in await self._read(query)]

    async def debts(self, channel: str, before: dt.datetime) -> list[Debt]:
        """See `bot.ports.Store.debts`."""
        query = (
            select(messages.c.owed)
            .where(
                messages.c.owed.is_not(None),
                messages.c.channel == channel,
                messages.c.received < in_utc(before),
            )
            .order_by(messages.c.received, messages.c.uid)
        )
        return [read_debt(row.owed) for row in await self._read(query)]

    async def set_aside(self, unread: Incoming, raw: str, reason: str) -> None:
        """Keep an update that cannot be read as it came: for a day, then only that it came.

        Args:
            unread: stands in for it, with its channel, account, key, and when it came.
            raw: the update as the messenger sent it.
            reason: why it was given up.
        """
        row = {
            "uid": self._pseudonyms.update(unread),
            "channel": unread.sender.channel,
            "received": in_utc(unread.received),
            "reason": plain(reason)[:_LONGEST_REASON],
            "raw": plain(raw),
        }
        adding = insert(aside).on_conflict_do_nothing(index_elements=["uid"])
        async with self._transaction() as connection:
            await connection.execute(adding, [row])

    async def open_count(self) -> int:
        """How many questions wait for the moderators."""
        query = select(func.count()).select_from(questions).where(questions.c.open.is_(true()))
        return int((await self._read(query))[0][0])

    async def prove(self) -> None:
        """Write something, durably, and take nothing for granted: for health checks."""
        async with self._transaction() as connection:
            # A number in the file's header, which nothing else uses.
            number = (await connection.execute(text("PRAGMA user_version"))).scalar() or 0
            await connection.execute(text(f"PRAGMA user_version={(int(number) + 1) % 1_000_000}"))

    async def question(self, uid: str, within: Sender | None = None) -> LoggedQuestion | None:
        """See `bot.ports.Store.question`. A forgotten one counts as deleted."""
        wanted = logged().where(questions.c.uid == plain(uid), questions.c.person.is_not(None))
        if within is not None:
            wanted = wanted.where(questions.c.chat == self._pseudonyms.chat(within))
        rows = await self._read(wanted)
        return question_of(rows[0]) if rows else None

    async def open_questions(
        self,
        posting: str | None = None,
        since: dt.datetime | None = None,
        *,
        everything: bool = False,
    ) -> list[LoggedQuestion]:
        """The questions that wait for the moderators, oldest first.

        Args:
            posting: only those asked for it.
            since: only those received then or later.
            everything: the whole log instead. What was superseded by an edit is never in it; what
                was forgotten is there without its text and its person.
        """
        query = logged().order_by(questions.c.received, questions.c.message, questions.c.position)
        query = query.where(questions.c.superseded.is_(false()))
        if not everything:
            query = query.where(questions.c.open.is_(true()))
        if posting is not None:
            query = query.where(questions.c.posting == posting)
        if since is not None:
            query = query.where(questions.c.received >= in_utc(since))
        return [question_of(row) for row in await self._read(query)]

    async def forget(self, sender: Sender) -> int:
        """See `bot.ports.Store.forget`.

        What stays of a question is when it was asked, for which posting, in which language, and
        what was decided. It stays open if its topic is known: the posting still lacks the answer.
        """
        person = self._pseudonyms.person(sender)
        async with self._transaction() as connection:
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
            here = self._pseudonyms.chat(sender)
            found = await connection.execute(delete(chats).where(chats.c.chat == here))
            rows += found.rowcount
            now = dt.datetime.now(dt.UTC)
            rows += await waiting.forget(connection, person, now)
            await founding.let_go(connection, words, now)
        await self._wipe()
        return rows

    async def purge(self, before: dt.datetime) -> int:
        """See `bot.ports.Store.purge`. Written in portions, so that nobody waits for long."""
        limit = in_utc(before)
        total = 0
        while True:
            async with self._transaction() as connection:
                rows, more = await _purge_some(connection, limit)
            total += rows
            if not more:
                break
        await self._purge_matters(limit)
        await self._wipe()
        return total

    async def _purge_matters(self, before: dt.datetime) -> None:
        """Let go of words in gaps and acts that were taken from what was deleted."""
        gap: int | None = 0
        while gap is not None:
            async with self._transaction() as connection:
                gap = await founding.rekey_some(connection, before, gap)
        async with self._transaction() as connection:
            await acts.forget_details(connection, before)
            await connection.execute(delete(cards).where(cards.c.at < before))
            await connection.execute(delete(drafts).where(drafts.c.updated < before))

    async def tidy(self, now: dt.datetime) -> int:
        """What is due a day after a message came. Returns the rows touched.

        A reply that is still owed is given up, and its address dropped; an offer of choices that
        nobody touched becomes an open question; of an update that could not be read, only that it
        came is kept. What was set to disappear goes as soon as it is answered.
        """
        now = in_utc(now)
        limit = now - dt.timedelta(hours=24)
        async with self._transaction() as connection:
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
        await self._wipe()
        return rows

    def _prepared(
        self,
        incoming: Incoming,
        reply: Reply | None,
        chat: Chat,
        asked: Sequence[Question],
        settlements: Sequence[Settlement],
    ) -> Keep:
        sender = incoming.sender
        here, person = self._pseudonyms.chat(sender), self._pseudonyms.person(sender)
        received = in_utc(incoming.received)
        state = State.SENT if reply is None else State.OWED
        message = {
            "uid": self._pseudonyms.update(incoming),
            "channel": sender.channel,
            "account": plain(sender.account),
            "chat": here,
            "person": person,
            "tap": not isinstance(incoming, Message),
            "message_id": plain(incoming.message_id),
            "sent_id": "",
            "edited": isinstance(incoming, Message) and incoming.edited,
            "superseded": False,
            "received": received,
            "state": state.value,
            "reason": "",
            "owed": None if reply is None else write_debt(Debt(incoming.key, sender, reply)),
            "fingerprint": self._pseudonyms.fingerprint(incoming),
            "fleeting": isinstance(incoming, Message) and incoming.fleeting,
            "rates": reply.rates if reply is not None else "",
        }
        shared = {
            "message": message["uid"],
            "received": received,
            "channel": sender.channel,
            "chat": here,
            "person": person,
        }
        memory = "" if chat == _EMPTY else write_memory(chat)
        return Keep(
            message,
            Kept(state, reply),
            [_question_row(question, shared) for question in asked],
            [_settlement_row(one, here, received) for one in settlements],
            {"chat": here, "memory": memory, "updated": received},
        )

    async def _write(self, batch: Sequence[Keep | Mark]) -> list[Kept | None]:
        try:
            return await self._database.write(partial(write, batch=batch))
        except SQLAlchemyError as error:
            if of_one_row(error):
                raise
            raise explained(error, self._database.file) from error

    async def _meet(self, names: Sequence[tuple[str, str]]) -> list[tuple[Kept | None, Chat]]:
        kept, memories = await self._database.find(partial(meet, names=names))
        return [
            (kept.get(uid), read_memory(memories[chat]) if chat in memories else _EMPTY)
            for uid, chat in names
        ]

    async def _read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        self._must_be_open()
        return await self._database.rows(query)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        self._must_be_open()
        async with self._database.transaction() as connection:
            yield connection

    async def _wipe(self) -> None:
        """Empty the WAL into the file, where secure_delete has blanked what was deleted.

        Without effect while another process reads for longer; the next time will do. It waits only
        shortly, because nobody can write while it does.
        """
        async with self._transaction() as connection:
            await merge(connection)
        with self._database.explaining():
            async with self._database.reading.connect() as connection:
                await connection.execute(_WAIT_SHORTLY)
                await connection.execute(_CHECKPOINT)
                await connection.execute(_WAIT_AGAIN)

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreError(f"{self._database.file}: the log is closed")


def key_file(file: Path) -> Path:
    """Where the key for pseudonyms lies if the settings give none: beside the database."""
    return file.with_name(file.name + ".key")


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


def _question_row(question: Question, shared: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **shared,
        "uid": question.uid,
        "position": question.position,
        "posting": question.posting,
        "language": question.language,
        "text": plain(question.text),
        "decision": question.decision,
        "topic": question.topic,
        "entry": question.entry,
        "confidence": question.confidence,
        "ranking": write_ranking(question.ranking),
        "options": write_options(question.options),
        "open": question.open,
        "opened": shared["received"] if question.open else None,
        "closed": None,
        "rating": 0,
        "superseded": False,
        "ms": question.ms,
    }


def _settlement_row(settlement: Settlement, chat: str, at: dt.datetime) -> dict[str, Any]:
    return {
        "_uid": settlement.uid,
        "_chat": chat,
        "_at": at,
        "_decision": settlement.decision,
        "_topic": settlement.topic,
        "_entry": settlement.entry,
        "_open": settlement.open,
        "_rating": settlement.rating,
    }
