"""The check of the bank: thin topics, lines that repeat or contradict each other, gaps."""

import time
from collections.abc import Mapping, Sequence

import pytest

from bot.core.topic import Topic
from bot.knowledge.bank import shipped_topics
from bot.knowledge.bankcheck import (
    ALIKE,
    PER_DETAIL,
    PER_PARENT,
    BankReport,
    Count,
    Gap,
    Line,
    Misplaced,
    Pair,
    check_bank,
)


def bank(**questions: Mapping[str, Sequence[str]]) -> dict[str, Topic]:
    """Topics with these phrasings by language; ``hours__nights`` stands for ``hours.nights``."""
    topics = {}
    for name, asked in questions.items():
        topic = name.replace("__", ".")
        texts = dict.fromkeys(asked, topic)
        kept = {code: tuple(lines) for code, lines in asked.items()}
        topics[topic] = Topic(topic, texts, texts, kept, scope="What belongs to it.")
    return topics


def check(**questions: Mapping[str, Sequence[str]]) -> BankReport:
    return check_bank(bank(**questions), folds=0)


def apart(count: int) -> list[str]:
    """Lines that share no word."""
    return [f"{chr(97 + n % 26) * 3}{chr(97 + n // 26) * 3}" for n in range(count)]


def test_a_bank_without_topics_has_nothing_to_mend() -> None:
    report = check_bank({})

    assert report.clean
    assert next(report.lines()) == "0 topics, 0 phrasings (none)"


@pytest.mark.parametrize(("name", "wanted"), [("hours", PER_PARENT), ("hours__nights", PER_DETAIL)])
def test_a_topic_is_thin_below_what_it_wants(name: str, wanted: int) -> None:
    enough = check(**{name: {"fr": apart(wanted)}})
    thin = check(**{name: {"fr": apart(wanted - 1)}})

    assert enough.thin == ()
    assert thin.thin == (Count(name.replace("__", "."), "fr", wanted - 1, wanted),)


def test_the_same_line_in_two_topics_is_told_before_likeness_within_one() -> None:
    report = check(
        hours={"fr": ["Travaille-t-on le dimanche ?", "travaille t on le dimanches"]},
        salary={"fr": ["le dimanche, travaille-t-on ?", "Combien ?"]},
    )

    assert [pair.apart for pair in report.pairs] == [True, True, False]
    assert report.pairs[0] == Pair(
        Line("hours", "fr", "Travaille-t-on le dimanche ?"),
        Line("salary", "fr", "le dimanche, travaille-t-on ?"),
        100.0,
    )
    assert all(pair.likeness >= ALIKE for pair in report.pairs)


def test_the_same_line_in_two_languages_is_no_repetition() -> None:
    assert check(hours={"fr": ["Part time?"], "en": ["Part time?"]}).pairs == ()


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ("abcdefghijk abcdefghijkl", True),  # 2 x 24 of 25 + 25 letters: 96
        ("abcdefghijk abcdefghijkm", True),
        ("abcdefghijk abcdefghmnop", False),  # 2 x 20 of 48: 83
        ("abcdefghijk", False),
    ],
)
def test_likeness_counts_from_its_limit_on(other: str, alike: bool) -> None:  # noqa: FBT001
    report = check(hours={"en": ["abcdefghijk abcdefghijklm", other]})

    assert bool(report.pairs) is alike


def test_lines_without_a_word_are_not_alike() -> None:
    assert check(hours={"en": ["???", "!!"]}).pairs == ()


def test_a_language_that_stands_in_some_topics_only_is_a_gap() -> None:
    report = check(hours={"fr": ["Quand ?"], "en": ["When?"]}, salary={"fr": ["Combien ?"]})

    assert report.gaps == (
        Gap("salary", "phrasings", "en"),
        Gap("salary", "label", "en"),
        Gap("salary", "about", "en"),
    )


