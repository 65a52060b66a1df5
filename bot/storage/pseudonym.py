"""Names under which people and chats stand in the log: keyed, so that they lead back to nobody."""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from functools import lru_cache
from pathlib import Path

from bot.core.message import Incoming, Message, Sender
from bot.errors import StoreError

_SHORTEST_KEY = 16
_LETTERS = 32
_REMEMBERED = 1024


class Pseudonyms:
    """Makes the names. The same key makes the same names; without it they cannot be guessed.

    A person, a chat and an update have names of different kinds: in a private chat, where the
    messenger's ids of chat and person are the same, their names differ.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST_KEY:
            raise StoreError(
                f"the key for pseudonyms is too short: it needs {_SHORTEST_KEY} bytes at least"
            )
        # Keyed once: making that ready takes longer than a name.
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)
        # The same few are named again and again while a message is handled.
        self._name = lru_cache(_REMEMBERED)(self._digest)

    def __repr__(self) -> str:
        """Without the key."""
        return "Pseudonyms(...)"

    def person(self, sender: Sender) -> str:
        """Who wrote: 32 hexadecimal digits."""
        return self._name("person", sender.channel, sender.account, sender.person)

    def chat(self, sender: Sender) -> str:
        """Where it was written: 32 hexadecimal digits."""
        return self._name("chat", sender.channel, sender.account, sender.chat)

    def update(self, incoming: Incoming) -> str:
        """Which update it was: 32 hexadecimal digits."""
        sender = incoming.sender
        return self._name("update", sender.channel, sender.account, incoming.key)

    def fingerprint(self, incoming: Incoming) -> str | None:
        """What a message said, so that only the same words have the same; None for a tap."""
        if not isinstance(incoming, Message):
            return None
        return self._digest("text", incoming.content.value, incoming.text)

    def _digest(self, *parts: str) -> str:
        whole = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        keyed = self._keyed.copy()
        keyed.update(whole)
        return keyed.hexdigest()[:_LETTERS]


def read_key(file: Path) -> bytes | None:
    """The key in *file*, or None if there is no such file.

    Raises:
        StoreError: it cannot be read, or holds no key.
    """
    try:
        text = file.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file) from error
    if not re.fullmatch(r"(?:[0-9a-f]{2}){16,}", text):
        raise _unreadable(file)
    return bytes.fromhex(text)


def key_in(file: Path) -> bytes:
    """The key in *file*, made there if it is not yet; for the owner's eyes only.

    Of two processes that make it at the same time, both get the same key.

    Raises:
        StoreError: it can be neither read nor made.
    """
    while (key := read_key(file)) is None:
        write_key(file, secrets.token_bytes(32))
    return key


def write_key(file: Path, key: bytes, *, overwrite: bool = False) -> bool:
    """Write *key* whole or not at all, with rights for the owner only.

    Returns:
        Whether it was written: an existing file is left alone unless *overwrite* says so.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        number, made = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(number, "w") as out:  # mkstemp gives mode 0600
                out.write(key.hex() + "\n")
                out.flush()
                os.fsync(out.fileno())
            return place(Path(made), file, overwrite=overwrite)
        finally:
            Path(made).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error


def place(made: Path, file: Path, *, overwrite: bool) -> bool:
    """Give a finished file its name in one step; False if that is taken and may not be."""
    if overwrite:
        made.replace(file)
    else:
        try:
            os.link(made, file)  # unlike a rename, this fails where there is one
        except FileExistsError:
            return False
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def _unreadable(file: Path) -> StoreError:
    return StoreError(
        f"{file}: cannot be read as the key for pseudonyms: put it back from a backup"
        " (without it, /forget does not find what people asked before)"
    )
