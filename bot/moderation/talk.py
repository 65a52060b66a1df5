"""The talk that leads from a moderator's words to an act, one question at a time.

What was begun stands in the log under the message that asks for the next step, so that a restart
goes on there.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from bot.core.gap import (
    Assigning,
    Clashing,
    Done,
    GapDetail,
    GapKind,
    GapState,
    Learn,
    Moderator,
    Retried,
    Retry,
    Role,
)
from bot.core.markup import escape
from bot.core.message import Reply
from bot.core.topic import is_special
from bot.errors import AlreadyDecided, DeliveryError, KnowledgeError, NotPossible, Refused
from bot.knowledge.nearest import folded
from bot.moderation.cards import Cards, answering_of, number_of, questions_of
from bot.moderation.ground import Draft, Ground, Person, Said, Tapped

_log = logging.getLogger(__name__)

_CLOSE_ENOUGH = 80.0
_MOST_PHRASINGS = 5
_ASKING = 5.0
"""Seconds in which a question that is being asked is kept."""


@dataclass
class Talk:
    """Asks for what is missing, keeps what was said, and carries out what was decided."""

    ground: Ground
    _working: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def go_on(self) -> None:
        """Carry out what was decided before a restart."""
        for name, draft in (await self.ground.kept.drafts()).items():
            if draft.get("stage") == "go" and name not in self._working:
                self._carry_out(name, draft)

    async def drained(self) -> None:
        """Return once nothing is under way."""
        while self._working:
            await asyncio.wait(list(self._working.values()))

    async def replied(self, said: Said) -> None:
        """A reply to one of the bot's messages: an answer to a card, or to what was asked last."""
        name = _name(said.chat, said.reply_to)
        draft = await self.ground.kept.draft(name)
        gap = await self.ground.kept.gap_at(said.chat, said.reply_to)
        if gap is None and draft is None:
            gap = number_of(said.replied)
        if gap is None and draft is None:
            return
        await self.ground.moderator(said.chat, said.person, Role.MODERATOR)
        if draft is None and gap is not None:
            detail = await self.ground.desk.gap(gap)
            await self._begin(said, detail, detail.summary.version)
            return
        if draft is None:
            return
        detail = await self.ground.desk.gap(draft["gap"])
        match draft["stage"]:
            case "text":
                await self.ground.kept.drop_draft(name)
                await self._begin(said, detail, draft["version"])
            case "where":
                draft["language"] = self.ground.spoken(said.text, detail)
                draft["texts"][draft["language"]] = said.text
                await self._ask_where(said, name, draft, detail)
            case "phrasings" | "clash":
                draft["questions"] = self._lines(said.text, detail)
                await self._ask_phrasings(said, name, draft)
            case "topic":
                await self._search_topic(said, name, draft, detail)
            case _:
                pass

    async def _begin(self, said: Said, detail: GapDetail, version: int) -> None:
        """An answer was written: keep it, and ask what becomes of it."""
        if detail.summary.state is not GapState.OPEN:
            raise await self.ground.settled_by(detail)
        language = self.ground.spoken(said.text, detail)
        draft: Draft = {
            "stage": "where",
            "gap": detail.summary.id,
            "version": version,
            "texts": {language: said.text},
            "language": language,
            "questions": {},
        }
        await self._ask_where(said, "", draft, detail)

    async def _ask_where(
        self, to: Said | Tapped, name: str, draft: Draft, detail: GapDetail
    ) -> None:
        cards = self.ground.cards(self.ground.language(to.person))
        learnable = self.ground.posting(detail) is not None
        about = cards.about(detail.summary) if self._is_topic(draft, detail) else ""
        texts, language = draft["texts"], draft["language"]
        reply = cards.where(draft["gap"], texts, language, learnable=learnable, about=about)
        await self.ask(to, name, draft, reply)

    async def _ask_phrasings(self, to: Said | Tapped, name: str, draft: Draft) -> None:
        draft["stage"] = "phrasings"
        cards = self.ground.cards(self.ground.language(to.person))
        optional = "target" in draft
        asked = questions_of(draft["questions"])
        await self.ask(to, name, draft, cards.phrasings(draft["gap"], asked, optional=optional))

    async def ask(self, to: Said | Tapped, name: str, draft: Draft, reply: Reply) -> None:
        """Send the next question (or change the last one into it), and keep what it is about."""
        message = name.partition(" ")[2]
        sent = await self.ground.send(to, replace(reply, edits=message))
        await self.ground.kept.keep_draft(_name(to.chat, sent), draft, self.ground.clock())
        if name and sent != message:
            await self.ground.kept.drop_draft(name)

    async def _search_topic(self, said: Said, name: str, draft: Draft, detail: GapDetail) -> None:
        cards = self.ground.cards(self.ground.language(said.person))
        found = self._named(said.text, detail)
        if not found:
            await self.ground.send(said, cards.say("no_topic"))
            return
        await self.ask(said, name, draft, cards.topics(detail, found))

    async def step(
        self, action: str, rest: Sequence[str], tapped: Tapped, moderator: Moderator
    ) -> None:
        """A button that belongs to what was begun; one that does not fit any more does nothing."""
        name = _name(tapped.chat, tapped.message)
        draft = await self.ground.kept.draft(name)
        if draft is None and self._working:
            # What is carried out beside this asks, too: somebody may answer before that is kept.
            await asyncio.wait(set(self._working.values()), timeout=_ASKING)
            draft = await self.ground.kept.draft(name)
        if draft is not None:
            await self._step(_Step(tapped, name, draft, moderator), action, "|".join(rest))
        elif action == "x":
            gone = replace(self.ground.gone(moderator), edits=tapped.message)
            await self.ground.send(tapped, gone)

    async def _step(self, at: "_Step", action: str, value: str) -> None:
        match at.draft["stage"], action:
            case "go", _:
                pass
            case _, "x":
                await self._cancel(at)
            case "where", "g":
                await self._next_language(at)
            case "where", "w":
                await self._chose_where(at, value)
            case "where", "q":
                detail = await self.ground.desk.gap(at.draft["gap"])
                await self._ask_where(at.tapped, at.name, {**at.draft, "own": True}, detail)
            case "topic", "s" if value:
                await self._chose_topic(at, value)
            case ("phrasings", "p") | ("clash", "d"):
                despite = bool(at.draft.get("despite")) or action == "d"
                await self._go(at, {**at.draft, "despite": despite})
            case "phrasings", "n" if "target" in at.draft:
                await self._go(at, {**at.draft, "questions": {}})
            case "retried", "c":
                await self._close_retried(at)
            case _:
                pass

    async def _cancel(self, at: "_Step") -> None:
        await self.ground.kept.drop_draft(at.name)
        said = self.ground.cards(at.moderator.language).say("cancelled", number=at.draft["gap"])
        await self.ground.edit(at.tapped, said)

    async def _chose_topic(self, at: "_Step", target: str) -> None:
        detail = await self.ground.desk.gap(at.draft["gap"])
        draft = {**at.draft, "target": target, "questions": self._suggested(detail)}
        if self._is_answered(target, detail) and draft["questions"]:
            await self._ask_phrasings(at.tapped, at.name, draft)
        else:
            await self._go(at, draft)

    async def choose_topic(self, tapped: Tapped, gap: int, version: int, cards: Cards) -> None:
        """Ask which topic or entry a gap is about."""
        detail = await self.ground.desk.gap(gap)
        if self.ground.posting(detail) is None:
            raise NotPossible("no_posting")
        names = [one.id for one in detail.guesses if not is_special(one.id)]
        draft: Draft = {"stage": "topic", "gap": gap, "version": version}
        await self.ask(tapped, "", draft, cards.topics(detail, names))

    async def _next_language(self, at: "_Step") -> None:
        """What was taken for one language is in the next of those that there are."""
        draft = at.draft
        detail = await self.ground.desk.gap(draft["gap"])
        codes = detail.languages or self.ground.phrases.languages
        there = draft["language"]
        free = [code for code in codes if code == there or code not in draft["texts"]]
        following = free[(free.index(there) + 1) % len(free)] if there in free else free[0]
        draft["texts"][following] = draft["texts"].pop(there)
        draft["language"] = following
        await self._ask_where(at.tapped, at.name, draft, detail)

    async def _chose_where(self, at: "_Step", where: str) -> None:
        """A topic is understood already; for anything else, ways of asking are needed."""
        known = {one.value: one for one in Learn}
        if where not in known:
            return
        draft = {**at.draft, "learn": where}
        detail = await self.ground.desk.gap(draft["gap"])
        if known[where] is Learn.ONCE or self._is_topic(draft, detail):
            await self._go(at, draft)
            return
        draft["questions"] = self._suggested(detail)
        await self._ask_phrasings(at.tapped, at.name, draft)

    async def _go(self, at: "_Step", draft: Draft) -> None:
        """It is decided: keep that, and carry it out beside what else comes in."""
        decided = {
            **draft,
            "stage": "go",
            "key": f"telegram {at.tapped.key}",
            "by": at.moderator.name,
            "role": at.moderator.role.value,
            "speaks": at.moderator.language,
            "thread": at.tapped.thread,
        }
        await self.ground.kept.keep_draft(at.name, decided, self.ground.clock())
        self._carry_out(at.name, decided)

    async def _close_retried(self, at: "_Step") -> None:
        questions = tuple(Retry(uid, 0, "", entry) for uid, entry in at.draft["retried"])
        retried = Retried(at.draft["posting"], questions)
        key = f"telegram {at.tapped.key}"
        done = await self.ground.desk.close_retried(retried, at.moderator, key=key)
        await self.ground.kept.drop_draft(at.name)
        cards = self.ground.cards(at.moderator.language)
        reply = cards.say("closed", count=done.act.questions)
        if done.told:
            reply = _with(reply, cards.say("will_tell", told=done.told).text)
        await self.ground.edit(at.tapped, replace(reply, buttons=cards.undo_row(done.act)))

    def _carry_out(self, name: str, draft: Draft) -> None:
        task = asyncio.create_task(self._carried_out(name, draft), name=f"draft {name}")
        self._working[name] = task
        task.add_done_callback(lambda _: self._working.pop(name, None))

    async def _carried_out(self, name: str, draft: Draft) -> None:
        """Do what was decided; what is left of it is tried again with the next round."""
        try:
            await self._carry(name, draft)
        except DeliveryError as error:
            _log.warning("the moderators' group cannot be told: %s", error)
        except Exception:  # noqa: BLE001 - it is tried again, with the traceback in the log
            _log.exception("what was decided in the group is tried again")
            await asyncio.sleep(1)

    async def _carry(self, name: str, draft: Draft) -> None:
        chat, _, message = name.partition(" ")
        moderator = Moderator(draft["by"], Role(draft["role"]), draft["speaks"])
        cards = self.ground.cards(moderator.language)
        there = Tapped(draft["key"], chat, Person(""), "", message, draft["thread"])
        await self.ground.edit(there, cards.say("working", number=draft["gap"]))
        try:
            outcome = await self._decide(draft, moderator)
        except (NotPossible, AlreadyDecided, Refused) as error:
            await self.ground.edit(
                there, self.ground.trouble(error, Person("", "", moderator.language))
            )
            await self.ground.kept.drop_draft(name)
            await self.ground.refresh(chat, draft["gap"])
            return
        except (KnowledgeError, OSError) as error:
            # The files cannot be read as they are, and nothing was recorded. Where the log cannot
            # be used, on the other hand, it is tried again.
            invalid = self.ground.trouble(NotPossible("invalid"), Person("", "", draft["speaks"]))
            await self.ground.edit(there, _with(invalid, escape(str(error))))
            await self.ground.kept.drop_draft(name)
            return
        if isinstance(outcome, Clashing):
            posting = (await self.ground.desk.gap(draft["gap"])).summary.posting
            reply = cards.clash(draft["gap"], outcome.preview.clashes, posting)
            await self.ground.edit(there, reply)
            await self.ground.kept.keep_draft(
                name, {**draft, "stage": "clash"}, self.ground.clock()
            )
            return
        await self._tell_done(there, name, draft, outcome, cards)

    async def _decide(self, draft: Draft, moderator: Moderator) -> Done | Clashing:
        gap, version = draft["gap"], draft["version"]
        despite, key = bool(draft.get("despite")), draft["key"]
        if "target" in draft:
            assigning = Assigning(draft["target"], questions_of(draft["questions"]))
            return await self.ground.desk.assign(
                gap, version, moderator, assigning, despite=despite, key=key
            )
        answering = answering_of(draft)
        return await self.ground.desk.answer(
            gap, version, moderator, answering, despite=despite, key=key
        )

    async def _tell_done(
        self, there: Tapped, name: str, draft: Draft, done: Done, cards: Cards
    ) -> None:
        reply = self._done_text(
            draft, done, cards, (await self.ground.desk.gap(draft["gap"])).summary.posting
        )
        if done.told:
            reply = _with(reply, cards.say("will_tell", told=done.told).text)
        if not done.finished:
            reply = _with(reply, cards.say("unfinished", trouble=escape(done.trouble)).text)
        await self.ground.edit(there, replace(reply, buttons=cards.undo_row(done.act)))
        if done.retried is not None and done.retried.questions:
            await self._offer_retried(there, done.retried, cards)
        await self.ground.kept.drop_draft(name)
        await self.ground.refresh(there.chat, draft["gap"])

    def _done_text(self, draft: Draft, done: Done, cards: Cards, posting: str | None) -> Reply:
        number = draft["gap"]
        if "target" not in draft:
            return cards.say(f"done.{draft['learn']}", number=number)
        key = "done.assign" if done.act.entry else "done.recognised"
        return cards.say(key, number=number, entry=cards.label(draft["target"], posting))

    async def _offer_retried(self, there: Tapped, retried: Retried, cards: Cards) -> None:
        count, people = len(retried.questions), retried.people
        buttons = (cards.button("close", "m|c"), cards.button("leave", "m|x"))
        reply = replace(cards.say("retried", count=count, people=people), buttons=(buttons,))
        draft = {
            "stage": "retried",
            "gap": retried.questions[0].gap,
            "posting": retried.posting,
            "retried": [(one.uid, one.entry) for one in retried.questions],
        }
        await self.ask(there, "", draft, reply)

    def _lines(self, text: str, detail: GapDetail) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in text.splitlines():
            if asked := line.strip().removeprefix("•").removeprefix("-").strip():
                found.setdefault(self.ground.spoken(asked, detail), []).append(asked)
        return found

    def _suggested(self, detail: GapDetail) -> dict[str, list[str]]:
        return {code: list(texts[:_MOST_PHRASINGS]) for code, texts in detail.suggestions.items()}

    def _is_topic(self, draft: Draft, detail: GapDetail) -> bool:
        """Whether the answer would be that to a topic, which is understood without more words."""
        posting, summary = self.ground.posting(detail), detail.summary
        if draft.get("own") or summary.kind is GapKind.DISLIKED or posting is None:
            return False
        return posting.topics and summary.matter in self.ground.desk.knowledge.current().topics

    def _is_answered(self, target: str, detail: GapDetail) -> bool:
        posting = self.ground.posting(detail)
        return posting is not None and posting.covering(target) is not None

    def _named(self, text: str, detail: GapDetail) -> list[str]:
        """Topics and entries whose name or id is like *text*, the closest first."""
        base, posting = self.ground.desk.knowledge.current(), self.ground.posting(detail)
        if posting is None:
            return []
        names: dict[str, str] = {}
        competing = base.topics.values() if posting.topics else ()
        for topic in competing:
            if not topic.is_special:
                names |= {folded(one): topic.id for one in (topic.id, *topic.label.values())}
        for entry in posting.entries:
            names |= {folded(one): entry.id for one in (entry.id, *entry.label.values())}
        found = process.extract(
            folded(text), list(names), scorer=fuzz.WRatio, score_cutoff=_CLOSE_ENOUGH, limit=20
        )
        return list(dict.fromkeys(names[match] for match, _, _ in found))


@dataclass(frozen=True, slots=True)
class _Step:
    """A button below the message that asks for a draft's next step."""

    tapped: Tapped
    name: str
    draft: Draft
    moderator: Moderator


def _name(chat: str, message: str) -> str:
    """What a draft is called: after the message that asks for its next step."""
    return f"{chat} {message}"


def _with(reply: Reply, text: str) -> Reply:
    return replace(reply, text=f"{reply.text}\n{text}")
