"""Everything that is kept about one person, as a file that the person can read: /mydata."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select

from bot.core.message import Sender
from bot.storage.codec import read_debt, read_options, read_ranking
from bot.storage.database import Database
from bot.storage.pseudonym import Pseudonyms
from bot.storage.tables import blocked, chats, messages, notices, questions, waits


async def everything_about(
    sender: Sender, database: Database, pseudonyms: Pseudonyms
) -> str | None:
    """What is kept about *sender*, in every chat, and the memory of this one.

    Returns:
        A JSON text, indented, times in UTC; None if nothing is kept. Texts of the bot itself are
        not in it (they are deleted once they were sent), nor is what moderators noted of others.
    """
    person, chat = pseudonyms.person(sender), pseudonyms.chat(sender)

    async def rows(query: Select[Any]) -> Sequence[RowMapping]:
        return [row._mapping for row in await database.rows(query)]  # noqa: SLF001 - its public name

    asked = select(questions).where(questions.c.person == person)
    waited = select(waits, questions.c.text).join(questions).where(waits.c.person == person)
    kept: dict[str, Any] = {
        "questions": [_question(row) for row in await rows(asked.order_by(questions.c.received))],
        "waiting_to_be_told": [_wait(row) for row in await rows(waited.order_by(waits.c.since))],
        "notices": [
            _notice(row)
            for row in await rows(
                select(notices).where(notices.c.person == person).order_by(notices.c.since)
            )
        ],
        "messages": [
            _message(row)
            for row in await rows(
                select(messages).where(messages.c.person == person).order_by(messages.c.received)
            )
        ],
        "memory_of_this_chat": [
            json.loads(row["memory"]) | {"updated": _moment(row["updated"])}
            for row in await rows(select(chats).where(chats.c.chat == chat))
        ],
        "blocked_by_a_moderator": [
            {"since": _moment(row["at"])}
            for row in await rows(select(blocked).where(blocked.c.person == person))
        ],
    }
    if not any(kept.values()):
        return None
    whole = {"pseudonym": person, "pseudonym_of_this_chat": chat, **kept}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _question(row: RowMapping) -> dict[str, Any]:
    return {
        "asked": _moment(row["received"]),
        "text": row["text"],
        "posting": row["posting"],
        "language": row["language"],
        "decision": row["decision"],
        "topic": row["topic"],
        "entry": row["entry"],
        "confidence": row["confidence"],
        "considered": {one.id: one.confidence for one in read_ranking(row["ranking"])},
        "offered": read_options(row["options"]),
        "with_the_recruiters": row["open"],
        "passed_on": _moment(row["opened"]),
        "closed": _moment(row["closed"]),
        "rating": row["rating"],
        "replaced_by_an_edit": row["superseded"],
        "milliseconds": row["ms"],
        "name_in_the_log": row["uid"],
    }


def _wait(row: RowMapping) -> dict[str, Any]:
    return {
        "question": row["text"],
        "since": _moment(row["since"]),
        "until": _moment(row["until"]),
        "language": row["language"],
        "address": json.loads(row["address"]),
    }


def _notice(row: RowMapping) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "since": _moment(row["since"]),
        "due": _moment(row["due"]),
        "state": row["state"],
        "reason": row["reason"],
        "attempts": row["attempts"],
        "done": _moment(row["done"]),
        "text": read_debt(row["owed"]).reply.text if row["owed"] else None,
    }


def _message(row: RowMapping) -> dict[str, Any]:
    return {
        "received": _moment(row["received"]),
        "messenger": row["channel"],
        "kind": "tap" if row["tap"] else "edit" if row["edited"] else "message",
        "number_in_the_messenger": row["message_id"],
        "number_of_the_reply": row["sent_id"],
        "reply": row["state"],
        "reason": row["reason"],
        "fingerprint_of_the_text": row["fingerprint"],
        "was_to_disappear": row["fleeting"],
        "a_rating_is_about": row["rates"],
        "reply_still_owed": read_debt(row["owed"]).reply.text if row["owed"] else None,
    }


def _moment(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
