"""HTML to blocks: the posting itself, without navigation, banners and related jobs.

What stays out: what the page says of itself for machines (`marked`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.drafting.block import RUN_IN, Block, Blocks, Kind, run_in

_GONE = {
    "script", "style", "nav", "footer", "noscript", "template", "svg", "iframe", "button",
    "select", "textarea", "input", "object", "video", "audio", "canvas", "dialog", "head",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr", "del", "img",
}  # fmt: skip
_BOLD = {"b", "strong"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAMES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_FOREIGN = {
    "cookie", "cookies", "cookiebar", "consent", "gdpr", "rgpd", "nav", "navbar", "navigation",
    "menu", "breadcrumb", "breadcrumbs", "related", "similar", "similaires", "similaire",
    "recommended", "recommendations", "recommendation", "suggestions", "suggested", "newsletter",
    "share", "sharing", "social", "socials", "footer", "login", "signup", "signin", "modal",
    "popup", "pagination", "filters", "filter", "alerts", "jobalert", "topbar", "toolbar", "ads",
    "sponsored", "comments", "fuss", "fusszeile", "kopf", "kopfzeile", "pie", "pied", "cabecera",
    "entete", "bandeau", "kopfleiste", "onetrust", "didomi", "tarteaucitron", "axeptio", "cmp",
}  # fmt: skip
_OVERLAYS = {"modal", "popup", "dialog", "alertdialog"}
_ROLES = {"navigation", "dialog", "alertdialog", "search", "contentinfo", "menu", "menubar"}
OTHERS = re.compile(
    r"^\W*(?:(?:les |nos |d'|voir )?autres (?:offres|annonces|postes|emplois)|(?:offres|annonces|"
    r"emplois|postes|jobs) (?:similaires|associees|recommandees|qui|du meme|proches)|ces (?:offres|"
    r"annonces)|vous (?:aimerez|pourriez)|a (?:lire|decouvrir|voir) aussi|similar |related |"
    r"recommended|more (?:jobs|vacancies|roles|from)|other (?:jobs|vacancies|roles|openings)|"
    r"people "
    r"also|you (?:might|may) also|jobs you|ahnliche|weitere (?:stellen|jobs)|das konnte|ofertas "
    r"(?:similares|relacionadas)|otras ofertas|tambien te|recevez |recevoir |newsletter|alerte|"
    r"job alert|sign up|partager|share th|filter|filtre|all jobs|toutes (?:les|nos) offres|"
    r"(?:follow|suivez)|a propos de ce site|mentions legales|(?:nos |les )?conseils?(?: |$)|"
    r"(?:career|cv|interview) (?:advice|tips)|estimations? d|salaires? (?:moyen|estime)|"
    r"salary (?:estimate|insight|guide)|(?:average|estimated) salar|gehaltsvergleich|"
    r"l.entreprise vue par|avis (?:des|de nos) (?:salarie|employe)|(?:company|employee) reviews|"
    r"d.autres )"
)
_EMBEDDED = re.compile(
    r"data:[a-z]{3,20}/[a-z0-9.+-]{2,40}(?:;[a-z0-9=-]{1,30}){0,3},[A-Za-z0-9+/=%_-]*"
)
_APPLY = re.compile(r"postul|appl|candidat|formul|bewerb|solicit|inscri", re.IGNORECASE)
_MOST_LETTERS = 1_200_000
_MOST_JUDGED = 600_000
_DEEPEST = 300
_NEAR = 3
_NAME_WORDS = 6


@dataclass(slots=True)
class _Seen:
    """A block with the element that it comes from, and how much of it are links."""

    block: Block
    element: Any
    linked: bool


@dataclass
class Page:
    """What an HTML page holds: its blocks, its whole visible text, and its root."""

    blocks: list[Block]
    text: str
    root: Any
    notes: list[str] = field(default_factory=list)


def read_page(html: str) -> Page:
    """The blocks of the posting on a page; an empty list if there are none."""
    from lxml import etree  # noqa: PLC0415 - in the reading process only
    from lxml import html as parsing  # noqa: PLC0415

    notes = []
    html = without_ballast(html)
    if len(html) > _MOST_LETTERS:
        html = html[:_MOST_LETTERS]
        notes.append("the page is very long: only its first part was read")
    parser = parsing.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = parsing.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return Page([], "", None, notes)
    text = "\n".join(_texts(root))
    main = _main_lines(html)
    seen = _Walk().of(root)
    return Page(_posting(seen, main), text, root, notes)


def read_fragment(html: str) -> list[Block]:
    """The blocks of a piece of HTML, such as a description within metadata; nothing is left out."""
    from lxml import etree  # noqa: PLC0415
    from lxml import html as parsing  # noqa: PLC0415

    try:
        root = parsing.fragment_fromstring(html[:_MOST_LETTERS], create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    return [seen.block for seen in _Walk().of(root)]


def without_ballast(html: str) -> str:
    """*html* without scripts (those for machines stay), styles, comments and embedded pictures."""
    html = _EMBEDDED.sub("data:,", html)
    for opening, closing in (("<!--", "-->"), ("<style", "</style"), ("<svg", "</svg")):
        html = _cut(html, opening, closing)
    return _cut(html, "<script", "</script", kept="ld+json")


def _cut(html: str, opening: str, closing: str, kept: str = "") -> str:
    """*html* without what stands between two marks; linear, whatever is or is not closed."""
    lowered = html.lower()
    if len(lowered) != len(html):  # a letter whose small form is longer
        lowered = html
    parts = []
    place = 0
    while (start := lowered.find(opening, place)) >= 0:
        end = lowered.find(closing, start)
        if end < 0:
            break
        close = lowered.find(">", end)
        close = len(html) if close < 0 else close + 1
        tag_end = lowered.find(">", start)
        if kept and kept in lowered[start:tag_end]:
            parts.append(html[place:close])
        else:
            parts.append(html[place:start])
            parts.append(" ")
        place = close
    parts.append(html[place:])
    return "".join(parts)


def _main_lines(html: str) -> set[str]:
    """What trafilatura takes for the main content, as the beginnings of its lines."""
    import trafilatura  # noqa: PLC0415 - in the reading process only

    if len(html) > _MOST_JUDGED:
        return set()  # it would take minutes
    try:
        main = trafilatura.extract(
            html, output_format="txt", include_comments=False, favor_recall=True
        )
    except Exception:  # noqa: BLE001 - it is one opinion, and must not end the reading
        main = None
    lines = (_key(line.lstrip("- ")) for line in (main or "").splitlines())
    return {line for line in lines if len(line) > 10}  # noqa: PLR2004 - shorter ones stand anywhere


def _key(text: str) -> str:
    return " ".join(text.split())[:60].casefold()


def _texts(root: Any) -> Iterator[str]:
    for element in root.iter():
        shown = isinstance(element.tag, str) and element.tag not in ("script", "style")
        if shown and element.text and element.text.strip():
            yield element.text.strip()
        if element.tail and element.tail.strip():
            yield element.tail.strip()


def is_foreign(element: Any) -> bool:
    """Whether an element is none of the posting: navigation, a banner, other jobs."""
    if element.tag in _GONE or element.get("hidden") is not None:
        return True
    if element.tag in ("body", "html", "main") or element.tag in _HEADINGS:
        return False
    if element.get("role") in _ROLES or element.get("aria-modal") == "true":
        return element.get("role") not in (None, *_OVERLAYS) or not _is_most(element)
    if element.tag in _INLINE:
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"[:400]
    names = {name.lower() for name in _NAMES.findall(named)}
    if not names & _FOREIGN and element.tag not in ("header", "aside"):
        return False
    if element.find(".//h1") is not None:
        return False
    if names & _FOREIGN <= _OVERLAYS and _is_most(element):
        return False
    return bool(names & _FOREIGN) or element.tag == "header"


def _is_most(element: Any) -> bool:
    """Whether an overlay holds most of the page's text: it is the posting, opened from a list."""
    whole = sum(map(len, _texts(element.getroottree().getroot())))
    return sum(map(len, _texts(element))) * 2 > whole


