"""Messages and questions to try the log with, and programs that run beside the test."""

import datetime as dt
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bot.core.chat import LoggedQuestion, Question, question_uid
from bot.core.decision import Candidate
from bot.core.message import Attachment, Button, Incoming, Marks, Message, Reply, Sender, Tap
from bot.storage.store import SqlStore

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ANNA = Sender("telegram", "faqbot", chat="4711-the-address", person="4711-the-person")
BERT = Sender("telegram", "faqbot", chat="0815", person="0815", language="fr")
REPLY = Reply(
    "39 h *par semaine*",
    ((Button("Oui", "o|1"), Button("Non", "n|1")), ()),
    previews=True,
    rates="1,2",
    file=Attachment("é.json", "application/json", b'{"\xff": 1}'),
    marks=Marks("7", ((Button("👍 ✓", "+|1"), Button("👎", "-|1")),)),
)


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/log.db"


async def opened(folder: Path, key: bytes = b"k" * 32) -> SqlStore:
    return await SqlStore.open(url(folder), key=key)


def message(
    key: str = "1", sender: Sender = ANNA, *, at: dt.datetime = NOW, edited: bool = False
) -> Message:
    return Message(key, sender, "Combien d'heures ?", at, message_id="77", edited=edited)


def tap(key: str = "9", sender: Sender = ANNA) -> Tap:
    return Tap(key, sender, "o|x", NOW, message_id="77")


def question(  # noqa: PLR0913 - each test names what it is about
    incoming: Incoming,
    *,
    text: str = "Combien d'heures ?",
    decision: str = "unanswered",
    topic: str | None = None,
    is_open: bool = True,
    position: int = 0,
) -> Question:
    return Question(
        question_uid(incoming, position),
        position,
        text,
        "nord",
        "fr",
        decision,
        topic,
        None,
        0.5,
        (Candidate("hours", 0.5), Candidate("salary", 0.25)),
        ("hours", "salary"),
        is_open,
        1.5,
    )


def logged(uid: str, text: str, **values: object) -> LoggedQuestion:
    plain = LoggedQuestion(
        uid=uid,
        received=NOW,
        channel="telegram",
        person="p1",
        posting="nord",
        language="fr",
        text=text,
        decision="unanswered",
        topic=None,
        entry=None,
        confidence=0.5,
        open=True,
    )
    return replace(plain, **values)  # type: ignore[arg-type]  # each test names real fields


def bytes_on_disk(folder: Path) -> bytes:
    """Everything that the database left in its folder."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("log.db*")))


def listed(folder: Path) -> list[Path]:
    """What lies in a folder, by name."""
    return sorted(folder.iterdir())


def program(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start *code* as another process."""
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(running: subprocess.Popen[str]) -> str:
    """Wait for the end of a program that must end well."""
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    return out
