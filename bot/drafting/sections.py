"""From blocks to statements: what is a heading, what stands under it, and what is left empty.

What stays out: what a statement is about beyond its heading (`sorting`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.drafting import grid
from bot.drafting.block import PICTURED, RUN_IN, Block, Kind, cells_of
from bot.drafting.chrome import without_chrome
from bot.drafting.cues import Cues
from bot.drafting.plaintext import MAYBE
from bot.drafting.purpose import DUTIES, PROFILE, TERMS, purpose_of, rather
from bot.drafting.sentence import sentences
from bot.drafting.statement import Statement
from bot.drafting.values import marked, simple

HEADER = "*header"
OWN = "*own"
NOTHING = "*none"
_LABEL = re.compile(
    r"^(?P<label>[^\W\d_][^:.!?;]{1,48}?)(?:\s?[:?]|(?P<dash>\s[—–-]))\s+(?P<value>\W*\w.*)$",
    re.DOTALL,
)
_LABEL_WORDS = 7
_HEADING_WORDS = 9
_LONGEST_HEADING = 80
_SHORT_LINE = 100
_LONGEST_SENTENCE = 1500
_LONGEST_BLOCK = 20_000
_LEAD_WORDS = 2
_BOLD = 6
"""The level of a heading that is one only by its bold letters."""
_COLON_WORDS = 5
_VALUE_WORDS = 9
_WHOLE = re.compile(
    r"(?:full |job |role |position |the |about the |la |le |votre |stellen?)*(?:descripti(?:on|"
    r"f)|descripcion|"
    r"beschreibung|annonce|offre|oferta|anzeige|poste|job|role|position|puesto|stelle|detail)\w*"
    r"(?: (?:du|de|of|de la|de l.|del|the|l.) ?(?:poste|offre|emploi|job|role|puesto|oferta|"
    r"position|mission))?"
    r"\W*$"
)
_HEAD_WORDS = 7
_RECRUITS = re.compile(r" (?:recrute|recherche|embauche|is (?:recruiting|hiring)|sucht|busca)\W*$")
_OVER_WORDS = 6
_TOP = 6
_BETWEEN = re.compile(r"\s+[|•·]\s+")
_PIECE_WORDS = 9
_LETTERHEAD = 4
_LONGEST_TITLE = 120
_TITLE_WORDS = 16
Guess = Callable[[str], str | None]


@dataclass(slots=True)
class Section:
    """What stands under one heading. ``topics`` are topics or kinds of sections with a star.

    They are ``inherited`` where only the heading above it is known. It is ``mixed`` where a heading
    such as "Description" stands over paragraphs on anything.
    """

    heading: str
    topics: tuple[str, ...]
    statements: list[Statement] = field(default_factory=list)
    inherited: bool = False
    mixed: bool = False

    @property
    def first(self) -> str:
        """What the section is for before all, or nothing."""
        return self.topics[0] if self.topics else ""


@dataclass
class Outline:
    """A posting in sections, with the headings under which nothing stands."""

    title: str
    sections: list[Section]
    empty: list[tuple[str, str]]
    """Heading and topic."""


def outline(blocks: Sequence[Block], cues: Cues, guess: Guess) -> Outline:
    """Put *blocks* in order.

    Args:
        blocks: of the posting.
        cues: of its language.
        guess: the topic of a heading that no cue knows, or None.
    """
    made = _Outline(cues, guess)
    return made.of(_prepared(blocks, cues))


def label_of(text: str, cues: Cues) -> tuple[str, str] | None:
    """The label of a sentence such as "Salaire : 2 000 €" and its value, if the label is known."""
    match = _LABEL.match(text)
    if match is None or len(match["label"].split()) > _LABEL_WORDS:
        return None
    if match["dash"] and not cues.covers_all(match["label"]):
        return None  # a dash also joins two halves of a sentence
    topic = cues.heading(match["label"])
    if topic == DUTIES and cues.topics_of(marked(match["label"], cues.language)).keys() - {DUTIES}:
        return None  # "Post in shifts: ...", not "Post: ..."
    return (match["label"], match["value"]) if topic else None


def _prepared(blocks: Sequence[Block], cues: Cues) -> list[Block]:
    """Blocks with their true kind: headings that only look like text, lists without marks."""
    blocks = [
        one
        for block in blocks
        for one in (grid.written(cells_of(block), cues) if block.kind is Kind.TABLE else (block,))
    ]
    blocks = without_chrome(blocks, lambda block: _is_known(block, cues))
    blocks = _letterhead(blocks, cues)
    out: list[Block] = []
    skip = False
    for number, block in enumerate(blocks):
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        if skip:
            skip = False
        elif out and after is not None and _is_pair(block, after, cues):
            out.append(Block(Kind.PAIR, after.text, label=block.text.rstrip(" :")))
            skip = True
        else:
            out.append(_judged(block, out, after, cues))
    return _listed(out, cues)


def _letterhead(blocks: Sequence[Block], cues: Cues) -> list[Block]:
    """Headings at the top under which nothing stands are names and places, not headings."""
    out = list(blocks)
    for number, block in enumerate(blocks[1:_TOP], start=1):
        after = blocks[number + 1].kind if number + 1 < len(blocks) else Kind.HEADING
        unknown = block.kind is Kind.HEADING and not cues.heading(block.text)
        if unknown and after is Kind.HEADING and block.level > 1 and blocks[0].kind is Kind.HEADING:
            out[number] = Block(Kind.TEXT, block.text)
    return out


_VALUED = (
    *("deadline", "start_date", "salary", "location", "contract", "hours", "remote"),
    *("team.manager", "application_subject", "application_email", "*none", "education"),
    "experience",
)
_LISTED = ("education", "experience", "remote", "*none")
"""What is an item of a list as well as a label above one."""


def _is_pair(block: Block, after: Block, cues: Cues) -> bool:
    """Whether a short label and the short text below it belong together."""
    if block.kind not in (Kind.TEXT, Kind.ITEM) or after.kind is not block.kind:
        return False
    text, value = block.text.rstrip(" :"), after.text
    if len(text.split()) > _LABEL_WORDS or text.endswith((".", "!", "?", ";", ",")):
        return False
    topic = cues.heading(text)
    if topic is None or not topic.startswith(_VALUED) or re.search(r"\d|: ", text):
        return False
    if block.kind is Kind.ITEM and (topic.startswith(_LISTED) or not cues.covers_all(text)):
        return False
    short = len(value.split()) <= _VALUE_WORDS and not value.endswith((":", "?", "!"))
    if not short or label_of(value, cues) or cues.covers_all(value):
        return False
    return cues.covers_all(text) or bool(re.search(r"\d", value))


def _is_known(block: Block, cues: Cues) -> bool:
    """Whether a block is a heading of the posting, whatever stands around it."""
    if block.kind is not Kind.HEADING and not cues.covers_all(block.text):
        return False
    return (cues.heading(block.text) or NOTHING) != NOTHING


def _judged(block: Block, before: list[Block], after: Block | None, cues: Cues) -> Block:
    text = block.text
    if not before:
        return block
    if block.kind is Kind.HEADING:
        return _only_bold(block, cues)
    if block.kind is Kind.ITEM and block.level == PICTURED and cues.covers_all(text):
        return Block(Kind.HEADING, text, 3)
    if block.kind is not Kind.TEXT or not _may_head(block, after, cues):
        return block
    known = bool(cues.heading(text))
    ends = text.endswith("?") or (text.endswith(":") and len(text.split()) <= _COLON_WORDS)
    if known and (cues.covers_all(text) or ends or block.level == MAYBE):
        if block.level == MAYBE and not (ends or cues.covers_all(text)) and _is_said(text):
            return block
        return Block(Kind.HEADING, text, 3)
    if block.level == MAYBE and (text.endswith("?") or _stands_over(text, before, after)):
        return Block(Kind.HEADING, text, 3)
    return block


def _only_bold(block: Block, cues: Cues) -> Block:
    """A heading, or the text that it is: a label with its value, or bold because it matters."""
    text = block.text
    known = bool(cues.heading(text))
    told = block.level == RUN_IN and cues.topics_of(marked(text, cues.language))
    announces = text.endswith(":") and block.level < _BOLD
    if label_of(text, cues) is not None or (not known and (told or announces)):
        return Block(Kind.TEXT, text)
    return block


def _may_head(block: Block, after: Block | None, cues: Cues) -> bool:
    """Whether a text is short enough for a heading, and something may stand under it."""
    text = block.text
    if len(text) > _LONGEST_HEADING or len(text.split()) > _HEADING_WORDS or "@" in text:
        return False
    if text.endswith((".", ";", ",", "!")) or label_of(text, cues):
        return False
    # A value ("Part-time") stands over nothing.
    return block.level == MAYBE or after is None or after.kind is not Kind.HEADING


def _stands_over(text: str, before: Sequence[Block], after: Block | None) -> bool:
    """Whether a short line that no cue knows is a heading: between sentences, over a text."""
    plain = len(text.split()) <= _HEAD_WORDS and not re.search(r"[\d,|/•·:()]| [-–—] ", text)
    told = any(block.text.endswith((".", "!")) for block in before)
    if not plain or not told or after is None or not text[:1].isupper() or _is_said(text):
        return False
    return after.kind is Kind.ITEM or (
        after.kind is Kind.TEXT and len(after.text.split()) >= _OVER_WORDS
    )


_DENIES = re.compile(r"\b(?:don't|do not|not|no|pas|sans|aucune?|nicht|keine?|no|sin)\b(?!.{0,3}$)")
_SAID = re.compile(
    r"\b(?:possible|requis|souhait\w*|exig\w*|required|essential|provided|accept\w*)\b|\d"
)


def _is_said(text: str) -> bool:
    """Whether a short line already says a fact ("Télétravail possible", "CDI à Nantes")."""
    return bool(_SAID.search(simple(text)))


def _listed(blocks: list[Block], cues: Cues) -> list[Block]:
    """Short lines after a sentence that ends in a colon are its list."""
    out: list[Block] = []
    leading = False
    for block in blocks:
        if block.kind is Kind.TEXT and leading and _is_line(block, cues):
            out.append(Block(Kind.ITEM, block.text))
            continue
        leading = (
            block.kind is Kind.TEXT
            and block.text.endswith(":")
            and len(block.text.split()) >= _LEAD_WORDS
        )
        out.append(block)
    return out


def _is_line(block: Block, cues: Cues) -> bool:
    text = block.text
    return (
        len(text) <= _SHORT_LINE
        and not text.endswith((".", ":", "?", "!"))
        and label_of(text, cues) is None
    )


class _Outline:
    """Builds the sections one after another."""

    def __init__(self, cues: Cues, guess: Guess) -> None:
        self._cues = cues
        self._guess = guess
        self._above: list[tuple[int, tuple[str, ...]]] = []
        self._sections = [Section("", (HEADER,))]
        self._empty: list[tuple[str, str]] = []
        self._level = 0
        self._lead = ""
        self._listed = False

    def of(self, blocks: list[Block]) -> Outline:
        place = self._title_of(blocks)
        title = blocks[place].text if place >= 0 else ""
        for number, block in enumerate(blocks):
            if number == place:
                continue
            if block.kind is Kind.HEADING:
                self._open(block)
            else:
                self._take(block, number)
        self._close(0)
        for section in self._sections:
            purpose = purpose_of(section.statements, self._cues)
            if section.topics == (OWN,):
                section.topics = _of_purpose(purpose)
            elif section.topics == (TERMS,) and purpose == DUTIES:
                section.topics = (DUTIES,)  # "What awaits you" may be the work or the pay
            elif section.first == DUTIES and _is_mixed(section):
                section.mixed = True
            elif section.first in (DUTIES, PROFILE, TERMS, "*context", "organisation"):
                purpose = purpose if section.inherited and purpose else ""
                purpose = purpose or rather(section.statements, self._cues, section.first)
                if purpose and purpose != section.first:
                    section.topics = _of_purpose(purpose)
        return Outline(title, self._sections, self._empty)

    def _title_of(self, blocks: Sequence[Block]) -> int:
        """Which block is the title; -1 if none is. A letterhead may stand above it."""
        if not blocks or blocks[0].kind is Kind.HEADING:
            return 0 if blocks else -1
        for number, block in enumerate(blocks[1:_LETTERHEAD], start=1):
            unknown = not self._cues.heading(block.text)
            if block.kind is Kind.HEADING and block.level in (1, 2) and unknown:
                return -1 if _RECRUITS.search(blocks[0].text.casefold()) else number
        return 0 if _is_title(blocks[0]) else -1

    def _open(self, block: Block) -> None:
        self._close(block.level)
        while self._above and self._above[-1][0] >= block.level:
            self._above.pop()
        topics = self._cues.headings_in(block.text)
        inherited: tuple[str, ...] = ()
        if not topics:
            inherited = self._above[-1][1] if self._above else ()
            if inherited == (DUTIES,) and not self._sections[-1].statements:
                inherited = ()  # "Job description" over all of the posting
            guessed = None if inherited else self._guess(block.text)
            topics = inherited or ((guessed,) if guessed else (OWN,))
        elif self._above and topics[0] in ("*facts", "*conditions"):
            topics = (*topics, *self._above[-1][1]) if topics[0] == "*facts" else topics
        if topics[0] != "*profile" and _RECRUITS.search(block.text.casefold()):
            topics = (HEADER,)
        self._above.append((block.level, topics))
        self._sections.append(Section(block.text, topics, inherited=bool(inherited)))
        self._listed = False
        self._level = block.level
        # "You don't need": its items say the opposite without it.
        self._lead = block.text if _DENIES.search(simple(block.text)) else ""

    def _close(self, level: int) -> None:
        """The section before ends; it is empty if nothing stands in it nor below it."""
        last = self._sections[-1]
        if last.heading and not last.statements and level <= self._level:
            topic = next((topic for topic in last.topics if topic != NOTHING), "")
            known = self._cues.heading(last.heading)
            if topic and topic != OWN and known:
                self._empty.append((last.heading, topic))

    def _take(self, block: Block, number: int) -> None:
        statements = self._sections[-1].statements
        if block.kind is Kind.PAIR:
            parts = _said(block.text)
            for place, part in enumerate(parts):
                first = place == 0
                label = block.label if first else ""
                statements.append(
                    Statement(part, number, label=label, pair=first, under=block.label)
                )
            self._lead = ""
            return
        is_item = block.kind is Kind.ITEM
        self._listed = self._listed or is_item
        late = self._listed and not is_item
        under = ""
        parts = _said(block.text)
        if self._sections[-1].first == HEADER:
            parts = [piece for part in parts for piece in _pieces(part)]
        for place, part in enumerate(parts):
            found = label_of(part, self._cues)
            label = found[0] if found else ""
            # A label within a paragraph is for its own sentence only.
            under = label if place == 0 or label else under
            lead = self._lead if is_item else ""
            statements.append(
                Statement(
                    part, number, item=is_item, label=label, lead=lead, under=under, late=late
                )
            )
            under = under if place == 0 or not label else ""
        if not is_item:
            last = statements[-1].text if statements else ""
            self._lead = last if last.endswith(":") else ""


def _pieces(text: str) -> list[str]:
    """The pieces of a line at the top such as "Exemple | Paris | 2 000 €", else the whole."""
    found = [piece.strip() for piece in _BETWEEN.split(text)]
    short = all(0 < len(piece.split()) <= _PIECE_WORDS for piece in found)
    return found if len(found) > _LEAD_WORDS and short else [text]


def _is_mixed(section: Section) -> bool:
    """Whether several paragraphs stand under a heading that is only a name for the whole."""
    paragraphs = {one.block for one in section.statements if not (one.item or one.pair)}
    return bool(_WHOLE.match(simple(section.heading))) and len(paragraphs) > 1


def _of_purpose(purpose: str) -> tuple[str, ...]:
    """What a section of that purpose is for; what says nothing on it stays an own matter."""
    return (purpose, OWN) if purpose == TERMS else (purpose or OWN,)


def _said(text: str) -> list[str]:
    """The sentences of a text; what is longer than any sentence is none."""
    return [part for part in sentences(text[:_LONGEST_BLOCK]) if len(part) <= _LONGEST_SENTENCE]


def _is_title(block: Block) -> bool:
    short = len(block.text) <= _LONGEST_TITLE and len(block.text.split()) <= _TITLE_WORDS
    return block.kind is Kind.TEXT and short and not block.text.endswith(".")


def texts_of(sections: Iterable[Section]) -> list[str]:
    """Every sentence of the sections, in order."""
    return [statement.text for section in sections for statement in section.statements]
