"""The cards in the group: one for each new gap, kept up to date; one list on a day with many."""

import datetime as dt
from dataclasses import dataclass, field, replace

from bot.core.gap import GapFilter, GapSummary, Order
from bot.moderation.cards import fingerprint
from bot.moderation.ground import Ground

_LISTED = 10
_SHOWN_AT_ONCE = 5
"""New cards in one round: the rest comes with the next."""

_DAY = dt.timedelta(days=1)


@dataclass
class Board:
    """Looks only when something changed."""

    ground: Ground
    _pulse: tuple[object, ...] = ()
    _shown: dict[int, GapSummary] = field(default_factory=dict)
    _looked: dt.datetime | None = None

    async def round(self, chat: str) -> None:
        """Bring the cards up to date."""
        pulse = (chat, *await self.ground.kept.pulse())
        if pulse == self._pulse:
            return
        now = self.ground.clock()
        if await self._bring_up_to_date(chat, self._looked or now - _DAY):
            self._pulse, self._looked = pulse, now
        await self.ground.kept.drop_drafts(now - _DAY)

    async def _bring_up_to_date(self, chat: str, since: dt.datetime) -> bool:
        """Whether everything is; there may be more new cards than are shown at once."""
        page = await self.ground.desk.gaps(GapFilter(order=Order.RECENT))
        fresh = await self.ground.kept.without([gap.id for gap in page.gaps])
        room = self.ground.manner.most_cards - await self.ground.kept.put_since(self._midnight())
        shown = sorted(fresh)[: max(0, min(room, _SHOWN_AT_ONCE))]
        for gap in shown:
            await self.ground.show(chat, gap)
        grown = [gap for gap in page.gaps if gap.id not in fresh and self._shown.get(gap.id) != gap]
        touched = await self.ground.kept.touched(since)
        for number in dict.fromkeys((*(gap.id for gap in grown), *touched)):
            await self.ground.show(chat, number)
        self._shown = {gap.id: gap for gap in page.gaps if gap.id not in fresh}
        if room <= 0 and fresh:
            await self._digest(chat)
        return len(shown) == len(fresh) or room <= len(shown)

    async def _digest(self, chat: str) -> None:
        """One list a day in place of further cards, brought up to date as it grows."""
        page = await self.ground.desk.gaps(GapFilter(since=self._midnight()), count=_LISTED)
        name = f"digest {chat} {self._midnight().date().isoformat()}"
        message, _, shown = (await self.ground.kept.fact(name)).partition(" ")
        reply = self.ground.cards(self.ground.manner.language).digest(page.total, page)
        if shown == fingerprint(reply):
            return
        sent = await self.ground.speaker.send(chat, "", replace(reply, edits=message))
        await self.ground.kept.keep_fact(name, f"{sent} {fingerprint(reply)}", self.ground.clock())

    def _midnight(self) -> dt.datetime:
        return self.ground.clock().replace(hour=0, minute=0, second=0, microsecond=0)
