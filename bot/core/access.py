"""Who may come in to the review page, and what for. Checking it stays out: that is the page's."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What somebody may do; each one may do what those before it may."""

    VIEWER = "viewer"
    """Reads everything, changes nothing."""
    MODERATOR = "moderator"
    """Answers, ignores, and takes back."""
    EDITOR = "editor"
    """Besides: answers for all postings, erases, blocks, ends other people's sessions."""

    def allows(self, needed: "Role") -> bool:
        """Whether this role may do what needs *needed*."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


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
