import asyncio
import datetime as dt
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import app, messengers
from bot.core.chat import Chat
from bot.core.decision import Part, Unanswered, Understanding
from bot.core.message import Incoming, Message, Reply, Sender
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.errors import ConfigError, Problem
from bot.knowledge.phrases import shipped_phrases
from bot.ports import Receiver
from bot.settings import Settings, load_settings

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
CANDIDATE = Sender("fake", "1", "chat", "person")
BASE = KnowledgeBase(
    {"nurse": Posting("nurse", "Clinic", {"en": "Nurse"}, ("en",), (Entry("hours"),))}
)


def understand(_base: KnowledgeBase, _posting: Posting, text: str, _chat: Chat) -> Understanding:
    return Understanding((Part(text, Unanswered()),), "en")


BRAIN = app.Brain(app.Standing(BASE), shipped_phrases(), understand, lambda: NOW)


@dataclass
class FakeMessenger:
    """Hands over what it was given, and waits until it is stopped."""

    texts: Sequence[str] = ()
    refuses: Exception | None = None
    crashes: Exception | None = None
    name: str = "fake"
    sent: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: Sender, reply: Reply) -> str:
        self.sent.append(reply.text)
        return str(len(self.sent))

    async def open(self, stop: asyncio.Event | None = None) -> None:
        self.happened.append("open")
        if self.refuses:
            raise self.refuses

    async def poll(self, service: Receiver, stop: asyncio.Event) -> None:
        for number, text in enumerate(self.texts):
            incoming: Incoming = Message(str(number), CANDIDATE, text, NOW)
            await service.receive(incoming, self)
        if self.crashes:
            raise self.crashes
        self.ready.set()
        await stop.wait()
        self.happened.append("finish")

    async def close(self) -> None:
        self.happened.append("close")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "config.yaml"
    file.write_text("database: sqlite:///log.db\norganisation: {name: Clinic}\n")
    return load_settings(file, {})


async def test_what_comes_in_is_answered_and_everything_is_closed_in_order(
    settings: Settings,
) -> None:
    messenger = FakeMessenger(["What about the weather?"])
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(BRAIN, settings, [messenger], stop))
    await messenger.ready.wait()

    stop.set()
    await running

    assert len(messenger.sent) == 1
    assert "passed your question on" in messenger.sent[0]
    assert messenger.happened == ["open", "finish", "close"]


async def test_an_update_that_comes_again_after_a_restart_is_logged_and_answered_once(
    settings: Settings,
) -> None:
    messengers = [FakeMessenger(["What about the weather?"]) for _ in range(2)]
    for messenger in messengers:
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(BRAIN, settings, [messenger], stop))
        await messenger.ready.wait()
        stop.set()
        await running

    async with await app.open_store(settings) as store:
        questions = await store.open_questions()
    assert [question.text for question in questions] == ["What about the weather?"]
    assert [len(messenger.sent) for messenger in messengers] == [1, 0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(settings: Settings, number: int) -> None:
    messenger = FakeMessenger()
    running = asyncio.create_task(app.run(BRAIN, settings, [messenger]))
    await messenger.ready.wait()

    os.kill(os.getpid(), number)
    await asyncio.wait_for(running, 20)

    assert messenger.happened == ["open", "finish", "close"]


async def test_a_messenger_that_refuses_ends_all_with_its_error(settings: Settings) -> None:
    refused = ConfigError(Problem("config.yaml", 2, "the token is refused"))
    others = FakeMessenger()
    refusing = FakeMessenger(refuses=refused)

    with pytest.raises(ConfigError, match="the token is refused"):
        await app.run(BRAIN, settings, [others, refusing])

    assert others.happened[-1] == refusing.happened[-1] == "close"


async def test_a_mistake_of_ours_is_not_hidden(settings: Settings) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await app.run(BRAIN, settings, [FakeMessenger(crashes=ZeroDivisionError())])

    assert caught.group_contains(ZeroDivisionError)


async def test_what_is_past_its_time_is_deleted_at_the_start(settings: Settings) -> None:
    later = app.Brain(
        app.Standing(BASE), shipped_phrases(), understand, lambda: NOW + dt.timedelta(days=181)
    )
    for brain, texts in ((BRAIN, ["Weather?"]), (later, [])):
        messenger = FakeMessenger(texts)
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(brain, settings, [messenger], stop))
        await messenger.ready.wait()
        await asyncio.sleep(0.3 if brain is later else 0)
        stop.set()
        await running

    async with await app.open_store(settings) as store:
        assert await store.open_questions(everything=True) == []


def test_the_token_names_telegram() -> None:
    token = "123456789:AAExampleExampleExampleExample"  # noqa: S105 - an example
    settings = load_settings(None, {"FAQBOT_TELEGRAM__TOKEN": token})

    assert [channel.name for channel in messengers.configured(settings)] == ["telegram"]


def test_what_the_operator_said_of_himself_is_said() -> None:
    settings = load_settings(
        None, {"FAQBOT_ORGANISATION__NAME": "Clinic", "FAQBOT_RETENTION_DAYS": "30"}
    )

    told = app.about(settings)

    assert (told.organisation, told.retention_days, told.privacy_url) == ("Clinic", 30, "")
