"""``faqbot ask``: one question, one answer, and no log."""

from typing import Annotated

import typer

from bot.channels.console import shown
from bot.cli.loading import Load, check_language, choose, read_knowledge, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    LanguageOption,
    PostingOption,
    TodayOption,
    clock_of,
    knowledge_folder,
)
from bot.cli.output import is_terminal, say


def ask(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="What a candidate would ask.")],
    *,
    posting: PostingOption = None,
    lang: LanguageOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the record as one line of JSON.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say as well how it was understood.")
    ] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Answer one question; nothing is logged."""
    from bot.cli.records import as_line
    from bot.matching.record import Asker

    load: Load = context.obj
    now = clock_of(today)()
    phrases = sentences()
    language = check_language(phrases, lang)
    base = read_knowledge(knowledge_folder(knowledge, config))
    about = choose(base, posting)
    mind = load(base)
    record = Asker(base, phrases, mind.understand, now).ask(question, about, language=language)
    if as_json:
        say(as_line(record))
    else:
        typer.echo(shown(record.written, colours=is_terminal()))
    if explain:
        say("\n".join(("", *mind.explain(base, about, question))))
