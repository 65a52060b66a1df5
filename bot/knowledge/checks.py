"""What a check finds beyond the format: things that work, yet hardly as they were meant.

What stays out: everything that keeps a file from being used (`reading`), and asking the engine
(`bot.knowledge.checking.selftest`).
"""

import datetime as dt
from collections.abc import Iterable
from collections.abc import Mapping as Table
from pathlib import Path

from bot.core.posting import KnowledgeBase
from bot.core.topic import Topic
from bot.errors import Problem
from bot.knowledge.checking.contacts import check_contacts
from bot.knowledge.checking.dated import check_dates
from bot.knowledge.checking.missing import check_languages, check_missing
from bot.knowledge.checking.notes import Notes, Places, lines_of
from bot.knowledge.checking.phrasings import check_phrasings, folded_bank
from bot.knowledge.checking.quotes import check_quotes
from bot.knowledge.checking.wording import LONGEST_ANSWER, SCREEN, check_wording
from bot.knowledge.reading import Knowledge, read_folder

__all__ = ["LONGEST_ANSWER", "SCREEN", "check", "check_folder", "in_order"]


def check_folder(
    path: Path, topics: Table[str, Topic], now: dt.datetime, source: str | None = None
) -> Knowledge:
    """Everything that there is to say about the folder or file *path* at *now* (aware).

    Args:
        path: what to check.
        topics: of the bank.
        now: dates are judged as seen then.
        source: the text of the posting as it was published, to compare the quotes with.
    """
    base, problems = read_folder(path, topics)
    found = {*problems, *check(base, now, source, Places(lines_of))}
    return Knowledge(base, in_order(found))


def check(
    base: KnowledgeBase,
    now: dt.datetime,
    source: str | None = None,
    places: Places | None = None,
) -> tuple[Problem, ...]:
    """Warnings and hints about the postings of *base* at *now* (aware), each told once."""
    own = any(entry.questions for posting in base.postings.values() for entry in posting.entries)
    shipped = folded_bank(base.topics) if own else {}
    found: dict[Problem, None] = {}
    for posting in base.postings.values():
        notes = Notes(posting, base.topics, places or Places())
        check_languages(posting, notes)
        check_wording(posting, notes)
        check_contacts(posting, notes)
        check_dates(posting, notes, now)
        check_phrasings(posting, notes, shipped if posting.topics else {})
        check_missing(posting, notes)
        if source is not None:
            check_quotes(posting, notes, source)
        found |= notes.found
    return tuple(found)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order of the files, in each line what is worst first."""
    return tuple(sorted(problems, key=lambda p: (p.file, p.line, p.warning, p.hint, p.what)))
