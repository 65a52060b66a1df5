import asyncio
import datetime as dt
import re
from pathlib import Path

from bot import app
from bot.moderation.invite import spend
from bot.settings import load_settings
from bot.storage.cards import Cards
from tests.cli.conftest import Faqbot


def configured(home: Path, *lines: str) -> Path:
    file = home / "config.yaml"
    file.write_text("\n".join(("database: sqlite:///log.db", *lines)))
    return file


def test_there_is_no_code_without_a_log(faqbot: Faqbot, home: Path) -> None:
    refused = faqbot("moderators", "invite", "--config", configured(home))

    assert refused.code == 1
    assert "there is no log yet" in refused.err


def test_the_code_that_is_printed_is_valid(faqbot: Faqbot, home: Path) -> None:
    config = configured(home)
    faqbot("chat", "--config", config, stdin="hours?\n")

    made = faqbot("moderators", "invite", "--config", config)

    assert made.code == 0
    found = re.fullmatch(r"/claim ([0-9A-Z]{5}-[0-9A-Z]{5})\n", made.out)
    assert found is not None

    async def is_valid() -> bool:
        async with await app.open_store(load_settings(config, {})) as store:
            return await spend(Cards(store.database), found[1], dt.datetime.now(dt.UTC))

    assert asyncio.run(is_valid())


def test_a_code_of_no_effect_is_told_so(faqbot: Faqbot, home: Path) -> None:
    config = configured(home, "telegram: {moderators_group: -100123}")
    faqbot("chat", "--config", config, stdin="hours?\n")

    made = faqbot("moderators", "invite", "--config", config)

    assert "has no effect" in made.err
