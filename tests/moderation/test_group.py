"""The moderators' group on Telegram: who may do what there, step by step, and once each."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.core.gap import GapFilter, GapState, Moderator, Recorded, Role, Verb
from bot.core.message import Sender, Tap
from bot.errors import StoreError
from bot.knowledge.phrases import shipped_phrases
from bot.moderation.ground import Ground, Manner
from bot.moderation.group import Group
from bot.moderation.invite import LASTS, invite
from bot.moderation.telegram import TelegramGroup, TelegramSpeaker
from bot.storage.cards import Cards
from tests.channels.telegram.conftest import QUICK
from tests.channels.telegram.doubles import Echo, eventually
from tests.channels.telegram.fakeapi import TOKEN, FakeApi, Sent
from tests.moderation.house import House
from tests.moderation.staffroom import ADA, BEN, EVE, GROUP, StaffRoom, labels

CREDIT = "Will my night classes count towards seniority?"
REMOTE = "Is remote work possible?"
OTHER = "Who invented the stethoscope?"


@dataclass
class Office:
    """A group over a house, on a channel that receives; `round` is called by the test."""

    house: House
    room: StaffRoom
    channel: TelegramChannel
    telegram: TelegramGroup
    service: Echo = field(default_factory=Echo)

    async def round(self) -> None:
        await self.telegram.round()

    async def card(self, words: str = "Asked") -> Sent:
        await self.round()
        return await self.room.sees(words)

    async def settled(self) -> None:
        """Until everything that came in was handled."""
        await eventually(lambda: not self.room.api.queue, 30)
        await self.telegram.group.talk.drained()


async def office_in(house: House, room: StaffRoom, manner: Manner, named: int | None) -> Office:
    channel = TelegramChannel(TOKEN, api=room.api.url, tuning=QUICK)
    await channel.open()
    kept = Cards(house.store.database)
    speaker = TelegramSpeaker(channel.bot, channel, channel.account)
    ground = Ground(house.desk, kept, speaker, shipped_phrases(), house.clock, manner)
    telegram = TelegramGroup(
        channel.bot, Group(ground), kept, shipped_phrases(), house.clock, named
    )
    channel.show_first(telegram.intercept)
    return Office(house, room, channel, telegram)


@pytest.fixture
def room(api: FakeApi) -> StaffRoom:
    return StaffRoom(api)


@pytest.fixture
def manner() -> Manner:
    return Manner()


@pytest.fixture
def named() -> int | None:
    return GROUP


@pytest.fixture
async def office(
    house: House, room: StaffRoom, manner: Manner, named: int | None
) -> AsyncIterator[Office]:
    office = await office_in(house, room, manner, named)
    stop = asyncio.Event()
    polling = asyncio.create_task(office.channel.poll(office.service, stop))
    yield office
    stop.set()
    await polling
    await office.telegram.group.talk.drained()
    await house.desk.carrier.drained()
    await office.channel.close()


# ---- Cards ---------------------------------------------------------------------------------------


async def test_a_gap_has_one_card_that_grows_with_it(office: Office) -> None:
    await office.house.ask(REMOTE, "p1", waits=True)
    card = await office.card("Asked 1 ×")
    await office.house.ask("Le télétravail est possible ?", "p2", language="fr")

    await office.round()

    now = office.room.api.shown(card.message_id)
    assert "Asked 2 × · waiting to be told: 1 · English, French" in now.text
    assert "Le télétravail est possible ?" in now.text
    assert "Remote work" in now.text
    assert len(office.room.all) == 1


async def test_a_card_does_not_show_what_was_forgotten(office: Office) -> None:
    await office.house.ask("Is remote work possible? I am Ada Lovelace", "p1", topic="remote")
    await office.house.ask(REMOTE, "p2")
    card = await office.card("Ada Lovelace")

    await office.house.store.forget(Sender("telegram", "bot", "chat of p1", "p1"))
    await office.round()

    now = office.room.api.shown(card.message_id).text
    assert "Lovelace" not in now
    assert "Asked 2 ×" in now


async def test_a_card_that_shows_the_same_is_left_alone(office: Office) -> None:
    await office.house.ask(REMOTE)
    await office.card()

    await office.round()
    await office.round()

    assert office.room.api.edited == []


async def test_what_a_candidate_typed_shows_as_it_was_typed(office: Office) -> None:
    typed = "*Is* [this](https://evil.example) _ok_ <b>or</b> `not` @everyone /open?"
    await office.house.ask(typed)

    card = await office.card()

    assert typed in card.text
    assert "evil.example" not in card.params.get("entities", "")


async def test_on_a_day_with_many_new_ones_a_list_stands_in_place_of_cards(
    house: House, room: StaffRoom
) -> None:
    office = await office_in(house, room, Manner(most_cards=2), GROUP)
    for text in ("Who painted the Mona Lisa?", CREDIT, OTHER, "Does anybody whistle tunes?"):
        await house.ask(text)

    await office.round()
    await office.round()

    cards = [sent for sent in room.all if "Asked" in sent.text]
    (digest,) = [sent for sent in room.all if "New open matters today: 4" in sent.text]
    assert len(cards) == 2
    assert "Does anybody whistle tunes?" in digest.text
    await house.ask("Why do cats purr loudly?")
    await office.round()
    assert "today: 5" in room.api.shown(digest.message_id).text
    await office.channel.close()


async def test_each_posting_has_a_topic_of_its_own_where_that_is_wanted(
    house: House, room: StaffRoom
) -> None:
    office = await office_in(house, room, Manner(topics=True), GROUP)
    await house.ask(CREDIT)
    await house.ask(OTHER)

    await office.round()

    (opened,) = room.api.called("createForumTopic")
    assert opened["name"] == "Nurse"
    assert len({sent.params["message_thread_id"] for sent in room.all}) == 1
    await office.channel.close()


# ---- Answering -----------------------------------------------------------------------------------


async def test_the_button_asks_for_the_answer(office: Office) -> None:
    await office.house.ask(REMOTE, "p1", waits=True)
    card = await office.card()
    office.room.taps(card, "Answer")
    prompt = await office.room.sees("reply to this message with the answer")

    asked = await office.room.asks("On Fridays.", to=prompt)
    office.room.taps(asked, "Learn, for all postings")
    await office.room.sees("learned for all postings")

    entry = office.house.live.current().postings["nurse"].entry("remote")
    assert entry is not None
    assert entry.shared


async def test_a_matter_that_was_taken_for_a_topic_is_learned_as_its_own(office: Office) -> None:
    await office.house.ask("Is remote choir work possible?", "p1", topic="remote", waits=True)
    asked = await office.room.asks("On Thursdays.", to=await office.card())
    assert "whatever is asked about: Remote work" in asked.text
    office.room.taps(asked, "It is about something else")
    await eventually(
        lambda: "whatever is asked" not in office.room.api.shown(asked.message_id).text
    )
    office.room.taps(asked, "Learn, for this posting")
    shown = await office.room.sees("how candidates ask for it")
    office.room.writes("Is there any choir?", to=shown)
    await office.room.sees("Is there any choir?")
    office.room.taps(shown, "Learn these")
    await office.room.sees("is answered")

    posting = office.house.live.current().postings["nurse"]
    assert posting.entry("remote") is None
    own = posting.entry("is-there-any-choir")
    assert own is not None
    assert own.answer == {"en": "On Thursdays."}


async def test_an_answer_can_be_given_in_several_languages(office: Office) -> None:
    await office.house.ask(REMOTE)
    asked = await office.room.asks("On Fridays.", to=await office.card())
    assert "English" in asked.text
    office.room.writes("Oui, le vendredi.", to=asked)
    await office.room.sees("Oui, le vendredi.")
    office.room.taps(asked, "Learn, for this posting")
    await office.room.sees("is answered")

    entry = office.house.live.current().postings["nurse"].entry("remote")
    assert entry is not None
    assert entry.answer == {"en": "On Fridays.", "fr": "Oui, le vendredi."}


async def test_the_language_of_an_answer_can_be_put_right(office: Office) -> None:
    await office.house.ask(REMOTE)
    asked = await office.room.asks("Vendredi.", to=await office.card())
    office.room.taps(asked, "Language: English")
    await eventually(lambda: "Language: French" in labels(office.room.api.shown(asked.message_id)))
    office.room.taps(asked, "Learn, for this posting")
    await office.room.sees("is answered")

    entry = office.house.live.current().postings["nurse"].entry("remote")
    assert entry is not None
    assert entry.answer == {"fr": "Vendredi."}


async def test_what_was_begun_survives_a_restart(office: Office, room: StaffRoom) -> None:
    await office.house.ask(REMOTE, "p1", waits=True)
    asked = await room.asks("On Fridays.", to=await office.card())
    again = await office_in(office.house, room, Manner(), GROUP)
    office.channel.show_first(again.telegram.intercept)

    room.taps(asked, "Only tell those who wait")

    await room.sees("is answered for those who wait")
    await again.telegram.group.talk.drained()
    await again.channel.close()


async def test_what_was_decided_before_a_restart_is_carried_out(office: Office) -> None:
    await office.house.ask(REMOTE, "p1", waits=True)
    gap = (await office.house.gap()).summary
    card = await office.card()
    decided = {"stage": "go", "gap": gap.id, "version": gap.version, "texts": {"en": "Yes."}}
    decided |= {"learn": "once", "questions": {}, "key": "telegram 77", "by": "Ada"}
    decided |= {"role": "moderator", "speaks": "en", "thread": ""}
    kept = Cards(office.house.store.database)
    await kept.keep_draft(f"{GROUP} {card.message_id}", decided, office.house.time)

    await office.round()
    await office.settled()

    (act,) = await office.house.desk.acts()
    assert (act.verb, act.moderator) == (Verb.ANSWER, "Ada")
    assert await kept.drafts() == {}


async def test_a_clash_is_shown_and_decided(office: Office) -> None:
    await office.house.ask(CREDIT, "p1")
    asked = await office.room.asks("They do.", to=await office.card())
    office.room.taps(asked, "Learn, for this posting")
    shown = await office.room.sees("how candidates ask for it")
    office.room.writes("anybody many hours week", to=shown)
    await office.room.sees("anybody many hours week")
    office.room.taps(shown, "Learn these")
    await office.settled()
    now = office.room.api.shown(shown.message_id)

    assert "is answered" in now.text or "would lead elsewhere" in now.text


async def test_of_two_moderators_the_second_is_told_who_was_faster(office: Office) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    first = await office.room.asks("On Fridays.", ADA, to=card)
    second = await office.room.asks("Never.", BEN, to=card)
    office.room.taps(first, "Only tell those who wait", ADA)
    await office.room.sees("is answered for those who wait")

    office.room.taps(second, "Only tell those who wait", BEN)

    await office.room.sees("Ada was faster: “On Fridays.”")
    assert len(await office.house.desk.acts()) == 1
    late = await office.room.asks("Me too!", BEN, to=card)
    assert "Ada was faster" in late.text


async def test_other_questions_that_are_answered_now_are_offered(office: Office) -> None:
    await office.house.ask(CREDIT, "p1")
    card = await office.card()
    await office.house.ask("Classes at night, do they count?", "p2", waits=True)
    asked = await office.room.asks("They do.", to=card)
    office.room.taps(asked, "Learn, for this posting")
    shown = await office.room.sees("how candidates ask for it")
    office.room.writes("Do night classes count?", to=shown)
    await office.room.sees("Do night classes count?")
    office.room.taps(shown, "Learn these")
    offered = await office.room.sees("would be answered now: 1")

    office.room.taps(offered, "Close them")

    await office.room.sees("Closed: 1")
    office.house.later()
    assert len(await office.house.told()) == 1


# ---- The other buttons ---------------------------------------------------------------------------


async def test_a_gap_is_ignored_and_opened_again(office: Office) -> None:
    await office.house.ask(OTHER)
    card = await office.card()
    office.room.taps(card, "Ignore")
    ignored = await office.room.sees("🚫 Ada ignored it")

    office.room.taps(ignored, "Open again")

    await eventually(lambda: "Answer" in labels(office.room.api.shown(card.message_id)))
    assert len(await office.house.gaps()) == 1


async def test_questions_are_given_to_a_topic_that_is_looked_for(office: Office) -> None:
    await office.house.ask("May I leave my bicycle somewhere?", "p1", waits=True)
    office.room.taps(await office.card(), "It is topic…")
    asked = await office.room.sees("which topic or entry")
    office.room.writes("xylophone", to=asked)
    await office.room.sees("I found no topic")
    office.room.writes("parking", to=asked)
    await eventually(lambda: len(labels(office.room.api.shown(asked.message_id))) == 2)
    label = labels(office.room.api.shown(asked.message_id))[0]
    office.room.taps(asked, label)
    shown = await office.room.sees("how candidates ask for it")

    office.room.taps(shown, "Learn none of them")

    await office.room.sees("is about")
    office.house.later()
    (said,) = await office.house.told()
    assert said.endswith("Yes.")
    assert not (office.house.folder / "nurse.learned.yaml").exists()


async def test_texts_are_erased_after_a_second_question(office: Office) -> None:
    await office.house.ask("My name is Ada Lovelace, am I in?")
    office.room.taps(await office.card(), "Erase")
    asked = await office.room.sees("take these texts out of the log?")
    office.room.taps(asked, "Yes, erase")

    await office.room.sees("🧹 Ada erased it")

    await eventually(lambda: not any("Lovelace" in one.text for one in office.room.standing))
    office.house.later()
    await office.house.desk.round()
    assert "Lovelace" not in str(await office.house.store.open_questions(everything=True))


async def test_somebody_is_blocked_and_no_longer(office: Office) -> None:
    await office.house.ask("Rude words here, stupid bot!", "rude")
    office.room.taps(await office.card(), "Block")
    asked = await office.room.sees("whose messages")
    office.room.taps(asked, "Rude words here, stupid bot!")
    await office.room.sees("⛔ Ada blocked who asked")
    listed = await office.room.asks("/block")
    assert "Blocked people: 1" in listed.text

    office.room.taps(listed, labels(listed)[0])

    await office.room.sees("Ada took it back")
    assert len(await office.house.gaps()) == 1


async def test_what_was_begun_can_be_left(office: Office) -> None:
    await office.house.ask(REMOTE)
    asked = await office.room.asks("On Fridays.", to=await office.card())

    office.room.taps(asked, "Cancel")

    await office.room.sees("nothing was done")
    assert await Cards(office.house.store.database).drafts() == {}


async def test_an_answer_that_cannot_be_learned_now_is_not_told_to_be_recorded(
    office: Office,
) -> None:
    await office.house.ask(REMOTE)
    asked = await office.room.asks("On Fridays.", to=await office.card())
    (office.house.folder / "nurse.learned.yaml").write_text("entries: *x\n")

    office.room.taps(asked, "Learn, for this posting")

    said = await office.room.sees("cannot be learned")
    assert "nurse.learned.yaml" in said.text
    assert "recorded" not in said.text
    assert await office.house.desk.acts() == ()


async def test_a_decision_that_the_log_does_not_take_now_is_carried_out_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.house.ask(REMOTE)
    asked = await office.room.asks("On Fridays.", to=await office.card())

    async def full(_: object) -> Recorded:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(office.house.desk.rulings, "record", full)
        office.room.taps(asked, "Only tell those who wait")
        await office.room.sees("moment")
        await office.settled()
    await office.round()

    await office.room.sees("is answered for those who wait")


# ---- Commands ------------------------------------------------------------------------------------


async def test_commands_list_count_and_find(office: Office) -> None:
    await office.house.ask(CREDIT, "p1", waits=True)
    await office.house.ask(OTHER)

    listed = await office.room.asks("/open@assistant_bot")
    counted = await office.room.asks("/stats", BEN)
    found = await office.room.asks("/find stethoscope")
    nothing = await office.room.asks("/find xylophone")
    shown = await office.room.asks("/gap_1")

    assert "Open: 2" in listed.text
    assert CREDIT in listed.text
    assert "Waiting to be told: 1" in counted.text
    assert OTHER in found.text
    assert CREDIT not in found.text
    assert nothing.text == "Nothing found."
    assert "Answer" in labels(shown)


async def test_a_number_that_no_log_can_hold_is_the_number_of_nothing(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.house.ask(REMOTE)
    office.room.forges(await office.card(), f"m|a|{'9' * 25}|0")
    office.room.writes(f"/gap_{'9' * 25}")

    await office.settled()

    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


async def test_what_is_not_for_the_bot_is_left_alone(office: Office) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    office.room.writes("Has anybody seen my stapler?")
    office.room.writes("/open@another_bot")
    office.room.writes("/roll")
    office.room.writes("I agree.", to=Sent(GROUP, "Something else", 1, {}))

    await office.settled()

    assert office.room.all == [card]
    assert office.service.received == []


# ---- Who may -------------------------------------------------------------------------------------


async def test_who_left_the_group_may_do_nothing(office: Office) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    office.room.forges(card, "m|i|1|0", EVE)
    await office.room.sees("for moderators only")

    assert await office.house.desk.acts() == ()
    assert (await office.room.asks("/open", EVE)).text == "That is for moderators only."


async def test_buttons_count_only_in_that_group(office: Office, api: FakeApi) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    elsewhere = StaffRoom(api, chat=-999)
    elsewhere.forges(card, "m|i|1|0", ADA)
    api.taps("m|i|1|0", ADA)

    await office.settled()

    assert await office.house.desk.acts() == ()
    assert len(office.service.received) == 2  # where they are answered as buttons that are gone


async def test_the_pages_of_a_candidates_menu_reach_the_service(
    office: Office, api: FakeApi
) -> None:
    api.taps("m|a1b2c3|1", EVE)

    await office.settled()

    assert [tap.data for tap in office.service.received if isinstance(tap, Tap)] == ["m|a1b2c3|1"]


async def test_an_anonymous_administrator_is_asked_for_their_name(office: Office) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    chat = {"id": GROUP, "type": "group", "title": "Staff"}

    office.room.writes("On Fridays.", to=card, sender_chat=chat)

    await office.room.sees("under your own name")
    assert await office.house.desk.acts() == ()
    office.room.writes("/open", sender_chat=chat)
    await office.room.sees("Open: 1")


async def test_roles_follow_telegram(office: Office) -> None:
    await office.house.ask(REMOTE)
    office.room.api.members[BEN] = "kicked"
    standing = office.telegram.standing

    assert await standing(f"telegram {ADA}") is Role.EDITOR
    assert await standing(f"telegram {BEN}") is None
    assert await standing("telegram nobody") is None
    office.room.api.fails("getChatMember", status=400, description="Bad Request: no", times=9)
    assert await standing(f"telegram {ADA}") is None


@pytest.mark.parametrize(
    ("refusal", "acts"),
    [
        ("Bad Request: PARTICIPANT_ID_INVALID", 0),
        ("Bad Request: member not found", 0),
        ("Bad Request: member list is inaccessible", 1),
        ("Bad Request: CHAT_ADMIN_REQUIRED", 1),
    ],
)
async def test_who_is_not_in_the_group_acts_only_where_telegram_keeps_secret_who_is(
    office: Office, refusal: str, acts: int
) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    office.room.api.fails("getChatMember", status=400, description=refusal)

    office.room.taps(card, "Ignore", EVE)
    await office.settled()

    assert len(await office.house.desk.acts()) == acts


async def test_an_update_that_comes_again_acts_once(office: Office) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    await office.round()
    number = office.room.taps(card, "Ignore")
    await office.room.sees("ignored it")
    acts = await office.house.desk.acts()
    (gap,) = (await office.house.desk.gaps(GapFilter(state=GapState.IGNORED))).gaps
    again = Moderator("Ada", Role.EDITOR)

    done = await office.house.desk.ignore(gap.id, 0, again, key=f"telegram {number}")

    assert done.act.id == acts[0].id
    assert await office.house.desk.acts() == acts


# ---- Which group ---------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [None])
async def test_a_group_is_claimed_with_a_code_once(office: Office) -> None:
    facts = Cards(office.house.store.database)
    code = await invite(facts, office.house.time)
    assert await office.telegram.where() == ""
    wrong = await office.room.asks("/claim AAAAA-AAAAA")
    assert "not valid" in wrong.text
    refused = await office.room.asks(f"/claim {code}", BEN)
    assert "Only an administrator" in refused.text

    claimed = await office.room.asks(f"/claim@assistant_bot {code.lower()}")

    assert "This is the moderators' group now" in claimed.text
    assert await office.telegram.where() == str(GROUP)
    other = StaffRoom(office.room.api, chat=-999)
    assert "not valid" in (await other.asks(f"/claim {code}")).text
    assert await office.telegram.where() == str(GROUP)


@pytest.mark.parametrize("named", [None])
async def test_a_code_ends_by_itself(office: Office) -> None:
    facts = Cards(office.house.store.database)
    late = await invite(facts, office.house.time)
    office.house.later(LASTS)
    assert "not valid" in (await office.room.asks(f"/claim {late}")).text
    guessed = await invite(facts, office.house.time)
    for _ in range(10):
        await office.room.asks("/claim 22222-22222")

    assert "not valid" in (await office.room.asks(f"/claim {guessed}")).text
    assert await office.telegram.where() == ""


async def test_a_group_of_the_settings_cannot_be_claimed(office: Office) -> None:
    code = await invite(Cards(office.house.store.database), office.house.time)
    other = StaffRoom(office.room.api, chat=-999)

    said = await other.asks(f"/claim {code}")

    assert "named in the settings" in said.text
    assert await office.telegram.where() == str(GROUP)


async def test_a_group_that_becomes_a_supergroup_is_followed(office: Office) -> None:
    await office.house.ask(REMOTE)
    card = await office.card()
    office.room.writes("", migrate_to_chat_id=-100777)
    await office.settled()
    moved = StaffRoom(office.room.api, chat=-100777, kind="supergroup")

    asked = await moved.asks("On Fridays.", to=card)

    assert "On Fridays." in asked.text
    again = await office_in(office.house, moved, Manner(), GROUP)
    assert await again.telegram.where() == "-100777"
    await again.channel.close()


async def test_a_moderator_is_given_a_link_into_the_page_in_private(
    office: Office, api: FakeApi
) -> None:
    made: list[tuple[str, Role, str]] = []

    async def link(name: str, role: Role, subject: str) -> str:
        made.append((name, role, subject))
        return "https://bot.example.org/enter/abc"

    office.telegram.invite = link
    api.says("/review", ADA)
    await eventually(lambda: api.texts(ADA))
    api.says("/review", EVE)
    await office.settled()

    assert made == [("Ada", Role.EDITOR, f"telegram {ADA}")]
    assert api.texts(ADA) == ["https://bot.example.org/enter/abc"]
    assert [message.sender.person for message in office.service.received] == [str(EVE)]
