"""What moderators decide, written down: an act, and what it does to gaps and questions at once.

One transaction each, so that of two moderators the first wins, and a crash leaves all of it or
nothing. What stays out: learned files and notices, which are steps of their own (`bot.storage.acts`
says how far an act is).
"""

import datetime as dt
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, func, null, or_, select, true
from sqlalchemy import update as sql_update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.gap import LEADS_TO, POSSIBLE, GapKind, GapState, Recorded, Ruling, Step, Verb
from bot.errors import AlreadyDecided, NotPossible
from bot.storage import blocking, outbox
from bot.storage.acts import add, advance, last_of, read, read_by_key
from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.founding import let_go, words_of
from bot.storage.grouping import telling
from bot.storage.moment import in_utc
from bot.storage.settling import chunks, open_again, still_there, touch, uids_where
from bot.storage.tables import acts, gaps, notices, questions, waits
from bot.storage.takingback import take_back

_CHUNK = 500


class Rulings:
    """Records what was decided, in the log of a `bot.storage.store.SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, ruling: Ruling) -> Recorded:
        """Write *ruling* down and settle its gap and questions.

        The same ``key`` again changes nothing, and returns what it led to.

        Raises:
            NotPossible: there is no such gap, question or act any more, or not in this state.
            AlreadyDecided: the gap's version is another one.
        """
        async with self._database.transaction() as connection:
            before = await read_by_key(connection, ruling.key)
            if before is not None:
                return before
            number = await _HOW[ruling.verb](connection, ruling)
            recorded = await read(connection, number)
        if recorded is None:
            raise AssertionError("an act is there once it was written")
        return recorded

    async def erase(self, act: int, now: dt.datetime) -> bool:
        """Carry out an erasing: the texts go for good. False if it was taken back.

        Who waits for an answer to one of them waits no longer, and is told so as at any wait's end.
        """
        async with self._database.transaction() as connection:
            if not await advance(connection, act, Step.RECORDED, Step.DONE):
                return False
            of_act = select(questions.c.uid).where(questions.c.act == act)
            uids = (await connection.execute(of_act)).scalars().all()
            words = await words_of(connection, questions.c.act == act)
            for some in chunks(uids):
                asked = waits.c.question.in_(some)
                tied = select(waits.c.notice).where(asked, waits.c.notice.is_not(None))
                telling_it = or_(notices.c.question.in_(some), notices.c.uid.in_(tied))
                await outbox.drop(connection, telling_it, "erased", now)
                ending = sql_update(waits).where(asked)
                await connection.execute(ending.values(until=in_utc(now)))
                await connection.execute(
                    sql_update(questions)
                    .where(questions.c.uid.in_(some))
                    .values(text="", ranking="[]", options="[]")
                )
            await let_go(connection, words)
        return True


async def _settle(connection: AsyncConnection, ruling: Ruling) -> int:
    """ANSWER, ASSIGN, IGNORE: the gap and all that is open in it."""
    gap = await _gap(connection, ruling.gap, ruling.version, ruling.verb)
    open_ones = and_(questions.c.gap == gap.id, questions.c.open.is_(true()))
    before = await _before(connection, open_ones, ruling)
    count = await _count(connection, open_ones)
    act = await _add(connection, ruling, {"state": gap.state, "before": before, "count": count})
    await _close(connection, open_ones, act, ruling)
    await _let_go(connection, gap.id)
    await _move_gap(connection, gap.id, ruling, LEADS_TO[ruling.verb])
    return act


async def _recognise(connection: AsyncConnection, ruling: Ruling) -> int:
    """ASSIGN to a topic that nothing answers: the gap becomes that of the topic, and stays open.

    Where the topic has an open gap already, this one is merged into it.
    """
    gap = await _gap(connection, ruling.gap, ruling.version, ruling.verb)
    whole = and_(questions.c.gap == gap.id, questions.c.open.is_(true()))
    before = await _before(connection, whole, ruling)
    details: dict[str, Any] = {"state": gap.state, "before": before, "topic": gap.topic}
    details |= {"key": gap.key, "count": await _count(connection, whole), "kind": gap.kind}
    same = (
        select(gaps.c.id)
        .where(
            gaps.c.posting == gap.posting,
            gaps.c.topic == ruling.topic,
            gaps.c.state == GapState.OPEN.value,
            gaps.c.kind == GapKind.UNSTATED.value,
            gaps.c.id != gap.id,
        )
        .order_by(gaps.c.id)
        .limit(1)
    )
    target = await connection.scalar(same)
    if target is not None:
        details |= {"into": target, "moved": {str(gap.id): await _uids_of(connection, gap.id)}}
        details["states"] = {str(gap.id): gap.state}
    act = await _add(connection, ruling, details)
    await connection.execute(sql_update(questions).where(whole).values(topic=ruling.topic))
    if target is not None:
        await _merge_into(connection, target, [gap.id], ruling.at)
    else:
        # It keeps its words only where it was split off: alike ones join it all the same.
        values = {"topic": ruling.topic, "kind": GapKind.UNSTATED.value}
        values |= {"key": gap.key if gap.origin is not None else ""}
        await connection.execute(sql_update(gaps).where(gaps.c.id == gap.id).values(**values))
        await touch(connection, [gap.id], ruling.at)
    return act


async def _assign(connection: AsyncConnection, ruling: Ruling) -> int:
    if ruling.entry:
        return await _settle(connection, ruling)
    return await _recognise(connection, ruling)


async def _reopen(connection: AsyncConnection, ruling: Ruling) -> int:
    gap = await _gap(connection, ruling.gap, ruling.version, ruling.verb)
    closing = select(acts.c.id).where(
        acts.c.kind.in_(
            [verb.value for verb in (Verb.ANSWER, Verb.ASSIGN, Verb.IGNORE, Verb.CLOSE)]
        )
    )
    closed = and_(
        questions.c.gap == gap.id,
        questions.c.open.is_(false()),
        questions.c.act.in_(closing),
        still_there(),
    )
    details = {"state": gap.state, "count": await _count(connection, closed)}
    act = await _add(connection, ruling, details)
    await open_again(connection, closed)
    await _move_gap(connection, gap.id, ruling, GapState.OPEN)
    return act


async def _erase(connection: AsyncConnection, ruling: Ruling) -> int:
    """The texts are taken from view and from the list; they go when `Rulings.erase` is called."""
    gap = await _gap(connection, ruling.gap, ruling.version, ruling.verb)
    whole = and_(questions.c.gap == gap.id, questions.c.text != "")
    if ruling.questions:
        whole = and_(whole, questions.c.uid.in_([plain(uid) for uid in ruling.questions]))
    details: dict[str, Any] = {"state": gap.state, "count": await _count(connection, whole)}
    if not details["count"]:
        raise NotPossible("gone")
    details["acts"] = await _acts_of(connection, whole)
    details["open"] = await uids_where(connection, and_(whole, questions.c.open.is_(true())))
    act = await _add(connection, ruling, details)
    await connection.execute(
        sql_update(questions)
        .where(whole)
        .values(open=False, closed=func.coalesce(questions.c.closed, _at(ruling)), act=act)
    )
    if ruling.questions:
        await touch(connection, [gap.id], ruling.at)
    else:
        await _move_gap(connection, gap.id, ruling, GapState.ERASED)
    return act


async def _block(connection: AsyncConnection, ruling: Ruling) -> int:
    """Nothing more is read of a person; what is open of theirs is closed, what waits dropped."""
    uid = plain(ruling.questions[0]) if ruling.questions else ""
    query = select(questions.c.person, questions.c.gap).where(questions.c.uid == uid)
    row = (await connection.execute(query)).first()
    if row is None or row.person is None:
        raise NotPossible("gone")
    if not await blocking.block(connection, row.person, ruling.moderator, ruling.at):
        raise NotPossible("blocked")
    theirs = and_(questions.c.person == row.person, questions.c.open.is_(true()))
    details = {"person": row.person, "count": await _count(connection, theirs)}
    act = await _add(connection, ruling, details, gap=row.gap)
    await connection.execute(
        sql_update(questions).where(theirs).values(open=False, closed=_at(ruling), act=act)
    )
    return act


async def _merge(connection: AsyncConnection, ruling: Ruling) -> int:
    target = await _gap(connection, ruling.gap, ruling.version, ruling.verb)
    moved: dict[str, list[str]] = {}
    states: dict[str, str] = {}
    for other, version in ruling.others:
        gap = await _gap(connection, other, version, ruling.verb)
        if gap.id == target.id or gap.posting != target.posting:
            raise NotPossible("target")
        moved[str(gap.id)] = await _uids_of(connection, gap.id)
        states[str(gap.id)] = gap.state
    if not moved:
        raise NotPossible("target")
    count = sum(len(uids) for uids in moved.values())
    details = {"into": target.id, "moved": moved, "states": states, "count": count}
    act = await _add(connection, ruling, details)
    await _merge_into(connection, target.id, [int(gap) for gap in moved], ruling.at)
    return act


async def _split(connection: AsyncConnection, ruling: Ruling) -> int:
    gap = await _gap(connection, ruling.gap, ruling.version, ruling.verb)
    wanted = [plain(uid) for uid in ruling.questions]
    chosen = and_(questions.c.gap == gap.id, questions.c.uid.in_(wanted))
    query = select(questions.c.uid, questions.c.text).where(chosen).order_by(questions.c.received)
    rows = (await connection.execute(query)).all()
    key = next((telling(row.text) for row in rows if row.text), "")
    if not key:
        raise NotPossible("gone")
    at = in_utc(ruling.at)
    row = {"posting": gap.posting, "topic": None, "kind": gap.kind, "key": key}
    if gap.kind == GapKind.UNSTATED.value:
        row["kind"] = GapKind.UNANSWERED.value
    row |= {"state": gap.state, "created": at, "changed": at, "version": 0, "origin": gap.id}
    new = (await connection.execute(insert(gaps).values(row).returning(gaps.c.id))).scalar_one()
    uids = [row.uid for row in rows]
    details = {"from": gap.id, "uids": uids, "count": len(uids)}
    act = await _add(connection, ruling, details, gap=new)
    await connection.execute(sql_update(questions).where(chosen).values(gap=new))
    await touch(connection, [gap.id], ruling.at)
    return act


async def _close_some(connection: AsyncConnection, ruling: Ruling) -> int:
    """CLOSE: of the given questions, those that are still open; gaps left without any follow."""
    wanted = [plain(uid) for uid in ruling.answers]
    still: list[str] = []
    for some in chunks(wanted):
        these = and_(questions.c.uid.in_(some), questions.c.open.is_(true()))
        still += await uids_where(connection, these)
    if not still:
        raise NotPossible("gone")
    concerned: set[int] = set()
    before: dict[str, list[str]] = {}
    for some in chunks(still):
        these = questions.c.uid.in_(some)
        for name, uids in (await _before(connection, these, ruling)).items():
            before.setdefault(name, []).extend(uids)
        ids = await connection.execute(select(questions.c.gap).where(these).distinct())
        concerned |= {gap for gap in ids.scalars() if gap is not None}
    left = set(still)
    answers: dict[str, list[str]] = {}
    for uid, entry in ruling.answers.items():
        if plain(uid) in left:
            answers.setdefault(entry, []).append(plain(uid))
    details: dict[str, Any] = {"before": before, "count": len(still), "answers": answers}
    act = await _add(connection, ruling, details)
    for entry, uids in answers.items():
        for some in chunks(uids):
            await _close(connection, questions.c.uid.in_(some), act, replace(ruling, entry=entry))
    for gap in sorted(concerned):
        await _close_if_empty(connection, gap, ruling.at)
    return act


async def _close_if_empty(connection: AsyncConnection, gap: int, at: dt.datetime) -> None:
    left = await _count(connection, and_(questions.c.gap == gap, questions.c.open.is_(true())))
    is_open = and_(gaps.c.id == gap, gaps.c.state == GapState.OPEN.value)
    if not left:
        closing = sql_update(gaps).where(is_open).values(state=GapState.ANSWERED.value)
        await connection.execute(closing)
        await _let_go(connection, gap)
    await touch(connection, [gap], at)


async def _undo(connection: AsyncConnection, ruling: Ruling) -> int:
    taken = await take_back(connection, ruling)
    return await _add(connection, ruling, taken.details, gap=taken.act.gap)


_How = Callable[[AsyncConnection, Ruling], Coroutine[Any, Any, int]]

_HOW: Mapping[Verb, _How] = {
    Verb.ANSWER: _settle,
    Verb.ASSIGN: _assign,
    Verb.IGNORE: _settle,
    Verb.REOPEN: _reopen,
    Verb.ERASE: _erase,
    Verb.BLOCK: _block,
    Verb.MERGE: _merge,
    Verb.SPLIT: _split,
    Verb.CLOSE: _close_some,
    Verb.UNDO: _undo,
}


async def _gap(connection: AsyncConnection, gap: int | None, version: int, verb: Verb) -> Any:
    """The gap's row, if it is as the moderator saw it and *verb* is possible."""
    row = (await connection.execute(select(gaps).where(gaps.c.id == gap))).first()
    if row is None:
        raise NotPossible("gone")
    if row.version != version:
        raise await _decided(connection, row.merged or row.id)
    if verb not in POSSIBLE[GapState(row.state)]:
        raise NotPossible("state")
    return row


