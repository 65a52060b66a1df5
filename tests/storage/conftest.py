from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.storage.store import SqlStore
from tests.storage.samples import opened


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with await opened(tmp_path) as one:
        yield one
