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
_HEAD = 4096
_KEPT = "\n\t"
_SOFT_HYPHEN = 0xFFFE
"""PDFium's mark of a word that is parted at the end of a line; `pdf` puts it together."""


def decoded(data: bytes) -> str:
    """*data* as text; never fails. What no reader sees (control characters) is taken out.

    A byte order mark decides, else UTF-8 where it fits, else what a page declares, else the
    likeliest encoding.
    """
    return visible(_decode(data))


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
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
