"""Work in small steps, so that whoever is to be answered meanwhile hardly waits.

Threads take turns on one interpreter, half and half: what works for long in the background makes
every answer take twice as long. Resting often leaves nearly all of it to those who answer.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

_Item = TypeVar("_Item")


@dataclass
class Pace:
    """Rests for ``rest`` seconds each time that this thread has worked for ``work`` seconds."""

    work: float = 0.0005
    rest: float = 0.002
    _since: float = field(default_factory=time.thread_time)

    def __call__(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """*items*, with the rests that are due in between."""
        for item in items:
            yield item
            self.pause()

    def pause(self) -> None:
        """Rest if it is due."""
        if time.thread_time() - self._since >= self.work:
            time.sleep(self.rest)
            self._since = time.thread_time()


def hurried() -> Pace:
    """Without any rest: nobody waits for an answer yet."""
    return Pace(work=float("inf"), rest=0.0)
