"""Models in folders and files."""

from pathlib import Path

import numpy as np
import pytest

from bot.knowledge.modelfiles import Learnt, load, load_texts, pack, packed_key, save, unpack
from bot.matching.calibration import Tuning
from bot.matching.features import grams, learn
from bot.matching.model import Linear

TEXTS = ["how much does it pay", "what are the hours", "quel salaire"]


@pytest.fixture
def learnt() -> Learnt:
    vocabulary, _ = learn(grams(TEXTS), len(TEXTS), scales=(1.0, 1.0, 0.5), rarest=1)
    weights = np.arange(len(vocabulary.slots) * 2, dtype=np.int8).reshape(-1, 2)
    model = Linear(vocabulary, ("hours", "salary"), weights, np.ones(2, dtype=np.float32), 0.25)
    return Learnt(
        model,
        {"pay": 3},
        ("fr", "en"),
        {"pay": (-1.0, 1.0)},
        Tuning({"fr": 7.0}, {"fr": 0.1}),
        (TEXTS, ["salary", "hours", "salary"]),
    )


def _same(one: Learnt | None, other: Learnt) -> bool:
    assert one is not None
    assert np.array_equal(one.model.scores(TEXTS), other.model.scores(TEXTS))
    kept = ("frequency", "codes", "odds", "tuning")
    return all(getattr(one, name) == getattr(other, name) for name in kept)


def test_a_folder_gives_back_what_was_saved(learnt: Learnt, tmp_path: Path) -> None:
    save(learnt, tmp_path / "model")

    assert _same(load(tmp_path / "model"), learnt)
    assert load_texts(tmp_path / "model") == (TEXTS, ["salary", "hours", "salary"])


def test_a_file_gives_back_what_was_packed(learnt: Learnt, tmp_path: Path) -> None:
    pack(learnt, tmp_path / "bank.npz", "made-from-this")

    found = unpack(tmp_path / "bank.npz")

    assert packed_key(tmp_path / "bank.npz") == "made-from-this"
    assert _same(found, learnt)
    assert found is not None
    assert found.texts[0] == TEXTS


def test_the_same_model_makes_the_same_file(learnt: Learnt, tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        pack(learnt, tmp_path / name, "key")

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 broken", b"no archive at all"])
def test_a_file_that_is_not_whole_is_no_model(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "bank.npz"
    if content is not None:
        file.write_bytes(content)

    assert packed_key(file) == ""
    assert unpack(file) is None


def test_a_model_may_know_no_language_and_words_that_it_never_met(
    learnt: Learnt, tmp_path: Path
) -> None:
    head = Learnt(learnt.model, {"pay": 3, "été": 0})

    save(head, tmp_path / "model")

    assert _same(load(tmp_path / "model"), head)


def test_a_model_may_know_no_word(learnt: Learnt, tmp_path: Path) -> None:
    save(Learnt(learnt.model, {}), tmp_path / "model")

    assert _same(load(tmp_path / "model"), Learnt(learnt.model, {}))


@pytest.mark.parametrize("missing", ["words.txt", "counts.npy", "odds.npy", "model.json"])
def test_a_folder_that_is_not_whole_is_no_model(
    missing: str, learnt: Learnt, tmp_path: Path
) -> None:
    save(learnt, tmp_path / "model")
    (tmp_path / "model" / missing).unlink()

    assert load(tmp_path / "model") is None
