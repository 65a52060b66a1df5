from pathlib import Path

import pytest

from bot.core.posting import KnowledgeBase, Posting
from bot.knowledge.bank import shipped_topics
from bot.knowledge.models import load_engine
from bot.knowledge.reading import read_folder
from bot.matching.engine import Engine

_KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return read_folder(_KNOWLEDGE, shipped_topics()).base


@pytest.fixture(scope="session")
def posting(knowledge: KnowledgeBase) -> Posting:
    return knowledge.postings["msf-nord-littoral"]


@pytest.fixture(scope="session")
def engine(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The real engine, trained on the whole bank once for all tests."""
    return load_engine(knowledge, tmp_path_factory.mktemp("models"))
