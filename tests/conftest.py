from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--botapi-spec",
        type=Path,
        default=_ROOT.parent / "shared" / "botapi" / "botapi_spec.json",
        help="machine-readable Bot API, against which the fake server checks each request",
    )
