"""The engine for a knowledge base: models are trained once, kept, and found again by their inputs.

A model lives in a folder named after a hash of everything that it was made from: the phrasings,
the tables that they are normalised with, and the version of the features. So nothing stale is ever
used, and several processes may share one cache. The bank's model comes with the product
(`bot.knowledge.shipping`); it is trained here only where the bank was changed since.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import BotError
from bot.knowledge.identify import identify
from bot.knowledge.modelfiles import Learnt, load, load_texts, packed_key, save, unpack
from bot.knowledge.tables import Tables, shipped_tables
from bot.matching.calibration import Tuning
from bot.matching.concepts import Concepts
from bot.matching.engine import Engine, Head
from bot.matching.language import Languages
from bot.matching.speller import Speller, count
from bot.matching.text import Spellings, joined, words

if TYPE_CHECKING:
    from bot.matching.heads import Background

_FEATURES = 5
"""To be raised when features, normalising or training change what a model would be."""

_HEADS = 3
"""To be raised when the fitting of heads changes."""

_OWN_WEIGHT = 3
_LONGEST_TRAINING = 900
_SHARPNESS_ALONE = 1.0
_KEPT = 64


class TrainingError(BotError):
    """The models could not be trained; the message holds the last line of what went wrong."""


def default_cache() -> Path:
    """The user's cache folder, as the XDG base directory specification has it."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "candidate-faq-bot"


def shipped_model() -> Path:
    """The file of the bank's model that comes with the product."""
    return Path(str(resources.files("bot"))) / "learnt" / "bank.npz"


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
        told: called once if something has to be trained first that takes seconds.

    Raises:
        TrainingError: the training process failed.
    """
    return Workshop(cache).engine(knowledge, told)


class Workshop:
    """Makes engines, and keeps what it made them from for the next one.

    Whoever reloads knowledge keeps one: then only the heads of postings whose own phrasings
    changed are made anew, in some tenths of a second each.
    """

    def __init__(self, cache: Path | None = None) -> None:
        """Use *cache* for trained models, see `load_engine`."""
        self._cache = _writable(cache or default_cache())
        self._tables = shipped_tables(self._cache)
        self._spellings = Spellings(self._tables.spellings)
        self._concepts = Concepts(self._tables.concepts)
        self._bank: tuple[Path, Learnt] | None = None
        self._behind: tuple[Path, Background] | None = None
        self._heads: dict[Path, Learnt] = {}

    def engine(self, knowledge: KnowledgeBase, told: Callable[[], None] | None = None) -> Engine:
        """An engine for *knowledge*; see `load_engine`. Not to be called by two threads at once."""
        bank = Phrasings.of_topics(knowledge.topics.values())
        needed = _needs_bank(knowledge)
        key = bank.key(self._tables)
        own = {
            posting.id: phrasings
            for posting in knowledge.postings.values()
            if (phrasings := Phrasings.of_posting(posting)).questions
        }
        folders = {
            posting: self._cache
            / f"head-{own[posting].name(key, _HEADS, knowledge.postings[posting].topics)}"
            for posting in own
        }
        folder = self._cache / f"bank-{key}"
        learnt = self._found_bank(folder, key) if needed else None
        heads = {path: self._found_head(path) for path in folders.values()}
        slow = {
            posting: path
            for posting, path in folders.items()
            if heads[path] is None and not knowledge.postings[posting].topics
        }
        if (needed and learnt is None) or slow:
            if told is not None:
                told()
            _train(bank, self._tables, folder if needed and learnt is None else None, own, slow)
            _tidy(self._cache)
        if needed and learnt is None and (learnt := load(folder)) is None:
            raise TrainingError("the phrasings were learnt, but the result cannot be read")
        if learnt is not None:
            self._bank = (folder, learnt)
        for posting, path in folders.items():
            if heads[path] is None:
                heads[path] = (
                    load(path) if posting in slow else self._fit(own[posting], path, folder, learnt)
                )
        self._heads = {path: head for path, head in heads.items() if head is not None}
        by_posting = {posting: heads[path] for posting, path in folders.items()}
        return self._made(knowledge, learnt, by_posting)

    def _made(
        self, knowledge: KnowledgeBase, bank: Learnt | None, heads: Mapping[str, Learnt | None]
    ) -> Engine:
        return Engine(
            bank=bank.model if bank else None,
            heads=_heads(heads, knowledge),
            speller=Speller(_frequency(bank, heads.values()), bold=bank is None),
            languages=Languages(bank.codes, bank.odds, identify) if bank else Languages(),
            spellings=self._spellings,
            concepts=self._concepts,
            tuning=bank.tuning if bank else Tuning(),
        )

    def _found_bank(self, folder: Path, key: str) -> Learnt | None:
        if self._bank is not None and self._bank[0] == folder:
            return self._bank[1]
        found = load(folder)
        if found is None and packed_key(shipped_model()) == key:
            found = unpack(shipped_model())
            if found is not None:
                save(found, folder)
        return found

    def _found_head(self, path: Path) -> Learnt | None:
        return self._heads.get(path) or load(path)

    def _fit(
        self, own: "Phrasings", path: Path, bank_folder: Path, bank: Learnt | None
    ) -> Learnt | None:
        """A head among the bank's topics: fitted here, since it takes tenths of a second."""
        from bot.matching.heads import fit_head  # noqa: PLC0415 - SciPy, where it is needed only

        spelt = [words(question, self._spellings) for question in own.questions]
        kept = [place for place, tokens in enumerate(spelt) if tokens]
        if bank is None or not kept:
            return None
        model = fit_head(
            [joined(spelt[place]) for place in kept],
            [own.labels[place] for place in kept],
            self._background(bank_folder, bank),
        )
        learnt = Learnt(model, count(spelt))
        save(learnt, path)
        return learnt

    def _background(self, folder: Path, bank: Learnt) -> "Background":
        from bot.matching.heads import Background  # noqa: PLC0415 - SciPy, where it is needed only

        if self._behind is None or self._behind[0] != folder:
            texts, labels = bank.texts if bank.texts[0] else load_texts(folder)
            concepts = self._concepts
            behind = Background(
                texts, labels, bank.model.vocabulary, lambda text: concepts.find(text.split())
            )
            self._behind = (folder, behind)
        return self._behind[1]


