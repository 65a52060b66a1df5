from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import Chat, is_question, question_uid
from bot.core.conversation import LONGEST_MESSAGE, Outcome, asked_by, on_message
from bot.core.message import Content
from bot.core.posting import KnowledgeBase
from tests.core.samples import (
    BAKER,
    BOTH,
    DRAFT,
    MET,
    NURSE,
    buttons_of,
    data_of,
    labels_of,
    logged,
    message,
    replied,
    says,
    taps,
    text_of,
    world,
)

INTRODUCTION = "I am the automated assistant of Aid, not a person."
WAITING = "Which posting is it about?"


# ---- A question ----------------------------------------------------------------------------------


def test_a_stated_matter_is_answered_and_logged_closed() -> None:
    outcome = says("What are the hours?")

    (asked,) = outcome.questions
    assert text_of(outcome) == "39 hours a week."
    assert (asked.decision, asked.topic, asked.entry) == ("answer", "hours", "hours")
    assert (asked.posting, asked.language, asked.open) == ("nurse", "en", False)
    assert asked.uid == question_uid(message(""), 0)
    assert outcome.chat.last_topic == "hours"


def test_an_own_entry_is_logged_without_a_topic() -> None:
    (asked,) = says("projets").questions

    assert (asked.topic, asked.entry) == (None, "projects")


def test_what_the_posting_does_not_say_is_passed_on_at_once() -> None:
    outcome = says("salary?")

    assert text_of(outcome) == (
        "The posting does not say anything about the salary."
        " I have passed your question on to the recruiters."
    )
    assert [(one.decision, one.topic, one.open) for one in outcome.questions] == [
        ("unstated", "salary", True)
    ]


def test_what_nobody_looked_for_is_no_statement_about_the_posting() -> None:
    outcome = says("team?")

    assert text_of(outcome).startswith("I have no information on the team. I have passed")
    assert outcome.questions[0].open


def test_what_was_not_understood_is_passed_on() -> None:
    outcome = says("Wie ist das Wetter")

    assert "I have passed your question on to the recruiters." in text_of(outcome)
    assert [(one.decision, one.open) for one in outcome.questions] == [("unanswered", True)]


@pytest.mark.parametrize("text", ["", " ", "👍", "???", "\u200b\u200f", "…!", "\0"])
def test_a_message_without_a_word_is_no_open_question(text: str) -> None:
    outcome = says(text)

    assert text_of(outcome).startswith("I could not read a question in that.")
    assert not any(asked.open for asked in outcome.questions)


@pytest.mark.parametrize("text", ["a", "7", "؟أ", "я", "職"])
def test_a_letter_or_a_figure_may_be_a_question(text: str) -> None:
    assert is_question(text)


def test_several_questions_of_a_message_get_one_reply_and_a_row_each() -> None:
    outcome = says("hours, salary")

    assert text_of(outcome).startswith("39 hours a week.\n\nThe posting does not say")
    assert [one.position for one in outcome.questions] == [0, 1]
    assert len({one.uid for one in outcome.questions}) == 2


# ---- Partly answered, or to be chosen ------------------------------------------------------------


def test_a_detail_is_answered_in_part_and_passed_on_only_when_asked() -> None:
    first = says("nights?")
    (asked,) = first.questions

    then = taps(data_of(first, "Pass my question on"), first.chat, logged(asked))

    assert text_of(first) == (
        "About working hours, this is what I have:\n\n39 hours a week.\n\n"
        "I have nothing more precise on night work."
    )
    assert (asked.decision, asked.topic, asked.entry) == ("partial", "hours.nights", "hours")
    assert not asked.open
    assert text_of(then) == "I have passed your question on to the recruiters."
    assert [(one.uid, one.open, one.decision) for one in then.settlements] == [
        (asked.uid, True, None)
    ]


def test_close_readings_are_offered_as_buttons_with_none_of_them() -> None:
    outcome = says("work")

    assert text_of(outcome) == "Do you mean one of these?"
    assert labels_of(outcome) == ["Working hours", "Benefits", "None of these"]
    assert outcome.chat.options == tuple(button.data for button in buttons_of(outcome))
    assert [(one.options, one.open) for one in outcome.questions] == [
        (("hours", "benefits"), False)
    ]


def test_a_chosen_reading_is_answered_and_settles_the_question() -> None:
    first = says("work")
    (asked,) = first.questions

    then = taps(data_of(first, "Working hours"), first.chat, logged(asked))

    assert text_of(then) == "39 hours a week."
    (settled,) = then.settlements
    assert (settled.uid, settled.decision, settled.topic) == (asked.uid, "answer", "hours")
    assert settled.open is False
    assert then.chat.last_topic == "hours"


