"""What only a messenger without buttons has: numbers, words, thumbs, edits, deletions, timers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage.store import SqlStore
from tests.channels.signal.daemon import ADA, GROUP
from tests.conversing import OnSignal, candidate, logged, on_signal, waits_in
from tests.core.samples import NURSE

GROUP_INFO = {"groupId": GROUP, "groupName": "Ours", "revision": 3, "type": "DELIVER"}


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with await SqlStore.open(f"sqlite:///{tmp_path}/log.db", key=b"k" * 32) as one:
        yield one


@pytest_asyncio.fixture
async def anna(store: SqlStore) -> AsyncIterator[OnSignal]:
    async with on_signal(store, NURSE) as person:
        yield person


@pytest.mark.parametrize("channel", ["console", "signal"])
async def test_only_the_words_differ_where_there_are_no_buttons(
    channel: str, store: SqlStore
) -> None:
    async with candidate(channel, store, NURSE) as anna:
        await anna.says("hello")
        offered = await anna.says("work?")
        assert "Answer with the number of your choice." in offered
        assert "39 hours a week." in await anna.says("the first one")
        await anna.says("work?")
        assert "passed your question on" in await anna.says("aucune")
        assert "Working hours" in await anna.says("menu")
        assert "Ask me anything" in await anna.says("help")


async def test_a_thumb_rates_the_answer_and_is_taken_back_with_it(anna: OnSignal) -> None:
    await anna.says("hours?")

    await anna.reacts("👎")
    (asked,) = await anna.store.open_questions(everything=True)
    assert (asked.rating, asked.open) == (-1, True)
    await anna.reacts_to(0, "👎", removed=True)
    (asked,) = await anna.store.open_questions(everything=True)
    assert (asked.rating, asked.open) == (0, False)
    await anna.reacts_to(0, "👍🏽")
    await anna.reacts_to(0, "👍🏽")
    (asked,) = await anna.store.open_questions(everything=True)
    assert asked.rating == 1


async def test_a_thumb_on_something_else_is_nothing(anna: OnSignal) -> None:
    await anna.says("hello")

    await anna.reacts("👎")

    assert len(anna.daemon.sent) == 1


async def test_an_edit_is_answered_anew_and_nobody_waits_for_what_it_said(anna: OnSignal) -> None:
    await anna.says("hours?")
    await anna.says("salary?")
    await anna.chooses("Tell me when there is an answer")
    assert await waits_in(anna.store) == 1
    assert "39 hours a week." in await anna.edits("hours?", which=-2)
    assert await waits_in(anna.store) == 0
    await anna.edits("nights?")
    texts = [text for text, _, _ in await logged(anna.store)]
    assert texts[-1] == "nights"
    assert "salary" not in texts


async def test_what_is_deleted_is_deleted_here_too(anna: OnSignal) -> None:
    await anna.says("salary? my name is Ada Unique")
    await anna.deletes()
    assert not any("Unique" in text for text, _, _ in await logged(anna.store))


async def test_what_disappears_is_not_kept_once_it_is_answered(anna: OnSignal) -> None:
    await anna.says("hello")
    await anna.says("hours?", expiresInSeconds=30)
    await anna.says("salary?", expiresInSeconds=30)

    assert await logged(anna.store) == [
        ("hello", "smalltalk", False),
        ("", "answer", False),
        ("salary", "unstated", True),
    ]


async def test_in_a_group_the_answer_quotes_the_question(anna: OnSignal) -> None:
    mention = {"number": None, "uuid": "00000000-0000-4000-8000-0000000000aa", "start": 0}
    anna.daemon.accounts[0]["aci"] = mention["uuid"]
    await anna.daemon.restart()

    await anna.says("\ufffc hours?", mentions=[{**mention, "length": 1}], groupInfo=GROUP_INFO)

    sent = anna.daemon.sent[-1]
    assert sent["groupId"] == GROUP
    assert (sent["quoteAuthor"], sent["quoteTimestamp"]) == (ADA, anna.said[-1])
