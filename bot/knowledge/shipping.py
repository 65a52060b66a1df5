"""``python -m bot.knowledge.shipping``: make the model of the bank that comes with the product.

It takes some minutes, since the model is also calibrated on phrasings that were left out of it.
``--check`` only says whether the model fits the bank as it is; exit code 1 if not. A model that
does not fit is never used: the bank is then learnt again at the first start.
"""

import sys

from bot.knowledge.asked import Asked
from bot.knowledge.bank import shipped_topics
from bot.knowledge.modelfiles import pack, packed_key
from bot.knowledge.models import bank_key, shipped_model
from bot.knowledge.tables import shipped_tables
from bot.matching.concepts import Concepts
from bot.matching.text import Spellings


def is_current() -> bool:
    """Whether the shipped model was made from the bank as it is now."""
    phrasings = Asked.of_topics(shipped_topics().values())
    return packed_key(shipped_model()) == bank_key(phrasings, shipped_tables())


def ship() -> None:
    """Learn and calibrate the bank, and write the file that is shipped."""
    from bot.knowledge.learning import Corpus, calibrated, learn_bank  # noqa: PLC0415 - scikit-learn

    phrasings = Asked.of_topics(shipped_topics().values())
    content = phrasings.content()
    tables = shipped_tables()
    concepts = Concepts(tables.concepts)
    bank = Corpus.of(content, Spellings(tables.spellings))
    tuning = calibrated(bank, concepts)
    file = shipped_model()
    file.parent.mkdir(exist_ok=True)
    pack(learn_bank(content, bank, concepts, tuning), file, bank_key(phrasings, tables))


def main(arguments: list[str]) -> int:
    """Make the model, or only check it."""
    if arguments != ["--check"]:
        ship()
    return 0 if is_current() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
