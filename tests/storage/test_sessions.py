"""Links and sessions in the database: what the pages' tests do not see."""

import asyncio
import datetime as dt

from bot.core.gap import Role
from bot.storage.sessions import LINK_LASTS, Sessions, hashed
from bot.storage.store import SqlStore
from tests.storage.samples import NOW

DAY = dt.timedelta(days=1)


async def test_of_two_who_use_a_link_at_once_one_gets_in(store: SqlStore) -> None:
    sessions = Sessions(store.database)
    token = await sessions.invite("Ada", Role.EDITOR, NOW)

    secrets = await asyncio.gather(*(sessions.enter(token, NOW) for _ in range(5)))

    assert sum(secret is not None for secret in secrets) == 1
    assert len(await sessions.living(NOW)) == 1


async def test_a_session_knows_who_it_is(store: SqlStore) -> None:
    sessions = Sessions(store.database)
    token = await sessions.invite("Ada", Role.EDITOR, NOW, subject="telegram 7")
    secret = await sessions.enter(token, NOW, agent="Firefox, Linux") or ""

    session = await sessions.find(secret, NOW)

    assert session is not None
    assert (session.name, session.role, session.subject, session.agent) == (
        "Ada",
        Role.EDITOR,
        "telegram 7",
        "Firefox, Linux",
    )
    assert await sessions.find(secret + "x", NOW) is None
    assert await sessions.find(hashed(secret), NOW) is None


async def test_a_name_has_five_open_links_at_most(store: SqlStore) -> None:
    sessions = Sessions(store.database)
    tokens = [
        await sessions.invite("Ada", Role.EDITOR, NOW + dt.timedelta(seconds=n)) for n in range(6)
    ]
    other = await sessions.invite("Bea", Role.EDITOR, NOW)

    open_ones = [await sessions.invitation(token, NOW) is not None for token in tokens]

    assert open_ones == [False, True, True, True, True, True]
    assert await sessions.invitation(other, NOW) is not None


async def test_what_is_over_is_deleted_after_a_month(store: SqlStore) -> None:
    sessions = Sessions(store.database)
    await sessions.enter(await sessions.invite("Ada", Role.EDITOR, NOW), NOW)
    await sessions.invite("Bea", Role.EDITOR, NOW)

    assert await sessions.tidy(NOW + 30 * DAY) == 0
    assert await sessions.tidy(NOW + 30 * DAY + LINK_LASTS) == 2
    assert await sessions.tidy(NOW + 38 * DAY) == 1


async def test_a_session_that_has_ended_cannot_be_ended_again(store: SqlStore) -> None:
    sessions = Sessions(store.database)
    await sessions.enter(await sessions.invite("Ada", Role.EDITOR, NOW), NOW)
    [session] = await sessions.living(NOW)

    assert await sessions.end(session.id, NOW)
    assert not await sessions.end(session.id, NOW)
    assert await sessions.living(NOW) == []
