"""The engine: a message in, what was understood out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.chat import Chat
from bot.core.decision import Candidate, Part, Unanswered, Understanding
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import OUT_OF_SCOPE, is_special
from bot.matching import split
from bot.matching.concepts import Concepts
from bot.matching.decide import COSTS, Costs, Probabilities, Scope, decide
from bot.matching.evidence import Evidence, stems
from bot.matching.features import grams
from bot.matching.language import Languages
from bot.matching.model import Linear
from bot.matching.speller import Speller
from bot.matching.split import Shape
from bot.matching.text import Spellings, clean, fold, joined, words

_RANKED = 5
_SURE = 0.9
_FAINT, _PLAIN, _STRONG, _OWN = -0.95, -0.5, -0.3, 0.0
_MOST_PARTS = 4
_NEVER = -1e9
_FOLLOWS = ("et", "and", "pourquoi", "why", "what", "ok", "mais", "but", "aussi", "also", "sinon")
_SHORT = 5
_NUDGE = 0.5
_EXPLAINED = 3
_MOST_WORDS = 40
_TOLD = 6
_ALIKE = 2


@dataclass(frozen=True)
class Head:
    """A posting's own entries: a model of their phrasings against all others."""

    model: Linear
    sharpness: float


@dataclass(frozen=True, eq=False)
class _Read:
    """One text as the models see it: margins and probabilities, one for each name of the scope."""

    text: str
    margins: Probabilities
    probabilities: Probabilities
    masses: Probabilities

    @property
    def top(self) -> int:
        """The place of the likeliest matter."""
        return int(np.argmax(self.masses))


@dataclass
class Engine:
    """Understands messages, with one model of the bank for all postings and a head for each.

    ``sharpness`` turns margins into probabilities: it is the inverse temperature of a softmax.
    ``telling`` is what a rare word
    shared with an answer adds to the margin of its entry (see `Evidence`). ``guard`` is added to
    the margin of "nothing of ours": the bank holds far fewer strangers than there are. The three
    were chosen by the average cost (see `Costs`) on labelled questions that are in no bank.
    """

    bank: Linear | None
    heads: Mapping[str, Head]
    speller: Speller
    languages: Languages
    spellings: Spellings = field(default_factory=Spellings)
    concepts: Concepts = field(default_factory=lambda: Concepts({}))
    sharpness: float = 20.0
    costs: Costs = COSTS
    telling: float = 0.5
    guard: float = 0.3
    _scopes: dict[str, Scope] = field(default_factory=dict)
    _told: dict[str, tuple[Scope, Evidence]] = field(default_factory=dict)

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
        scope = self.scope(posting)
        language = self.languages.guess(cleaned)
        if not scope.names:
            return Understanding((Part(cleaned, Unanswered()),), language)
        reads = self._parts(cleaned, scope)
        parts: list[Part] = []
        for read in reads:
            part = self._part(self._followed(read, scope, chat, len(reads)), scope)
            if all(part.decision != other.decision for other in parts):
                parts.append(part)
        return Understanding(tuple(parts), language)

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
        if self.speller is last.speller:
            self._told |= last._told  # noqa: SLF001

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

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        """Which words and phrasings carry the reading of *text*, in lines for a person."""
        cleaned = clean(text)
        scope = self.scope(posting)
        if not scope.names or not any(letter.isalnum() for letter in cleaned):
            return ["There is nothing in it that could be compared."]
        read = self.read([cleaned], scope)[0]
        lines = []
        for place in np.argsort(-read.probabilities, kind="stable")[:_EXPLAINED]:
            name = scope.names[place]
            lines.append(
                f"{name}: {read.probabilities[place]:.0%} (margin {read.margins[place]:+.2f})"
            )
            lines += [f"  {line}" for line in self._why(cleaned, int(place), read, scope)]
            lines += [
                f"  like: {phrasing} ({likeness:.0f} %)"
                for phrasing, likeness in _nearest(cleaned, name, knowledge, posting)
            ]
        return lines

    def _why(self, text: str, place: int, read: _Read, scope: Scope) -> list[str]:
        """What each word adds to the margin of a name: the margin with it less that without it."""
        tokens = text.split()
        if len(tokens) < 2:  # noqa: PLR2004 - one word carries everything
            return []
        others = [" ".join(tokens[:i] + tokens[i + 1 :]) for i in range(len(tokens))]
        without = self.read(others[:_MOST_WORDS], scope)
        gains = [
            (float(read.margins[place] - other.margins[place]), token)
            for other, token in zip(without, tokens, strict=False)
        ]
        gains.sort(key=lambda gain: -abs(gain[0]))
        told = ", ".join(f"{token} {gain:+.2f}" for gain, token in gains[:_TOLD])
        return [f"words: {told}"]

    def read(self, texts: Sequence[str], scope: Scope) -> list[_Read]:
        """Each text by itself, through all models that serve the posting."""
        spelt = [self.tokens(text) for text in texts]
        meant = [self.concepts.find(tokens) for tokens in spelt]
        found = grams([joined(tokens) for tokens in spelt], meant)
        count = len(texts)
        margins = np.full((count, len(scope.names)), _NEVER)
        logits = np.full((count, len(scope.names)), _NEVER)
        if self.bank is not None and scope.posting.topics:
            width = len(self.bank.classes)
            margins[:, :width] = self.bank.score_grams(found, count)
            margins[:, self.bank.columns[OUT_OF_SCOPE]] += self.guard
            logits[:, :width] = margins[:, :width] * self.sharpness
        if head := self.heads.get(scope.posting.id):
            place = {name: i for i, name in enumerate(scope.names)}
            columns = [place[name] for name in head.model.classes]
            scores = head.model.score_grams(found, count)
            margins[:, columns] = np.maximum(margins[:, columns], scores)
            logits[:, columns] = np.maximum(logits[:, columns], scores * head.sharpness)
        if (evidence := self._evidence(scope)).weights:
            place = {name: i for i, name in enumerate(scope.names)}
            for row, tokens in enumerate(spelt):
                logits[row] += evidence.margins(tokens, place) * self.telling * self.sharpness
        logits -= logits.max(axis=1, keepdims=True)
        probabilities = np.exp(logits)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return [
            _Read(text, margins[row], probabilities[row], scope.masses(probabilities[row]))
            for row, text in enumerate(texts)
        ]

    def _part(self, read: _Read, scope: Scope) -> Part:
        decision, confidence = decide(read.probabilities, scope, self.costs)
        order = np.argsort(-read.probabilities, kind="stable")[: _RANKED * 3]
        ranking = [
            Candidate(scope.names[i], round(float(read.probabilities[i]), 4))
            for i in order
            if not is_special(scope.names[i])
        ]
        return Part(read.text, decision, tuple(ranking[:_RANKED]), round(confidence, 4))

    def _followed(self, read: _Read, scope: Scope, chat: Chat, parts: int) -> _Read:
        """A short message that goes on from the one before leans towards the last topic."""
        first, *rest = words(read.text) or [""]
        if parts > 1 or chat.last_topic is None or len(rest) >= _SHORT or first not in _FOLLOWS:
            return read
        family = chat.last_topic.partition(".")[0]
        near = np.array([name.partition(".")[0] == family for name in scope.names])
        logits = np.log(read.probabilities + 1e-12) + near * _NUDGE * self.sharpness
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        return _Read(read.text, read.margins, probabilities, scope.masses(probabilities))

    def _parts(self, text: str, scope: Scope) -> list[_Read]:
        """The questions of a message: the whole of it, unless it surely holds several.

        A message is cut only where each piece is by itself surely about another matter, asks or
        names it, and where the whole message shows a trace of each of these matters.
        """
        units = split.sentences(text)
        asked = [unit for unit in units if split.asks(unit)]
        if asked:
            asked = [u for u in units if u in asked or split.shape(u) is Shape.QUESTION]
        runs = [_runs(split.clauses(unit)) for unit in asked or units]
        pieces = list(dict.fromkeys(piece for run in runs for piece in run.values()))
        if len(pieces) < 2:  # noqa: PLR2004 - one piece is no several
            return self.read([text], scope)
        whole, *reads = self.read([text, *pieces], scope)
        traces = np.full(len(scope.matters), _NEVER)
        np.maximum.at(traces, scope.places, whole.margins)
        sentences = {run[0, max(j for _, j in run)] for run in runs}
        fit = {
            read.text: read
            for read in reads
            if not scope.special[read.top]
            and read.masses[read.top] >= _SURE
            and traces[read.top] >= _needed(read.text, sentence=read.text in sentences)
        }
        chosen = [piece for run in runs for piece in _plan(run, fit, traces)]
        chosen = list(dict.fromkeys(chosen))
        if len({fit[piece].top for piece in chosen}) < 2:  # noqa: PLR2004
            return [whole]
        return [fit[piece] for piece in chosen[:_MOST_PARTS]]


