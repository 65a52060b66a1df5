"""``python -m bot`` and the command ``faqbot``."""

import gc
import os
from typing import NoReturn

_ALLOCATIONS = 50_000


def main() -> NoReturn:
    """Run the command line."""
    # What is loaded at the start stays. Looked through for garbage every 700 objects, as Python
    # does by itself, it takes a sixth longer to load.
    gc.set_threshold(_ALLOCATIONS)
    # Pydantic looks through every installed package for plugins of its own; we want none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from bot.cli.main import main as command  # noqa: PLC0415 - loaded under the line above

    command()


if __name__ == "__main__":
    main()
