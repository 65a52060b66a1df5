"""Waiting out trouble: longer each time, never in step with others, and said once in the log."""

import logging
import random
import time

_log = logging.getLogger(__name__)


class Trouble:
    """One spell of failing calls, from the first failure to the next success.

    Each kind of failure is said once per spell, so that hours without network are one line.
    """

    def __init__(self, doing: str, first: float = 1.0, longest: float = 60.0) -> None:
        self._doing = doing
        self._first = first
        self._longest = longest
        self._said: set[str] = set()
        self._failures = 0
        self._since = 0.0

    def note(
        self, kind: str, text: str, *, at_least: float = 0.0, longest: float | None = None
    ) -> float:
        """Take down a failure; returns the seconds to wait before trying again."""
        if not self._failures:
            self._since = time.monotonic()
        if kind not in self._said:
            self._said.add(kind)
            _log.warning("%s: %s; trying again until it works", self._doing, text)
        wait = min(self._first * 2.0 ** min(self._failures, 20), longest or self._longest)
        self._failures += 1
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards no secret
        return max(at_least, wait * jitter)

    def over(self) -> None:
        """A call worked: the spell, if there was one, has ended."""
        if self._failures:
            spent = time.monotonic() - self._since
            _log.warning(
                "%s: works again after %.0f s and %d failures", self._doing, spent, self._failures
            )
            self._failures = 0
            self._said.clear()
