"""What the moderators' group reads: cards, lists, questions to the moderator. Pure: no I/O.

What candidates typed is escaped, so that it shows as it was typed, whatever is in it.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.dates import spell
from bot.core.gap import (
    Act,
    Answering,
    Clash,
    GapDetail,
    GapKind,
    GapState,
    GapSummary,
    Learn,
    Page,
    Stats,
    Verb,
)
from bot.core.language import name_in
from bot.core.markup import escape
from bot.core.message import Button, Reply
from bot.core.scene import Scene
from bot.core.topic import Phrasings, Texts

_SHOWN = 300
_IN_LIST = 100
_ON_BUTTON = 40
_MOST_BUTTONS = 8
_MOST_CLASHES = 5

_HEAD = re.compile(r"#(\d{1,9}) · ")

Row = tuple[Button, ...]


def fingerprint(reply: Reply) -> str:
    """What a message shows, as a hash: it is edited only when this changes."""
    whole = repr((reply.text, reply.buttons)).encode("utf-8", "replace")
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Cards:
    """Words the messages; *scene* says in which language, with which knowledge."""

    scene: Scene

    def card(self, detail: GapDetail) -> Reply:
        """A gap with its buttons; once it is settled, who did what."""
        summary = detail.summary
        lines = [self.head(summary), self.kind(summary), self._counts(summary)]
        texts = "\n".join(f"- {_short(text, _SHOWN)}" for text in summary.examples)
        pieces = ["\n".join(lines), texts]
        if summary.state is GapState.OPEN:
            pieces += [self._guesses(detail), self._say("how")]
            return Reply(_joined(pieces), self._open_buttons(summary))
        return Reply(_joined([*pieces, self._settled(detail)]), self._settled_buttons(detail))

    def head(self, summary: GapSummary) -> str:
        """The number and the posting."""
        return self._say("head", number=summary.id, title=self.title(summary.posting))

    def title(self, posting: str | None) -> str:
        """The posting's title, escaped."""
        if posting is None:
            return self._say("no_posting")
        found = self.scene.knowledge.postings.get(posting)
        title = self.scene.within(found).title(found) if found else posting
        return _short(title, _SHOWN)

    def kind(self, summary: GapSummary) -> str:
        """Why it is open."""
        about = self.about(summary)
        if summary.kind is GapKind.UNANSWERED:
            return self._say("kind.unanswered")
        return self._say(f"kind.{summary.kind.value}", about=about)

    def about(self, summary: GapSummary) -> str:
        """What its topic or entry is called, escaped."""
        return self.label(summary.matter or "", summary.posting)

    def label(self, name: str, posting: str | None) -> str:
        """What a topic or an entry is called, escaped."""
        return _short(self._plain_label(name, posting), _SHOWN)

    def prompt(self, number: int) -> Reply:
        """Asks for the answer."""
        return Reply(self._say("prompt", number=number), ((self._cancel(),),))

    def where(
        self, number: int, texts: Texts, language: str, *, learnable: bool, about: str = ""
    ) -> Reply:
        """Asks what becomes of an answer; *about* is the topic (escaped) that it would answer."""
        shown = "\n\n".join(
            f"_{name_in(self.scene.language, code)}_\n{escape(text)}"
            for code, text in texts.items()
        )
        rows: list[Row] = []
        if learnable:
            rows += [
                (Button(self._say("b.posting"), "m|w|posting"),),
                (Button(self._say("b.organisation"), "m|w|organisation"),),
            ]
        rows.append((Button(self._say("b.once"), "m|w|once"),))
        if learnable and about:
            shown += "\n\n" + self._say("as_topic", about=about)
            rows.append((Button(self._say("b.own"), "m|q"),))
        name = name_in(self.scene.language, language)
        rows.append((Button(self._say("b.language", language=name), "m|g"), self._cancel()))
        return Reply(self._say("where", number=number, texts=shown), tuple(rows))

    def phrasings(self, number: int, questions: Phrasings, *, optional: bool) -> Reply:
        """Asks whether these ways of asking are to be learned."""
        texts = [text for asked in questions.values() for text in asked]
        rows: list[Row] = []
        if texts:
            rows.append((Button(self._say("b.use"), "m|p"),))
        if optional:
            rows.append((Button(self._say("b.nothing"), "m|n"),))
        rows.append((self._cancel(),))
        if not texts:
            return Reply(self._say("phrasings_none", number=number), tuple(rows))
        listed = "\n".join(f"- {_short(text, _SHOWN)}" for text in texts)
        return Reply(self._say("phrasings", number=number, phrasings=listed), tuple(rows))

    def clash(self, number: int, clashes: Sequence[Clash], posting: str | None) -> Reply:
        """Asks whether to learn what pulls others away."""
        lines = [
            "- "
            + self._say(
                "clash_line",
                question=_short(clash.question, _IN_LIST),
                before=self.label(clash.before, posting),
                after=self.label(clash.after, posting),
            )
            for clash in clashes[:_MOST_CLASHES]
        ]
        rows = ((Button(self._say("b.despite"), "m|d"), self._cancel()),)
        return Reply(self._say("clash", number=number, clashes="\n".join(lines)), rows)

    def topics(self, detail: GapDetail, names: Sequence[str]) -> Reply:
        """Asks which topic or entry a gap is about."""
        posting = detail.summary.posting
        rows = [
            (Button(_cut(self._plain_label(name, posting), _ON_BUTTON), f"m|s|{name}"),)
            for name in names[:_MOST_BUTTONS]
        ]
        text = self._say("choose_topic", number=detail.summary.id)
        return Reply(text, (*rows, (self._cancel(),)))

    def erase(self, summary: GapSummary) -> Reply:
        """Asks whether the texts are to go."""
        yes = Button(self._say("b.erase_yes"), f"m|E|{summary.id}|{summary.version}")
        return Reply(self._say("erase_ask", number=summary.id), ((yes, self._cancel()),))

    def whom(self, detail: GapDetail) -> Reply:
        """Asks whose messages are not to be read any more."""
        asked = [question for question in detail.questions if question.text]
        rows = [
            (Button(_cut(" ".join(one.text.split()), _ON_BUTTON), f"m|B|{one.uid}"),)
            for one in reversed(asked[-_MOST_BUTTONS:])
        ]
        text = self._say("block_ask", number=detail.summary.id)
        return Reply(text, (*rows, (self._cancel(),)))

    def listed(self, gaps: Sequence[GapSummary]) -> str:
        """Gaps, a line each."""
        return "\n".join(
            self._say(
                "line",
                number=gap.id,
                count=gap.count,
                text=_short(gap.examples[0], _IN_LIST) if gap.examples else self.about(gap),
            )
            for gap in gaps
        )

    def open(self, page: Page) -> Reply:
        """What is open, most wanted first."""
        if not page.gaps:
            return Reply(self._say("open_none"))
        return Reply(self._say("open", total=page.total) + "\n\n" + self.listed(page.gaps))

    def digest(self, count: int, page: Page) -> Reply:
        """What stands in place of cards on a day with many."""
        return Reply(self._say("digest", count=count) + "\n\n" + self.listed(page.gaps))

    def stats(self, stats: Stats) -> Reply:
        """Numbers."""
        text = self._say(
            "stats",
            gaps=stats.gaps,
            questions=stats.questions,
            waiting=stats.waiting,
            answered=stats.answered_week,
            ignored=stats.ignored,
            blocked=stats.blocked,
        )
        lines = [f"- {self.title(posting)}: {count}" for posting, count in stats.by_posting.items()]
        return Reply(_joined([text, "\n".join(lines)]))

    def blocked(self, acts: Sequence[Act]) -> Reply:
        """Who is blocked, with a button for each to undo it."""
        lines = [
            "- " + self._say("blocked_line", when=self._date(act.at), name=escape(act.moderator))
            for act in acts
        ]
        rows = tuple(
            (Button(f"{self._say('b.undo')} {self._date(act.at)}", f"m|u|{act.id}"),)
            for act in acts
        )
        text = self._say("blocked", blocked=len(acts))
        return Reply(_joined([text, "\n".join(lines)]), rows)

    def undo_row(self, act: Act) -> tuple[Row, ...]:
        """The button that takes an act back."""
        return ((Button(self._say("b.undo"), f"m|u|{act.id}"),),) if act.can_be_undone else ()

    def did(self, act: Act) -> str:
        """Who did what."""
        return self._say(f"did.{act.verb.value}", name=escape(act.moderator))

    def say(self, key: str, /, **values: object) -> Reply:
        """A sentence of its own."""
        return Reply(self._say(key, **values))

    def button(self, key: str, data: str) -> Button:
        """A button."""
        return Button(self._say(f"b.{key}"), data)

    def _say(self, key: str, /, **values: object) -> str:
        return self.scene.say(f"group.{key}", **values)

    def _cancel(self) -> Button:
        return Button(self._say("b.cancel"), "m|x")

    def _plain_label(self, name: str, posting: str | None) -> str:
        found = self.scene.knowledge.postings.get(posting) if posting else None
        return self.scene.within(found).label(name)

    def _counts(self, summary: GapSummary) -> str:
        return self._say(
            "counts",
            count=summary.count,
            waiting=summary.waiting,
            languages=", ".join(name_in(self.scene.language, code) for code in summary.languages),
            last=self._date(summary.last),
        )

    def _date(self, moment: dt.datetime) -> str:
        return spell(moment.date(), self.scene.language)

    def _guesses(self, detail: GapDetail) -> str:
        if detail.summary.kind is not GapKind.UNANSWERED or not detail.guesses:
            return ""
        posting = detail.summary.posting
        names = ", ".join(self.label(one.id, posting) for one in detail.guesses[:3])
        return self._say("guesses", guesses=names)

    def _open_buttons(self, summary: GapSummary) -> tuple[Row, ...]:
        about = f"{summary.id}|{summary.version}"
        first = (self.button("answer", f"m|a|{about}"), self.button("topic", f"m|t|{about}"))
        second = (
            self.button("ignore", f"m|i|{about}"),
            self.button("erase", f"m|e|{about}"),
            self.button("block", f"m|b|{summary.id}"),
        )
        return (first, second)

    def _settled(self, detail: GapDetail) -> str:
        if detail.summary.state is GapState.MERGED:
            return self._say("joined", number=detail.summary.merged)
        act = _settling(detail)
        if act is None:
            return ""
        text = next(iter(act.texts.values()), "")
        return self.did(act) + (f"\n{_short(text, _SHOWN)}" if text else "")

    def _settled_buttons(self, detail: GapDetail) -> tuple[Row, ...]:
        act, summary = _settling(detail), detail.summary
        rows = self.undo_row(act) if act is not None else ()
        if summary.state in (GapState.ANSWERED, GapState.IGNORED):
            again = self.button("reopen", f"m|o|{summary.id}|{summary.version}")
            return (*rows, (again,))
        return rows


