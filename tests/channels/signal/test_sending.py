"""Replies as signal-cli takes them, and its refusals told apart."""

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.channels.signal.channel import SignalChannel
from bot.channels.signal.rpc import Refused
from bot.channels.signal.sending import LONGEST_TEXT, Outbox, Pause, Quote
from bot.core.message import Attachment, Button, Reply, Sender
from bot.errors import DeliveryError, TryLater, Unreachable
from tests.channels.signal.conftest import QUICK, Serving
from tests.channels.signal.daemon import ACCOUNT, ADA, BERT, GROUP, FakeDaemon, failure
from tests.channels.telegram.doubles import Echo

CHALLENGED: dict[str, Any] = {"token": "challenge-1"}
NO_ACCOUNT = {"code": -32602, "message": "Specified account does not exist", "data": None}
TO = Sender("signal", ACCOUNT, ADA, ADA)
CHOICES = Reply("Which?", ((Button("Hours", "o|1|hours"),), (Button("None of these", "n|1"),)))


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Taker:
    """Takes calls; ``answers`` holds what happens first, in order."""

    answers: list[Exception] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append(params)
        if self.answers:
            raise self.answers.pop(0)
        return {"timestamp": 1000 + len(self.calls), "results": []}


def outbox(*answers: Exception, clock: Clock | None = None) -> tuple[Outbox, Taker]:
    taker = Taker(list(answers))
    return Outbox(taker, ACCOUNT, Pause(ACCOUNT, clock=clock or Clock())), taker


def refused(error: dict[str, Any]) -> Refused:
    return Refused(error["code"], error["message"], error["data"])


async def posted(reply: Reply, **more: Any) -> dict[str, Any]:
    box, taker = outbox()
    await box.send(TO, reply, **more)
    (call,) = taker.calls
    return call


async def test_styles_count_as_utf_16_does() -> None:
    call = await posted(Reply("😀 **39 h** _a week_"))

    assert call == {
        "account": ACCOUNT,
        "recipient": [ADA],
        "message": "😀 39 h a week",
        "textStyles": ["3:4:BOLD", "8:6:ITALIC"],
    }


async def test_what_a_candidate_or_hr_typed_is_no_markup() -> None:
    call = await posted(Reply("2 \\* 3 <b>x</b> [a"))

    assert (call["message"], "textStyles" in call) == ("2 * 3 <b>x</b> [a", False)


@pytest.mark.parametrize(
    ("text", "shown", "styles"),
    [
        ("[page](https://a.example) **b**", "page (https://a.example) b", ["25:1:BOLD"]),
        ("**[page](https://a.example)**", "page (https://a.example)", ["0:4:BOLD"]),
        ("[hr@a.example](mailto:hr@a.example)", "hr@a.example", None),
        ("_a [b](https://c.example) d_", "a b (https://c.example) d", ["0:25:ITALIC"]),
    ],
)
async def test_a_link_shows_where_it_leads(text: str, shown: str, styles: list[str] | None) -> None:
    call = await posted(Reply(text))

    assert (call["message"], call.get("textStyles")) == (shown, styles)


async def test_choices_are_numbered_lines() -> None:
    assert (await posted(CHOICES))["message"] == "Which?\n\n1) Hours\n0) None of these"


async def test_a_label_is_no_markup() -> None:
    call = await posted(Reply("Which?", ((Button("**A** _b_ [c](https://d)", "x"),),)))

    assert call["message"] == "Which?\n\n1) **A** _b_ [c](https://d)"


@pytest.mark.parametrize(("length", "messages"), [(LONGEST_TEXT, 1), (LONGEST_TEXT + 1, 2)])
async def test_long_texts_are_split(length: int, messages: int) -> None:
    box, taker = outbox()

    await box.send(TO, Reply("x" * length))

    assert len(taker.calls) == messages
    assert "".join(call["message"] for call in taker.calls) == "x" * length


async def test_a_split_reply_goes_on_where_it_broke_off() -> None:
    box, taker = outbox()
    reply = Reply("a" * 1500 + "\n\n" + "b" * 1500)
    taker.answers = []
    ok = taker.call

    async def second_fails(method: str, params: dict[str, Any]) -> Any:
        if len(taker.calls) == 1:
            taker.answers = [refused(failure("NETWORK_FAILURE"))]
        return await ok(method, params)

    taker.call = second_fails  # type: ignore[method-assign]
    with pytest.raises(TryLater):
        await box.send(TO, reply)
    taker.call = ok  # type: ignore[method-assign]
    await box.send(TO, reply)

    assert [call["message"][0] for call in taker.calls] == ["a", "b", "b"]


async def test_a_reply_in_a_group_quotes_the_question() -> None:
    box, taker = outbox()
    group = Sender("signal", ACCOUNT, f"group.{GROUP}", ADA)

    await box.send(group, Reply("39 h"), Quote(7, ADA, "Hours?"))

    assert taker.calls == [
        {
            "account": ACCOUNT,
            "groupId": GROUP,
            "quoteTimestamp": 7,
            "quoteAuthor": ADA,
            "quoteMessage": "Hours?",
            "message": "39 h",
        }
    ]


