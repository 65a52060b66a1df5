"""What a tap leads to: told later, rated, a menu turned, an answer given by now."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.buttons import rating_row
from bot.core.chat import Chat, LoggedQuestion, Settlement
from bot.core.conversation import Outcome, on_message, on_tap
from bot.core.message import Marks, Reply, Tap
from bot.core.notice import Added
from bot.core.outcome import World
from tests.core.samples import (
    ANNA,
    BAKER,
    BOTH,
    MET,
    NOW,
    NURSE,
    buttons_of,
    data_of,
    entry,
    labels_of,
    logged,
    message,
    replied,
    says,
    taps,
    text_of,
    world,
)

TELL = "Tell me when there is an answer"
TELLING = replace(world(), tells=True)
DAY = dt.timedelta(days=1)


def asked(text: str, where: World = TELLING) -> LoggedQuestion:
    return logged(says(text, where=where).questions[0])


def wishes(one: LoggedQuestion, where: World = TELLING) -> Outcome:
    return taps(f"t|{one.uid}", MET, one, where)


def rates(data: str, one: LoggedQuestion, *, shown: bool = True) -> Outcome:
    below = (rating_row(one.uid),) if shown else ()
    tap = Tap("2", ANNA, data, NOW, "77" if shown else "", below)
    return on_tap(tap, MET, one, TELLING)


# ---- Told later ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["salary?", "team?", "gibberish", "зарплата?"])
def test_whatever_is_passed_on_can_be_waited_for(text: str) -> None:
    outcome = says(text, where=TELLING)

    assert data_of(outcome, TELL) == f"t|{outcome.questions[0].uid}"
    assert "I have passed your question on" in text_of(outcome)
    assert TELL not in labels_of(says(text))


def test_what_is_answered_or_small_talk_is_not_waited_for() -> None:
    for text in ("hours?", "hello", "work", "👍"):
        assert TELL not in labels_of(says(text, where=TELLING))


def test_all_that_was_passed_on_of_a_message_is_one_wish() -> None:
    outcome = says("salary and hours and team", where=TELLING)

    salary, _, team = outcome.questions
    assert data_of(outcome, TELL) == f"t|{salary.uid},{team.uid}"


@pytest.mark.parametrize("action", ["n", "p"])
def test_what_a_tap_passes_on_can_be_waited_for(action: str) -> None:
    one = asked("work" if action == "n" else "nights")

    outcome = taps(f"{action}|{one.uid}", MET, one, TELLING)

    assert data_of(outcome, TELL) == f"t|{one.uid}"


def test_a_wish_names_its_end_and_what_becomes_of_it() -> None:
    wish = wishes(asked("salary?")).wish

    assert wish is not None
    assert wish.until == NOW + 30 * DAY
    assert "until Tuesday 31 March 2026" in wish.replies[Added.NEW].text
    assert "need not ask again" in wish.replies[Added.ALREADY].text
    assert "no longer there" in wish.replies[Added.NO].text


@pytest.mark.parametrize(("age", "days"), [(59, 30), (60, 29), (88, 1), (89, None), (90, None)])
def test_a_wait_ends_before_its_question_is_deleted(age: int, days: int | None) -> None:
    one = replace(asked("salary?"), received=NOW - age * DAY)

    wish = wishes(one).wish

    assert (wish.until - NOW if wish else None) == (days * DAY if days else None)


def test_a_wish_for_nothing_or_where_nobody_is_told_is_answered_politely() -> None:
    assert "no longer there" in text_of(taps("t|x", MET, None, TELLING))
    assert "no longer there" in text_of(wishes(asked("salary?"), world()))


def test_what_was_answered_meanwhile_is_answered_at_once() -> None:
    one = replace(asked("salary?"), open=False)
    now_stated = replace(NURSE, entries=(*NURSE.entries, entry("salary", en="15 an hour.")))

    outcome = wishes(one, replace(world(now_stated), tells=True))

    assert outcome.wish is None
    assert text_of(outcome) == "15 an hour."
    assert replied(outcome).rates == one.uid


def test_what_was_closed_without_an_answer_can_be_waited_for() -> None:
    assert wishes(replace(asked("salary?"), open=False)).wish is not None


def test_stop_asks_for_the_end_of_all_waits() -> None:
    outcome = says("/stop")

    assert outcome.stop
    assert text_of(outcome) == "You will get no more notices."


# ---- Rated ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("hours", [0]),
        ("nights", [0]),
        ("hours salary projets", [0, 2]),
        ("salary", []),
        ("work", []),
    ],
)
def test_what_was_answered_can_be_rated_together(text: str, places: list[int]) -> None:
    outcome = says(text)

    uids = [outcome.questions[place].uid for place in places]
    assert replied(outcome).rates == ",".join(uids)


def test_a_chosen_reading_can_be_rated() -> None:
    one = asked("work")

    assert replied(taps(f"o|{one.uid}|hours", MET, one)).rates == one.uid


@pytest.mark.parametrize(
    ("before", "thumb", "rating", "opened"),
    [
        (0, "+", 1, None),
        (0, "-", -1, True),
        (1, "+", 0, None),
        (1, "-", -1, True),
        (-1, "-", 0, False),
        (-1, "+", 1, False),
    ],
)
def test_a_thumb_counts_and_the_same_again_takes_it_back(
    before: int,
    thumb: str,
    rating: int,
    opened: bool | None,  # noqa: FBT001 - drawn
) -> None:
    one = replace(asked("hours"), rating=before, open=before < 0)

    outcome = rates(f"{thumb}|{one.uid}", one)

    assert outcome.settlements == (Settlement(one.uid, open=opened, rating=rating),)


def test_what_was_passed_on_for_another_reason_stays_open() -> None:
    one = replace(asked("nights"), rating=-1, open=True)

    outcome = rates(f"-|{one.uid}", one)

    assert outcome.settlements == (Settlement(one.uid, open=None, rating=0),)


def test_where_the_thumbs_are_shown_the_chosen_one_is_marked() -> None:
    one = asked("hours")

    up, down = rates(f"+|{one.uid}", one), rates(f"-|{one.uid}", one)

    assert replied(up) == Reply("", marks=Marks("77", (rating_row(one.uid, 1),)))
    assert replied(down).marks == Marks("77", (rating_row(one.uid, -1),))
    assert "so that a person has a look" in text_of(down)
    assert labels_of(down) == [TELL]


@pytest.mark.parametrize(("before", "text"), [(0, "Thank you!"), (1, "Taken back.")])
def test_where_they_are_not_shown_it_is_said(before: int, text: str) -> None:
    one = replace(asked("hours"), rating=before)

    outcome = rates(f"+|{one.uid}", one, shown=False)

    assert replied(outcome) == Reply(text)


def test_several_answers_are_rated_together() -> None:
    outcome = says("hours and projets")
    first, second = outcome.questions

    rated = rates(f"-|{replied(outcome).rates}", logged(first))

    assert [one.uid for one in rated.settlements] == [first.uid, second.uid]


# ---- Menus ---------------------------------------------------------------------------------------


def test_a_page_takes_the_place_of_the_one_before() -> None:
    tap = Tap("2", ANNA, f"m|{NURSE.tag}|0", NOW, "77")

    outcome = on_tap(tap, MET, None, world())

    assert replied(outcome).edits == "77"
    assert replied(outcome).buttons == replied(says("/topics")).buttons
    assert outcome.chat.options == tuple(one.data for one in buttons_of(outcome))


def test_a_page_of_the_postings() -> None:
    outcome = on_tap(Tap("2", ANNA, "q|0", NOW, "77"), MET, None, BOTH)

    assert replied(outcome).edits == "77"
    assert len(buttons_of(outcome)) == 2


@pytest.mark.parametrize(
    "data", ["m|nobody|0", f"m|{NURSE.tag}|x", f"m|{NURSE.tag}|-1", "q|²", "q|"]
)
def test_a_page_that_is_not_there_is_gone(data: str) -> None:
    assert "no longer there" in text_of(taps(data))


def test_a_topic_stated_in_detail_only_shows_its_details() -> None:
    outcome = taps(f"a|{NURSE.tag}|benefits")

    assert text_of(outcome) == "On the benefits I can tell you about these points:"
    assert labels_of(outcome) == ["Meals", "Health"]


def test_a_topic_that_was_never_there_is_gone() -> None:
    assert "no longer there" in text_of(taps(f"a|{BAKER.tag}|benefits", where=BOTH))


# ---- What is kept about me -----------------------------------------------------------------------


def test_what_is_kept_is_asked_for_and_nothing_is_said_so() -> None:
    outcome = says("/mydata")

    assert text_of(outcome) == "Nothing is kept about you."
    assert outcome.mydata == Reply("This is what is kept about you:")


def test_what_is_kept_is_not_shown_to_a_group() -> None:
    outcome = on_message(replace(message("/mydata"), group=True), MET, world())

    assert outcome.mydata is None
    assert "private chat" in text_of(outcome)


def test_whoever_asks_at_once_is_told_until_when_one_can_apply() -> None:
    shown = text_of(says("hours?", Chat()))

    assert "Applications are open until Thursday 26 March 2026, that day included." in shown
    assert "_Applications" not in shown
