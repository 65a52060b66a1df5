import logging

import pytest

from bot.channels.trouble import Trouble


def test_pauses_grow_up_to_a_limit_and_are_never_in_step() -> None:
    trouble = Trouble("asking", first=1, longest=60)

    pauses = [trouble.note("NetworkError", "down") for _ in range(200)]

    assert 0.5 <= pauses[0] <= 1
    assert all(30 <= pause <= 60 for pause in pauses[6:])
    assert len(set(pauses)) > 150


def test_what_telegram_asks_for_is_waited_at_least() -> None:
    trouble = Trouble("asking")

    assert trouble.note("RetryAfter", "flood", at_least=35) >= 35


def test_each_kind_is_said_once_per_spell(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trouble = Trouble("asking")

    for _ in range(1000):
        trouble.note("NetworkError", "down")
        trouble.note("TimedOut", "slow")
    trouble.over()
    trouble.over()
    trouble.note("NetworkError", "down")

    assert [r.getMessage().split(":")[1].split(";")[0] for r in caplog.records] == [
        " down",
        " slow",
        " works again after 0 s and 2000 failures",
        " down",
    ]
