import datetime as dt
from dataclasses import replace

import pytest

from bot.core import compose
from bot.core.buttons import language_name, language_rows
from bot.core.decision import (
    Answer,
    Clarify,
    Decision,
    Part,
    Partial,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
)
from bot.core.markup import Span, plain, render
from bot.core.message import Reply
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.scene import Scene
from tests.core.samples import ABOUT, BAKER, NOW, NURSE, PARIS, PHRASES, TOPICS

LAST_MOMENT = dt.datetime(2026, 3, 26, 23, 59, 59, 999999, tzinfo=PARIS)
TOO_LATE = dt.datetime(2026, 3, 27, tzinfo=PARIS)
DEADLINE = Entry(
    "deadline",
    "deadline",
    answer={"fr": "Jusqu'au {closes} inclus.", "en": "Until {closes}, that day included."},
    answer_closed={"fr": "La date limite, le {closes}, est passée.", "en": "Over since {closes}."},
)
HOURS = NURSE.entries[0]
UNCLEAR = "I did not understand that well enough to answer."


def scene(posting: Posting = NURSE, language: str = "en", now: dt.datetime = NOW) -> Scene:
    base = KnowledgeBase({posting.id: posting}, TOPICS)
    return Scene(base, PHRASES, language, now, posting, ABOUT)


def reply(*decisions: Decision, where: Scene | None = None, text: str = "so?") -> Reply:
    parts = tuple(Part(text, decision) for decision in decisions)
    uids = tuple(f"uid{number}" for number in range(len(parts)))
    return compose.reply(Understanding(parts), where or scene(), uids)


def shown(*decisions: Decision, where: Scene | None = None, text: str = "so?") -> str:
    return plain(reply(*decisions, where=where, text=text).text)


# ---- An answer -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "now", "text"),
    [
        ("fr", LAST_MOMENT, "Jusqu'au jeudi 26 mars 2026 inclus."),
        ("en", LAST_MOMENT, "Until Thursday 26 March 2026, that day included."),
        ("fr", TOO_LATE, "La date limite, le jeudi 26 mars 2026, est passée."),
        ("en", TOO_LATE, "Over since Thursday 26 March 2026."),
    ],
)
def test_the_answer_turns_at_the_closing_moment(language: str, now: dt.datetime, text: str) -> None:
    assert compose.entry_text(DEADLINE, scene(language=language, now=now)) == text


def test_a_closing_moment_is_told_in_the_time_of_the_posting() -> None:
    closing = replace(NURSE, closes=dt.datetime(2026, 3, 26, 12, tzinfo=dt.UTC))

    text = compose.entry_text(DEADLINE, scene(closing, "fr"))

    assert text == "Jusqu'au jeudi 26 mars 2026 à 13:00 inclus."


@pytest.mark.parametrize(
    ("now", "noted"), [(LAST_MOMENT, False), (TOO_LATE, True)], ids=["open", "closed"]
)
def test_how_to_apply_is_told_with_a_note_once_it_is_too_late(
    now: dt.datetime, *, noted: bool
) -> None:
    apply = NURSE.entries[3]

    text = compose.entry_text(apply, scene(now=now))

    assert text.startswith("By e-mail.")
    assert ("has passed" in text) == noted


def test_what_has_nothing_to_do_with_applying_gets_no_note() -> None:
    assert compose.entry_text(HOURS, scene(now=TOO_LATE)) == "39 hours a week."


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        ({"fr": "Deux."}, "en", "Deux.\n\n(This answer is only available in French.)"),
        ({"en": "Two."}, "fr", "Two.\n\n(Cette réponse n'existe qu'en anglais.)"),
        ({"de": "Zwei."}, "fr", "Zwei.\n\n(Cette réponse n'existe qu'en allemand.)"),
    ],
)
def test_a_missing_language_is_told(texts: dict[str, str], language: str, text: str) -> None:
    entry = Entry("projects", answer=texts)

    assert plain(compose.entry_text(entry, scene(language=language))).startswith(text)


def test_placeholders_are_filled_with_what_hr_wrote_and_nothing_of_it_is_markup() -> None:
    posting = replace(NURSE, organisation="*Aid*\n- x", url="https://a.example/b_c_d")
    entry = Entry("x", answer={"en": "{title} at {organisation}: [here]({url}) {unknown}"})

    styled = render(compose.entry_text(entry, scene(posting)))

    assert styled.text == "Nurse [night_shift] at *Aid* - x: here {unknown}"
    assert [span.url for span in styled.spans] == ["https://a.example/b_c_d"]


@pytest.mark.parametrize(
    "quote", ["*39h* _par_ [semaine](x)", "39h/\nsemaine\n\n- oui", "1. a", "C:\\x_", "_"]
)
def test_a_quote_stands_in_italics_as_it_was_typed(quote: str) -> None:
    styled = render(compose.entry_text(replace(HOURS, quote=quote), scene()))

    line = f"As the posting puts it: “{' '.join(quote.split())}”"
    assert styled.text == f"39 hours a week.\n\n{line}"
    assert styled.spans == (Span("italic", len(styled.text) - len(line), len(styled.text)),)


def test_an_entry_without_an_answer_says_nothing_and_does_not_stay_silent() -> None:
    text = compose.entry_text(Entry("team", "team"), scene())

    assert text == "I have no information on the team."


