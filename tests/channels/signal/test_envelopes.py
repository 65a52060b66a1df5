"""Envelopes in our words: what counts, what does not, and who wrote when and where."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.signal.envelopes import (
    Distrust,
    Me,
    Rating,
    Removal,
    concerns_us,
    event_in,
    key_of,
    lane_of,
    read,
    without_names,
)
from bot.core.message import Content, Heard, Message
from tests.channels.signal.daemon import ACCOUNT, ACI, ADA, BERT, GROUP, data, envelope

ME = Me(ACCOUNT, ACI)
NOW = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
GROUP_INFO = {"groupId": GROUP, "groupName": "Ours", "revision": 3, "type": "DELIVER"}


def event(**kind: Any) -> dict[str, Any]:
    return {"account": ACCOUNT, "envelope": envelope(**kind)}


def message(text: str | None, **more: Any) -> Message | None:
    found = read(event(dataMessage=data(text, **more)), ME, NOW)
    return found.message if isinstance(found, Heard) else None


def mention(start: int, **who: Any) -> dict[str, Any]:
    return {"name": "x", "number": None, "uuid": None, "start": start, "length": 1, **who}


def test_a_text() -> None:
    inner = data("Hours?")

    found = read(event(dataMessage=inner), ME, NOW)

    assert isinstance(found, Heard)
    assert found.message.text == "Hours?"
    assert found.message.key == f"{ADA}:{inner['timestamp']}"
    assert found.message.message_id == str(inner["timestamp"])
    assert found.message.received.timestamp() * 1000 == pytest.approx(inner["timestamp"])
    assert (found.message.sender.chat, found.message.sender.person) == (ADA, ADA)
    assert not found.message.fleeting


def test_a_writer_who_shows_a_number_only_is_one_too() -> None:
    found = read(event(source="+33600000001", dataMessage=data("x")), ME, NOW)

    assert isinstance(found, Heard)
    assert found.message.sender.chat == "+33600000001"


def test_a_timer_makes_it_fleeting() -> None:
    found = message("x", expiresInSeconds=30)

    assert found is not None
    assert found.fleeting


@pytest.mark.parametrize(
    "kind",
    [
        {"typingMessage": {"action": "STARTED", "timestamp": 1}},
        {"receiptMessage": {"when": 1, "isDelivery": True, "timestamps": [1]}},
        {"syncMessage": {"sentMessage": {"message": "x"}}},
        {"callMessage": {"offerMessage": {}}},
        {"storyMessage": {}},
        {},
    ],
)
def test_what_is_no_message_is_not_even_taken_in(kind: dict[str, Any]) -> None:
    assert not concerns_us(event(**kind), ME)


def test_the_own_account_and_other_accounts_are_not_taken_in() -> None:
    assert concerns_us(event(dataMessage=data("x")), ME)
    assert not concerns_us(event(source=ACCOUNT, dataMessage=data("x")), ME)
    assert not concerns_us(event(source=ACI, dataMessage=data("x")), ME)
    other = {"account": "+33600000009", "envelope": envelope(dataMessage=data("x"))}
    assert not concerns_us(other, ME)


@pytest.mark.parametrize(
    "more",
    [
        {"isExpirationUpdate": True, "expiresInSeconds": 60},
        {"groupInfo": {**GROUP_INFO, "type": "UPDATE"}},
        {"pollVote": {"voteCount": 1}},
        {},
    ],
)
def test_what_says_nothing_is_nothing(more: dict[str, Any]) -> None:
    assert message(None, **more) is None


@pytest.mark.parametrize(
    ("more", "content"),
    [
        ({"attachments": [{"contentType": "image/jpeg"}]}, Content.PICTURE),
        ({"attachments": [{"contentType": "video/mp4"}]}, Content.PICTURE),
        ({"attachments": [{"contentType": "audio/aac"}]}, Content.VOICE),
        ({"attachments": [{"contentType": "application/pdf"}]}, Content.DOCUMENT),
        ({"sticker": {"packId": "aa", "stickerId": 1}}, Content.OTHER),
        ({"contacts": [{"name": {}}]}, Content.OTHER),
        ({"pollCreate": {"question": "x"}}, Content.OTHER),
        ({"viewOnce": True}, Content.PICTURE),
    ],
)
def test_what_else_is_sent(more: dict[str, Any], content: Content) -> None:
    found = message(None, **more)

    assert found is not None
    assert found.content is content


def test_a_long_text_is_a_text_although_it_comes_as_an_attachment() -> None:
    found = message("long", attachments=[{"contentType": "text/x-signal-plain"}])

    assert found is not None
    assert found.content is Content.TEXT


def test_an_edit_names_what_it_edits() -> None:
    inner = data("Pay?")
    found = read(event(editMessage={"targetSentTimestamp": 7, "dataMessage": inner}), ME, NOW)

    assert isinstance(found, Heard)
    assert (found.target, found.message.message_id, found.message.edited) == ("7", "7", True)
    assert found.message.key == f"{ADA}:{inner['timestamp']}"


@pytest.mark.parametrize(
    ("emoji", "removed", "thumb"),
    [("👍", False, 1), ("👎", False, -1), ("👍🏽", False, 1), ("👍", True, 0), ("👎🏿", True, 0)],
)
def test_a_thumb_is_a_rating(emoji: str, removed: object, thumb: int) -> None:
    reaction = {"emoji": emoji, "targetSentTimestamp": 9, "isRemove": removed}

    found = read(event(dataMessage=data(None, reaction=reaction)), ME, NOW)

    assert isinstance(found, Rating)
    assert (found.target, found.thumb) == ("9", thumb)


@pytest.mark.parametrize("emoji", ["❤️", "😂", "", "👍👍"])
def test_another_reaction_is_nothing(emoji: str) -> None:
    reaction = {"emoji": emoji, "targetSentTimestamp": 9, "isRemove": False}

    assert read(event(dataMessage=data(None, reaction=reaction)), ME, NOW) is None


def test_a_deletion_names_what_is_deleted() -> None:
    found = read(event(dataMessage=data(None, remoteDelete={"timestamp": 9})), ME, NOW)

    assert isinstance(found, Removal)
    assert found.target == "9"


def test_a_new_identity_is_the_operators_matter() -> None:
    told = event() | {"exception": {"message": "x", "type": "UntrustedIdentityException"}}

    assert concerns_us(told, ME)
    assert read(told, ME, NOW) == Distrust(ADA)


def test_another_exception_is_nothing() -> None:
    told = event() | {"exception": {"message": "x", "type": "ProtocolNoSessionException"}}

    assert read(told, ME, NOW) is None


@pytest.mark.parametrize(
    "more",
    [
        {"mentions": [mention(0, number=ACCOUNT)]},
        {"mentions": [mention(0, uuid=ACI)]},
        {"quote": {"id": 1, "authorNumber": ACCOUNT, "text": "y"}},
        {"quote": {"id": 1, "authorUuid": ACI, "text": "y"}},
    ],
)
def test_in_a_group_it_must_be_addressed(more: dict[str, Any]) -> None:
    found = message("\ufffc Hours?", groupInfo=GROUP_INFO, **more)

    assert found is not None
    assert found.text == "Hours?"
    assert (found.sender.chat, found.sender.person, found.group) == (f"group.{GROUP}", ADA, True)


@pytest.mark.parametrize(
    "more",
    [{}, {"mentions": [mention(0, uuid=BERT)]}, {"quote": {"id": 1, "authorUuid": BERT}}],
)
def test_in_a_group_what_others_say_to_each_other_is_nothing(more: dict[str, Any]) -> None:
    assert message("\ufffc Hours?", groupInfo=GROUP_INFO, **more) is None


def test_a_group_is_a_lane_and_so_is_a_person() -> None:
    assert lane_of(event(dataMessage=data("x", groupInfo=GROUP_INFO))) == f"group.{GROUP}"
    assert lane_of(event(dataMessage=data("x"))) == ADA
    edit = {"targetSentTimestamp": 7, "dataMessage": data("x", groupInfo=GROUP_INFO)}
    assert lane_of(event(editMessage=edit)) == f"group.{GROUP}"


@pytest.mark.parametrize("stamp", [0, -1, 10**18, 2**63])
def test_a_clock_that_is_wrong_is_not_believed(stamp: int) -> None:
    told = event(at=stamp or None, dataMessage=data("x"))
    told["envelope"] |= {"timestamp": stamp, "serverReceivedTimestamp": stamp}

    found = read(told, ME, NOW)

    assert isinstance(found, Heard)
    assert found.message.received == NOW


def test_what_was_wrapped_for_a_subscription_is_the_same() -> None:
    inner = event(dataMessage=data("x"))

    assert event_in({"subscription": 0, "result": inner}) == inner
    assert event_in(inner) == inner


def test_names_are_left_out_of_what_is_kept() -> None:
    inner = event(dataMessage=data("x"))

    assert "Ada" not in str(without_names(inner))
    assert key_of(without_names(inner)) == key_of(inner)


def test_half_characters_and_nul_are_no_trouble() -> None:
    found = message("a\x00b\ud800")

    assert found is not None
    assert found.text == "ab\ufffd"


NAMES = """envelope dataMessage editMessage reaction remoteDelete quote message mentions
attachments groupInfo groupId timestamp sourceUuid exception type account expiresInSeconds
targetSentTimestamp emoji"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["envelope", "exception", "account"]), JSON))
def test_whatever_comes_is_read_or_nothing(told: dict[str, Any]) -> None:
    concerns_us(told, ME)
    lane_of(told)
    key_of(told)
    read(told, ME, NOW)
