"""Fakes of what stands around the channel."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.core.message import Incoming, Message, Reply
from bot.ports import Channel


@dataclass
class Echo:
    """A service that keeps what it received and answers with the same text."""

    received: list[Incoming] = field(default_factory=list)
    began: list[str] = field(default_factory=list)
    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    """Errors to raise, by text, one per attempt."""
    slow: dict[str, float] = field(default_factory=dict)
    most_at_once: int = 0
    _now: int = 0

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        text = incoming.text if isinstance(incoming, Message) else incoming.data
        self.began.append(text)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(self.slow.get(text, 0))
            if self.trouble.get(text):
                raise self.trouble[text].pop(0)
            await channel.send(incoming.sender, Reply(f"re: {text}"))
        finally:
            self._now -= 1
        self.received.append(incoming)

    @property
    def texts(self) -> list[str]:
        return [m.text if isinstance(m, Message) else m.data for m in self.received]


async def eventually(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until *condition* holds; fails if it never does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for knows no event
            await asyncio.sleep(0.005)