def test_of_a_chosen_topic_the_stated_details_can_be_chosen_next() -> None:
    first = says("work")
    asked = logged(first.questions[0])

    second = taps(data_of(first, "Benefits"), first.chat, asked)
    third = taps(data_of(second, "Meals"), second.chat, asked)

    assert text_of(second).startswith("On the benefits I know only these points.")
    assert labels_of(second) == ["Meals", "Health", "None of these"]
    assert text_of(third) == "One meal a day."


def test_none_of_these_opens_the_question() -> None:
    first = says("work")
    asked = logged(first.questions[0])

    then = taps(data_of(first, "None of these"), first.chat, asked)

    (settled,) = then.settlements
    assert (settled.open, settled.decision) == (True, "unanswered")
    assert then.chat.options == ()


def test_a_chosen_reading_that_is_unstated_is_passed_on() -> None:
    asked = logged(replace(says("work").questions[0], options=("salary",)))

    then = taps(f"o|{asked.uid}|salary", MET, asked)

    assert "I have passed your question on" in text_of(then)
    assert then.settlements[0].open is True


# ---- Old, foreign and forged buttons -------------------------------------------------------------


def is_gone(outcome: Outcome) -> bool:
    nothing = not outcome.settlements and not outcome.questions and not outcome.forget
    return nothing and text_of(outcome) == "That choice is no longer there; please ask again."


def test_a_button_of_an_entry_that_was_removed_is_gone() -> None:
    menu = says("/topics")
    smaller = world(replace(NURSE, entries=NURSE.entries[1:]))

    assert is_gone(taps(data_of(menu, "Working hours"), menu.chat, where=smaller))


def test_an_option_of_a_question_that_was_deleted_is_gone() -> None:
    first = says("work")

    assert is_gone(taps(data_of(first, "Working hours"), first.chat, None))


def test_an_option_that_was_never_offered_is_gone() -> None:
    asked = logged(says("work").questions[0])

    assert is_gone(taps(f"o|{asked.uid}|salary", MET, asked))


def test_an_option_of_a_posting_that_is_gone_is_not_answered_from_another() -> None:
    first = says("work", replace(MET, posting="nurse"), BOTH)
    asked = logged(first.questions[0])

    assert is_gone(taps(data_of(first, "Working hours"), MET, asked, world(BAKER)))


@pytest.mark.parametrize(
    ("menu_of", "now_about", "text"),
    [
        ("nurse", "baker", "You are asking about Nurse [night_shift] (Aid).\n\n39 hours a week."),
        ("baker", "nurse", "You are asking about Baker (Bakery).\n\nFrom four in the morning."),
        ("baker", "baker", "From four in the morning."),
    ],
)
def test_the_button_of_an_old_menu_answers_from_its_own_posting(
    menu_of: str, now_about: str, text: str
) -> None:
    menu = says("/topics", replace(MET, posting=menu_of), BOTH)

    then = taps(data_of(menu, "Working hours"), replace(MET, posting=now_about), where=BOTH)

    assert text_of(then) == text
    assert then.chat.posting == menu_of


FORGED = st.text(max_size=70) | st.builds(
    "|".join, st.lists(st.sampled_from("onpslaftmq+-") | st.text(max_size=9), max_size=4)
)


@given(FORGED, st.booleans(), st.booleans())
def test_whatever_a_button_carries_is_answered(data: str, known: bool, several: bool) -> None:  # noqa: FBT001 - drawn
    asked = logged(says("work").questions[0]) if known else None

    outcome = taps(data, Chat(), asked, replace(BOTH if several else world(), tells=known))

    assert text_of(outcome)
    assert asked_by(data) in data


@given(st.text(max_size=300))
def test_whatever_is_written_is_answered(text: str) -> None:
    for where in (world(), BOTH, world(DRAFT)):
        outcome = says(text, Chat(), where)

        assert text_of(outcome)


def test_every_button_fits_what_a_messenger_carries() -> None:
    longest = "x" * 40
    entry = replace(NURSE.entries[0], id=longest, topic=longest)
    posting = replace(NURSE, id=longest, entries=(entry,))
    asked = logged(replace(says("work").questions[0], posting=longest, options=(longest,)))
    where = replace(world(posting, BAKER), tells=True)

    outcomes = [
        says("salary team hours salary", replace(MET, posting="nurse"), replace(BOTH, tells=True)),
        says("/topics", replace(MET, posting=longest), where),
        says("/start", MET, where),
        says("/language", MET, where),
        says("/forget", MET, where),
        says("work", replace(MET, posting="baker"), where),
        taps(f"o|{asked.uid}|{longest}", MET, asked, where),
    ]

    carried = [button.data for outcome in outcomes for button in buttons_of(outcome)]
    assert max(len(data.encode()) for data in carried) <= 64


