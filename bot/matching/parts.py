"""Which pieces of a message are questions of their own: from readings to a cut.

A message is cut only where each piece is by itself surely about another matter, asks or names it,
and where the whole message shows a trace of each of these matters. A sentence that surely asks for
something else altogether is a piece too, so that it is passed on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bot.matching import split
from bot.matching.decide import NOTHING, Probabilities, Scope
from bot.matching.split import Shape

_SURE = 0.7
_FAINT, _PLAIN, _STRONG, _OWN = -1.1, -0.5, -0.3, 0.0
_NEVER = -1e9
_WORDS = 3
MOST_PARTS = 4


@dataclass(frozen=True, eq=False)
class Read:
    """One text as the models see it: margins and probabilities, one for each name of the scope."""

    text: str
    margins: Probabilities
    probabilities: Probabilities
    masses: Probabilities

    @cached_property
    def top(self) -> int:
        """The place of the likeliest matter."""
        return int(np.argmax(self.masses))


class Cut:
    """A message with all the ways in which it can be cut into sentences and clauses."""

    def __init__(self, text: str) -> None:
        units = split.sentences(text)
        asked = [unit for unit in units if split.asks(unit)]
        if asked:
            asked = [unit for unit in units if unit in asked or split.requests(unit)]
        self._runs = {unit: _runs(unit) for unit in asked or units}
        self._led = {
            unit: f"{before} {unit}"
            for before, unit in pairwise(units)
            if unit in self._runs and before not in self._runs
        }
        """Questions with the statement before them, without which many make no sense."""

    @cached_property
    def pieces(self) -> list[str]:
        """Every run of neighbouring clauses within a sentence, once; one piece is no cut.

        A question is there with the statement before it as well.
        """
        runs = [piece for run in self._runs.values() for piece in run.values()]
        led = self._led.values() if len(self._runs) > 1 else ()
        return list(dict.fromkeys((*runs, *led)))

    def chosen(self, whole: Read, reads: Sequence[Read], scope: Scope) -> list[Read]:
        """The pieces that are questions of their own; empty where the message is one question."""
        traces = np.full(len(scope.matters), _NEVER)
        np.maximum.at(traces, scope.places, whole.margins)
        fit = {read.text: read for read in reads if self._fits(read, scope, traces)}
        plans = (self._planned(sentence, fit, traces) for sentence in self._runs)
        chosen = list(dict.fromkeys(piece for plan in plans for piece in plan))
        found = [fit[piece] for piece in chosen]
        found += [read for read in reads if chosen and self._is_open(read, scope, chosen)]
        if len({read.top for read in found}) < 2:  # noqa: PLR2004 - one is no several
            return []
        return found[:MOST_PARTS]

    def _planned(self, sentence: str, fit: Mapping[str, Read], traces: Probabilities) -> list[str]:
        """The pieces of a sentence; it stands with the statement before it if it needs that."""
        plan = _plan(self._runs[sentence], fit, traces)
        led = self._led.get(sentence, "")
        if led in fit and (not plan or len(sentence.split()) <= _WORDS):
            return [led]
        return plan

    def _is_open(self, read: Read, scope: Scope, chosen: Sequence[str]) -> bool:
        """Whether a sentence asks for what nobody wrote, beside others that are *chosen*.

        It is a question of its own as well: it would be lost if the others stood for the whole.
        """
        sentence = read.text
        if sentence not in self._runs:
            return False
        if any(piece in sentence or sentence in piece for piece in chosen):
            return False
        asked = split.asks(sentence) or split.shape(sentence) is Shape.QUESTION
        nothing = scope.mass_of(read.masses, NOTHING)
        return asked and len(sentence.split()) >= _WORDS and nothing >= _SURE

    def _fits(self, read: Read, scope: Scope, traces: Probabilities) -> bool:
        if scope.special[read.top] or read.masses[read.top] < _SURE:
            return False
        return bool(traces[read.top] >= self._needed(read.text))

    def _needed(self, piece: str) -> float:
        """The trace that a piece must have left in the whole to be a question of its own."""
        sentence = piece in self._runs or piece in self._led.values()
        if sentence and split.asks(piece):
            return _FAINT
        match split.shape(piece):
            case Shape.NAME:
                return _FAINT
            case Shape.QUESTION:
                return _FAINT if sentence or self._several else _PLAIN
            case Shape.STATEMENT:
                return _STRONG
            case Shape.STORY:
                return _OWN

    @cached_property
    def _several(self) -> bool:
        """Whether two clauses or more ask by themselves."""
        runs = self._runs.values()
        single = (piece for run in runs for (i, j), piece in run.items() if i == j)
        return sum(split.shape(piece) is Shape.QUESTION for piece in single) > 1


def _runs(sentence: str) -> dict[tuple[int, int], str]:
    """Every run of neighbouring clauses, by its first and last place; all of them as written."""
    pieces = split.clauses(sentence)
    count = len(pieces)
    runs = {(i, j): " ".join(pieces[i : j + 1]) for i in range(count) for j in range(i, count)}
    return {**runs, (0, count - 1): sentence}


class _Plan(NamedTuple):
    """How a sentence may be cut: the plan with more pieces is better, then the one holding more."""

    number: int = 0
    held: int = 0
    """How many clauses are in a piece."""
    score: float = 0.0
    pieces: tuple[str, ...] = ()
    matters: frozenset[int] = frozenset()


def _plan(
    runs: Mapping[tuple[int, int], str], fit: Mapping[str, Read], traces: Probabilities
) -> list[str]:
    """Cut a sentence into the most runs that fit, of matters of which none comes twice.

    Pieces that fit nowhere (a greeting, a story) may be left out. A bare name in front of a
    question is what the question is about, no question of its own; after one, it needs a clear
    trace in the whole message.
    """
    count = 1 + max(j for _, j in runs)
    plans = [_Plan()]
    for end in range(count):
        options = [plans[end]]
        for start in range(end + 1):
            read = fit.get(runs[start, end])
            number, held, score, chosen, matters = plans[start]
            if read is None or read.top in matters:
                continue
            if chosen and not _joins(chosen[-1], read, traces):
                continue
            options.append(
                _Plan(
                    number + 1,
                    held + end + 1 - start,
                    score + float(read.masses[read.top]),
                    (*chosen, read.text),
                    matters | {read.top},
                )
            )
        plans.append(max(options, key=lambda plan: plan[:3]))
    return list(plans[-1].pieces)


def _joins(before: str, read: Read, traces: Probabilities) -> bool:
    """Whether a piece can stand beside the one before it in a list of questions."""
    former, latter = split.shape(before), split.shape(read.text)
    if split.continues(read.text):
        return False
    if former is Shape.QUESTION and latter is Shape.NAME and not split.is_definite(read.text):
        return bool(traces[read.top] >= _OWN)
    if former is latter or split.is_joined(read.text):
        return True
    return former is not Shape.NAME and bool(traces[read.top] >= _STRONG)
