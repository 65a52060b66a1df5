"""Our replies as signal-cli's calls, and its refusals as our errors."""

import base64
import functools
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.channels.signal.envelopes import GROUP
from bot.channels.signal.rpc import Lost, Params, Refused
from bot.core.choice import lines
from bot.core.markup import Span, Styled, render, split, utf16_span
from bot.core.message import Attachment, Reply, Sender
from bot.core.redaction import redact
from bot.errors import DeliveryError, TryLater, Unreachable

_log = logging.getLogger(__name__)

LONGEST_TEXT = 1900
"""UTF-16 code units in one message. Signal shows 2 KiB of UTF-8 at once, the rest on demand."""

_MOST_REMEMBERED = 1000
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_STYLES = {"bold": "BOLD", "italic": "ITALIC"}
_USER, _IO, _UNTRUSTED, _LIMIT = -1, -3, -4, -5
_SHORTLY, _SOON, _LATER = 2.0, 30.0, 600.0
_LIMITED = ("413", "429", "428", "rate limit")
_NO_GROUP = ("group not found", "not a group member", "not a member", "not allowed to send")


class Caller(Protocol):
    """Who makes the calls: `bot.channels.signal.line.Line`."""

    async def call(self, method: str, params: Params) -> Any:
        """See `bot.channels.signal.rpc.Connection.call`."""
        ...


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that a reply answers, where several write."""

    timestamp: int
    author: str
    text: str


@dataclass
class Pause:
    """Sending rests while Signal limits it; said once, whatever is tried meanwhile.

    Args:
        account: for the command that the operator is told.
        longest: seconds after which it is tried again, however long Signal asks to wait: the
            operator may have solved the challenge meanwhile.
        clock: seconds.
    """

    account: str
    longest: float = _LATER
    clock: Callable[[], float] = time.monotonic
    _until: float = 0.0
    _told: bool = False

    def check(self) -> None:
        """Go on only while nothing rests.

        Raises:
            TryLater: in so many seconds.
        """
        left = self._until - self.clock()
        if left > 0:
            raise TryLater(left, "Signal limits how much is sent")

    def begin(self, seconds: float, token: str) -> float:
        """Rest from now on; returns for how many seconds."""
        rest = min(seconds if seconds > 0 else self.longest, self.longest)
        self._until = self.clock() + rest
        if not self._told:
            self._told = True
            mend = (
                "solve the captcha at https://signalcaptchas.org/challenge/generate.html, then run:"
                f" signal-cli -a {self.account} submitRateLimitChallenge"
                f" --challenge {token} --captcha signal-hcaptcha..."
                if token
                else "it ends by itself; nothing needs to be done"
            )
            _log.error("Signal limits how much is sent; replies wait until it ends: %s", mend)
        return rest

    def over(self) -> None:
        """Something went out."""
        if self._told:
            _log.warning("Signal lets replies go out again")
        self._told = False
        self._until = 0.0


@dataclass
class Outbox:
    """Sends replies from one account.

    A reply in several pieces that breaks off is taken up where it stopped, as long as this process
    lives.
    """

    line: Caller
    account: str
    pause: Pause
    _begun: OrderedDict[tuple[Sender, Reply], list[str]] = field(default_factory=OrderedDict)
    _told: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def send(self, to: Sender, reply: Reply, quote: Quote | None = None) -> str:
        """See `bot.ports.Channel.send`."""
        pieces = _pieces(reply.text, lines(reply))
        if not pieces:
            raise DeliveryError("a reply without any text")
        self.pause.check()
        place = _place(to.chat)
        if reply.edits.isdecimal() and len(pieces) == 1 and reply.file is None:
            edit = place | {"editTimestamp": int(reply.edits)}
            try:
                return await self._post(edit, pieces[0])
            except (Unreachable, TryLater):
                raise
            except DeliveryError:
                pass  # too old to be edited, or gone: it is answered anew
        sent = self._progress(to, reply)
        for number in range(len(sent), len(pieces)):
            more = dict(place)
            if number == 0 and quote is not None:
                more |= _quoted(quote)
            if number == len(pieces) - 1 and reply.file is not None:
                more["attachments"] = [_data_uri(reply.file)]
            sent.append(await self._post(more, pieces[number]))
        self._begun.pop((to, reply), None)
        return sent[-1]

    def distrusts(self, address: str) -> None:
        """Tell the operator how to trust a person's new identity; once for each.

        The address stands in the log because nothing can be mended without it. It is the id that
        Signal made, not a telephone number, wherever Signal gives one.
        """
        if address in self._told:
            return
        self._told[address] = None
        while len(self._told) > _MOST_REMEMBERED:
            self._told.popitem(last=False)
        _log.error(
            "a person on Signal has a new identity (a new telephone, most often), so that nothing"
            " goes there until it is trusted: run: signal-cli -a %s trust --trust-all-known-keys %s"
            " (or start the daemon with --trust-new-identities=always)",
            self.account,
            address,
        )

    def _progress(self, to: Sender, reply: Reply) -> list[str]:
        """The pieces of this reply that went out before."""
        sent = self._begun.setdefault((to, reply), [])
        while len(self._begun) > _MOST_REMEMBERED:
            self._begun.popitem(last=False)
        return sent

    async def _post(self, place: Params, piece: Styled) -> str:
        params = {"account": self.account, **place, "message": piece.text}
        if styles := _styles(piece):
            params["textStyles"] = styles
        try:
            result = await self.line.call("send", params)
        except Lost as error:
            raise TryLater(_SHORTLY, str(error)) from error
        except Refused as error:
            raise self._translated(error) from error
        self.pause.over()
        timestamp = result.get("timestamp") if isinstance(result, Mapping) else None
        return str(timestamp) if isinstance(timestamp, int) else ""

    def _translated(self, error: Refused) -> DeliveryError:
        """One of our errors for one of signal-cli's."""
        told = _first_result(error)
        kind = told.get("type")
        if error.code == _LIMIT or kind == "RATE_LIMIT_FAILURE" or told.get("token"):
            return self._limited(told)
        if kind is None and any(sign in error.message.casefold() for sign in _LIMITED):
            return self._limited(told)
        if error.code == _UNTRUSTED or kind == "IDENTITY_FAILURE":
            self.distrusts(_address_in(told))
            return TryLater(_LATER, "an identity is not trusted")
        if kind == "UNREGISTERED_FAILURE" or "is not registered" in error.message:
            return Unreachable("the recipient is not registered with Signal (any more)")
        if kind in {"NETWORK_FAILURE", "INVALID_PRE_KEY_FAILURE"} or error.code == _IO:
            return TryLater(_SOON if kind == "INVALID_PRE_KEY_FAILURE" else _SHORTLY, str(kind))
        if any(sign in error.message.casefold() for sign in _NO_GROUP):
            return Unreachable("the bot is not in that group (any more)")
        if error.code == _USER:
            return DeliveryError(f"signal-cli refuses: {_nameless(error.message)}")
        # The account is not there, an error of the daemon's own: the operator's, not the reply's.
        return TryLater(_SOON, f"signal-cli: {_nameless(error.message)}")

    def _limited(self, told: Mapping[str, Any]) -> TryLater:
        seconds, token = told.get("retryAfterSeconds"), told.get("token")
        rest = self.pause.begin(
            float(seconds) if isinstance(seconds, int | float) else 0.0,
            token if isinstance(token, str) else "",
        )
        return TryLater(rest, "Signal limits how much is sent")


