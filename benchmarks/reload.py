"""What a changed file costs while candidates ask: time until it is in use, and time per question.

    python benchmarks/reload.py [--postings 500] [--own 2] [--seconds 20] [--every 0] [--ways]

Postings of 40 entries are made up in a folder of their own; their own matters are asked for in the
same ways, so that the first start does not take minutes. Questions come at a steady rate, whatever
becomes of those before, and each is timed from the moment at which it was due. In one run nothing
changes; in the other, one file changes again as soon as the last change is in use, or EVERY so many
seconds. With --ways it is asked for in other ways each time, too, which have to be learnt.
"""

import argparse
import asyncio
import random
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from matching_table import show

from bot.cli.loading import load_mind
from bot.cli.run import set_aside
from bot.core.chat import Chat
from bot.knowledge.bank import shipped_topics
from bot.knowledge.live import Live

_ENTRIES = 40
_ASKED = (
    "What are the working hours?",
    "Is it paid well?",
    "Do you help with a visa?",
    "Can I work from home on Fridays?",
    "Who is plan {n} for?",
    "Bonjour, où est la salle {n} ?",
    "C'est payé combien ?",
    "When would I start, and until when may I apply?",
)


@dataclass
class Questions:
    """Asks at a steady rate until it is told to stop."""

    live: Live
    rate: float
    spent: list[float] = field(default_factory=list)
    running: bool = True

    async def ask(self) -> None:
        """Ask; ``spent`` holds the seconds from when each question was due to its decision."""
        chance = random.Random(1)
        begin = time.perf_counter()
        number = 0
        while self.running:
            due = begin + number / self.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            base = self.live.current()
            posting = chance.choice(list(base.postings.values()))
            text = chance.choice(_ASKED).format(n=chance.randrange(8))
            self.live.understand(base, posting, text, Chat(posting.id))
            self.spent.append(time.perf_counter() - due)
            number += 1


def make(folder: Path, postings: int, own: int) -> None:
    """Write the files: *own* of the 40 entries of each are HR's own matters."""
    chance = random.Random(1)
    topics = [topic.id for topic in shipped_topics().values() if not topic.is_special]
    for number in range(postings):
        write(folder, number, chance.sample(topics, _ENTRIES - own), own)


def write(  # noqa: PLR0913, PLR0917 - what stands in a file
    folder: Path, number: int, topics: list[str], own: int, times: int = 0, site: int = 0
) -> None:
    """Write one file; *times* counts its versions, and *site* those of its ways of asking."""
    lines = [
        (
            f"posting:\n  id: post-{number}\n  organisation: Organisation {number % 20}\n"
            f"  title: {{en: Job {number}, fr: Poste {number}}}\n  languages: [en, fr]\n"
            "  closes: 2099-03-26\n  timezone: Europe/Paris\nentries:\n"
        )
    ]
    lines += [
        f"  - topic: {topic}\n    answer:\n"
        f"      en: What posting {number} says about {topic}, the version of {times}.\n"
        f"      fr: Ce que dit le poste {number} de {topic}, dans la version de {times}.\n"
        for topic in topics
    ]
    lines += [
        f"  - id: own-{place}\n    questions:\n"
        f"      en: [Where is room {place} of site {site}?, What is plan {place} about?]\n"
        f"      fr: [Où est la salle {place} du site {site} ?, Que dit le plan {place} ?]\n"
        f"    answer: {{en: Own answer {times}., fr: Réponse {times}.}}\n"
        for place in range(own)
    ]
    draft = folder / ".draft"
    draft.write_text("".join(lines), "utf-8")
    draft.replace(folder / f"post-{number}.yaml")


async def measure(live: Live, folder: Path, chosen: argparse.Namespace) -> None:
    """Print what a question costs without and with reloads, and what a reload costs."""
    own, rate, seconds = chosen.own, chosen.rate, chosen.seconds
    base = live.current()
    for posting in base.postings.values():  # what is found out at the first question of each
        live.understand(base, posting, _ASKED[0], Chat(posting.id))
    warm = Questions(live, rate)
    calm, busy = Questions(live, rate), Questions(live, rate)
    for questions, length in ((warm, 3.0), (calm, seconds)):
        asking = asyncio.create_task(questions.ask())
        await asyncio.sleep(length)
        questions.running = False
        await asking
    asking = asyncio.create_task(busy.ask())
    reloads: list[float] = []
    end = time.perf_counter() + seconds
    topics = [topic.id for topic in shipped_topics().values() if not topic.is_special]
    while time.perf_counter() < end:
        times = len(reloads) + 1
        write(folder, 3, topics[: _ENTRIES - own], own, times, times if chosen.ways else 0)
        began = time.perf_counter()
        changes = await live.refresh()
        if not changes.postings:
            raise SystemExit("the change was not seen")
        reloads.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, chosen.every - reloads[-1]))
    busy.running = False
    await asking
    rows = [row("nothing changes", calm.spent), row("one file changes again and again", busy.spent)]
    show("Questions", ("", "asked", "p50, ms", "p99, ms", "worst, ms"), rows)
    found = (f"{statistics.median(reloads):.2f}", f"{max(reloads):.2f}", str(len(reloads)))
    show("From a changed file to answers, s", ("median", "worst", "times"), [found])


def row(name: str, spent: list[float]) -> tuple[str, ...]:
    """A line of the table."""
    ordered = sorted(spent)
    p99 = ordered[int(len(ordered) * 0.99)]
    figures = (statistics.median(ordered), p99, ordered[-1])
    return (name, str(len(spent)), *(f"{figure * 1000:.1f}" for figure in figures))


def main() -> None:
    """Measure, and tidy up."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--postings", type=int, default=500)
    options.add_argument("--own", type=int, default=2)
    options.add_argument("--rate", type=float, default=20.0)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--every", type=float, default=0.0)
    options.add_argument("--ways", action="store_true")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="reload-"))
    sys.setswitchinterval(0.001)  # as `faqbot run` does
    try:
        make(folder, chosen.postings, chosen.own)
        began = time.perf_counter()
        live = Live.open(folder, shipped_topics(), load_mind)
        set_aside()  # as `faqbot run` does, too
        print(f"{chosen.postings} postings ready after {time.perf_counter() - began:.1f} s")
        asyncio.run(measure(live, folder, chosen))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
