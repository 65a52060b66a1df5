"""Carrying out what was decided, step by step: learned file, knowledge, notices.

Every step is noted in the log once it was taken, and may be taken twice without harm, so that a
process may end between any two, and this one or another goes on.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.gap import Recorded, Step, Verb
from bot.errors import BotError, loggable
from bot.knowledge.learned import Lesson, locked, teach, unteach
from bot.knowledge.live import Live
from bot.moderation.parts import ActsPart, RulingsPart
from bot.moderation.wording import Wording

_log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Carried:
    """How far it went: ``told`` people will be told; ``trouble`` says what is in the way."""

    finished: bool
    told: int = 0
    trouble: str = ""


@dataclass
class Carrier:
    """Takes the steps of acts. Safe beside others of its kind, in this process and elsewhere."""

    acts: ActsPart
    rulings: RulingsPart
    knowledge: Live
    wording: Wording
    clock: Clock
    delay: dt.timedelta
    _under_way: dict[int, "asyncio.Task[Carried]"] = field(default_factory=dict)

    async def carry(self, recorded: Recorded) -> Carried:
        """Take all steps that are left and due. Does not raise for what may be mended: see there.

        Who calls while it is under way waits for the same; who goes away stops nothing.
        """
        act = recorded.act.id
        task = self._under_way.get(act)
        if task is None:
            task = asyncio.create_task(self._carry(recorded), name=f"act {act}")
            self._under_way[act] = task
            task.add_done_callback(lambda _: self._under_way.pop(act, None))
        return await asyncio.shield(task)

    async def carry_on(self) -> int:
        """Go on with whatever was left behind, and tell who began to wait too late to be told.

        Returns:
            How many acts were finished.
        """
        finished = 0
        for recorded in await self.acts.unfinished():
            finished += (await self.carry(recorded)).finished
        now = self.clock()
        for recorded in await self.acts.late():
            base = self.knowledge.current()
            if self.wording.can_answer(recorded, base):
                say = self.wording.answered(recorded, base, now)
                await self.acts.tell_late(recorded.act.id, say, now)
        return finished

    async def drained(self) -> None:
        """Return once nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def _carry(self, recorded: Recorded) -> Carried:
        act, step, told = recorded.act.id, recorded.act.step, 0
        try:
            while step not in (Step.DONE, Step.UNDONE):
                if step is Step.RECORDED and recorded.act.verb is Verb.ERASE:
                    return Carried(await self._erase(recorded))
                if step is Step.RECORDED:
                    step = await self._write(recorded)
                elif step is Step.WRITTEN:
                    await self.knowledge.refresh()
                    step = await self._advance(act, Step.WRITTEN, Step.REFRESHED)
                else:
                    told = await self._tell(recorded)
                    step = Step.DONE
        except (BotError, OSError) as error:
            _log.warning("act %d is not carried out yet: %s", act, loggable(error))
            return Carried(finished=False, trouble=str(error))
        return Carried(finished=True, told=told)

    async def _erase(self, recorded: Recorded) -> bool:
        """The texts go once nobody can take it back any more."""
        now = self.clock()
        if now < recorded.act.at + self.delay:
            return False
        return await self.rulings.erase(recorded.act.id, now)

    async def _write(self, recorded: Recorded) -> Step:
        lesson = Lesson.from_values(recorded.details["lesson"])
        topics = self.knowledge.current().topics
        change = unteach if recorded.act.verb is Verb.UNDO else teach
        async with locked(Path(lesson.file).parent):
            # Whoever takes it back notes that first, and then waits here: so look once more.
            now = await self.acts.recorded(recorded.act.id)
            if now is None or now.act.step is not Step.RECORDED:
                return now.act.step if now is not None else Step.UNDONE
            await asyncio.to_thread(change, lesson, topics)
            return await self._advance(recorded.act.id, Step.RECORDED, Step.WRITTEN)

    async def _advance(self, act: int, before: Step, after: Step) -> Step:
        if await self.acts.advance(act, before, after):
            return after
        found = await self.acts.recorded(act)
        return found.act.step if found is not None else Step.UNDONE

    async def _tell(self, recorded: Recorded) -> int:
        act, now, base = recorded.act, self.clock(), self.knowledge.current()
        if act.verb is Verb.UNDO or not self.wording.can_answer(recorded, base):
            await self.acts.advance(act.id, Step.REFRESHED, Step.DONE)
            return 0
        say = self.wording.answered(recorded, base, now)
        told = await self.acts.tell(act.id, say, max(act.at + self.delay, now), now)
        return told or 0
