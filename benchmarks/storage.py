"""How many updates a second the log takes: find, chat, keep and sent by many callers at once.

Run: python benchmarks/storage.py [callers] [updates]
"""

import asyncio
import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.core.chat import Chat, Question, question_uid
from bot.core.decision import Candidate
from bot.core.message import Button, Message, Reply, Sender
from bot.storage.store import SqlStore

_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _message(number: int) -> Message:
    sender = Sender("telegram", "bot", str(number % 5000), str(number % 5000), "fr")
    return Message(str(number), sender, "Quels sont les horaires ?", _NOW, message_id=str(number))


def _question(message: Message) -> Question:
    ranking = tuple(Candidate(f"topic.{i}", 0.1 * i) for i in range(5))
    uid = question_uid(message, 0)
    return Question(uid, 0, message.text, "posting", "fr", "answer", "hours", "hours", 0.9, ranking)


async def _measure(callers: int, updates: int, *, whole: bool) -> tuple[float, float, list[float]]:
    """Updates a second, processor seconds per 1,000, and each one's time."""
    reply = Reply("Temps plein, 39 h par semaine.", ((Button("👍", "+|x"), Button("👎", "-|x")),))
    chat = Chat(posting="posting", spoken="fr", last_topic="hours", greeted=True)
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with await SqlStore.open("sqlite:///log.db", folder=Path(folder)) as store:

            async def call(first: int) -> None:
                for number in range(first, updates, callers):
                    message = _message(number)
                    began = time.perf_counter()
                    if whole:
                        await store.find(message)
                        await store.chat(message.sender)
                    await store.keep(message, reply, chat, [_question(message)])
                    if whole:
                        await store.sent(message, str(number))
                    spent.append(time.perf_counter() - began)

            began, burnt = time.perf_counter(), time.process_time()
            await asyncio.gather(*(call(first) for first in range(callers)))
            seconds, burnt = time.perf_counter() - began, time.process_time() - burnt
    return updates / seconds, burnt / updates * 1000, spent


def main() -> None:
    """Print a line per way of calling."""
    callers = int(sys.argv[1]) if len(sys.argv) > 1 else 64
    updates = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000  # noqa: PLR2004 - the second one
    for whole, name in ((False, "keep"), (True, "find, chat, keep, sent")):
        for several in (1, callers):
            count = updates if several > 1 else updates // 20
            rate, burnt, spent = asyncio.run(_measure(several, count, whole=whole))
            slow = statistics.quantiles(spent, n=100)[98] * 1000
            print(
                f"{name:24} {several:4} callers: {rate:8,.0f}/s, processor {burnt:.2f} s per 1,000,"
                f" median {statistics.median(spent) * 1000:.1f} ms, p99 {slow:.1f} ms"
            )


if __name__ == "__main__":
    main()
