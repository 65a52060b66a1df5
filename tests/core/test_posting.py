import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.core.posting import Entry, Posting, Standing

PARIS = ZoneInfo("Europe/Paris")


def posting(*ids: str, unstated: tuple[str, ...] = ()) -> Posting:
    entries = tuple(Entry(one, one, answer={"en": one}) for one in ids)
    return Posting("nurse", "Aid", {"en": "Nurse"}, ("en",), entries, unstated)


COVERING = posting("hours", "location")
COVERING = replace(
    COVERING, entries=(replace(COVERING.entries[0], covers=("hours.nights", "remote")),)
)


@pytest.mark.parametrize(
    ("has", "topic", "standing", "entries"),
    [
        (posting("hours"), "hours", Standing.STATED, ["hours"]),
        (posting("hours.nights"), "hours.nights", Standing.STATED, ["hours.nights"]),
        (COVERING, "hours.nights", Standing.STATED, ["hours"]),
        (COVERING, "remote", Standing.STATED, ["hours"]),
        (COVERING, "remote.days", Standing.PARTIAL, ["hours"]),
        (posting("hours"), "hours.nights", Standing.PARTIAL, ["hours"]),
        (
            posting("hours", unstated=("hours.nights",)),
            "hours.nights",
            Standing.PARTIAL,
            ["hours"],
        ),
        (
            posting("hours.nights", "salary.bonus", "hours.shifts"),
            "hours",
            Standing.DETAILS,
            ["hours.nights", "hours.shifts"],
        ),
        (posting(unstated=("salary",)), "salary", Standing.UNSTATED, []),
        (posting(unstated=("salary",)), "salary.bonus", Standing.UNSTATED, []),
        (posting(unstated=("salary.bonus",)), "salary.bonus", Standing.UNSTATED, []),
        (posting("salary.bonus", unstated=("salary",)), "salary", Standing.UNSTATED, []),
        (posting(unstated=("salary.bonus",)), "salary", Standing.MISSING, []),
        (posting("hours"), "salary", Standing.MISSING, []),
        (posting("hours.nights"), "hours.shifts", Standing.MISSING, []),
        (posting("hours"), "hourly", Standing.MISSING, []),
    ],
)
def test_what_a_posting_has_on_a_topic(
    has: Posting, topic: str, standing: Standing, entries: list[str]
) -> None:
    coverage = has.coverage(topic)

    assert coverage.standing is standing
    assert [entry.id for entry in coverage.entries] == entries


def test_an_entry_of_its_own_goes_before_one_that_covers_it() -> None:
    entries = (Entry("hours", covers=("hours.nights",)), Entry("hours.nights"))
    both = replace(posting(), entries=entries)

    assert both.coverage("hours.nights").entries == entries[1:]


def test_of_two_entries_that_cover_a_topic_the_first_counts() -> None:
    entries = (Entry("a", covers=("hours",)), Entry("b", covers=("hours",)))

    assert replace(posting(), entries=entries).covering("hours") == entries[0]


@pytest.mark.parametrize(
    ("closes", "last_open"),
    [
        (dt.date(2026, 3, 26), dt.datetime(2026, 3, 26, 23, 59, 59, 999999, tzinfo=PARIS)),
        (dt.date(2026, 3, 28), dt.datetime(2026, 3, 28, 23, 59, 59, 999999, tzinfo=PARIS)),
        (
            dt.datetime(2026, 3, 26, 12, tzinfo=dt.UTC),
            dt.datetime(2026, 3, 26, 12, 59, 59, 999999, tzinfo=PARIS),
        ),
        (
            dt.datetime(2026, 3, 26, 12),  # noqa: DTZ001 - as HR typed it, in the posting's zone
            dt.datetime(2026, 3, 26, 11, 59, 59, 999999, tzinfo=PARIS),
        ),
    ],
    ids=["whole day", "before the clock changes", "moment", "local moment"],
)
def test_a_posting_closes_at_its_moment_and_not_before(
    closes: dt.date, last_open: dt.datetime
) -> None:
    closing = replace(posting(), closes=closes, timezone=PARIS)

    assert not closing.is_closed(last_open.astimezone(dt.UTC))
    assert closing.is_closed(last_open.astimezone(dt.UTC) + dt.timedelta(microseconds=1))


def test_a_posting_without_a_closing_date_never_closes() -> None:
    assert not posting().is_closed(dt.datetime.max.replace(tzinfo=dt.UTC))


def test_the_closed_answer_takes_over_where_there_is_one() -> None:
    entry = Entry("deadline", answer={"en": "Until then."}, answer_closed={"en": "Over."})

    assert entry.texts(closed=False) == {"en": "Until then."}
    assert entry.texts(closed=True) == {"en": "Over."}
    assert replace(entry, answer_closed={}).texts(closed=True) == {"en": "Until then."}


def test_a_tag_is_short_and_tells_postings_apart() -> None:
    assert len(posting().tag) == 8
    assert posting().tag == posting("hours").tag
    assert posting().tag != replace(posting(), id="baker").tag
