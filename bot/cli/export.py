"""``faqbot export``: a posting's questions and answers as a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import Misuse
from bot.cli.loading import choose, read_knowledge
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    PostingOption,
    UnusedToday,
    knowledge_folder,
)
from bot.cli.output import counted, say


def export(  # noqa: PLR0913 - one parameter per option
    name: Annotated[
        str | None, typer.Argument(metavar="[POSTING]", help="The posting; the only one if empty.")
    ] = None,
    *,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="Write a spreadsheet (XLSX).")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file.")
    ] = None,
    posting: PostingOption = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: UnusedToday = None,  # noqa: ARG001 - see there
) -> None:
    """Write the questions and answers of a posting to a spreadsheet.

    `faqbot draft FILE` reads it back: no answer and no way of asking is lost. Cells that a
    spreadsheet would run begin with an apostrophe.
    """
    if xlsx is None and csv is None:
        raise Misuse("say what to write: --xlsx FILE or --csv FILE")
    if name and posting and name != posting:
        raise Misuse(f"two postings are named, {name} and {posting}: name one of them")
    from bot.drafting.cells import write_csv, write_xlsx
    from bot.drafting.table import table_of

    found = choose(read_knowledge(knowledge_folder(knowledge, config)), name or posting)
    for file, write in ((xlsx, write_xlsx), (csv, write_csv)):
        if file is not None:
            count = write(table_of(found), file)
            answers = counted(len(found.entries), "answer")
            say(f"{file}: {answers} in {counted(count - 1, 'row')}")
