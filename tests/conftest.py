from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.telegram.botapi import Specification
from tests.channels.telegram.fakeapi import FakeApi

_ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--botapi-spec",
        type=Path,
        default=_ROOT.parent / "shared" / "botapi" / "botapi_spec.json",
        help="machine-readable Bot API, against which the fake server checks each request",
    )


@pytest.fixture(scope="session")
def spec(request: pytest.FixtureRequest) -> Specification | None:
    path: Path = request.config.getoption("--botapi-spec")
    return Specification.load(path) if path.is_file() else None


@pytest.fixture
async def api(spec: Specification | None) -> AsyncIterator[FakeApi]:
    fake = FakeApi(spec)
    await fake.start()
    yield fake
    await fake.stop()
    assert fake.complaints == []
