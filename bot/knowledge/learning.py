"""The training process: ``python -m bot.knowledge.learning`` reads a job and writes models.

It is a process of its own because scikit-learn takes longer to import than the bot to start, and
its memory would stay with the process that answers.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.fitting import background_of, fitted
from bot.knowledge.modelfiles import Learnt, load, save
from bot.knowledge.tables import shipped_tables
from bot.matching.calibration import Tuning, calibrate
from bot.matching.concepts import Concepts
from bot.matching.language import learn_odds
from bot.matching.speller import count
from bot.matching.text import Spellings, joined, words


@dataclass(frozen=True)
class Corpus:
    """Phrasings as the models take them; what holds no word is left out."""

    words: Sequence[Sequence[str]]
    texts: Sequence[str]
    labels: Sequence[str]
    languages: Sequence[str]

    @classmethod
    def of(cls, content: Mapping[str, Sequence[str]], spellings: Spellings) -> "Corpus":
        """*content* holds ``questions``, ``labels`` and ``languages``, parallel lists."""
        found = [words(question, spellings) for question in content["questions"]]
        kept = [i for i, spelt in enumerate(found) if spelt]
        return cls(
            [found[i] for i in kept],
            [joined(found[i]) for i in kept],
            [content["labels"][i] for i in kept],
            [content["languages"][i] for i in kept],
        )


def learn_bank(
    content: Mapping[str, Sequence[str]], bank: Corpus, concepts: Concepts, tuning: Tuning
) -> Learnt:
    """The model of the bank, with all that an engine needs besides."""
    from bot.matching import training  # noqa: PLC0415 - scikit-learn, where it is needed only

    by_language: dict[str, list[str]] = {}
    for question, language in zip(content["questions"], content["languages"], strict=True):
        by_language.setdefault(language, []).append(question)
    model = training.fit(bank.texts, bank.labels, [concepts.find(spelt) for spelt in bank.words])
    return Learnt(
        model,
        count(bank.words),
        tuple(by_language),
        learn_odds(by_language),
        tuning,
        (bank.texts, bank.labels),
    )


def calibrated(bank: Corpus, concepts: Concepts) -> Tuning:
    """How sure a model of the bank may be: fits it several times, which takes a minute or two."""
    from bot.matching import training  # noqa: PLC0415 - scikit-learn, where it is needed only

    meant = [concepts.find(spelt) for spelt in bank.words]
    classes, margins = training.cross_fitted(bank.texts, bank.labels, meant)
    return calibrate(margins, classes, bank.labels, bank.languages)


def work(job: Mapping[str, Any]) -> None:
    """Fit and save each model of *job*.

    A job holds ``bank`` (``questions``, ``languages``, ``labels``: parallel lists), ``bank_folder``
    where the bank is to be fitted into (or nothing), its ``tuning``, and ``alone``: the same lists
    for each posting whose entries compete only with each other, with its ``folder``. ``spellings``
    and ``concepts`` serve all of them. Another kind of job holds ``heads`` like ``alone``, to be
    fitted beside the bank's model in the folder ``beside``; the tables are those of the ``cache``.
    """
    if "heads" in job:
        _fit_heads(job)
        return
    spellings = Spellings(job["spellings"])
    concepts = Concepts(job["concepts"])
    bank = Corpus.of(job["bank"], spellings)
    if job["bank_folder"]:
        learnt = learn_bank(job["bank"], bank, concepts, Tuning(**job["tuning"]))
        save(learnt, Path(job["bank_folder"]))
    for alone in job["alone"]:
        _fit_alone(alone, bank, spellings, concepts)


def _fit_alone(
    alone: Mapping[str, Any], bank: Corpus, spellings: Spellings, concepts: Concepts
) -> None:
    from bot.matching import training  # noqa: PLC0415 - scikit-learn, where it is needed only

    own = Corpus.of(alone, spellings)
    model = training.fit_alone(
        own.texts, own.labels, bank.texts, bank.labels, lambda t: concepts.find(t.split())
    )
    # Words of the background are no misspelt ones, yet no repair leads to them.
    frequency = dict.fromkeys(count(bank.words), 0) | count(own.words)
    save(Learnt(model, frequency), Path(alone["folder"]))


def _fit_heads(job: Mapping[str, Any]) -> None:
    tables = shipped_tables(Path(job["cache"]))
    spellings, concepts = Spellings(tables.spellings), Concepts(tables.concepts)
    folder = Path(job["beside"])
    bank = load(folder)
    if bank is None:
        raise SystemExit(f"the model of the bank is not in {folder}")
    background = background_of(bank, folder, concepts)
    for head in job["heads"]:
        learnt = fitted(head, spellings, background)
        if learnt is not None:
            save(learnt, Path(head["folder"]))


if __name__ == "__main__":
    work(json.load(sys.stdin))
