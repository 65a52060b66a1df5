"""Dates that have passed, contradict each other, or do not exist."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from bot.core.dates import spell
from bot.core.posting import Entry, Posting
from bot.knowledge.checking.mentions import Mention, mentions
from bot.knowledge.checking.notes import Notes, Said, texts_of

_DEADLINE, _START = "deadline", "start_date"
_APPLYING = ("how_to_apply", "application", "documents")
_AHEAD = (_DEADLINE, _START, *_APPLYING, "selection_process", "training", "contract")
"""What such topics tell lies ahead of the candidate."""
_LONG_PAST = 550
"""Days after which a date that has passed is history rather than forgotten."""
_LONG_CLOSED = 60
"""Days after which a closed posting is hardly asked about any more."""
_LIMITS = {
    "fr": ("jusqu", "avant le", "au plus tard", "limite"),
    "en": ("until", "before", "by ", "no later", "deadline", "closing date"),
}
_BEFORE = 30


def check_dates(posting: Posting, notes: Notes, now: dt.datetime) -> None:
    """Note what is wrong with the dates that the answers of *posting* say, as seen at *now*."""
    for entry in posting.entries:
        dated = list(_dated(entry, posting))
        for said, mention in dated:
            _check_day(said, mention, posting, notes, now)
        if not posting.is_closed(now):
            _check_passed(entry, dated, notes, now)
        _check_deadline(entry, dated, posting, notes)
        _check_start(entry, dated, posting, notes, now)
        _check_languages(entry, dated, posting, notes)
    _check_closed_answers(posting, notes, now)
    _check_long_closed(posting, notes, now)


_Dated = list[tuple[Said, Mention]]


def _dated(entry: Entry, posting: Posting) -> Iterator[tuple[Said, Mention]]:
    for said in texts_of(entry):
        if said.key in {"answer", "answer_closed", "quote"}:
            language = said.language or posting.languages[0]
            for mention in _mentioned(said.text, language):
                yield said, mention


@lru_cache(4096)
def _mentioned(text: str, language: str) -> tuple[Mention, ...]:
    if not any(letter.isdigit() for letter in text):
        return ()
    return tuple(mentions(text, language))


def _check_day(
    said: Said, mention: Mention, posting: Posting, notes: Notes, now: dt.datetime
) -> None:
    entry, calls = said.entry, notes.calls(said.entry)
    if not mention.possible or (mention.year is not None and mention.date is None):
        what = f"{calls} says “{mention.text}”, and there is no such day"
        notes.warn(entry, what, "correct the date", mention.text)
        return
    if mention.weekday is None:
        return
    closing = posting.closes_at.year if posting.closes_at else now.year
    years = {mention.year} if mention.year else {now.year, now.year + 1, closing}
    days = [day for year in sorted(years) if (day := mention.at(year)) is not None]
    if days and all(day.weekday() != mention.weekday for day in days):
        right = f"{days[0]:%A}" if len(days) == 1 else spell(days[0], "en")
        what = f"{calls} says “{mention.text}”, and that day is a {right}"
        if len(days) > 1:
            what = f"{calls} says “{mention.text}”, which is right in no year near ({right})"
        notes.warn(entry, what, "correct the day or the date", mention.text)


def _check_passed(entry: Entry, dated: _Dated, notes: Notes, now: dt.datetime) -> None:
    today = _today(notes.posting, now)
    family = _family(entry)
    for said, mention in dated:
        date = mention.date
        if said.key != "answer" or date is None or not 0 < (today - date).days < _LONG_PAST:
            continue
        what = f"{notes.calls(entry)} says “{mention.text}”, which has passed"
        how = "write what holds now, or take it out"
        if family in _AHEAD:
            notes.warn(entry, what, how, mention.text)
        elif entry.topic is None:
            notes.hint(entry, what, how, mention.text)


def _today(posting: Posting, now: dt.datetime) -> dt.date:
    return now.astimezone(posting.timezone).date()


def _check_deadline(entry: Entry, dated: _Dated, posting: Posting, notes: Notes) -> None:
    own = entry.topic == _DEADLINE
    told = [
        (said, mention)
        for said, mention in dated
        if (own or _is_limit(said, mention, entry)) and said.key != "answer_closed"
    ]
    closes = posting.closes
    if closes is None:
        for said, mention in told:
            if own and mention.year is not None and said.key == "answer":
                what = f"`deadline` says “{mention.text}”, and the posting has no `closes`"
                how = f"add `closes: {mention.date}` below `posting:`, and write {{closes}} here"
                notes.warn(entry, what, how, mention.text)
        return
    day = closes.date() if isinstance(closes, dt.datetime) else closes
    for text in dict.fromkeys(said.text for said, _ in told):
        here = [(said, mention) for said, mention in told if said.text == text]
        right = [(said, mention) for said, mention in here if mention.is_day(day)]
        said, mention = (right or here)[0]
        if "{closes}" in text:
            continue
        if not right:
            what = f"{notes.calls(entry)} says “{mention.text}”, and the posting closes on {day}"
            how = "correct one of the two" if said.key == "quote" else "write {closes} in its place"
            notes.warn(entry, what, how, mention.text)
        elif said.key == "answer":
            what = f"{notes.calls(entry)} says “{mention.text}” as a text of its own"
            how = "write {closes}, which follows the date of the posting by itself"
            notes.hint(entry, what, how, mention.text)


def _is_limit(said: Said, mention: Mention, entry: Entry) -> bool:
    """Whether a date is said to be the last one for applying, outside the deadline's own entry."""
    family = _family(entry)
    before = said.text[max(0, mention.start - _BEFORE) : mention.start].casefold()
    words = _LIMITS.get(said.language, ())
    return family in _APPLYING and any(word in before for word in words)


