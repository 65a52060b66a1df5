"""Fitting the heads of postings, here or in the training process. Imports SciPy."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.knowledge.modelfiles import Learnt, load_texts
from bot.matching.concepts import Concepts
from bot.matching.heads import Background, fit_head
from bot.matching.speller import count
from bot.matching.text import Spellings, joined, words


def background_of(bank: Learnt, folder: Path, concepts: Concepts) -> Background:
    """What heads are fitted against: the *bank*, whose phrasings are in *folder*.

    Raises:
        OSError: they are not there.
    """
    texts, labels = bank.texts if bank.texts[0] else load_texts(folder)
    known = bank.model.vocabulary
    return Background(texts, labels, known, lambda text: concepts.find(text.split()))


def fitted(
    own: Mapping[str, Sequence[str]], spellings: Spellings, background: Background
) -> Learnt | None:
    """The head of a posting; None if no way of asking holds a word.

    Args:
        own: its ``questions`` and ``labels``, parallel lists.
        spellings: how they are spelt out.
        background: what they compete with.
    """
    spelt = [words(question, spellings) for question in own["questions"]]
    kept = [place for place, tokens in enumerate(spelt) if tokens]
    if not kept:
        return None
    texts = [joined(spelt[place]) for place in kept]
    return Learnt(
        fit_head(texts, [own["labels"][place] for place in kept], background), count(spelt)
    )
