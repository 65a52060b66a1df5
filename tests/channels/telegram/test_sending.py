import json
import logging

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.sending import Place, keyboard_of
from bot.core.message import Attachment, Button, Marks, Reply, Sender
from bot.errors import DeliveryError, TryLater, Unreachable
from tests.channels.telegram.fakeapi import CHAT, TOKEN, FakeApi

ADA = Sender("telegram", "1", str(CHAT), str(CHAT))


async def test_styles_go_out_as_entities_in_utf_16(api: FakeApi, channel: TelegramChannel) -> None:
    await channel.send(ADA, Reply("👋🏽 **Bonjour** [ici](https://example.org) <b>_*["))

    params = api.sent[0].params
    assert params["text"] == "👋🏽 Bonjour ici <b>_*["
    assert "parse_mode" not in params
    assert json.loads(params["entities"]) == [
        {"type": "bold", "offset": 5, "length": 7},
        {"type": "text_link", "offset": 13, "length": 3, "url": "https://example.org"},
    ]
    assert json.loads(params["link_preview_options"]) == {"is_disabled": True}


async def test_a_long_answer_is_split_with_the_buttons_under_the_last_piece(
    api: FakeApi, channel: TelegramChannel
) -> None:
    paragraphs = [f"**{n}** " + "😀" * 900 for n in range(6)]
    button = Button("More", "m")

    sent_id = await channel.send(ADA, Reply("\n\n".join(paragraphs), ((button,),)))

    assert len(api.sent) == 3
    assert "".join(api.texts()).count("😀") == 5400
    assert ["reply_markup" in each.params for each in api.sent] == [False, False, True]
    assert sent_id == str(api.sent[-1].message_id)


@pytest.mark.parametrize(("length", "pieces"), [(4096, 1), (4097, 2)])
async def test_the_limit_of_a_message(
    api: FakeApi, channel: TelegramChannel, length: int, pieces: int
) -> None:
    await channel.send(ADA, Reply("x" * length))

    assert len(api.sent) == pieces


async def test_a_split_answer_that_breaks_off_goes_on_where_it_stopped(
    api: FakeApi, channel: TelegramChannel
) -> None:
    reply = Reply("\n\n".join("x" * 4000 for _ in range(3)))
    api.fails("sendMessage", status=502, skip=1)

    with pytest.raises(TryLater):
        await channel.send(ADA, reply)
    await channel.send(ADA, reply)

    assert [len(text) for text in api.texts()] == [4000, 4000, 4000]


async def test_an_earlier_reply_is_edited(api: FakeApi, channel: TelegramChannel) -> None:
    first = await channel.send(ADA, Reply("Full time."))

    second = await channel.send(ADA, Reply("**Part** time.", edits=first))

    assert second == first
    assert [each.text for each in api.edited] == ["Part time."]
    assert len(api.sent) == 1


async def test_an_edit_that_changes_nothing_is_done(api: FakeApi, channel: TelegramChannel) -> None:
    first = await channel.send(ADA, Reply("Full time."))
    api.fails(
        "editMessageText", status=400, description="Bad Request: message is not modified: specified"
    )

    assert await channel.send(ADA, Reply("Full time.", edits=first)) == first
    assert len(api.sent) == 1


@pytest.mark.parametrize("edits", ["77", "no number"])
async def test_a_reply_that_cannot_be_edited_is_sent_anew(
    api: FakeApi, channel: TelegramChannel, edits: str
) -> None:
    sent_id = await channel.send(ADA, Reply("Part time.", edits=edits))

    assert api.texts() == ["Part time."]
    assert sent_id == str(api.sent[0].message_id)


async def test_a_topic_is_answered_in_the_topic(api: FakeApi, channel: TelegramChannel) -> None:
    await channel.send(Sender("telegram", "1", "-1005:9", "7"), Reply("x"))

    assert (api.sent[0].chat, api.sent[0].params["message_thread_id"]) == (-1005, "9")


async def test_a_topic_that_was_deleted_is_answered_in_the_group(
    api: FakeApi, channel: TelegramChannel
) -> None:
    api.fails("sendMessage", status=400, description="Bad Request: message thread not found")

    await channel.send(Sender("telegram", "1", "-1005:9", "7"), Reply("x"))

    assert "message_thread_id" not in api.sent[0].params


async def test_entities_that_telegram_refuses_are_left_out(
    api: FakeApi, channel: TelegramChannel
) -> None:
    api.fails("sendMessage", status=400, description="Bad Request: can't parse entities")

    await channel.send(ADA, Reply("**x**"))

    assert "entities" not in api.sent[0].params