def _needed(piece: str, *, sentence: bool) -> float:
    """The trace that a piece must have left in the whole message to be a question of its own."""
    if sentence and split.asks(piece):
        return _FAINT
    match split.shape(piece):
        case Shape.NAME:
            return _FAINT
        case Shape.QUESTION:
            return _FAINT if sentence else _PLAIN
        case Shape.STATEMENT:
            return _STRONG
        case Shape.STORY:
            return _OWN


def _nearest(
    text: str, name: str, knowledge: KnowledgeBase, posting: Posting
) -> list[tuple[str, float]]:
    """The phrasings of a topic or entry that share most words with *text*."""
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


def _runs(pieces: Sequence[str]) -> dict[tuple[int, int], str]:
    """Every run of neighbouring pieces, by its first and last place."""
    count = len(pieces)
    return {(i, j): " ".join(pieces[i : j + 1]) for i in range(count) for j in range(i, count)}


def _plan(
    runs: Mapping[tuple[int, int], str], fit: Mapping[str, _Read], traces: Probabilities
) -> list[str]:
    """Cut a sentence into the most runs that fit, of matters of which none comes twice.

    Pieces that fit nowhere (a greeting, a story) may be left out. A bare name in front of a
    question is what the question is about, no question of its own; after one, it needs a clear
    trace in the whole message.
    """
    count = 1 + max(j for _, j in runs)
    plans: list[tuple[int, float, tuple[str, ...], frozenset[int]]] = [(0, 0.0, (), frozenset())]
    for end in range(count):
        options = [plans[end]]
        for start in range(end + 1):
            read = fit.get(runs[start, end])
            number, score, chosen, matters = plans[start]
            if read is None or read.top in matters:
                continue
            if chosen and not _joins(chosen[-1], read, traces):
                continue
            total = score + float(read.masses[read.top])
            options.append((number + 1, total, (*chosen, read.text), matters | {read.top}))
        plans.append(max(options, key=lambda plan: (plan[0], plan[1])))
    return list(plans[-1][2])


def _joins(before: str, read: _Read, traces: Probabilities) -> bool:
    """Whether a piece can stand beside the one before it in a list of questions."""
    former, latter = split.shape(before), split.shape(read.text)
    if former is latter or split.is_joined(read.text):
        return True
    return former is not Shape.NAME and bool(traces[read.top] >= _STRONG)
