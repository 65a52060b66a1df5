"""``faqbot check``: what is wrong in the knowledge files, in plain words."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.loading import Load, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    TodayOption,
    clock_of,
    knowledge_folder,
)
from bot.cli.output import say, table
from bot.cli.topics import check_topics
from bot.core.posting import Check, KnowledgeBase, Posting
from bot.core.topic import pick
from bot.errors import Problem
from bot.knowledge.bank import shipped_topics
from bot.knowledge.checks import check_folder


def check(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder or file to check.")
    ] = None,
    *,
    by_topic: Annotated[
        bool, typer.Option("--by-topic", help="Show what each posting has on each topic as well.")
    ] = False,
    topics: Annotated[
        bool, typer.Option("--topics", help="Check the bank of phrasings (in DIR) instead.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="With --topics: leave out what takes minutes.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --topics: write the report as one line of JSON.")
    ] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Check the knowledge files, or with --topics the bank of phrasings.

    There is one line for each thing to mend: file:line: what: how. The exit code is 1 if there
    are errors, 0 if there are only warnings.
    """
    if topics:
        check_topics(folder, quick=quick, as_json=as_json)
        return
    load: Load = context.obj
    now = clock_of(today)()
    where = knowledge_folder(folder if folder is not None else knowledge, config)
    base, found = check_folder(where, shipped_topics(), now)
    problems = [*found, *_failed(base, load, now)]
    for problem in problems:
        say(str(problem))
    if by_topic:
        for posting in base.postings.values():
            _show_topics(posting, base)
    errors = sum(not problem.warning for problem in problems)
    say(_summary(base, errors, len(problems) - errors))
    if errors:
        raise typer.Exit(1)


def _failed(base: KnowledgeBase, load: Load, now: dt.datetime) -> Iterator[Problem]:
    """HR's own tests that go wrong; the engine is only needed if there are any."""
    if not any(posting.tests for posting in base.postings.values()):
        return
    from bot.matching.evaluation import meets
    from bot.matching.record import Asker

    asker = Asker(base, sentences(), load(base).understand, now)
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


def _show_topics(posting: Posting, base: KnowledgeBase) -> None:
    rows = []
    for topic in base.open_topics():
        coverage = posting.coverage(topic.id)
        label = pick(topic.label, posting.languages[0], posting.languages)
        by = ", ".join(entry.id for entry in coverage.entries if entry.id != topic.id)
        rows.append((topic.id, label[1] if label else "", coverage.standing.value, by))
    table(posting.id, ("topic", "about", "in this posting", "through"), rows)
    say()


def _summary(base: KnowledgeBase, errors: int, warnings: int) -> str:
    answers = sum(len(posting.entries) for posting in base.postings.values())
    return (
        f"{_counted(len(base.postings), 'posting')}, {_counted(answers, 'answer')}: "
        f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
