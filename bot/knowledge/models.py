"""The engine for a knowledge base: models are trained once, kept, and found again by their inputs.

A model lives in a folder named after a hash of everything that it was made from: the phrasings,
the tables that they are normalised with, and the version of the features. So nothing stale is ever
used, and several processes may share one cache. The bank's model comes with the product
(`bot.knowledge.shipping`); it is trained here only where the bank was changed since.
"""

import hashlib
import json
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic
from bot.errors import BotError
from bot.knowledge.asked import Asked
from bot.knowledge.identify import identify
from bot.knowledge.kept import default_cache, recall, remember
from bot.knowledge.modelfiles import FORMAT, Learnt, load, packed_key, save, unpack
from bot.knowledge.pace import Pace, hurried
from bot.knowledge.tables import Tables, shipped_tables
from bot.matching.calibration import Tuning
from bot.matching.concepts import Concepts
from bot.matching.engine import Engine, Head
from bot.matching.language import Languages
from bot.matching.speller import Speller
from bot.matching.text import Spellings

if TYPE_CHECKING:
    from bot.matching.heads import Background

FEATURES = 7
"""To be raised when features, normalising, training or calibration change the bank's model."""

_HEADS = 6
"""To be raised when the fitting of heads changes."""

_OWN_WEIGHT = 3
_LONGEST_TRAINING = 900
_SHARPNESS_ALONE = 1.0
_KEPT = 64
"""So many models are kept at least; of many postings, two of each."""


class TrainingError(BotError):
    """The models could not be trained; the message holds the last line of what went wrong."""


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
    return Learner(cache, told)(knowledge)


@dataclass(frozen=True)
class _Bank:
    """The phrasings of the topics, and what was learnt from them where that was needed."""

    topics: Mapping[str, Topic]
    key: str
    folder: Path
    learnt: Learnt | None = None

    @property
    def phrasings(self) -> Asked:
        """Collected where they are needed: a start with a model that was kept does without."""
        return Asked.of_topics(self.topics.values())


@dataclass(frozen=True)
class _Own:
    """A posting's own phrasings, and what was learnt from them; None where there are none."""

    posting: Posting
    phrasings: Asked
    learnt: Learnt | None = None

    def serves(self, posting: Posting) -> bool:
        """Whether *posting* asks in exactly the same ways."""
        return self.posting.topics == posting.topics and self.phrasings.same_as(
            Asked.of_posting(posting)
        )


