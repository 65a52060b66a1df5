"""``faqbot draft``: a draft of a knowledge file from a posting or a spreadsheet."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import Misuse
from bot.cli.loading import Load
from bot.cli.options import TodayOption, UnusedConfig, UnusedKnowledge, clock_of
from bot.cli.output import counted, say, tell
from bot.knowledge.bank import shipped_topics

_STDIN = "-"
_SHEETS = (".xlsx", ".xlsm", ".csv", ".tsv")


def draft(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="Text, Markdown, HTML, PDF or DOCX file, a spreadsheet, or - for the input.",
        ),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the draft to a new file."),
    ] = None,
    update: Annotated[
        Path | None,
        typer.Option(
            "--update", metavar="FILE", help="Show what differs from FILE now; nothing is written."
        ),
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", metavar="COLUMN", help="Spreadsheet: questions.")
    ] = None,
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="COLUMN", help="Spreadsheet: answers.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="COLUMN", help="Spreadsheet: languages.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", metavar="COLUMN", help="Spreadsheet: topics.")
    ] = None,
    today: TodayOption = None,
    knowledge: UnusedKnowledge = None,  # noqa: ARG001 - see there
    config: UnusedConfig = None,  # noqa: ARG001 - see there
) -> None:
    """Draft a knowledge file from a posting or a spreadsheet.

    Every answer is a sentence of the source, with a quote and how sure it is. The result is a
    draft: `faqbot chat` shows it, no messenger does. Without -o it goes to the output.
    """
    if update is not None and output is not None:
        raise Misuse("--update only shows what differs: leave out -o")
    if output is not None and output.exists():
        raise Misuse(f"{output}: is there already: name a new file, or look with --update {output}")
    load: Load = context.obj
    now = clock_of(today)().date()
    given = {"question": question, "answer": answer, "language": language, "topic": topic}
    columns = {name: column for name, column in given.items() if column is not None}
    if Path(source).suffix.casefold() in _SHEETS and source != _STDIN:
        if update is not None:
            raise Misuse("--update compares with a posting, not with a spreadsheet")
        text, told = _from_sheet(source, columns, load)
    else:
        if columns:
            raise Misuse(f"--{next(iter(columns))}: only a spreadsheet has columns")
        text, told = _from_posting(source, now, update, load)
    if update is not None:
        say(text)
    elif output is None:
        say(text.rstrip("\n"))
        tell(told)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, "utf-8")
        tell(f"{output}: {told}")
        tell(f"Read it, then: faqbot check {output}")


def _from_posting(source: str, now: dt.date, update: Path | None, load: Load) -> tuple[str, str]:
    """The file's text (or what differs from *update*), and a line on what was found."""
    from bot.drafting.comparing import differences
    from bot.drafting.drafting import draft as made_of
    from bot.drafting.matcher import asking, base_of
    from bot.drafting.reading import read_source
    from bot.drafting.writing import write_draft

    topics = shipped_topics()
    read = read_source(source)
    made = made_of(read, topics, asking(load(base_of(topics))), now)
    if update is not None:
        return differences(update, made, read, topics), ""
    name = "the standard input" if source == _STDIN else Path(source).name
    settle = f", {len(made.doubts)} to settle (see the top)" if made.doubts else ""
    return write_draft(made, topics, name), f"{counted(len(made.entries), 'answer')}{settle}"


def _from_sheet(source: str, columns: dict[str, str], load: Load) -> tuple[str, str]:
    from bot.drafting.matcher import asking, base_of
    from bot.drafting.sheet import read_sheet
    from bot.drafting.sheetwriting import write_sheet

    topics = shipped_topics()
    sheet = read_sheet(source, columns, topics, asking(load(base_of(topics))))
    return write_sheet(sheet, Path(source).name), counted(len(sheet.entries), "answer")
