"""Bringing the tables up to this version, inside the caller's transaction."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import StoreError

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""The steps that this version knows, oldest first. Reading them from Alembic at each start would
cost 0.2 s; a test compares."""

_VERSION_TABLE = "alembic_version"


def upgrade(connection: Connection, file: Path) -> None:
    """Take the steps that are missing; does nothing where none is.

    The caller holds the database's write lock, so that of two processes which start at once the
    second finds the work done.

    Raises:
        StoreError: the tables are a newer version's, or another program's.
    """
    at = _revision(connection, file)
    if at == REVISIONS[-1]:
        return
    if at is not None and at not in REVISIONS:
        raise StoreError(
            f"{file}: was written by a newer version of this program (its tables are at"
            f" {at!r:.40}): install that version, or name another file"
        )
    # Imported here because it takes long, and is needed once in a database's life.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    scripts = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection, file: Path) -> str | None:
    names = set(inspect(connection).get_table_names())
    if _VERSION_TABLE in names:
        found: str | None = connection.execute(
            text(f"SELECT version_num FROM {_VERSION_TABLE}")  # noqa: S608 - a constant
        ).scalar()
        return found
    if names:
        raise StoreError(f"{file}: is another program's database: name another file")
    return None
