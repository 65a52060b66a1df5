"""The way back, with all the real parts: asked, answered once in the group, told to everybody."""

import asyncio
import datetime as dt
import json
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import app
from bot.knowledge.live import Live
from bot.knowledge.phrases import shipped_phrases
from bot.knowledge.reading import read_folder
from bot.settings import Settings
from bot.storage.tables import notices
from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import FakeApi, Sent
from tests.moderation.house import HAND_WRITTEN, TOPICS, WordMind
from tests.moderation.staffroom import ADA, BEN, EVE, GROUP, StaffRoom, data_of, labels
from tests.moderation.web.chromium import QUIET, chromium
from tests.wholebot import CALM, bot, settings_in

Running = Callable[..., AbstractAsyncContextManager[str]]
ANNA, BERT, CARL, DORA = 1001, 1002, 1003, 1004
TELL = {"en": "Tell me when there is an answer", "fr": "Me prévenir quand il y a une réponse"}
CREDIT = "Will my night classes count towards seniority?"


@pytest.fixture
def room(api: FakeApi) -> StaffRoom:
    return StaffRoom(api)


@pytest.fixture
def undo_seconds() -> int:
    return 1


@pytest.fixture
def settings(tmp_path: Path, undo_seconds: int) -> Settings:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "nurse.yaml").write_text(HAND_WRITTEN)
    return settings_in(
        tmp_path,
        "limits: {messages_per_minute: 600, burst: 100}",
        f"undo_seconds: {undo_seconds}",
        f"telegram: {{moderators_group: {GROUP}}}",
    )


