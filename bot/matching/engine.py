"""The engine: a message in, what was understood out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.core.chat import Chat
from bot.core.decision import Candidate, Part, Unanswered, Understanding
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import OUT_OF_SCOPE, is_special
from bot.matching.calibration import Tuning
from bot.matching.concepts import Concepts, beginnings
from bot.matching.decide import COSTS, Costs, Probabilities, Scope, decide_warily, leading
from bot.matching.evidence import Evidence, stems
from bot.matching.features import counted, grams
from bot.matching.language import Languages
from bot.matching.model import Linear
from bot.matching.parts import Cut, Read
from bot.matching.scorer import Scorer, averaged
from bot.matching.speller import Speller
from bot.matching.strangers import known_words, names_a_stranger
from bot.matching.text import Spellings, clean, fold, joined, words

_RANKED = 5
_NEVER = -1e9
_VERBATIM = 1.5
_STRANGER = 0.5
_CONTEXT, _DARK = 0.5, -1.0
_FOLLOWS = ("et", "and", "pourquoi", "why", "what", "ok", "mais", "but", "aussi", "also", "sinon")
_POINTS = {"ca", "cela", "ce", "celui", "celle", "y", "la", "that", "this", "it", "one", "there"}
_SHORT, _SHORT_POINTING = 5, 9
_NUDGE = 0.8
_EXPLAINED = 3
_MOST_WORDS = 40
_TOLD = 6
_ALIKE = 2


@dataclass(frozen=True)
class Head:
    """A posting's own entries: a model of their phrasings against all others.

    ``sharpness`` is None where its margins are to be read as those of the bank are.
    """

    model: Linear
    sharpness: float | None = None


@dataclass(frozen=True)
class View:
    """What a message is read against, and how surely margins are taken; see `Tuning`."""

    scope: Scope
    sharpness: float
    guard: float
    wary: bool = False
    """Whether capitals tell names, as they do in the languages of the bank."""

    def leaning(self, read: Read, margins: Probabilities) -> Read:
        """*read*, with *margins* added to those that its probabilities come from."""
        logits = np.log(read.probabilities + 1e-12) + margins * self.sharpness
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        return Read(read.text, read.margins, probabilities, self.scope.masses(probabilities))


@dataclass
class Engine:
    """Understands messages, with one model of the bank for all postings and a head for each.

    ``tuning`` turns margins into probabilities, by language. ``telling`` is what a rare word shared
    with an answer adds to the margin of its entry (see `Evidence`). ``second`` is a further opinion
    that is averaged in, if there is one.
    """

    bank: Linear | None
    heads: Mapping[str, Head]
    speller: Speller
    languages: Languages
    spellings: Spellings = field(default_factory=Spellings)
    concepts: Concepts = field(default_factory=lambda: Concepts({}))
    tuning: Tuning = field(default_factory=Tuning)
    costs: Costs = COSTS
    telling: float = 0.5
    second: Scorer | None = None
    _scopes: dict[str, Scope] = field(default_factory=dict)
    _told: dict[str, tuple[Scope, Evidence]] = field(default_factory=dict)
    _phrased: dict[str, tuple[Posting, Mapping[str, str]]] = field(default_factory=dict)
    _placed: dict[str, tuple[Scope, Head, NDArray[np.int64]]] = field(default_factory=dict)
    _named: dict[str, tuple[Posting, frozenset[str]]] = field(default_factory=dict)

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        """What is asked in *text* about *posting*, part by part, and in which language.

        Args:
            knowledge: the topics and postings as they are now.
            posting: the posting that the chat is about.
            text: as it was typed; any string.
            chat: its last topic helps where a question makes no sense alone.
        """
        del knowledge
        cleaned = clean(text)
        if not any(letter.isalnum() for letter in cleaned):
            return Understanding((Part(cleaned, Unanswered()),))
        language = self.languages.guess(cleaned)
        view = self.view(posting, language)
        if not view.scope.names:
            return Understanding((Part(cleaned, Unanswered()),), language)
        reads = self._parts(cleaned, view)
        parts: list[Part] = []
        for read in reads:
            part = self._part(_followed(read, view, chat, len(reads)), view.scope)
            if all(part.decision != other.decision for other in parts):
                parts.append(part)
        return Understanding(tuple(parts), language)

    def view(self, posting: Posting, language: str | None) -> View:
        """How a message in *language* about *posting* is read."""
        wary = language in self.tuning.guard
        return View(self.scope(posting), *self.tuning.of(language), wary)

    def scope(self, posting: Posting) -> Scope:
        """What competes for *posting*: the bank's topics (unless switched off) and its entries."""
        known = self._scopes.get(posting.id)
        if known is None or known.posting is not posting:
            bank = self.bank.classes if self.bank is not None and posting.topics else ()
            head = self.heads.get(posting.id)
            names = dict.fromkeys((*bank, *(head.model.classes if head else ())))
            known = self._scopes[posting.id] = Scope(posting, tuple(names))
        return known

    def take_over(self, last: "Engine") -> None:
        """Keep what *last* found out about postings that are the same, for the same bank.

        What was found out about a posting that was built anew is passed over when it is asked for.
        """
        self._scopes |= last._scopes  # noqa: SLF001 - an engine like this one
        self._named |= last._named  # noqa: SLF001 - an engine like this one
        if self.speller is last.speller:
            self._told |= last._told  # noqa: SLF001 - an engine like this one
            self._phrased |= last._phrased  # noqa: SLF001 - an engine like this one
            self.__dict__["_common"] = last._common  # noqa: SLF001 - likewise

    def make_ready(self, postings: Iterable[Posting]) -> None:
        """Find out now what is otherwise found out at the first question about each posting."""
        self.speller.repaired(["unbekannt"])
        for posting in postings:
            self._evidence(self.scope(posting))
            self._verbatim(posting)
            self._known(posting)

    def _evidence(self, scope: Scope) -> Evidence:
        known = self._told.get(scope.posting.id)
        if known is None or known[0] is not scope:
            evidence = Evidence.of(scope.posting, self._common)
            known = self._told[scope.posting.id] = (scope, evidence)
        return known[1]

    @cached_property
    def _common(self) -> Mapping[str, int]:
        return stems(self.speller.frequency)

    def tokens(self, text: str) -> list[str]:
        """The words of *text* as the models know them: folded, spelt out, repaired."""
        return self.speller.repaired(words(text, self.spellings))

    def read(self, texts: Sequence[str], view: View) -> list[Read]:
        """Each text by itself, through all models that serve the posting."""
        scope = view.scope
        spelt = [self.tokens(text) for text in texts]
        margins, logits = self._scored(spelt, self._guards(texts, view), view)
        if (evidence := self._evidence(scope)).weights:
            for row, tokens in enumerate(spelt):
                told = evidence.margins(tokens, scope.column)
                logits[row] += told * self.telling * self._sharpness(view)
        logits -= logits.max(axis=1, keepdims=True)
        probabilities = np.exp(logits)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        if self.second is not None:
            other = self.second.probabilities(texts, scope.names)
            probabilities = averaged(probabilities, other, self.second.weight)
        return [
            Read(text, margins[row], probabilities[row], scope.masses(probabilities[row]))
            for row, text in enumerate(texts)
        ]

    def _sharpness(self, view: View) -> float:
        """What a margin counts: as the bank's, or as the head's where no topic competes."""
        head = self.heads.get(view.scope.posting.id)
        return view.sharpness if head is None or head.sharpness is None else head.sharpness

    def _guards(self, texts: Sequence[str], view: View) -> Probabilities:
        """What is added to the margin of "nothing of ours": more where a stranger is named."""
        guards = np.full(len(texts), view.guard)
        if view.wary:
            known = self._known(view.scope.posting)
            guards += [_STRANGER * names_a_stranger(text, known) for text in texts]
        return guards

    def _known(self, posting: Posting) -> frozenset[str]:
        known = self._named.get(posting.id)
        if known is None or known[0] is not posting:
            known = self._named[posting.id] = (posting, known_words(posting))
        return known[1]

    def _scored(
        self, spelt: Sequence[Sequence[str]], guards: Probabilities, view: View
    ) -> tuple[Probabilities, Probabilities]:
        """Margins, and the same as logits: of the bank, or of the head where that is higher."""
        scope, count = view.scope, len(spelt)
        meant = [self.concepts.find(tokens) for tokens in spelt]
        if not scope.posting.topics:
            meant = [
                [*found, *beginnings(tokens)] for found, tokens in zip(meant, spelt, strict=True)
            ]
        found = counted(grams([joined(tokens) for tokens in spelt], meant))
        margins = np.full((count, len(scope.names)), _NEVER)
        logits = np.full((count, len(scope.names)), _NEVER)
        if self.bank is not None and scope.posting.topics:
            width = len(self.bank.classes)
            margins[:, :width] = self.bank.score_counted(found, count)
            margins[:, self.bank.columns[OUT_OF_SCOPE]] += guards
            logits[:, :width] = margins[:, :width] * view.sharpness
        if head := self.heads.get(scope.posting.id):
            columns = self._columns(scope, head)
            scores = head.model.score_counted(found, count)
            sharpness = self._sharpness(view)
            margins[:, columns] = np.maximum(margins[:, columns], scores)
            logits[:, columns] = np.maximum(logits[:, columns], scores * sharpness)
        if scope.posting.topics:
            own = self._verbatim(scope.posting)
            for row, tokens in enumerate(spelt):
                if (name := own.get(joined(tokens), "")) in scope.column:
                    margins[row, scope.column[name]] = _VERBATIM
                    logits[row, scope.column[name]] = _VERBATIM * view.sharpness
        return margins, logits

    def _columns(self, scope: Scope, head: Head) -> NDArray[np.int64]:
        """The places in *scope* of what *head* tells apart."""
        known = self._placed.get(scope.posting.id)
        if known is None or known[0] is not scope or known[1] is not head:
            places = np.array([scope.column[name] for name in head.model.classes], dtype=np.int64)
            known = self._placed[scope.posting.id] = (scope, head, places)
        return known[2]

    def _verbatim(self, posting: Posting) -> Mapping[str, str]:
        """The phrasings of a posting's own entries as tokens: who asks just so means just that."""
        known = self._phrased.get(posting.id)
        if known is None or known[0] is not posting:
            own = {
                joined(self.tokens(question)): entry.id
                for entry in posting.entries
                for questions in entry.questions.values()
                for question in questions
            }
            known = self._phrased[posting.id] = (posting, own)
        return known[1]

    def _part(self, read: Read, scope: Scope) -> Part:
        decision, confidence = decide_warily(read.probabilities, scope, self.costs)
        order = leading(read.probabilities, _RANKED * 3)
        ranking = [
            Candidate(scope.names[i], round(float(read.probabilities[i]), 4))
            for i in order
            if not is_special(scope.names[i])
        ]
        return Part(read.text, decision, tuple(ranking[:_RANKED]), round(confidence, 4))

    def _parts(self, text: str, view: View) -> list[Read]:
        """The questions of a message: the whole of it, unless it surely holds several."""
        cut = Cut(text)
        if len(cut.pieces) < 2:  # noqa: PLR2004 - one piece is no several
            return self.read([text], view)
        whole, *reads = self.read([text, *cut.pieces], view)
        chosen = cut.chosen(whole, [_within(read, whole, view) for read in reads], view.scope)
        return chosen or [whole]

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        """Which words and phrasings carry the reading of *text*, in lines for a person."""
        cleaned = clean(text)
        view = self.view(posting, self.languages.guess(cleaned))
        scope = view.scope
        if not scope.names or not any(letter.isalnum() for letter in cleaned):
            return ["There is nothing in it that could be compared."]
        read = self.read([cleaned], view)[0]
        lines = []
        for place in np.argsort(-read.probabilities, kind="stable")[:_EXPLAINED]:
            name = scope.names[place]
            lines.append(
                f"{name}: {read.probabilities[place]:.0%} (margin {read.margins[place]:+.2f})"
            )
            lines += [f"  {line}" for line in self._why(cleaned, int(place), read, view)]
            lines += [
                f"  like: {phrasing} ({likeness:.0f} %)"
                for phrasing, likeness in _nearest(cleaned, name, knowledge, posting)
            ]
        return lines

    def _why(self, text: str, place: int, read: Read, view: View) -> list[str]:
        """What each word adds to the margin of a name: the margin with it less that without it."""
        tokens = text.split()
        if len(tokens) < 2:  # noqa: PLR2004 - one word carries everything
            return []
        others = [" ".join(tokens[:i] + tokens[i + 1 :]) for i in range(len(tokens))]
        without = self.read(others[:_MOST_WORDS], view)
        gains = [
            (float(read.margins[place] - other.margins[place]), token)
            for other, token in zip(without, tokens, strict=False)
        ]
        gains.sort(key=lambda gain: -abs(gain[0]))
        told = ", ".join(f"{token} {gain:+.2f}" for gain, token in gains[:_TOLD])
        return [f"words: {told}"]


