"""Killed between any two steps of an act, nothing is lost and nothing is done twice."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from bot.core.gap import Answering, GapState, Learn, Step
from bot.knowledge.reading import read_folder
from bot.moderation import carrying
from tests.moderation.house import ADA, HAND_WRITTEN, MINUTE, TOPICS, House, opened

CREDIT = "Will my night classes count towards seniority?"
YES = Answering({"en": "They do."}, questions={"en": ("Do night classes count?",)})
ONCE = Answering({"en": "They do."}, Learn.ONCE)
Life = Callable[[House], Coroutine[Any, Any, None]]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Ends the process right after the *n*-th of the steps that it is made to count."""

    def __init__(self, n: int) -> None:
        self.left = n

    def counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        if asyncio.iscoroutinefunction(call):

            @wraps(call)
            async def awaited(*args: Any, **more: Any) -> Any:
                result = await call(*args, **more)
                self._step()
                return result

            return awaited

        @wraps(call)
        def called(*args: Any, **more: Any) -> Any:
            result = call(*args, **more)
            self._step()
            return result

        return called

    def watch(self, house: House) -> None:
        desk = house.desk
        steps = [(desk.rulings, "record"), (desk.rulings, "erase"), (desk.acts_kept, "advance")]
        steps += [(desk.acts_kept, "tell"), (desk.knowledge, "refresh")]
        steps += [(carrying, "teach"), (carrying, "unteach")]
        for part, name in steps:
            setattr(part, name, self.counting(getattr(part, name)))

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            die()


def lived(folder: Path, life: Life, *, until: int) -> bool:
    """Lead a *life* in another process, killed after its step *until*; whether it was."""
    child = os.fork()
    if child == 0:
        asyncio.run(_life(folder, life, until))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


async def _life(folder: Path, life: Life, until: int) -> None:
    house = await opened(folder)
    Countdown(until).watch(house)
    await life(house)
    await house.store.close()


async def asked_before(folder: Path) -> None:
    house = await opened(folder)
    async with house.store:
        await house.ask(CREDIT, "p1", waits=True)
        await house.desk.gaps()


async def answering(house: House) -> None:
    (gap,) = await house.gaps()
    await house.desk.answer(gap.id, gap.version, ADA, YES)


async def answering_once(house: House) -> None:
    (gap,) = await house.gaps()
    await house.desk.answer(gap.id, gap.version, ADA, ONCE)


async def undoing(house: House) -> None:
    (act,) = await house.desk.acts()
    await house.desk.undo(act.id, ADA)


async def erasing(house: House) -> None:
    (gap,) = await house.gaps()
    await house.desk.erase(gap.id, gap.version, ADA)
    house.later()
    await house.desk.round()


async def answered_before(folder: Path) -> None:
    await asked_before(folder)
    house = await opened(folder)
    async with house.store:
        await answering(house)


async def gone_on(folder: Path) -> House:
    """What the next process does by itself."""
    house = await opened(folder)
    await house.desk.round()
    await house.desk.round()
    return house


@pytest.mark.parametrize("until", range(1, 7))
def test_an_answer_is_carried_out_by_the_next_process(tmp_path: Path, until: int) -> None:
    asyncio.run(asked_before(tmp_path))

    assert lived(tmp_path, answering, until=until)

    async def check() -> None:
        house = await gone_on(tmp_path)
        async with house.store:
            (act,) = await house.desk.acts()
            assert act.step is Step.DONE
            detail = await house.desk.gap(act.gap or 0)
            assert detail.summary.state is GapState.ANSWERED
            assert house.live.current().postings["nurse"].entry(act.entry) is not None
            house.later(MINUTE * 2)
            assert len(await house.told()) == 1
            await house.desk.round()
            assert await house.told() == []

    asyncio.run(check())
    assert read_folder(tmp_path / "knowledge", TOPICS).errors == ()
    assert (tmp_path / "knowledge" / "nurse.yaml").read_text() == HAND_WRITTEN


def test_six_steps_are_all_that_there_are(tmp_path: Path) -> None:
    asyncio.run(asked_before(tmp_path))

    assert not lived(tmp_path, answering, until=7)


@pytest.mark.parametrize("until", [1, 2])
def test_an_answer_for_once_is_told_by_the_next_process(tmp_path: Path, until: int) -> None:
    asyncio.run(asked_before(tmp_path))

    assert lived(tmp_path, answering_once, until=until)

    async def check() -> None:
        house = await gone_on(tmp_path)
        async with house.store:
            house.later(MINUTE * 2)
            assert len(await house.told()) == 1

    asyncio.run(check())


@pytest.mark.parametrize("until", range(1, 7))
def test_an_undo_is_carried_out_by_the_next_process(tmp_path: Path, until: int) -> None:
    asyncio.run(answered_before(tmp_path))

    assert lived(tmp_path, undoing, until=until)

    async def check() -> None:
        house = await gone_on(tmp_path)
        async with house.store:
            undo, answer = await house.desk.acts()
            assert (undo.step, answer.step) == (Step.DONE, Step.UNDONE)
            assert house.live.current().postings["nurse"].entry(answer.entry) is None
            (gap,) = await house.gaps()
            assert gap.waiting == 1
            house.later(MINUTE * 2)
            assert await house.told() == []

    asyncio.run(check())


@pytest.mark.parametrize("until", [1, 2])
def test_an_erasing_is_carried_out_by_the_next_process(tmp_path: Path, until: int) -> None:
    asyncio.run(asked_before(tmp_path))

    assert lived(tmp_path, erasing, until=until)

    async def check() -> None:
        house = await opened(tmp_path)
        async with house.store:
            house.later()
            await house.desk.round()
            assert CREDIT not in str(await house.store.open_questions(everything=True))

    asyncio.run(check())