def _check_start(
    entry: Entry, dated: _Dated, posting: Posting, notes: Notes, now: dt.datetime
) -> None:
    days = [m for said, m in dated if said.key == "answer" and m.date is not None]
    if entry.topic != _START or posting.closes is None or not days:
        return
    closes = posting.closes
    closing = closes.date() if isinstance(closes, dt.datetime) else closes
    latest = max(days, key=lambda mention: mention.date or dt.date.min)
    # What has passed is told as such.
    if latest.date is not None and _today(posting, now) <= latest.date < closing:
        what = f"`start_date` says “{latest.text}”, before the posting closes ({closing})"
        notes.warn(entry, what, "correct one of the two", latest.text)


def _check_closed_answers(posting: Posting, notes: Notes, now: dt.datetime) -> None:
    last_word = _last_word(posting)
    for entry in posting.entries:
        if entry.answer_closed and posting.closes is None:
            what = f"`answer_closed` of `{entry.id}` is never used: the posting has no `closes`"
            notes.warn(entry, what, "add `closes:` below `posting:`")
        if entry.answer_closed or posting.closes is None:
            continue
        if posting.is_closed(now) and _family(entry) in {_DEADLINE, "how_to_apply"}:
            what = f"the posting {posting.id} has closed, and `{entry.id}` has no `answer_closed`"
            notes.warn(entry, what, "add what candidates read now")
        elif entry.id == last_word:
            what = f"`{entry.id}` has no `answer_closed`"
            notes.hint(entry, what, "add what candidates read once the posting has closed")


def _last_word(posting: Posting) -> str:
    """The entry in which candidates would read that the posting has closed; empty if it is said."""
    known = [name for name in (_DEADLINE, "how_to_apply") if posting.entry(name)]
    said = any(entry.answer_closed for entry in posting.entries)
    return known[0] if known and (known[0] == _DEADLINE or not said) else ""


def _check_long_closed(posting: Posting, notes: Notes, now: dt.datetime) -> None:
    closed = posting.closes_at
    if closed is not None and (days := (now - closed).days) >= _LONG_CLOSED:
        what = f"the posting closed {days} days ago"
        how = "remove the file once nobody asks any more, or correct `closes`"
        notes.hint(None, what, how, "closes:")


def _check_languages(entry: Entry, dated: _Dated, posting: Posting, notes: Notes) -> None:
    """Note where the same answer says other days in another language."""
    if entry.topic == _DEADLINE and posting.closes is not None:
        return  # each is compared with the posting
    for key in ("answer", "answer_closed"):
        by_language: dict[str, list[Mention]] = {}
        for said, mention in dated:
            if said.key == key and mention.possible:
                by_language.setdefault(said.language, []).append(mention)
        first, *others = by_language.items() or [("", [])]
        for language, mentions_there in others:
            _compare(entry, first, (language, mentions_there), notes)


def _compare(
    entry: Entry, one: tuple[str, list[Mention]], other: tuple[str, list[Mention]], notes: Notes
) -> None:
    # Of more days in one language than in the other, some are only left out.
    if len(one[1]) != len(other[1]):
        return
    for mine in other[1]:
        if not any(_same_day(mine, theirs) for theirs in one[1]):
            theirs = next((m for m in one[1] if not any(_same_day(m, o) for o in other[1])), mine)
            what = (
                f"{notes.calls(entry)} says “{mine.text}” in {other[0]} "
                f"and “{theirs.text}” in {one[0]}"
            )
            notes.warn(entry, what, "correct one of the two", mine.text)
            return


def _same_day(one: Mention, other: Mention) -> bool:
    years = {one.year, other.year} - {None}
    return (one.day, one.month) == (other.day, other.month) and len(years) < 2  # noqa: PLR2004 - two that differ


def _family(entry: Entry) -> str:
    """The topic that an entry is about, for a detail the one above it; an own id counts as well."""
    return entry.id.partition(".")[0]
