"""``faqbot check``: what is wrong in the knowledge files, in plain words."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import Misuse
from bot.cli.fix import mend
from bot.cli.loading import Load, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    TodayOption,
    clock_of,
    knowledge_folder,
)
from bot.cli.output import counted, say, table
from bot.cli.topics import check_topics
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import pick
from bot.errors import Problem
from bot.knowledge.bank import shipped_topics
from bot.knowledge.checks import check_folder, in_order


def check(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder or file to check.")
    ] = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings end with exit code 1 as well.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what is only layout; shows the changes first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: write without asking.")] = False,
    source: Annotated[
        Path | None,
        typer.Option(
            "--source", metavar="FILE", help="The posting as published, to compare quotes with."
        ),
    ] = None,
    by_topic: Annotated[
        bool, typer.Option("--by-topic", help="Show what each posting has on each topic as well.")
    ] = False,
    topics: Annotated[
        bool, typer.Option("--topics", help="Check the bank of phrasings (in DIR) instead.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out what asks the engine and takes longer.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the report as one line of JSON.")
    ] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Check the knowledge files, or with --topics the bank of phrasings.

    There is one line for each thing to mend: file:line: what: how. A warning is most probably
    right, a hint is worth a look. The exit code is 1 if there are errors, with --strict also if
    there are warnings.
    """
    if topics:
        check_topics(folder, quick=quick, as_json=as_json)
        return
    load: Load = context.obj
    now = clock_of(today)()
    where = knowledge_folder(folder if folder is not None else knowledge, config)
    if fix:
        mend(where, yes=yes)
    published = _published(source) if source is not None else None
    base, found = check_folder(where, shipped_topics(), now, published)
    if source is not None and len(base.postings) > 1:
        raise Misuse("--source: name the file of one posting, not a folder with several")
    asked = _Asked() if quick else _ask_engine(base, load, now)
    report = _Report(base, in_order((*found, *asked.problems)), asked)
    if as_json:
        say(report.as_json())
    else:
        report.show(by_topic=by_topic)
    if report.counts["error"] or (strict and report.counts["warning"]):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Asked:
    """What came of asking the engine: of ``tried`` ways of asking, ``understood`` unseen ones."""

    problems: tuple[Problem, ...] = ()
    tried: int = 0
    understood: int = 0


def _ask_engine(base: KnowledgeBase, load: Load, now: dt.datetime) -> _Asked:
    """What shows only when the engine is asked; it is only loaded if there is anything to ask."""
    asked = any(entry.questions for posting in base.postings.values() for entry in posting.entries)
    if not asked and not any(posting.tests for posting in base.postings.values()):
        return _Asked()
    from bot.knowledge.checking.notes import Notes, Places, lines_of
    from bot.knowledge.checking.owntests import failed_tests
    from bot.knowledge.checking.selftest import Background, note_lost, note_misled

    mind = load(base)
    found = dict.fromkeys(failed_tests(base, sentences(), mind, now))
    places = Places(lines_of)
    background = Background(base) if asked else None
    tried = misled = 0
    for posting in base.postings.values():
        notes = Notes(posting, base.topics, places)
        note_lost(posting, base, mind, notes)
        if background is not None:
            tested = background.try_out(posting)
            note_misled(tested, notes)
            tried += sum(tested.tried.values())
            misled += len(tested.misled)
        found |= notes.found
    return _Asked(tuple(found), tried, tried - misled)


def _published(source: Path) -> str:
    from bot.drafting.reading import read_limited, read_source
    from bot.knowledge.checking.quotes import text_of

    data = read_limited(str(source))
    if b"%PDF-" in data[:1024] or data.startswith(b"PK"):
        read = read_source(str(source))
        # Lines as they stand there, and sentences that were put together from several.
        return "\n".join((read.raw, *(block.text for block in read.blocks)))
    try:
        return text_of(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if b"\0" in data:
            how = "name a text, HTML, PDF or DOCX file"
            raise Misuse(f"--source: {source} is no text: {how}") from error
        return text_of(data.decode("cp1252", "replace"))


@dataclass(frozen=True)
class _Report:
    base: KnowledgeBase
    problems: Sequence[Problem]
    asked: _Asked

    @property
    def counts(self) -> Counter[str]:
        return Counter(problem.severity for problem in self.problems)

    @property
    def answers(self) -> int:
        return sum(len(posting.entries) for posting in self.base.postings.values())

    def as_json(self) -> str:
        found = [
            {
                "file": problem.file,
                "line": problem.line,
                "severity": problem.severity,
                "what": problem.what,
                "how": problem.how,
            }
            for problem in self.problems
        ]
        counts = self.counts
        report = {
            "problems": found,
            "postings": len(self.base.postings),
            "answers": self.answers,
            "errors": counts["error"],
            "warnings": counts["warning"],
            "hints": counts["hint"],
            "tried": self.asked.tried,
            "understood": self.asked.understood,
        }
        return json.dumps(report, ensure_ascii=False)

    def show(self, *, by_topic: bool) -> None:
        for problem in self.problems:
            say(str(problem))
        if by_topic:
            for posting in self.base.postings.values():
                _show_topics(posting, self.base)
        if self.asked.tried:
            share = f"{self.asked.understood} of {self.asked.tried}"
            say(f"self-test: {share} own ways of asking are understood without themselves")
        counts = self.counts
        found = [counted(counts[kind], kind) for kind in ("error", "warning")]
        found += [counted(counts["hint"], "hint")] if counts["hint"] else []
        postings = counted(len(self.base.postings), "posting")
        say(f"{postings}, {counted(self.answers, 'answer')}: {', '.join(found)}")


def _show_topics(posting: Posting, base: KnowledgeBase) -> None:
    rows = []
    for topic in base.open_topics():
        coverage = posting.coverage(topic.id)
        label = pick(topic.label, posting.languages[0], posting.languages)
        by = ", ".join(entry.id for entry in coverage.entries if entry.id != topic.id)
        rows.append((topic.id, label[1] if label else "", coverage.standing.value, by))
    table(posting.id, ("topic", "about", "in this posting", "through"), rows)
    say()
