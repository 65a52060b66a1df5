"""Normalising: from what a hurried person types to plain words that compare well."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LONGEST = 2000
"""Characters of a question that are looked at; the rest is cut off (and kept in the log)."""

_LONGEST_WORD = 40
_MOST_MARKS = 4

_KEPT_JOINED = re.compile(r"aujourd['’ʼ]hui", re.IGNORECASE)
_CLEAN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u20ac]*")
"""What nearly all messages are written in; nothing of it is invisible, a mark, or an odd space."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_LETTERS = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"} | dict.fromkeys(
    "’‘ʼ`´′", "'"
)
# Looked for and put in place by patterns: five times as fast as `str.translate` with a table.
_OTHER = re.compile(f"[{''.join(_LETTERS)}]")
_MARKS = re.compile("[\u0300-\u036f]+")
_NUMBERS = re.compile(r"[\d€$£]")
_SPELLABLE = re.compile(r"[\w€$£%§]+")
_THREE_ALIKE = re.compile(r"(.)\1\1")
_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_ENDINGS = "e|es|s|ne|nes|ice|ices|rice|rices|trice|euse"
_INCLUSIVE = re.compile(rf"(?<=\w)[·.•](?=(?:{_ENDINGS})\b)[\w·.•]*")
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b\d{1,2}\s*[:h]\s*[0-5]\d\b"), "§time"),
    (re.compile(r"\b\d{1,2}(?:[.:]\d\d)?\s*(?:am|pm)\b"), "§time"),
    (
        re.compile(
            r"[€$£]\s*\d+|\d[\d\s.,]*(?:[€$£]|\b(?:k|eur|euros?|balles|pounds?|quid|dollars?)\b)"
        ),
        "§money",
    ),
    (re.compile(r"\b\d{1,3}\s*%"), "§percent"),
    (re.compile(r"\b\d{1,2}\s*(?:h|hrs?|heures?|hours?)\b"), "§hours"),
    (re.compile(r"\b\d{2}\s*(?:ans|yo|year old|years old|balais|piges)\b"), "§age"),
    (
        re.compile(
            r"\b\d{1,2}(?:er|st|nd|rd|th)?\s*(?:of\s+)?(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout"
            r"|septembre|octobre|novembre|decembre|january|february|march|april|may|june|july"
            r"|august|september|october|november|december)\b"
        ),
        "§date",
    ),
    (re.compile(r"\b(?:19|20)\d\d\b"), "§year"),
    (re.compile(r"\b[abc][12]\b"), "§level"),
)


@dataclass(frozen=True)
class Spellings:
    """How messages are spelt: whole words and what they stand for (``koi`` → ``quoi``)."""

    words: Mapping[str, str] = field(default_factory=dict)


def clean(text: str) -> str:
    """Take out what no reader sees, and floods of it; keep the rest as it was typed.

    Control and formatting characters (zero-width, right-to-left overrides, NUL, lone surrogates)
    go, a letter keeps at most four combining marks, and white space is folded to single spaces
    except for line ends. The result is at most `LONGEST` characters long.
    """
    text = unicodedata.normalize("NFC", text[: LONGEST * 4])
    if _CLEAN.fullmatch(text):
        return " ".join(text.split())[:LONGEST]
    out: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        if letter in "\n\r\t":
            out.append("\n" if letter != "\t" else " ")
        elif category in _INVISIBLE:
            continue
        elif category[0] == "M":
            marks += 1
            if marks <= _MOST_MARKS:
                out.append(letter)
            continue
        else:
            out.append(" " if category[0] == "Z" else letter)
        marks = 0
    lines = (" ".join(line.split()) for line in "".join(out).splitlines())
    return "\n".join(line for line in lines if line)[:LONGEST]


def fold(text: str) -> str:
    """Lower case without accents, ligatures opened, apostrophes alike. Same words, other look."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered.replace("`", "'")
    decomposed = unicodedata.normalize("NFKD", _plain(lowered)).casefold()
    decomposed = _plain(decomposed)
    if decomposed.isascii():
        return decomposed
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _plain(text: str) -> str:
    return _MARKS.sub("", _OTHER.sub(lambda letter: _LETTERS[letter[0]], text))


def words(text: str, spellings: Spellings | None = None) -> list[str]:
    """The words of *text*, folded, elisions parted, chat spellings written out.

    Shapes of numbers that tell something (a time, a sum, a date, an age) are added as words of
    their own that start with ``§``, before the words themselves.
    """
    folded = fold(_KEPT_JOINED.sub("aujourdhui", text))
    folded = _INCLUSIVE.sub("", folded)
    shapes: list[str] = []
    if _NUMBERS.search(folded):
        shapes = [name for pattern, name in _PATTERNS if pattern.search(folded)]
    if _THREE_ALIKE.search(folded):
        folded = _REPEATED.sub(r"\1\1", folded)
    plain = [word[:_LONGEST_WORD] for word in _SPELLABLE.findall(folded.replace("_", " "))]
    if spellings is not None:
        table = spellings.words
        plain = [part for word in plain for part in table.get(word, word).split()]
    return shapes + plain


def joined(parts: Sequence[str]) -> str:
    """Words put together again as the features want them: single spaces between."""
    return " ".join(parts)
