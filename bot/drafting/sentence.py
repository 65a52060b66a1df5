"""Sentences, cut without tearing abbreviations, dates and numbers."""

import re

_END = re.compile(r"[.!?…]+[\"'»”)]*\s+(?=[\"'«“(\[]?[^\W_a-zà-öø-ÿ])")
_WORD = re.compile(r"([\w.·'’-]+)$")
_COUNTED = re.compile(r"\b(?:and|to|et|à|or|ou|than|under|of) \d+$")
"""A number that ends a range or counts something is no ordinal: "between 7 and 10. The post"."""
_FEW_WORDS = 5
_SHORT = {
    "m", "mm", "mme", "mlle", "mr", "mrs", "ms", "dr", "dre", "pr", "prof", "st", "ste", "no", "nr",
    "n", "art", "av", "bd", "bld", "etc", "env", "ex", "ref", "réf", "tel", "tél", "approx", "e.g",
    "i.e", "p.a", "p.m", "a.m", "z.b", "bzw", "ca", "inkl", "str", "sr", "sra", "ud", "vs", "cf",
    "min", "max", "incl", "dept", "dpt", "h.f", "resp", "abs", "evtl", "ggf", "usw", "frau",
    "hr", "fr", "avda", "c", "núm", "num", "ltd", "inc", "u.a", "d.h",
}  # fmt: skip


def sentences(text: str) -> list[str]:
    """The sentences of *text* in their order; put together with spaces they are the text again."""
    found = []
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.start()]
        if match[0].startswith(".") and _is_short(before):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return _answered([sentence for sentence in found if sentence])


def _answered(found: list[str]) -> list[str]:
    """A question of few words and the sentence after it belong together ("Quand ? En mai.")."""
    out: list[str] = []
    for sentence in found:
        if out and out[-1].endswith("?") and len(out[-1].split()) <= _FEW_WORDS:
            out[-1] += f" {sentence}"
        else:
            out.append(sentence)
    return out


def _is_short(before: str) -> bool:
    """Whether the dot after this belongs to an abbreviation or to an ordinal ("15. März")."""
    match = _WORD.search(before)
    if match is None:
        return False
    word = match[1]
    single = len(word) == 1 and word.isalpha() and word.isupper()
    ordinal = word.isdigit() and len(word) <= 2  # noqa: PLR2004 - a day or a number in a list
    ordinal = ordinal and not _COUNTED.search(before)
    return single or ordinal or word.casefold() in _SHORT
