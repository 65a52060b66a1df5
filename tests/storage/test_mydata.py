"""What is kept about a person is shown to them, whole, and nobody else's with it."""

import datetime as dt
import json
from dataclasses import replace

from bot.core.chat import Chat
from bot.core.message import Reply
from bot.storage.blocking import block
from bot.storage.mydata import everything_about
from bot.storage.store import SqlStore
from bot.storage.tables import metadata
from bot.storage.waiting import Waiting, put
from tests.storage.samples import ANNA, BERT, NOW, REPLY, message, question

OTHERS = {
    *("aside", "inbox"),  # updates for a moment, under a hash that leads to nobody
    *("gaps", "acts", "facts", "indexed"),
    *("cards", "drafts", "invitations", "sessions"),  # moderators
}
"""Tables in which no candidate stands by a name."""


async def test_nothing_is_kept_about_who_never_wrote(store: SqlStore) -> None:
    await store.keep(message("1", BERT), None, Chat("nord"))

    assert await everything_about(ANNA, store.database, store.pseudonyms) is None


async def test_everything_is_shown_and_nothing_of_another_person(store: SqlStore) -> None:
    asked = question(message(), text="Combien d'été ?")
    await store.keep(message(), REPLY, Chat("nord", language="fr"), [asked])
    another = question(message("2", BERT), text="another's secret")
    await store.keep(message("2", BERT), None, Chat("nord"), [another])
    waiting = Waiting(store.database, store.pseudonyms)
    await waiting.add(asked.uid, ANNA, "fr", NOW, NOW + dt.timedelta(days=30))
    async with store.database.transaction() as connection:
        await put(connection, 1, [asked.uid], lambda _: Reply("39 h"), due=NOW, now=NOW)
        await block(connection, "somebody else", "mod", NOW)

    text = await everything_about(ANNA, store.database, store.pseudonyms)

    assert text is not None
    assert "Combien d'été ?" in text
    assert "another's secret" not in text
    kept = json.loads(text)
    assert kept["questions"][0]["considered"] == {"hours": 0.5, "salary": 0.25}
    assert kept["waiting_to_be_told"][0]["address"]["chat"] == ANNA.chat
    assert kept["notices"][0]["text"] == "39 h"
    assert kept["messages"][0]["reply_still_owed"] == REPLY.text
    assert kept["memory_of_this_chat"][0]["posting"] == "nord"
    assert kept["blocked_by_a_moderator"] == []


async def test_a_block_is_shown_too(store: SqlStore) -> None:
    async with store.database.transaction() as connection:
        await block(connection, store.pseudonyms.person(ANNA), "mod", NOW)

    text = await everything_about(replace(ANNA, chat="x"), store.database, store.pseudonyms)

    assert text is not None
    assert json.loads(text)["blocked_by_a_moderator"] == [{"since": NOW.isoformat()}]
    assert 'mod"' not in text


def test_no_table_with_a_person_in_it_is_left_out() -> None:
    shown = {"questions", "messages", "waits", "notices", "chats", "blocked"}
    tables = metadata.tables.items()
    with_people = {name for name, table in tables if {"person", "chat"} & set(table.c.keys())}

    assert with_people - OTHERS == shown
    assert set(metadata.tables) - shown == OTHERS
