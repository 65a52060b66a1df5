"""A posting that was copied out of an e-mail: its head, the note before it, and the signature go.

What stays out: what the lines of the posting mean (`plaintext`).
"""

import re
from collections.abc import Sequence

_HEAD = re.compile(
    r"^[>\s*]*(?:from|to|cc|bcc|date|sent|subject|reply-to|de|à|a|envoyé(?: le)?|objet|date|von|an|"
    r"gesendet|betreff|para|enviado(?: el)?|asunto)\s?:\s",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^[>\s*]*(?:subject|objet|betreff|asunto)\s?:\s*(?P<text>.+)$", re.IGNORECASE
)
_PREFIX = re.compile(r"^(?:(?:fwd?|fw|re|tr|wg|aw|rv)\s?:\s*|\[[^\]]{2,40}\]\s*)+", re.IGNORECASE)
_FORWARDED = re.compile(
    r"^[>\s]*-{2,}.{0,12}(?:forwarded|original|transféré|origine|weitergeleitet|ursprüng|reenviad)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^[>\s]*(?:hi|hello|dear|bonjour|bonsoir|chers?|chères?|salut|hallo|liebe[rs]?|guten tag|hola|"
    r"buenos días|estimad\w+)\b.{0,60}[,!.]\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")
_LEAST = 2
_NEAR = 8


def without_mail(lines: Sequence[str]) -> list[str]:
    """*lines* without what an e-mail puts around a posting; its subject stays as the first line."""
    start = _after_head(lines, 0)
    forwarded = next((n for n, line in enumerate(lines) if _FORWARDED.match(line)), -1)
    if forwarded >= 0:
        start = max(_after_head(lines, forwarded + 1), forwarded + 1)
    first = next((n for n in range(start, len(lines)) if lines[n].strip()), start)
    if first < len(lines) and _GREETING.match(lines[first]):
        start = first + 1
    if not start:
        return list(lines)
    end = next((n for n in range(start, len(lines)) if _SIGNATURE.match(lines[n])), len(lines))
    told = [match for line in lines[:start] if (match := _SUBJECT.match(line))]
    subject = _PREFIX.sub("", told[-1]["text"]).strip() if told else ""
    return [*([subject, ""] if subject else []), *lines[start:end]]


def _after_head(lines: Sequence[str], first: int) -> int:
    """Where the head of a message that begins near *first* ends; 0 if there is none."""
    while first < len(lines) and not lines[first].strip():
        first += 1
    heads = [n for n in range(first, min(len(lines), first + _NEAR)) if _HEAD.match(lines[n])]
    return heads[-1] + 1 if len(heads) >= _LEAST and heads[0] == first else 0
