import time
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.bank import read_topics, shipped_topics
from tests.knowledge.conftest import Write

NIGHTS = """\
topic: hours.nights
label: {fr: Travail de nuit, en: Night work}
questions:
  fr: [Faut-il travailler la nuit ?]
  en: [Any nights?]
"""
HOURS = """\
topic: hours
label: {fr: CDI et horaires, en: Hours}
about: {fr: les horaires, en: working hours}
scope: When and how long.
questions: {fr: [Quels horaires ?], en: [What hours?]}
"""


def test_a_topic_is_read_with_all_its_languages(tmp_path: Path, write: Write) -> None:
    write("hours.yaml", HOURS)
    write("hours.nights.yaml", NIGHTS)

    topics = read_topics(tmp_path)

    assert list(topics) == ["hours", "hours.nights"]
    assert topics["hours"].about["fr"] == "les horaires"
    assert topics["hours"].scope == "When and how long."
    assert topics["hours.nights"].questions["en"] == ("Any nights?",)
    assert topics["hours.nights"].parent == "hours"


def test_without_about_the_label_serves_within_a_sentence(tmp_path: Path, write: Write) -> None:
    write("hours.yaml", HOURS.replace("about: {fr: les horaires, en: working hours}\n", ""))

    assert read_topics(tmp_path)["hours"].about == {"fr": "CDI et horaires", "en": "hours"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("nights.yaml", NIGHTS, "call the file hours.nights.yaml"),
        ("hours.nights.yaml", NIGHTS, "there is no topic `hours`"),
        ("hours.yaml", HOURS + "colour: red\n", "nothing is known by the name of `colour`"),
        ("hours.yaml", HOURS + "label: x\n", "`label` stands here twice"),
        ("hours.yaml", HOURS.replace("{fr: CDI et horaires, en: Hours}", "x"), "add fr: or en:"),
        ("hours.yaml", "[", "bracket"),
    ],
)
def test_a_bank_with_a_mistake_is_refused(
    tmp_path: Path, write: Write, name: str, text: str, words: str
) -> None:
    write(name, text)

    with pytest.raises(KnowledgeError) as caught:
        read_topics(tmp_path)

    assert words in str(caught.value)


def test_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        read_topics(tmp_path)


def test_the_shipped_bank_is_read_fast_and_once() -> None:
    shipped_topics.cache_clear()
    began = time.process_time()

    topics = shipped_topics()

    # Half a second is what a start may spend on it; a slow machine gets twice that.
    assert time.process_time() - began < 1
    assert len(topics) > 100
    assert all(topic.about and topic.label["fr"] and topic.label["en"] for topic in topics.values())
    assert shipped_topics() is topics
