"""BANKING77 and CLINC150 with few examples, through the product: own entries, topics switched off.

BANKING77: Casanueva et al. 2020, CC BY 4.0. CLINC150: Larson et al. 2019, CC BY 3.0.
"""

import csv
import json
import random
import re
import statistics
import string
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from matching_baselines import Baseline, baselines
from matching_table import NOT_INSTALLED, percent, show, spread, timed

from bot.core.chat import Chat
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.knowledge.bank import shipped_topics
from bot.knowledge.models import load_engine
from bot.matching.engine import Engine

Pairs = list[tuple[str, str]]

_TYPOS = 0.3


@dataclass(frozen=True)
class Plan:
    """What is measured: examples of each intent, draws of them, test questions at most."""

    examples: Sequence[int]
    seeds: Sequence[int]
    limit: int | None = None


QUICK = Plan((10,), (0,), 500)


@dataclass(frozen=True)
class Set:
    """A public set of questions: to take examples from, to test with, and out of scope."""

    name: str
    examples: Pairs
    tests: Pairs
    outside: list[str] = field(default_factory=list)

    def few(self, count: int, seed: int) -> Pairs:
        """*count* examples of each intent."""
        by_intent: dict[str, list[str]] = {}
        for text, intent in self.examples:
            by_intent.setdefault(intent, []).append(text)
        chosen = random.Random(seed)
        return [
            (text, intent)
            for intent in sorted(by_intent)
            for text in chosen.sample(by_intent[intent], count)
        ]

    def drawn(self, seed: int, limit: int | None) -> "Set":
        """The same with *limit* test questions at most, and as many out of scope."""
        if limit is None:
            return self
        chosen = random.Random(seed)
        tests = chosen.sample(self.tests, min(limit, len(self.tests)))
        return replace(self, tests=tests, outside=self.outside[:limit])


def read_sets(folder: Path) -> Iterator[Set]:
    """The sets that are in *folder*."""
    if (folder / "banking77").is_dir():
        train, test = (_rows(folder / "banking77" / f"{name}.csv") for name in ("train", "test"))
        yield Set("BANKING77", train, test)
    else:
        print(f"BANKING77: skipped, {folder} has no banking77/.")
    if (folder / "clinc150").is_dir():
        data = json.loads((folder / "clinc150" / "data_full.json").read_text("utf-8"))
        pairs = {name: [(text, intent) for text, intent in data[name]] for name in data}
        outside = [text for text, _ in pairs["oos_test"]]
        yield Set("CLINC150", pairs["train"], pairs["test"], outside)
    else:
        print(f"CLINC150: skipped, {folder} has no clinc150/.")


def _rows(path: Path) -> Pairs:
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


def with_typos(text: str, chance: random.Random) -> str:
    """*text* with typos in three words of ten: a letter or two lost, added, changed or swapped."""
    return " ".join(
        _misspelt(word, chance) if chance.random() < _TYPOS else word for word in text.split()
    )


def _misspelt(word: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 2))):
        if len(word) < 2:  # noqa: PLR2004 - one letter is left as it is
            return word
        place = chance.randrange(len(word) - 1)
        letter = chance.choice(string.ascii_lowercase)
        before, here, after = word[:place], word[place], word[place + 1 :]
        word = chance.choice(
            (
                before + after,
                before + letter + here + after,
                before + letter + after,
                before + after[0] + here + after[1:],
            )
        )
    return word


