"""A piece of work goes over to the thread whole, and is done whole or not at all."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text

from bot.storage.store import SqlStore

_MAKE = text("CREATE TABLE IF NOT EXISTS tried (number INTEGER)")
_ADD = text("INSERT INTO tried VALUES (1)")
_COUNT = text("SELECT count(*) FROM tried")


def _add(connection: Connection) -> None:
    connection.execute(_MAKE)
    connection.execute(_ADD)


def _count(connection: Connection) -> int:
    return int(connection.execute(_COUNT).scalar_one())


async def test_what_is_written_is_found_by_all(store: SqlStore) -> None:
    await store.database.write(_add)

    assert await store.database.find(_count) == 1
    async with store.database.transaction() as connection:
        assert (await connection.execute(_COUNT)).scalar() == 1


async def test_work_that_fails_leaves_nothing_and_the_next_goes_on(store: SqlStore) -> None:
    def fail(connection: Connection) -> None:
        _add(connection)
        raise ValueError("in the middle")

    await store.database.write(_add)
    with pytest.raises(ValueError, match="in the middle"):
        await store.database.write(fail)
    await store.database.write(_add)

    assert await store.database.find(_count) == 2


async def test_those_who_write_take_turns_without_asking_sqlite_again(store: SqlStore) -> None:
    await store.database.write(_add)

    async def write_slowly() -> None:
        async with store.database.transaction() as connection:
            await connection.execute(_ADD)
            await asyncio.sleep(0.01)
            await connection.execute(_ADD)

    async def write_at_once() -> None:
        await store.database.write(_add)

    async with asyncio.timeout(5):
        await asyncio.gather(*(write() for write in (write_slowly, write_at_once) * 20))

    assert await store.database.find(_count) == 1 + 20 * 3


async def test_the_work_of_a_caller_who_went_away_is_done_whole(store: SqlStore) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait_and_add(connection: Connection) -> None:
        begun.set()
        go_on.wait(5)
        _add(connection)

    task = asyncio.create_task(store.database.write(wait_and_add))
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    await asyncio.wait([task])
    go_on.set()
    await store.database.write(_add)

    assert await store.database.find(_count) == 2
