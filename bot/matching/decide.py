"""From probabilities to a decision, by the cost that each mistake has.

The costs are stated here and nowhere else. What is decided for a question is what costs least on
average, given how probable each reading of it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.core.decision import (
    Answer,
    Clarify,
    Decision,
    Partial,
    SmallTalk,
    Unanswered,
    Unstated,
)
from bot.core.posting import Posting, Standing
from bot.core.topic import OUT_OF_SCOPE, SMALL_TALK, parent_of

Probabilities = NDArray[np.float64]

MOST_OPTIONS = 3
_READ = 4
_LOOKED_AT = 8
"""Matters, the likeliest first, among which are those that are read and those that are offered."""
_MANY = 256
_RESERVE = 2.0
"""By how much less surely a question is read before a fact is denied. Typed in, in view of all
labelled sets: of 1,008 questions, eight fewer were told that a stated fact is not stated, and three
fewer of 233 on what nobody stated were told so at once; from 2.3 on, more were."""

NOTHING, _SMALL_TALK = "nothing", "small talk"


@dataclass(frozen=True, slots=True)
class Costs:
    """What a mistake costs, with a question that nobody understood as the unit.

    ``wrong`` is another fact given as the answer, ``denied`` a stated fact called unstated,
    ``offered`` one more tap, ``miss`` no answer to what could be answered. ``hedge`` is a partial
    reply though the answer was whole, ``bluff`` the reverse; ``aside`` is "nothing on X" said of
    the wrong matter, ``chatter`` any reply on X to somebody who asked nothing of the kind.
    """

    wrong: float = 5.0
    denied: float = 3.0
    offered: float = 0.3
    miss: float = 1.0
    hedge: float = 0.4
    bluff: float = 2.5
    aside: float = 1.0
    chatter: float = 1.5


COSTS = Costs()


def outcome(name: str, posting: Posting) -> Decision:
    """The right decision if a question is surely about *name*, a topic or an entry."""
    head, _, rest = name.partition(".")
    if head == OUT_OF_SCOPE:
        return Unanswered()
    if head == SMALL_TALK:
        return SmallTalk(rest or "greeting")
    coverage = posting.coverage(name)
    match coverage.standing:
        case Standing.STATED:
            return Answer(name, coverage.entries[0].id)
        case Standing.PARTIAL:
            return Partial(name, coverage.entries[0].id)
        case Standing.DETAILS:
            return Clarify(tuple(entry.id for entry in coverage.entries[:MOST_OPTIONS]))
        case Standing.UNSTATED:
            return Unstated(name, listed=True)
        case Standing.MISSING:
            return Unstated(name, listed=False)


def matter(decision: Decision) -> str:
    """What two decisions share when one may stand for the other: the entry, or the topic family."""
    match decision:
        case Answer(entry=entry) | Partial(entry=entry):
            return f"entry {entry}"
        case Unstated(id=topic):
            return f"topic {topic.partition('.')[0]}"
        case Clarify(options=options):
            return f"topic {parent_of(options[0]) or options[0]}"
        case SmallTalk():
            return _SMALL_TALK
        case Unanswered():
            return NOTHING


@dataclass(frozen=True, eq=False)
class Scope:
    """What competes for a posting's questions: names (topics, entries), and what each leads to."""

    posting: Posting
    names: tuple[str, ...]

    @cached_property
    def column(self) -> dict[str, int]:
        """The place of each name."""
        return {name: place for place, name in enumerate(self.names)}

    def near(self, topic: str) -> NDArray[np.float64]:
        """For each name 1 if it is of the same family as *topic*, else 0."""
        family = topic.partition(".")[0]
        return np.array([float(name.partition(".")[0] == family) for name in self.names])

    @cached_property
    def outcomes(self) -> tuple[Decision, ...]:
        """For each name the decision if it is surely meant."""
        return tuple(outcome(name, self.posting) for name in self.names)

    @cached_property
    def matters(self) -> tuple[str, ...]:
        """The different matters, in alphabetical order."""
        return tuple(sorted({matter(decision) for decision in self.outcomes}))

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """For each name the place of its matter."""
        matters = [self._place[matter(decision)] for decision in self.outcomes]
        return np.array(matters, dtype=np.int64)

    @cached_property
    def members(self) -> tuple[NDArray[np.int64], ...]:
        """For each matter the places of its names, in order."""
        return tuple(np.flatnonzero(self.places == place) for place in range(len(self.matters)))

    @cached_property
    def whole(self) -> NDArray[np.float64]:
        """For each name 1 if it is answered in full, else 0."""
        return np.array([float(isinstance(decision, Answer)) for decision in self.outcomes])

    @cached_property
    def stated(self) -> NDArray[np.bool_]:
        """For each matter whether an entry serves it."""
        return np.array([name.startswith("entry ") for name in self.matters])

    @cached_property
    def special(self) -> NDArray[np.bool_]:
        """For each matter whether it is small talk or nothing of ours."""
        return np.array([name in {NOTHING, _SMALL_TALK} for name in self.matters])

    def masses(self, probabilities: Probabilities) -> Probabilities:
        """How probable each matter is."""
        return np.bincount(self.places, probabilities, len(self.matters)).astype(np.float64)

    def best(self, probabilities: Probabilities, place: int) -> int:
        """The likeliest name of a matter."""
        return int(np.argmax(np.where(self.places == place, probabilities, -1.0)))

    def mass_of(self, masses: Probabilities, wanted: str) -> float:
        """The probability of one matter by name; 0 if nothing leads to it."""
        place = self._place.get(wanted)
        return float(masses[place]) if place is not None else 0.0

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.matters)}


