"""The engine for a knowledge base: models are trained once, kept, and found again by their inputs.

A model lives in a folder named after a hash of everything that it was made from: the phrasings,
the code's version of the features, and the versions of the libraries. So nothing stale is ever
used, and several processes may share one cache.
"""

import functools
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import BotError
from bot.knowledge.identify import identify
from bot.knowledge.lexicon import shipped_lexicon
from bot.knowledge.modelfiles import Learnt, load
from bot.knowledge.spellings import shipped_spellings
from bot.matching.concepts import Concepts
from bot.matching.engine import Engine, Head
from bot.matching.language import Languages
from bot.matching.speller import Speller

_FEATURES = 4
"""To be raised when features, normalising or training change what a model would be."""

_LIBRARIES = ("numpy", "scikit-learn")
_OWN_WEIGHT = 3
_LONGEST_TRAINING = 900
_SHARPNESS = 20.0
_SHARPNESS_ALONE = 1.0
_KEPT = 64


class TrainingError(BotError):
    """The models could not be trained; the message holds the last line of what went wrong."""


def default_cache() -> Path:
    """The user's cache folder, as the XDG base directory specification has it."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "candidate-faq-bot"


def load_engine(
    knowledge: KnowledgeBase,
    cache: Path | None = None,
    told: Callable[[], None] | None = None,
) -> Engine:
    """An engine that understands questions about every posting of *knowledge*.

    Args:
        knowledge: topics and postings.
        cache: where trained models are kept; `default_cache` if None. A folder that cannot be
            written is replaced by a temporary one.
        told: called once if something has to be trained first, which takes seconds.

    Raises:
        TrainingError: the training process failed.
    """
    return Learner(cache, told)(knowledge)


@dataclass(frozen=True)
class _Bank:
    """The phrasings of the topics, and what was learnt from them where that was needed."""

    topics: Mapping[str, Topic]
    phrasings: "_Phrasings"
    key: str
    learnt: Learnt | None = None


@dataclass(frozen=True)
class _Own:
    """A posting's own phrasings, and what was learnt from them; None where there are none."""

    posting: Posting
    phrasings: "_Phrasings"
    learnt: Learnt | None = None

    def serves(self, posting: Posting) -> bool:
        """Whether *posting* asks in exactly the same ways."""
        return self.posting.topics == posting.topics and self.phrasings.same_as(
            _Phrasings.of_posting(posting)
        )


class Learner:
    """Makes one engine after another for a knowledge that changes; only what changed is learnt.

    What is the same object as the last time, or asks in the same ways, is taken over from the last
    engine. The result is that of `load_engine`. Not to be called by two threads at the same time.
    """

    def __init__(self, cache: Path | None = None, told: Callable[[], None] | None = None) -> None:
        self._cache = cache
        self._told = told
        self._bank: _Bank | None = None
        self._own: Mapping[str, _Own] = {}
        self._engine: Engine | None = None

    def __call__(self, knowledge: KnowledgeBase) -> Engine:
        """An engine that understands questions about every posting of *knowledge*.

        Raises:
            TrainingError: the training process failed.
        """
        folder = _writable(self._cache or default_cache())
        needed = _needs_bank(knowledge)
        bank = self._bank_of(knowledge)
        place = folder / f"bank-{bank.key}"
        if needed and bank.learnt is None:
            bank = replace(bank, learnt=load(place))
        own = {posting.id: self._own_of(posting, bank) for posting in knowledge.postings.values()}
        missing: dict[str, Path] = {}
        for name, mine in own.items():
            if mine.learnt is None and mine.phrasings.questions:
                path = folder / f"head-{mine.phrasings.key(bank.key, mine.posting.topics)}"
                own[name] = replace(mine, learnt=load(path))
                if own[name].learnt is None:
                    missing[name] = path
        untrained = needed and bank.learnt is None
        if missing or untrained:
            if self._told is not None:
                self._told()
            jobs = [
                own[name].phrasings.job(path, compete=own[name].posting.topics)
                for name, path in missing.items()
            ]
            _train(bank.phrasings, place if untrained else None, jobs)
            bank = replace(bank, learnt=load(place) if needed else None)
            own |= {name: replace(own[name], learnt=load(path)) for name, path in missing.items()}
            _tidy(folder)
        if needed and bank.learnt is None:
            raise TrainingError("the phrasings were learnt, but the result cannot be read")
        engine = self._made(bank if needed else replace(bank, learnt=None), own, knowledge)
        self._bank, self._own, self._engine = bank, own, engine
        return engine

    def _bank_of(self, knowledge: KnowledgeBase) -> _Bank:
        if self._bank is not None and self._bank.topics is knowledge.topics:
            return self._bank
        phrasings = _Phrasings.of_topics(knowledge.topics.values())
        return _Bank(knowledge.topics, phrasings, phrasings.key())

    def _own_of(self, posting: Posting, bank: _Bank) -> _Own:
        before = self._own.get(posting.id)
        if before is not None and self._bank is not None and self._bank.key == bank.key:
            if before.posting is posting:
                return before
            if before.serves(posting):
                return replace(before, posting=posting)
        return _Own(posting, _Phrasings.of_posting(posting))

    def _made(self, bank: _Bank, own: Mapping[str, _Own], knowledge: KnowledgeBase) -> Engine:
        """The engine, with whatever of the last one holds for it too."""
        heads = {name: mine.learnt for name, mine in own.items() if mine.phrasings.questions}
        frequency = _frequency(bank.learnt, heads.values())
        last = self._engine
        speller = last.speller if last is not None else None
        if speller is None or speller.frequency != frequency:
            speller = Speller(frequency, bold=bank.learnt is None)
        learnt = bank.learnt
        engine = Engine(
            bank=learnt.model if learnt else None,
            heads=_heads(heads, knowledge),
            speller=speller,
            languages=Languages(learnt.codes, learnt.odds, identify) if learnt else Languages(),
            spellings=shipped_spellings(),
            concepts=_concepts(),
            sharpness=_SHARPNESS,
        )
        if last is not None and last.bank is engine.bank:
            engine.take_over(last)
        return engine


