"""What commands need before they can answer: knowledge, sentences, engine."""

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.errors import Misuse
from bot.cli.output import tell
from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.errors import KnowledgeError
from bot.knowledge.bank import shipped_topics
from bot.knowledge.mind import Load, Mind
from bot.knowledge.nearest import nearest
from bot.knowledge.phrases import shipped_phrases
from bot.knowledge.reading import read_folder

if TYPE_CHECKING:
    from bot.knowledge.live import Live
    from bot.knowledge.models import Learner

__all__ = [
    "Load",
    "Mind",
    "check_language",
    "choose",
    "live_knowledge",
    "load_mind",
    "read_knowledge",
    "sentences",
]


def load_mind(base: KnowledgeBase) -> Mind:
    """The engine for *base*; the first time it takes seconds, and is kept for the next.

    Called again in the same process, it learns only what changed.
    """
    return _learner()(base)


@functools.cache
def _learner() -> "Learner":
    from bot.knowledge.models import Learner

    return Learner(told=_learning)


def _learning() -> None:
    if sys.stderr.isatty():
        tell("Learning the phrasings, once…")


def read_knowledge(folder: Path) -> KnowledgeBase:
    """The postings of *folder*; broken files are told on stderr and left out.

    Raises:
        KnowledgeError: nothing can be used.
    """
    base, problems = read_folder(folder, shipped_topics())
    errors = [problem for problem in problems if not problem.warning]
    if not base.postings:
        raise KnowledgeError(*errors)
    for error in errors:
        tell(str(error))
    return base


def live_knowledge(folder: Path, load: Load) -> "Live":
    """The postings of *folder*, which can be read again; broken files are told and left out.

    Raises:
        KnowledgeError: nothing can be used.
    """
    from bot.knowledge.live import Live

    live = Live.open(folder, shipped_topics(), load)
    for error in live.state.errors:
        tell(str(error))
    return live


def sentences() -> Phrases:
    """What the bot itself says."""
    return shipped_phrases()


def choose(base: KnowledgeBase, wanted: str | None) -> Posting:
    """The posting called *wanted*, or the only one.

    Raises:
        Misuse: there is none of that name, or there are several and none was named.
    """
    known = ", ".join(base.postings)
    if wanted is None:
        if len(base.postings) == 1:
            return next(iter(base.postings.values()))
        raise Misuse(f"there are several postings, name one with --posting: {known}")
    posting = base.postings.get(wanted)
    if posting is None:
        meant = nearest(wanted, base.postings)
        how = f"did you mean {meant}?" if meant else f"known are {known}"
        raise Misuse(f"there is no posting `{wanted[:60]}`: {how}")
    return posting


def check_language(phrases: Phrases, wanted: str | None) -> str | None:
    """*wanted* as a language that the bot speaks.

    Raises:
        Misuse: it does not.
    """
    code = wanted.strip().casefold() if wanted is not None else None
    if code is not None and not phrases.has(code):
        raise Misuse(f"--lang: the bot does not speak `{wanted}`: {', '.join(phrases.languages)}")
    return code
