"""A moderators' group on the fake Bot API server, and the people in it."""

import json
import time
from dataclasses import dataclass
from typing import Any

from tests.channels.telegram.doubles import eventually
from tests.channels.telegram.fakeapi import BOT, FakeApi, Sent

GROUP = -1002003
ADA, BEN, EVE = 501, 502, 503
NAMES = {ADA: "Ada", BEN: "Ben", EVE: "Eve"}


@dataclass
class StaffRoom:
    """What moderators see and do; they write in English."""

    api: FakeApi
    chat: int = GROUP
    kind: str = "group"
    language: str = "en"

    def __post_init__(self) -> None:
        self.api.members |= {ADA: "administrator", BEN: "member"}

    def writes(self, text: str, who: int = ADA, to: Sent | None = None, **more: Any) -> int:
        """Somebody writes, maybe in reply to one of the bot's messages; the update's number."""
        return self.api.inject(message=self.message(text, who, to, **more))

    def message(
        self, text: str | None, who: int = ADA, to: Sent | None = None, **more: Any
    ) -> dict[str, Any]:
        message = self.api.message(text, self.chat)
        message |= {"chat": {"id": self.chat, "type": self.kind, "title": "Staff"}}
        message["from"] = self._user(who)
        if to is not None:
            below = {"message_id": to.message_id, "date": int(time.time()), "text": to.text}
            message["reply_to_message"] = {**below, "chat": message["chat"], "from": BOT}
        return {**message, **more}

    def taps(self, sent: Sent, label: str, who: int = ADA) -> int:
        """Somebody taps a button that is there now; the update's number."""
        return self.forges(sent, data_of(self.api.shown(sent.message_id), label), who)

    def forges(self, sent: Sent, data: str, who: int = ADA) -> int:
        message = self.message(sent.text, who)
        message |= {"message_id": sent.message_id, "from": BOT}
        query = {"id": "1", "from": self._user(who), "chat_instance": "1", "data": data}
        return self.api.inject(callback_query={**query, "message": message})

    async def asks(self, text: str, who: int = ADA, to: Sent | None = None) -> Sent:
        """Somebody writes; what the bot says to it."""
        before = len(self.all)
        self.writes(text, who, to)
        await eventually(lambda: len(self.all) > before, 30)
        return self.all[-1]

    async def sees(self, words: str, seconds: float = 30.0) -> Sent:
        """The message that shows *words* now; waits for it."""
        found: list[Sent] = []

        def there() -> bool:
            found[:] = [one for one in self.standing if words in one.text]
            return bool(found)

        try:
            await eventually(there, seconds)
        except TimeoutError:
            shown = "\n---\n".join(one.text for one in self.standing)
            raise AssertionError(f"{words!r} is nowhere in:\n{shown}") from None
        return found[-1]

    @property
    def all(self) -> list[Sent]:
        return [one for one in self.api.sent if one.chat == self.chat]

    @property
    def standing(self) -> list[Sent]:
        """The messages as they stand there now."""
        return [self.api.shown(one.message_id) for one in self.all]

    def _user(self, who: int) -> dict[str, Any]:
        name = {"first_name": NAMES[who], "language_code": self.language}
        return {"id": who, "is_bot": False, **name}


def data_of(sent: Sent, label: str) -> str:
    found = dict(_buttons(sent))
    assert label in found, f"{label!r} is not among {list(found)}"
    return found[label]


def labels(sent: Sent) -> list[str]:
    return [text for text, _ in _buttons(sent)]


def _buttons(sent: Sent) -> list[tuple[str, str]]:
    markup = json.loads(sent.params.get("reply_markup") or '{"inline_keyboard": []}')
    rows = markup["inline_keyboard"]
    return [(str(one["text"]), str(one["callback_data"])) for row in rows for one in row]
