import asyncio
from contextlib import suppress

import pytest

from bot.channels.ending import ended


async def after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


@pytest.mark.parametrize(("takes", "given", "done"), [(0.0, 5.0, True), (5.0, 0.02, False)])
async def test_waits_for_the_end_or_for_as_long_as_it_may(
    takes: float, given: float, *, done: bool
) -> None:
    work = asyncio.create_task(after(takes))

    assert await ended(work, given) is done

    assert work.done() is done
    work.cancel()


async def test_what_is_done_already_takes_no_time() -> None:
    work: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    work.set_result(None)

    assert await ended(work, 0.0)


async def test_neither_the_time_nor_a_stop_ends_the_work() -> None:
    work = asyncio.create_task(after(0.05))
    waiting = asyncio.create_task(ended(work, 5.0))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting

    assert await work == "done"


async def test_an_error_of_the_work_is_its_own() -> None:
    async def fail() -> None:
        raise ValueError

    work = asyncio.create_task(fail())

    assert await ended(work, 5.0)
    assert isinstance(work.exception(), ValueError)