def _first_result(error: Refused) -> Mapping[str, Any]:
    """What became of the first recipient who did not get it."""
    data = error.data
    response = data.get("response") if isinstance(data, Mapping) else None
    results = response.get("results") if isinstance(response, Mapping) else None
    for one in results if isinstance(results, list) else ():
        if isinstance(one, Mapping) and one.get("type") != "SUCCESS":
            return one
    return {}


def _address_in(result: Mapping[str, Any]) -> str:
    address = result.get("recipientAddress")
    if not isinstance(address, Mapping):
        return "ADDRESS"
    return str(address.get("uuid") or address.get("number") or "ADDRESS")


def _nameless(text: str) -> str:
    """An error's text without numbers and ids of people, as the log may have it."""
    return _ID.sub("[id]", redact(text))


def _place(chat: str) -> Params:
    if chat.startswith(GROUP):
        return {"groupId": chat.removeprefix(GROUP)}
    return {"recipient": [chat]}


def _quoted(quote: Quote) -> Params:
    return {
        "quoteTimestamp": quote.timestamp,
        "quoteAuthor": quote.author,
        "quoteMessage": quote.text,
    }


def _data_uri(file: Attachment) -> str:
    name = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in file.name)
    content = base64.b64encode(file.content).decode("ascii")
    return f"data:{file.media};filename={name};base64,{content}"


@functools.lru_cache(maxsize=256)
def _pieces(text: str, choices: str) -> tuple[Styled, ...]:
    """The text as it is sent. Kept, because what HR wrote is sent again and again."""
    styled = _spelled(render(text))
    if choices:
        whole = "\n\n".join(filter(None, (styled.text, choices)))
        styled = Styled(whole, styled.spans)
    return tuple(split(styled, LONGEST_TEXT))


def _spelled(styled: Styled) -> Styled:
    """The same with each link's address in the text: Signal has no links with other words."""
    text = styled.text
    spans = list(styled.spans)
    links = [span for span in styled.spans if span.kind == "link"]
    for link in sorted(links, key=lambda span: span.end, reverse=True):
        bare = link.url.removeprefix("mailto:").removeprefix("tel:")
        if bare in text[link.start : link.end]:
            continue
        added = f" ({bare})"
        text = text[: link.end] + added + text[link.end :]
        spans = [_shifted(span, link.end, len(added)) for span in spans]
    return Styled(text, tuple(spans))


def _shifted(span: Span, at: int, by: int) -> Span:
    """*span* where *by* letters were put in at *at*: behind what ends there."""
    start = span.start + by if span.start >= at else span.start
    end = span.end + by if span.end > at else span.end
    return Span(span.kind, start, end, span.url)


def _styles(piece: Styled) -> list[str]:
    """The spans as signal-cli takes them: ``start:length:STYLE``, in UTF-16 code units."""
    found = []
    for span in piece.spans:
        if style := _STYLES.get(span.kind):
            start, length = utf16_span(piece.text, span)
            found.append(f"{start}:{length}:{style}")
    return found
