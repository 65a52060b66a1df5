"""The intake of Telegram's updates.

Both ways in, polling and webhook, confirm an update to Telegram only when it was taken here.
"""

from collections.abc import Awaitable, Callable

from bot.channels import intake
from bot.channels.intake import Manner, Patience
from bot.channels.telegram.masking import mask
from bot.channels.telegram.updates import Raw, lane


def _number(raw: Raw) -> int:
    return int(raw["update_id"])


_MANNER = Manner(_number, lane, _number, mask)


class Intake(intake.Intake[Raw]):
    """See `bot.channels.intake.Intake`."""

    def __init__(
        self,
        handle: Callable[[Raw], Awaitable[None]],
        give_up: Callable[[Raw, str], Awaitable[None]],
        patience: Patience | None = None,
        arrived: Callable[[Raw], None] = lambda _: None,
    ) -> None:
        super().__init__(handle, give_up, _MANNER, patience, arrived)


__all__ = ["Intake", "Patience"]
