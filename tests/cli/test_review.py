"""``faqbot review``: links for others, and the page alone over a local database."""

import asyncio
import datetime as dt
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Faqbot

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from bot.cli.main import main
from tests.cli.conftest import fake_mind
main(sys.argv[1:], load=fake_mind)
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def rows(home: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(home / "data" / "faqbot.db")
    try:
        return connection.execute("select name, role from invitations").fetchall()
    finally:
        connection.close()


def test_a_link_leads_to_the_public_address(faqbot: Faqbot, home: Path) -> None:
    (home / "config.yaml").write_text("web: {public_url: 'https://bot.example.org/jobs/'}\n")

    said = faqbot("review", "link", "Léa  Martin", "--role", "editor")

    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"https://bot\.example\.org/jobs/review/enter/[\w-]{43}\n", said.out)
    assert rows(home) == [("Léa Martin", "editor")]


def test_a_link_is_for_a_moderator_unless_it_is_said(faqbot: Faqbot, home: Path) -> None:
    said = faqbot("review", "link", "Ada")

    assert said.out.startswith("http://127.0.0.1:8080/review/enter/")
    assert "`web:` is not set" in said.err
    assert rows(home) == [("Ada", "moderator")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("Ada", "--role", "king"), "there is no role `king`"), (("  ",), "write who is to come in")],
)
def test_a_link_for_nobody_is_refused(
    faqbot: Faqbot, arguments: tuple[str, ...], told: str
) -> None:
    said = faqbot("review", "link", *arguments)

    assert said.code == 2
    assert told in said.err


def test_alone_it_does_not_listen_to_the_world_without_https(faqbot: Faqbot) -> None:
    said = faqbot("review", "--listen", "0.0.0.0:8080")

    assert said.code == 1
    assert "without HTTPS" in said.err


def test_a_port_that_is_taken_is_told(faqbot: Faqbot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = faqbot("review", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")

    assert said.code == 1
    assert "cannot listen on" in said.err


def test_alone_it_is_served_until_it_is_stopped(home: Path) -> None:
    where = f"127.0.0.1:{free_port()}"
    running = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", PROGRAM, "review", "--listen", where],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    link = running.stdout.readline().strip()

    with httpx.Client(base_url=f"http://{where}", timeout=20) as browser:
        page = browser.get(link)
        token = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
        entered = browser.post(link, data={"csrf": token})
        inbox = browser.get("/", follow_redirects=True)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=20)

    assert entered.status_code == 303
    assert "Nothing is open." in inbox.text
    assert running.returncode == 0, err
    assert "Traceback" not in err
    assert link.rpartition("/")[2] not in err


async def test_beside_the_messengers_it_is_served_where_it_is_safe(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from bot import app, review  # noqa: PLC0415 - what the commands load late, too
    from bot.knowledge.live import Live  # noqa: PLC0415
    from bot.knowledge.phrases import shipped_phrases  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415
    from tests.moderation.house import HAND_WRITTEN, TOPICS, WordMind  # noqa: PLC0415

    (tmp_path / "nurse.yaml").write_text(HAND_WRITTEN)
    live = Live.open(tmp_path / "nurse.yaml", TOPICS, WordMind)
    settings = [
        load_settings(None, {"FAQBOT_DATABASE": f"sqlite:///{tmp_path}/log.db", **more})
        for more in (
            {},
            {"FAQBOT_WEB__LISTEN": "127.0.0.1:1"},
            {"FAQBOT_WEB__LISTEN": "127.0.0.1:1", "FAQBOT_WEB__REVIEW": "false"},
            {"FAQBOT_WEB__LISTEN": "0.0.0.0:1"},
            {"FAQBOT_WEB__LISTEN": "0.0.0.0:1", "FAQBOT_WEB__PUBLIC_URL": "http://x.org"},
            {"FAQBOT_WEB__LISTEN": "0.0.0.0:1", "FAQBOT_WEB__PUBLIC_URL": "https://x.org"},
        )
    ]
    async with await app.open_store(settings[0]) as store:
        served = []
        for one in settings:
            parts = review.Parts(
                store,
                live,
                shipped_phrases(),
                lambda: dt.datetime.now(dt.UTC),
                app.about(one),
            )
            routes, _ = review.routes_beside(parts, one, review.desk_over(parts, one))
            served.append(bool(routes))

    assert served == [False, True, False, False, False, True]
    assert caplog.text.count("the review page is not served") == 2
    await asyncio.sleep(0)
