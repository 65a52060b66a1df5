"""Points in time as the database keeps them: UTC, whatever the zone in which they come."""

import datetime as dt

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[dt.datetime]):
    """An aware point in time; SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To UTC. SQLite drops the zone, so that it must be the same one everywhere."""
        del dialect
        return None if value is None else in_utc(value)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Aware again, in UTC."""
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


def in_utc(value: dt.datetime) -> dt.datetime:
    """*value* in UTC.

    Raises:
        ValueError: it has no time zone, so that nobody can tell when it was.
    """
    if value.tzinfo is None:
        raise ValueError("a point in time must have a time zone")
    return value.astimezone(dt.UTC)
