import datetime as dt
from dataclasses import replace
from pathlib import Path

from bot.core.chat import Chat
from bot.knowledge.coverage import Tally
from bot.storage.coverage import Asked
from tests.storage.samples import ANNA, NOW, message, opened, question


async def test_the_log_is_counted_by_topic_language_and_decision(tmp_path: Path) -> None:
    async with await opened(tmp_path) as store:
        for number, (decision, topic, language) in enumerate(
            [
                ("answer", "hours", "fr"),
                ("answer", "hours", "fr"),
                ("answer", "hours", "en"),
                ("unstated", "salary", "fr"),
                ("unanswered", None, "fr"),
            ]
        ):
            incoming = message(str(number))
            asked = question(incoming, decision=decision, topic=topic, is_open=False)
            await store.keep(incoming, None, Chat(), [replace(asked, language=language)])
        own = message("own")
        await store.keep(
            own, None, Chat(), [replace(question(own, decision="answer"), entry="dogs")]
        )

        tallies = await Asked(store.database).tallies()

    assert tallies == [
        Tally("nord", "dogs", "fr", "answer", 1),
        Tally("nord", "hours", "en", "answer", 1),
        Tally("nord", "hours", "fr", "answer", 2),
        Tally("nord", "salary", "fr", "unstated", 1),
    ]


async def test_only_a_posting_and_a_time_can_be_counted(tmp_path: Path) -> None:
    async with await opened(tmp_path) as store:
        for number in range(3):
            incoming = message(str(number), at=NOW + dt.timedelta(hours=number))
            asked = question(incoming, decision="answer", topic="hours")
            await store.keep(incoming, None, Chat(), [asked])
        asked_for = Asked(store.database)

        late = await asked_for.tallies("nord", NOW + dt.timedelta(hours=1))

        assert [tally.count for tally in late] == [2]
        assert await asked_for.tallies("elsewhere") == []


async def test_an_edit_counts_once_and_what_was_forgotten_still_does(tmp_path: Path) -> None:
    async with await opened(tmp_path) as store:
        for edited in (False, True):
            incoming = message(str(edited), edited=edited)
            asked = question(incoming, decision="answer", topic="hours")
            await store.keep(incoming, None, Chat(), [asked])
        await store.forget(ANNA)

        tallies = await Asked(store.database).tallies()

    assert [tally.count for tally in tallies] == [1]
