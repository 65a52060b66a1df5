"""Evaluation: lines with expected outcomes in, verdicts and figures out. Pure.

What stays out: reading files, asking the questions (`record`), and printing.
"""

import json
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.core.topic import parent_of
from bot.errors import Problem
from bot.matching.record import PartRecord, Record

OUTCOMES = {
    "answer": "answerable",
    "unstated": "unstated",
    "unanswered": "out of scope",
    "smalltalk": "small talk",
}
"""The outcomes that a line can expect, with their names in the report."""

MAIN_LANGUAGES = ("fr", "en")
_MOST_CONFUSIONS = 12
_LISTS = ("expect", "also", "unstated_part", "before")
_TEXTS = ("lang", "kind", "posting")
_P99 = 0.99


@dataclass(frozen=True, slots=True)
class Line:
    """One question with what must come of it; see DESIGN, "Evaluation lines".

    ``doubtful`` says that the label can be argued; such lines are reported apart.
    """

    question: str
    outcome: str
    expect: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unstated_part: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    lang: str = ""
    kind: str = ""
    posting: str | None = None
    doubtful: bool = False
    file: str = ""
    line: int = 0


def read_lines(text: str, file: str) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The lines of a file, and what is wrong with the others; empty lines are skipped."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            lines.append(_line(raw, file, number))
        except ValueError as error:
            what, _, how = str(error).partition(": ")
            problems.append(Problem(file, number, what, how))
    return tuple(lines), tuple(problems)


def _line(raw: str, file: str, number: int) -> Line:
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError("this is not JSON: write one object in braces per line") from error
    if not isinstance(data, dict):
        raise ValueError("this is no object: write one object in braces per line")  # noqa: TRY004
    question, outcome = data.get("question"), data.get("outcome")
    if not isinstance(question, str):
        raise ValueError('the question is missing: add "question": "..."')  # noqa: TRY004
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ValueError(f'the outcome is missing: add "outcome", one of {", ".join(OUTCOMES)}')
    lists = {key: _texts(data, key) for key in _LISTS}
    if outcome in {"answer", "unstated"} and not lists["expect"]:
        raise ValueError('nothing is expected: add "expect": ["topic"]')
    if extra := set(lists["unstated_part"]) - set(lists["expect"]):
        raise ValueError(f"`{min(extra)}` in unstated_part is not expected: add it to expect")
    texts = {key: data.get(key) or "" for key in _TEXTS}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise ValueError(f'`{key}` should be a text: write "{key}": "..."')  # noqa: TRY004
    return Line(
        question,
        outcome,
        **lists,
        lang=texts["lang"],
        kind=texts["kind"],
        posting=texts["posting"] or None,
        doubtful=bool(data.get("doubt")),
        file=file,
        line=number,
    )


def _texts(data: dict[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f'`{key}` should be a list of texts: write "{key}": ["..."]')
    return tuple(values)


class Verdict(Enum):
    """How well a reply serves a question."""

    RIGHT = "right"
    """Every expected id met, nothing unrelated added."""
    OFFERED = "offered"
    """Not right, but what is not met is among the offered choices."""
    WRONG = "wrong"
    """Something was answered that was not asked."""
    DENIED = "called unstated"
    """A topic was called unstated, or missing, that was not asked or that is stated."""
    MISSED = "missed"
    """Anything else: an honest gap."""


def judge(line: Line, record: Record) -> Verdict:
    """How well *record* serves *line*."""
    if line.outcome == "unanswered":
        return _judge_out_of_scope(line, record)
    if line.outcome == "smalltalk":
        return _judge_small_talk(record)
    unrelated = [part for part in record.parts if _says(part) and not _is_wanted(part, line)]
    # A clarification that comes on top of a whole answer is no mistake that misleads, nor right.
    unmet = _unmet(line, record.parts)
    if not unmet and not unrelated:
        return Verdict.OFFERED if record.offered else Verdict.RIGHT
    if any(part.decision != "unstated" for part in unrelated):
        return Verdict.WRONG
    if unmet and not unrelated and all(_is_offered(one, line, record) for one in unmet):
        return Verdict.OFFERED
    return Verdict.DENIED if unrelated else Verdict.MISSED


def meets(given: str | None, expected: str) -> bool:
    """Whether *given* is *expected* or a detail of it."""
    while given:
        if given == expected:
            return True
        given = parent_of(given)
    return False


def _says(part: PartRecord) -> bool:
    """Whether the part tells something about a topic."""
    return part.decision in {"answer", "partial", "unstated"}


def _is_wanted(part: PartRecord, line: Line) -> bool:
    """Whether the part is on what was asked, and takes it for stated or unstated as it should."""
    return _stands_in(part, line) or any(
        meets(part.id, expected) and part.decision in _fitting(line, expected)
        for expected in line.expect
    )


def _stands_in(part: PartRecord, line: Line) -> bool:
    """Whether the part is acceptable instead of what is expected."""
    told = line.outcome == "unstated" or part.decision != "unstated"
    return told and any(meets(part.id, other) for other in line.also)


def _fitting(line: Line, expected: str) -> tuple[str, str]:
    unstated = line.outcome == "unstated" or expected in line.unstated_part
    return ("unstated", "partial") if unstated else ("answer", "partial")


def _unmet(line: Line, parts: Iterable[PartRecord]) -> tuple[str, ...]:
    """The expected ids that no part meets; each acceptable other makes up for one of them."""
    saying = [part for part in parts if _says(part)]
    unmet = [
        expected
        for expected in line.expect
        if not any(
            meets(part.id, expected) and part.decision in _fitting(line, expected)
            for part in saying
        )
    ]
    instead = {part.id for part in saying if _stands_in(part, line)}
    return tuple(unmet[len(instead) :])


def _is_offered(expected: str, line: Line, record: Record) -> bool:
    accepted = (expected, *line.also)
    return any(meets(option, one) for option in record.offered for one in accepted)


def _judge_out_of_scope(line: Line, record: Record) -> Verdict:
    said = [part for part in record.parts if _says(part)]
    strange = [p for p in said if not any(meets(p.id, other) for other in line.also)]
    if any(part.decision != "unstated" for part in strange):
        return Verdict.WRONG
    if strange:
        return Verdict.DENIED
    if said or record.decision in {"unanswered", "smalltalk"}:
        return Verdict.RIGHT
    return Verdict.OFFERED


def _judge_small_talk(record: Record) -> Verdict:
    decisions = {part.decision for part in record.parts}
    if decisions & {"answer", "partial"}:
        return Verdict.WRONG
    if "unstated" in decisions:
        return Verdict.DENIED
    if "clarify" in decisions:
        return Verdict.OFFERED
    return Verdict.RIGHT if record.decision == "smalltalk" else Verdict.MISSED


@dataclass(frozen=True, slots=True)
class Judged:
    """A line, its record, and the verdict."""

    line: Line
    record: Record
    verdict: Verdict

    @property
    def is_main(self) -> bool:
        """Whether it counts for the main figures: in French or English, and without doubt."""
        return self.is_main_language and not self.line.doubtful

    @property
    def is_main_language(self) -> bool:
        """Whether it is in a language that the main figures are about, or in none that is said."""
        return not self.line.lang or self.line.lang in MAIN_LANGUAGES

    @property
    def is_partial(self) -> bool:
        """Whether the reply hedges."""
        return any(part.decision == "partial" for part in self.record.parts)


def judge_all(lines: Sequence[Line], records: Sequence[Record]) -> tuple[Judged, ...]:
    """Every line with its record and the verdict, in order."""
    pairs = zip(lines, records, strict=True)
    return tuple(Judged(line, record, judge(line, record)) for line, record in pairs)


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the report: a title, the names of the columns, and rows of texts."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_HEADER = (
    "questions",
    "right",
    "right or offered",
    "answered wrong",
    "called unstated",
    "missed",
    "partial",
)