async def _decided(connection: AsyncConnection, gap: int) -> AlreadyDecided | NotPossible:
    last = await last_of(connection, gap)
    if last is None:
        return NotPossible("changed")
    text = next(iter(last.texts.values()), "")
    return AlreadyDecided(last.moderator, last.verb.value, last.at, text=text)


async def _add(
    connection: AsyncConnection,
    ruling: Ruling,
    details: Mapping[str, Any],
    *,
    gap: int | None = None,
) -> int:
    given: dict[str, Any] = {"entry": ruling.entry, "texts": dict(ruling.texts)}
    given["learn"] = ruling.learn.value if ruling.learn else None
    given["lesson"] = dict(ruling.lesson) or None
    given |= details
    given = {name: value for name, value in given.items() if value is not None or name == "topic"}
    row = {
        "gap": gap if gap is not None else ruling.gap,
        "kind": ruling.verb.value,
        "moderator": ruling.moderator,
        "at": in_utc(ruling.at),
        "step": _first_step(ruling, given).value,
        "undoes": ruling.undoes,
        "key": ruling.key or None,
    }
    return await add(connection, row, given)


def _first_step(ruling: Ruling, details: Mapping[str, Any]) -> Step:
    """Where carrying out begins: with the file, with telling, or with nothing."""
    if details.get("lesson") or ruling.verb is Verb.ERASE:
        return Step.RECORDED
    return Step.REFRESHED if ruling.tells else Step.DONE


