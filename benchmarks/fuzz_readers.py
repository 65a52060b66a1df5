"""Fuzz the readers of sources, guided by coverage: no traceback, no hang, no memory without end.

    python benchmarks/fuzz_readers.py KIND [-max_total_time=60] [further options of libFuzzer]

KIND is one of html, pdf, docx, xlsx, csv, txt, md, or jsonld: what stands in a page as JSON-LD.
It begins with the sources of the tests. Needs the extra `fuzz`. What a reader refuses in plain
words is fine; anything else ends the run, and the bytes that led to it are left in a file.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot.drafting"]):
    from bot.drafting import cells, marked, page, pdf, plaintext, word  # noqa: F401 - instrumented
    from bot.drafting.fault import Unreadable
    from bot.drafting.reader import read_bytes, read_cells

SOURCES = Path(__file__).parents[1] / "tests" / "drafting"
LIMITS = {
    "-max_total_time": "60",
    "-timeout": "20",
    "-rss_limit_mb": "1500",  # the fuzzer and the libraries themselves take half of it
    "-max_len": "20000",
}
_PAGE = b'<html><body><p>A job for you</p><script type="application/ld+json">%s</script></body>'


def reader(kind: str) -> Callable[[bytes], None]:
    """What reads any bytes as that *kind*; it fails by any error but a refusal."""

    def read(data: bytes) -> None:
        try:
            if kind in {"xlsx", "csv"}:
                read_cells(data)
            elif kind == "jsonld":
                read_bytes(_PAGE % data, ".html")
            else:
                read_bytes(data, f".{kind}")
        except Unreadable:
            pass

    return read


def seeds(kind: str, folder: Path) -> None:
    """Put the tests' sources of that *kind* into *folder*."""
    ending = "html" if kind == "jsonld" else kind
    for file in SOURCES.rglob(f"*.{ending}"):
        shutil.copy(file, folder / f"{file.parent.name}-{file.name}")


def main() -> None:
    """Fuzz until the time is up, or something is found."""
    kind, *options = sys.argv[1:]
    given = {option.partition("=")[0] for option in options}
    options += [f"{name}={value}" for name, value in LIMITS.items() if name not in given]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{kind}-"))
    seeds(kind, folder)
    atheris.Setup([sys.argv[0], *options, str(folder)], reader(kind))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
