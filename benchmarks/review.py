"""How long each page of the review page takes over a big log: 10,000 gaps, 200,000 questions.

Run: python benchmarks/review.py [questions] [gaps] [times]
"""

import asyncio
import datetime as dt
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot import app, review
from bot.core.decision import Part, Unanswered, Understanding
from bot.core.gap import Role
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.knowledge.live import Live
from bot.knowledge.phrases import shipped_phrases
from bot.moderation.web.routes import review_routes
from bot.settings import load_settings

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
POSTINGS = ("nurse", "baker", "driver")
TOPICS = 120
DAYS = 180
FILE = """\
posting:
  id: {id}
  organisation: Clinic
  title: {{fr: {id}, en: {id}}}
  languages: [fr, en]
  timezone: Europe/Paris
entries:
{entries}
"""
ENTRY = "  - topic: topic{n}\n    answer: {{fr: Réponse {n}., en: Answer {n}.}}"
PAGES = (
    "/",
    "/?kind=unanswered&posting=nurse&order=oldest",
    "/?language=en&age=week",
    "/?start=5000",
    "/?state=answered",
    "/gaps/{gap}",
    "/questions",
    "/questions?words=mot12+mot7",
    "/questions?words=mot1",
    "/questions?decision=unstated&language=en&band=middle&posting=baker",
    "/questions?disliked=1",
    "/questions?topic=topic3&since=2025-12-01&until=2026-02-01",
    "/questions/{uid}",
    "/knowledge",
    "/knowledge/nurse?question=mot1+mot2",
    "/insights",
    "/insights?days=365",
    "/insights?days=365&posting=nurse",
    "/insights.xlsx?days=365",
    "/sessions",
)


@dataclass(frozen=True)
class NoMind:
    """Understands nothing, at once: what an engine takes is measured elsewhere."""

    base: KnowledgeBase

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: object
    ) -> Understanding:
        """Nothing."""
        del knowledge, posting, chat
        return Understanding((Part(text, Unanswered()),), "fr")

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        """No reason."""
        del knowledge, posting, text
        return []


def fill(file: Path, questions: int, gaps: int) -> None:
    """Write them as the bot would have: gaps over half of their number of topics, long tails."""
    chance = random.Random(1)
    words = [f"mot{n}" for n in range(4000)]
    stamp = "%Y-%m-%d %H:%M:%S.%f"
    first = NOW - dt.timedelta(days=DAYS)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN")
    gap_rows = []
    for number in range(1, gaps + 1):
        topic = f"topic{number % TOPICS}" if number <= TOPICS * len(POSTINGS) else None
        state = chance.choices(("open", "answered", "ignored"), (6, 3, 1))[0]
        kind = "unstated" if topic else chance.choice(("unanswered", "unanswered", "disliked"))
        posting = POSTINGS[number % len(POSTINGS)]
        at = first.strftime(stamp)
        gap_rows.append((number, posting, topic, kind, f"mot{number}", state, at, at, 1))
    connection.executemany(
        "INSERT INTO gaps (id, posting, topic, kind, key, state, created, changed, version)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        gap_rows,
    )
    decisions = ("answer", "partial", "clarify", "unstated", "unanswered")
    seconds = DAYS * 86_400 / questions
    for number in range(questions):
        at = first + dt.timedelta(seconds=number * seconds)
        when = at.strftime(stamp)
        decision = chance.choices(decisions, (60, 8, 7, 15, 10))[0]
        gap = min(int(chance.paretovariate(0.35)), gaps) if decision[0] == "u" else None
        if decision[0] == "u" and number % 2:
            gap = chance.randrange(1, gaps + 1)
        state = gap_rows[gap - 1][5] if gap else ""
        is_open = state == "open"
        topic = gap_rows[gap - 1][2] if gap else f"topic{min(int(chance.expovariate(0.05)), 119)}"
        posting = gap_rows[gap - 1][1] if gap else POSTINGS[number % 3]
        person = f"person{chance.randrange(questions // 4)}"
        uid, message = f"q{number}", f"m{number}"
        connection.execute(
            "INSERT INTO messages (uid, channel, account, chat, person, tap, message_id, sent_id,"
            " edited, superseded, received, state, reason)"
            " VALUES (?, 'telegram', 'bot', ?, ?, 0, '1', '2', 0, 0, ?, 'sent', '')",
            (message, person, person, when),
        )
        connection.execute(
            "INSERT INTO questions (uid, message, position, received, channel, chat, person,"
            " posting, language, text, decision, topic, entry, confidence, ranking, options, open,"
            " opened, closed, rating, superseded, ms, gap, act)"
            " VALUES (?,?,0,?,?,?,?,?,?,?,?,?,?,?,?,'[]',?,?,?,?,0,2.0,?,?)",
            (
                uid,
                message,
                when,
                "telegram",
                person,
                person,
                posting,
                chance.choice(("fr", "fr", "fr", "en")),
                " ".join(chance.choices(words, k=chance.randrange(4, 14))),
                decision,
                topic,
                topic if decision == "answer" else None,
                chance.random(),
                '[["topic1", 0.8], ["topic2", 0.1]]',
                is_open,
                when if gap else None,
                (at + dt.timedelta(hours=9)).strftime(stamp) if state == "answered" else None,
                chance.choice((0, 0, 0, 1, -1)) if decision == "answer" else 0,
                gap,
                1 if state == "answered" else None,
            ),
        )
        if is_open and number % 40 == 0:
            connection.execute(
                "INSERT INTO waits (question, chat, person, channel, posting, language, address,"
                " since, until) VALUES (?, ?, ?, 'telegram', ?, 'fr', '{}', ?, ?)",
                (uid, person, person, posting, when, "2027-01-01 00:00:00.000000"),
            )
    connection.execute("COMMIT")
    connection.execute("PRAGMA optimize")
    connection.close()