class Learner:
    """Makes one engine after another for a knowledge that changes; only what changed is learnt.

    What is the same object as the last time, or asks in the same ways, is taken over from the last
    engine. The head of a posting that asks in other ways takes some tenths of a second: here before
    anybody is answered, afterwards in a process of its own, so that nobody waits for it. The result
    is that of `load_engine`. Threads that call it at the same time come one after the other.
    """

    def __init__(self, cache: Path | None = None, told: Callable[[], None] | None = None) -> None:
        self._cache = _writable(cache or default_cache())
        self._told = told
        self._tables = shipped_tables(self._cache)
        self._spellings = Spellings(self._tables.spellings)
        self._concepts = Concepts(self._tables.concepts)
        self._bank: _Bank | None = None
        self._behind: tuple[str, Background] | None = None
        self._own: Mapping[str, _Own] = {}
        self._engine: Engine | None = None
        self._one_by_one = threading.Lock()

    def __call__(self, knowledge: KnowledgeBase) -> Engine:
        """An engine that understands questions about every posting of *knowledge*.

        Raises:
            TrainingError: the training process failed.
        """
        with self._one_by_one:
            return self._learnt(knowledge)

    def _learnt(self, knowledge: KnowledgeBase) -> Engine:
        pace = Pace() if self._engine is not None else hurried()
        needed = _needs_bank(knowledge)
        bank = self._bank_of(knowledge)
        if needed and bank.learnt is None:
            bank = replace(bank, learnt=_found(bank))
        postings = pace(knowledge.postings.values())
        own = {posting.id: self._own_of(posting, bank) for posting in postings}
        missing = self._missing(own, bank, pace)
        alone = {path: own[name] for name, path in missing.items() if not own[name].posting.topics}
        if alone or (needed and bank.learnt is None):
            jobs = {path: mine.phrasings for path, mine in alone.items()}
            bank = self._train(bank, jobs, missing=needed and bank.learnt is None)
        if needed and bank.learnt is None:
            raise TrainingError("the phrasings were learnt, but the result cannot be read")
        self._fit(missing, own, bank)
        bank_used = bank if needed else replace(bank, learnt=None)
        engine = self._made(bank_used, own, knowledge, pace)
        self._bank, self._own, self._engine = bank, own, engine
        return engine

    def _missing(self, own: dict[str, _Own], bank: _Bank, pace: Pace) -> dict[str, Path]:
        """The postings that nothing was learnt for yet, and where it is to be; fills in *own*."""
        missing: dict[str, Path] = {}
        for name, mine in pace(own.items()):
            if mine.learnt is None and mine.phrasings.questions:
                key = mine.phrasings.key(bank.key, _HEADS, mine.posting.topics)
                path = self._cache / f"head-{FORMAT}-{key}"
                own[name] = replace(mine, learnt=load(path))
                if own[name].learnt is None:
                    missing[name] = path
        return missing

    def _fit(self, missing: Mapping[str, Path], own: dict[str, _Own], bank: _Bank) -> None:
        """Fill in *own* what is missing, and is not learnt yet."""
        if not missing:
            return
        heads = {path: own[name] for name, path in missing.items() if own[name].posting.topics}
        if heads and self._engine is not None:
            self._fit_elsewhere({path: mine.phrasings for path, mine in heads.items()}, bank)
        for name, path in missing.items():
            learnt = load(path)
            if learnt is None and path in heads:
                learnt = self._head(own[name].phrasings, path, bank)
            own[name] = replace(own[name], learnt=learnt)
        _tidy(self._cache, max(_KEPT, 2 * len(own)), bank.folder)

    def _bank_of(self, knowledge: KnowledgeBase) -> _Bank:
        if self._bank is not None and self._bank.topics is knowledge.topics:
            return self._bank
        key = self._key(knowledge.topics)
        return _Bank(knowledge.topics, key, self._cache / f"bank-{FORMAT}-{key}")

    def _key(self, topics: Mapping[str, Topic]) -> str:
        """`bank_key`, which takes a tenth of a second, as it was worked out the last time."""
        file = self._cache / f"key-{_print_of(topics, self._tables)}.json"
        kept = recall(file)
        if isinstance(kept, str):
            return kept
        key = bank_key(Asked.of_topics(topics.values()), self._tables)
        remember(key, file)
        return key

    def _own_of(self, posting: Posting, bank: _Bank) -> _Own:
        before = self._own.get(posting.id)
        if before is not None and self._bank is not None and self._bank.key == bank.key:
            if before.posting is posting:
                return before
            if before.serves(posting):
                return replace(before, posting=posting)
        return _Own(posting, Asked.of_posting(posting))

    def _train(self, bank: _Bank, alone: Mapping[Path, Asked], *, missing: bool) -> _Bank:
        """Learn the bank, if it is *missing*, and what competes with nothing else: in seconds."""
        if self._told is not None:
            self._told()
        shipped = unpack(shipped_model()) if missing else None
        job = {
            "bank": bank.phrasings.content(),
            **self._tables.content(),
            "bank_folder": str(bank.folder) if missing else "",
            # The bank that was shipped is the nearest one that was calibrated.
            "tuning": asdict(shipped.tuning if shipped else Tuning()),
            "alone": [{**own.content(), "folder": str(path)} for path, own in alone.items()],
        }
        _run(json.dumps(job).encode())
        return replace(bank, learnt=load(bank.folder)) if missing else bank

    def _fit_elsewhere(self, heads: Mapping[Path, Asked], bank: _Bank) -> None:
        """Fit *heads* among the bank's topics in a process of its own, which leaves this one be."""
        if not bank.folder.is_dir():
            _found(bank)  # which keeps it there again
        job = {
            "cache": str(self._cache),
            "beside": str(bank.folder),
            "heads": [{**own.content(), "folder": str(path)} for path, own in heads.items()],
        }
        _run(json.dumps(job).encode())

    def _head(self, own: Asked, path: Path, bank: _Bank) -> Learnt | None:
        """A head among the bank's topics: fitted here, since it takes tenths of a second."""
        from bot.knowledge.fitting import fitted  # noqa: PLC0415 - SciPy, where it is needed only

        if bank.learnt is None:
            return None
        learnt = fitted(own.content(), self._spellings, self._background(bank, bank.learnt))
        if learnt is not None:
            save(learnt, path)
        return learnt

    def _background(self, bank: _Bank, learnt: Learnt) -> "Background":
        from bot.knowledge.fitting import background_of  # noqa: PLC0415 - likewise

        if self._behind is None or self._behind[0] != bank.key:
            self._behind = (bank.key, background_of(learnt, bank.folder, self._concepts))
        return self._behind[1]

    def _made(
        self, bank: _Bank, own: Mapping[str, _Own], knowledge: KnowledgeBase, pace: Pace
    ) -> Engine:
        """The engine, with whatever of the last one holds for it too, ready to answer at once."""
        heads = {name: mine.learnt for name, mine in own.items() if mine.phrasings.questions}
        last = self._engine
        if last is not None and self._asks_as_before(bank, heads):
            speller = last.speller
        else:
            speller = Speller(
                _frequency(bank.learnt, heads.values(), pace), bold=bank.learnt is None
            )
        learnt = bank.learnt
        engine = Engine(
            bank=learnt.model if learnt else None,
            heads=_heads(heads, knowledge),
            speller=speller,
            languages=Languages(learnt.codes, learnt.odds, identify) if learnt else Languages(),
            spellings=self._spellings,
            concepts=self._concepts,
            tuning=learnt.tuning if learnt else Tuning(),
        )
        if last is not None and last.bank is engine.bank:
            engine.take_over(last)
        if last is not None:
            engine.make_ready(pace(self._new(knowledge)))
        return engine

    def _new(self, knowledge: KnowledgeBase) -> list[Posting]:
        """The postings that are not as the last engine knew them."""
        known = self._own
        return [
            posting
            for posting in knowledge.postings.values()
            if posting.id not in known or known[posting.id].posting is not posting
        ]

    def _asks_as_before(self, bank: _Bank, heads: Mapping[str, Learnt | None]) -> bool:
        """Whether all phrasings are those of the last engine."""
        before = {name: mine.learnt for name, mine in self._own.items() if mine.phrasings.questions}
        return (
            self._bank is not None
            and self._bank.learnt is bank.learnt
            and before.keys() == heads.keys()
            and all(head is before[name] for name, head in heads.items())
        )


