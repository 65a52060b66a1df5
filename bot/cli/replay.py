"""``faqbot ask --replay``: what an edit of the knowledge changes for what was asked before."""

import asyncio
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from bot.cli.loading import Load, choose, read_knowledge
from bot.cli.logfile import existing_log
from bot.cli.output import say, table
from bot.core.chat import LoggedQuestion
from bot.knowledge.replay import Moved, Replay, replay
from bot.settings import Settings

_TITLES = {"worse": "worse", "other": "otherwise, to be looked at", "better": "better"}
_EXAMPLES = 20
_LONGEST = 100


def replay_log(  # noqa: PLR0913 - one parameter per option
    load: Load,
    settings: Settings,
    knowledge: Path | None,
    *,
    posting: str | None,
    since: dt.datetime | None,
    as_json: bool,
) -> None:
    """Ask the questions of the log again, and show what is decided otherwise than it was then.

    Raises:
        StoreError: there is no log yet, or it cannot be used.
    """
    base = read_knowledge(knowledge if knowledge is not None else settings.knowledge)
    wanted = choose(base, posting).id if posting is not None else None
    questions = asyncio.run(_read(settings, wanted, since))
    found = replay(questions, base, load(base).understand)
    if as_json:
        say(json.dumps(_plain(found), ensure_ascii=False))
    else:
        _show(found)


async def _read(
    settings: Settings, posting: str | None, since: dt.datetime | None
) -> Sequence[LoggedQuestion]:
    async with existing_log(settings) as store:
        return await store.open_questions(posting, since, everything=True)


def _show(found: Replay) -> None:
    for verdict, title in _TITLES.items():
        moved = found.examples(verdict)
        if moved:
            rows = [_cells(one) for one in moved[:_EXAMPLES]]
            table(title, ("times", "posting", "question", "then", "now"), rows)
            if len(moved) > _EXAMPLES:
                say(f"and {len(moved) - _EXAMPLES} more (--json)")
            say()
    say(
        f"{found.asked} questions: {found.same} as before, {found.count('better')} better, "
        f"{found.count('worse')} worse, {found.count('other')} otherwise"
    )
    if found.gone or found.forgotten:
        say(
            f"left out: {found.gone} of no posting that is there, "
            f"{found.forgotten} whose text was deleted"
        )


def _cells(moved: Moved) -> tuple[str, ...]:
    text = moved.text if len(moved.text) <= _LONGEST else moved.text[: _LONGEST - 1] + "…"
    return (str(moved.count), moved.posting, text, str(moved.then), str(moved.now))


def _plain(found: Replay) -> dict[str, object]:
    moved = [
        {
            "question": one.text,
            "posting": one.posting,
            "language": one.language,
            "then": {"decision": one.then.decision, "about": one.then.about},
            "now": {"decision": one.now.decision, "about": one.now.about},
            "verdict": one.verdict,
            "count": one.count,
        }
        for one in found.moved
    ]
    return {
        "asked": found.asked,
        "same": found.same,
        "better": found.count("better"),
        "worse": found.count("worse"),
        "otherwise": found.count("other"),
        "gone": found.gone,
        "forgotten": found.forgotten,
        "moved": moved,
    }
