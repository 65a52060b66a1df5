"""Lexicon and spellings as the engine takes them, kept once they were read and checked."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.kept import recall, remember, stamp


@dataclass(frozen=True)
class Tables:
    """What phrasings and questions are normalised with; see `Spellings` and `Concepts`."""

    spellings: Mapping[str, str]
    concepts: Mapping[str, Mapping[str, Sequence[str]]]
    stamp: str
    """A name for the files that they come from."""

    def content(self) -> dict[str, Any]:
        """The same as JSON takes it."""
        lexicon = {name: dict(words) for name, words in self.concepts.items()}
        return {"spellings": dict(self.spellings), "concepts": lexicon}


def shipped_tables(cache: Path | None = None) -> Tables:
    """The tables that come with the product, from *cache* where they are kept there."""
    now = stamp("lexicon", "spellings")
    file = cache / f"tables-{now}.json" if cache else None
    if file is not None:
        with contextlib.suppress(TypeError):
            return Tables(**recall(file), stamp=now)
    from bot.knowledge.lexicon import shipped_lexicon  # noqa: PLC0415 - where they are read only
    from bot.knowledge.spellings import shipped_spellings  # noqa: PLC0415

    tables = Tables(shipped_spellings().words, shipped_lexicon(), now)
    if file is not None:
        remember(tables.content(), file)
    return tables
