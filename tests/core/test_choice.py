"""Choices by number and in words, in French and English, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.choice import Miss, chosen, lines, numbered
from bot.core.message import Button, Reply
from bot.core.outcome import options_of

CLARIFY = ("o|u|hours", "o|u|pay", "o|u|place", "n|u")
MENU = ("a|t|hours", "a|t|pay")
FORGET = ("f|yes", "f|no")
TELL = ("t|u",)


@pytest.mark.parametrize(
    "text",
    [
        "2",
        " 2 ",
        "2)",
        "2.",
        "(2)",
        "la 2",
        "le 2",
        "n° 2",
        "no 2",
        "option 2",
        "numéro 2",
        "2 svp",
        "2️⃣",
        "deux",
        "two",
        "le deuxième",
        "la seconde",
        "the second",
        "the second one",
        "2nd",
        "Le 2ème, merci !",
        "Je prends la 2",
        "I take the second",
        "2ÈME",
        "number two please",
    ],
)
def test_the_second_can_be_said_in_many_ways(text: str) -> None:
    assert chosen(text, CLARIFY) == "o|u|pay"


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "aucune",
        "Aucun",
        "none",
        "None of these",
        "aucun de ces sujets",
        "rien de tout ça",
        "non",
        "no",
        "non merci",
        "No, thanks",
        "neither of them",
    ],
)
def test_none_of_these_can_be_said_in_many_ways(text: str) -> None:
    assert chosen(text, CLARIFY) == "n|u"
    assert chosen(text, MENU) is Miss.NONE


@pytest.mark.parametrize("text", ["the last", "la dernière", "le dernier", "last one", "3"])
def test_the_last_one_is_not_none_of_these(text: str) -> None:
    assert chosen(text, CLARIFY) == "o|u|place"


@pytest.mark.parametrize(
    "text",
    [
        "2 jours de télétravail",
        "2 jours ?",
        "2?",
        "-1",
        "+2",
        "1.5",
        "1,5",
        "2/3",
        "02",
        "2 €",
        "35",
        "50 %",
        "non, je veux savoir le salaire",
        "oui",
        "",
        " ",
        "👍",
        "un CDI",
        "two weeks",
        "1 2",
        "is the first day paid",
        "le premier jour",
        "pas de permis",
        "1er mai",
    ],
)
def test_what_only_looks_like_a_choice_is_none(text: str) -> None:
    assert not isinstance(chosen(text, CLARIFY), str)


@pytest.mark.parametrize(("number", "found"), [("3", "o|u|place"), ("4", Miss.NUMBER)])
def test_the_highest_number_is_that_of_the_last_choice(number: str, found: object) -> None:
    assert chosen(number, CLARIFY) == found


def test_a_yes_means_the_only_choice() -> None:
    assert chosen("oui", TELL) == chosen("Yes please", TELL) == "t|u"
    assert chosen("oui, effacer", FORGET) is None
    assert chosen("oui", FORGET) == "f|yes"
    assert chosen("non merci", FORGET) == "f|no"
    assert chosen("oui", MENU) is None


def test_a_bare_number_without_an_offer_is_a_choice_that_is_gone() -> None:
    assert chosen("2", ()) is Miss.NUMBER
    assert [chosen(text, ()) for text in ("la 2", "two", "non", "oui")] == [None] * 4


def test_two_questions_with_a_none_each_have_a_number_for_each() -> None:
    both = ("o|u|a", "n|u", "o|v|b", "n|v")

    assert [chosen(str(number), both) for number in range(1, 5)] == list(both)
    assert chosen("0", both) is Miss.NONE


def test_the_numbers_that_are_shown_are_those_that_are_understood() -> None:
    rows = tuple((Button(data.upper(), data),) for data in CLARIFY)
    reply = Reply("Which?", rows)

    assert lines(reply).splitlines()[0] == "1) O|U|HOURS"
    assert lines(reply).splitlines()[-1] == "0) N|U"
    assert [chosen(str(number), options_of(reply)) for number, _ in numbered(reply)] == list(
        CLARIFY
    )


@given(st.text(max_size=120), st.lists(st.sampled_from([*CLARIFY, *MENU, *FORGET]), max_size=5))
def test_whatever_is_written_chooses_what_was_offered_or_nothing(
    text: str, options: list[str]
) -> None:
    found = chosen(text, options)

    assert found is None or isinstance(found, Miss) or found in options
