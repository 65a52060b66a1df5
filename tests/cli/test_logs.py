import io
import json
import logging

import pytest

from bot.cli.logs import set_up_logging
from bot.errors import TryLater
from tests.channels.telegram.fakeapi import TOKEN

LOG = logging.getLogger("bot.tests")


def logged(*, people: bool = False) -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(stream, people=people)
    return stream


def test_each_event_is_one_line_of_json() -> None:
    stream = logged()

    LOG.info("connected", extra={"channel": "telegram"})
    LOG.warning("update %d\nfailed", 7)

    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "connected",
        "level": "info",
        "logger": "bot.tests",
        "channel": "telegram",
    }
    assert second["event"] == "update 7\nfailed"


def test_on_a_terminal_it_is_for_people() -> None:
    stream = logged(people=True)

    LOG.info("connected", extra={"channel": "telegram"})

    line = stream.getvalue()
    assert line.count("\n") == 1
    assert "connected" in line
    assert "channel=telegram" in line
    assert not line.startswith("{")


@pytest.mark.parametrize("people", [True, False])
def test_no_token_and_no_text_of_a_candidate_is_in_it(people: bool) -> None:  # noqa: FBT001
    stream = logged(people=people)

    try:
        int("my secret illness")
    except ValueError as error:
        LOG.exception("update failed: %s", TOKEN)
        try:
            raise TryLater(5) from error  # noqa: TRY301 - an error within an error
        except TryLater:
            LOG.exception("again", extra={"at": f"https://api/bot{TOKEN}/x"})

    assert TOKEN not in stream.getvalue()
    assert "illness" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "try again in 5 s" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    if not people:
        assert len(stream.getvalue().splitlines()) == 2
