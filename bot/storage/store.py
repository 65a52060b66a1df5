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
    false,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import Chat, LoggedQuestion, Question, Settlement
from bot.core.message import Incoming, Message, Reply, Sender
from bot.errors import StoreError
from bot.ports import Debt, Kept, State
from bot.storage import deletion
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
from bot.storage.database import Database, connect, file_of
from bot.storage.fault import explained, of_one_row
from bot.storage.logged import logged, question_of
from bot.storage.moment import in_utc
from bot.storage.pseudonym import Pseudonyms, key_in
from bot.storage.tables import aside, messages, questions
from bot.storage.writing import Keep, Mark, meet, write

_LONGEST_REASON = 200
_EMPTY = Chat()


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
        self._must_be_open()
        return await deletion.forget(self._database, self._pseudonyms, sender)

    async def purge(self, before: dt.datetime) -> int:
        """See `bot.ports.Store.purge`. Written in portions, so that nobody waits for long."""
        self._must_be_open()
        return await deletion.purge(self._database, before)

    async def tidy(self, now: dt.datetime) -> int:
        """What is due a day after a message came. Returns the rows touched.

        A reply that is still owed is given up, and its address dropped; an offer of choices that
        nobody touched becomes an open question; of an update that could not be read, only that it
        came is kept. What was set to disappear goes as soon as it is answered.
        """
        self._must_be_open()
        return await deletion.tidy(self._database, now)

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

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreError(f"{self._database.file}: the log is closed")


def key_file(file: Path) -> Path:
    """Where the key for pseudonyms lies if the settings give none: beside the database."""
    return file.with_name(file.name + ".key")


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
