"""Screenshots of every page of the review page, with questions that went the whole way.

Run: python benchmarks/review_showcase.py FOLDER [NAME]

NAME is a part of the names of the pictures that are wanted; `readme` makes those of the README.

Needs Chromium (`/usr/bin/chromium`, or its path in CHROMIUM) and the package playwright.
"""

import asyncio
import datetime as dt
import os
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot import app, review
from bot.core.chat import Settlement, question_uid
from bot.core.gap import Answering, GapFilter, Learn, Moderator, Role
from bot.core.message import Message, Reply, Sender, Tap
from bot.core.search import Wanted
from bot.knowledge.bank import shipped_topics
from bot.knowledge.live import Live
from bot.knowledge.models import load_engine
from bot.knowledge.phrases import shipped_phrases
from bot.moderation.desk import Desk
from bot.moderation.web.house import House
from bot.moderation.web.routes import review_routes
from bot.settings import Settings, load_settings
from bot.storage.search import Search
from bot.storage.waiting import Waiting
from bot.web.server import listening, serve

ROOT = Path(__file__).parents[1]
POSTING = "msf-nord-littoral"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
ASKED = (
    ("Quel est le salaire ?", 9),
    ("C'est combien d'heures par semaine ?", 11),
    ("Est-ce que le télétravail est possible ?", 8),
    ("je peux travailler de chez moi ?", 3),
    ("Can I work remotely?", 4),
    ("Y a-t-il des tickets resto ?", 5),
    ("Is there a company car?", 3),
    ("Une voiture est fournie ?", 2),
    ("Jusqu'à quand peut-on postuler ?", 12),
    ("where do I send my CV", 7),
    ("Faut-il une lettre de motivation ?", 6),
    ("C'est un CDI ou un CDD ?", 9),
    ("Peut-on venir avec son chien au bureau ?", 2),
    ("Do you sponsor a visa?", 3),
    ("Est-ce que je dois avoir le permis B ?", 4),
    ("Combien d'équipes y a-t-il sur le projet ?", 2),
    ("How many nights per month?", 2),
    ("Où se trouve le poste ?", 8),
    ("merci de me dire si le logement est pris en charge", 4),
    ("Est-ce que les frais de déménagement sont remboursés ?", 2),
    ("What is the team like?", 3),
    ("Y a-t-il une période d'essai ?", 3),
    ("<b>Bonjour</b>, c'est quoi =SOMME(A1) dans l'annonce ?", 1),
    ("كم الراتب؟", 1),
)
WAITS, RATES, LIKES = 0.6, 0.4, 0.86
TO_BE_TOLD = ("télétravail", "salaire", "remotely", "resto", "visa", "logement")


@dataclass
class Stage:
    """The page with something on it, served on loopback."""

    settings: Settings
    house: House
    desk: Desk
    url: str


@dataclass
class Silence:
    """A messenger that sends nothing."""

    name: str = "telegram"

    async def send(self, to: Sender, reply: Reply) -> str:
        """Nobody reads it."""
        del to, reply
        return "1"


@asynccontextmanager
async def stage(port: int = 8731) -> AsyncIterator[Stage]:
    """Build the real parts over a new folder, and serve the page."""
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(ROOT / "knowledge", folder / "knowledge")
        file = folder / "config.yaml"
        file.write_text(
            "database: sqlite:///log.db\nknowledge: knowledge\n"
            "organisation: {name: Médecins Sans Frontières}\n"
            f"web: {{listen: '127.0.0.1:{port}'}}\n",
            "utf-8",
        )
        settings = load_settings(file, {})
        live = Live.open(settings.knowledge, shipped_topics(), load_engine)
        async with await app.open_store(settings) as store:
            parts = review.Parts(
                store, live, shipped_phrases(), lambda: dt.datetime.now(dt.UTC), app.about(settings)
            )
            desk = review.desk_over(parts, settings)
            house = review.house_over(parts, desk, review.address_of(settings))
            await _ask_everything(parts, settings)
            await _decide_some(desk)
            stop = asyncio.Event()
            where = listening(f"127.0.0.1:{port}")
            serving = asyncio.create_task(serve(review_routes(house), where, stop))
            yield Stage(settings, house, desk, f"http://127.0.0.1:{port}/review")
            stop.set()
            await serving
    finally:
        shutil.rmtree(folder)


