"""A database that cannot be used is named, with what to do; and what opens is set up rightly."""

import asyncio
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.core.chat import Chat
from bot.errors import StoreError
from bot.storage import database
from bot.storage.fault import explained
from bot.storage.migration import REVISIONS
from bot.storage.pseudonym import key_in
from bot.storage.store import SqlStore, key_file
from bot.storage.tables import metadata
from tests.storage.samples import NOW, REPLY, listed, message, opened, output, program, url

AS_NOBODY = """
import asyncio, os, sys, tempfile
from pathlib import Path
from bot.core.chat import Chat
from bot.errors import StoreError
from tests.storage.samples import REPLY, message, opened

async def main():
    if os.geteuid() == 0:  # to whom no right is denied
        with tempfile.TemporaryDirectory() as elsewhere:
            async with await opened(Path(elsewhere)):
                pass  # everything that is needed is imported, which nobody may not
        os.setuid(65534)
    try:
        async with await opened(Path(sys.argv[1])) as store:
            await store.keep(message(), REPLY, Chat())
    except StoreError as error:
        print(error)

asyncio.run(main())
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder into which another user can look."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


async def test_a_folder_is_made_if_its_parent_is_there(tmp_path: Path) -> None:
    async with await SqlStore.open("sqlite:///data/log.db", folder=tmp_path):
        assert (tmp_path / "data" / "log.db").exists()


async def test_a_folder_without_a_parent_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no/such: there is no such folder"):
        await SqlStore.open("sqlite:///no/such/log.db", folder=tmp_path)


async def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.db").mkdir()

    with pytest.raises(StoreError, match=r"log\.db: is a folder"):
        await opened(tmp_path)


@pytest.mark.parametrize("size", [2, 99, 511, 5000])
async def test_what_is_no_database_is_named_and_left_alone(tmp_path: Path, size: int) -> None:
    (tmp_path / "log.db").write_bytes(b"x" * size)

    with pytest.raises(StoreError, match=r"log\.db: is not a database"):
        await opened(tmp_path)
    assert (tmp_path / "log.db").read_bytes() == b"x" * size


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as other:
        other.execute("CREATE TABLE invoices (number)")

    with pytest.raises(StoreError, match="another program's database"):
        await opened(tmp_path)


async def test_a_newer_versions_tables_are_left_alone(tmp_path: Path) -> None:
    async with await opened(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "log.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()

    with pytest.raises(StoreError, match="newer version of this program"):
        await opened(tmp_path)


def test_a_read_only_file_is_named(open_folder: Path) -> None:
    with closing(sqlite3.connect(open_folder / "log.db")) as made:
        made.execute("PRAGMA user_version=1")
    (open_folder / "log.db").chmod(0o444)

    assert "log.db: cannot be written, it is read-only" in output(program(AS_NOBODY, open_folder))


def test_a_read_only_folder_is_named(open_folder: Path) -> None:
    open_folder.chmod(0o555)

    assert "log.db: cannot be made: Permission denied" in output(program(AS_NOBODY, open_folder))


def test_a_file_that_may_not_be_read_is_named(open_folder: Path) -> None:
    (open_folder / "log.db").touch(0o000)

    assert "log.db: cannot be opened" in output(program(AS_NOBODY, open_folder))


async def test_a_locked_database_is_named_and_works_again_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    async with await opened(tmp_path) as store:
        with closing(sqlite3.connect(tmp_path / "log.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"log\.db: is locked by another program"):
                await store.keep(message(), REPLY, Chat())
            with pytest.raises(StoreError, match="locked"):
                await store.forget(message().sender)
            other.execute("ROLLBACK")

        await store.keep(message(), REPLY, Chat())


async def test_a_lock_that_is_let_go_in_time_is_waited_for(tmp_path: Path) -> None:
    async with await opened(tmp_path) as store:
        with closing(sqlite3.connect(tmp_path / "log.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            keeping = asyncio.create_task(store.keep(message(), REPLY, Chat()))
            await asyncio.sleep(0.2)
            assert not keeping.done()
            other.execute("ROLLBACK")

            await keeping


FULL = """
import asyncio, os, resource, sys
from pathlib import Path
from bot.core.chat import Chat
from bot.errors import StoreError
from tests.storage.samples import REPLY, message, opened

async def main():
    async with await opened(Path(sys.argv[1])) as store:
        await store.keep(message("before"), REPLY, Chat())
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
        try:
            for number in range(1000):
                await store.keep(message(str(number)), REPLY, Chat("n", waiting="x" * 1000))
        except StoreError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await store.keep(message("after"), REPLY, Chat())
        print(bool(await store.find(message("before")) and await store.find(message("after"))))