# ---- Which posting -------------------------------------------------------------------------------


def test_the_only_posting_is_chosen_by_itself() -> None:
    assert says("hours?").chat.posting == "nurse"


def test_with_several_the_question_waits_and_is_answered_after_the_choice() -> None:
    first = says("hours?", MET, BOTH)

    then = taps(data_of(first, "Baker"), first.chat, where=BOTH)

    assert text_of(first) == WAITING
    assert first.questions == ()
    assert text_of(then) == "You are asking about Baker (Bakery).\n\nFrom four in the morning."
    assert [(one.posting, one.text) for one in then.questions] == [("baker", "hours")]
    assert (then.chat.posting, then.chat.waiting) == ("baker", "")


def test_a_second_question_waits_beside_the_first() -> None:
    first = says("hours?", MET, BOTH)
    second = says("salary?", first.chat, BOTH)

    then = taps("s|baker", second.chat, where=BOTH)

    assert "From four in the morning." in text_of(then)
    assert "15 an hour." in text_of(then)


def test_what_waits_is_answered_after_a_deep_link_too() -> None:
    first = says("hours?", MET, BOTH)

    then = says("/start baker", first.chat, BOTH)

    assert "From four in the morning." in text_of(then)
    assert then.chat.waiting == ""


def test_what_waits_is_answered_once_there_is_only_one_posting() -> None:
    first = says("hours?", MET, BOTH)

    then = says("salary?", first.chat, world(BAKER))

    assert text_of(then) == "From four in the morning.\n\n15 an hour."


def test_a_chosen_posting_stays_chosen() -> None:
    outcome = says("hours?", replace(MET, posting="baker"), BOTH)

    assert text_of(outcome) == "From four in the morning."


def test_another_posting_starts_without_the_last_topic() -> None:
    before = replace(MET, posting="nurse", last_topic="hours")

    outcome = taps("s|baker", before, where=BOTH)

    assert (outcome.chat.posting, outcome.chat.last_topic) == ("baker", None)
    assert text_of(outcome).startswith("You are asking about Baker (Bakery).")


def test_a_posting_that_is_gone_is_chosen_anew() -> None:
    chat = replace(MET, posting="gone", last_topic="hours")

    assert says("hours?", chat, world(BAKER)).chat.posting == "baker"
    assert text_of(says("hours?", chat, BOTH)) == WAITING


def test_a_draft_is_served_only_where_drafts_are() -> None:
    hidden = world(NURSE, DRAFT)
    shown = world(NURSE, DRAFT, drafts=True)

    assert says("hours?", MET, hidden).chat.posting == "nurse"
    assert says("/start draft", MET, hidden).chat.posting != "draft"
    assert "Draft" not in labels_of(says("/postings", MET, hidden))
    assert taps("s|draft", MET, where=hidden).chat.posting != "draft"
    assert says("hours?", replace(MET, posting="draft"), hidden).chat.posting == "nurse"
    assert says("/start draft", MET, shown).chat.posting == "draft"
    assert "Draft" in labels_of(says("/postings", MET, shown))


def test_without_any_posting_the_bot_says_so() -> None:
    empty = replace(BOTH, knowledge=KnowledgeBase())

    for text in ("hours?", "/start", "/start nurse", "/help", "/topics", "/postings"):
        assert "There is no posting that I could answer about" in text_of(says(text, MET, empty))


# ---- First contact -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["/start", "hello", "/start nurse"])
def test_a_greeting_is_answered_with_all_of_it(text: str) -> None:
    outcome = says(text, Chat())

    shown = text_of(outcome)
    assert "automated assistant of Aid, not a person" in shown
    assert "Nurse [night_shift]" in shown
    assert "open until Thursday 26 March 2026, that day included" in shown
    assert "working hours" in shown
    assert "kept for 90 days" in shown
    assert "Working hours" in labels_of(outcome)
    assert outcome.chat.greeted