def test_a_topic_without_a_scope_is_a_gap() -> None:
    topics = {"hours": Topic("hours", {"fr": "x"}, {"fr": "x"}, {"fr": ("Quand ?",)})}

    assert check_bank(topics, folds=0).gaps == (Gap("hours", "scope"),)


PAY = ["what is the pay", "how much pay", "the pay please", "is the pay good", "pay per month"]
PLACE = ["where is the town", "which town", "the town please", "is the town nice", "town centre"]
NIGHT = ["any night work", "is there night duty", "the night please", "night or day", "one night"]


def test_a_line_that_only_fits_elsewhere_is_misplaced() -> None:
    topics = bank(
        salary={"en": PAY}, location={"en": PLACE}, hours={"en": [*NIGHT, "how much is the pay"]}
    )

    report = check_bank(topics)

    worst = report.misplaced[0]
    assert (worst.line.text, worst.nearer) == ("how much is the pay", "salary")
    assert worst.margin > 0
    assert report.tried == {"salary": 5, "location": 5, "hours": 6}
    assert check_bank(topics) == report


def test_with_two_topics_nothing_is_judged() -> None:
    report = check_bank(bank(salary={"en": PAY}, location={"en": PLACE}))

    assert (report.misplaced, report.tried) == ((), {})


def test_kinds_of_what_is_out_of_scope_are_not_told_apart() -> None:
    report = check_bank(
        bank(
            out_of_scope__world={"en": PAY},
            out_of_scope__noise={"en": [*NIGHT, "how much is the pay"]},
            location={"en": PLACE},
        )
    )

    assert "how much is the pay" not in [found.line.text for found in report.misplaced]


@pytest.mark.parametrize(
    ("topic", "nearer", "family"),
    [("hours", "hours.nights", True), ("hours.nights", "hours.shifts", True), ("a", "b", False)],
)
def test_a_detail_and_its_topic_are_a_family(
    topic: str,
    nearer: str,
    family: bool,  # noqa: FBT001
) -> None:
    assert Misplaced(Line(topic, "fr", "x"), nearer, 1.0).family is family


def test_the_report_says_it_in_plain_text() -> None:
    line = Line("hours", "fr", "Quand ?")
    report = BankReport(
        counts=(Count("hours", "fr", 3, 120), Count("salary", "fr", 120, 120)),
        pairs=tuple(Pair(line, Line("salary", "fr", f"Quand {n}"), 95.4) for n in range(3)),
        misplaced=tuple(Misplaced(line, "salary", margin) for margin in (0.5, 0.25)),
        gaps=(Gap("hours", "label", "en"), Gap("salary", "label", "en"), Gap("hours", "scope")),
        tried={"hours": 3, "salary": 120},
    )

    assert list(report.lines(shown=1)) == [
        "2 topics, 123 phrasings (123 fr)",
        "1 counts below 120 (a topic) or 40 (a detail)",
        "  hours fr: 3 of 120",
        "3 gaps",
        "  no label in en: hours, salary",
        "  no scope: hours",
        "3 pairs the same in two topics",
        "  95 hours fr “Quand ?” = salary fr “Quand 0”",
        "  and 2 more",
        "0 pairs nearly the same within a topic",
        "2 of 123 lines closer to another topic than to their own",
        "  hours: 2 of 3",
        "    0.50 to salary: fr “Quand ?”",
    ]


def test_the_shipped_bank_is_deep_and_whole_and_hardly_repeats_itself() -> None:
    began = time.perf_counter()

    report = check_bank(shipped_topics(), folds=0)

    # Seven seconds alone; the limit is what an editor may have to wait on a busy machine.
    assert time.perf_counter() - began < 60
    assert report.thin == ()
    assert report.gaps == ()
    assert [str(pair.first) for pair in report.pairs if not pair.apart] == []
    assert [str(pair.first) for pair in report.pairs if pair.apart and pair.likeness == 100] == []
