"""Numbers, words and codes in place of buttons, commands and links."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.chat import Chat
from bot.core.conversation import on_message
from bot.core.message import Message, Tap
from bot.core.outcome import Outcome
from bot.core.spoken import OFFERED, command, meant, worded
from tests.core.samples import BAKER, MET, NOW, NURSE, message, text_of, world

OPTIONS = ("o|u|hours", "o|u|salary", "n|u")
WORLD = world(NURSE, BAKER)


def offered(ago: dt.timedelta = dt.timedelta(0)) -> Chat:
    return replace(MET, options=OPTIONS, offered=(NOW - ago).timestamp())


def means(text: str, chat: Chat = MET) -> Message | Tap | Outcome:
    return meant(message(text), chat, WORLD)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("menu", "/topics"),
        (" Menu. ", "/topics"),
        ("Aide !", "/help"),
        ("STOP", "/stop"),
        ("help", "/help"),
        ("Mes données", "/mydata"),
        ("Oubliez-moi", "/forget"),
        ("en français", "/language fr"),
        ("menu ?", ""),
        ("le menu de la cantine", ""),
        ("aide soignant", ""),
        ("stop it", ""),
        ("", ""),
        ("langue", ""),
    ],
)
def test_a_command_can_be_a_plain_word(text: str, said: str) -> None:
    assert command(text) == said


def test_a_number_is_the_choice_that_was_offered() -> None:
    tap = means("2", offered())

    assert isinstance(tap, Tap)
    assert (tap.data, tap.key) == ("o|u|salary", message("").key)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (OFFERED - dt.timedelta(seconds=1), "Answer with the number of your choice."),
        (OFFERED, "That choice is no longer there; please ask again."),
    ],
)
def test_an_offer_expires(ago: dt.timedelta, said: str) -> None:
    outcome = means("7", offered(ago))

    assert isinstance(outcome, Outcome)
    assert text_of(outcome) == said


def test_none_of_a_menu_is_no_question() -> None:
    menu = replace(MET, options=("a|t|hours",), offered=NOW.timestamp())

    outcome = means("aucune", menu)

    assert isinstance(outcome, Outcome)
    assert outcome.questions == ()
    assert "own words" in text_of(outcome)


@pytest.mark.parametrize(
    "text", ["nurse", "NURSE", "#nurse", "code nurse", "Code : nurse", "start nurse", "Hi #Nurse!"]
)
def test_a_code_chooses_the_posting(text: str) -> None:
    found, _ = meant(message(text), Chat(), WORLD)

    assert isinstance(found, Message)
    assert found.text == "/start nurse"


def test_what_is_asked_together_with_the_code_is_answered_after_the_choice() -> None:
    found, chat = meant(message("#nurse What are the hours?"), Chat(), WORLD)

    assert isinstance(found, Message)
    outcome = on_message(found, chat, WORLD)
    assert "39 hours a week." in text_of(outcome)
    assert "You are asking about" in text_of(outcome)
    assert (outcome.chat.posting, outcome.chat.waiting) == ("nurse", "")


@pytest.mark.parametrize("text", ["#other", "#nurses", "I am a nurse", "x#nurse", "#nurse-1"])
def test_what_is_no_code_is_a_message(text: str) -> None:
    assert means(text) == message(text)


def test_choices_are_remembered_with_the_time_and_the_word_that_numbers_do() -> None:
    asked = message("/language")
    outcome = on_message(asked, MET, WORLD)

    told = worded(outcome, asked, asked, MET, WORLD)

    assert told.chat.options == ("l|en", "l|fr")
    assert told.chat.offered == NOW.timestamp()
    assert text_of(told).endswith("Answer with the number of your choice.")


def test_who_looks_at_one_answer_of_a_menu_can_go_on_choosing() -> None:
    menu = replace(MET, options=("a|t|hours", "a|t|salary"), offered=NOW.timestamp())
    tap = Tap("1", message("").sender, "a|t|hours", NOW)

    told = worded(Outcome(None, MET), message("1"), tap, menu, WORLD)

    assert told.chat.options == menu.options