async def _ask_everything(parts: review.Parts, settings: Settings) -> None:
    """Let candidates ask, over the last month; some want to be told, some rate."""
    chance = random.Random(7)
    now = parts.clock()
    asked = [text for text, times in ASKED for _ in range(times)]
    chance.shuffle(asked)
    moment = now
    brain = app.Brain(parts.knowledge, parts.phrases, parts.knowledge.understand, lambda: moment)
    service = app.service(brain, parts.store, settings)
    waiting = Waiting(parts.store.database, parts.store.pseudonyms)
    log = Search(parts.store.database)
    for number, text in enumerate(asked):
        hour = chance.choice((8, 9, 12, 13, 17, 18, 19, 20, 20, 21, 21, 22))
        day = now - dt.timedelta(days=chance.triangular(0, 30, 4))
        moment = min(day.replace(hour=hour, minute=chance.randrange(60)), now)
        sender = Sender("telegram", "bot", str(number % 80), str(number % 80), "fr")
        start = Message(f"s{number}", sender, f"/start {POSTING}", moment)
        await service.receive(start, Silence())
        message = Message(str(number), sender, text, moment)
        await service.receive(message, Silence())
        uid = question_uid(message, 0)
        hit = await log.question(uid)
        if hit is None:
            continue
        if (
            hit.question.open
            and any(word in text for word in TO_BE_TOLD)
            and chance.random() < WAITS
        ):
            until = now + dt.timedelta(days=60)
            await waiting.add(uid, sender, hit.question.language, moment, until)
        elif hit.question.decision == "answer" and chance.random() < RATES:
            rating = 1 if chance.random() < LIKES else -1
            rated = Settlement(uid, rating=rating, open=True if rating < 0 else None)
            tap = Tap(f"r{number}", sender, "", moment)
            await parts.store.keep(tap, None, await parts.store.chat(sender), (), (rated,))


async def _decide_some(desk: Desk) -> None:
    """A moderator was here before."""
    moderator = Moderator("Léa", Role.EDITOR)
    page = await desk.gaps(GapFilter(), count=50)
    for gap in page.gaps:
        if gap.matter and "meals" in gap.matter:
            what = Answering({"fr": "Oui, des **titres-restaurant** de 9 €."}, Learn.POSTING)
            await desk.answer(gap.id, gap.version, moderator, what, despite=True, key="meals")
        if any("chien" in example for example in gap.examples):
            await desk.ignore(gap.id, gap.version, moderator, key="dog")


PAGES = {
    "inbox": "/",
    "gap": "",
    "questions": "/questions",
    "question": "",
    "knowledge": "/knowledge",
    "posting": f"/knowledge/{POSTING}?question=Je+travaille+la+nuit+%3F#try",
    "coverage": "/coverage",
    "insights": "/insights",
    "sessions": "/sessions",
    "missing": "/nothing",
}
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


async def addresses(on: Stage) -> dict[str, str]:
    """Every page with its path: the most wanted gap, and a question that was answered."""
    gaps = await on.desk.gaps(GapFilter(), count=1)
    hits = await on.house.log.find(Wanted(decision="answer"), limit=1)
    paths = dict(PAGES)
    paths["gap"] = f"/gaps/{gaps.gaps[0].id}"
    paths["question"] = f"/questions/{hits.hits[0].question.uid}"
    return paths


async def come_in(on: Stage, page: Page, name: str = "Camille") -> None:
    """Through the door, as anybody does."""
    await page.goto(await on.house.invite(name, Role.EDITOR))
    await page.click("button.big")
    await page.wait_for_url("**/review/")


async def shoot(on: Stage, browser: Browser, folder: Path, only: str = "") -> None:
    """A picture of each page, at each width, light and dark."""
    paths = await addresses(on)
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale="en-GB",
            )
            page = await context.new_page()
            await come_in(on, page)
            for name, path in paths.items():
                if only and only not in f"{name}-{size}-{scheme}":
                    continue
                await page.goto(on.url + path)
                file = folder / f"{name}-{size}-{scheme}.png"
                await page.screenshot(path=file, full_page=True)
            await context.close()


async def for_readme(on: Stage, browser: Browser, folder: Path) -> None:
    """The inbox, and an answer while it is written."""
    context = await browser.new_context(
        viewport={"width": 1120, "height": 860}, color_scheme="light", locale="en-GB"
    )
    page = await context.new_page()
    await come_in(on, page)
    await page.screenshot(path=folder / "inbox.png")
    await page.click("h2 >> text=Remote work")
    await page.fill('[name="text.fr"]', "Oui, **deux jours par semaine** après la période d'essai.")
    await page.fill('[name="text.en"]', "Yes, **two days a week** after the trial period.")
    await page.wait_for_selector("#preview .bubble >> nth=1")
    await page.screenshot(path=folder / "answer.png")
    await context.close()


async def main(folder: Path, only: str = "") -> None:
    """Take them."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    async with stage() as on, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        if only == "readme":
            await for_readme(on, browser, folder)
        else:
            await shoot(on, browser, folder, only)
        await browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target, *sys.argv[2:3]))
