import pytest

from bot.core.bucket import Buckets, Verdict

READ, WARN, SILENT = Verdict.READ, Verdict.WARN, Verdict.SILENT


def test_a_full_bucket_is_read_then_it_is_said_once_then_nothing() -> None:
    buckets = Buckets(per_minute=20, burst=3)

    assert [buckets.take("ada", 0) for _ in range(6)] == [READ, READ, READ, WARN, SILENT, SILENT]


def test_one_person_does_not_empty_anothers() -> None:
    buckets = Buckets(per_minute=20, burst=1)
    buckets.take("ada", 0)

    assert buckets.take("bob", 0) is READ


@pytest.mark.parametrize(("later", "verdict"), [(2.9, SILENT), (3.0, READ)])
def test_after_a_messages_time_there_is_room_for_one(later: float, verdict: Verdict) -> None:
    buckets = Buckets(per_minute=20, burst=1)
    for _ in range(2):
        buckets.take("ada", 0)

    assert buckets.take("ada", later) is verdict


def test_it_is_said_again_after_it_was_read_again() -> None:
    buckets = Buckets(per_minute=60, burst=1)

    assert [buckets.take("ada", at) for at in (0, 0, 1, 1)] == [READ, WARN, READ, WARN]


def test_a_pause_fills_no_more_than_a_bucket() -> None:
    buckets = Buckets(per_minute=60, burst=2)
    buckets.take("ada", 0)

    assert [buckets.take("ada", 1000) for _ in range(3)] == [READ, READ, WARN]


def test_a_message_from_before_fills_nothing() -> None:
    buckets = Buckets(per_minute=60, burst=1)
    buckets.take("ada", 100)

    assert [buckets.take("ada", at) for at in (0, 100.5)] == [WARN, SILENT]


def test_memory_stays_flat() -> None:
    buckets = Buckets(per_minute=60, burst=1, most=2)
    buckets.take("ada", 0)
    for number in range(10):
        buckets.take(f"{number}", 0)

    assert buckets.take("9", 0) is WARN
    assert buckets.take("ada", 0) is READ
