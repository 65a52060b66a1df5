"""Which updates were seen and which are handled, and what may be confirmed. Pure."""


class Window:
    """The unconfirmed updates of one poller.

    Telegram confirms everything below the offset that it is asked for, so the offset stays at the
    lowest update that is not handled yet, and what was handled above it is remembered: it comes
    again with each call, and must not be handled again.
    """

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._known: set[int] = set()
        self._next: int | None = None

    @property
    def open(self) -> int:
        """How many updates were seen and are not handled."""
        return len(self._open)

    @property
    def lowest(self) -> int | None:
        """The lowest update that is not handled, or the one after all that were seen."""
        return min(self._open, default=self._next)

    def advance(self) -> int | None:
        """The offset to ask for; None before anything was seen.

        What lies below is forgotten here and not when it is handled: a call that is under way
        still brings it.
        """
        offset = self.lowest
        if offset is not None:
            self._known = {number for number in self._known if number >= offset}
        return offset

    def see(self, number: int) -> bool:
        """Whether the update *number* is new; from now on it is not."""
        if number in self._known:
            return False
        self._known.add(number)
        self._open.add(number)
        self._next = max(number + 1, self._next or 0)
        return True

    def finish(self, number: int) -> None:
        """The update *number* was handled, or given up and stored."""
        self._open.discard(number)

    def forget(self) -> None:
        """Start anew, if nothing is open.

        After a week without updates Telegram goes on at a random number, which may be lower.
        """
        if not self._open:
            self._known.clear()
            self._next = None
