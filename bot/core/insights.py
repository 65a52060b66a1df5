"""What a period's questions tell: numbers only. Counting them and showing them stay out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

ANSWERED = ("answer", "partial")
DECISIONS = ("answer", "partial", "clarify", "unstated", "unanswered")
"""What can become of a question, as the log calls it; small talk is none."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a day (included) to a day (included), as they are counted in a time zone."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @property
    def since(self) -> dt.datetime:
        """The first moment in it."""
        return dt.datetime.combine(self.first, dt.time(), self.zone)

    @property
    def until(self) -> dt.datetime:
        """The first moment after it."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How often a topic or entry was asked for, by how many, and how often without an answer.

    ``silent`` counts the questions that the posting left open in part or in whole, and
    ``silent_people`` those who asked them. Whoever was forgotten is no person here.
    """

    id: str
    asked: int
    people: int
    silent: int
    silent_people: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day (or the days up to the next one in the list) with its questions by decision."""

    first: dt.date
    decisions: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.decisions.values())


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of one period, for one posting or for all.

    ``topics`` are in order of how often they were asked. ``hours`` are the 24 of the day, in the
    period's time zone. ``median_wait`` is in seconds, over ``answered_by_people`` questions, from
    when they were open to when a moderator closed them; None where there is none.
    """

    period: Period
    posting: str | None = None
    decisions: Mapping[str, int] = field(default_factory=dict)
    people: int = 0
    liked: int = 0
    disliked: int = 0
    answered_by_people: int = 0
    median_wait: float | None = None
    topics: tuple[TopicCount, ...] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    hours: tuple[int, ...] = (0,) * 24
    days: tuple[Day, ...] = ()

    @property
    def questions(self) -> int:
        """How many were asked."""
        return sum(self.decisions.values())

    def share(self, *decisions: str) -> float | None:
        """Which part of the questions had one of these decisions; None if nothing was asked."""
        if not self.questions:
            return None
        return sum(self.decisions.get(one, 0) for one in decisions) / self.questions

    @property
    def liked_share(self) -> float | None:
        """Which part of the ratings is a thumb up; None if nobody rated."""
        rated = self.liked + self.disliked
        return self.liked / rated if rated else None

    @property
    def silent(self) -> tuple[TopicCount, ...]:
        """The topics on which the posting left somebody without an answer, most asked first."""
        found = [topic for topic in self.topics if topic.silent]
        return tuple(sorted(found, key=lambda one: (-one.silent_people, -one.silent, one.id)))


def gathered(days: tuple[Day, ...], most: int) -> tuple[Day, ...]:
    """*days* put together so that there are *most* at most: each stands for as many days."""
    width = -(-len(days) // most) if days else 1
    return tuple(
        Day(
            days[start].first,
            {
                decision: sum(day.decisions.get(decision, 0) for day in days[start : start + width])
                for decision in DECISIONS
            },
        )
        for start in range(0, len(days), width)
    )
