"""What is kept for the next start: the same as what was read, and never in the way."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.knowledge import identify as identifying
from bot.knowledge.asked import Asked
from bot.knowledge.bank import shipped_topics
from bot.knowledge.kept import default_cache, recall, remember, stamp
from bot.knowledge.models import Learner, bank_key
from bot.knowledge.tables import shipped_tables


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own, with everything forgotten that was read before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shipped_topics.cache_clear()
    yield default_cache()
    shipped_topics.cache_clear()


def test_topics_that_were_kept_are_those_that_were_read(cache: Path) -> None:
    read = shipped_topics()
    shipped_topics.cache_clear()

    kept = shipped_topics()

    assert list(cache.glob("topics-*.json"))
    assert list(kept) == list(read)
    assert kept == read
    assert kept is not read


@pytest.mark.parametrize("content", ["{", "7", '[["hours"]]'])
def test_kept_topics_that_are_broken_are_read_anew(content: str, cache: Path) -> None:
    read = shipped_topics()
    file = next(cache.glob("topics-*.json"))
    file.write_text(content)
    shipped_topics.cache_clear()

    assert shipped_topics() == read
    assert len(json.loads(file.read_text("utf-8"))) == len(read)


def test_the_name_of_the_banks_model_is_worked_out_once(cache: Path) -> None:
    topics, tables = shipped_topics(), shipped_tables()
    Learner(cache)._key(topics)  # noqa: SLF001 - what it takes from the cache shows nowhere else
    file = next(cache.glob("key-*.json"))

    assert recall(file) == bank_key(Asked.of_topics(topics.values()), tables)
    remember("another", file)
    assert Learner(cache)._key(topics) == "another"  # noqa: SLF001


def test_another_bank_has_another_name(cache: Path) -> None:
    topics = dict(shipped_topics())
    learner = Learner(cache)
    before = learner._key(topics)  # noqa: SLF001
    del topics["hours"]

    assert learner._key(topics) != before  # noqa: SLF001


def test_of_what_is_kept_only_the_latest_stays(tmp_path: Path) -> None:
    for number in range(6):
        file = tmp_path / f"thing-{number}.json"
        remember(number, file)
        os.utime(file, (number, number))
    remember("other", tmp_path / "else-1.json")

    assert sorted(path.name for path in tmp_path.glob("thing-*")) == [
        f"thing-{number}.json" for number in (2, 3, 4, 5)
    ]
    assert recall(tmp_path / "else-1.json") == "other"


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder")

    remember({"a": 1}, tmp_path / "cache" / "thing-1.json")

    assert recall(tmp_path / "cache" / "thing-1.json") is None


def test_files_that_change_have_another_name() -> None:
    assert stamp("lexicon") != stamp("spellings")
    assert stamp("lexicon") == stamp("lexicon")


def test_the_kept_identifier_says_what_the_whole_one_says(cache: Path) -> None:
    texts = ("¿Cuál es el salario?", "Wie hoch ist das Gehalt?", "доброго дня", "", "zzz")
    identifying._model.cache_clear()  # noqa: SLF001
    whole = [identifying.identify(text) for text in texts]
    folder = next(cache.glob("languages-*"))
    identifying._model.cache_clear()  # noqa: SLF001

    kept = [identifying.identify(text) for text in texts]

    assert kept == whole
    (folder / "moves.npy").write_bytes(b"no array")
    identifying._model.cache_clear()  # noqa: SLF001
    assert [identifying.identify(text) for text in texts] == whole
    identifying._model.cache_clear()  # noqa: SLF001
