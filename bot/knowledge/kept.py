"""What takes long to read or to work out, kept in the user's cache under what it was made from.

The product's own YAML files hardly ever change, yet reading and checking them all would cost every
start a third of a second. What stays out: models, which are arrays (`bot.knowledge.modelfiles`).
"""

import contextlib
import hashlib
import json
import os
from importlib import resources
from pathlib import Path
from typing import Any

_KEPT = 4
"""Of each kind, so many are kept: those of other versions of the product among them."""


def default_cache() -> Path:
    """The user's cache folder, as the XDG base directory specification has it."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "candidate-faq-bot"


def stamp(*folders: str) -> str:
    """A name for the product's own YAML files in these *folders*, as they are now."""
    found = hashlib.sha256()
    for name in folders:
        for part in sorted((resources.files("bot") / name).iterdir(), key=lambda part: part.name):
            if part.name.endswith(".yaml"):
                found.update(part.name.encode() + b"\0" + part.read_bytes() + b"\0")
    return found.hexdigest()[:24]


def recall(file: Path) -> Any:
    """What was kept in *file*; None if there is nothing that can be read."""
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def remember(content: object, file: Path) -> None:
    """Keep *content* whole or not at all; without it the next start takes longer, no more.

    Of the files that are called alike up to the first ``-``, the oldest are let go.
    """
    draft = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        draft.replace(file)
        alike = file.parent.glob(f"{file.name.partition('-')[0]}-*.json")
        for old in sorted(alike, key=lambda one: one.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
