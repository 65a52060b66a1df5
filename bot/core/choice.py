"""Choices by number or in words, where a messenger has no buttons.

What stays out: what a choice leads to (`bot.core.conversation`).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum

from bot.core.message import Button, Reply

NONE = 0
"""The number of "none of these"."""

_MOST_WORDS = 8
_LONGEST = 80
_LAST = -1


class Miss(Enum):
    """Somebody chose, but none of the choices that there are."""

    NONE = "none"
    """None of them, and no choice says so."""
    NUMBER = "number"
    """A number that no choice has."""


def _table(*rows: str) -> dict[str, int]:
    """The words of each row with the row's number, from 1."""
    return {word: number for number, row in enumerate(rows, start=1) for word in row.split()}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CARDINALS = _table(
    "un une one",
    "deux two",
    "trois three",
    "quatre four",
    "cinq five",
    "six",
    "sept seven",
    "huit eight",
    "neuf nine",
    "dix ten",
)
_ORDINALS = _table(
    "premier premiere first 1er 1re 1ere 1st",
    "deuxieme second seconde 2e 2eme 2nd 2nde",
    "troisieme third 3e 3eme 3rd",
    "quatrieme fourth 4e 4eme 4th",
    "cinquieme fifth 5e 5eme 5th",
    "sixieme sixth 6e 6eme 6th",
    "septieme seventh 7e 7eme 7th",
    "huitieme eighth 8e 8eme 8th",
    "neuvieme ninth 9e 9eme 9th",
    "dixieme tenth 10e 10eme 10th",
) | dict.fromkeys(("last", "dernier", "derniere"), _LAST)
_NONE = _set("aucun aucune none neither rien zero 0 non no nope nothing")
_AFTER_NONE = _set(
    "de des d ces ceux celles la ca cela tout sujets reponses choix offres of these those them the"
    " above options choices topics postings entre eux elles deux trois merci thanks thank you"
)
_YES = _set("oui yes ouais yep yeah volontiers si")
_POLITE = _set("merci svp stp please pls thanks thank you s il vous te plait")
_AROUND = _POLITE | _set(
    "le la les l the n no nr numero number option choix choice reponse answer je j prends choisis"
    " i take choose plutot rather euh alors donc c est it is"
)


def numbered(reply: Reply) -> tuple[tuple[int, Button], ...]:
    """The choices of *reply* with their numbers: 1, 2, 3..., and 0 for "none of these"."""
    buttons = [button for row in reply.buttons for button in row]
    numbers = _numbers([button.data for button in buttons])
    return tuple(zip(numbers, buttons, strict=True))


def lines(reply: Reply) -> str:
    """The choices of *reply* as lines, each with its number; nothing where there are none."""
    return "\n".join(f"{number}) {button.label}" for number, button in numbered(reply))


def chosen(text: str, options: Sequence[str]) -> str | Miss | None:
    """Which of *options* somebody means who writes *text*.

    The whole text must be a choice: ``2``, ``2)``, ``la 2``, ``the second one``, ``aucune``. In
    ``2 jours de télétravail ?`` there is none.

    Args:
        text: as it was written.
        options: what the choices carry, in the order in which they were offered; none if nothing
            is offered (any more).

    Returns:
        What the choice carries, how it missed, or None where it is no choice at all.
    """
    words = _words(text)
    if not words:
        return None
    if (number := _number(words)) is not None:
        return _at(number, options) if options or _is_digits(words) else None
    if not options:
        return None
    if words[0] in _NONE and all(word in _AFTER_NONE or word in _NONE for word in words[1:]):
        return _no(options)
    if words[0] in _YES and all(word in _POLITE for word in words[1:]):
        return _yes(options)
    return None


def _words(text: str) -> list[str]:
    """The words of a text that is short enough to be a choice, without accents and signs."""
    if len(text) > _LONGEST or "?" in text:
        return []
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in bare if not unicodedata.category(letter).startswith("M"))
    words = "".join(letter if letter.isalnum() else " " for letter in kept).split()
    # A sign may mean something: -1 and 1.5 are no choices.
    odd = any(sign in text for sign in "-+%€$") or any(
        before.isdigit() and after.isdigit() and sign in ".,:/"
        for before, sign, after in zip(text, text[1:], text[2:], strict=False)
    )
    return [] if odd or len(words) > _MOST_WORDS else words


def _number(words: Sequence[str]) -> int | None:
    telling = [word for word in words if word not in _AROUND]
    match telling:
        case [word] if word.isascii() and word.isdecimal():
            return int(word) if str(int(word)) == word else None
        case [word] if word in _ORDINALS:
            return _ORDINALS[word]
        case [word] if word in _CARDINALS:
            return _CARDINALS[word]
        case [word, "one" | "choix" | "option"] if word in _ORDINALS:
            return _ORDINALS[word]
        case _:
            return None


def _is_digits(words: Sequence[str]) -> bool:
    return len(words) == 1 and words[0].isdecimal()


def _at(number: int, options: Sequence[str]) -> str | Miss:
    numbers = _numbers(options)
    if number == _LAST:
        number = max(numbers)
    if number in numbers:
        return options[numbers.index(number)]
    return Miss.NONE if number == NONE and options else Miss.NUMBER


def _no(options: Sequence[str]) -> str | Miss:
    refusing = [data for data in options if _refuses(data)]
    return refusing[0] if len(refusing) == 1 else Miss.NONE


def _yes(options: Sequence[str]) -> str | None:
    agreeing = [data for data in options if not _refuses(data)]
    return agreeing[0] if len(agreeing) == 1 else None


def _refuses(data: str) -> bool:
    return _is_none(data) or data == "f|no"


def _is_none(data: str) -> bool:
    return data.startswith("n|")


def _numbers(options: Sequence[str]) -> list[int]:
    """A number for each; where two questions offer a "none of these" each, none of them has 0."""
    one_none = sum(map(_is_none, options)) == 1
    return list(_counted(options, one_none=one_none))


def _counted(options: Sequence[str], *, one_none: bool) -> Iterator[int]:
    number = 0
    for data in options:
        if one_none and _is_none(data):
            yield NONE
        else:
            number += 1
            yield number
