"""The process that trains: reads a job on standard input, writes models into folders.

It runs as ``python -m bot.knowledge.learning``, apart from the process that answers, since
scikit-learn costs a second and a half and 150 MB to import.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.modelfiles import Learnt, save
from bot.matching import training
from bot.matching.concepts import Concepts
from bot.matching.language import learn_odds
from bot.matching.speller import count
from bot.matching.text import Spellings, joined, words


@dataclass(frozen=True)
class _Corpus:
    """Phrasings as the models take them."""

    words: list[list[str]]
    texts: list[str]
    labels: list[str]

    @classmethod
    def of(cls, content: Mapping[str, list[str]], spellings: Spellings) -> "_Corpus":
        found = [words(question, spellings) for question in content["questions"]]
        kept = [i for i, spelt in enumerate(found) if spelt]
        return cls(
            [found[i] for i in kept],
            [joined(found[i]) for i in kept],
            [content["labels"][i] for i in kept],
        )


def work(job: Mapping[str, Any]) -> None:
    """Fit and save each model of *job*.

    A job holds ``bank`` (``questions``, ``languages``, ``labels``: parallel lists), ``bank_folder``
    where the bank is to be fitted into (or nothing), and ``heads``: the same lists for each
    posting, with its ``folder`` and whether the bank's topics ``compete``. ``spellings`` and
    ``concepts`` serve all of them.
    """
    spellings = Spellings(job["spellings"])
    concepts = Concepts(job["concepts"])
    bank = _Corpus.of(job["bank"], spellings)
    if job["bank_folder"]:
        by_language: dict[str, list[str]] = {}
        for question, language in zip(
            job["bank"]["questions"], job["bank"]["languages"], strict=True
        ):
            by_language.setdefault(language, []).append(question)
        meant = [concepts.find(spelt) for spelt in bank.words]
        model = training.fit(bank.texts, bank.labels, meant)
        odds = learn_odds(by_language)
        learnt = Learnt(model, count(bank.words), tuple(by_language), odds)
        save(learnt, Path(job["bank_folder"]))
    for head in job["heads"]:
        own = _Corpus.of(head, spellings)
        fit = training.fit_head if head["compete"] else training.fit_alone
        model = fit(
            own.texts, own.labels, bank.texts, bank.labels, lambda t: concepts.find(t.split())
        )
        frequency = count(own.words)
        if not head["compete"]:
            # Words of the background are no misspelt ones, yet no repair leads to them.
            frequency = dict.fromkeys(count(bank.words), 0) | frequency
        save(Learnt(model, frequency), Path(head["folder"]))


if __name__ == "__main__":
    work(json.load(sys.stdin))
