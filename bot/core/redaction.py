"""Taking personal data out of a text before it is written anywhere."""

import re

import phonenumbers

_AT = r"(?:\s?[@＠﹫]\s?|\s?[(\[{]\s?(?:at|arobase|@)\s?[)\]}]\s?|\sarobase\s)"
_WORD = r"[^\s@＠﹫<>(),;:\"\[\]]"
_EMAIL = re.compile(
    rf"""(?:"[^"\n]{{1,64}}"|{_WORD}{{1,64}}){_AT}(?:{_WORD}+\.{_WORD}{{2,}}|\[[^\]\s]+\])""",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
_MARKS = ("@", "＠", "﹫", "(", "[", "{", "arobase")
"""Without one of these there is no address: most texts have none, and are not searched for one."""

_REGIONS = ("FR", "GB", "US")
_SEVEN_DIGITS = re.compile(r"(?:\D*\d){7}")


def redact(text: str) -> str:
    """*text* with e-mail addresses, links and telephone numbers replaced by a word in brackets.

    Addresses are recognised with a space beside the @ or a word in its place, as people type them
    on a phone. Telephone numbers are found by Google's libphonenumber, as written in France, Great
    Britain or the United States, or with their country code.
    """
    folded = text.casefold()
    if any(mark in folded for mark in _MARKS):
        text = _EMAIL.sub("[e-mail]", text)
    if "/" in folded or "www." in folded:
        text = _LINK.sub("[link]", text)
    if _SEVEN_DIGITS.match(text) is None:
        return text
    for region in _REGIONS:
        found = list(phonenumbers.PhoneNumberMatcher(text, region))
        for match in reversed(found):
            text = text[: match.start] + "[phone]" + text[match.end :]
    return text
