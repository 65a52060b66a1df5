from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.moderation.house import House, opened


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await opened(tmp_path)
    async with house.store:
        yield house
