"""A fresh process, from its start to its first answer, and the memory it takes."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from matching_table import show

_ROOT = Path(__file__).resolve().parents[1]
_QUESTION = "What are the working hours?"


def measure_start(knowledge: Path, posting: str | None, *, repeats: int) -> None:
    """Print the seconds that ``faqbot ask`` takes, without a model kept and with one."""
    chosen = ["--posting", posting] if posting else []
    if not posting and len(list(knowledge.glob("*.yaml"))) > 1:
        chosen = ["--posting", min(path.stem for path in knowledge.glob("*.yaml"))]
    command = [sys.executable, "-m", "bot", "ask", _QUESTION, "--knowledge", str(knowledge)]
    with tempfile.TemporaryDirectory() as cache:
        first = _run([*command, *chosen], cache)
        later = [_run([*command, *chosen], cache) for _ in range(repeats)]
    middle = [statistics.median(column) for column in zip(*later, strict=True)]
    rows = [
        (name, f"{seconds:.2f}", f"{busy:.2f}", f"{memory:.0f}")
        for name, (seconds, busy, memory) in (
            ("nothing kept", first),
            (f"model kept, median of {repeats}", middle),
        )
    ]
    show("Start to first answer, a fresh process", ("", "s", "s of one core", "MB at most"), rows)


def _run(command: list[str], cache: str) -> tuple[float, float, float]:
    """Seconds, those of one core that it and its children were busy, and megabytes at most."""
    settings = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPATH": str(_ROOT)}
    began = time.perf_counter()
    # Waited for by wait4, which alone tells the memory of this one child.
    process = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        print(f"faqbot ask failed with {process.returncode}", file=sys.stderr)
    busy = used.ru_utime + used.ru_stime
    return seconds, busy, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
