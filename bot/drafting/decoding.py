"""From bytes to text, whatever encoding they are in."""

import re
import unicodedata

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]+)", re.IGNORECASE)
_LOOKED_AT = 200_000
_STRANGE = [bytes([code]) for code in range(32) if code not in b"\t\n\r\f\v\x1b\x1a"]
_HEAD = 4096
_KEPT = "\n\t"
_SOFT_HYPHEN = 0xFFFE
"""PDFium's mark of a word that is parted at the end of a line; `pdf` puts it together."""


_WESTERN = frozenset("àâäçéèêëîïôöùûüÿœæñáíóúßÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆÑÁÍÓÚ«»’‘“”„€£–—…•°·²\xa0¿¡ºª§")


def is_binary(data: bytes) -> bool:
    """Whether *data* is no text in any encoding: full of what no text has."""
    if data.startswith(tuple(mark for mark, _ in _MARKS)) or _wide(data):
        return False
    head = data[:_LOOKED_AT]
    strange = sum(head.count(code) for code in _STRANGE)
    return strange > len(head) * 0.005


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every other byte is zero."""
    head = data[:2000]
    if len(head) < 8 or head.count(0) < len(head) * 0.3:  # noqa: PLR2004 - too little to tell
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def decoded(data: bytes) -> str:
    """*data* as text; never fails. What no reader sees (control characters) is taken out."""
    return visible(exactly(data))


def exactly(data: bytes) -> str:
    """*data* as text, letter by letter; never fails.

    A byte order mark decides, else UTF-8 where it fits, else what a page declares, else the
    likeliest encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := _wide(data):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared := _DECLARED.search(data[:_HEAD]):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return data.decode(_likeliest(data[:_LOOKED_AT]), errors="replace")


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - needed by few files only

    # A file that is UTF-8 but for some broken bytes stays UTF-8.
    if data.decode("utf-8", errors="replace").count("\ufffd") * 200 < len(data):
        return "utf-8"
    western = data.decode("cp1252", errors="replace")
    strange = [letter for letter in western if not letter.isascii()]
    if sum(letter in _WESTERN for letter in strange) >= len(strange) * 0.9:
        return "cp1252"
    common = ["cp1252", "mac_roman", "cp850", "utf_16_le", "utf_16_be", "cp1250", "cp1251"]
    best = from_bytes(data, cp_isolation=common).best()
    return best.encoding if best is not None else "cp1252"


def visible(text: str) -> str:
    """*text* with simple line ends and spaces, without what no reader sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    return text.translate(_INVISIBLE)


_INVISIBLE: dict[int, str | None] = {
    code: None
    for code in range(0x10000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Cn")
    and chr(code) not in _KEPT
    and code != _SOFT_HYPHEN
}
_INVISIBLE |= {0x0B: "\n", 0x0C: "\n", 0xA0: " ", 0x202F: " ", 0x2007: " ", 0x2009: " "}
