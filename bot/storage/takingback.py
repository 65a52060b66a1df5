"""Undoing what a moderator did, within the transaction of the act that undoes it.

What was done to a gap since stays done. What stays out: taking lessons out of learned files.
"""

import datetime as dt
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.gap import LEADS_TO, Act, GapState, Recorded, Ruling, Step, Verb
from bot.errors import NotPossible
from bot.storage import blocking, waiting
from bot.storage.acts import read
from bot.storage.settling import chunks, open_again, restore, still_there, touch, uids_where
from bot.storage.tables import acts, gaps, questions


@dataclass(frozen=True, slots=True)
class Taken:
    """The act that was undone, and what the undoing one is to remember of it."""

    act: Act
    details: Mapping[str, Any]


async def take_back(connection: AsyncConnection, ruling: Ruling) -> Taken:
    """Undo an act: what it did to gaps and questions, and the notices that have not gone out.

    Raises:
        NotPossible: there is none, it was undone before, or cannot be.
    """
    recorded = await read(connection, ruling.undoes or 0)
    if recorded is None:
        raise NotPossible("gone")
    act, details = recorded.act, recorded.details
    if act.undone is not None or act.step is Step.UNDONE:
        raise NotPossible("undone")
    late = act.verb is Verb.ERASE and act.step is Step.DONE
    if not act.can_be_undone or late or not details:
        raise NotPossible("final")
    back = await waiting.withdraw(connection, act.id, now=ruling.at)
    moving = update(acts).where(acts.c.id == act.id).values(step=Step.UNDONE.value)
    await connection.execute(moving)
    touched = await _touched(connection, recorded)
    await _BACK[act.verb](connection, recorded, ruling.at)
    await _put_again(connection, touched)
    counts = {"told": back.told, "spared": back.taken_back, "count": act.questions}
    lesson = await _unlearned(connection, recorded)
    return Taken(act, {**counts, "lesson": lesson, "entry": act.entry})


async def _unlearned(connection: AsyncConnection, recorded: Recorded) -> Mapping[str, Any] | None:
    """What is to go from the learned file.

    Where another answer has taken the place of this one since, that one stays, with all ways of
    asking for it. Where this one took the place of one that was taken back since, that one does not
    return.
    """
    lesson: dict[str, Any] | None = recorded.details.get("lesson")
    if not lesson or not lesson.get("answer"):
        return lesson
    lesson = {**lesson, "questions": dict(lesson["questions"])}
    others = await _other_answers(connection, recorded.act.id, lesson)
    if any(act > recorded.act.id and step is not Step.UNDONE for act, step, _ in others):
        return {**lesson, "questions": {}, "answer": {}}
    for act, step, other in reversed(others):
        replaced = act < recorded.act.id and other["answer"] == lesson["former"]
        if replaced and step is Step.UNDONE:
            lesson["former"] = other["former"]
            for code, asked in other.get("questions", {}).items():
                lesson["questions"][code] = [*lesson["questions"].get(code, ()), *asked]
    return lesson


async def _other_answers(
    connection: AsyncConnection, act: int, lesson: Mapping[str, Any]
) -> list[tuple[int, Step, dict[str, Any]]]:
    """The other answers for the same entry, oldest first: act, how far it is, lesson."""
    same = [
        func.json_extract(acts.c.details, f"$.lesson.{name}") == lesson[name]
        for name in ("file", "topic", "id")
    ]
    answering = and_(acts.c.kind == Verb.ANSWER.value, acts.c.id != act, *same)
    query = select(acts.c.id, acts.c.step, acts.c.details).where(answering).order_by(acts.c.id)
    return [
        (row.id, Step(row.step), json.loads(row.details)["lesson"])
        for row in await connection.execute(query)
    ]


async def _touched(connection: AsyncConnection, recorded: Recorded) -> set[int]:
    """The gaps to which questions may return."""
    details = recorded.details
    query = select(questions.c.gap).where(questions.c.act == recorded.act.id).distinct()
    found = set((await connection.execute(query)).scalars())
    found |= {recorded.act.gap, details.get("from"), details.get("into")}
    found |= {int(gap) for gap in details.get("moved", {})}
    return {gap for gap in found if gap is not None}


async def _put_again(connection: AsyncConnection, touched: set[int]) -> None:
    """What is open again in a gap that was settled meanwhile is put to gaps anew."""
    settled = select(gaps.c.id).where(gaps.c.id.in_(touched), gaps.c.state != GapState.OPEN.value)
    stranded = and_(questions.c.open.is_(True), questions.c.gap.in_(settled))
    await connection.execute(update(questions).where(stranded).values(gap=null()))