async def _before(
    connection: AsyncConnection, which: ColumnElement[bool], ruling: Ruling
) -> dict[str, list[str]]:
    """What an undo gives back to the questions, those with the same together."""
    if not ruling.entry and ruling.topic is None and not ruling.answers:
        return {}
    query = select(questions.c.uid, questions.c.topic, questions.c.entry).where(which)
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query):
        found.setdefault(f"{row.topic or ''}\x1f{row.entry or ''}", []).append(row.uid)
    return found


async def _let_go(connection: AsyncConnection, gap: int) -> None:
    """What people settled by themselves is not the gap's, so that it can be put to one again."""
    theirs = and_(
        questions.c.gap == gap,
        questions.c.open.is_(false()),
        questions.c.closed.is_not(None),
        questions.c.act.is_(None),
    )
    await connection.execute(sql_update(questions).where(theirs).values(gap=null()))


async def _close(
    connection: AsyncConnection, which: ColumnElement[bool], act: int, ruling: Ruling
) -> None:
    values: dict[str, Any] = {"open": False, "closed": _at(ruling), "act": act}
    if ruling.entry:
        values["entry"] = ruling.entry
    if ruling.topic is not None:
        values["topic"] = ruling.topic
    await connection.execute(sql_update(questions).where(which).values(**values))