def _needs_bank(knowledge: KnowledgeBase) -> bool:
    """Whether any posting lets the topics compete; the others take them as background only."""
    any_competes = any(posting.topics for posting in knowledge.postings.values())
    return bool(knowledge.topics) and (any_competes or not knowledge.postings)


class Phrasings:
    """Phrasings as they were written, their languages, and what each belongs to."""

    def __init__(self, asked: Iterable[tuple[str, str, str]]) -> None:
        self.questions, self.languages, self.labels = [
            list(column) for column in zip(*asked, strict=True)
        ] or [[], [], []]

    @classmethod
    def of_topics(cls, topics: Iterable[Topic]) -> "Phrasings":
        """Those of the bank."""
        return cls(
            [
                (question, language, topic.id)
                for topic in topics
                for language, questions in topic.questions.items()
                for question in questions
            ]
        )

    @classmethod
    def of_posting(cls, posting: Posting) -> "Phrasings":
        """Those that a posting's own entries, and entries of topics, bring along."""
        return cls(
            [
                (question, language, entry.id)
                for entry in posting.entries
                for language, questions in entry.questions.items()
                for question in questions
            ]
        )

    def key(self, tables: Tables) -> str:
        """A name for a model of the bank that is made from exactly this."""
        return self.name(tables.content(), _FEATURES)

    def name(self, *more: object) -> str:
        """A name for a model that is made from exactly this and *more*."""
        inputs = (self.questions, self.languages, self.labels, more)
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:24]

    def content(self) -> dict[str, Any]:
        """As the training process takes it."""
        return {
            "questions": self.questions,
            "languages": self.languages,
            "labels": self.labels,
        }


def _train(
    bank: Phrasings,
    tables: Tables,
    bank_folder: Path | None,
    own: Mapping[str, Phrasings],
    alone: Mapping[str, Path],
) -> None:
    shipped = unpack(shipped_model()) if bank_folder else None
    job = {
        "bank": bank.content(),
        **tables.content(),
        "bank_folder": str(bank_folder) if bank_folder else "",
        # The bank that was shipped is the nearest one that was calibrated.
        "tuning": asdict(shipped.tuning if shipped else Tuning()),
        "alone": [{**own[one].content(), "folder": str(path)} for one, path in alone.items()],
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
            learnt.model, None if knowledge.postings[posting].topics else _SHARPNESS_ALONE
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
