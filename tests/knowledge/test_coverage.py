from bot.core.posting import Entry, Posting
from bot.core.topic import Topic
from bot.knowledge.coverage import Row, Tally, cover, most_wanted

TOPICS = {
    name: Topic(name, {"en": name.title(), "fr": f"le {name}"})
    for name in ("hours", "hours.nights", "salary", "remote", "benefits", "benefits.meals",
                 "smalltalk.greeting")
}  # fmt: skip
POSTING = Posting(
    "nurse",
    "Clinic",
    {"en": "Nurse"},
    ("en", "fr"),
    (
        Entry("hours", "hours", answer={"en": "39 h"}),
        Entry("benefits.meals", "benefits.meals", answer={"en": "x", "fr": "y"}),
        Entry("dogs", label={"en": "Dogs"}, answer={"en": "x", "fr": "y"}),
    ),
    unstated=("salary",),
)


def covered(*tallies: Tally, posting: Posting = POSTING) -> dict[str, Row]:
    return {row.matter: row for row in cover(posting, TOPICS, tallies)}


def test_each_topic_is_stated_unstated_or_open() -> None:
    assert {matter: row.state for matter, row in covered().items()} == {
        "dogs": "stated",
        "hours": "stated",
        "hours.nights": "partial",
        "salary": "unstated",
        "remote": "open",
        "benefits": "details",
        "benefits.meals": "stated",
    }


def test_a_language_in_which_nothing_is_said_is_named() -> None:
    rows = covered()

    assert rows["hours"].lacks == ("fr",)
    assert rows["hours.nights"].lacks == ("fr",)
    assert rows["benefits.meals"].lacks == ()
    assert rows["remote"].lacks == ()


def test_what_was_asked_is_counted_with_the_share_that_was_answered() -> None:
    rows = covered(
        Tally("nurse", "hours", "en", "answer", 3),
        Tally("nurse", "hours", "fr", "answer", 2),
        Tally("nurse", "hours", "fr", "unanswered", 1),
        Tally("nurse", "hours.nights", "en", "partial", 2),
        Tally("nurse", "dogs", "en", "answer", 1),
        Tally("baker", "hours", "en", "answer", 9),
        Tally(None, "hours", "en", "answer", 9),
    )

    hours = rows["hours"]
    assert (hours.asked, hours.answered, hours.share) == (6, 5, 5 / 6)
    assert hours.languages == {"en": 3, "fr": 3}
    assert (rows["hours.nights"].asked, rows["hours.nights"].partial) == (2, 2)
    assert rows["dogs"].share == 1
    assert rows["remote"].share is None


def test_labels_are_in_the_language_of_the_posting_or_the_one_asked_for() -> None:
    assert covered()["hours"].label == "Hours"
    assert next(r for r in cover(POSTING, TOPICS, (), "fr") if r.matter == "hours").label == (
        "le hours"
    )


def test_a_posting_without_the_topics_has_its_own_entries_only() -> None:
    alone = Posting("a", "O", {"en": "T"}, ("en",), (Entry("dogs"),), topics=False)

    assert list(covered(posting=alone)) == ["dogs"]


def test_what_was_asked_and_is_open_comes_first() -> None:
    rows = most_wanted(
        cover(
            POSTING,
            TOPICS,
            [
                Tally("nurse", "hours", "en", "answer", 9),
                Tally("nurse", "hours.nights", "en", "partial", 1),
                Tally("nurse", "remote", "en", "unstated", 2),
                Tally("nurse", "salary", "en", "unstated", 5),
            ],
        )
    )

    order = [row.matter for row in rows]
    assert order == [
        "remote", "hours.nights", "hours", "salary", "dogs", "benefits", "benefits.meals",
    ]  # fmt: skip


def test_a_row_is_plain_values() -> None:
    row = covered(Tally("nurse", "remote", "en", "unstated", 2))["remote"]

    assert row.as_json() == {
        "posting": "nurse",
        "topic": "remote",
        "label": "Remote",
        "state": "open",
        "through": [],
        "lacks": [],
        "asked": 2,
        "answered": 0,
        "partial": 0,
        "share": 0.0,
        "languages": {"en": 2},
    }
