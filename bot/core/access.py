"""Who is in on the review page, and what was said to let them in. Checking it stays out."""

import datetime as dt
from dataclasses import dataclass

from bot.core.gap import Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was made and not used: for whom, as what, and until when."""

    name: str
    role: Role
    subject: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who came in. ``subject`` is who that is on a messenger, if it is known there."""

    id: int
    name: str
    role: Role
    subject: str
    agent: str
    created: dt.datetime
    seen: dt.datetime
    until: dt.datetime
