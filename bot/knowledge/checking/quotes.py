"""Quotes compared with the posting that they were taken from."""

import re
import unicodedata
from html.parser import HTMLParser

from rapidfuzz import fuzz

from bot.core.posting import Posting
from bot.knowledge.checking.notes import Notes

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-",
                       "—": "-", "‑": "-", "·": "", "…": "..."})  # fmt: skip
_BEFORE_MARKS = re.compile(r" (?=[:;!?%])")
_CLOSE = 85.0


def check_quotes(posting: Posting, notes: Notes, source: str) -> None:
    """Note the quotes of *posting* that do not stand in *source*, its text as it was published.

    White space, capitals, and the shapes of quotation marks and dashes make no difference.
    """
    text = _folded(source)
    for entry in posting.entries:
        pieces = [_folded(piece) for piece in re.split(r"\[?(?:\.{3}|…)\]?", entry.quote)]
        if all(piece in text for piece in pieces) or entry.shared:
            continue
        what = f"the quote of `{entry.id}` does not stand in the source"
        how = "copy the words as they stand there"
        if near := _nearest(_folded(entry.quote), text):
            how += f", which may be “{near}”"
        notes.warn(entry, what, how, entry.quote)


def text_of(document: str) -> str:
    """The visible text of a page in HTML; any other text as it is."""
    if not re.search(r"<(?:html|body|p|div|br|li)\b", document, re.IGNORECASE):
        return document
    reader = _Visible()
    reader.feed(document)
    reader.close()
    return "".join(reader.parts)


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in {"script", "style"}
        self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"} and self._hidden > 0
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    # French puts a space before such marks, and not everybody does.
    return _BEFORE_MARKS.sub("", " ".join(plain.split()))


def _nearest(quote: str, text: str) -> str:
    """What the quote was probably meant to be; empty if nothing is near."""
    found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=_CLOSE)
    if found is None:
        return ""
    start = text.rfind(" ", 0, found.dest_start + 1) + 1
    end = text.find(" ", max(found.dest_end - 1, start))
    return text[start : end if end >= 0 else None].strip()
