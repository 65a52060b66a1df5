"""Names that lead back to nobody."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.storage.pseudonym import Pseudonyms, key_in, read_key, write_key
from tests.storage.samples import ANNA, BERT, message

KEY = bytes(range(32))


def test_the_same_key_gives_the_same_names() -> None:
    assert Pseudonyms(KEY).person(ANNA) == Pseudonyms(KEY).person(ANNA)


def test_another_key_gives_other_names() -> None:
    assert Pseudonyms(KEY).person(ANNA) != Pseudonyms(KEY[::-1]).person(ANNA)


def test_chat_person_and_update_have_different_names_where_the_ids_are_the_same() -> None:
    names = Pseudonyms(KEY)
    update = message(BERT.chat, BERT)

    assert len({names.person(BERT), names.chat(BERT), names.update(update)}) == 3


@pytest.mark.parametrize("field", ["channel", "account", "person"])
def test_people_differ_by_channel_account_and_id(field: str) -> None:
    other = replace(ANNA, **{field: "other"})

    assert Pseudonyms(KEY).person(other) != Pseudonyms(KEY).person(ANNA)


def test_a_name_holds_neither_id_nor_key() -> None:
    names = Pseudonyms(KEY)

    assert ANNA.person not in names.person(ANNA)
    assert len(names.person(ANNA)) == 32
    assert KEY.hex() not in repr(names)
    assert repr(KEY) not in repr(names)


def test_the_shortest_key_has_sixteen_bytes() -> None:
    Pseudonyms(KEY[:16])
    with pytest.raises(StoreError, match="too short"):
        Pseudonyms(KEY[:15])


def test_a_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "log.db.key"

    key = key_in(file)

    assert key_in(file) == key == read_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_those_who_make_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(key_in, [tmp_path / "key"] * 32))

    assert len(keys) == 1


def test_a_key_is_not_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_key(file, KEY)

    assert not write_key(file, KEY[::-1])
    assert read_key(file) == KEY
    assert write_key(file, KEY[::-1], overwrite=True)
    assert read_key(file) == KEY[::-1]


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 15, "abc" * 11, "\u00e9" * 32])
def test_a_damaged_key_is_not_replaced(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text)

    with pytest.raises(StoreError, match="put it back from a backup"):
        key_in(file)
    assert file.read_text() == text
