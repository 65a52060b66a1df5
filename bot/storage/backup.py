"""A copy of the log while it is in use, together with the key without which it is worth little."""

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError
from bot.storage.database import PATIENCE, file_of
from bot.storage.fault import explained
from bot.storage.pseudonym import place, read_key, write_key
from bot.storage.store import key_file


async def back_up(
    url: str,
    target: Path,
    *,
    key: bytes | None = None,
    folder: Path = Path(),
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Copy the database to *target*, and the key for pseudonyms to *target* plus ``.key``.

    Either file is there whole or not at all, readable by its owner only. The log may be written
    meanwhile, by this process or another: the copy is of one moment.

    Args:
        url: the database, as in the settings.
        target: the copy.
        key: the key, if the settings give one; else the one beside the database.
        folder: where a relative *url* starts.
        overwrite: put the copy in the place of files that are there.

    Returns:
        The files that were written.

    Raises:
        StoreError: there is nothing to copy, it cannot be written, or it would overwrite.
    """
    source = file_of(url, folder)
    if key is None:
        key = await asyncio.to_thread(read_key, key_file(source))
    return await asyncio.to_thread(_back_up, source, target, key, overwrite=overwrite)


def _back_up(source: Path, target: Path, key: bytes | None, *, overwrite: bool) -> tuple[Path, ...]:
    beside = key_file(target)
    if not source.is_file():
        raise StoreError(f"{source}: there is no such database")
    if target.exists() and target.samefile(source):
        raise StoreError(f"{target}: is the database itself: name another file")
    for file in (target, beside):
        if file.exists() and not overwrite:
            raise _taken(file)
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(number)  # mkstemp gives mode 0600
        made = Path(name)
        try:
            _copy(source, made)
            if key is not None and not write_key(beside, key, overwrite=overwrite):
                raise _taken(beside)
            if not place(made, target, overwrite=overwrite):
                raise _taken(target)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror}") from error
    return (target,) if key is None else (target, beside)


def _copy(source: Path, made: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(source, timeout=PATIENCE)) as reading,
            closing(sqlite3.connect(made, timeout=PATIENCE)) as writing,
        ):
            reading.backup(writing)
            # One file, without a WAL beside it; opening it as a log switches it back.
            writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise explained(error, source) from error
    with made.open("rb") as written:
        os.fsync(written.fileno())


def _taken(file: Path) -> StoreError:
    return StoreError(f"{file}: is there already: name another file, or ask to overwrite it")
