"""Chats that are gone or have moved: what is kept of them follows, or goes."""

from dataclasses import replace

from bot.core.chat import Chat
from bot.core.message import Reply, Sender
from bot.ports import Kept, State
from bot.storage.addresses import Addresses
from bot.storage.outbox import Outbox
from bot.storage.store import SqlStore
from bot.storage.waiting import Waiting, put
from tests.storage.samples import ANNA, NOW, REPLY, message, question

GROUP = replace(ANNA, chat="-5")
TOPIC = replace(ANNA, chat="-5:7")
ALIKE = replace(ANNA, chat="-55")
MOVED = replace(GROUP, chat="-1005")
NOBODY = Sender("telegram", "faqbot", "-5", "")


async def waits(store: SqlStore, key: str, sender: Sender) -> str:
    asked = question(message(key, sender))
    await store.keep(message(key, sender), None, Chat("nord"), [asked])
    await Waiting(store.database, store.pseudonyms).add(asked.uid, sender, "fr", NOW, NOW)
    return asked.uid


async def told(store: SqlStore, *uids: str) -> None:
    async with store.database.transaction() as connection:
        await put(connection, 1, uids, lambda _: Reply("39 h"), due=NOW, now=NOW)


async def test_where_nobody_is_reached_nothing_waits(store: SqlStore) -> None:
    uids = [await waits(store, str(n), one) for n, one in enumerate((GROUP, TOPIC, ALIKE, ANNA))]
    await told(store, *uids)
    addresses = Addresses(store.database, store.pseudonyms)

    assert await addresses.gone(NOBODY, NOW) == 2
    assert await addresses.gone(replace(NOBODY, account="another", chat="-55"), NOW) == 0

    left = await Outbox(store.database).due("telegram", "faqbot", NOW)
    assert {one.to.chat for one in left} == {ALIKE.chat, ANNA.chat}
    assert await Waiting(store.database, store.pseudonyms).count(uids) == 2


async def test_a_group_that_moves_takes_everything_along(store: SqlStore) -> None:
    uid = await waits(store, "1", GROUP)
    await told(store, uid)
    await store.keep(message("2", GROUP), REPLY, Chat("nord", language="fr"))
    addresses = Addresses(store.database, store.pseudonyms)

    assert await addresses.moved(GROUP, MOVED) == 6
    assert await addresses.moved(GROUP, MOVED) == 0

    assert await store.chat(MOVED) == Chat("nord", language="fr")
    assert await store.question(uid, MOVED) is not None
    assert [debt.to for debt in await store.debts("telegram", NOW.replace(year=2027))] == [MOVED]
    [notice] = await Outbox(store.database).due("telegram", "faqbot", NOW)
    assert notice.to == MOVED
    assert await store.find(message("2", GROUP)) == Kept(State.OWED, REPLY)


async def test_what_was_said_at_the_new_address_already_stays(store: SqlStore) -> None:
    await store.keep(message("1", GROUP), None, Chat("nord"))
    await store.keep(message("2", MOVED), None, Chat("sud"))

    await Addresses(store.database, store.pseudonyms).moved(GROUP, MOVED)

    assert await store.chat(MOVED) == Chat("sud")
