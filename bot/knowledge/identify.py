"""A general identifier of languages, for messages that are in none of the bank's.

What stays out: telling the bank's own languages apart, and what counts as foreign enough to ask
here at all (`bot.matching.language`). No other module imports py3langid.

Measured on one core: the model takes 0.7 s and 53 MB once, with the first message that needs it;
each text then takes 0.05 ms. (lingua 2.1 errs a little less and takes 6 s and 460 MB.)
"""

import functools
import logging
from array import array
from typing import TYPE_CHECKING

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
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - on first need

    try:
        whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    except OSError as error:
        _log.warning("other languages than those of the bank are not told apart: %s", error)
        return None
    whole.set_languages(PLAUSIBLE)
    # Built anew from the columns that are needed, so that the other 120 languages are let go.
    return LanguageIdentifier(
        whole.nb_ptc.copy(),
        whole.nb_pc.copy(),
        whole.nb_classes,
        whole.tk_nextmove,
        array("i", whole.tk_output),
        norm_probs=True,
        tk_row=whole.tk_row,
    )
