"""Links that let in once, and who is in. Only hashes of what they carry are kept.

What stays out: cookies and pages (`bot.moderation.web`), and who may be given which role.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import insert

from bot.core.access import Invitation, Session
from bot.core.gap import Role
from bot.storage.codec import plain
from bot.storage.database import Database
from bot.storage.moment import in_utc
from bot.storage.tables import invitations, sessions

LINK_LASTS = dt.timedelta(minutes=10)
IDLE = dt.timedelta(hours=12)
"""A session ends so long after its last page."""
LONGEST = dt.timedelta(days=7)
"""A session ends so long after it began, whatever is done in it."""

_BYTES = 32
_LONGEST_NAME = 200
_MOST_LINKS = 5
"""Links for one name that are open at the same time; of more, the oldest goes."""
_TOUCHED = dt.timedelta(minutes=1)
"""A session is written to at most so often, however fast somebody reads."""
_KEPT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Sessions:
    """The ways in, over the log's database. Every method raises StoreError if it cannot be used."""

    database: Database

    @property
    def lasts(self) -> dt.timedelta:
        """How long a session can last: `LONGEST`."""
        return LONGEST

    async def invite(self, name: str, role: Role, now: dt.datetime, *, subject: str = "") -> str:
        """Make a link's secret part: good once, for `LINK_LASTS`. It cannot be shown again.

        Args:
            name: how the person is called in what moderators did.
            role: as what they come in.
            now: an aware moment.
            subject: who that is on a messenger, where the role may be looked up again.
        """
        await self.tidy(now)
        token = secrets.token_urlsafe(_BYTES)
        row = {
            "token": hashed(token),
            "name": plain(name)[:_LONGEST_NAME],
            "role": role.value,
            "subject": plain(subject)[:_LONGEST_NAME],
            "created": in_utc(now),
            "until": in_utc(now + LINK_LASTS),
            "used": None,
        }
        mine = [invitations.c.name == row["name"], invitations.c.subject == row["subject"]]
        newest = (
            select(invitations.c.token)
            .where(*mine, invitations.c.used.is_(None))
            .order_by(invitations.c.created.desc())
            .limit(_MOST_LINKS)
        )
        async with self.database.transaction() as connection:
            await connection.execute(insert(invitations), [row])
            await connection.execute(
                delete(invitations).where(
                    *mine, invitations.c.used.is_(None), invitations.c.token.not_in(newest)
                )
            )
        return token

    async def invitation(self, token: str, now: dt.datetime) -> Invitation | None:
        """What a link lets in to, without using it; None if it is unknown, used or too old."""
        query = select(invitations).where(*_open(token, now))
        for row in await self.database.rows(query):
            return Invitation(row.name, Role(row.role), row.subject, row.until)
        return None

    async def enter(self, token: str, now: dt.datetime, *, agent: str = "") -> str | None:
        """Use a link up; of two who do so at once, one gets in.

        Returns:
            The secret part of a session's cookie, or None if the link lets nobody in.
        """
        secret = secrets.token_urlsafe(_BYTES)
        used = (
            update(invitations)
            .where(*_open(token, now))
            .values(used=in_utc(now))
            .returning(invitations.c.name, invitations.c.role, invitations.c.subject)
        )
        async with self.database.transaction() as connection:
            row = (await connection.execute(used)).first()
            if row is None:
                return None
            session = {
                "token": hashed(secret),
                "name": row.name,
                "role": row.role,
                "subject": row.subject,
                "agent": plain(agent)[:_LONGEST_NAME],
                "created": in_utc(now),
                "seen": in_utc(now),
                "until": in_utc(now + LONGEST),
                "ended": None,
            }
            await connection.execute(insert(sessions), [session])
        return secret

    async def find(self, secret: str, now: dt.datetime) -> Session | None:
        """Whose cookie it is; None if it is unknown, or its session has ended."""
        query = select(sessions).where(sessions.c.token == hashed(secret), *_living(now))
        for row in await self.database.rows(query):
            if now - row.seen >= _TOUCHED:
                touched = update(sessions).where(sessions.c.id == row.id)
                async with self.database.transaction() as connection:
                    await connection.execute(touched.values(seen=in_utc(now)))
            return _session(row)
        return None

    async def living(self, now: dt.datetime) -> list[Session]:
        """Every session that has not ended, the one last seen first."""
        query = select(sessions).where(*_living(now)).order_by(sessions.c.seen.desc())
        return [_session(row) for row in await self.database.rows(query)]

    async def change(self, session: int, role: Role) -> None:
        """Somebody's role is another one now."""
        changed = update(sessions).where(sessions.c.id == session).values(role=role.value)
        async with self.database.transaction() as connection:
            await connection.execute(changed)

    async def end(self, session: int, now: dt.datetime) -> bool:
        """End a session; whether there was one to end."""
        ended = update(sessions).where(sessions.c.id == session, *_living(now))
        async with self.database.transaction() as connection:
            return bool((await connection.execute(ended.values(ended=in_utc(now)))).rowcount)

    async def tidy(self, now: dt.datetime) -> int:
        """Delete links and sessions that ended long ago; returns how many."""
        before = in_utc(now - _KEPT)
        over = func.coalesce(sessions.c.ended, sessions.c.until)
        async with self.database.transaction() as connection:
            links = delete(invitations).where(invitations.c.created < before)
            rows = (await connection.execute(links)).rowcount
            return rows + (await connection.execute(delete(sessions).where(over < before))).rowcount


def hashed(secret: str) -> str:
    """What is kept of a secret. It is random and long, so that no salt and no slowness is needed.

    Looking one up compares hashes: how far they agree tells nothing of the secret itself.
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _open(token: str, now: dt.datetime) -> tuple[Any, ...]:
    return (
        invitations.c.token == hashed(token),
        invitations.c.used.is_(None),
        invitations.c.until > in_utc(now),
    )


def _living(now: dt.datetime) -> tuple[Any, ...]:
    return (
        or_(sessions.c.ended.is_(None), sessions.c.ended > in_utc(now)),
        sessions.c.until > in_utc(now),
        sessions.c.seen > in_utc(now - IDLE),
    )


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        subject=row.subject,
        agent=row.agent,
        created=row.created,
        seen=row.seen,
        until=row.until,
    )