def _settling(detail: GapDetail) -> Act | None:
    """What was done last to a gap and not taken back."""
    done = [act for act in detail.acts if act.undone is None and act.verb is not Verb.UNDO]
    return done[-1] if done else None


def number_of(card: str) -> int | None:
    """The gap of which a text is the card, also where a crash left it unknown; None if it is none.

    The text must be one of the bot's own messages.
    """
    found = _HEAD.match(card)
    return int(found[1]) if found else None


def answering_of(draft: Mapping[str, object]) -> Answering:
    """The answer that a draft holds."""
    texts, questions = draft.get("texts"), draft.get("questions")
    return Answering(
        texts=dict(texts) if isinstance(texts, dict) else {},
        learn=Learn(str(draft.get("learn", Learn.ONCE.value))),
        questions=questions_of(questions),
        own=bool(draft.get("own")),
    )


def questions_of(value: object) -> dict[str, tuple[str, ...]]:
    """The ways of asking that a draft holds."""
    asked = value if isinstance(value, dict) else {}
    return {str(code): tuple(map(str, texts)) for code, texts in asked.items()}


def _joined(pieces: Sequence[str]) -> str:
    return "\n\n".join(piece for piece in pieces if piece)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _short(text: str, longest: int) -> str:
    return escape(_cut(" ".join(text.split()), longest))