async def test_a_group_that_became_a_supergroup_is_followed(
    api: FakeApi, channel: TelegramChannel
) -> None:
    api.fails("sendMessage", status=400, description="upgraded", migrate_to=-100777)
    group = Sender("telegram", "1", "-5", "7")

    await channel.send(group, Reply("one"))
    await channel.send(group, Reply("two"))

    assert [each.chat for each in api.sent] == [-100777, -100777]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Unreachable),
        ({"status": 400, "description": "Bad Request: chat not found"}, Unreachable),
        ({"status": 400, "description": "Bad Request: user is deactivated"}, Unreachable),
        ({"status": 400, "description": "Bad Request: something else"}, DeliveryError),
        ({"status": 429, "description": "Too Many Requests", "retry_after": 7}, TryLater),
        ({"status": 500}, TryLater),
        ({"status": 502, "body": "<html>"}, TryLater),
        ({"status": 200, "body": "<html>"}, TryLater),
        ({"status": 200, "body": "{}"}, TryLater),
        ({"status": 401, "description": "Unauthorized"}, TryLater),
        ({"reset": True}, TryLater),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_refusals_are_our_errors(
    api: FakeApi, channel: TelegramChannel, fault: dict[str, object], error: type[DeliveryError]
) -> None:
    api.fails("sendMessage", **fault)

    with pytest.raises(DeliveryError) as raised:
        await channel.send(ADA, Reply("x"))

    assert type(raised.value) is error
    assert TOKEN not in str(raised.value)


async def test_retry_after_is_carried_along(api: FakeApi, channel: TelegramChannel) -> None:
    api.fails("sendMessage", status=429, description="Too Many Requests", retry_after=7)

    with pytest.raises(TryLater) as raised:
        await channel.send(ADA, Reply("x"))

    assert raised.value.seconds == 7


@pytest.mark.parametrize("chat", ["", "abc", "1:b", "1.5"])
def test_an_address_that_is_none(chat: str) -> None:
    with pytest.raises(Unreachable):
        Place.of(chat)


async def test_an_answer_that_may_be_rated_has_two_thumbs_below_its_buttons(
    api: FakeApi, channel: TelegramChannel
) -> None:
    await channel.send(ADA, Reply("39 h", ((Button("More", "m"),),), rates="u1"))

    assert json.loads(api.sent[0].params["reply_markup"]) == {
        "inline_keyboard": [
            [{"text": "More", "callback_data": "m"}],
            [{"text": "👍", "callback_data": "+|u1"}, {"text": "👎", "callback_data": "-|u1"}],
        ]
    }


async def test_marks_change_the_buttons_of_an_earlier_message(
    api: FakeApi, channel: TelegramChannel
) -> None:
    earlier = await channel.send(ADA, Reply("39 h", rates="u1"))
    marks = Marks(earlier, ((Button("👍 ✓", "+|u1"),),))

    assert await channel.send(ADA, Reply("", marks=marks)) == ""
    await channel.send(ADA, Reply("Thank you.", marks=marks))

    shown = {"inline_keyboard": [[{"text": "👍 ✓", "callback_data": "+|u1"}]]}
    assert [json.loads(each.params["reply_markup"]) for each in api.marked] == [shown, shown]
    assert api.texts() == ["39 h", "Thank you."]


@pytest.mark.parametrize("message_id", ["1", "", "x"])
async def test_a_message_that_cannot_be_marked_is_left(
    api: FakeApi, channel: TelegramChannel, message_id: str
) -> None:
    reply = Reply("Thank you.", marks=Marks(message_id, ()))

    await channel.send(ADA, reply)

    assert api.texts() == ["Thank you."]


async def test_marks_that_telegram_does_not_take_now_are_tried_again(
    api: FakeApi, channel: TelegramChannel
) -> None:
    earlier = await channel.send(ADA, Reply("39 h"))
    reply = Reply("Thank you.", marks=Marks(earlier, ()))
    api.fails("editMessageReplyMarkup", status=502)

    with pytest.raises(TryLater):
        await channel.send(ADA, reply)
    await channel.send(ADA, reply)

    assert api.texts() == ["39 h", "Thank you."]


async def test_a_file_goes_out_with_its_text_below(api: FakeApi, channel: TelegramChannel) -> None:
    file = Attachment("mydata.json", "application/json", b'{"a": 1}')

    sent_id = await channel.send(ADA, Reply("**All** of it:", ((Button("x", "y"),),), file=file))

    [sent] = api.sent
    assert api.files == [("mydata.json", b'{"a": 1}')]
    assert (sent.text, str(sent.message_id)) == ("All of it:", sent_id)
    assert json.loads(sent.params["caption_entities"])[0]["type"] == "bold"
    assert "reply_markup" in sent.params


async def test_a_text_too_long_for_a_caption_goes_out_before_the_file(
    api: FakeApi, channel: TelegramChannel
) -> None:
    file = Attachment("mydata.json", "application/json", b"{}")

    await channel.send(ADA, Reply("x" * 1024, file=file))
    await channel.send(ADA, Reply("x" * 1025, file=file))

    assert [len(text) for text in api.texts()] == [1024, 1025, 0]


async def test_a_reply_without_text_is_an_error(api: FakeApi, channel: TelegramChannel) -> None:
    with pytest.raises(DeliveryError):
        await channel.send(ADA, Reply(" \n "))


@pytest.mark.parametrize(("data", "kept"), [("é" * 32, True), ("é" * 32 + "x", False), ("", False)])
def test_a_button_carries_at_most_64_bytes(
    *, data: str, kept: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)

    keyboard = keyboard_of([[Button("Yes", data)]])

    assert (keyboard is not None) is kept
    assert bool(caplog.records) is not kept


def test_at_most_a_hundred_buttons() -> None:
    keyboard = keyboard_of([[Button(f"{n}", f"{n}")] for n in range(130)])

    assert keyboard is not None
    assert sum(map(len, keyboard)) == 100