def bank_key(phrasings: Asked, tables: Tables) -> str:
    """The name of a model of the bank."""
    return phrasings.key(tables.content(), FEATURES)


def _print_of(topics: Mapping[str, Topic], tables: Tables) -> str:
    """Tells apart whatever `bank_key` tells apart, at a tenth of the price."""
    found = hashlib.sha256(f"{FEATURES}\n{tables.stamp}".encode())
    for topic in topics.values():
        for language, questions in topic.questions.items():
            lines = "\0".join((topic.id, language, str(len(questions)), *questions, ""))
            found.update(lines.encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:24]


def _found(bank: _Bank) -> Learnt | None:
    """The bank's model as it was kept, or as it was shipped if that is what would be learnt."""
    found = load(bank.folder)
    if found is None and packed_key(shipped_model()) == bank.key:
        found = unpack(shipped_model())
        if found is not None:
            save(found, bank.folder)
    return found


def _needs_bank(knowledge: KnowledgeBase) -> bool:
    """Whether any posting lets the topics compete; the others take them as background only."""
    any_competes = any(posting.topics for posting in knowledge.postings.values())
    return bool(knowledge.topics) and (any_competes or not knowledge.postings)


def _run(job: bytes) -> None:
    """Let a process of its own do the *job*, see `bot.knowledge.learning`."""
    import subprocess  # noqa: PLC0415 - where something has to be learnt only

    # -P: what lies in the current folder, whoever put it there, is not imported.
    command = [sys.executable, "-P", "-m", "bot.knowledge.learning"]
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - our own module, nothing from outside
            command,
            input=job,
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


def _frequency(bank: Learnt | None, heads: Iterable[Learnt | None], pace: Pace) -> dict[str, int]:
    """Words of the bank as often as they occur; words of a posting always count as right."""
    frequency = dict(bank.frequency) if bank else {}
    for head in pace(heads):
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
        return _temporary()


def _temporary() -> Path:
    """A folder of this user's own among the temporary ones, where others could lay something."""
    folder = Path(tempfile.gettempdir()) / f"candidate-faq-bot-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if (
            stat.S_ISDIR(found.st_mode)
            and found.st_uid == os.getuid()
            and not found.st_mode & 0o022
        ):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="candidate-faq-bot-"))


def _tidy(folder: Path, kept: int, spared: Path) -> None:
    """Let go of the models that were made longest ago, but for so many, and *spared*."""
    models = sorted(folder.glob("*-*/"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in (model for model in models[kept:] if model != spared):
        for file in old.glob("*"):
            file.unlink(missing_ok=True)
        old.rmdir()
