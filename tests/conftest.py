import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.storage import database
from bot.storage.database import connect
from tests.channels.telegram.botapi import Specification
from tests.channels.telegram.fakeapi import FakeApi

_ROOT = Path(__file__).parent.parent

# How fast a machine makes up examples is no matter of the tests.
settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-machine")


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


@pytest.fixture(scope="session")
def new_log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log as the migrations make it, with nothing in it."""
    file = tmp_path_factory.mktemp("new") / "log.db"

    async def make() -> None:
        await (await connect(file)).close()

    asyncio.run(make())
    return file.read_bytes()


@pytest.fixture(autouse=True, scope="module")
def _new_logs_at_once(request: pytest.FixtureRequest, new_log: bytes) -> Iterator[None]:
    """New logs are copies of one: to take every step of the migrations for each takes a minute.

    They are taken where they are the matter, and in processes of their own.
    """
    if request.path.name in {"test_opening.py", "test_upgrading.py"}:
        yield
        return
    make = database._make

    def copy(file: Path) -> None:
        made = file.with_name(f".{uuid.uuid4().hex}")
        try:
            made.touch(0o600)
            made.write_bytes(new_log)
            os.link(made, file)  # whole or not at all, as another may open it at the same time
        except OSError:
            make(file)
        finally:
            made.unlink(missing_ok=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_make", copy)
        yield
