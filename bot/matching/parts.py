"""Which pieces of a message are questions of their own: from readings to a cut.

A message is cut only where each piece is by itself surely about another matter, asks or names it,
and where the whole message shows a trace of each of these matters. A sentence that surely asks for
something else altogether is a piece too, so that it is passed on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
        self._runs = [_runs(split.clauses(unit)) for unit in asked or units]

    @cached_property
    def pieces(self) -> list[str]:
        """Every run of neighbouring clauses within a sentence, once; one piece is no cut."""
        return list(dict.fromkeys(piece for run in self._runs for piece in run.values()))

    def chosen(self, whole: Read, reads: Sequence[Read], scope: Scope) -> list[Read]:
        """The pieces that are questions of their own; empty where the message is one question."""
        traces = np.full(len(scope.matters), _NEVER)
        np.maximum.at(traces, scope.places, whole.margins)
        fit = {read.text: read for read in reads if self._fits(read, scope, traces)}
        plans = (_plan(run, fit, traces) for run in self._runs)
        chosen = list(dict.fromkeys(piece for plan in plans for piece in plan))
        found = [fit[piece] for piece in chosen]
        found += [read for read in reads if chosen and self._is_open(read, scope, chosen)]
        if len({read.top for read in found}) < 2:  # noqa: PLR2004 - one is no several
            return []
        return found[:MOST_PARTS]

    def _is_open(self, read: Read, scope: Scope, chosen: Sequence[str]) -> bool:
        """Whether a sentence asks for what nobody wrote, beside others that are *chosen*.

        It is a question of its own as well: it would be lost if the others stood for the whole.
        """
        sentence = read.text
        if sentence not in self._sentences or any(piece in sentence for piece in chosen):
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
        sentence = piece in self._sentences
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
    def _sentences(self) -> set[str]:
        return {run[0, max(j for _, j in run)] for run in self._runs}

    @cached_property
    def _several(self) -> bool:
        """Whether two clauses or more ask by themselves."""
        single = (piece for run in self._runs for (i, j), piece in run.items() if i == j)
        return sum(split.shape(piece) is Shape.QUESTION for piece in single) > 1


def _runs(pieces: Sequence[str]) -> dict[tuple[int, int], str]:
    """Every run of neighbouring pieces, by its first and last place."""
    count = len(pieces)
    return {(i, j): " ".join(pieces[i : j + 1]) for i in range(count) for j in range(i, count)}


def _plan(
    runs: Mapping[tuple[int, int], str], fit: Mapping[str, Read], traces: Probabilities
) -> list[str]:
    """Cut a sentence into the most runs that fit, of matters of which none comes twice.

    Pieces that fit nowhere (a greeting, a story) may be left out. A bare name in front of a
    question is what the question is about, no question of its own; after one, it needs a clear
    trace in the whole message.
    """
    count = 1 + max(j for _, j in runs)
    plans: list[tuple[int, float, tuple[str, ...], frozenset[int]]] = [(0, 0.0, (), frozenset())]
    for end in range(count):
        options = [plans[end]]
        for start in range(end + 1):
            read = fit.get(runs[start, end])
            number, score, chosen, matters = plans[start]
            if read is None or read.top in matters:
                continue
            if chosen and not _joins(chosen[-1], read, traces):
                continue
            total = score + float(read.masses[read.top])
            options.append((number + 1, total, (*chosen, read.text), matters | {read.top}))
        plans.append(max(options, key=lambda plan: (plan[0], plan[1])))
    return list(plans[-1][2])


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