@pytest.mark.parametrize("text", ["hours?", "salary?", "/help", "/privacy", "/nonsense", "👍"])
def test_whatever_comes_first_the_bot_says_what_it_is(text: str) -> None:
    outcome = says(text, Chat())

    shown = text_of(outcome)
    assert shown.startswith(INTRODUCTION)
    assert "“Nurse [night_shift]”" in shown
    assert "kept for 90 days without your name: /privacy" in shown
    assert shown.count(INTRODUCTION) == 1
    assert outcome.chat.greeted


@pytest.mark.parametrize("content", [Content.DOCUMENT, Content.VOICE])
def test_a_first_contact_without_words_is_told_too(content: Content) -> None:
    outcome = on_message(message("", content), Chat(), world())

    assert text_of(outcome).startswith(INTRODUCTION)


def test_before_a_posting_is_chosen_it_says_what_it_is_as_well() -> None:
    outcome = says("hours?", Chat(), BOTH)

    assert text_of(outcome).startswith("Hello! I am an automated assistant of Aid, not a person.")
    assert "kept for 90 days" in text_of(outcome)
    assert text_of(outcome).endswith(WAITING)


def test_it_is_said_once() -> None:
    first = says("hours?", Chat())

    assert text_of(says("hours?", first.chat)) == "39 hours a week."
    assert text_of(says("hello", first.chat)).startswith("Hello! Ask me anything")


# ---- Commands ------------------------------------------------------------------------------------


def test_start_with_an_unknown_posting_offers_those_that_are_there() -> None:
    outcome = says("/start nonsense", MET, BOTH)

    assert "I do not know that posting." in text_of(outcome)
    assert "automated assistant" in text_of(outcome)
    assert [button.data for button in buttons_of(outcome)] == ["s|nurse", "s|baker"]


def test_start_says_all_of_it_again() -> None:
    assert "automated assistant of Aid" in text_of(says("/start"))


@pytest.mark.parametrize("text", ["/help", "/HELP", "/help@aid_bot", "/unknown", "/help me"])
def test_help_and_unknown_commands_say_what_can_be_done(text: str) -> None:
    outcome = says(text)

    assert "in your own words" in text_of(outcome)
    assert outcome.questions == ()


@pytest.mark.parametrize("text", ["/2 hours", "/", "/ hours"])
def test_a_slash_alone_makes_no_command(text: str) -> None:
    assert "/topics – what this posting answers" not in text_of(says(text))


def test_help_names_only_commands_that_there_are() -> None:
    shown = text_of(says("/help"))
    named = {line.split()[0] for line in shown.splitlines() if line.startswith("/")}

    for command in named - {"/help"}:
        assert text_of(says(command)) != shown


def test_privacy_names_the_days_and_whom_to_ask() -> None:
    shown = text_of(says("/privacy"))

    assert "90 days" in shown
    assert "Contact: hr@aid.example" in shown
    assert "https://aid.example/privacy" in shown


def test_topics_lists_parents_of_the_posting_only() -> None:
    outcome = says("/topics")

    assert labels_of(outcome) == ["Working hours", "Benefits", "How to apply", "Our projects"]


def test_topics_and_help_ask_for_the_posting_first() -> None:
    assert text_of(says("/topics", MET, BOTH)) == WAITING
    assert "Choose a posting first" in text_of(says("/help", MET, BOTH))


def test_a_topic_from_the_menu_is_shown_with_its_details() -> None:
    posting = replace(NURSE, entries=(*NURSE.entries, replace(NURSE.entries[0], id="benefits")))
    menu = says("/topics", where=world(posting))

    then = taps(data_of(menu, "Benefits"), menu.chat, where=world(posting))

    assert labels_of(then) == ["Meals", "Health"]
    assert then.chat.last_topic == "benefits"


def test_forgetting_is_asked_back_and_then_done() -> None:
    asked = says("/forget")
    yes, no = buttons_of(asked)

    forgotten = taps(yes.data, replace(asked.chat, language="fr"))
    kept = taps(no.data, asked.chat)

    assert not asked.forget
    assert (forgotten.forget, forgotten.chat) == (True, Chat())
    assert (kept.forget, kept.chat.greeted) == (False, True)
    assert text_of(kept) == "Nothing was deleted."


# ---- Language ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chat", "text", "hint", "language"),
    [
        (replace(MET, language="fr", spoken="en"), "salary?", "en", "fr"),
        (replace(MET, spoken="fr"), "salary?", "fr", "en"),
        (replace(MET, spoken="fr"), "39?", "en", "fr"),
        (MET, "39?", "en", "en"),
        (MET, "39?", "EN-gb", "en"),
        (MET, "39?", "pt-br", "fr"),
        (MET, "39?", None, "fr"),
    ],
    ids=["chosen", "message", "last", "messenger", "messenger region", "posting", "posting alone"],
)
def test_the_language_is_chosen_in_order(
    chat: Chat, text: str, hint: str | None, language: str
) -> None:
    shown = text_of(says(text, chat, language=hint))

    french = "transmis votre question" in shown
    assert french == (language == "fr")


