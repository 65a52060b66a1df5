import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.updates import (
    Gone,
    Me,
    Meaning,
    Moved,
    clean,
    lane,
    plain_question,
    read,
)
from bot.core.message import Button, Content, Message, Sender, Tap

ME = Me(42, "Assistant_Bot")
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PRIVATE = {"id": 7, "type": "private", "first_name": "Ada"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Team", "is_forum": True}
ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "pt-BR"}
BOT = {"id": 42, "is_bot": True, "first_name": "Assistant", "username": "Assistant_Bot"}
FILE = {"file_id": "a", "file_unique_id": "b"}


def message(text: str | None = None, **more: Any) -> dict[str, Any]:
    raw = {"message_id": 5, "date": 1_772_000_000, "chat": PRIVATE, "from": ADA, **more}
    return raw if text is None else {**raw, "text": text}


def group(text: str | None, **more: Any) -> dict[str, Any]:
    return message(text, chat=GROUP, **more)


def mention(offset: int, length: int = 14, kind: str = "mention") -> list[dict[str, Any]]:
    return [{"type": kind, "offset": offset, "length": length}]


def meaning(**content: Any) -> Meaning | None:
    update = Update.de_json({"update_id": 900, **content}, None)
    return read(update, ME, NOW)


def said(**content: Any) -> Message:
    found = meaning(**content)
    assert isinstance(found, Message)
    return found


def test_a_private_message() -> None:
    assert meaning(message=message("Quel salaire ?")) == Message(
        key="900",
        sender=Sender("telegram", "42", "7", "7", "pt-br"),
        text="Quel salaire ?",
        received=dt.datetime.fromtimestamp(1_772_000_000, dt.UTC),
        message_id="5",
    )


@given(text=st.text(min_size=1), spoken=st.sampled_from([None, "fr", "pt-BR"]))
def test_a_plain_question_is_read_as_the_library_reads_it(text: str, spoken: str | None) -> None:
    writer = {"id": 7, "is_bot": False, "first_name": "Ada"}
    writer |= {"language_code": spoken} if spoken else {}
    raw = {"update_id": 900, "message": message(text, **{"from": writer})}

    found = plain_question(raw, ME)

    is_command = text.strip().startswith("/")
    assert found == (None if is_command or not text.strip() else meaning(message=raw["message"]))


@pytest.mark.parametrize(
    "update",
    [
        {"edited_message": message("Quel salaire ?", edit_date=1_772_000_060)},
        {"message": message("Quel salaire ?"), "inline_query": {}},
        {"message": message("/review")},
        {"message": message(" /start nord")},
        {"message": message()},
        {"message": message("Quel salaire ?", via_bot=BOT)},
        {"message": message("Quel salaire ?", **{"from": BOT})},
        {"message": message("@Assistant_Bot ?", entities=mention(0))},
        {"message": message("Quel salaire ?", reply_to_message=message("Bonjour"))},
        {"message": group("Quel salaire ?")},
        {"message": message("Quel salaire ?", chat=7)},
        {"message": message("Quel salaire ?", **{"from": None})},
        {"message": {**message(), "text": 5}},
        {"message": None},
        {},
    ],
)
def test_all_else_is_left_to_the_library(update: dict[str, Any]) -> None:
    assert plain_question({"update_id": 900, **update}, ME) is None


def test_an_edit_has_a_key_of_its_own_and_the_messages_id() -> None:
    edited = said(edited_message=message("better", edit_date=1_772_000_060))

    assert (edited.key, edited.message_id, edited.edited) == ("900", "5", True)
    assert edited.received == dt.datetime.fromtimestamp(1_772_000_060, dt.UTC)


@pytest.mark.parametrize(
    ("carried", "content"),
    [
        ({"photo": [{**FILE, "width": 1, "height": 1}]}, Content.PICTURE),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}}, Content.PICTURE),
        ({"voice": {**FILE, "duration": 1}}, Content.VOICE),
        ({"audio": {**FILE, "duration": 1}}, Content.VOICE),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, Content.VOICE),
        ({"document": FILE}, Content.DOCUMENT),
        (
            {
                "animation": {**FILE, "width": 1, "height": 1, "duration": 1},
                "document": FILE,
            },
            Content.PICTURE,
        ),
        ({"contact": {"phone_number": "+33", "first_name": "A"}}, Content.OTHER),
        ({"location": {"longitude": 1.0, "latitude": 1.0}}, Content.OTHER),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_a_message_carries(carried: dict[str, Any], content: Content) -> None:
    assert said(message=message(**carried)).content is content


def test_a_caption_is_read_as_text() -> None:
    found = said(message=message(document=FILE, caption="My CV. Is it remote?"))

    assert (found.content, found.text) == (Content.DOCUMENT, "My CV. Is it remote?")


def test_a_forwarded_message_is_read_as_text() -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Bob"}

    assert said(message=message("What pay?", forward_origin=origin)).text == "What pay?"


