"""A block holds for a person, whatever is forgotten, and whoever made it."""

from dataclasses import dataclass, replace

from bot.core.chat import Chat
from bot.core.notice import Added
from bot.storage.blocking import Blocking, block, unblock
from bot.storage.store import SqlStore
from bot.storage.waiting import Waiting
from tests.storage.samples import ANNA, BERT, NOW, message, question


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def blocks(store: SqlStore) -> bool:
    async with store.database.transaction() as connection:
        return await block(connection, store.pseudonyms.person(ANNA), "mod", NOW)


async def test_a_block_is_for_one_person_in_every_chat(store: SqlStore) -> None:
    blocking = Blocking(store.database, store.pseudonyms)

    assert await blocks(store)
    assert not await blocks(store)

    assert await blocking.blocked(ANNA)
    assert await blocking.blocked(replace(ANNA, chat="another"))
    assert not await blocking.blocked(BERT)


async def test_the_list_is_read_from_time_to_time_or_when_told_so(store: SqlStore) -> None:
    clock = Clock()
    blocking = Blocking(store.database, store.pseudonyms, clock)
    assert not await blocking.blocked(ANNA)
    await blocks(store)

    clock.now = 9.9
    assert not await blocking.blocked(ANNA)
    clock.now = 10.0
    assert await blocking.blocked(ANNA)

    async with store.database.transaction() as connection:
        assert await unblock(connection, store.pseudonyms.person(ANNA))
        assert not await unblock(connection, store.pseudonyms.person(ANNA))
    assert await blocking.blocked(ANNA)
    blocking.look_again()
    assert not await blocking.blocked(ANNA)


async def test_a_block_outlives_forgetting(store: SqlStore) -> None:
    await blocks(store)

    await store.forget(ANNA)

    assert await Blocking(store.database, store.pseudonyms).blocked(ANNA)


async def test_who_is_blocked_waits_for_nothing(store: SqlStore) -> None:
    asked = question(message())
    await store.keep(message(), None, Chat(), [asked])
    waiting = Waiting(store.database, store.pseudonyms)
    assert await waiting.add(asked.uid, ANNA, "fr", NOW, NOW) is Added.NEW

    await blocks(store)

    assert await waiting.count([asked.uid]) == 0