@dataclass(frozen=True, slots=True)
class _View:
    """The probabilities of one question, added up as the costs need them."""

    nothing: float
    chat: float
    stated: float


def leading(values: Probabilities, count: int) -> NDArray[np.int64]:
    """The places of the *count* highest values, the highest first; of equal ones the first."""
    if len(values) <= max(count, _MANY):
        return np.argsort(-values, kind="stable")[:count]
    # Of ten thousand entries, only those that are high enough are put in order.
    least = np.partition(values, -count)[-count]
    places = np.flatnonzero(values >= least)
    return places[np.argsort(-values[places], kind="stable")][:count]


def decide(
    probabilities: Probabilities, scope: Scope, costs: Costs = COSTS
) -> tuple[Decision, float]:
    """The decision that costs least on average.

    Args:
        probabilities: one for each name of *scope*; they sum to 1.
        scope: what each name leads to for the posting.
        costs: of each kind of mistake.

    Returns:
        The decision, and the probability of what it is about.
    """
    masses = scope.masses(probabilities)
    order = leading(masses, _LOOKED_AT)
    view = _View(
        scope.mass_of(masses, NOTHING),
        scope.mass_of(masses, _SMALL_TALK),
        float(masses[scope.stated].sum()),
    )
    best: tuple[float, Decision, float] = (
        costs.miss * (1 - view.nothing),
        Unanswered(),
        view.nothing,
    )
    for place in order[:_READ]:
        mass = float(masses[place])
        names = scope.members[place]
        whole = float(probabilities[names] @ scope.whole[names])
        name = int(names[np.argmax(probabilities[names])])
        for decision in _ways(scope.outcomes[name], whole):
            cost = _cost(decision, mass, whole, view, costs)
            if cost < best[0]:
                best = (cost, decision, mass)
    offers = [int(place) for place in order if not scope.special[place]][:MOST_OPTIONS]
    if len(offers) > 1:
        covered = float(masses[offers].sum())
        lost = max(0.0, 1 - covered - view.nothing - view.chat)
        cost = costs.offered + costs.miss * lost
        if cost < best[0]:
            options = (_offered(scope, scope.best(probabilities, place)) for place in offers)
            best = (cost, Clarify(tuple(dict.fromkeys(options))), covered)
    return best[1], best[2]


def decide_warily(
    probabilities: Probabilities, scope: Scope, costs: Costs = COSTS
) -> tuple[Decision, float]:
    """Like `decide`, but before a fact is denied the question is read again, less surely.

    Whoever is given the wrong fact sees that it is another one; whoever is told that the posting
    does not say it believes that. So a choice is offered where the doubt is large enough.
    """
    decision, confidence = decide(probabilities, scope, costs)
    if not isinstance(decision, Unstated):
        return decision, confidence
    doubtful = probabilities ** (1 / _RESERVE)
    again, covered = decide(doubtful / doubtful.sum(), scope, costs)
    return (again, covered) if isinstance(again, Clarify) else (decision, confidence)


def _offered(scope: Scope, name: int) -> str:
    """Under which id a reading is offered: the entry that answers, else the topic itself."""
    match scope.outcomes[name]:
        case Answer(id=wanted, entry=entry):
            return entry if parent_of(wanted) else wanted
        case Clarify(options=options):
            return options[0]
        case _:
            return scope.names[name]


def _ways(decision: Decision, whole: float) -> Sequence[Decision]:
    """What may be said of a matter: its likeliest outcome, or the whole answer after all."""
    match decision:
        case Partial(entry=entry) if whole > 0:
            return (decision, Answer(entry, entry))
        case _:
            return (decision,)


def _cost(decision: Decision, mass: float, whole: float, view: _View, costs: Costs) -> float:
    other = 1 - mass
    match decision:
        case Answer():
            return costs.wrong * other + costs.bluff * (mass - whole)
        case Partial():
            return costs.wrong * other + costs.hedge * whole
        case Unstated():
            rest = max(0.0, other - view.stated - view.nothing)
            return costs.denied * view.stated + costs.aside * rest + costs.chatter * view.nothing
        case SmallTalk():
            return costs.chatter * other
        case Clarify():
            return costs.offered / 2 + costs.miss * other
        case Unanswered():
            return costs.miss * other