class _Walk:
    """Goes through the elements of a page in their order."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._words: list[str] = []
        self._linked = 0
        self._bold = 0
        self._start = ""
        self._blocks = Blocks()

    def of(self, root: Any) -> list[_Seen]:
        """All blocks below *root*."""
        self._element(root, Kind.TEXT, 0, 0)
        self._flush(root, Kind.TEXT, 0)
        return self._seen

    def _element(self, element: Any, kind: Kind, level: int, depth: int) -> None:
        if depth > _DEEPEST or is_foreign(element):
            return
        kind, level = _kind_of(element, kind, level)
        if element.tag == "table" and self._table(element):
            return
        if element.tag == "tr":
            self._row(element)
            return
        if element.tag == "dl" and self._pairs(element):
            return
        self._say(element.text, element)
        apart = _stand_apart(element)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, element, (kind, level, depth + 1), apart=apart)
            self._say(child.tail, element)

    def _child(
        self, child: Any, element: Any, inside: tuple[Kind, int, int], *, apart: bool
    ) -> None:
        kind, level, depth = inside
        inline = child.tag in _INLINE
        if not inline or apart:
            self._flush(element, kind, level)
        self._element(child, kind, level, depth)
        if child.tag == "a":
            self._address(child)
        if not inline or apart:
            self._flush(element if inline else child, *_kind_of(child, kind, level))

    def _say(self, text: str | None, element: Any) -> None:
        if not text:
            return
        self._words.append(text)
        length = len(text.strip())
        if length:
            within = {element.tag, *(above.tag for above in element.iterancestors())}
            self._linked += length if "a" in within else 0
            if within & _BOLD:
                if self._bold >= len("".join(self._words[:-1]).strip()):
                    self._start = "".join(self._words)
                self._bold += length

    def _address(self, link: Any) -> None:
        """An address that only stands behind words is a fact too."""
        address = str(link.get("href") or "")
        shown = "".join(self._words)
        if address.startswith("mailto:"):
            address = address.removeprefix("mailto:").partition("?")[0]
        elif not (address.startswith(("https://", "http://")) and _APPLY.search(shown)):
            return
        if 3 < len(address) <= 200 and address not in shown:  # noqa: PLR2004
            self._words.append(f" ({address})")

    def _flush(self, element: Any, kind: Kind, level: int) -> None:
        text = "".join(self._words)
        length = len(text.strip())
        linked, bold, start = self._linked, self._bold, self._start
        self._words, self._linked, self._bold, self._start = [], 0, 0, ""
        if not length:
            return
        all_bold = bold >= length * 0.95 and length <= 80  # noqa: PLR2004 - as headings are
        if kind is Kind.TEXT and all_bold and not text.rstrip().endswith((".", ",", ";")):
            kind, level = Kind.HEADING, 6
        before = len(self._blocks.found)
        if kind is Kind.TEXT and (parts := run_in(start, text)):
            self._blocks.add(Kind.HEADING, parts[0], RUN_IN)
            text = parts[1]
        self._blocks.add(kind, text, level)
        self._see(element, before, linked=linked > length * 0.7)

    def _pair(self, element: Any, label: str, value: str) -> None:
        before = len(self._blocks.found)
        self._blocks.row([label, value])
        self._see(element, before, linked=False)

    def _see(self, element: Any, before: int, *, linked: bool) -> None:
        for block in self._blocks.found[before:]:
            self._seen.append(_Seen(block, element, linked))

    def _table(self, table: Any) -> bool:
        """A table of three columns or more with names above them."""
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        headed = bool(rows) and any(cell.tag == "th" for cell in rows[0])
        if not headed or min(map(len, rows)) < 3 or table.find(".//table") is not None:  # noqa: PLR2004
            return False
        before = len(self._blocks.found)
        self._blocks.table([[cell.text_content() for cell in row] for row in rows])
        self._see(table, before, linked=False)
        return True

    def _row(self, row: Any) -> None:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if all(cell.tag == "th" for cell in cells) and len(cells) > 1:
            return
        if len(cells) == 2:  # noqa: PLR2004 - a label and its value
            label, value = (" ".join(cell.text_content().split()) for cell in cells)
            if label and value and len(label) <= 60:  # noqa: PLR2004
                self._pair(row, label, value)
                return
        for cell in cells:
            self._element(cell, Kind.TEXT, 0, 0)
            self._flush(cell, Kind.TEXT, 0)

    def _pairs(self, element: Any) -> bool:
        """A list of labels with one value each."""
        names = list(element.iter("dt"))
        values = list(element.iter("dd"))
        if not names or len(names) != len(values):
            return False
        for name, value in zip(names, values, strict=True):
            text = " ".join(value.text_content().split())
            self._pair(element, name.text_content() or "", text)
        return True


def _kind_of(element: Any, kind: Kind, level: int) -> tuple[Kind, int]:
    if element.tag in _HEADINGS:
        return Kind.HEADING, _HEADINGS[element.tag]
    if element.tag in ("li", "dd"):
        return Kind.ITEM, 0
    if element.tag in ("dt", "summary", "legend"):
        return Kind.HEADING, 6
    return kind, level


def _stand_apart(element: Any) -> bool:
    """Whether inline elements are pieces by themselves: several, and nothing but space between."""
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) < 2 or any(child.tag not in ("span", "a") for child in children):  # noqa: PLR2004
        return False
    if (element.text or "").strip() or any((child.tail or "").strip() for child in children):
        return False
    first = " ".join(children[0].text_content().split())
    apart = _HEADINGS.get(element.tag, 9) > 2  # noqa: PLR2004 - a title stays whole
    return not first.endswith(":") and element.tag not in _INLINE and apart


def _posting(seen: list[_Seen], main: set[str]) -> list[Block]:
    """The blocks of the posting, out of all of a page."""
    marked = [one for one in seen if _key(one.block.text) in main and not one.linked]
    heads = [one for one in seen if one.block.kind is Kind.HEADING and one.block.level == 1]
    if marked:
        around = _common([one.element for one in (*heads[:1], *marked)])
        inside = [one for one in seen if around is None or _within(one.element, around)]
        last = max(index for index, one in enumerate(inside) if one in marked)
        start = next((i for i, one in enumerate(inside) if one in heads), 0)
        first = min(start, next(i for i, one in enumerate(inside) if one in marked))
        rest = [one for one in inside[last + 1 :] if not one.linked]
        seen = [
            *inside[first : last + 1],
            *(rest if around is not None and _is_small(around) else []),
        ]
    place = next((number for number, one in enumerate(seen) if one in heads), -_NEAR)
    near = [
        one
        for one in seen[place + 1 : place + 1 + _NEAR]
        if len(one.block.text.split()) <= _NAME_WORDS and one.block.kind is not Kind.ITEM
    ]
    return _without_others([one for one in seen if not one.linked or one in heads or one in near])


def _is_small(element: Any) -> bool:
    return element.tag in ("article", "main") or any(
        name in (element.get("class") or "").casefold() for name in ("content", "job", "offer")
    )


def _common(elements: list[Any]) -> Any:
    """The nearest element around all *elements*."""
    first, *others = elements
    chain = [first, *first.iterancestors()]
    for other in others:
        above = {id(other), *(id(one) for one in other.iterancestors())}
        while chain and id(chain[0]) not in above:
            chain.pop(0)
    return chain[0] if chain else None


def _within(element: Any, around: Any) -> bool:
    return element is around or any(above is around for above in element.iterancestors())


def _without_others(seen: list[_Seen]) -> list[Block]:
    """Leave out what stands under a heading such as "Similar jobs"."""
    from bot.matching.text import fold  # noqa: PLC0415 - in the reading process only

    kept: list[Block] = []
    skipping = 0
    for one in seen:
        if one.block.kind is Kind.HEADING:
            if skipping and one.block.level <= skipping:
                skipping = 0
            if OTHERS.match(fold(one.block.text)):
                skipping = one.block.level or 6
        if not skipping:
            kept.append(one.block)
    return kept
