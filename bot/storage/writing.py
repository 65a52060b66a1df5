"""One batch of writes, in one transaction. Statements are built once; rows come as plain dicts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, false, func, null, select, true, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from bot.ports import Kept, State
from bot.storage.codec import read_debt
from bot.storage.tables import chats, messages, questions

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Keep:
    """A handled update: its row, and what is written only together with it."""

    message: Row
    kept: Kept
    questions: Sequence[Row] = ()
    settlements: Sequence[Row] = ()
    memory: Row = field(default_factory=dict)

    @property
    def uid(self) -> str:
        """The row's name."""
        uid: str = self.message["uid"]
        return uid

    @property
    def supersedes(self) -> Row | None:
        """What an edit takes the place of, or None."""
        row = self.message
        if not row["edited"] or not row["message_id"]:
            return None
        return {
            "_uid": row["uid"],
            "_chat": row["chat"],
            "_message_id": row["message_id"],
            "_at": row["received"],
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a reply."""

    row: Row

    @classmethod
    def of(cls, uid: str, state: State, sent_id: str = "", reason: str = "") -> "Mark":
        """The mark for the update *uid*."""
        return cls({"_uid": uid, "_state": state.value, "_sent_id": sent_id, "_reason": reason})


def write(connection: Connection, batch: Sequence[Keep | Mark]) -> list[Kept | None]:
    """Write a batch; for each `Keep` the row that stands in the log, whoever wrote it first."""
    keeps: dict[str, Keep] = {}
    for item in batch:
        if isinstance(item, Keep):
            keeps.setdefault(item.uid, item)
    rows = {uid: item.kept for uid, item in keeps.items()}
    new = list(keeps.values())
    if new:
        added = connection.execute(_ADD_MESSAGES, [item.message for item in new])
        uids = {uid for (uid,) in added}
        if len(uids) < len(new):
            new = [item for item in new if item.uid in uids]
            rows |= find(connection, [uid for uid in keeps if uid not in uids])
        _write_new(connection, new)
    if marks := [item.row for item in batch if isinstance(item, Mark)]:
        connection.execute(_MARK, marks)
    return [rows[item.uid] if isinstance(item, Keep) else None for item in batch]


def _write_new(connection: Connection, new: Sequence[Keep]) -> None:
    for statement, rows in _steps(new):
        if rows:
            connection.execute(statement, rows)


def _steps(new: Sequence[Keep]) -> Iterator[tuple[Any, list[Row]]]:
    superseded = [row for item in new if (row := item.supersedes) is not None]
    yield _SUPERSEDE_QUESTIONS, superseded
    yield _SUPERSEDE_MESSAGES, superseded
    yield _ADD_QUESTIONS, [row for item in new for row in item.questions]
    yield _SETTLE, [row for item in new for row in item.settlements]
    # The last one counts where a chat wrote twice.
    memories = {item.memory["chat"]: item.memory for item in new if item.memory}
    yield _REMEMBER, [row for row in memories.values() if row["memory"]]
    yield _FORGET_CHAT, [{"_chat": chat} for chat, row in memories.items() if not row["memory"]]


def find(connection: Connection, uids: Sequence[str]) -> dict[str, Kept]:
    """The rows of updates that were handled before."""
    found = connection.execute(_FIND, {"uids": list(uids)})
    return {
        uid: Kept(State(state), read_debt(owed).reply if owed else None, sent_id)
        for uid, state, owed, sent_id in found
    }


def meet(
    connection: Connection, names: Sequence[tuple[str, str]]
) -> tuple[dict[str, Kept], dict[str, str]]:
    """What there is of updates and of chats: the rows of some, what is remembered of others.

    Args:
        connection: to read with.
        names: of an update and of a chat each; an empty one asks for nothing.
    """
    kept = find(connection, [uid for uid, _ in names if uid])
    found = connection.execute(_RECALL, {"keys": list({chat for _, chat in names if chat})})
    return kept, {row.chat: row.memory for row in found}


_RECALL = select(chats.c.chat, chats.c.memory).where(
    chats.c.chat.in_(bindparam("keys", expanding=True))
)
_FIND = select(messages.c.uid, messages.c.state, messages.c.owed, messages.c.sent_id).where(
    messages.c.uid.in_(bindparam("uids", expanding=True))
)
# SQLite's own INSERT, for its ON CONFLICT; PostgreSQL's takes the same words.
_ADD_MESSAGES = (
    insert(messages).on_conflict_do_nothing(index_elements=["uid"]).returning(messages.c.uid)
)
# What returns something goes to SQLite as one statement for all rows, not as one for each: between
# two, the thread would have to wait for the interpreter.
_ADD_QUESTIONS = (
    insert(questions).on_conflict_do_nothing(index_elements=["uid"]).returning(questions.c.position)
)
_remember = insert(chats)
_REMEMBER = _remember.on_conflict_do_update(
    index_elements=["chat"],
    set_={"memory": _remember.excluded.memory, "updated": _remember.excluded.updated},
).returning(chats.c.updated)
_FORGET_CHAT = delete(chats).where(chats.c.chat == bindparam("_chat"))

_MARK = (
    update(messages)
    .where(messages.c.uid == bindparam("_uid"))
    .values(
        state=bindparam("_state"),
        # A forgotten row stays without anything that leads back to the chat.
        sent_id=case((messages.c.chat.is_(None), ""), else_=bindparam("_sent_id")),
        reason=bindparam("_reason"),
        owed=null(),
    )
)

_EDITED = and_(
    messages.c.chat == bindparam("_chat"),
    messages.c.message_id == bindparam("_message_id"),
    messages.c.tap.is_(false()),
    messages.c.uid != bindparam("_uid"),
)
_SUPERSEDE_MESSAGES = update(messages).where(_EDITED).values(superseded=True)
_SUPERSEDE_QUESTIONS = (
    update(questions)
    .where(questions.c.message.in_(select(messages.c.uid).where(_EDITED)))
    .values(
        superseded=True,
        closed=case((questions.c.open.is_(true()), bindparam("_at")), else_=questions.c.closed),
        open=False,
    )
)

_wanted = bindparam("_open", type_=questions.c.open.type)
# Who takes a thumb down back closes what that thumb opened: an answer, and nothing passed on.
_opening = case(
    (
        and_(
            _wanted.is_(false()),
            bindparam("_rating").is_not(None),
            questions.c.decision != "answer",
        ),
        null(),
    ),
    else_=_wanted,
)
_SETTLE = (
    update(questions)
    # Only from the chat where it was asked: what a button carries can be forged.
    .where(questions.c.uid == bindparam("_uid"), questions.c.chat == bindparam("_chat"))
    .values(
        decision=func.coalesce(bindparam("_decision"), questions.c.decision),
        topic=func.coalesce(bindparam("_topic"), questions.c.topic),
        entry=func.coalesce(bindparam("_entry"), questions.c.entry),
        rating=func.coalesce(bindparam("_rating"), questions.c.rating),
        opened=case(
            (and_(_opening.is_(true()), questions.c.opened.is_(None)), bindparam("_at")),
            else_=questions.c.opened,
        ),
        closed=case(
            (_opening.is_(true()), null()),
            (
                and_(_opening.is_(false()), questions.c.open.is_(true())),
                bindparam("_at"),
            ),
            else_=questions.c.closed,
        ),
        open=func.coalesce(_opening, questions.c.open),
    )
)