def report(judged: Sequence[Judged]) -> tuple[Table, ...]:
    """The figures as tables, those without rows left out."""
    main = [one for one in judged if one.is_main]
    doubtful = [one for one in judged if one.is_main_language and one.line.doubtful]
    others = [one for one in judged if not one.is_main_language]
    tables = (
        _figures("French and English", main),
        _figures("By kind", main, lambda line: line.kind),
        _figures("By language", main, lambda line: line.lang),
        _figures("Apart: labels that can be argued", doubtful),
        _figures("Apart: other languages", others, lambda line: line.lang),
        _confusions(main),
        _times(judged),
    )
    return tuple(table for table in tables if table.rows)


def _figures(
    title: str, judged: Sequence[Judged], split: Callable[[Line], str] | None = None
) -> Table:
    """One row per outcome, or per outcome and what *split* says of its lines."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        part = (split(one.line) or "-") if split else ""
        groups.setdefault((one.line.outcome, part), []).append(one)
    order = list(OUTCOMES)
    rows = [
        (OUTCOMES[outcome], *((part,) if split else ()), *_counted(group))
        for (outcome, part), group in sorted(
            groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]
    first = ("", "") if split else ("",)
    return Table(title, (*first, *_HEADER), tuple(rows))


def _counted(group: Sequence[Judged]) -> tuple[str, ...]:
    count = Counter(one.verdict for one in group)
    right = count[Verdict.RIGHT]
    numbers = (
        right,
        right + count[Verdict.OFFERED],
        count[Verdict.WRONG],
        count[Verdict.DENIED],
        count[Verdict.MISSED],
        sum(one.is_partial for one in group),
    )
    return (str(len(group)), *(f"{100 * number / len(group):.1f} %" for number in numbers))


def _confusions(judged: Sequence[Judged]) -> Table:
    """What was taken for what, most often first."""
    seen: Counter[tuple[str, str]] = Counter()
    for one in judged:
        if one.verdict in {Verdict.WRONG, Verdict.DENIED, Verdict.MISSED}:
            unmet = _unmet(one.line, one.record.parts) or one.line.expect
            wanted = unmet[0] if unmet else f"({OUTCOMES[one.line.outcome]})"
            seen[wanted, _given(one)] += 1
    ordered = sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CONFUSIONS]
    rows = tuple((str(times), wanted, given) for (wanted, given), times in ordered)
    return Table("Worst confusions", ("times", "expected", "given"), rows)


def _given(judged: Judged) -> str:
    for part in judged.record.parts:
        if _says(part) and not _is_wanted(part, judged.line):
            return f"{part.id} ({part.decision})"
    return f"({judged.record.decision})"


def _times(judged: Sequence[Judged]) -> Table:
    times = sorted(one.record.ms for one in judged)
    if not times:
        return Table("Time per question", (), ())
    last = times[min(len(times) - 1, int(_P99 * len(times)))]
    row = (f"{statistics.median(times):.2f} ms", f"{last:.2f} ms")
    return Table("Time per question", ("median", "p99"), (row,))
