"""Links that lead nowhere, and addresses of persons rather than of the organisation."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers
from phonenumbers import PhoneNumberMatcher, PhoneNumberType

from bot.core.posting import Entry, Posting
from bot.knowledge.checking.notes import Notes, Said, texts_of

_MARKDOWN = re.compile(r"\[[^\]\n]*\]\(([^)\n]*)\)")
_NEARLY = re.compile(
    r"\b(?:https?|htt?ps?|htps?|ttps?|hhtps?)"
    r"(?::/[^/\s]\S*|//\S+|;//\S+|:\s//\S+|:\\\\\S+)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\bhttps?://[^\s<>()\[\]]*[^\s<>()\[\].,;:!?]", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9À-ſ](?:[a-z0-9À-ſ-]*[a-z0-9À-ſ])?\.)+[a-z]{2,}\.?", re.IGNORECASE)
_STAND_INS = {"example.com", "example.org", "example.net", "domain.com", "yoursite.com"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*", re.UNICODE)
_MAILS = ("https://", "http://", "mailto:", "tel:")

_FREE = re.compile(
    r"(?:g(?:oogle)?mail|hotmail|outlook|live|yahoo|icloud|me|orange|wanadoo|free|sfr|laposte|gmx"
    r"|web|proton|protonmail|aol)\.[a-z.]{2,6}"
)
"""Where private people have their mail."""
_ROLE = re.compile(
    r"rh|hr|recru\w*|candidat\w*|jobs?|emplois?|careers?|carrieres?|contact|infos?|accueil|hello"
    r"|bonjour|office|secretar\w*|direction|teams?|equipes?|people|appl(?:y|ications?)|dpo|rgpd|gdpr"
    r"|privacy|data|protection|support|talents?|stages?|benevol\w*|volunteers?|admin|services?"
    r"|bureau|bewerbung|personal|hiring|work|postes?|projets?|projects?|missions?|medical|finance"
    r"|legal|press|presse|no|reply|noreply|logist\w*"
)
"""What an address is called that several people read."""
_REGIONS = {"fr": "FR", "en": "GB", "de": "DE", "es": "ES", "it": "IT", "nl": "NL"}
_FEWEST_DIGITS = 8


def check_contacts(posting: Posting, notes: Notes) -> None:
    """Note links that cannot be links, and what looks like the address of one person."""
    if wrong := _wrong_link(posting.url):
        notes.warn(None, f"`url` cannot be opened: {wrong}", "correct it", posting.url)
    for entry in posting.entries:
        for said in texts_of(entry):
            if said.key in {"answer", "answer_closed"}:
                _check_links(said, entry, notes)
                _check_persons(said, entry, notes)


def _check_links(said: Said, entry: Entry, notes: Notes) -> None:
    links = dict.fromkeys(_MARKDOWN.findall(said.text))
    rest = _MARKDOWN.sub(" ", said.text)
    for link in links:
        target = link.strip().strip("<>")
        if not _BRACE_ONLY.fullmatch(target):
            _check_link(target, f"({link}", entry, notes)
    for found in _ADDRESS.findall(rest):
        if wrong := _wrong_link(found):
            what = f"{notes.calls(entry)} names “{found[:60]}”: {wrong}"
            notes.warn(entry, what, "correct it", found)
    for match in _NEARLY.finditer(rest):
        what = f"{notes.calls(entry)} names “{match[0][:60]}”, which is no link as it is written"
        notes.warn(entry, what, "write it as https://...", match[0])
    for address in _EMAIL.findall(said.text):
        if "." not in address.partition("@")[2]:
            what = f"{notes.calls(entry)} names “{address}”, which is no e-mail address"
            notes.warn(entry, what, "write it in full", address)


def _check_link(target: str, near: str, entry: Entry, notes: Notes) -> None:
    if not target:
        what = f"{notes.calls(entry)} has a link that leads nowhere"
        notes.warn(entry, what, "write its address between the parentheses", near)
    elif not target.lower().startswith(_MAILS):
        what = f"{notes.calls(entry)} links to “{target[:60]}”, which is no web address"
        notes.warn(entry, what, "begin it with https:// (or mailto:, tel:)", near)
    elif wrong := _wrong_link(target):
        what = f"{notes.calls(entry)} links to “{target[:60]}”: {wrong}"
        notes.warn(entry, what, "correct it", target)


_BRACE_ONLY = re.compile(r"\{[a-z]+\}")


def _wrong_link(link: str) -> str:
    """Why nothing can be opened at *link*; empty where it may be."""
    if not link.lower().startswith(("http://", "https://")):
        return ""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return "it cannot be read"
    if " " in link:
        return "there is a space in it"
    if not _HOST.fullmatch(host):
        return f"there can be no site called “{host[:40]}”"
    if ".".join(host.split(".")[-2:]) in _STAND_INS:
        return "it stands for another one"
    return ""


def _check_persons(said: Said, entry: Entry, notes: Notes) -> None:
    for address in dict.fromkeys(_EMAIL.findall(said.text)):
        if _is_personal(address):
            what = (
                f"{notes.calls(entry)} names “{address}”, which looks like the address of a person"
            )
            notes.hint(entry, what, "name an address of the organisation if there is one", address)
    for number in _mobiles(said.text, _REGIONS.get(said.language, "FR")):
        what = f"{notes.calls(entry)} names “{number}”, which is a mobile number"
        notes.hint(entry, what, "name one of the organisation if it belongs to a person", number)


def _is_personal(address: str) -> bool:
    local, _, host = address.casefold().partition("@")
    words = [word for word in re.split(r"[._+\-\d]+", local) if word]
    if any(_ROLE.fullmatch(word) for word in words):
        return False
    return bool(_FREE.fullmatch(host)) or (len(words) == 2 and "." in local)  # noqa: PLR2004 - first name, name


@lru_cache(4096)
def _mobiles(text: str, region: str) -> tuple[str, ...]:
    if sum(letter.isdigit() for letter in text) < _FEWEST_DIGITS:
        return ()
    found = PhoneNumberMatcher(text, region)
    mobile = PhoneNumberType.MOBILE
    return tuple(
        str(match.raw_string) for match in found if phonenumbers.number_type(match.number) == mobile
    )