async def measure(questions: int, gaps: int, times: int) -> None:
    """Print a line per page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        knowledge = folder / "knowledge"
        knowledge.mkdir()
        for posting in POSTINGS:
            entries = "\n".join(ENTRY.format(n=n) for n in range(60))
            (knowledge / f"{posting}.yaml").write_text(FILE.format(id=posting, entries=entries))
        (folder / "config.yaml").write_text("database: sqlite:///log.db\nweb: {}\n")
        settings = load_settings(folder / "config.yaml", {})
        async with await app.open_store(settings) as store:
            began = time.perf_counter()
            await asyncio.to_thread(fill, folder / "log.db", questions, gaps)
            print(f"filled in {time.perf_counter() - began:.0f} s")
            topics = {
                f"topic{n}": Topic(f"topic{n}", {"en": f"Topic {n}", "fr": f"Sujet {n}"})
                for n in range(TOPICS)
            }
            live = Live.open(knowledge, topics, NoMind)
            parts = review.Parts(store, live, shipped_phrases(), lambda: NOW, app.about(settings))
            house = review.house_over(
                parts, review.desk_over(parts, settings), review.address_of(settings)
            )
            web = Starlette(routes=list(review_routes(house)))
            transport = httpx.ASGITransport(web)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8080"
            ) as client:
                link = await house.invite("Ada", Role.EDITOR)
                page = (await client.get(link)).text
                token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
                await client.post(link, data={"csrf": token})
                await _pages(client, times, gaps)


async def _pages(client: httpx.AsyncClient, times: int, gaps: int) -> None:
    slowest = 0.0
    for page in PAGES:
        path = "/review" + page.format(gap=min(7, gaps), uid="q150000")
        spent, burnt = [], time.process_time()
        for _ in range(times):
            began = time.perf_counter()
            answer = await client.get(path)
            spent.append((time.perf_counter() - began) * 1000)
        processor = (time.process_time() - burnt) * 1000 / times
        median = statistics.median(spent)
        slowest = max(slowest, median)
        size = len(answer.content) // 1024
        print(
            f"{page:68} {answer.status_code} {median:5.0f} ms {max(spent):5.0f} max"
            f" {processor:5.0f} ms processor {size:4} kB"
        )
    print(f"the slowest page: {slowest:.0f} ms in the median")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(measure(*(numbers + [200_000, 10_000, 7][len(numbers) :])))
