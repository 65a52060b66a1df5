"""What a candidate goes through is the same in the terminal, on Telegram and on Signal."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage.store import SqlStore
from tests.conversing import CHANNELS, Candidate, candidate, logged, waits_in
from tests.core.samples import BAKER, NURSE

pytestmark = pytest.mark.parametrize("channel", CHANNELS)
MANY = replace(NURSE, id="nurse-lille")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with await SqlStore.open(f"sqlite:///{tmp_path}/log.db", key=b"k" * 32) as one:
        yield one


@pytest_asyncio.fixture
async def anna(channel: str, store: SqlStore) -> AsyncIterator[Candidate]:
    async with candidate(channel, store, NURSE) as person:
        yield person


@pytest_asyncio.fixture
async def ben(channel: str, store: SqlStore) -> AsyncIterator[Candidate]:
    async with candidate(channel, store, MANY, BAKER) as person:
        yield person


async def test_a_question_is_answered_after_a_word_on_what_this_is(anna: Candidate) -> None:
    reply = await anna.says("What are the hours?")

    assert "automated assistant of Aid" in reply
    assert "39 hours a week." in reply
    assert await logged(anna.store) == [("hours", "answer", False)]


async def test_it_is_answered_in_the_language_in_which_it_is_asked(anna: Candidate) -> None:
    assert "39 h par semaine." in await anna.says("heures ?")
    assert "39 hours a week." in await anna.says("hours?")


async def test_what_the_posting_does_not_say_is_passed_on(anna: Candidate) -> None:
    await anna.says("hours?")
    reply = await anna.says("salary?")

    assert "does not say anything about the salary" in reply
    assert ("salary", "unstated", True) in await logged(anna.store)


async def test_somebody_can_be_told_later_and_end_that(anna: Candidate) -> None:
    await anna.says("hours?")
    await anna.says("salary?")

    assert "I will tell you" in await anna.chooses("Tell me when there is an answer")
    assert await waits_in(anna.store) == 1
    assert "no more notices" in await anna.says("/stop")
    assert await waits_in(anna.store) == 0


async def test_of_two_readings_one_is_chosen(anna: Candidate) -> None:
    await anna.says("hours?")
    offered = await anna.says("work?")

    assert "Working hours" in offered
    assert "None of these" in offered
    assert "39 hours a week." in await anna.chooses("Working hours")
    assert "clarify" not in [decision for _, decision, _ in await logged(anna.store)]


async def test_none_of_them_goes_to_the_moderators(anna: Candidate) -> None:
    await anna.says("hello")
    await anna.says("work?")

    assert "passed your question on" in await anna.chooses("None of these")
    assert ("work", "unanswered", True) in await logged(anna.store)


async def test_a_question_before_the_choice_of_a_posting_is_answered_after_it(
    ben: Candidate,
) -> None:
    assert "Which posting is it about?" in await ben.says("hours?")

    reply = await ben.chooses("Baker")

    assert "You are asking about Baker" in reply
    assert "From four in the morning." in reply


async def test_the_postings_code_begins_a_conversation_about_it(ben: Candidate) -> None:
    reply = await ben.says("/start baker")

    assert "Baker" in reply
    assert "From four in the morning." in await ben.says("hours?")


async def test_topics_can_be_read_one_after_the_other(anna: Candidate) -> None:
    await anna.says("/start")
    await anna.says("/language en")
    await anna.says("/topics")

    assert "39 hours a week." in await anna.chooses("Working hours")


async def test_languages_can_be_chosen(anna: Candidate) -> None:
    await anna.says("hello")
    await anna.says("/language")

    assert "en français" in await anna.chooses("Français")
    assert "39 h par semaine." in await anna.says("39?? hours zzz")


async def test_who_wishes_to_be_forgotten_is(anna: Candidate) -> None:
    await anna.says("What about my secret hours?")
    await anna.says("/forget")

    assert "deleted" in await anna.chooses("Yes, delete it")
    assert [text for text, _, _ in await logged(anna.store)] == [""]


async def test_who_thinks_better_of_it_is_not(anna: Candidate) -> None:
    await anna.says("hours?")
    await anna.says("/forget")

    assert "Nothing was deleted" in await anna.chooses("No, keep it")
    assert [text for text, _, _ in await logged(anna.store)] == ["hours"]


async def test_what_is_kept_can_be_seen(anna: Candidate) -> None:
    await anna.says("hours?")

    assert "what is kept about you" in await anna.says("/mydata")


@pytest.mark.parametrize("command", ["/help", "/privacy", "/postings", "/nonsense"])
async def test_commands_are_obeyed(anna: Candidate, command: str) -> None:
    await anna.says("hello")

    assert len(await anna.says(command)) > 20


async def test_a_number_without_a_choice_is_no_crash(anna: Candidate) -> None:
    await anna.says("hello")

    assert await anna.says("/start") != await anna.says("7")


async def test_a_message_without_words_is_no_open_question(anna: Candidate) -> None:
    await anna.says("hello")

    await anna.says("👍")

    assert [open_ for _, _, open_ in await logged(anna.store)] == [False, False]
