"""``faqbot ask``: one question, one answer, and no log; or the questions of the log once more."""

import datetime as dt
from typing import Annotated

import typer

from bot.channels.console import shown
from bot.cli.errors import Misuse
from bot.cli.loading import Load, check_language, choose, read_knowledge, sentences
from bot.cli.options import (
    ConfigOption,
    KnowledgeOption,
    LanguageOption,
    PostingOption,
    TodayOption,
    clock_of,
    knowledge_folder,
    moment,
    settings_of,
)
from bot.cli.output import is_terminal, say


def ask(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="What a candidate would ask.")
    ] = None,
    *,
    posting: PostingOption = None,
    lang: LanguageOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the record as one line of JSON.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say as well how it was understood.")
    ] = False,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Ask the questions of the log again; show what changed."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="With --replay: only those of then or later."),
    ] = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
) -> None:
    """Answer one question; nothing is logged.

    With --replay, ask what is in the log as if it came now, and show what is decided otherwise
    than it was then.
    """
    if replay is (question is not None):
        raise Misuse("ask: name a question, or --replay for those of the log")
    if replay:
        from bot.cli.replay import replay_log

        replay_log(
            context.obj,
            settings_of(config),
            knowledge,
            posting=posting,
            since=moment(since, "--since", dt.time()) if since is not None else None,
            as_json=as_json,
        )
        return
    from bot.cli.records import as_line
    from bot.matching.record import Asker

    load: Load = context.obj
    now = clock_of(today)()
    phrases = sentences()
    language = check_language(phrases, lang)
    base = read_knowledge(knowledge_folder(knowledge, config))
    about = choose(base, posting)
    mind = load(base)
    asker = Asker(base, phrases, mind.understand, now)
    record = asker.ask(question or "", about, language=language)
    if as_json:
        say(as_line(record))
    else:
        typer.echo(shown(record.written, colours=is_terminal()))
    if explain:
        say("\n".join(("", *mind.explain(base, about, question or ""))))
