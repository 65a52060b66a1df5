"""A copy from which everything comes back."""

import asyncio
import stat
from pathlib import Path

import pytest

from bot.core.chat import Chat
from bot.errors import StoreError
from bot.storage.backup import back_up
from bot.storage.pseudonym import read_key
from bot.storage.store import SqlStore, key_file
from tests.storage.samples import REPLY, listed, message, question, url


async def test_a_copy_taken_while_writing_opens_as_a_log(tmp_path: Path) -> None:
    target = tmp_path / "copies" / "log.db"
    target.parent.mkdir()

    async def write(store: SqlStore, first: int) -> None:
        for number in range(first, first + 20):
            one = message(str(number))
            await store.keep(one, REPLY, Chat(), [question(one)])

    async with await SqlStore.open(url(tmp_path)) as store:
        await write(store, 0)
        writing = asyncio.create_task(write(store, 100))
        files = await back_up(url(tmp_path), target)
        await writing

    assert files == (target, key_file(target))
    assert listed(target.parent) == sorted(files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    async with await SqlStore.open(url(target.parent)) as copy:
        assert len(await copy.open_questions()) >= 20
        assert await copy.find(message("0")) is not None  # under the same key


async def test_the_settings_key_is_copied_too(tmp_path: Path) -> None:
    async with await SqlStore.open(url(tmp_path), key=b"s" * 32):
        pass

    await back_up(url(tmp_path), tmp_path / "copy.db", key=b"s" * 32)

    assert read_key(tmp_path / "copy.db.key") == b"s" * 32


@pytest.mark.parametrize("there", ["copy.db", "copy.db.key"])
async def test_nothing_is_overwritten_unasked(tmp_path: Path, there: str) -> None:
    async with await SqlStore.open(url(tmp_path)):
        pass
    (tmp_path / there).write_text("precious")

    with pytest.raises(StoreError, match="is there already"):
        await back_up(url(tmp_path), tmp_path / "copy.db")
    assert (tmp_path / there).read_text() == "precious"

    await back_up(url(tmp_path), tmp_path / "copy.db", overwrite=True)
    assert (tmp_path / there).read_bytes() != b"precious"


async def test_the_database_is_not_copied_onto_itself(tmp_path: Path) -> None:
    async with await SqlStore.open(url(tmp_path)):
        pass

    with pytest.raises(StoreError, match="is the database itself"):
        await back_up(url(tmp_path), tmp_path / "log.db", overwrite=True)


@pytest.mark.parametrize(
    ("made", "target", "said"),
    [
        (False, "copy.db", "there is no such database"),
        (True, "no/copy.db", "cannot be written: No such file"),
    ],
    ids=["no database", "no folder"],
)
async def test_what_cannot_be_copied_is_named(
    tmp_path: Path,
    made: bool,  # noqa: FBT001 - a case of the table
    target: str,
    said: str,
) -> None:
    if made:
        async with await SqlStore.open(url(tmp_path)):
            pass

    with pytest.raises(StoreError, match=said):
        await back_up(url(tmp_path), tmp_path / target)
    assert not (tmp_path / target).exists()


async def test_what_is_no_database_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"x" * 5000)

    with pytest.raises(StoreError, match=r"log\.db: is not a database"):
        await back_up(url(tmp_path), tmp_path / "copy.db")
    assert listed(tmp_path) == [tmp_path / "log.db"]
