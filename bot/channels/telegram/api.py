"""The Bot API as this room calls it: python-telegram-bot's bot, and updates as they came."""

from collections.abc import Sequence
from typing import Any, TypeGuard

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram.updates import ALLOWED_UPDATES, Raw

BATCH = 100
"""getUpdates shows at most so many unconfirmed updates, whatever is asked for."""


class Api(ExtBot[None]):
    """A bot that can also fetch updates without parsing them.

    `Bot.get_updates` parses a batch in one go: one update that it cannot read would make the whole
    batch fail, and come again, for ever.
    """

    def __init__(
        self,
        token: str,
        server: str,
        sends: BaseRequest,
        polls: BaseRequest,
        pace: BaseRateLimiter[None] | None,
    ) -> None:
        super().__init__(
            token,
            base_url=f"{server.rstrip('/')}/bot",
            base_file_url=f"{server.rstrip('/')}/file/bot",
            request=sends,
            get_updates_request=polls,
            rate_limiter=pace,
        )

    async def post_text(self, endpoint: str, data: dict[str, Any]) -> int:
        """Send or edit a text, and read nothing of the answer but the message's number.

        What the library's own methods make of the values, which are plain here, and of the answer
        costs more than everything else.

        Args:
            endpoint: a method of the Bot API that answers with a message.
            data: its parameters as JSON has them; one that is None is left out.

        Raises:
            TelegramError: as `Bot.send_message`; also where the answer names no message.
        """
        given = {name: value for name, value in data.items() if value is not None}
        if self.rate_limiter is None:
            return _number(await self._call(endpoint, given))
        answer = await self.rate_limiter.process_request(
            self._call, (endpoint, given), {}, endpoint, given, None
        )
        return _number(answer)

    async def _call(self, endpoint: str, data: dict[str, Any]) -> Any:
        values = [RequestParameter(name, value, None) for name, value in data.items()]
        return await self.request.post(f"{self.base_url}/{endpoint}", RequestData(values))

    async def post_file(self, endpoint: str, data: dict[str, Any]) -> int:
        """The same, where a value is a file.

        Raises:
            TelegramError: as `post_text`.
        """
        return _number(await self._post(endpoint, data))

    async def raw_updates(
        self, offset: int | None, *, seconds: float, limit: int = BATCH
    ) -> Sequence[Raw]:
        """The unconfirmed updates from *offset* on, lowest first; those below it are confirmed.

        Waits up to *seconds* for one. What is no update (no id) is left out.

        Raises:
            TelegramError: as `Bot.get_updates`; also where the answer is no list.
        """
        data: dict[str, Any] = {
            "timeout": int(seconds),
            "offset": offset,
            "limit": limit,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        answer = await self._post("getUpdates", data, read_timeout=seconds + 10)
        if not isinstance(answer, list):
            raise TelegramError("Invalid server response: no list of updates")
        updates = [raw for raw in answer if is_update(raw)]
        return sorted(updates, key=lambda raw: int(raw["update_id"]))


def _number(answer: object) -> int:
    number = answer.get("message_id") if isinstance(answer, dict) else None
    if type(number) is not int:
        raise TelegramError("Invalid server response: no message")
    return number


def is_update(raw: object) -> TypeGuard[Raw]:
    """Whether *raw* can be taken for an update: an object with a whole number as its id."""
    return isinstance(raw, dict) and type(raw.get("update_id")) is int