@dataclass
class Ours:
    """The product: a knowledge base of own entries, its engine, and a cache of its own."""

    cache: Path
    _engine: Engine | None = None
    _base: KnowledgeBase = field(default_factory=KnowledgeBase)

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Put the phrasings under one entry for each label, and load the engine."""
        by_label: dict[str, list[str]] = {}
        for text, label in zip(texts, labels, strict=True):
            by_label.setdefault(entry_id(label), []).append(text)
        entries = tuple(
            Entry(label, label={"en": label}, questions={"en": tuple(own)}, answer={"en": label})
            for label, own in by_label.items()
        )
        posting = Posting("public", "Public", {"en": "Public"}, ("en",), entries, topics=False)
        self._base = KnowledgeBase({posting.id: posting}, shipped_topics())
        self._engine = load_engine(self._base, self.cache)

    def first(self, question: str) -> tuple[str, float]:
        """The best candidate of all parts of the message, with its probability."""
        if self._engine is None:
            return "", 0.0
        posting = self._base.postings["public"]
        understood = self._engine.understand(self._base, posting, question, Chat())
        ranked = [candidate for part in understood.parts for candidate in part.ranking[:1]]
        best = max(ranked, key=lambda candidate: candidate.confidence, default=None)
        return (best.id, best.confidence) if best else ("", 0.0)


def entry_id(label: str) -> str:
    """*label* as an entry may be called."""
    return re.sub(r"[^a-z0-9_-]", "-", label.lower())[:40]


@dataclass
class _Figures:
    """What one column reaches, one element per seed."""

    clean: list[float] = field(default_factory=list)
    typos: list[float] = field(default_factory=list)
    auroc: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    learning: list[float] = field(default_factory=list)


def measure_public(
    folder: Path, plan: Plan, *, sets: Sequence[str] = (), only: Sequence[str] = ()
) -> None:
    """Print first choice and refusal for each set and number of examples, mean over the seeds."""
    for each in read_sets(folder):
        if sets and not any(part in each.name.lower() for part in sets):
            continue
        for count in plan.examples:
            _measure(each, count, plan, only)


def _measure(each: Set, count: int, plan: Plan, only: Sequence[str]) -> None:
    figures: dict[str, _Figures | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in plan.seeds:
            columns: dict[str, Baseline | None] = {"ours": Ours(Path(folder))}
            columns |= baselines("english")
            for name, column in columns.items():
                if only and not any(part in name.lower() for part in only):
                    continue
                if column is None:
                    figures[name] = None
                    continue
                reached = figures.setdefault(name, _Figures())
                if reached is not None:
                    _run(column, each.drawn(seed, plan.limit), each.few(count, seed), seed, reached)
    rows = [
        (name, *_cells(one, refuses=bool(each.outside))) if one else (name, NOT_INSTALLED)
        for name, one in figures.items()
    ]
    if not rows:
        return
    asked = min(plan.limit or len(each.tests), len(each.tests))
    title = f"{each.name}, {count} examples per intent, {_seeds(plan.seeds)}, "
    title += f"{asked:,} of {len(each.tests):,} test questions, first choice, %"
    show(title, ("", "clean", "typos", "AUROC", "ms", "p99", "learning, s"), rows)


def _seeds(seeds: Sequence[int]) -> str:
    return f"{len(seeds)} seeds" if len(seeds) > 1 else f"seed {seeds[0]}"


def _run(column: Baseline, each: Set, few: Pairs, seed: int, figures: _Figures) -> None:
    began = time.perf_counter()
    column.learn([text for text, _ in few], [intent for _, intent in few])
    figures.learning.append(time.perf_counter() - began)
    tests, outside = each.tests, each.outside
    chance = random.Random(seed)
    texts = [text for text, _ in tests]
    found, times = timed(column.first, texts)
    typed, _ = timed(column.first, [with_typos(text, chance) for text in texts])
    wanted = [entry_id(intent) for _, intent in tests]
    for answers, shares in ((found, figures.clean), (typed, figures.typos)):
        right = sum(
            entry_id(label) == want for (label, _), want in zip(answers, wanted, strict=True)
        )
        shares.append(100 * right / len(tests))
    figures.times += times
    if outside:
        strange, _ = timed(column.first, outside)
        inner, outer = ([score for _, score in answers] for answers in (found, strange))
        figures.auroc.append(100 * auroc(inner, outer))


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often a question in scope scores higher than one out of scope; a tie counts half."""
    ordered = sorted([(score, 1) for score in inside] + [(score, 0) for score in outside])
    wins, below, place = 0.0, 0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ours = sum(kind for _, kind in ordered[place:end])
        others = end - place - ours
        wins += ours * (below + others / 2)
        below += others
        place = end
    return wins / (len(inside) * len(outside))


def _cells(figures: _Figures, *, refuses: bool) -> tuple[str, ...]:
    return (
        percent(statistics.mean(figures.clean), 100),
        percent(statistics.mean(figures.typos), 100),
        percent(statistics.mean(figures.auroc), 100) if refuses else "-",
        *spread(figures.times),
        f"{statistics.median(figures.learning):.1f}",
    )
