"""The database file: where it is, and connections to it that are set up as we need them."""

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import CompoundSelect, Select, create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext, Row, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import StoreError
from bot.storage.clerk import Clerk, Result
from bot.storage.fault import explained
from bot.storage.migration import upgrade

PATIENCE = 10.0
"""Seconds to wait for another process that holds the lock."""

_READERS = 4
_STATEMENTS = 12


@dataclass(frozen=True, slots=True)
class Database:
    """Connections that write, one at a time, and a few that read: in WAL these wait for nobody.

    What each message needs goes through ``writer`` and ``finder``, where a piece of work is one
    step; all else through the engines, statement by statement.
    """

    file: Path
    writing: AsyncEngine
    reading: AsyncEngine
    writer: Clerk
    finder: Clerk
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Who writes: SQLite lets those who wait try again now and then, and is fair to nobody."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write: whole or not at all, and durable once it is left.

        Raises:
            StoreError: the database cannot be used.
        """
        with self.explaining():
            async with self.turn, self.writing.begin() as connection:
                yield connection

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """What *work* returns, done in one step: whole or not at all, and durable.

        Raises:
            SQLAlchemyError: the database cannot be used, or the values are to blame.
        """
        async with self.turn:
            return await self.writer.do(work)

    async def find(self, work: Callable[[Connection], Result]) -> Result:
        """What *work* finds, in one step.

        Raises:
            StoreError: the database cannot be used.
        """
        with self.explaining():
            return await self.finder.do(work)

    async def rows(self, query: Select[Any] | CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """What *query* finds.

        Raises:
            StoreError: the database cannot be used.
        """
        with self.explaining():
            async with self.reading.connect() as connection:
                found: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return found

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn the driver's errors into those that name the file and what to do."""
        try:
            yield
        except SQLAlchemyError as error:
            raise explained(error, self.file) from error

    async def close(self) -> None:
        """Close every connection; the last one to leave tidies the WAL away."""
        await self.finder.close()
        await self.reading.dispose()
        await self.writer.close()
        await self.writing.dispose()


def file_of(url: str, folder: Path = Path()) -> Path:
    """The file that a ``sqlite:///...`` URL names; a relative one is looked for in *folder*.

    Raises:
        StoreError: it is no URL, or one of a database that this version cannot use. A password in
            it is not repeated.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "the database's URL cannot be understood: write sqlite:///data/faqbot.db"
        ) from error
    if parsed.get_backend_name() == "postgresql":
        raise _no_postgresql()
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(
            f"a database of the kind {parsed.get_backend_name()!r} cannot be used:"
            " write sqlite:///data/faqbot.db"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("the database needs a file: write sqlite:///data/faqbot.db")
    return folder / parsed.database


def _no_postgresql() -> StoreError:
    missing = "" if find_spec("asyncpg") else " (nor is its driver, asyncpg, installed)"
    return StoreError(
        f"PostgreSQL is not available yet{missing}: write sqlite:///data/faqbot.db for now"
    )


async def connect(file: Path) -> Database:
    """Open the database, made or brought up to this version where needed.

    Its folder is made if that one's parent is there. Safe if several processes do so at once.

    Raises:
        StoreError: the file or its folder cannot be used; the message says what to do.
    """
    # At DEBUG aiosqlite logs every value that is written: addresses and texts.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    await asyncio.to_thread(_prepare, file)
    database = Database(
        file,
        _engine(file, 1, "IMMEDIATE"),
        _engine(file, _READERS, None),
        Clerk(_in_a_thread(file, "IMMEDIATE")),
        Clerk(_in_a_thread(file, None)),
    )
    try:
        async with database.writing.begin() as connection:
            await connection.run_sync(upgrade, file)
    except DBAPIError as error:
        await database.close()
        raise explained(error, file) from error
    except BaseException:
        await database.close()
        raise
    return database


def _prepare(file: Path) -> None:
    """What must be so before anything else: folder, owner-only rights, a database, WAL."""
    try:
        if not file.parent.exists():
            file.parent.mkdir()
    except FileNotFoundError as error:
        raise StoreError(f"{file.parent}: there is no such folder: make it") from error
    except OSError as error:
        raise StoreError(f"{file.parent}: cannot be made: {error.strerror}") from error
    if file.is_dir():
        raise StoreError(f"{file}: is a folder: name a file in it")
    # A file that is there is not opened here, not even to look at it: closing it again would let go
    # of every lock that this process holds on it, and another process could take away its WAL.
    if not file.exists():
        _make(file)
    try:
        _switch_to_wal(file)
    except sqlite3.Error as error:
        raise explained(error, file) from error


def _make(file: Path) -> None:
    """An empty file that is the owner's only, whatever the umask; its WAL takes after it."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:  # another process was faster
        return
    except OSError as error:
        raise StoreError(
            f"{file}: cannot be made: {error.strerror}: give the user who runs this the right to"
            " write to its folder"
        ) from error


def _switch_to_wal(file: Path) -> None:
    """Of two processes that switch at once one is told "locked" without any wait: try again."""
    give_up = time.monotonic() + PATIENCE
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL").fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.02)
            else:
                return
    finally:
        connection.close()


def _engine(file: Path, size: int, begin: str | None) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(file)),
        # The driver opens no transactions by itself: what begins is written below.
        connect_args={"timeout": PATIENCE, "isolation_level": None},
        pool_size=size,
        max_overflow=0,
        pool_timeout=600,  # purging a big log may take its time
        # A reader has no transaction that would be left open.
        pool_reset_on_return="rollback" if begin else None,
        hide_parameters=True,  # an error must not carry a candidate's text
    )

    _set_up(engine.sync_engine, begin)
    return engine


def _in_a_thread(file: Path, begin: str | None) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={
            "timeout": PATIENCE,
            "isolation_level": None,
            "check_same_thread": False,
            # A batch is one statement, another one for each number of rows: the driver's 128 of
            # them would take tens of megabytes.
            "cached_statements": _STATEMENTS,
        },
        poolclass=NullPool,  # the clerk keeps its connection
        hide_parameters=True,
    )
    _set_up(engine, begin)
    return engine


def _set_up(engine: Engine, begin: str | None) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")  # what was promised outlives a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what was deleted is gone from the file
        if begin is None:
            # Of several connections that read, each would hold 2 MB of what the system holds, too.
            cursor.execute("PRAGMA cache_size=-512")
        cursor.close()

    @event.listens_for(engine, "handle_error")
    def keep_the_connection(context: ExceptionContext) -> None:
        # A task that is cancelled leaves a sound connection behind: it is rolled back after what
        # its thread is doing. Thrown away with that under way, it would keep the log locked.
        if isinstance(context.original_exception, asyncio.CancelledError):
            context.is_disconnect = False

    if begin is not None:
        # A transaction that reads first and writes later fails with "locked" at once, whatever
        # the timeout; so it takes the lock when it begins.
        @event.listens_for(engine, "begin")
        def begin_at_once(connection: Connection) -> None:
            connection.exec_driver_sql(f"BEGIN {begin}")
