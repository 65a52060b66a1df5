"""What is said without being asked just now, and to whom: the values, not their way."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from bot.core.message import Reply, Sender


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who asked to be told when there is an answer to a question.

    ``text`` is the question as the log has it; ``language`` the one in which it was answered.
    """

    question: str
    text: str
    posting: str | None
    language: str
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on its way: ``uid`` is made from what it is about and from whom it is for.

    ``kind`` is ``answer`` (there is one now), ``once`` (a reply that is not learned), ``expired``
    (the wait ends without one) or ``closed`` (so does the posting).
    """

    uid: str
    kind: str
    to: Sender
    reply: Reply
    attempts: int = 0


class Added(Enum):
    """What became of the wish to be told."""

    NEW = "new"
    ALREADY = "already"
    """This chat waits for that answer already."""
    NO = "no"
    """There is no such question, or another chat asked it: what a button carries can be forged."""
