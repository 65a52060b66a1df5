"""How much one person may send: a bucket that is emptied by messages and filled by time."""

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """What becomes of a message."""

    READ = "read"
    """There is room for it."""
    WARN = "warn"
    """There is none; this is to be said."""
    SILENT = "silent"
    """There is none, and that was said."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    told: bool = False


@dataclass
class Buckets:
    """One bucket per person; those who were silent for longest are forgotten first.

    Args:
        per_minute: so many messages are refilled in a minute.
        burst: a full bucket.
        most: persons remembered at the same time, so that memory stays flat.
    """

    per_minute: float
    burst: float
    most: int = 10_000
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)

    def take(self, person: str, now: float) -> Verdict:
        """Take one message that *person* sent at *now*, in seconds; one out of order fills nothing.

        Who was told to wait is read again once a message's room has come back.
        """
        bucket = self._buckets.pop(person, None) or _Bucket(self.burst, now)
        self._buckets[person] = bucket
        while len(self._buckets) > self.most:
            self._buckets.popitem(last=False)
        now = max(now, bucket.at)
        bucket.left = min(self.burst, bucket.left + (now - bucket.at) * self.per_minute / 60)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            bucket.told = False
            return Verdict.READ
        if bucket.told:
            return Verdict.SILENT
        bucket.told = True
        return Verdict.WARN
