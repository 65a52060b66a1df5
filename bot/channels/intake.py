"""Updates waiting to be handled: in order within a chat, side by side otherwise, and never lost.

A messenger confirms an update to its server only when it was taken here.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.channels.ending import ended
from bot.errors import TryLater, loggable

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an update is worked at before it is given up, and how many at the same time.

    Args:
        seconds: one attempt may take so long; a handler that hangs is given up then.
        attempts: an update that fails so often is given up.
        pause: seconds before the second attempt, doubled for each further one.
        reply: a reply that the messenger does not take now is tried for so many seconds after
            the update came; the update is given up then, while the log still owes the reply.
        side_by_side: handled at the same time.
        waiting: known and not yet taken; the webhook refuses more, polling never has so many.
        stop: what is being handled at the stop is finished within so many seconds, or comes again.
    """

    seconds: float = 30.0
    attempts: int = 3
    pause: float = 0.5
    reply: float = 20.0
    side_by_side: int = 100
    waiting: int = 1000
    stop: float = 10.0


@dataclass(frozen=True, slots=True)
class Manner(Generic[T]):
    """What is known of a messenger's updates without handling them.

    Args:
        key: what makes an update the same when it comes again.
        lane: what it has to wait its turn in.
        shown: what the operator's log calls it; nothing that leads to a person.
        mask: takes out of an error's text what a log must not hold.
    """

    key: Callable[[T], Hashable]
    lane: Callable[[T], str]
    shown: Callable[[T], object]
    mask: Callable[[object], str] = str


@dataclass(slots=True)
class _Job(Generic[T]):
    update: T
    key: Hashable
    name: object
    taken: asyncio.Future[None]
    arrived: float = field(default_factory=time.monotonic)
    failures: int = 0
    refusals: int = 0


class Intake(Generic[T]):
    """Handles updates, and says of each when it may be confirmed.

    An update is taken when it was handled, or when it was given up and `give_up` stored it: after
    failing `Patience.attempts` times, after hanging, or when its reply cannot go out for too long.
    While `give_up` fails (the disk is full, the database is down) nothing is taken.
    """

    def __init__(
        self,
        handle: Callable[[T], Awaitable[None]],
        give_up: Callable[[T, str], Awaitable[None]],
        manner: Manner[T],
        patience: Patience | None = None,
        arrived: Callable[[T], None] = lambda _: None,
    ) -> None:
        self._handle = handle
        self._manner = manner
        self._give_up = give_up
        self._arrived = arrived
        self._patience = patience or Patience()
        self._jobs: dict[Hashable, _Job[T]] = {}
        self._lanes: dict[str, deque[_Job[T]]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(self._patience.side_by_side)
        self._closing = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether as many wait as may."""
        return len(self._jobs) >= self._patience.waiting

    @property
    def waiting(self) -> int:
        """How many updates are known and not yet taken."""
        return len(self._jobs)

    @property
    def closing(self) -> bool:
        """Whether nothing new is begun any more."""
        return self._closing.is_set()

    def knows(self, key: Hashable) -> bool:
        """Whether the update is waiting or being handled now."""
        return key in self._jobs

    def submit(self, update: T) -> asyncio.Future[None]:
        """Take in an update; one that is known already is not taken in twice.

        Returns:
            Done when the update may be confirmed; cancelled if the stop came before.
        """
        key = self._manner.key(update)
        if (known := self._jobs.get(key)) is not None:
            return known.taken
        job = _Job(
            update, key, self._manner.shown(update), asyncio.get_running_loop().create_future()
        )
        if self.closing:
            job.taken.cancel()
            return job.taken
        self._jobs[key] = job
        self._arrived(update)
        lane = self._manner.lane(update)
        queue = self._lanes.get(lane)
        if queue is not None:
            queue.append(job)
        else:
            self._lanes[lane] = deque([job])
            worker = asyncio.create_task(self._work(lane))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return job.taken

    async def finish(self) -> None:
        """Handle what waits as well, within `Patience.stop` seconds, then `close`."""
        if self._workers:
            await asyncio.wait(self._workers, timeout=self._patience.stop)
        await self.close()

    async def close(self) -> None:
        """Begin nothing new, and finish what is being handled within `Patience.stop` seconds."""
        self._closing.set()
        if self._workers:
            await asyncio.wait(self._workers, timeout=self._patience.stop)
        left = [*self._workers, *self._running]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=1.0)
        for job in self._jobs.values():
            job.taken.cancel()
        if self._jobs:
            _log.warning("stopped with %d updates not handled; they come again", len(self._jobs))
        self._jobs.clear()

    async def _work(self, lane: str) -> None:
        queue = self._lanes[lane]
        while queue and not self.closing:
            job = queue[0]
            async with self._room:
                if self._closing.is_set():
                    return
                pause = await self._attempt(job)
            if pause is None:
                queue.popleft()
                self._jobs.pop(job.key, None)
                if not job.taken.done():
                    job.taken.set_result(None)
            else:
                await self._rest(pause)
        self._lanes.pop(lane, None)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass

    async def _attempt(self, job: _Job[T]) -> float | None:
        """Try once; None if the update is taken, else the seconds until the next attempt."""
        task = asyncio.ensure_future(self._handle(job.update))
        self._running.add(task)
        task.add_done_callback(self._ended)
        # Not `asyncio.timeout`: it would wait for ever for a handler that ignores being cancelled.
        if not await ended(task, self._patience.seconds):
            task.cancel()
            return await self._part_with(job, f"it took longer than {self._patience.seconds:g} s")
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            return None
        if isinstance(error, TryLater):
            return await self._owed(job, error)
        job.failures += 1
        _log.error(
            "update %s failed (attempt %d): %s",
            job.name,
            job.failures,
            self._manner.mask(loggable(error)),
            exc_info=error if job.failures == 1 else None,
        )
        if job.failures < self._patience.attempts:
            return float(self._patience.pause * 2 ** (job.failures - 1))
        return await self._part_with(job, f"it failed {job.failures} times: {type(error).__name__}")

    async def _owed(self, job: _Job[T], error: TryLater) -> float | None:
        waited = time.monotonic() - job.arrived
        if waited + error.seconds > self._patience.reply:
            return await self._part_with(
                job, f"its reply cannot go out: {self._manner.mask(error)}"
            )
        return max(error.seconds, 0.05)

    async def _part_with(self, job: _Job[T], reason: str) -> float | None:
        _log.error("update %s is given up: %s", job.name, reason)
        try:
            async with asyncio.timeout(self._patience.seconds):
                await self._give_up(job.update, reason)
        except Exception as error:  # noqa: BLE001 - whatever it is, the update must not be lost
            job.refusals += 1
            _log.error(
                "update %s could not be stored either: %s",
                job.name,
                self._manner.mask(loggable(error)),
                exc_info=error if job.refusals == 1 else None,
            )
            return float(min(60.0, self._patience.pause * 2 ** min(job.refusals, 10)))
        return None

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen here, so that a late failure does not complain at the exit
