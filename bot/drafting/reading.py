"""A source read within limits of size, time and memory; whatever it holds, no traceback."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

from bot.drafting.block import Source
from bot.drafting.fault import SourceError
from bot.drafting.reader import CELLS

MOST_BYTES = 20 * 1024 * 1024
_MOST_MEMORY = 480 * 1024 * 1024
_MOST_SECONDS = 60
STDIN = "-"


def read_source(name: str, stdin: BinaryIO | None = None) -> Source:
    """The posting in the file *name*, or on the standard input for ``-``.

    Raises:
        SourceError: it cannot be read; the message says which, why, and what to do.
    """
    shown = "standard input" if name == STDIN else name
    data = read_limited(name, stdin)
    ending = "" if name == STDIN else Path(name).suffix.casefold()
    return Source.from_json(_read(data, ending, shown)["source"])


def read_table(name: str, stdin: BinaryIO | None = None) -> list[list[list[str]]]:
    """The cells of each sheet of a spreadsheet, row by row.

    Raises:
        SourceError: it cannot be read; the message says which, why, and what to do.
    """
    data = read_limited(name, stdin)
    cells: list[list[list[str]]] = _read(data, CELLS, name)["cells"]
    return cells


def read_limited(name: str, stdin: BinaryIO | None = None) -> bytes:
    """The bytes of a file, if they are not too many.

    Raises:
        SourceError: there is no such file, or it is too large.
    """
    try:
        if name == STDIN:
            data = (stdin or sys.stdin.buffer).read(MOST_BYTES + 1)
        else:
            path = Path(name)
            if not path.is_file():
                raise SourceError(_no_file(name, path))
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not possible"
        raise SourceError(f"{name}: cannot be read: {reason}") from error
    if len(data) > MOST_BYTES:
        raise SourceError(
            f"{name}: is larger than {MOST_BYTES // 2**20} MB: save the posting alone, "
            "without pictures"
        )
    return data


def _no_file(name: str, path: Path) -> str:
    if name.startswith(("http:", "https:")):
        return f"{name}: an address is not fetched: save the page from the browser, name its file"
    if path.is_dir():
        return f"{path}: is a folder: name the file of one posting"
    return f"{path}: there is no such file"


def _read(data: bytes, ending: str, shown: str) -> dict[str, Any]:
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - our own module; what comes from outside is on stdin
            # -P: what lies in the current folder, beside a download, is not imported.
            [sys.executable, "-P", "-m", "bot.drafting.reader", ending],
            input=data,
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
            env={**_without_secrets(), "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            preexec_fn=_limit,
        )
        result: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            f"{shown}: takes too long to read: save the posting alone, or as plain text"
        ) from error
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{shown}: cannot be read, it is damaged or far too complicated: save it as plain text"
        ) from error
    if "error" in result:
        raise SourceError(f"{shown}: {result['error']}")
    return result


def _without_secrets() -> dict[str, str]:
    """The environment without our settings: who reads a stranger's file needs no token."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FAQBOT_")}


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
