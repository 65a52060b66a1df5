"""``python -m bot`` and the command ``faqbot``."""

from bot.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