# ---- A reply -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        (Answer("hours", "hours"), "39 hours a week."),
        (Answer("hours", "gone"), "That choice is no longer there; please ask again."),
        (Partial("hours.nights", "gone"), "That choice is no longer there; please ask again."),
        (Clarify(("hours", "team")), "Do you mean one of these?"),
        (
            Clarify(("benefits.meals", "benefits.health")),
            "On the benefits I know only these points. Which one do you mean?",
        ),
        (
            Clarify(("benefits.meals",)),
            "On the benefits I know only this. Is that what you mean?",
        ),
        (SmallTalk("thanks"), "You are welcome! Ask again whenever you like."),
        (SmallTalk("goodbye"), "Goodbye, and good luck!"),
        (SmallTalk("greeting"), "Hello! Ask me anything about the posting Nurse [night_shift]."),
        (SmallTalk("weather"), "Hello! Ask me anything about the posting Nurse [night_shift]."),
        (
            Unanswered(),
            UNCLEAR + " I have passed your question on to the recruiters."
            " Perhaps you can put it another way, or see /topics.",
        ),
    ],
)
def test_each_decision_has_its_words(decision: Decision, text: str) -> None:
    assert shown(decision) == text


def test_a_robot_says_so() -> None:
    assert shown(SmallTalk("robot")).startswith("I am an automated assistant, not a person.")


def test_several_parts_are_told_in_order_and_passing_on_once() -> None:
    text = shown(
        Unstated("salary", listed=True), Answer("hours", "hours"), Unstated("team", listed=False)
    )

    assert text == (
        "The posting does not say anything about the salary.\n\n"
        "39 hours a week.\n\n"
        "I have no information on the team. I have passed these questions on to the recruiters."
    )


def test_one_open_part_among_others_is_passed_on_where_it_is_told() -> None:
    text = shown(Unstated("salary", listed=True), Answer("hours", "hours"))

    assert text == (
        "The posting does not say anything about the salary."
        " I have passed your question on to the recruiters.\n\n39 hours a week."
    )


def test_the_same_answer_is_told_once() -> None:
    assert shown(Answer("hours", "hours"), Answer("hours.part_time", "hours")) == "39 hours a week."


def test_of_several_parts_one_that_is_unclear_is_named_as_it_was_typed() -> None:
    text = shown(Answer("hours", "hours"), Unanswered(), text="*so*\n\n- _what_?")

    assert text == (
        "39 hours a week.\n\nOn “*so* - _what_?”: I did not understand that well enough to answer."
        " I have passed your question on to the recruiters."
    )


@pytest.mark.parametrize(
    ("length", "end"), [(120, "x”"), (121, "x…”")], ids=["at the limit", "beyond"]
)
def test_a_long_part_is_named_in_short(length: int, end: str) -> None:
    text = shown(Answer("hours", "hours"), Clarify(("hours", "team")), text="x" * length)

    assert text.endswith(f"{end}: do you mean one of these?")
    assert text.count("x") <= 120


def test_a_choice_has_a_button_for_each_option_and_for_none() -> None:
    rows = reply(Clarify(("hours", "projects"))).buttons

    assert [[(one.label, one.data) for one in row] for row in rows] == [
        [("Working hours", "o|uid0|hours")],
        [("Our projects", "o|uid0|projects")],
        [("None of these", "n|uid0")],
    ]


def test_two_partial_answers_have_buttons_that_can_be_told_apart() -> None:
    rows = reply(Partial("hours.nights", "hours"), Partial("benefits.meals", "hours")).buttons

    assert [(row[0].label, row[0].data) for row in rows] == [
        ("Pass my question on (Nights)", "p|uid0"),
        ("Pass my question on (Meals)", "p|uid1"),
    ]


# ---- First contact -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posting", "now", "line"),
    [
        (NURSE, LAST_MOMENT, "Applications are open until Thursday 26 March 2026, that day inclu"),
        (NURSE, TOO_LATE, "The deadline for applications, Thursday 26 March 2026, has passed."),
        (
            replace(NURSE, closes=dt.datetime(2026, 3, 26, 12, tzinfo=PARIS)),
            NOW,
            "Applications are open until Thursday 26 March 2026, 12:00.",
        ),
    ],
)
def test_the_welcome_tells_whether_one_can_still_apply(
    posting: Posting, now: dt.datetime, line: str
) -> None:
    assert line in plain(compose.welcome(scene(posting, now=now)))


def test_without_a_closing_date_nothing_is_said_of_it() -> None:
    assert "pplications" not in plain(compose.welcome(scene(BAKER)))


def test_the_welcome_names_only_what_is_stated() -> None:
    assert "for example about working hours, how to apply." in compose.welcome(scene())


def test_an_assistant_of_several_organisations_names_none_of_them() -> None:
    base = KnowledgeBase({"nurse": NURSE, "baker": BAKER}, TOPICS)
    nobody = Scene(base, PHRASES, "en", NOW)
    same = replace(nobody, knowledge=KnowledgeBase({"nurse": NURSE}, TOPICS))

    assert compose.welcome(nobody).startswith("Hello! I am an automated assistant, not a person.")
    assert "assistant of **Aid**, not" in compose.welcome(same)


def test_privacy_leaves_out_what_the_operator_did_not_give() -> None:
    bare = replace(scene(), about=replace(ABOUT, contact="", privacy_url=""))

    assert "Contact" not in compose.privacy(bare)
    assert "More:" not in compose.privacy(bare)


def test_languages_are_called_by_their_own_names() -> None:
    rows = language_rows(scene())

    assert [row[0].label for row in rows] == ["English", "Français"]
    assert language_name(scene(), "xx") == "xx"