def _within(read: Read, whole: Read, view: View) -> Read:
    """A piece of a message as it reads in the light of the whole."""
    return view.leaning(read, np.maximum(whole.margins, _DARK) * _CONTEXT)


def _followed(read: Read, view: View, chat: Chat, parts: int) -> Read:
    """A short message that goes on from the one before leans towards the last topic."""
    if parts > 1 or chat.last_topic is None:
        return read
    first, *rest = words(read.text) or [""]
    longest = _SHORT_POINTING if _POINTS & set(rest) else _SHORT
    if len(rest) >= longest or first not in _FOLLOWS:
        return read
    return view.leaning(read, view.scope.near(chat.last_topic) * _NUDGE)


def _nearest(
    text: str, name: str, knowledge: KnowledgeBase, posting: Posting
) -> list[tuple[str, float]]:
    """The phrasings of a topic or entry that share most words with *text*."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - a first answer needs it not

    topic, entry = knowledge.topics.get(name), posting.entry(name)
    phrasings = [
        question
        for source in (topic, entry)
        if source is not None
        for questions in source.questions.values()
        for question in questions
    ]
    found = process.extract(
        text, phrasings, scorer=fuzz.token_set_ratio, processor=fold, limit=_ALIKE
    )
    return [(phrasing, likeness) for phrasing, likeness, _ in found]