async def _undo_settling(connection: AsyncConnection, recorded: Recorded, at: dt.datetime) -> None:
    act, details = recorded.act, recorded.details
    mine = and_(questions.c.act == act.id, still_there())
    await open_again(connection, mine)
    await restore(connection, details)
    if act.gap is None:
        return
    if "into" in details or "topic" in details:
        await _undo_recognising(connection, recorded, at)
        return
    # What was done to the gap since stays done.
    unchanged = and_(gaps.c.id == act.gap, gaps.c.state == LEADS_TO[act.verb].value)
    await connection.execute(update(gaps).where(unchanged).values(state=details["state"]))
    await touch(connection, [act.gap], at)


async def _undo_recognising(
    connection: AsyncConnection, recorded: Recorded, at: dt.datetime
) -> None:
    gap, details = recorded.act.gap, recorded.details
    values = {name: details[name] for name in ("topic", "key", "kind")}
    await connection.execute(update(gaps).where(gaps.c.id == gap).values(**values))
    if "into" in details:
        await _undo_merging(connection, recorded, at)
    elif gap is not None:
        await touch(connection, [gap], at)


async def _undo_erasing(connection: AsyncConnection, recorded: Recorded, at: dt.datetime) -> None:
    act, details = recorded.act, recorded.details
    # What was opened and erased again since is the later act's.
    mine = set(await uids_where(connection, questions.c.act == act.id))
    of_act = questions.c.act == act.id
    await connection.execute(update(questions).where(of_act).values(act=null()))
    for some in chunks([uid for uid in details.get("open", []) if uid in mine]):
        await open_again(connection, and_(questions.c.uid.in_(some), still_there()))
    for former, uids in details.get("acts", {}).items():
        for some in chunks([uid for uid in uids if uid in mine]):
            putting = update(questions).where(questions.c.uid.in_(some))
            await connection.execute(putting.values(act=int(former)))
    erased = and_(gaps.c.id == act.gap, gaps.c.state == GapState.ERASED.value)
    await connection.execute(update(gaps).where(erased).values(state=details["state"]))
    if act.gap is not None:
        await touch(connection, [act.gap], at)


async def _undo_blocking(connection: AsyncConnection, recorded: Recorded, at: dt.datetime) -> None:
    del at
    await blocking.unblock(connection, recorded.details["person"])
    await open_again(connection, and_(questions.c.act == recorded.act.id, still_there()))


async def _undo_merging(connection: AsyncConnection, recorded: Recorded, at: dt.datetime) -> None:
    details = recorded.details
    for gap, uids in details["moved"].items():
        for some in chunks(uids):
            back = and_(questions.c.uid.in_(some), questions.c.gap == details["into"])
            await connection.execute(update(questions).where(back).values(gap=int(gap)))
        merged = and_(gaps.c.id == int(gap), gaps.c.state == GapState.MERGED.value)
        values = {"state": details["states"][gap], "merged": None}
        await connection.execute(update(gaps).where(merged).values(**values))
    await touch(connection, [details["into"], *map(int, details["moved"])], at)


async def _undo_splitting(connection: AsyncConnection, recorded: Recorded, at: dt.datetime) -> None:
    new, origin = recorded.act.gap, recorded.details["from"]
    if new is None:
        return
    await connection.execute(update(questions).where(questions.c.gap == new).values(gap=origin))
    # From now on it leads back to where it was split from.
    values = {"state": GapState.MERGED.value, "merged": origin}
    await connection.execute(update(gaps).where(gaps.c.id == new).values(**values))
    await touch(connection, [new, origin], at)


async def _undo_closing(connection: AsyncConnection, recorded: Recorded, at: dt.datetime) -> None:
    mine = and_(questions.c.act == recorded.act.id, still_there())
    query = select(questions.c.gap).where(mine).distinct()
    concerned = [gap for gap in (await connection.execute(query)).scalars() if gap is not None]
    await open_again(connection, mine)
    await restore(connection, recorded.details)
    for gap in concerned:
        answered = and_(gaps.c.id == gap, gaps.c.state == GapState.ANSWERED.value)
        await connection.execute(update(gaps).where(answered).values(state=GapState.OPEN.value))
    await touch(connection, concerned, at)


_Back = Callable[[AsyncConnection, Recorded, dt.datetime], Coroutine[Any, Any, None]]
_BACK: Mapping[Verb, _Back] = {
    Verb.ANSWER: _undo_settling,
    Verb.ASSIGN: _undo_settling,
    Verb.IGNORE: _undo_settling,
    Verb.ERASE: _undo_erasing,
    Verb.BLOCK: _undo_blocking,
    Verb.MERGE: _undo_merging,
    Verb.SPLIT: _undo_splitting,
    Verb.CLOSE: _undo_closing,
}
