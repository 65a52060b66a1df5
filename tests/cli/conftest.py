import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.loading import Mind
from bot.cli.main import main
from bot.core.chat import Chat
from bot.core.decision import (
    Answer,
    Candidate,
    Clarify,
    Decision,
    Part,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
)
from bot.core.posting import KnowledgeBase, Posting

NURSE = """\
posting:
  id: nurse
  organisation: Harbour Clinic
  title: {en: Nurse, fr: Infirmier}
  languages: [en, fr]
  closes: 2026-03-26
  timezone: Europe/London
unstated: [salary]
entries:
  - topic: hours
    answer: {en: "Full time, **39 hours** a week.", fr: "Temps plein, **39 h** par semaine."}
  - topic: deadline
    answer: {en: "Until {closes}.", fr: "Jusqu'au {closes}."}
    answer_closed: {en: "It was {closes}; that has passed.", fr: "C'était le {closes}."}
"""
BAKER = NURSE.replace("id: nurse", "id: baker").replace("Nurse", "Baker")


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Faqbot = Callable[..., Said]


class FakeMind:
    """Understands what contains the word for it: enough to see what becomes of it."""

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        language = "fr" if "combien" in text.casefold() else "en"
        return Understanding((Part(text, _decide(posting, text, chat), _RANKING, 0.9),), language)

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        return [f"{text!r} for {posting.id}"]


_RANKING = (Candidate("hours", 0.9), Candidate("salary", 0.05))


def _decide(posting: Posting, text: str, chat: Chat) -> Decision:
    words = text.casefold()
    if "hello" in words:
        return SmallTalk("greeting")
    if "when" in words:
        return Clarify(("hours", "deadline"))
    if "again" in words and chat.last_topic:
        return Answer(chat.last_topic, chat.last_topic)
    for topic in ("hours", "deadline"):
        if topic in words or (topic == "hours" and "combien" in words):
            return Answer(topic, topic)
    if "salary" in words:
        return Unstated("salary", listed="salary" in posting.unstated)
    return Unanswered()


def fake_mind(_base: KnowledgeBase) -> Mind:
    return FakeMind()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands run, with one posting in its folder `knowledge`."""
    monkeypatch.chdir(tmp_path)
    for name in ("FAQBOT_CONFIG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "nurse.yaml").write_text(NURSE)
    return tmp_path


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command logs to the stderr that it finds, which is closed after the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def faqbot(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Faqbot:
    """Runs the command in this process, with an engine that knows a few words."""

    def run(*arguments: str, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments], load=fake_mind)
        said = capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)

    return run