def test_the_language_of_a_message_is_remembered_and_a_choice_stays() -> None:
    spoken = says("salaire ?", replace(MET, language="en"))

    assert (spoken.chat.spoken, spoken.chat.language) == ("fr", "en")


def test_the_choice_of_a_posting_is_offered_in_the_language_of_the_question() -> None:
    assert text_of(says("Quoi, les heures ?", MET, BOTH)) == "De quelle offre s'agit-il ?"


@pytest.mark.parametrize("wanted", ["fr", "FR", "français", "french"])
def test_a_language_is_chosen_by_name(wanted: str) -> None:
    outcome = says(f"/language {wanted}")

    assert outcome.chat.language == "fr"
    assert text_of(outcome) == "Je répondrai en français."


def test_a_language_is_chosen_by_button() -> None:
    asked = says("/language")

    then = taps(data_of(asked, "Français"), asked.chat)

    assert then.chat.language == "fr"


def test_a_language_that_the_bot_does_not_speak_is_told() -> None:
    outcome = says("/language deutsch")

    assert text_of(outcome) == "I speak: English, français."
    assert outcome.chat.language is None


@pytest.mark.parametrize(
    ("text", "words"),
    [("зарплата?", "Я розмовляю"), ("Gehalt?", "Ich spreche"), ("palkka?", "I speak English")],
)
def test_another_language_is_told_in_itself_and_what_was_asked_stays_open(
    text: str, words: str
) -> None:
    outcome = says(text)

    assert text_of(outcome).startswith(words)
    assert "Working hours" in labels_of(outcome)
    assert [one.open for one in outcome.questions] == [True]


# ---- Other content, and too much of it -----------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Content.DOCUMENT, "nobody receives it. Here is how to apply:\n\nBy e-mail."),
        (Content.VOICE, "I cannot listen to voice messages yet."),
        (Content.PICTURE, "I cannot look at pictures."),
        (Content.OTHER, "I can only read text."),
    ],
)
def test_other_content_is_declined_kindly(content: Content, words: str) -> None:
    outcome = on_message(message("", content), MET, world())

    assert words in text_of(outcome)
    assert outcome.questions == ()


def test_a_document_is_declined_where_nothing_is_known_about_applying() -> None:
    outcome = on_message(message("", Content.DOCUMENT), MET, world(BAKER))

    assert text_of(outcome).endswith("nobody receives it.")


def test_a_document_with_a_caption_is_declined_and_the_caption_answered() -> None:
    outcome = on_message(message("hours?", Content.DOCUMENT), MET, world())

    assert "nobody receives it" in text_of(outcome)
    assert text_of(outcome).endswith("39 hours a week.")


def test_of_a_picture_with_a_caption_only_the_caption_is_read() -> None:
    outcome = on_message(message("hours?", Content.PICTURE), MET, world())

    assert text_of(outcome).startswith("I can only read the text that you sent")


def test_a_message_at_the_limit_is_read_whole() -> None:
    outcome = says("x" * (LONGEST_MESSAGE - 6) + " hours")

    assert text_of(outcome) == "39 hours a week."


def test_of_a_longer_message_the_beginning_is_read_and_that_is_said() -> None:
    outcome = says("hours " + "x" * (LONGEST_MESSAGE - 5))

    assert text_of(outcome) == (
        "Your message was very long; I read only the beginning.\n\n39 hours a week."
    )


def test_ten_thousand_characters_are_kept_within_bounds() -> None:
    outcome = says("z" * 10_000)
    waiting = says("z" * 10_000, MET, BOTH)

    assert [len(asked.text) for asked in outcome.questions] == [LONGEST_MESSAGE]
    assert len(waiting.chat.waiting) == LONGEST_MESSAGE + 1
    assert "very long" in text_of(taps("s|baker", waiting.chat, where=BOTH))


@pytest.mark.parametrize(
    "typed", ['=HYPERLINK("x")', "<b>x</b>", "_*[x](https://x)", "\\", "a\0b", "\u202eabc"]
)
def test_what_is_typed_breaks_no_reply(typed: str) -> None:
    outcome = says(f"{typed} salary")

    assert "the salary" in text_of(outcome)
    assert replied(outcome).text.count("**") == 0
