import datetime as dt

import pytest

from bot.channels.console import Console, printable, shown, visitor
from bot.core.message import Attachment, Button, Reply

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
CHOICES = Reply("Which?", ((Button("Hours", "o|1|hours"), Button("Pay", "o|1|pay")),))


async def test_choices_are_numbered_below_the_text() -> None:
    written: list[str] = []
    console = Console(written.append)

    await console.send(console.sender, CHOICES)

    assert written == ["Which?\n\n1) Hours\n2) Pay"]


async def test_a_file_is_written_below_its_text_and_thumbs_are_not() -> None:
    written: list[str] = []
    file = Attachment("mydata.json", "application/json", '{"a": "é\x1b[2J"}\n'.encode())

    await Console(written.append).send(visitor(), Reply("All of it:", rates="u1", file=file))

    assert written == ['All of it:\n\n{"a": "é[2J"}']


def test_none_of_these_is_zero() -> None:
    reply = Reply("Which?", ((Button("Hours", "o|1|hours"),), (Button("None", "n|1"),)))

    assert shown(reply, colours=False) == "Which?\n\n1) Hours\n0) None"


def test_a_line_may_be_the_number_of_a_choice() -> None:
    incoming = Console(print).incoming("2", NOW)

    assert (incoming.text, incoming.buttonless) == ("2", True)


def test_no_two_lines_have_the_same_key() -> None:
    console = Console(print)

    assert console.incoming("a", NOW).key != console.incoming("a", NOW).key


def test_each_conversation_is_somebody_new() -> None:
    assert visitor().person != visitor().person


@pytest.mark.parametrize(
    ("text", "plain", "coloured"),
    [
        ("**39 h** a week", "39 h a week", "\x1b[1m39 h\x1b[0m a week"),
        ("_perhaps_", "perhaps", "\x1b[3mperhaps\x1b[0m"),
        ("**a _b_**", "a b", "\x1b[1ma \x1b[0m\x1b[1;3mb\x1b[0m"),
        (
            "[page](https://a.example)!",
            "page (https://a.example)!",
            "\x1b[4mpage\x1b[0m (https://a.example)!",
        ),
        ("[a@b.example](mailto:a@b.example)", "a@b.example", "\x1b[4ma@b.example\x1b[0m"),
        ("- one\n- two", "• one\n• two", "• one\n• two"),
        ("", "", ""),
    ],
)
def test_styles_are_shown_where_they_can_be(text: str, plain: str, coloured: str) -> None:
    assert shown(Reply(text), colours=False) == plain
    assert shown(Reply(text), colours=True) == coloured


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "\x07", "\x00", "\u202egnp.exe", "\r"])
def test_nothing_that_is_shown_steers_the_terminal(text: str) -> None:
    reply = Reply(text, ((Button(text, "x"),),))

    for seen in (printable(text), shown(reply, colours=False)):
        assert not set("\x1b\x9b\x07\x00\u202e\r") & set(seen)


def test_half_characters_can_be_printed() -> None:
    assert printable("a\ud800b") == "a\ufffdb"
