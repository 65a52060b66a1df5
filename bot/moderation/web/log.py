"""The whole log: searched, filtered, and one question with why it was answered as it was."""

import datetime as dt

from starlette.responses import Response

from bot.core.decision import NAMES
from bot.core.gap import Assigning, Clashing, GapState
from bot.core.markup import plain
from bot.core.posting import Posting
from bot.core.search import Cursor, Hit, Wanted
from bot.moderation.web import bubble
from bot.moderation.web.forms import Form
from bot.moderation.web.gap import lines, targets
from bot.moderation.web.gate import new_token
from bot.moderation.web.inbox import Labels
from bot.moderation.web.visit import Missing, Visit

BANDS = {"low": (0.0, 0.5), "middle": (0.5, 0.8), "high": (0.8, 1.01)}
"""Confidence from (included) to (excluded); nothing is above 1."""

DECISIONS = tuple(name for name in NAMES.values() if name != "smalltalk")
_FIELDS = (
    "words",
    "posting",
    "decision",
    "topic",
    "band",
    "disliked",
    "open",
    "channel",
    "language",
    "since",
    "until",
    "gap",
)


async def questions(visit: Visit) -> Response:
    """The list of what was asked."""
    query, log = visit.query, visit.house.log
    wanted = wanted_of(query, visit)
    found = await log.find(wanted, _cursor(query))
    kept = {name: query.text(name) for name in _FIELDS}
    posting = visit.house.posting(wanted.posting)
    last = found.older
    return visit.page(
        "questions.html",
        here="questions",
        found=found,
        kept=kept,
        filtered=any(kept.values()),
        older=f"{last.received.isoformat()}~{last.uid}" if last else None,
        first=not query.has("before"),
        titles=visit.house.titles(visit.language),
        decisions=DECISIONS,
        bands=BANDS,
        channels=await log.channels(),
        languages=await log.languages(),
        targets=targets(visit, posting),
        labels=Labels(visit),
    )


async def question(visit: Visit) -> Response:
    """One question: what came of it, why, and what would come of it now."""
    hit = await _hit(visit)
    return await _shown(visit, hit)


async def wrong(visit: Visit) -> Response:
    """It was answered wrongly: it is about another topic. Who waits gets the right answer."""
    hit = await _hit(visit)
    target = visit.form.text("target")
    if not target:
        return await _shown(visit, hit, status=422, mistake=visit.say("mistake.no_target"))
    uid, key, desk = hit.question.uid, visit.form.text("key"), visit.house.desk
    gap = await _gap_of(visit, hit)
    asked = lines(visit.form.starting("questions."))
    detail = await desk.gap(gap)
    if detail.summary.count > 1:
        # What the others asked may well be something else: only this one is known to be wrong.
        version = detail.summary.version
        done = await desk.split(gap, version, visit.moderator, (uid,), key=f"{key}-split")
        gap = done.act.gap or gap
        detail = await desk.gap(gap)
    what = Assigning(target, asked)
    done_or = await desk.assign(gap, detail.summary.version, visit.moderator, what, key=key)
    if isinstance(done_or, Clashing):
        return visit.to(f"/gaps/{gap}", target=target, clash=1)
    due = done_or.due.astimezone(visit.house.zone).strftime("%H:%M:%S") if done_or.due else None
    return visit.to(f"/gaps/{gap}", act=done_or.act.id, told=done_or.told or None, due=due)


async def _gap_of(visit: Visit, hit: Hit) -> int:
    desk, uid = visit.house.desk, hit.question.uid
    gap = await desk.gap_of(uid)
    if gap is None or (await desk.gap(gap)).summary.state is not GapState.OPEN:
        await visit.house.log.dispute(uid, visit.house.clock())
        await desk.gaps(count=1)  # which gathers what is open
        gap = await desk.gap_of(uid)
    if gap is None:
        raise Missing
    return gap


async def _hit(visit: Visit) -> Hit:
    hit = await visit.house.log.question(visit.named("uid"))
    if hit is None:
        raise Missing
    return hit


async def _shown(visit: Visit, hit: Hit, status: int = 200, mistake: str = "") -> Response:
    asked = hit.question
    posting = visit.house.posting(asked.posting)
    gap = hit.gap if hit.gap is not None else await visit.house.desk.gap_of(asked.uid)
    return visit.page(
        "question.html",
        status,
        here="questions",
        question=asked,
        gap=gap,
        posting=posting,
        labels=Labels(visit),
        scene=visit.house.scene(visit.language, posting),
        explained=_explained(visit, posting, asked.text),
        now=_answered_now(visit, posting, asked.text, asked.language),
        targets=targets(visit, posting),
        mistake=mistake,
        key=new_token(),
    )


def _explained(visit: Visit, posting: Posting | None, text: str) -> list[str]:
    if posting is None or not text:
        return []
    return visit.house.explain(visit.house.base, posting, text)


def _answered_now(
    visit: Visit, posting: Posting | None, text: str, language: str
) -> dict[str, object] | None:
    """What would come of it if it were asked now."""
    if posting is None or not text:
        return None
    spoken = language if visit.house.phrases.has(language) else None
    record = visit.house.asker(visit.house.clock()).ask(text, posting, language=spoken)
    return {
        "decision": record.decision,
        "bubbles": bubble.bubbles(record.written.text),
        "plain": plain(record.written.text),
    }


def wanted_of(query: Form, visit: Visit) -> Wanted:
    """What is looked for; what makes no sense is not looked for."""
    decision = query.text("decision")
    return Wanted(
        words=query.text("words")[:200],
        posting=query.text("posting") or None,
        decision=decision if decision in DECISIONS else None,
        topic=query.text("topic") or None,
        band=BANDS.get(query.text("band")),
        disliked=query.has("disliked"),
        open=query.has("open"),
        channel=query.text("channel") or None,
        language=query.text("language") or None,
        since=midnight(query.text("since"), visit),
        until=midnight(query.text("until"), visit, days=1),
        gap=query.number("gap") or None,
    )


def midnight(text: str, visit: Visit, days: int = 0) -> dt.datetime | None:
    """When the day *text* begins here, or the one so many *days* later; None if it is no day."""
    day = day_of(text)
    if day is None:
        return None
    try:
        return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), visit.house.zone)
    except OverflowError:
        return None


def day_of(text: str) -> dt.date | None:
    """A day as browsers send it, or None. The first and the last year are left to nobody."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if dt.date(1970, 1, 2) <= day <= dt.date(9000, 1, 1) else None


def _cursor(query: Form) -> Cursor | None:
    moment, _, uid = query.text("before").partition("~")
    try:
        received = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    # The first and the last year cannot be told in every time zone.
    sane = received.tzinfo is not None and 1970 <= received.year <= 9000  # noqa: PLR2004
    return Cursor(received, uid[:40]) if sane else None
