"""The ``tests:`` of knowledge files: questions of HR's with what must come of them."""

import datetime as dt
from collections.abc import Iterator

from bot.core.phrases import Phrases
from bot.core.posting import Check, KnowledgeBase, Posting
from bot.errors import Problem
from bot.knowledge.mind import Mind
from bot.matching.evaluation import meets
from bot.matching.record import Asker


def failed_tests(
    base: KnowledgeBase, phrases: Phrases, mind: Mind, now: dt.datetime
) -> Iterator[Problem]:
    """An error for each test that goes wrong, as seen at *now*."""
    asker = Asker(base, phrases, mind.understand, now)
    for posting in base.postings.values():
        for test in posting.tests:
            record = asker.ask(test.question, posting)
            told = {part.id for part in record.parts} | {part.decision for part in record.parts}
            if not any(meets(given, test.expect) for given in told):
                given = next((part.id for part in record.parts if part.id), record.decision)
                yield _fails(posting, test, given)


def _fails(posting: Posting, test: Check, given: str) -> Problem:
    what = f"“{test.question[:60]}” leads to `{given}`, not to `{test.expect}`"
    how = "add it to the `questions:` of the entry, or correct the test"
    return Problem(posting.file, test.line, what, how)
