"""``faqbot purge``: delete what is past its time, now."""

import asyncio
import datetime as dt

from bot.cli.logfile import existing_log
from bot.cli.options import (
    ConfigOption,
    TodayOption,
    UnusedKnowledge,
    clock_of,
    settings_of,
)
from bot.cli.output import say
from bot.settings import Settings


def purge(
    *,
    config: ConfigOption = None,
    today: TodayOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
) -> None:
    """Delete what is past `retention_days`.

    That is questions with their texts and pseudonyms, and the memory of chats.
    """
    now = clock_of(today)()
    settings = settings_of(config)
    rows = asyncio.run(_purge(settings, now))
    say(f"{rows} rows older than {settings.retention_days} days were deleted")


async def _purge(settings: Settings, now: dt.datetime) -> int:
    async with existing_log(settings) as store:
        await store.tidy(now)
        return await store.purge(now - dt.timedelta(days=settings.retention_days))