async def test_a_file_goes_along() -> None:
    call = await posted(Reply("Here", file=Attachment("my data.json", "application/json", b"{}")))

    assert call["attachments"] == ["data:application/json;filename=my_data.json;base64,e30="]


async def test_an_edit_takes_the_place_of_the_earlier_reply() -> None:
    call = await posted(Reply("new", edits="77"))

    assert call["editTimestamp"] == 77


async def test_what_cannot_be_edited_any_more_is_answered_anew() -> None:
    box, taker = outbox(Refused(-1, "Failed to send message: too old"))

    sent = await box.send(TO, Reply("new", edits="77"))

    assert [("editTimestamp" in call) for call in taker.calls] == [True, False]
    assert sent == "1002"


@pytest.mark.parametrize(
    ("error", "kind", "seconds"),
    [
        (failure("UNREGISTERED_FAILURE"), Unreachable, None),
        (failure("NETWORK_FAILURE"), TryLater, 2),
        (failure("INVALID_PRE_KEY_FAILURE"), TryLater, 30),
        (failure("IDENTITY_FAILURE", code=-4), TryLater, 600),
        (failure("RATE_LIMIT_FAILURE", code=-5), TryLater, 600),
        (failure("RATE_LIMIT_FAILURE", code=-5, retryAfterSeconds=30), TryLater, 30),
        (failure("RATE_LIMIT_FAILURE", retryAfterSeconds=86400, **CHALLENGED), TryLater, 600),
        (failure("NETWORK_FAILURE", retryAfterSeconds=-1, **CHALLENGED), TryLater, 600),
        ({"code": -1, "message": "The user x is not registered.", "data": None}, Unreachable, None),
        ({"code": -1, "message": "Group not found: x", "data": None}, Unreachable, None),
        ({"code": -1, "message": "User is not a group member", "data": None}, Unreachable, None),
        ({"code": -1, "message": "Invalid style", "data": None}, DeliveryError, None),
        ({"code": -3, "message": "Failed to send: timeout", "data": None}, TryLater, 2),
        (
            {"code": -32603, "message": "Failed: [413] Rate limit exceeded: 413", "data": None},
            TryLater,
            600,
        ),
        ({"code": -32603, "message": "[429] Rate limit exceeded", "data": None}, TryLater, 600),
        (
            {"code": -32602, "message": "Specified account does not exist", "data": None},
            TryLater,
            30,
        ),
    ],
)
async def test_failures_are_told_apart(
    error: dict[str, Any], kind: type[DeliveryError], seconds: float | None
) -> None:
    box, _ = outbox(refused(error))

    with pytest.raises(DeliveryError) as caught:
        await box.send(TO, Reply("x"))

    assert type(caught.value) is kind
    assert getattr(caught.value, "seconds", None) == seconds


async def test_sending_rests_while_it_is_limited_and_the_operator_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    challenge = failure("RATE_LIMIT_FAILURE", retryAfterSeconds=86400, **CHALLENGED)
    box, taker = outbox(refused(challenge), refused(challenge), clock=clock)

    for wait in (0.0, 0.0, 599.9, 0.1):
        clock.now += wait
        with pytest.raises(TryLater):
            await box.send(TO, Reply("x"))
    clock.now += 600
    await box.send(TO, Reply("x"))
    await box.send(TO, Reply("y"))

    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(taker.calls) == 4
    assert len(told) == 1
    assert f"signal-cli -a {ACCOUNT} submitRateLimitChallenge --challenge challenge-1" in (
        told[0].getMessage()
    )
    assert "again" in caplog.records[-1].getMessage()


async def test_who_is_not_trusted_is_told_once_with_the_command_that_mends_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    distrust = [refused(failure("IDENTITY_FAILURE", code=-4, to=one)) for one in (ADA, ADA, BERT)]
    box, _ = outbox(*distrust)

    for _ in range(3):
        with pytest.raises(TryLater):
            await box.send(TO, Reply("x"))

    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert f"signal-cli -a {ACCOUNT} trust --trust-all-known-keys {ADA}" in told[0]


@pytest.mark.parametrize("how", ["silent", "cut"])
async def test_an_answer_that_never_comes_is_tried_later(
    daemon: FakeDaemon, serving: Serving, how: str
) -> None:
    daemon.fails("send", **{how: True})
    async with serving(daemon, Echo()) as channel:
        with pytest.raises(TryLater):
            await channel.send(TO, Reply("x"))


async def test_without_a_connection_it_is_tried_later() -> None:
    channel = SignalChannel("tcp://127.0.0.1:1", ACCOUNT, tuning=QUICK)

    with pytest.raises(TryLater):
        await channel.send(TO, Reply("x"))


async def test_a_reply_without_text_is_refused_here() -> None:
    box, taker = outbox()

    with pytest.raises(DeliveryError):
        await box.send(TO, Reply(" "))

    assert taker.calls == []


@pytest.mark.parametrize("code", [-1, -32603])
async def test_an_error_names_nobody(code: int) -> None:
    box, _ = outbox(Refused(code, f"cannot write to +33 6 12 34 56 79 ({ADA})"))

    with pytest.raises(DeliveryError) as caught:
        await box.send(TO, Reply("x"))

    assert "56 79" not in str(caught.value)
    assert ADA not in str(caught.value)
