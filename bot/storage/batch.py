"""Group commit: what waits at the same time is done in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import StoreError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Hands what came in while the last batch was under way to *work*, as the next batch.

    Args:
        work: does a batch whole or not at all, and returns one result per item, in order. It
            raises StoreError if nothing can be done now, anything else if an item is to blame.
        most: items in one batch.
    """

    def __init__(
        self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], most: int = 400
    ) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Do *item* together with others; returns its own result or raises its own error."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._run(), name="batcher")
        return await future

    async def drained(self) -> None:
        """Return once nothing is under way or waiting."""
        while self._worker is not None and not self._worker.done():
            await asyncio.wait({self._worker})

    async def _run(self) -> None:
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                # Whoever was cancelled before anything was written no longer wants it.
                await self._settle([pair for pair in batch if not pair[1].done()])
        finally:  # if the loop ends under us, nobody is left waiting for ever
            for _, future in (*batch, *self._waiting):
                future.cancel()

    async def _settle(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        if not batch:
            return
        try:
            results = await self._work([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - it is the callers' error: handed on to them
            if isinstance(error, StoreError) or len(batch) == 1:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                return
            for pair in batch:  # one is to blame: it must not sink the others
                await self._settle([pair])
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
