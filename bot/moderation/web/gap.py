"""One gap: everything about it, the form that answers it, and every other thing to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, Response

from bot.core.gap import (
    Act,
    Answering,
    Assigning,
    Clashing,
    Done,
    GapDetail,
    GapFilter,
    GapState,
    Learn,
    Preview,
    Retried,
    Verb,
    possible,
)
from bot.core.posting import Posting
from bot.core.topic import is_special
from bot.errors import AlreadyDecided, BotError, NotPossible
from bot.moderation.web import bubble
from bot.moderation.web.gate import new_token, why
from bot.moderation.web.inbox import Labels
from bot.moderation.web.visit import Missing, Visit

_LONGEST_ANSWER = 12_000
_MOST_PHRASINGS = 40
_SHOWN = 20
_LISTED = 100
_FAINT = 0.01


@dataclass(frozen=True)
class Typed:
    """What stands in the answer form: what was typed, or what is offered to begin with."""

    texts: Mapping[str, str] = field(default_factory=dict)
    learn: str = Learn.POSTING.value
    label: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    own: bool = False


async def gap(visit: Visit) -> Response:
    """The page of one gap."""
    detail = await _detail(visit)
    merged = detail.summary.merged
    if merged is not None:
        return visit.to(f"/gaps/{merged}")
    return await _shown(visit, detail, _offered(detail, visit.query.text("target")))


async def answer(visit: Visit) -> Response:
    """Answer it; or show only what that would do."""
    typed = _typed(visit)
    texts = {code: text[:_LONGEST_ANSWER] for code, text in typed.texts.items()}
    learn = next((one for one in Learn if one.value == typed.learn), Learn.POSTING)
    questions = lines(typed.questions) if learn is not Learn.ONCE else {}
    what = Answering(texts, learn, label=typed.label, questions=questions, own=typed.own)
    if not texts:
        return await _again(visit, typed, "no_text")
    return await _decide(visit, typed, what)


async def assign(visit: Visit) -> Response:
    """It is about that topic, or that entry."""
    typed = _typed(visit)
    if not typed.target:
        return await _again(visit, typed, "no_target")
    return await _decide(visit, typed, Assigning(typed.target, lines(typed.questions)))


async def _decide(visit: Visit, typed: Typed, what: Answering | Assigning) -> Response:
    desk, form, number = visit.house.desk, visit.form, visit.numbered("gap")
    if form.text("do") == "preview":
        preview = await desk.preview(number, what)
        return await _shown(visit, await _detail(visit), typed, preview=preview)
    version, key, despite = form.number("version"), form.text("key"), form.has("despite")
    try:
        if isinstance(what, Answering):
            done = await desk.answer(
                number, version, visit.moderator, what, despite=despite, key=key
            )
        else:
            done = await desk.assign(
                number, version, visit.moderator, what, despite=despite, key=key
            )
    except AlreadyDecided as error:
        return await _shown(visit, await _detail(visit), typed, status=409, decided=error)
    except NotPossible as error:
        return await _again(visit, typed, why(visit, error), error)
    if isinstance(done, Clashing):
        detail = await _detail(visit)
        kind = "assign" if isinstance(what, Assigning) else "answer"
        return await _shown(visit, detail, typed, preview=done.preview, clashing=kind)
    return _told(visit, done)


async def ignore(visit: Visit) -> Response:
    """Close it without an answer."""
    number, version = visit.numbered("gap"), visit.form.number("version")
    desk, key = visit.house.desk, visit.form.text("key")
    return _told(visit, await desk.ignore(number, version, visit.moderator, key=key))


async def reopen(visit: Visit) -> Response:
    """Open it again."""
    number, version = visit.numbered("gap"), visit.form.number("version")
    desk, key = visit.house.desk, visit.form.text("key")
    return _told(visit, await desk.reopen(number, version, visit.moderator, key=key))


async def some(visit: Visit) -> Response:
    """What is done to the questions that were ticked: erased, or taken out into a gap of theirs."""
    number, version = visit.numbered("gap"), visit.form.number("version")
    desk, key = visit.house.desk, visit.form.text("key")
    chosen = visit.form.all("question")
    if not chosen:
        return await _again(visit, None, "none_chosen")
    if visit.form.text("do") == "split":
        done = await desk.split(number, version, visit.moderator, chosen, key=key)
        return visit.to(f"/gaps/{done.act.gap}", act=done.act.id)
    return _told(visit, await desk.erase(number, version, visit.moderator, chosen, key=key))


async def merge(visit: Visit) -> Response:
    """Put another gap into this one."""
    number = visit.numbered("gap")
    other = visit.form.number("other")
    if not other or other == number:
        return await _again(visit, None, "no_other")
    desk, key = visit.house.desk, visit.form.text("key")
    second = (await desk.gap(other)).summary
    pair = ((number, visit.form.number("version")), (other, second.version))
    done = await desk.merge(pair, visit.moderator, key=key)
    return visit.to(f"/gaps/{number}", act=done.act.id)


async def block(visit: Visit) -> Response:
    """Read nothing more of the person behind a question."""
    key = visit.form.text("key")
    done = await visit.house.desk.block(visit.named("uid"), visit.moderator, key=key)
    gap = done.act.gap or visit.form.number("gap")
    return visit.to(f"/gaps/{gap}" if gap else "/", act=done.act.id)


async def undo(visit: Visit) -> Response:
    """Take an act back."""
    key = visit.form.text("key")
    undone = await visit.house.desk.undo(visit.numbered("act"), visit.moderator, key=key)
    gap = undone.of.gap or visit.form.number("gap")
    late = None if undone.finished else 1
    query = {"act": undone.act.id, "told": undone.told, "spared": undone.spared, "late": late}
    return visit.to(f"/gaps/{gap}" if gap else "/", **query)


async def close(visit: Visit) -> Response:
    """Close what a new answer serves as well: of what was shown, what still is so."""
    desk, shown = visit.house.desk, set(visit.form.all("question"))
    found = await desk.retry(visit.named("posting"))
    still = tuple(one for one in found.questions if one.uid in shown)
    key = visit.form.text("key")
    back = visit.form.number("gap")
    to = f"/gaps/{back}" if back else "/"
    if not still:
        return visit.to(to)
    retried = Retried(found.posting, still, found.people)
    done = await desk.close_retried(retried, visit.moderator, key=key)
    return visit.to(to, closed=len(still), told=done.told, due=_clock_of(visit, done))


async def live_preview(visit: Visit) -> Response:
    """The messages that candidates would get: a piece of a page, for the script."""
    typed = _typed(visit)
    posting = visit.house.posting(visit.form.text("posting"))
    shown = bubbles_of(visit, typed, posting, visit.form.text("matter") or None)
    html = visit.renderer.render("bubbles.html", visit, {"shown": shown})
    return HTMLResponse(html)


def _told(visit: Visit, done: Done) -> Response:
    act = done.act
    retry = done.retried.posting if done.retried and done.retried.questions else None
    query: dict[str, object] = {
        "act": act.id,
        "told": done.told or None,
        "due": _clock_of(visit, done),
        "late": None if done.finished else 1,
        "retry": retry,
    }
    return visit.to(f"/gaps/{act.gap}" if act.gap else "/", **query)


def _clock_of(visit: Visit, done: Done) -> str | None:
    """When people are told, as a clock shows it."""
    if done.due is None or not done.told:
        return None
    return done.due.astimezone(visit.house.zone).strftime("%H:%M:%S")


async def _detail(visit: Visit) -> GapDetail:
    try:
        return await visit.house.desk.gap(visit.numbered("gap"))
    except NotPossible as error:
        if error.reason == "gone":
            raise Missing from error
        raise


async def _again(
    visit: Visit, typed: Typed | None, mistake: str, error: NotPossible | None = None
) -> Response:
    detail = await _detail(visit)
    said = visit.say(f"mistake.{mistake}") if error is None else mistake
    problems = error.problems if error is not None else ()
    return await _shown(
        visit, detail, typed or _offered(detail), status=422, mistake=said, problems=problems
    )


async def _shown(  # noqa: PLR0913 - what a page shows besides the gap
    visit: Visit,
    detail: GapDetail,
    typed: Typed,
    *,
    status: int = 200,
    preview: Preview | None = None,
    clashing: str = "",
    mistake: str = "",
    problems: Sequence[object] = (),
    decided: AlreadyDecided | None = None,
) -> Response:
    summary = detail.summary
    posting = visit.house.posting(summary.posting)
    role = visit.moderator.role
    return visit.page(
        "gap.html",
        status,
        here="inbox",
        gap=summary,
        detail=detail,
        posting=posting,
        typed=typed,
        languages=detail.languages or visit.house.phrases.languages,
        guesses=[one for one in detail.guesses if one.confidence >= _FAINT],
        can_do={verb.value for verb in possible(summary.state, role)},
        labels=Labels(visit),
        scene=visit.house.scene(visit.language, posting),
        targets=targets(visit, posting),
        shown=bubbles_of(visit, typed, posting, summary.matter),
        asked=detail.questions[::-1][:_LISTED],
        shown_at_first=_SHOWN,
        preview=preview,
        clashing=clashing,
        mistake=mistake,
        problems=problems,
        decided=decided,
        outcome=_outcome(visit, detail.acts),
        retried=await _retried(visit),
        key=new_token(),
        others=await _others(visit, detail),
    )


def _outcome(visit: Visit, acts: Sequence[Act]) -> dict[str, object] | None:
    """What was just done here, as the address says."""
    query = visit.query
    act = next((one for one in acts if one.id == query.number("act")), None)
    closed = query.number("closed")
    if act is None and not closed:
        return None
    due = query.text("due")
    return {
        "act": act,
        "told": query.number("told"),
        "spared": query.number("spared"),
        "due": due if len(due) == len("12:00:00") and due.replace(":", "").isdigit() else "",
        "late": query.has("late"),
        "closed": closed,
        "undo": act is not None and act.verb is Verb.UNDO,
    }


async def _retried(visit: Visit) -> Retried | None:
    posting = visit.query.text("retry")
    if visit.house.posting(posting) is None or not visit.can("moderator"):
        return None
    try:
        found = await visit.house.desk.retry(posting)
    except BotError:
        return None  # it is an offer, and the page is about something else
    return found if found.questions else None


async def _others(visit: Visit, detail: GapDetail) -> Sequence[tuple[int, str]]:
    """The other open gaps of the posting, to merge with: number and a word of what it is about."""
    summary = detail.summary
    if summary.state is not GapState.OPEN:
        return ()
    page = await visit.house.desk.gaps(GapFilter(posting=summary.posting), count=50)
    labels = Labels(visit)
    return [
        (one.id, labels(one.matter, one.posting) or next(iter(one.examples), "")[:80])
        for one in page.gaps
        if one.id != summary.id and one.posting == summary.posting
    ]


def _offered(detail: GapDetail, target: str = "") -> Typed:
    """The form as it is first shown."""
    questions = {code: "\n".join(asked) for code, asked in detail.suggestions.items()}
    return Typed(questions=questions, target=target)


def _typed(visit: Visit) -> Typed:
    form = visit.form
    return Typed(
        texts=form.starting("text."),
        learn=form.text("learn") or Learn.POSTING.value,
        label=form.starting("label."),
        questions=form.starting("questions."),
        target=form.text("target"),
        own=form.has("own"),
    )


def lines(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """One way of asking per line."""
    found = {
        code: tuple(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))
        for code, text in texts.items()
    }
    return {code: asked[:_MOST_PHRASINGS] for code, asked in found.items() if asked}


def bubbles_of(
    visit: Visit, typed: Typed, posting: Posting | None, matter: str | None
) -> list[tuple[str, list[object]]]:
    """For each language of the posting the messages that a candidate would get."""
    if not typed.texts:
        return []
    languages = posting.languages if posting else tuple(typed.texts)
    found: list[tuple[str, list[object]]] = []
    for code in languages:
        scene = visit.house.scene(code, posting)
        found.append((code, [*bubble.bubbles(bubble.answered(typed.texts, matter, scene))]))
    return found


def targets(visit: Visit, posting: Posting | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a question may be about: what the posting answers, then the other topics."""
    scene = visit.house.scene(visit.language, posting)
    entries = posting.entries if posting else ()
    stated = [(entry.id, scene.label(entry.id)) for entry in entries]
    known = {one for one, _ in stated}
    topics = visit.house.base.open_topics() if posting is None or posting.topics else ()
    others = [
        (topic.id, scene.label(topic.id))
        for topic in topics
        if topic.id not in known and not is_special(topic.id)
    ]
    groups = [("answered", stated), ("not_answered", others)]
    return [
        (name, sorted(options, key=lambda one: one[1].casefold()))
        for name, options in groups
        if options
    ]
