"""How well drafts find the facts of postings: precision and recall per topic, and what leaks in.

    python benchmarks/drafting.py [--misses] [FOLDER...]

Each folder holds sources beside `NAME.expect.yaml`: `facts` (topic: texts, each of which an entry
of that topic's family must hold), `also` (topics that may be there), `absent` (that must not),
`never` (texts that no entry may hold) and `notes` (texts that the comments must hold).
"""

import argparse
import datetime as dt
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.drafting.drafting import Draft, draft
from bot.drafting.entries import Entry
from bot.drafting.matcher import asking, base_of
from bot.drafting.reading import read_source
from bot.drafting.values import simple
from bot.drafting.writing import write_draft
from bot.knowledge.bank import shipped_topics
from bot.knowledge.models import load_engine

SOURCES = Path(__file__).parents[1] / "tests" / "drafting" / "sources"
FURTHER = SOURCES.parent / "further"
FRESH = SOURCES.parent / "fresh"
# Where the bank has no topic of its own, what a posting says goes to another.
SAME = {"skills": "experience"}


@dataclass
class Score:
    """What one draft found and missed; pairs of topic and text."""

    found: list[str] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)


def family(topic: str) -> str:
    """The topic above all details."""
    return topic.partition(".")[0]


def same(text: str) -> str:
    """Comparable, whatever spaces and signs it is written with."""
    return simple(text).replace("\\", "")


def score(made: Draft, text: str, expect: dict[str, Any]) -> Score:
    """Compare a draft (and its file's text) with what is expected."""
    out = Score()
    topics = [entry for entry in made.entries if not entry.own]
    facts = {SAME.get(t, t): [] for t in expect["facts"]}
    for topic, texts in expect["facts"].items():
        facts[SAME.get(topic, topic)] += texts
    for topic, texts in facts.items():
        for wanted in texts:
            held = [e for e in topics if _serves(e, topic) and same(wanted) in same(e.answer)]
            if held:
                out.found.append(topic)
            else:
                out.missed.append((topic, wanted))
    allowed = {SAME.get(topic, topic) for topic in expect.get("also", [])}
    for entry in topics:
        wanted = [t for topic, texts in facts.items() if _serves(entry, topic) for t in texts]
        stated = entry.key in facts and any(same(t) in same(entry.answer) for t in facts[entry.key])
        family_ok = any(same(t) in same(entry.answer) for t in wanted)
        if (stated or family_ok or entry.key in allowed) and entry.key not in expect.get(
            "absent", ()
        ):
            out.right.append(entry.key)
        else:
            out.wrong.append((entry.key, entry.answer[:100]))
    answers = " ".join(f"{entry.answer} {entry.quote}" for entry in made.entries)
    out.leaked = [one for one in expect.get("never", []) if same(one) in same(answers)]
    comments = " ".join(line for line in text.splitlines() if line.lstrip().startswith("#"))
    comments = " ".join(comments.replace("#", " ").split())
    out.unsaid = [one for one in expect.get("notes", []) if not _noted(one, comments)]
    out.head = list(_head(made, expect))
    return out


def _noted(wanted: str, comments: str) -> bool:
    return same(wanted) in same(comments) or (wanted == "passé" and "has passed" in comments)


def _serves(entry: Entry, topic: str) -> bool:
    return family(entry.key) == family(topic) and (
        entry.key == topic or topic in entry.covers or "." not in entry.key or "." not in topic
    )


def _head(made: Draft, expect: dict[str, Any]) -> Any:
    title, organisation = same(expect["title"]), same(expect["organisation"])
    if made.language != expect["language"]:
        yield f"language: {made.language}"
    if title not in same(made.title) and same(made.title) not in title:
        yield f"title: {made.title}"
    if organisation not in same(made.organisation) and same(made.organisation) not in organisation:
        yield f"organisation: {made.organisation}"
    closes = expect.get("closes")
    wanted = [str(one) for one in (closes if isinstance(closes, list) else [closes])]
    told = (
        made.closes.isoformat(sep=" ")[:16]
        if isinstance(made.closes, dt.datetime)
        else str(made.closes)
    )
    if told not in wanted and f"{told}:00" not in wanted:
        yield f"closes: {told}, not {wanted}"


def cases(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The sources of a folder, with what is expected of each."""
    found = []
    for path in sorted(folder.glob("*.expect.yaml")):
        name = path.name.removesuffix(".expect.yaml")
        source = next(p for p in sorted(folder.glob(f"{name}.*")) if p != path)
        found.append((source, yaml.safe_load(path.read_text("utf-8"))))
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[SOURCES])
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    arguments = parser.parse_args()
    topics = shipped_topics()
    ask = asking(load_engine(base_of(topics)))
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    leaks = unsaid = heads = 0
    for source, expect in (case for folder in arguments.folders for case in cases(folder)):
        today = expect.get("today", dt.date(2027, 2, 1))
        made = draft(read_source(str(source)), topics, ask, today)
        one = score(made, write_draft(made, topics, source.name), expect)
        found.update(one.found)
        missed.update(topic for topic, _ in one.missed)
        right.update(one.right)
        wrong.update(topic for topic, _ in one.wrong)
        leaks, unsaid, heads = (
            leaks + len(one.leaked),
            unsaid + len(one.unsaid),
            heads + len(one.head),
        )
        facts, entries = len(one.found) + len(one.missed), len(one.right) + len(one.wrong)
        print(
            f"{source.name:32} recall {len(one.found):2}/{facts:2}  precision "
            f"{len(one.right):2}/{entries:2}  leaks {len(one.leaked)}"
        )
        if arguments.misses:
            for topic, text in one.missed:
                print(f"    missed {topic}: {text}")
            for topic, text in one.wrong:
                print(f"    wrong  {topic}: {text!r}")
            for text in (*one.leaked, *one.unsaid, *one.head):
                print(f"    !! {text}")
    print(f"{'topic':32} recall   precision")
    for topic in sorted({*found, *missed, *right, *wrong}):
        facts, entries = found[topic] + missed[topic], right[topic] + wrong[topic]
        print(f"{topic:32} {found[topic]:2}/{facts:2}    {right[topic]:2}/{entries:2}")
    facts, entries = found.total() + missed.total(), right.total() + wrong.total()
    print(
        f"all: recall {found.total() / facts:.3f} of {facts}, "
        f"precision {right.total() / entries:.3f} of {entries}, leaks {leaks}, "
        f"comments missing {unsaid}, heads wrong {heads}"
    )


if __name__ == "__main__":
    main()
