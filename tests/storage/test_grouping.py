"""Alike questions stand together, the same way each time."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.storage.grouping import grouped
from tests.storage.samples import NOW, logged

HOUR = dt.timedelta(hours=1)


def test_a_topic_is_a_group_whatever_the_words() -> None:
    [group] = grouped(
        [
            logged("1", "C'est payé combien ?", topic="salary"),
            logged("2", "What is the pay?", topic="salary", language="en", received=NOW + HOUR),
            logged("3", "salaire", topic="salary", received=NOW + 2 * HOUR, person="p2"),
        ]
    )

    assert (group.posting, group.topic, group.count, group.people) == ("nord", "salary", 3, 2)
    assert group.languages == ("fr", "en")
    assert (group.first, group.last) == (NOW, NOW + 2 * HOUR)
    assert group.examples == ("C'est payé combien ?", "What is the pay?", "salaire")


def test_without_a_topic_alike_questions_are_a_group() -> None:
    groups = grouped(
        [
            logged("1", "Est-ce qu'il y a une cantine ?"),
            logged("2", "y a une cantinne", received=NOW + HOUR),
            logged("3", "Est-ce qu'il y a un parking ?", received=NOW + HOUR),
        ]
    )

    assert [[one.uid for one in group.questions] for group in groups] == [["1", "2"], ["3"]]


def test_one_shared_word_is_not_enough() -> None:
    groups = grouped(
        [logged("1", "horaires de la bibliothèque de Calais"), logged("2", "maire de Calais")]
    )

    assert len(groups) == 2


def test_postings_do_not_mix() -> None:
    groups = grouped(
        [
            logged("1", "une cantine ?"),
            logged("2", "une cantine ?", posting="sud"),
            logged("3", "?", topic="salary"),
            logged("4", "?", topic="salary", posting=None),
        ]
    )

    assert len(groups) == 4


def test_the_most_asked_comes_first_then_the_one_asked_first() -> None:
    groups = grouped(
        [
            logged("1", "", topic="b", received=NOW + HOUR),
            logged("2", "", topic="a", received=NOW),
            logged("3", "", topic="c", received=NOW + HOUR),
            logged("4", "", topic="c", received=NOW + HOUR),
        ]
    )

    assert [group.topic for group in groups] == ["c", "a", "b"]


@given(st.data())
def test_any_order_gives_the_same_groups(data: st.DataObject) -> None:
    texts = ["une cantine ?", "la cantine", "cantines ?", "un parking", "parking gratuit", "😀", ""]
    questions = [
        logged(str(n), text, received=NOW + n % 3 * HOUR) for n, text in enumerate(texts * 3)
    ]

    assert grouped(data.draw(st.permutations(questions))) == grouped(questions)


def test_examples_are_three_that_differ_and_the_forgotten_is_none() -> None:
    texts = ["Cantine ?", "la CANTINE", "", "cantines", "cantine svp", "cantina"]
    [group] = grouped([logged(str(n), text, topic="x", person="") for n, text in enumerate(texts)])

    assert group.examples == ("Cantine ?", "cantines", "cantina")
    assert group.people == 0


def test_nothing_open_is_no_group() -> None:
    assert grouped([]) == []


def test_odd_texts_are_grouped_without_an_error() -> None:
    texts = ["", " ", "\0", "😀", "\ud800", "كم الراتب", "скільки", "x" * 10_000, "é" * 3000]

    groups = grouped(logged(str(n), text) for n, text in enumerate(texts))

    assert sum(group.count for group in groups) == len(texts)
