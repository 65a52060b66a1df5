"""The moderators' group on Signal: the same acts, by number, in answers that quote the card."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.signal.channel import SignalChannel
from bot.core.gap import GapFilter, GapState
from bot.knowledge.phrases import shipped_phrases
from bot.moderation.ground import Ground, Manner
from bot.moderation.group import Group
from bot.moderation.signal import SignalGroup, SignalSpeaker
from bot.storage.cards import Cards
from tests.channels.signal.conftest import QUICK
from tests.channels.signal.daemon import ACCOUNT, ADA, BERT, GROUP, FakeDaemon
from tests.channels.telegram.doubles import Echo, eventually
from tests.moderation.house import House

EVE = "33333333-3333-4333-8333-333333333333"
INFO = {"groupId": GROUP, "groupName": "Moderators", "revision": 1, "type": "DELIVER"}
LISTED = {"id": GROUP, "members": [{"uuid": ADA}, {"uuid": BERT, "number": "+33600000002"}]}
REMOTE = "Is remote work possible?"
OTHER = "Who invented the stethoscope?"


@dataclass
class Office:
    house: House
    daemon: FakeDaemon
    group: SignalGroup
    service: Echo = field(default_factory=Echo)

    @property
    def texts(self) -> list[str]:
        return [one["message"] for one in self.daemon.sent if one.get("groupId") == GROUP]

    async def card(self) -> dict[str, Any]:
        await self.group.round()
        return self.daemon.sent[-1]

    async def says(
        self, text: str, to: dict[str, Any] | None = None, who: str = ADA, *, silent: bool = False
    ) -> dict[str, Any]:
        """A moderator writes, in answer to a message; returns what is said then."""
        more: dict[str, Any] = {}
        if to is not None:
            quote = {"id": to["timestamp"], "authorNumber": ACCOUNT, "text": to["message"]}
            more["quote"] = quote
        before = len(self.daemon.sent)
        self.daemon.says(text, who, groupInfo=INFO, **more)
        if silent:
            await self.daemon.handed_over()
            return {}
        await eventually(lambda: len(self.daemon.sent) > before)
        return self.daemon.sent[-1]

    async def chooses(self, label: str, to: dict[str, Any]) -> dict[str, Any]:
        found = re.search(rf"^(\d+)\) {re.escape(label)}", to["message"], re.MULTILINE)
        assert found, to["message"]
        return await self.says(found[1], to)


@pytest_asyncio.fixture
async def office(house: House) -> AsyncIterator[Office]:
    daemon = FakeDaemon(groups=[{**LISTED, "admins": [{"uuid": BERT}]}])
    await daemon.start()
    channel = SignalChannel(daemon.rpc, ACCOUNT, tuning=QUICK)
    kept = Cards(house.store.database)
    speaker = SignalSpeaker(channel, kept, house.clock)
    ground = Ground(house.desk, kept, speaker, shipped_phrases(), house.clock, Manner())
    group = SignalGroup(Group(ground), kept)
    group.chat = channel.overhear(GROUP, group.heard)
    one = Office(house, daemon, group)
    stop = asyncio.Event()
    await channel.open(stop)
    polling = asyncio.create_task(channel.poll(one.service, stop))
    yield one
    stop.set()
    await polling
    await group.group.talk.drained()
    await house.desk.carrier.drained()
    await channel.close()
    await daemon.stop()


async def state(office: Office) -> list[GapState]:
    page = await office.house.desk.gaps(GapFilter())
    return [gap.state for gap in page.gaps]


async def test_an_open_matter_is_a_card_with_numbers(office: Office) -> None:
    await office.house.ask(REMOTE, "p1", waits=True)

    card = await office.card()

    assert "Asked 1 ×" in card["message"]
    assert re.search(r"^1\) ", card["message"], re.MULTILINE)


async def test_an_answer_that_quotes_the_card_is_learned_by_number(office: Office) -> None:
    await office.house.ask(REMOTE, "p1", waits=True)
    card = await office.card()

    asked = await office.says("On Fridays.", card)
    await office.chooses("Learn, for all postings", asked)

    def learned() -> bool:
        entry = office.house.live.current().postings["nurse"].entry("remote")
        return entry is not None and entry.shared

    await eventually(learned)


async def test_a_matter_is_ignored_by_the_number_on_its_card(office: Office) -> None:
    await office.house.ask(OTHER)
    card = await office.card()

    await office.chooses("Ignore", card)

    await eventually(lambda: "gnored" in office.texts[-1])
    assert office.service.received == []


async def test_the_numbers_of_an_old_card_still_hold(office: Office) -> None:
    await office.house.ask(OTHER)
    card = await office.card()
    await office.group.kept.drop_drafts(office.house.later())

    await office.chooses("Ignore", card)

    await eventually(lambda: "gnored" in office.texts[-1])


async def test_without_a_quote_a_number_means_the_last_message(office: Office) -> None:
    await office.house.ask(OTHER)
    card = await office.card()
    number = re.search(r"^(\d+)\) Ignore", card["message"], re.MULTILINE)
    assert number

    await office.says(number[1])

    await eventually(lambda: "gnored" in office.texts[-1])


async def test_who_is_not_in_the_group_can_do_nothing(office: Office) -> None:
    await office.house.ask(OTHER)
    card = await office.card()

    told = await office.says("1", card, EVE)

    assert "Asked" not in told["message"]
    assert await state(office) == [GapState.OPEN]


@pytest.mark.parametrize("text", ["open", "/open", "Open", "stats", "help", "find stethoscope"])
async def test_commands_are_words(office: Office, text: str) -> None:
    await office.house.ask(OTHER)
    await office.card()

    assert (await office.says(text))["groupId"] == GROUP


async def test_what_moderators_say_to_each_other_is_left_alone(office: Office) -> None:
    await office.house.ask(OTHER)
    await office.card()
    before = len(office.daemon.sent)

    for text in ("Who takes this one?", "opening time", "merci", "👍", "the first one", "yes"):
        await office.says(text, silent=True)

    assert len(office.daemon.sent) == before
    assert office.service.received == []


async def test_elsewhere_candidates_are_served(office: Office) -> None:
    office.daemon.says("Hours?")

    await eventually(lambda: office.service.received)
