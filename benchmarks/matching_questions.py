"""Questions on a posting: ours beside the baselines, over the same phrasings."""

import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from matching_baselines import baselines
from matching_table import NOT_INSTALLED, percent, show, spread, timed

from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import is_special
from bot.knowledge.bank import shipped_topics
from bot.knowledge.models import load_engine
from bot.knowledge.phrases import shipped_phrases
from bot.knowledge.reading import read_folder
from bot.matching.evaluation import Line, judge_all, meets, read_lines, report
from bot.matching.record import Asker, Record

_STEMS = {"fr": "french", "en": "english"}


def measure_questions(
    files: Sequence[Path], knowledge: Path, named: str | None, today: dt.date | None
) -> None:
    """Print how often the right topic comes first, and the verdicts on our replies, per file."""
    base = read_folder(knowledge, shipped_topics()).base
    moment = dt.datetime.now(dt.UTC)
    now = dt.datetime.combine(today, dt.time(12), dt.UTC) if today else moment
    understand = load_engine(base).understand
    asker = Asker(base, shipped_phrases(), understand, now, clock=time.thread_time)
    for file in files:
        lines, problems = read_lines(file.read_text("utf-8-sig"), str(file))
        if problems:
            print(f"{file}: {len(problems)} lines cannot be read and are left out", file=sys.stderr)
        _measure(file.name, lines, base, named, asker)


def _measure(
    title: str, lines: Sequence[Line], base: KnowledgeBase, named: str | None, asker: Asker
) -> None:
    postings = {line.posting or named or next(iter(base.postings)) for line in lines}
    if unknown := postings - set(base.postings):
        print(f"\n{title}: there is no posting {min(unknown)}, known: {', '.join(base.postings)}")
        return
    of = [base.postings[line.posting or named or next(iter(base.postings))] for line in lines]
    asker.ask(lines[0].question, of[0])
    records = [
        asker.ask(line.question, posting, before=line.before)
        for line, posting in zip(lines, of, strict=True)
    ]
    firsts = [record.ranking[0][0] if record.ranking else "" for record in records]
    answered = [record.decision in {"answer", "partial"} for record in records]
    rows = [("ours", *_row(lines, of, firsts, answered), *spread([r.ms for r in records]))]
    rows += _others(lines, of, base)
    header = ("first choice right, %", "answerable", "unstated", "out of scope*", "ms", "p99")
    show(f"{title}: {len(lines)} questions", header, rows)
    print(
        "* answered with a fact; the baselines answer unless small talk or out of scope is first."
    )
    print("  ms: ours with the whole reply, the baselines the first choice alone.")
    if asked_before := sum(bool(line.before) for line in lines):
        print(f"  {asked_before} questions follow others, which only ours is told.")
    _verdicts(lines, records)


def _others(
    lines: Sequence[Line], of: Sequence[Posting], base: KnowledgeBase
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    questions = [line.question for line in lines]
    languages = dict.fromkeys(_STEMS.get(code, "english") for code in ("fr", "en"))
    for name, baseline in baselines(*languages).items():
        if baseline is None:
            rows.append((name, NOT_INSTALLED))
            continue
        answers: dict[int, str] = {}
        spent: list[float] = []
        for posting in dict.fromkeys(one.id for one in of):
            places = [place for place, one in enumerate(of) if one.id == posting]
            baseline.learn(*_phrasings(base, base.postings[posting]))
            found, times = timed(baseline.first, [questions[place] for place in places])
            answers |= dict(zip(places, (label for label, _ in found), strict=True))
            spent += times
        firsts = [answers[place] for place in range(len(lines))]
        answered = [bool(first) and not is_special(first) for first in firsts]
        rows.append((name, *_row(lines, of, firsts, answered), *spread(spent)))
    return rows


def _phrasings(base: KnowledgeBase, posting: Posting) -> tuple[list[str], list[str]]:
    """Those of the bank, unless it is switched off, and the posting's own."""
    topics = base.topics.values() if posting.topics else ()
    asked = [(text, t.id) for t in topics for texts in t.questions.values() for text in texts]
    asked += [(text, e.id) for e in posting.entries for ts in e.questions.values() for text in ts]
    return [text for text, _ in asked], [label for _, label in asked]


def _row(
    lines: Sequence[Line], of: Sequence[Posting], firsts: Sequence[str], answered: Sequence[bool]
) -> tuple[str, ...]:
    cells = []
    for outcome in ("answer", "unstated"):
        right = [
            _is_met(first, line, posting)
            for line, posting, first in zip(lines, of, firsts, strict=True)
            if line.outcome == outcome and _counts(line)
        ]
        cells.append(percent(sum(right), len(right)))
    told = [
        one
        for line, one in zip(lines, answered, strict=True)
        if line.outcome == "unanswered" and _counts(line)
    ]
    return (*cells, percent(sum(told), len(told)))


def _counts(line: Line) -> bool:
    return not line.doubtful and line.lang in {"", *_STEMS}


def _is_met(first: str, line: Line, posting: Posting) -> bool:
    """Whether *first*, or the entry that serves it, is one of those expected."""
    entry = posting.covering(first)
    given = (first, entry.id) if entry else (first,)
    return any(meets(one, wanted) for one in given for wanted in (*line.expect, *line.also))


def _verdicts(lines: Sequence[Line], records: Sequence[Record]) -> None:
    for table in report(judge_all(lines, records)):
        if table.title in {"French and English", "Apart: labels that can be argued"}:
            show(f"Replies of ours, {table.title}", table.header, table.rows)
