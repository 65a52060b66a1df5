from collections.abc import AsyncIterator

import pytest_asyncio

from tests.moderation.house import House
from tests.moderation.web.site import Site, Visitor, site_over


@pytest_asyncio.fixture
async def site(house: House) -> AsyncIterator[Site]:
    site = site_over(house)
    yield site
    await site.close()


@pytest_asyncio.fixture
async def ada(site: Site) -> Visitor:
    """An editor who is in."""
    return await site.enter()