async def _merge_into(
    connection: AsyncConnection, target: int, others: Sequence[int], at: dt.datetime
) -> None:
    moving = sql_update(questions).where(questions.c.gap.in_(others)).values(gap=target)
    await connection.execute(moving)
    # What led to one of them leads on to the end of the chain by itself.
    values = {"state": GapState.MERGED.value, "merged": target}
    await connection.execute(sql_update(gaps).where(gaps.c.id.in_(others)).values(**values))
    await touch(connection, [target, *others], at)


async def _move_gap(connection: AsyncConnection, gap: int, ruling: Ruling, state: GapState) -> None:
    await connection.execute(sql_update(gaps).where(gaps.c.id == gap).values(state=state.value))
    await touch(connection, [gap], ruling.at)


def _at(ruling: Ruling) -> Any:
    return bindparam(None, in_utc(ruling.at), type_=questions.c.closed.type)


async def _count(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(questions).where(which)
    return int(await connection.scalar(query) or 0)


async def _uids_of(connection: AsyncConnection, gap: int) -> list[str]:
    return await uids_where(connection, questions.c.gap == gap)


async def _acts_of(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[str, list[str]]:
    """What closed these questions before."""
    query = select(questions.c.uid, questions.c.act).where(which, questions.c.act.is_not(None))
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query):
        found.setdefault(str(row.act), []).append(row.uid)
    return found
