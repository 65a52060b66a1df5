"""What changed from one state of the knowledge to the next, in words.

What stays out: reading (`folder`), and telling it to anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.errors import Problem

_NAMED = 5
"""So many postings are named in one line; the others are counted."""

_NEW, _GONE, _PUBLISHED, _WITHDRAWN = "new", "gone", "published", "withdrawn"
_HEAD = ("title", "organisation", "languages", "timezone", "url", "topics")


@dataclass(frozen=True, slots=True)
class PostingChange:
    """What happened to one posting: ``deadline: changed``, ``salary: new``, or ``gone``."""

    posting: str
    details: tuple[str, ...]

    @property
    def gone(self) -> bool:
        """Whether no candidate can reach it any more."""
        return self.details[0] in {_GONE, _WITHDRAWN}

    def __str__(self) -> str:
        """As one line of a log."""
        return f"{self.posting}: {'; '.join(self.details)}"


@dataclass(frozen=True)
class Changes:
    """What came of reading the knowledge again.

    ``problems`` are errors that were not told before; files that have one are used as they last
    were. ``mended`` are the files that had one and have none any more.
    """

    postings: tuple[PostingChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    mended: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.postings or self.problems or self.mended)

    def lines(self) -> Iterator[str]:
        """One line for each change, postings with the same change together; without problems."""
        alike: dict[tuple[str, ...], list[str]] = {}
        for change in self.postings:
            alike.setdefault(change.details, []).append(change.posting)
        for details, postings in alike.items():
            named = ", ".join(postings[:_NAMED])
            rest = f" and {len(postings) - _NAMED} more" if len(postings) > _NAMED else ""
            yield f"{named}{rest}: {'; '.join(details)}"
        for file in self.mended:
            yield f"{file}: mended, and in use again"


def compare(before: KnowledgeBase, after: KnowledgeBase) -> tuple[PostingChange, ...]:
    """The postings that are not what they were, in the order of *after*, those gone at the end."""
    found = []
    for posting in after.postings.values():
        old = before.postings.get(posting.id)
        if old is None:
            count = len(posting.entries)
            answers = f"{count} answer{'' if count == 1 else 's'}"
            draft = ("a draft",) if posting.draft else ()
            found.append(PostingChange(posting.id, (_NEW, answers, *draft)))
        elif old is not posting and (details := tuple(_details(old, posting))):
            found.append(PostingChange(posting.id, details))
    found += [PostingChange(old, (_GONE,)) for old in before.postings if old not in after.postings]
    return tuple(found)


def _details(old: Posting, new: Posting) -> Iterator[str]:
    if old.draft != new.draft:
        yield _WITHDRAWN if new.draft else _PUBLISHED
    if old.closes != new.closes:
        yield f"closes: {_date(old)} → {_date(new)}"
    for key in _HEAD:
        if getattr(old, key) != getattr(new, key):
            yield f"{key}: changed"
    yield from _entries(old.entries, new.entries)
    for topic in new.unstated:
        if topic not in old.unstated:
            yield f"{topic}: unstated now"
    for topic in old.unstated:
        if topic not in new.unstated and new.covering(topic) is None:
            yield f"{topic}: no longer listed as unstated"


def _date(posting: Posting) -> str:
    return str(posting.closes or "never")


def _entries(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[str]:
    old = {entry.id: entry for entry in before}
    for entry in after:
        was = old.pop(entry.id, None)
        if was is None:
            yield f"{entry.id}: new"
        elif said := _entry(was, entry):
            yield f"{entry.id}: {said}"
    yield from (f"{entry}: gone" for entry in old)


def _entry(old: Entry, new: Entry) -> str:
    """What changed, in words; empty if it only stands elsewhere."""
    if old == new:
        return ""
    if replace(new, questions={}, file="", line=0) != replace(old, questions={}, file="", line=0):
        return "changed"
    more = len(_asked(new) - _asked(old))
    if more and not _asked(old) - _asked(new):
        return f"{more} more {'way' if more == 1 else 'ways'} of asking"
    return "other ways of asking" if _asked(old) != _asked(new) else ""


def _asked(entry: Entry) -> set[tuple[str, str]]:
    return {(code, question) for code, asked in entry.questions.items() for question in asked}
