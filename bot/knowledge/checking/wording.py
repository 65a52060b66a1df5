"""Texts that are not finished, too long for a phone, or better looked at by a second person."""

import re
from collections.abc import Mapping

from bot.core.markup import plain, utf16_length
from bot.core.posting import Entry, Posting
from bot.knowledge.checking.notes import Notes, Said, texts_of
from bot.knowledge.schema import placeholders

LONGEST_ANSWER = 3500
"""UTF-16 units of an answer that surely fit into one message (4096, with a lead and a quote)."""
SCREEN = 900
"""Characters that a phone shows at once: about 22 lines of 40."""

_UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|TBD|TBC|TBA)\b|\bX{3,}\b|\bXX(?=\s*(?:€|\$|£|%|h\b|euros?\b|hours?\b|heures?\b))"
    r"|\blorem ipsum\b|\?{3,}|_{3,}|\[(?:\.{3}|…|\s*)\](?!\()"
    r"|\b[àa] compl[ée]ter\b|\bto be (?:completed|filled in)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"TODO|FIXME|TB[DCA]|X+")
"""What is a sign only in capitals: `todo` is a Spanish word."""
_BRACED = re.compile(r"\{[^{}\n]*\}")

_JUDGED: Mapping[str, str] = {
    "fr": (
        r"\b(?:jeunes?\s+(?:et\s+)?dynamiques?|jeune\s+(?:homme|femme|équipe\s+recherche)"
        r"|langue\s+maternelle|sans\s+enfants?|sans\s+charge\s+de\s+famille|célibataires?"
        r"|bonne\s+présentation|de\s+nationalité\s+\w+|sain\w*\s+de\s+corps|moins\s+de\s+\d\d\s+ans"
        r"|\d\d\s+ans\s+(?:maximum|max\b|au\s+plus))"
    ),
    "en": (
        r"\b(?:young\s+(?:and\s+)?dynamic|young\s+(?:man|woman|person)|mother\s+tongue"
        r"|native\s+(?:\w+\s+)?speakers?|digital\s+natives?|able[- ]bodied|unmarried"
        r"|good[- ]looking|under\s+(?:the\s+age\s+of\s+)?\d\d(?:\s+years?)"
        r"|recent\s+graduates?\s+only"
        r"|sales(?:man|girl)|chairman|waitress|handyman|cleaning\s+lady)"
    ),
}
_JUDGED_PATTERNS = {code: re.compile(text, re.IGNORECASE) for code, text in _JUDGED.items()}
_DENIED = re.compile(
    r"\b(?:no|not|never|without|whatever|neither|nor|n[’'e]\w*|pas|aucune?|jamais|sans\s+condition"
    r"|ni|quel(?:le)?s?\s+que)\b|n['’]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?;\n]+")


def check_wording(posting: Posting, notes: Notes) -> None:
    """Note what is unfinished, long or delicate in the texts of *posting*."""
    for language, title in posting.title.items():
        _check_unfinished(None, "the title", title, notes)
        _check_delicate(None, "the title", language, title, notes)
    for entry in posting.entries:
        for said in texts_of(entry):
            _check_unfinished(entry, notes.calls(entry), said.text, notes)
            if said.key in {"answer", "answer_closed"}:
                _check_length(said, entry, notes)
                _check_delicate(entry, notes.calls(entry), said.language, said.text, notes)


def _check_unfinished(entry: Entry | None, calls: str, text: str, notes: Notes) -> None:
    for found in _UNFINISHED.finditer(text):
        sign = found[0]
        if _CAPITALS.fullmatch(sign.upper()) and not sign.isupper():
            continue
        what = f"{calls} is not finished: “{sign}” stands in it"
        notes.warn(entry, what, "write what belongs there", sign)
    if entry is not None and ("{" in text or "}" in text):
        rest = _BRACED.sub("", text)
        if brace := next((letter for letter in rest if letter in "{}"), ""):
            names = ", ".join(placeholders(text)) or "nothing"
            what = f"{calls} has a lone {brace}, which candidates would read"
            how = f"remove it, or write {{closes}} or another name in full (filled in: {names})"
            notes.warn(entry, what, how, brace)


def _check_length(said: Said, entry: Entry, notes: Notes) -> None:
    length = utf16_length(plain(said.text))
    answer = f"the answer `{entry.id}` in {said.language}"
    how = "candidates read it on a phone: shorten it, or make several entries of it"
    if length > LONGEST_ANSWER:
        what = f"{answer} has {length} characters, more than {LONGEST_ANSWER}"
        notes.warn(entry, what, how)
    elif length > SCREEN:
        what = f"{answer} has {length} characters, more than a phone shows at once ({SCREEN})"
        notes.hint(entry, what, how)


def _check_delicate(
    entry: Entry | None, calls: str, language: str, text: str, notes: Notes
) -> None:
    """Words that often go with discrimination; a sentence that denies something may need them."""
    pattern = _JUDGED_PATTERNS.get(language)
    if pattern is None:
        return
    for sentence in _SENTENCE.findall(text):
        found = pattern.search(sentence)
        if found and not _DENIED.search(sentence):
            what = f"{calls} says “{found[0]}”, which may shut people out without a reason"
            how = "a hint, no verdict: ask somebody who knows the law if it is meant so"
            notes.hint(entry, what, how, found[0])
