"""From texts to weighted features."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import features
from bot.matching.features import CHARACTERS, WORDS, grams, learn

TEXT = st.text(alphabet="abc ", max_size=40).map(lambda text: " ".join(text.split()))


def _pieces(text: str) -> int:
    """How many character n-grams of two to five letters stand inside the words of a text."""
    padded = [len(word) + 2 for word in text.split()]
    return sum(max(0, length - order + 1) for length in padded for order in (2, 3, 4, 5))


@given(st.lists(TEXT, max_size=5))
def test_each_text_has_the_n_grams_of_its_own_words_only(texts: list[str]) -> None:
    found = grams(texts)

    for number, text in enumerate(texts):
        mine = found.documents == number
        count = len(text.split())
        assert np.sum(mine & (found.blocks == CHARACTERS)) == _pieces(text)
        assert np.sum(mine & (found.blocks == WORDS)) == max(0, 2 * count - 1)


@given(TEXT, TEXT)
def test_a_text_has_the_same_features_alone_and_among_others(text: str, other: str) -> None:
    alone = grams([text])
    among = grams([other, text])

    assert sorted(alone.hashes) == sorted(among.hashes[among.documents == 1])


@given(st.text(max_size=60).map(lambda text: " ".join(text.split())), st.text(max_size=9))
def test_a_text_has_the_same_features_as_in_a_corpus(text: str, concept: str) -> None:
    alone = grams([text], [[concept]])
    corpus = grams([text] * 65, [[concept]] * 65)
    mine = corpus.documents == 64

    assert sorted(zip(alone.hashes, alone.blocks, strict=True)) == sorted(
        zip(corpus.hashes[mine], corpus.blocks[mine], strict=True)
    )


def test_different_words_have_different_features() -> None:
    texts = ["salaire", "salaires", "horaire", "a b", "b a"]

    found = grams(texts)

    features = [frozenset(found.hashes[found.documents == i]) for i in range(len(texts))]
    assert len(set(features)) == len(texts)


def test_each_block_of_a_row_has_the_length_of_its_scale() -> None:
    texts = ["le salaire", "les horaires", "le salaire et les horaires"]

    vocabulary, matrix = learn(grams(texts), len(texts), scales=(2.0, 1.0, 1.0), rarest=1)

    for row in range(len(texts)):
        part = slice(matrix.starts[row], matrix.starts[row + 1])
        length = float(np.sum(matrix.values[part] ** 2))
        assert length == pytest.approx(2.0**2 + 1.0**2, rel=1e-3)
    assert len(vocabulary.slots) == len(set(vocabulary.slots.tolist()))


def test_a_text_without_any_known_feature_is_an_empty_row() -> None:
    vocabulary, _ = learn(grams(["salaire"]), 1, scales=(1.0, 1.0, 1.0))

    matrix = vocabulary.matrix(grams(["zzz", "salaire"]), 2)

    assert matrix.starts[1] == 0
    assert matrix.starts[2] > 0


def test_features_are_found_alike_with_and_without_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    found = grams(["salaire mensuel", "horaires", "zzz"])
    vocabulary, _ = learn(grams(["le salaire", "les horaires"]), 2, scales=(1.0, 1.0, 1.0))
    searched = vocabulary.matrix(found, 3)

    monkeypatch.setattr(features, "_MANY_FEATURES", 0)
    tabled = replace(vocabulary).matrix(found, 3)

    assert len(searched.columns) > 0
    assert searched.columns.tolist() == tabled.columns.tolist()
    assert searched.values.tolist() == tabled.values.tolist()
    assert searched.starts.tolist() == tabled.starts.tolist()


def test_a_vocabulary_may_be_empty() -> None:
    vocabulary, _ = learn(grams([""]), 1, scales=(1.0, 1.0, 1.0))

    assert len(vocabulary.matrix(grams(["salaire"]), 1).columns) == 0


def test_concepts_meet_where_words_do_not() -> None:
    found = grams(["wage", "salaire"], [["pay"], ["pay"]])

    own = [set(found.hashes[found.documents == i].tolist()) for i in (0, 1)]
    assert own[0] & own[1]