@functools.cache
def _concepts() -> Concepts:
    """Those of the shipped lexicon, put together once per process."""
    return Concepts(shipped_lexicon())


def _needs_bank(knowledge: KnowledgeBase) -> bool:
    """Whether any posting lets the topics compete; the others take them as background only."""
    any_competes = any(posting.topics for posting in knowledge.postings.values())
    return bool(knowledge.topics) and (any_competes or not knowledge.postings)


class _Phrasings:
    """Phrasings as they were written, their languages, and what each belongs to."""

    def __init__(self, asked: Iterable[tuple[str, str, str]]) -> None:
        self.questions, self.languages, self.labels = [
            list(column) for column in zip(*asked, strict=True)
        ] or [[], [], []]

    @classmethod
    def of_topics(cls, topics: Iterable[Topic]) -> "_Phrasings":
        return cls(
            [
                (question, language, topic.id)
                for topic in topics
                for language, questions in topic.questions.items()
                for question in questions
            ]
        )

    @classmethod
    def of_posting(cls, posting: Posting) -> "_Phrasings":
        return cls(
            [
                (question, language, entry.id)
                for entry in posting.entries
                for language, questions in entry.questions.items()
                for question in questions
            ]
        )

    def same_as(self, other: "_Phrasings") -> bool:
        """Whether the two are the same, in the same order."""
        return (self.questions, self.languages, self.labels) == (
            other.questions,
            other.languages,
            other.labels,
        )

    def key(self, *more: object) -> str:
        """A name for a model that is made from exactly this."""
        versions = [importlib.metadata.version(name) for name in _LIBRARIES]
        inputs = (self.questions, self.languages, self.labels, _tables(), versions, more)
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:24]

    def content(self) -> dict[str, Any]:
        """As the training process takes it."""
        return {
            "questions": self.questions,
            "languages": self.languages,
            "labels": self.labels,
        }

    def job(self, folder: Path, *, compete: bool) -> dict[str, Any]:
        """A head to be trained into *folder*."""
        return {**self.content(), "folder": str(folder), "compete": compete}


def _tables() -> dict[str, Any]:
    """What the phrasings are normalised with, and the version of the features."""
    lexicon = {name: dict(texts) for name, texts in shipped_lexicon().items()}
    return {
        "spellings": dict(shipped_spellings().words),
        "concepts": lexicon,
        "features": _FEATURES,
    }


def _train(bank: _Phrasings, bank_folder: Path | None, heads: list[dict[str, Any]]) -> None:
    job = {
        "bank": bank.content(),
        **_tables(),
        "bank_folder": str(bank_folder) if bank_folder else "",
        "heads": heads,
    }
    command = [sys.executable, "-m", "bot.knowledge.learning"]
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - our own module, nothing from outside
            command,
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=_LONGEST_TRAINING,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrainingError(f"the phrasings could not be learnt: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise TrainingError(f"the phrasings could not be learnt: {said[-1] if said else '?'}")


def _heads(found: Mapping[str, Learnt | None], knowledge: KnowledgeBase) -> dict[str, Head]:
    return {
        posting: Head(
            learnt.model, _SHARPNESS if knowledge.postings[posting].topics else _SHARPNESS_ALONE
        )
        for posting, learnt in found.items()
        if learnt is not None
    }


def _frequency(bank: Learnt | None, heads: Iterable[Learnt | None]) -> dict[str, int]:
    """Words of the bank as often as they occur; words of a posting always count as right."""
    frequency = dict(bank.frequency) if bank else {}
    for head in heads:
        for word, times in (head.frequency if head else {}).items():
            own = times + _OWN_WEIGHT if times else 0
            frequency[word] = frequency.get(word, 0) + own
    return frequency


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.gettempdir()) / f"candidate-faq-bot-{os.getuid()}"


def _tidy(folder: Path) -> None:
    """Let go of the models that were made longest ago."""
    models = sorted(folder.glob("*-*/"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in models[_KEPT:]:
        for file in old.glob("*"):
            file.unlink(missing_ok=True)
        old.rmdir()
