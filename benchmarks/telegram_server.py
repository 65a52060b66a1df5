"""The fake Bot API server of the tests as its own process, with controls for a benchmark.

Prints its address. Below /control/: inject (a burst, or at a fixed rate), figures, target.
"""

import asyncio
import gc
import json
import statistics
import sys
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# In place of this folder, whose telegram.py would hide the library.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import aiohttp
from aiohttp import web

from tests.channels.telegram.fakeapi import TOKEN, FakeApi

_CHATS = 5000
_WAITING = 2000  # injected ahead of the bot in a burst
_MOST_CONNECTIONS = 100  # webhook calls at the same time, as setWebhook can ask for,
_CONNECTIONS = 40  # and where it asks for nothing: both are Telegram's


@dataclass
class BenchApi(FakeApi):
    """Keeps figures instead of everything that was sent, and takes no O(n) steps per update."""

    questions: list[str] = field(default_factory=list)
    injected: int = 0
    replies: int = 0
    first: float = 0.0
    last: float = 0.0
    spent: list[float] = field(default_factory=list)
    asked: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    task: asyncio.Task[None] | None = None
    pumps: list[asyncio.Task[None]] = field(default_factory=list)
    outgoing: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.calls.clear()
        return await super()._serve(request)

    async def _do_sendmessage(self, params: Mapping[str, str]) -> web.Response:
        now = time.monotonic()
        chat = int(params["chat_id"])
        waiting = self.asked.get(chat)
        if waiting:
            self.spent.append(now - waiting.popleft())
        self.replies += 1
        self.last = now
        self._next_message += 1
        shown = self._shown(chat, self._next_message, params["text"])
        return web.json_response({"ok": True, "result": shown})

    def _confirm(self, offset: int) -> None:
        done = 0
        while done < len(self.queue) and self.queue[done]["update_id"] < offset:
            done += 1
        del self.queue[:done]

    def _call_webhook(self) -> None:
        """The pumps call it."""

    def ask(self, number: int) -> None:
        chat = 10_000 + number % _CHATS
        text = self.questions[number % len(self.questions)]
        now = time.monotonic()
        self.first = self.first or now
        self.asked[chat].append(now)
        self.injected += 1
        if self.webhook_target:
            update = {"update_id": self._next_update, "message": self.message(text, chat)}
            self._next_update += 1
            self.outgoing.put_nowait(update)
        else:
            self.says(text, chat)

    async def pump(self, client: aiohttp.ClientSession, place: int) -> None:
        while True:
            while place >= int(self.webhook.get("max_connections", _CONNECTIONS)):  # noqa: ASYNC110 - rarely
                await asyncio.sleep(0.05)
            update = await self.outgoing.get()
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
            while True:
                try:
                    async with client.post(
                        self.webhook_target, json=update, headers=headers
                    ) as answer:
                        if answer.status == 200:  # noqa: PLR2004
                            break
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def inject_all(self, count: int, per_second: float) -> None:
        began = time.monotonic()
        for number in range(count):
            if per_second:
                ahead = began + number / per_second - time.monotonic()
                if ahead > 0:
                    await asyncio.sleep(ahead)
            else:
                while self.injected - self.replies >= _WAITING:  # noqa: ASYNC110 - a bound
                    await asyncio.sleep(0.002)
            self.ask(number)

    async def control(self, request: web.Request) -> web.Response:
        what = request.match_info["what"]
        data = await request.json() if request.can_read_body else {}
        if what == "inject":
            self.injected = self.replies = 0
            self.first = self.last = 0.0
            self.spent.clear()
            self.asked.clear()
            gc.collect()
            work = self.inject_all(data["count"], data.get("per_second", 0))
            self.task = asyncio.create_task(work)
        if what == "target":
            self.webhook_target = data["url"]
            self.webhook = {}
            self.queue.clear()
            self.faults.clear()
        return web.json_response(self.figures())

    def figures(self) -> dict[str, float]:
        spent = sorted(self.spent) or [0.0]
        seconds = max(self.last - self.first, 1e-9)
        return {
            "injected": self.injected,
            "replies": self.replies,
            "per_second": self.replies / seconds,
            "median_ms": statistics.median(spent) * 1000,
            "p99_ms": spent[min(len(spent) - 1, int(len(spent) * 0.99))] * 1000,
            "polling": 1.0 if self._poller is not None else 0.0,
            "hooked": 1.0 if self.webhook else 0.0,
        }


async def _main(questions: list[str]) -> None:
    api = BenchApi(questions=questions)
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api._serve)  # noqa: SLF001 - our own
    app.router.add_post("/control/{what}", api.control)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as client:
        api.pumps = [
            asyncio.create_task(api.pump(client, place)) for place in range(_MOST_CONNECTIONS)
        ]
        host, port = runner.addresses[0][:2]
        print(json.dumps({"url": f"http://{host}:{port}", "token": TOKEN}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
