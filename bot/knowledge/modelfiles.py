"""Fitted models as plain arrays, in a folder or in one file: read without running any code.

A folder is for use: its weights are mapped, not read. A file is for shipping: compressed, and the
same bytes for the same model.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.calibration import Tuning
from bot.matching.features import Vocabulary
from bot.matching.model import Linear, Wide

FORMAT = 2
"""To be raised when a folder is written otherwise; it belongs into the folder's name."""

_META = "model.json"
_WORDS = "words.json"
_TEXTS = "texts.json"
_LINES = "words.txt"
_ABSENT = -1


@dataclass(frozen=True)
class Learnt:
    """A model and the words of what it was learnt from.

    ``frequency`` says how often each word occurs, ``odds`` how much each speaks for each of the
    languages ``codes``, ``tuning`` how sure its margins may be taken. ``texts`` holds the
    normalised phrasings with their labels where they are of use later; a folder keeps them apart,
    see `load_texts`.
    """

    model: Linear
    frequency: Mapping[str, int]
    codes: tuple[str, ...] = ()
    odds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    tuning: Tuning = field(default_factory=Tuning)
    texts: tuple[Sequence[str], Sequence[str]] = ((), ())


def save(learnt: Learnt, folder: Path) -> None:
    """Write *learnt* as *folder*; another process sees either nothing or the whole.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        for name, array in _arrays(learnt.model).items():
            np.save(draft / f"{name}.npy", array)
        contents = _contents(learnt)
        _save_words(contents.pop(_WORDS), draft)
        for name, content in contents.items():
            (draft / name).write_text(json.dumps(content), encoding="utf-8")
        draft.chmod(0o755)
        try:
            draft.replace(folder)
        except OSError:
            if not (folder / _META).exists():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load(folder: Path) -> Learnt | None:
    """What was learnt into *folder*, without the texts; None if it is not whole."""
    try:
        arrays = {
            # As plain arrays: NumPy's class of mapped ones takes its time with each look-up.
            path.stem: np.asarray(np.load(path, mmap_mode="r" if path.stem in _MAPPED else None))
            for path in folder.glob("*.npy")
        }
        contents = {_META: _read(folder / _META), _WORDS: _load_words(folder, arrays)}
        return _learnt(arrays, contents)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save_words(known: Mapping[str, Any], folder: Path) -> None:
    """As lines and arrays, which are read in a tenth of the time that JSON takes."""
    frequency, odds = known["frequency"], known["odds"]
    words = list(dict.fromkeys((*frequency, *odds)))
    none = (np.nan,) * len(known["codes"])
    lines = (" ".join(known["codes"]), *words)
    (folder / _LINES).write_text("\n".join(lines), encoding="utf-8")
    np.save(folder / "counts.npy", [frequency.get(word, _ABSENT) for word in words])
    np.save(folder / "odds.npy", np.array([odds.get(word, none) for word in words], dtype=float))


def _load_words(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    codes, *words = (folder / _LINES).read_text(encoding="utf-8").split("\n")
    counts, odds = arrays["counts"], arrays["odds"]
    counted = counts != _ABSENT
    told = ~np.isnan(odds[:, 0]) if odds.size else np.zeros(len(words), dtype=bool)
    return {
        "codes": codes.split(),
        "frequency": dict(zip(compress(words, counted), counts[counted].tolist(), strict=True)),
        "odds": dict(zip(compress(words, told), odds[told].tolist(), strict=True)),
    }


def load_texts(folder: Path) -> tuple[Sequence[str], Sequence[str]]:
    """The normalised phrasings of a model in *folder*, and their labels.

    Raises:
        OSError: they are not there.
    """
    texts, labels = _read(folder / _TEXTS)
    return texts, labels


def pack(learnt: Learnt, file: Path, key: str) -> None:
    """Write *learnt* as one compressed file that remembers *key*, what it was made from.

    Raises:
        OSError: the file cannot be written.
    """
    draft = file.with_suffix(".new")
    with draft.open("wb") as out:
        contents = {**_contents(learnt), "key.json": key}
        texts = {name: _bytes(content) for name, content in contents.items()}
        np.savez_compressed(out, **_arrays(learnt.model), **texts)  # type: ignore[arg-type]
    draft.replace(file)


def packed_key(file: Path) -> str:
    """What the model in *file* was made from; empty if there is no such file."""
    try:
        with file.open("rb") as opened, np.load(opened) as found:
            return str(json.loads(found["key.json"].tobytes()))
    except _BROKEN:
        return ""


def unpack(file: Path) -> Learnt | None:
    """The model in *file*; None if it is not whole."""
    try:
        with file.open("rb") as opened, np.load(opened) as found:
            plain = {name: found[name] for name in found.files}
        contents = {name: json.loads(plain.pop(name).tobytes()) for name in (_META, _WORDS, _TEXTS)}
        plain.pop("key.json")
        return _learnt(plain, contents)
    except _BROKEN:
        return None


_BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile)
_MAPPED = {"weights", "owners"}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _bytes(content: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)


def _arrays(model: Linear) -> dict[str, NDArray[Any]]:
    words = model.vocabulary
    found: dict[str, NDArray[Any]] = {
        "slots": words.slots,
        "idf": words.weights,
        "weights": model.weights,
        "bias": model.bias,
    }
    if isinstance(model, Wide):
        found |= {"starts": model.starts, "owners": model.owners}
    return found


def _contents(learnt: Learnt) -> dict[str, Any]:
    model, words = learnt.model, learnt.model.vocabulary
    meta = {
        "classes": model.classes,
        "step": model.step,
        "scales": [float(scale) for scale in words.scales],
        "rarest": words.rarest_weight,
        "unknown": words.unknown,
        "tuning": asdict(learnt.tuning),
    }
    known = {"frequency": learnt.frequency, "codes": learnt.codes, "odds": learnt.odds}
    return {_META: meta, _WORDS: known, _TEXTS: learnt.texts}


def _learnt(arrays: Mapping[str, NDArray[Any]], contents: Mapping[str, Any]) -> Learnt:
    meta, known = contents[_META], contents[_WORDS]
    vocabulary = Vocabulary(
        arrays["slots"],
        arrays["idf"],
        np.asarray(meta["scales"], dtype=np.float32),
        float(meta["rarest"]),
        float(meta["unknown"]),
    )
    parts = (vocabulary, tuple(meta["classes"]), arrays["weights"], arrays["bias"])
    step = float(meta["step"])
    wide = "owners" in arrays
    model = Wide(*parts, step, arrays["starts"], arrays["owners"]) if wide else Linear(*parts, step)
    odds = {word: tuple(logs) for word, logs in known["odds"].items()}
    texts, labels = contents.get(_TEXTS, ((), ()))
    return Learnt(
        model,
        known["frequency"],
        tuple(known["codes"]),
        odds,
        Tuning(**meta["tuning"]),
        (texts, labels),
    )
