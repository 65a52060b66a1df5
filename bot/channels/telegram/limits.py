"""How fast is sent: Telegram's published limits, kept per chat, per group and overall."""

import asyncio
import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

_PACED = ("send", "edit", "copy", "forward")
_FREE = ("sendChatAction",)
_PRUNE_AT = 1024
_MARGIN = 1.02  # the way to Telegram is not equally long each time

Answer = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages that may go out: overall and per chat in a second, per group in a minute.

    0 takes a limit away. ``longest_wait`` are the seconds that a message waits for its chat; one
    that would wait longer is refused at once, so that it occupies nothing meanwhile.
    """

    overall: int = 30
    chat: int = 1
    group: int = 20
    longest_wait: float = 1.5


class Pace(BaseRateLimiter[None]):
    """Keeps to `Rates`, and leaves alone the chat that Telegram asks to leave alone.

    Better than AIORateLimiter for this bot: it has a limit for private chats too, and a "retry
    after" of one chat does not stop the others.
    """

    def __init__(
        self, rates: Rates | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = rates or Rates()
        self._clock = clock
        self._overall = _Rate(self._rates.overall, 1.0)
        self._chats: dict[str, _Rate] = {}

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def process_request(  # noqa: PLR0913, PLR0917 - the signature of BaseRateLimiter
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002 - the signature of BaseRateLimiter
    ) -> Answer:
        """See `BaseRateLimiter.process_request`.

        Raises:
            RetryAfter: the chat must be left alone for longer than `Rates.longest_wait`.
        """
        chat = data.get("chat_id")
        if chat is None or not endpoint.startswith(_PACED) or endpoint in _FREE:
            return await callback(*args, **kwargs)
        rate = self._rate(str(chat))
        wait = rate.wait(self._clock())
        if wait > self._rates.longest_wait:
            raise RetryAfter(dt.timedelta(seconds=wait))
        rate.take(self._clock())
        if wait > 0:
            await asyncio.sleep(wait)
        if (wait := self._overall.take(self._clock())) > 0:
            await asyncio.sleep(wait)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            rate.hold(self._clock() + seconds_of(error))
            raise

    def _rate(self, chat: str) -> "_Rate":
        found = self._chats.get(chat)
        if found is None:
            if len(self._chats) >= _PRUNE_AT:
                now = self._clock()
                self._chats = {key: rate for key, rate in self._chats.items() if rate.busy(now)}
            group = chat.startswith(("-", "@"))
            found = _Rate(self._rates.group, 60.0) if group else _Rate(self._rates.chat, 1.0)
            self._chats[chat] = found
        return found


class _Rate:
    """At most ``count`` in any ``seconds``, by the times that were handed out."""

    def __init__(self, count: int, seconds: float) -> None:
        self._seconds = seconds * _MARGIN
        self._times: deque[float] = deque(maxlen=count)
        self._held_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next one may go."""
        free = self._held_until
        if self._times.maxlen and len(self._times) == self._times.maxlen:
            free = max(free, self._times[0] + self._seconds)
        return max(0.0, free - now)

    def take(self, now: float) -> float:
        """Take the next place; returns the seconds to wait for it."""
        wait = self.wait(now)
        self._times.append(now + wait)
        return wait

    def hold(self, until: float) -> None:
        """Nothing goes before *until*."""
        self._held_until = max(self._held_until, until)

    def busy(self, now: float) -> bool:
        """Whether anything of it still matters."""
        last = self._times[-1] if self._times else 0.0
        return last + self._seconds > now or self._held_until > now


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait, whichever way the library gives it."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, dt.timedelta) else float(after)
