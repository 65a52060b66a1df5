"""``faqbot eval``: many questions with what must come of them, and how well it went."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.loading import Load, choose, read_knowledge, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    PostingOption,
    TodayOption,
    clock_of,
    knowledge_folder,
)
from bot.cli.output import say, table, tell
from bot.core.posting import KnowledgeBase, Posting
from bot.errors import KnowledgeError, Problem
from bot.knowledge.nearest import nearest
from bot.matching.evaluation import Line, judge_all, read_lines, report
from bot.matching.record import Asker, Record


def evaluate(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.jsonl...", help="Questions.")],
    *,
    knowledge: KnowledgeOption = None,
    posting: PostingOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
    out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the records there.")
    ] = None,
) -> None:
    """Ask the questions of files, and report.

    Each line says what must come of its question. Nothing is logged.
    """
    load: Load = context.obj
    now = clock_of(today)()
    lines = _lines(files)
    base = read_knowledge(knowledge_folder(knowledge, config))
    postings = _postings(lines, base, posting)
    records = _ask(load, base, lines, postings, now)
    if out is not None:
        _write(records, out)
    for number, each in enumerate(report(judge_all(lines, records))):
        if number:
            say()
        table(each.title, each.header, each.rows)


def _lines(files: Sequence[Path]) -> tuple[Line, ...]:
    lines: list[Line] = []
    problems: list[Problem] = []
    for file in files:
        try:
            text = file.read_text("utf-8-sig")
        except UnicodeDecodeError:
            how = 'save it with the encoding "UTF-8"'
            problems.append(Problem(str(file), 0, "the file is not saved as UTF-8", how))
            continue
        except OSError as error:
            reason = error.strerror or "the name is not possible"
            problems.append(Problem(str(file), 0, f"the file cannot be read ({reason})"))
            continue
        found, wrong = read_lines(text, str(file))
        lines += found
        problems += wrong
        if not found and not wrong:
            problems.append(Problem(str(file), 0, "there are no questions in this file"))
    if problems:
        raise KnowledgeError(*problems)
    return tuple(lines)


def _postings(lines: Sequence[Line], base: KnowledgeBase, named: str | None) -> list[Posting]:
    """The posting of each line: its own, else the named one, else the only one."""
    unknown = [
        Problem(
            line.file, line.line, f"there is no posting `{line.posting[:60]}`", _how(line, base)
        )
        for line in lines
        if line.posting is not None and line.posting not in base.postings
    ]
    if unknown:
        raise KnowledgeError(*unknown)
    needed = named is not None or any(line.posting is None for line in lines)
    default = choose(base, named) if needed else None
    chosen = (base.postings[line.posting] if line.posting else default for line in lines)
    return [posting for posting in chosen if posting is not None]


def _how(line: Line, base: KnowledgeBase) -> str:
    meant = nearest(line.posting or "", base.postings)
    return f"did you mean `{meant}`?" if meant else f"known are {', '.join(base.postings)}"


def _ask(
    load: Load,
    base: KnowledgeBase,
    lines: Sequence[Line],
    postings: Sequence[Posting],
    now: dt.datetime,
) -> list[Record]:
    asker = Asker(base, sentences(), load(base).understand, now)
    # The first question of a process also pays for what is loaded late; it is asked once more.
    asker.ask(lines[0].question, postings[0])
    return [
        asker.ask(line.question, posting, before=line.before)
        for line, posting in zip(lines, postings, strict=True)
    ]


def _write(records: Sequence[Record], out: Path) -> None:
    from bot.cli.records import as_line

    out.write_text("".join(as_line(record) + "\n" for record in records), "utf-8")
    tell(f"{out}: {len(records)} records")
