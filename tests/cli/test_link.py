from pathlib import Path

import pytest

from tests.cli.conftest import Faqbot

LINK = "https://t.me/assistant_bot?start=nurse"


def test_a_posting_has_a_link(faqbot: Faqbot) -> None:
    said = faqbot("link", "nurse", "--bot", "@assistant_bot")

    assert (said.code, said.out.strip()) == (0, LINK)


def test_the_code_goes_into_files(faqbot: Faqbot, home: Path) -> None:
    said = faqbot("link", "nurse", "--bot", "assistant_bot", "--png", "a.png", "--svg", "a.svg")

    assert said.out.splitlines() == [LINK, "a.png", "a.svg"]
    assert (home / "a.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (home / "a.svg").read_bytes()


def test_on_a_terminal_the_code_is_shown(
    faqbot: Faqbot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.cli.link.is_terminal", lambda: True)

    said = faqbot("link", "nurse", "--bot", "assistant_bot")

    assert len(said.out.splitlines()) > 15


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nurs", "--bot", "assistant_bot"), "did you mean nurse"),
        (("nurse", "--bot", "not a name"), "no name of a bot"),
    ],
)
def test_what_cannot_be_is_said(faqbot: Faqbot, arguments: tuple[str, ...], told: str) -> None:
    said = faqbot("link", *arguments)

    assert said.code == 2
    assert told in said.err


def test_without_a_token_or_a_name_it_says_what_is_missing(faqbot: Faqbot) -> None:
    said = faqbot("link", "nurse")

    assert said.code == 1
    assert "FAQBOT_TELEGRAM__TOKEN" in said.err


def test_a_file_that_cannot_be_written_is_one_line(faqbot: Faqbot) -> None:
    said = faqbot("link", "nurse", "--bot", "assistant_bot", "--png", "no/such/a.png")

    assert said.code == 1
    assert "no/such/a.png" in said.err
    assert "Traceback" not in said.err


def test_a_link_into_signal_comes_with_the_code_to_send_first(faqbot: Faqbot, home: Path) -> None:
    (home / "config.yaml").write_text(
        "signal: {rpc: 'tcp://127.0.0.1:1', account: '+33612345678'}\n", "utf-8"
    )

    out = faqbot("link", "nurse", "--signal", "--svg", "ad.svg").out

    assert out.splitlines() == ["https://signal.me/#p/+33612345678", "#nurse", "ad.svg"]
    assert (home / "ad.svg").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no account on Signal"),
        (
            "signal: {rpc: 'tcp://a:1', account: 00000000-0000-4000-8000-0000000000aa}\n",
            "without a telephone number has no such link",
        ),
    ],
)
def test_without_a_number_there_is_no_link_into_signal(
    faqbot: Faqbot, home: Path, text: str, said: str
) -> None:
    (home / "config.yaml").write_text(text, "utf-8")

    told = faqbot("link", "nurse", "--signal")

    assert told.code == 1
    assert said in told.err