@pytest.mark.parametrize(
    "content",
    [
        {"message": message(new_chat_members=[ADA])},
        {"message": message(pinned_message=message("x"))},
        {"message": message("x", **{"from": BOT})},
        {"message": message("x", via_bot=BOT)},
        {"edited_message": message(location={"longitude": 1.0, "latitude": 1.0})},
        {"channel_post": message("x", chat={"id": -1, "type": "channel", "title": "N"})},
        {"business_message": message("x", business_connection_id="b")},
        {"message": group("When do we start?")},
        {"message": group("/help", entities=mention(0, 5, "bot_command"))},
        {"message": group("@other_bot hi", entities=mention(0, 10))},
        {"message": group("yes", reply_to_message=group("?"))},
        {"edited_message": group("When?")},
        {"callback_query": {"id": "1", "from": ADA, "chat_instance": "1", "game_short_name": "g"}},
        {},
    ],
    ids=lambda content: str(content)[:50],
)
def test_what_is_nothing_to_us(content: dict[str, Any]) -> None:
    assert meaning(**content) is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (group("@assistant_bot When?", entities=mention(0)), "When?"),
        (group("😀 When, @Assistant_Bot ?", entities=mention(9)), "😀 When,  ?"),
        (group("/help@Assistant_Bot", entities=mention(0, 19, "bot_command")), "/help"),
        (group("When?", reply_to_message=group("Hello", **{"from": BOT})), "When?"),
        (
            group(
                "Bot, when?",
                entities=[{"type": "text_mention", "offset": 0, "length": 3, "user": BOT}],
            ),
            ", when?",
        ),
        (
            group(
                None,
                photo=[{**FILE, "width": 1, "height": 1}],
                caption="@assistant_bot this?",
                caption_entities=mention(0),
            ),
            "this?",
        ),
    ],
    ids=["mention", "beyond the basic plane", "command", "reply", "text mention", "caption"],
)
def test_in_a_group_what_is_addressed_to_the_bot_is_read(raw: dict[str, Any], text: str) -> None:
    found = said(message=raw)

    assert (found.text, found.group) == (text, True)


def test_a_message_in_a_topic_that_the_bot_opened_is_not_addressed_to_it() -> None:
    opened = group(None, **{"from": BOT}, forum_topic_created={"name": "Jobs", "icon_color": 1})

    assert meaning(message=group("When?", reply_to_message=opened)) is None


def test_the_topic_is_part_of_the_address() -> None:
    raw = group(
        "@assistant_bot hi", entities=mention(0), message_thread_id=9, is_topic_message=True
    )

    assert said(message=raw).sender.chat == "-100123:9"


def test_an_anonymous_administrator_is_the_group() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    raw = group("@assistant_bot hi", entities=mention(0), sender_chat=GROUP)

    assert said(message={**raw, "from": anonymous}).sender.person == "-100123"


def test_a_tap() -> None:
    shown = message("Which?", **{"from": BOT})
    query = {"id": "1", "from": ADA, "chat_instance": "1", "message": shown, "data": "o|x|hours"}

    assert meaning(callback_query=query) == Tap(
        "900", Sender("telegram", "42", "7", "7", "pt-br"), "o|x|hours", NOW, "5"
    )


def test_a_tap_tells_what_else_stands_there() -> None:
    keyboard = [[{"text": "👍", "callback_data": "+|u"}, {"text": "Site", "url": "https://x.org"}]]
    shown = message("39 h", **{"from": BOT}, reply_markup={"inline_keyboard": keyboard})
    query = {"id": "1", "from": ADA, "chat_instance": "1", "message": shown, "data": "+|u"}

    found = meaning(callback_query=query)

    assert isinstance(found, Tap)
    assert found.shown == ((Button("👍", "+|u"),),)


@pytest.mark.parametrize(
    "shown",
    [{"message": {"chat": PRIVATE, "message_id": 5, "date": 0}}, {"inline_message_id": "i"}, {}],
    ids=["too old", "inline", "gone"],
)
def test_a_tap_on_a_message_that_cannot_be_seen_any_more(shown: dict[str, Any]) -> None:
    found = meaning(
        callback_query={"id": "1", "from": ADA, "chat_instance": "1", "data": "x", **shown}
    )

    assert isinstance(found, Tap)
    assert found.sender.chat == "7"


@pytest.mark.parametrize(("status", "gone"), [("kicked", True), ("member", False)])
def test_being_blocked(*, status: str, gone: bool) -> None:
    user = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    change = {
        "chat": PRIVATE,
        "from": ADA,
        "date": 1,
        "old_chat_member": {"user": BOT, "status": "member"},
        "new_chat_member": user,
    }

    assert meaning(my_chat_member=change) == (Gone("7") if gone else None)


def test_a_group_that_moves() -> None:
    raw = group(None, migrate_to_chat_id=-100999)

    assert meaning(message=raw) == Moved("-100123", "-100999")


def test_what_no_database_takes_is_taken_out() -> None:
    assert clean("a\x00b\ud83d c") == "ab\ufffd c"
    assert clean("👍🏽 é") == "👍🏽 é"


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_be_stored(text: str) -> None:
    assert clean(text).encode().decode() == clean(text)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(["message", "callback_query", "chat", "id", "from"]), inner
        ),
    )
)
def test_every_update_has_a_lane(raw: object) -> None:
    assert isinstance(lane(raw if isinstance(raw, dict) else {}), str)


def test_a_chats_updates_share_a_lane() -> None:
    tap = {"update_id": 2, "callback_query": {"message": message(), "from": ADA}}

    assert lane({"update_id": 1, "message": message("x")}) == lane(tap) == "7"
