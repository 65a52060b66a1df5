"""Lexicon and spellings as the engine takes them, kept once they were read and checked.

Reading the YAML files takes half a second, which every start would pay; what was read is therefore
kept beside the models under a hash of the files as they are.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

_FOLDERS = ("lexicon", "spellings")
_KEPT = 4


@dataclass(frozen=True)
class Tables:
    """What phrasings and questions are normalised with; see `Spellings` and `Concepts`."""

    spellings: Mapping[str, str]
    concepts: Mapping[str, Mapping[str, Sequence[str]]]

    def content(self) -> dict[str, Any]:
        """The same as JSON takes it."""
        lexicon = {name: dict(words) for name, words in self.concepts.items()}
        return {"spellings": dict(self.spellings), "concepts": lexicon}


def shipped_tables(cache: Path | None = None) -> Tables:
    """The tables that come with the product, from *cache* where they are kept there."""
    file = cache / f"tables-{_stamp()}.json" if cache else None
    if file is not None:
        with contextlib.suppress(OSError, ValueError, TypeError):
            return Tables(**json.loads(file.read_text("utf-8")))
    from bot.knowledge.lexicon import shipped_lexicon  # noqa: PLC0415 - where they are read only
    from bot.knowledge.spellings import shipped_spellings  # noqa: PLC0415

    tables = Tables(shipped_spellings().words, shipped_lexicon())
    if file is not None:
        _keep(tables, file)
    return tables


def _stamp() -> str:
    stamp = hashlib.sha256()
    for name in _FOLDERS:
        for part in sorted((resources.files("bot") / name).iterdir(), key=lambda part: part.name):
            if part.name.endswith(".yaml"):
                stamp.update(part.name.encode() + b"\0" + part.read_bytes() + b"\0")
    return stamp.hexdigest()[:24]


def _keep(tables: Tables, file: Path) -> None:
    """Write whole or not at all; without it the next start takes longer, and nothing else."""
    draft = file.with_suffix(".new")
    with contextlib.suppress(OSError):
        draft.write_text(json.dumps(tables.content()), "utf-8")
        draft.replace(file)
        kept = sorted(file.parent.glob("tables-*.json"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-_KEPT]:
            old.unlink(missing_ok=True)
