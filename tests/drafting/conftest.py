from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.drafting.block import Source
from bot.drafting.drafting import Draft, draft
from bot.drafting.plaintext import read_plain
from bot.knowledge.bank import shipped_topics

TODAY = date(2027, 2, 1)
Drafted = Callable[..., Draft]


def nobody(_text: str) -> None:
    """A matcher without an opinion: what the rules alone find."""


def source_of(text: str) -> Source:
    return Source(tuple(read_plain(text)), text)


@pytest.fixture
def drafted() -> Drafted:
    """Drafts a posting that is written as plain text, or a source that was made by hand."""

    def make(text: str | Source, today: date = TODAY) -> Draft:
        source = source_of(text) if isinstance(text, str) else text
        return draft(source, shipped_topics(), nobody, today)

    return make


@pytest.fixture
def here() -> Path:
    return Path(__file__).parent
