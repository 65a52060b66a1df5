"""What the database complains of, said so that an operator knows what to do."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError

from bot.errors import StoreError

_MENDS = {
    sqlite3.SQLITE_BUSY: "is locked by another program: end that program, or wait and try again",
    sqlite3.SQLITE_LOCKED: "is locked by another program: end that program, or wait and try again",
    sqlite3.SQLITE_READONLY: "cannot be written, it is read-only: give the user who runs this"
    " the right to write to the file and to its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: give the user who runs this the right to read and"
    " write the file and its folder",
    sqlite3.SQLITE_PERM: "cannot be opened: give the user who runs this the right to read and"
    " write the file and its folder",
    sqlite3.SQLITE_NOTADB: "is not a database: name another file, or put it back from a backup",
    sqlite3.SQLITE_CORRUPT: "is damaged: put it back from a backup",
    sqlite3.SQLITE_FULL: "cannot be written, the disk is full: make room",
    sqlite3.SQLITE_IOERR: "cannot be read or written, the disk reports an error: look at the disk",
}

_OF_ONE_ROW = (IntegrityError, DataError, InterfaceError, ProgrammingError)


def of_one_row(error: Exception) -> bool:
    """Whether the values are to blame, rather than the database: other rows can be written."""
    return isinstance(error, _OF_ONE_ROW) or not isinstance(error, DBAPIError | sqlite3.Error)


def explained(error: BaseException, file: Path) -> StoreError:
    """The error that names the file and what to do; it never repeats a value or a statement."""
    found = _original(error)
    code = getattr(found, "sqlite_errorcode", None)
    mend = _MENDS.get(code & 0xFF) if isinstance(code, int) else None
    if mend is None:
        mend = (
            f"cannot be used ({found if isinstance(found, sqlite3.Error) else 'no reason given'})"
        )
    return StoreError(f"{file}: {mend}")


def _original(error: BaseException) -> BaseException:
    """The driver's own error below what SQLAlchemy wraps around it."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, sqlite3.Error):
        seen = (seen.orig if isinstance(seen, DBAPIError) else None) or seen.__cause__
    return seen or error
