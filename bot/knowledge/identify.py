"""A general identifier of languages, for messages that are in none of the bank's.

What stays out: telling the bank's own languages apart, and what counts as foreign enough to ask
here at all (`bot.matching.language`). No other module imports py3langid.

Measured on one core: the model takes 0.7 s once, to be unpacked. What is needed of it (45 MB) is
kept in the user's cache and mapped from there, in 0.02 s, with the first message that needs it;
each text then takes 0.05 ms. (lingua 2.1 errs a little less and takes 6 s and 460 MB.)
"""

import contextlib
import functools
import hashlib
import logging
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.kept import default_cache

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_log = logging.getLogger(__name__)

PLAUSIBLE = (
    *("fr", "en", "es", "de", "it", "pt", "nl", "pl", "ro", "tr"),
    *("sv", "da", "hu", "cs", "sq", "hr", "vi", "sw", "so"),
    *("ar", "fa", "ps", "ur", "ru", "uk"),
)
"""Languages that a candidate may well write. Of two that are hardly told apart in one line, only
one stands here: the fewer there are, the surer each is."""

NOTHING = ("", 0.0)
"""What is said of a text where there is nothing to go by."""


def identify(text: str) -> tuple[str, float]:
    """The likeliest of the `PLAUSIBLE` languages, and how likely it is, in [0, 1].

    The first call loads the model. If that fails (there is no place for temporary files), every
    text gets `NOTHING`, and the log says so once.
    """
    model = _model()
    if model is None:
        return NOTHING
    code, sure = model.classify(text)
    return str(code), float(sure)


@functools.cache
def _model() -> "LanguageIdentifier | None":
    from importlib.metadata import version  # noqa: PLC0415 - on first need

    languages = hashlib.sha256(" ".join(PLAUSIBLE).encode()).hexdigest()[:12]
    folder = default_cache() / f"languages-{version('py3langid')}-{languages}"
    with contextlib.suppress(OSError, ValueError):
        return _restored(folder)
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - on first need

    try:
        whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    except OSError as error:
        _log.warning("other languages than those of the bank are not told apart: %s", error)
        return None
    # Only the columns that are needed, so that the other 120 languages are let go.
    whole.set_languages(PLAUSIBLE)
    arrays = {
        "chances": whole.nb_ptc,
        "shares": whole.nb_pc,
        "names": np.array(whole.nb_classes),
        "moves": np.asarray(whole.tk_nextmove),
        "rows": np.asarray(whole.tk_row),
        "features": np.asarray(whole.tk_output, dtype=np.int32),
    }
    with contextlib.suppress(OSError):
        _keep(arrays, folder)
        return _restored(folder)
    return _made(arrays)


def _restored(folder: Path) -> "LanguageIdentifier":
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    return _made(arrays)


_ARRAYS = ("chances", "shares", "names", "moves", "rows", "features")


def _made(arrays: dict[str, NDArray[Any]]) -> "LanguageIdentifier":
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415 - on first need

    return LanguageIdentifier(
        np.asarray(arrays["chances"]),
        np.asarray(arrays["shares"]),
        arrays["names"].tolist(),
        np.asarray(arrays["moves"]).data,
        arrays["features"].tolist(),
        norm_probs=True,
        tk_row=arrays["rows"].tolist(),
    )


def _keep(arrays: dict[str, NDArray[Any]], folder: Path) -> None:
    """Write *folder* whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        for name, array in arrays.items():
            np.save(draft / f"{name}.npy", array)
        shutil.rmtree(folder, ignore_errors=True)  # it was there, and could not be read
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