@pytest.fixture
def running(api: FakeApi, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setattr("bot.errands.tell.__kwdefaults__", {"look": 0.05})
    monkeypatch.setattr("bot.moderating._ROUND", 0.05)
    monkeypatch.setattr("bot.moderation.telegram._LOOK_AGAIN", 0.05)
    live = Live.open(settings.knowledge, TOPICS, WordMind)
    live.folder.wait = lambda _: None
    clock = lambda: dt.datetime.now(dt.UTC)  # noqa: E731 - a clock
    brain = app.Brain(live, shipped_phrases(), live.understand, clock)
    return partial(bot, api, settings, brain, tuning=CALM)


async def reply_to(api: FakeApi, text: str, chat: int, language: str) -> Sent:
    """What the bot answers to somebody who writes *text*."""
    api.language = language
    before = len(api.texts(chat))
    api.says(text, chat)
    await eventually(lambda: len(api.texts(chat)) > before, 30)
    return next(sent for sent in reversed(api.sent) if sent.chat == chat)


async def waits(api: FakeApi, text: str, chat: int, language: str) -> None:
    """Somebody asks, and wants to be told."""
    asked = await reply_to(api, text, chat, language)
    api.language = language
    before = len(api.texts(chat))
    api.taps(data_of(asked, TELL[language]), chat, below=asked)
    await eventually(lambda: len(api.texts(chat)) > before, 30)


async def test_one_answer_in_the_group_reaches_all_who_asked_and_serves_the_next(
    api: FakeApi, running: Running, settings: Settings, room: StaffRoom
) -> None:
    async with running():
        await waits(api, "Le télétravail est possible ?", ANNA, "fr")
        await waits(api, "Possible de faire du télétravail ?", BERT, "fr")
        await waits(api, "Is remote work possible?", CARL, "en")
        card = await room.sees("Asked 3 ×")

        asked = await room.asks("Oui, deux jours par semaine.", to=card)
        room.taps(asked, "Learn, for this posting")
        done = await room.sees("is answered, and learned for this posting")
        assert "Going to be told in a minute: 3" in done.text
        await eventually(lambda: len(api.texts(ANNA)) == 3, 30)
        await eventually(lambda: len(api.texts(BERT)) == 3, 30)
        await eventually(lambda: len(api.texts(CARL)) == 3, 30)
        next_one = await reply_to(api, "Le télétravail est possible ?", DORA, "fr")

    told = {chat: api.texts(chat)[-1] for chat in (ANNA, BERT, CARL)}
    assert all("Oui, deux jours par semaine." in text for text in told.values())
    assert told[ANNA].startswith("Vous aviez demandé : « Le télétravail est possible ? »")
    assert told[CARL].startswith("You asked: “Is remote work possible?”")
    assert "only available in French" in told[CARL]
    assert "Oui, deux jours par semaine." in next_one.text
    assert (settings.knowledge / "nurse.yaml").read_text() == HAND_WRITTEN
    found = read_folder(settings.knowledge, TOPICS)
    assert found.errors == ()
    entry = found.base.postings["nurse"].entry("remote")
    assert entry is not None
    assert entry.answer == {"fr": "Oui, deux jours par semaine."}
    assert "✅ Ada answered" in room.api.shown(card.message_id).text


@QUIET[0]
@QUIET[1]
async def test_one_answer_on_the_page_reaches_all_who_asked_and_serves_the_next(
    api: FakeApi, running: Running, settings: Settings, room: StaffRoom
) -> None:
    async with running(), chromium() as browser:
        await waits(api, "Le télétravail est possible ?", ANNA, "fr")
        await waits(api, "Possible de faire du télétravail ?", BERT, "fr")
        await waits(api, "Is remote work possible?", CARL, "en")
        link = await reply_to(api, "/review", ADA, "en")
        assert json.loads(link.params["link_preview_options"]) == {"is_disabled": True}
        page = await (await browser.new_context(locale="en-GB")).new_page()
        await page.goto(re.findall(r"http://\S+", link.text)[0])
        await page.click("button.big")
        await page.click("h2 >> text=Remote work")
        await page.fill('[name="text.fr"]', "Oui, deux jours par semaine.")
        await page.fill('[name="text.en"]', "Yes, two days a week.")
        await page.click("text=Answer, and tell 3 people")
        await page.wait_for_selector("text=3 people will be told.")
        await eventually(lambda: {len(api.texts(who)) for who in (ANNA, BERT, CARL)} == {3}, 30)
        next_one = await reply_to(api, "Le télétravail est possible ?", DORA, "fr")

    told = {chat: api.texts(chat)[-1] for chat in (ANNA, BERT, CARL)}
    assert all("Oui, deux jours par semaine." in told[chat] for chat in (ANNA, BERT))
    assert "Yes, two days a week." in told[CARL]
    assert "Oui, deux jours par semaine." in next_one.text
    assert (settings.knowledge / "nurse.yaml").read_text() == HAND_WRITTEN
    assert read_folder(settings.knowledge, TOPICS).errors == ()


async def test_who_is_no_moderator_is_given_no_link(
    api: FakeApi, running: Running, room: StaffRoom
) -> None:
    async with running():
        answer = await reply_to(api, "/review", EVE, "en")

    assert "/enter/" not in answer.text


async def test_a_matter_that_was_not_understood_is_learned_with_edited_words(
    api: FakeApi, running: Running, settings: Settings, room: StaffRoom
) -> None:
    async with running():
        await waits(api, CREDIT, ANNA, "en")
        card = await room.sees("Not understood")
        asked = await room.asks("They do.", to=card)
        room.taps(asked, "Learn, for this posting")
        shown = await room.sees("how candidates ask for it")
        assert CREDIT in shown.text
        room.writes("Do night classes count?\n- Do classes count towards seniority?", to=shown)
        edited = await room.sees("Do classes count towards seniority?")
        assert CREDIT not in edited.text
        room.taps(edited, "Learn these")
        await room.sees("is answered, and learned for this posting")
        await eventually(lambda: len(api.texts(ANNA)) == 3, 30)
        answer = await reply_to(api, "Do night classes count?", BERT, "en")

    assert answer.text.endswith("They do.")
    learned = (settings.knowledge / "nurse.learned.yaml").read_text()
    assert CREDIT not in learned


# An hour, so that it is in time however slow the machine is.
@pytest.mark.parametrize("undo_seconds", [3600])
async def test_an_undo_in_time_tells_nobody(
    api: FakeApi, running: Running, room: StaffRoom, settings: Settings
) -> None:
    async with running():
        await waits(api, "Is remote work possible?", ANNA, "en")
        card = await room.sees("Asked 1 ×")
        asked = await room.asks("On Fridays.", to=card)
        room.taps(asked, "Only tell those who wait")
        done = await room.sees("is answered for those who wait")
        room.taps(done, "Undo", BEN)
        await room.sees("Ben took it back")

    assert len(api.texts(ANNA)) == 2
    async with await app.open_store(settings) as store:
        rows = await store.database.rows(select(notices.c.state, notices.c.owed))
    assert [tuple(row) for row in rows] == [("dropped", None)]
    assert "Answer" in labels(api.shown(card.message_id))


async def test_the_group_is_told_once_of_a_file_that_does_not_read_and_when_it_does_again(
    api: FakeApi, running: Running, settings: Settings, room: StaffRoom
) -> None:
    file = settings.knowledge / "nurse.yaml"
    async with running():
        # It is watched once what was asked first is answered.
        await reply_to(api, "Hello", ANNA, "en")
        await asyncio.sleep(0.5)
        file.write_text(HAND_WRITTEN + "nonsense: *x\n")
        broken = await room.sees("keeps an edited knowledge file from being used")
        assert f"nurse.yaml:{HAND_WRITTEN.count(chr(10)) + 1}: " in broken.text
        file.write_text(HAND_WRITTEN + "nonsense: *x\n")
        await asyncio.sleep(0.5)
        file.write_text(HAND_WRITTEN)
        mended = await room.sees("Mended, and in use again")

    assert mended.text.endswith("nurse.yaml")
    told = [text for text in api.texts(GROUP) if "knowledge file" in text]
    assert len(told) == 1
