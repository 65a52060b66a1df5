"""``faqbot check --topics``: what is wrong in a bank of phrasings, for those who write one.

What stays out: finding it (`bot.knowledge.bankcheck`).
"""

import dataclasses
import json
from pathlib import Path

import typer

from bot.cli.output import say, tell
from bot.knowledge.bank import read_topics, shipped_topics
from bot.knowledge.bankcheck import FOLDS, BankReport, check_bank


def check_topics(folder: Path | None, *, quick: bool, as_json: bool) -> None:
    """Report on the bank in *folder*, else on the one that comes with the product.

    *quick* leaves out the lines closer to another topic, for which models are trained.

    Raises:
        KnowledgeError: the bank cannot be read.
        typer.Exit: with code 1 if something is wrong for sure; likeness within a topic and
            misplaced lines are for a person to judge, and end with 0.
    """
    topics = shipped_topics() if folder is None else read_topics(folder)
    if not quick:
        tell(f"Learning the bank {FOLDS} times, to try each line on a model that did not see it …")
    report = check_bank(topics, folds=0 if quick else FOLDS)
    if as_json:
        say(json.dumps(_plain(report), ensure_ascii=False))
    else:
        for line in report.lines():
            say(line)
    if report.faulty:
        raise typer.Exit(1)


def _plain(report: BankReport) -> dict[str, object]:
    found = dataclasses.asdict(report) | {"faulty": report.faulty, "clean": report.clean}
    return {**found, "tried": dict(report.tried)}
