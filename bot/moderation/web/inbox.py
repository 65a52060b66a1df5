"""The inbox: the gaps, the most wanted first, and what is done to several at once."""

import datetime as dt
from typing import TypeVar

from starlette.responses import Response

from bot.core.gap import GapFilter, GapKind, GapState, Order
from bot.errors import AlreadyDecided, NotPossible
from bot.moderation.web.forms import number_of
from bot.moderation.web.gate import new_token
from bot.moderation.web.visit import Visit

PORTION = 25

AGES = {"day": 1, "week": 7, "month": 30}
"""What counts as asked lately, in days."""

Word = TypeVar("Word", GapKind, GapState, Order)
_MOST_AT_ONCE = 100


async def inbox(visit: Visit) -> Response:
    """The list of gaps."""
    query = visit.query
    wanted = _wanted(visit)
    start = query.number("start")
    page = await visit.house.desk.gaps(wanted, start=start, count=PORTION)
    kept = {name: query.text(name) for name in ("state", "posting", "kind", "language", "age")}
    kept |= {"topic": query.text("topic"), "order": query.text("order")}
    return visit.page(
        "inbox.html",
        here="inbox",
        gaps=page,
        wanted=wanted,
        kept=kept,
        filtered=any(kept[name] for name in ("posting", "kind", "topic", "language", "age")),
        earlier=max(0, start - PORTION) if start else None,
        later=start + PORTION if start + PORTION < page.total else None,
        titles=visit.house.titles(visit.language),
        scene=visit.house.scene(visit.language),
        languages=_languages(visit),
        ages=AGES,
        labels=Labels(visit),
        ignored=query.number("ignored"),
        late=query.number("late"),
        key=new_token(),
    )


async def ignore_several(visit: Visit) -> Response:
    """Ignore the gaps that were ticked; those that somebody else changed meanwhile are left."""
    done = late = 0
    for place, chosen in enumerate(visit.form.all("gap")[:_MOST_AT_ONCE]):
        gap, version = (number_of(part) for part in chosen.partition(":")[::2])
        if gap is None or version is None:
            continue
        key = f"{visit.form.text('key')}-{place}"
        try:
            await visit.house.desk.ignore(gap, version, visit.moderator, key=key)
            done += 1
        except (AlreadyDecided, NotPossible):
            late += 1
    return visit.to("/", ignored=done or None, late=late or None)


class Labels:
    """What topics and entries are called, in the language of the page."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def __call__(self, matter: str | None, posting: str | None = None) -> str:
        """The label of a topic or of a posting's entry; its id where nobody named it."""
        if not matter:
            return ""
        house = self._visit.house
        known = house.posting(posting)
        if known is None and matter not in house.base.topics:
            # Of no posting in particular: whichever has an entry of that name.
            postings = house.base.postings.values()
            known = next((one for one in postings if one.entry(matter)), None)
        return house.scene(self._visit.language, known).label(matter)


def _wanted(visit: Visit) -> GapFilter:
    query = visit.query
    days = AGES.get(query.text("age"))
    return GapFilter(
        state=_word(GapState, query.text("state")) or GapState.OPEN,
        posting=query.text("posting") or None,
        kind=_word(GapKind, query.text("kind")),
        matter=query.text("topic") or None,
        language=query.text("language") or None,
        since=visit.house.clock() - dt.timedelta(days=days) if days else None,
        order=_word(Order, query.text("order")) or Order.WANTED,
    )


def _word(kind: type[Word], text: str) -> Word | None:
    return next((one for one in kind if one.value == text), None)


def _languages(visit: Visit) -> list[str]:
    found = {code for posting in visit.house.base.postings.values() for code in posting.languages}
    return sorted(found | set(visit.house.phrases.languages))
