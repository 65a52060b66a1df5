"""What languages are called."""

from babel.core import Locale, UnknownLocaleError


def name_in(language: str, code: str) -> str:
    """What the language *code* is called in *language*: ``anglais`` for ``en`` in French.

    A code that nobody knows is its own name.
    """
    try:
        return Locale.parse(code).get_display_name(language) or code
    except (UnknownLocaleError, ValueError, TypeError):
        return code
