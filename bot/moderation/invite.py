"""A one-time code with which a group becomes the moderators' group.

Only its hash is kept, with its end and the wrong tries that are left. What stays out: who may use
it (`bot.moderation.telegram`).
"""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Protocol

LASTS = dt.timedelta(hours=1)

_FACT = "invite"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTERS = 10
_TRIES = 10


class Facts(Protocol):
    """See `bot.storage.cards.Cards`."""

    async def fact(self, name: str) -> str:
        """What is known."""
        ...

    async def keep_fact(self, name: str, value: str, now: dt.datetime) -> None:
        """Remember something; an empty value forgets it."""
        ...


async def invite(facts: Facts, now: dt.datetime) -> str:
    """A new code, in place of any that was made before."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    until = (now + LASTS).isoformat()
    await facts.keep_fact(_FACT, f"{_hash(letters)} {until} {_TRIES}", now)
    return f"{letters[:5]}-{letters[5:]}"


async def spend(facts: Facts, code: str, now: dt.datetime) -> bool:
    """Whether *code* is the one that is valid now; it is spent then.

    After ten wrong tries it is not valid any more.
    """
    known = (await facts.fact(_FACT)).split()
    if not known:
        return False
    right, until, tries = known
    if now >= dt.datetime.fromisoformat(until):
        await facts.keep_fact(_FACT, "", now)
        return False
    if hmac.compare_digest(_hash(_letters(code)), right):
        await facts.keep_fact(_FACT, "", now)
        return True
    left = int(tries) - 1
    await facts.keep_fact(_FACT, f"{right} {until} {left}" if left > 0 else "", now)
    return False


def _letters(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _hash(letters: str) -> str:
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()
