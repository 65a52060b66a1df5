"""Fitted models as plain arrays in a folder: written whole, read without running any code."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.matching.features import Vocabulary
from bot.matching.model import Linear, Wide

_META = "model.json"
_WORDS = "words.json"


@dataclass(frozen=True)
class Learnt:
    """A model and the words of what it was learnt from.

    ``frequency`` says how often each word occurs, ``odds`` how much each speaks for each of the
    languages ``codes``.
    """

    model: Linear
    frequency: Mapping[str, int]
    codes: tuple[str, ...] = ()
    odds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def save(learnt: Learnt, folder: Path) -> None:
    """Write *learnt* as *folder*; another process sees either nothing or the whole.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        model = learnt.model
        words = model.vocabulary
        np.save(draft / "slots.npy", words.slots)
        np.save(draft / "idf.npy", words.weights)
        np.save(draft / "weights.npy", model.weights)
        np.save(draft / "bias.npy", model.bias)
        if isinstance(model, Wide):
            np.save(draft / "starts.npy", model.starts)
            np.save(draft / "owners.npy", model.owners)
        meta = {
            "classes": model.classes,
            "scales": [float(scale) for scale in words.scales],
            "rarest": words.rarest_weight,
            "unknown": words.unknown,
        }
        known = {"frequency": learnt.frequency, "codes": learnt.codes, "odds": learnt.odds}
        (draft / _WORDS).write_text(json.dumps(known), encoding="utf-8")
        (draft / _META).write_text(json.dumps(meta), encoding="utf-8")
        draft.chmod(0o755)
        try:
            draft.replace(folder)
        except OSError:
            if not (folder / _META).exists():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load(folder: Path) -> Learnt | None:
    """What was learnt into *folder*, weights mapped rather than read; None if it is not whole."""
    try:
        known = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        vocabulary = Vocabulary(
            np.load(folder / "slots.npy"),
            np.load(folder / "idf.npy"),
            np.asarray(meta["scales"], dtype=np.float32),
            float(meta["rarest"]),
            float(meta["unknown"]),
        )
        weights = np.load(folder / "weights.npy", mmap_mode="r")
        bias = np.load(folder / "bias.npy")
        model = Linear(vocabulary, tuple(meta["classes"]), weights, bias)
        if (folder / "owners.npy").exists():
            starts = np.load(folder / "starts.npy")
            owners = np.load(folder / "owners.npy", mmap_mode="r")
            model = Wide(vocabulary, model.classes, weights, bias, starts, owners)
        odds = {word: tuple(logs) for word, logs in known["odds"].items()}
        return Learnt(model, known["frequency"], tuple(known["codes"]), odds)
    except (OSError, ValueError, KeyError, TypeError):
        return None
