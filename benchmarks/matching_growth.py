"""What 10^3, 10^4 and 10^5 own phrasings cost: time per question, memory, start.

Each figure comes from a process of its own, so that nobody pays for another's memory.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from matching_baselines import Baseline, Rapidfuzz, Trigrams
from matching_public import Ours, Pairs, read_sets, with_typos
from matching_table import show, spread, timed
from rapidfuzz import fuzz

from bot.knowledge.bank import shipped_topics

_SIZES = (10**3, 10**4, 10**5)
_PER_ENTRY = 10
_ASKED = 300
_ROOT = Path(__file__).resolve().parents[1]
_LONGEST = 1800


def measure_growth(public: Path | None, *, quick: bool) -> None:
    """Print a row for each size and system."""
    source = "lines of BANKING77 and CLINC150" if public else "the bank's lines (no --public)"
    rows: list[tuple[str, ...]] = []
    for size in _SIZES[:2] if quick else _SIZES:
        with tempfile.TemporaryDirectory() as cache:
            for name in ("ours", "rapidfuzz token_set_ratio", "SQLite FTS5 trigram"):
                cold = _measured(name, size, public, cache)
                # Again, with what the first one left in the cache; the others keep nothing.
                warm = _measured(name, size, public, cache) if name == "ours" and cold else cold
                if not cold or not warm:
                    rows.append((name, f"{size:,}", "failed"))
                    continue
                ready = (
                    f"{cold['ready']:.1f}",
                    f"{warm['ready']:.2f}",
                    f"{warm['memory']:.0f}",
                    f"{warm['before']:.0f}",
                )
                rows.append((name, f"{size:,}", *spread(warm["times"]), *ready))
    title = f"Growth: own phrasings from {source}, with typos, {_PER_ENTRY} per entry"
    header = ("", "phrasings", "ms", "p99", "ready, s", "ready again, s", "MB", "MB of imports")
    show(title, header, rows)
    if quick:
        print(f"{_SIZES[-1]:,} phrasings: skipped, --quick was given.")


def _measured(name: str, size: int, public: Path | None, cache: str) -> dict[str, Any] | None:
    command = [sys.executable, __file__, name, str(size), str(public or ""), cache]
    done = subprocess.run(  # noqa: S603 - this file
        command,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    if done.returncode:
        print(f"{name}, {size:,}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _seeds(public: str) -> list[str]:
    if public:
        return [text for each in read_sets(Path(public)) for text, _ in each.examples]
    topics = shipped_topics().values()
    return [text for t in topics for texts in t.questions.values() for text in texts]


def synthetic(lines: list[str], size: int) -> Pairs:
    """*size* phrasings: for each entry one line in several spellings.

    Where the lines run out, two are put together.
    """
    chance = random.Random(0)
    made: Pairs = []
    for entry in range(size // _PER_ENTRY):
        line = lines[entry] if entry < len(lines) else " ".join(chance.sample(lines, 2))
        made += [(with_typos(line, chance), f"entry-{entry}") for _ in range(_PER_ENTRY)]
    return made


def _child(name: str, size: int, public: str, cache: str) -> None:
    """Learn, ask, and print what it took as one line of JSON."""
    lines = sorted(set(_seeds(public)))
    random.Random(0).shuffle(lines)
    made = synthetic(lines, size)
    chance = random.Random(1)
    asked = [with_typos(text, chance) for text, _ in chance.sample(made, _ASKED)]
    before = _memory()
    columns: dict[str, Baseline] = {
        "ours": Ours(Path(cache)),
        "rapidfuzz token_set_ratio": Rapidfuzz(fuzz.token_set_ratio),
        "SQLite FTS5 trigram": Trigrams(),
    }
    column = columns[name]
    began = time.perf_counter()
    column.learn([text for text, _ in made], [label for _, label in made])
    column.first(asked[0])
    ready = time.perf_counter() - began
    _, times = timed(column.first, asked)
    print(json.dumps({"times": times, "ready": ready, "memory": _memory(), "before": before}))


def _memory() -> float:
    """Megabytes that the process holds now."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
