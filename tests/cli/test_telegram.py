from collections.abc import AsyncIterator

import pytest

from bot import messengers
from bot.errors import ConfigError
from bot.knowledge.phrases import shipped_phrases
from bot.settings import Settings, load_settings
from tests.channels.telegram.botapi import Specification
from tests.channels.telegram.fakeapi import TOKEN, FakeApi


@pytest.fixture
async def telegram(spec: Specification | None) -> AsyncIterator[FakeApi]:
    fake = FakeApi(spec)
    await fake.start()
    yield fake
    await fake.stop()
    assert fake.complaints == []


def settings(telegram: FakeApi, token: str = TOKEN, name: str = "Clinic") -> Settings:
    return load_settings(
        None,
        {
            "FAQBOT_TELEGRAM__TOKEN": token,
            "FAQBOT_TELEGRAM__API": telegram.url,
            "FAQBOT_ORGANISATION__NAME": name,
        },
    )


async def test_the_bot_is_introduced_in_every_language(telegram: FakeApi) -> None:
    name = await messengers.set_up_telegram(settings(telegram), shipped_phrases())

    assert name == "assistant_bot"
    names = {p.get("language_code"): p["name"] for p in telegram.called("setMyName")}
    assert names == {
        None: "Clinic – job questions",
        "en": "Clinic – job questions",
        "fr": "Clinic – questions sur l'emploi",
    }
    for method, length in (("setMyDescription", 512), ("setMyShortDescription", 120)):
        texts = [
            next(v for k, v in p.items() if k != "language_code") for p in telegram.called(method)
        ]
        assert len(texts) == 3
        assert all(0 < len(text) <= length for text in texts)
    assert len(telegram.called("setMyCommands")) == 6


async def test_a_long_name_is_cut(telegram: FakeApi) -> None:
    await messengers.set_up_telegram(settings(telegram, name="Clinic" * 20), shipped_phrases())

    assert {len(p["name"]) for p in telegram.called("setMyName")} == {64}


async def test_the_name_is_asked_of_telegram(telegram: FakeApi) -> None:
    assert await messengers.telegram_name(settings(telegram)) == "assistant_bot"


async def test_a_refused_token_is_said(telegram: FakeApi) -> None:
    wrong = "123456789:AAWrongTokenWrongTokenWrongToken"

    with pytest.raises(ConfigError, match="refused"):
        await messengers.telegram_name(settings(telegram, wrong))


def test_every_command_has_a_text_in_every_language() -> None:
    phrases = shipped_phrases()

    for language, menu in messengers.menus(phrases).items():
        assert [name for name, _ in menu] == list(messengers.COMMANDS)
        for name, told in menu:
            assert 3 <= len(told) <= 256, (language, name)
            assert f"command.{name}" in phrases.texts[language]
