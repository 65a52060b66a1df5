"""The moderators' desk beside the messengers: what is to be done every few seconds, and the group.

What stays out: what a moderator can do (`bot.moderation`), and starting all this (`bot.app`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bot.core.gap import Role
from bot.core.message import Heard, Reply, Sender
from bot.moderation.desk import Desk
from bot.ports import Channel
from bot.review import Parts, desk_over
from bot.settings import Settings
from bot.storage.cards import Cards

if TYPE_CHECKING:
    from bot.moderation.signal import SignalGroup
    from bot.moderation.telegram import TelegramGroup

_log = logging.getLogger(__name__)

_ROUND = 2.0
"""Seconds between two looks at what is left to be gathered and carried out."""

_AFTER_TROUBLE = 30.0


@runtime_checkable
class Guarded(Protocol):
    """A messenger that shows what comes in to moderators first: Telegram."""

    name: str
    account: str

    @property
    def bot(self) -> Any:
        """The library's bot."""
        ...

    def show_first(self, to: Callable[[Any], Awaitable[bool]]) -> None:
        """See `bot.channels.telegram.channel.TelegramChannel.show_first`."""
        ...


@runtime_checkable
class Overheard(Protocol):
    """A messenger that lets moderators hear what is written in their group: Signal."""

    name: str
    account: str

    async def send(self, to: Sender, reply: Reply) -> str:
        """See `bot.ports.Channel.send`."""
        ...

    async def members(self, group: str) -> Mapping[str, bool]:
        """See `bot.channels.signal.channel.SignalChannel.members`."""
        ...

    def overhear(self, group: str, to: Callable[[Heard], Awaitable[None]]) -> str:
        """See `bot.channels.signal.channel.SignalChannel.overhear`."""
        ...


class Inviting(Protocol):
    """The review page: a `bot.moderation.web.house.House`."""

    async def invite(self, name: str, role: Role, *, subject: str = "") -> str:
        """A link that lets somebody in once."""
        ...


@dataclass
class Moderation:
    """The desk, and the groups that use it."""

    desk: Desk
    parts: Parts
    settings: Settings
    groups: dict[str, "TelegramGroup | SignalGroup"] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Parts, settings: Settings) -> "Moderation":
        """The desk over the real parts."""
        return cls(desk_over(parts, settings), parts, settings)

    def attend(self, channel: Channel) -> None:
        """Have moderators see first what comes in, where the messenger can do that."""
        on_signal = self.settings.signal.moderators_group if self.settings.signal else None
        if on_signal is not None and isinstance(channel, Overheard):
            self._attend_signal(channel, on_signal)
        # One group: the cards of two would be each other's.
        if on_signal is not None or not isinstance(channel, Guarded):
            return
        # Here, so that those without Telegram need not load it.
        from bot.moderation.ground import Ground, Manner  # noqa: PLC0415
        from bot.moderation.group import Group  # noqa: PLC0415
        from bot.moderation.telegram import TelegramGroup, TelegramSpeaker  # noqa: PLC0415

        wanted, parts = self.settings.telegram.moderators, self.parts
        kept = Cards(parts.store.database)
        speaker = TelegramSpeaker(channel.bot, channel, channel.account)
        manner = Manner(wanted.language, wanted.cards_per_day, wanted.topics)
        ground = Ground(self.desk, kept, speaker, parts.phrases, parts.clock, manner)
        named = self.settings.telegram.moderators_group
        group = TelegramGroup(channel.bot, Group(ground), kept, parts.phrases, parts.clock, named)
        channel.show_first(group.intercept)
        parts.knowledge.subscribe(group.hear)
        self.groups[channel.name] = group

    def _attend_signal(self, channel: "Overheard", named: str) -> None:
        from bot.moderation.ground import Ground, Manner  # noqa: PLC0415 - as above
        from bot.moderation.group import Group  # noqa: PLC0415 - likewise
        from bot.moderation.signal import SignalGroup, SignalSpeaker  # noqa: PLC0415 - likewise

        parts = self.parts
        kept = Cards(parts.store.database)
        wanted = self.settings.signal.moderators if self.settings.signal else None
        manner = Manner(wanted.language, wanted.cards_per_day) if wanted else Manner()
        speaker = SignalSpeaker(channel, kept, parts.clock)
        ground = Ground(self.desk, kept, speaker, parts.phrases, parts.clock, manner)
        group = SignalGroup(Group(ground), kept)
        group.chat = channel.overhear(named, group.heard)
        self.groups[channel.name] = group

    def link_by(self, page: Inviting) -> None:
        """Have moderators who ask for it be given links into the review page."""

        async def invite(name: str, role: Role, subject: str) -> str:
            return await page.invite(name, role, subject=subject)

        for group in self.groups.values():
            group.invite = invite

    async def standing(self, subject: str) -> Role | None:
        """The role that somebody has by now who came into the page from a group; None for none."""
        channel = subject.partition(" ")[0]
        group = self.groups.get(channel)
        return await group.standing(subject) if group is not None else None

    async def rounds(self) -> None:
        """Gather, and go on with what was left behind. Ends only when it is cancelled."""
        while True:  # noqa: ASYNC110 - it looks from time to time
            await asyncio.sleep(await self._guarded(self._round))

    async def rounds_in(self, channel: Channel) -> None:
        """Keep the cards of a messenger's group. Ends only when it is cancelled."""
        group = self.groups.get(channel.name)
        while group is not None:  # noqa: ASYNC110 - it looks from time to time
            await asyncio.sleep(await self._guarded(group.round))

    async def drained(self) -> None:
        """Return once nothing is under way."""
        for group in self.groups.values():
            await group.group.talk.drained()
        await self.desk.carrier.drained()

    async def _round(self) -> float:
        await self.desk.round()
        return _ROUND

    async def _guarded(self, work: Callable[[], Awaitable[float]]) -> float:
        try:
            return await work()
        except Exception:  # noqa: BLE001 - the loop goes on, with the traceback in the log
            _log.exception("what moderators do could not be carried out; it is tried again")
            return _AFTER_TROUBLE