asyncio.run(main())
"""


def test_a_disk_that_takes_no_more_is_named_and_works_again_afterwards(tmp_path: Path) -> None:
    said, works = output(program(FULL, tmp_path)).splitlines()

    assert "log.db: cannot be read or written, the disk reports an error" in said
    assert works == "True"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count=3")
        with pytest.raises(sqlite3.Error) as raised:
            connection.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))

    said = str(explained(raised.value, tmp_path / "log.db"))
    assert said.endswith("log.db: cannot be written, the disk is full: make room")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("postgresql://bot:hidden@host/name", "PostgreSQL is not available yet"),
        ("mysql://bot:hidden@host/name", "a database of the kind 'mysql' cannot be used"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("data/hidden.db", "cannot be understood"),
        ("", "cannot be understood"),
    ],
)
async def test_a_wrong_url_is_named_without_its_password(wrong: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as raised:
        await SqlStore.open(wrong)

    assert "hidden" not in str(raised.value)


@pytest.mark.usefixtures("_open_umask")
async def test_what_is_kept_is_for_the_owner_only(tmp_path: Path) -> None:
    async with await SqlStore.open(url(tmp_path)) as store:
        await store.keep(message(), REPLY, Chat())
        rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in listed(tmp_path)}

    names = ("log.db", "log.db-wal", "log.db-shm", "log.db.key")
    assert rights == dict.fromkeys(names, 0o600)


async def test_opened_again_the_key_and_the_rows_are_the_same(tmp_path: Path) -> None:
    async with await SqlStore.open(url(tmp_path)) as store:
        await store.keep(message(), REPLY, Chat())

    async with await SqlStore.open(url(tmp_path)) as store:
        assert await store.find(message()) is not None


async def test_a_damaged_key_is_named(tmp_path: Path) -> None:
    key_file(tmp_path / "log.db").write_text("not a key")

    with pytest.raises(StoreError, match=r"log\.db\.key: cannot be read as the key"):
        await SqlStore.open(url(tmp_path))


async def test_the_settings_key_goes_before_the_files(tmp_path: Path) -> None:
    key_in(key_file(tmp_path / "log.db"))
    async with await opened(tmp_path, b"a" * 32) as store:
        await store.keep(message(), REPLY, Chat())

    async with await SqlStore.open(url(tmp_path)) as store:
        assert await store.find(message()) is None


async def test_every_connection_is_durable_and_forgets(store: SqlStore) -> None:
    for engine in (store._database.writing, store._database.reading):  # noqa: SLF001
        async with engine.connect() as connection:
            for pragma, wanted in (
                ("journal_mode", "wal"),
                ("synchronous", 2),
                ("secure_delete", 1),
                ("foreign_keys", 1),
            ):
                found = await connection.exec_driver_sql(f"PRAGMA {pragma}")
                assert (pragma, found.scalar()) == (pragma, wanted)


async def test_the_connections_for_messages_are_durable_and_forget(store: SqlStore) -> None:
    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await store.database.write(settings) == ["wal", 2, 1, 1]
    assert await store.database.find(settings) == ["wal", 2, 1, 1]


async def test_the_migrations_make_the_tables_that_the_code_uses(store: SqlStore) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow, and needed here only
    from alembic.migration import MigrationContext  # noqa: PLC0415

    def differences(connection: Connection) -> list[object]:
        # The index of words is SQLite's own kind of table.
        options = {"include_name": lambda name, *_: not str(name).startswith("question_words")}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    async with store._database.writing.begin() as connection:  # noqa: SLF001
        assert await connection.run_sync(differences) == []


def test_the_program_knows_every_migration() -> None:
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    migrations = Path(database.__file__).with_name("migrations")
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    steps = ScriptDirectory.from_config(config).walk_revisions()

    assert tuple(step.revision for step in reversed(list(steps))) == REVISIONS


async def test_an_older_copy_of_the_file_can_be_moved_elsewhere(tmp_path: Path) -> None:
    async with await opened(tmp_path) as store:
        await store.keep(message(), REPLY, Chat())
    moved = tmp_path / "100% moved"
    moved.mkdir()
    shutil.move(tmp_path / "log.db", moved / "log.db")

    async with await opened(moved) as store:
        assert await store.purge(NOW.replace(year=2027)) == 1
