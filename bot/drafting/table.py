"""Rows of a spreadsheet as questions and answers, and back: columns found by their headings.

What stays out: reading and writing files (`sheetfile`).
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.posting import Posting
from bot.drafting.fault import Unreadable
from bot.drafting.values import simple

COLUMNS = (
    *("topic", "id", "language", "label", "question", "answer", "answer_closed", "quote", "covers"),
)
"""The columns of an export, in their order."""

HEAD = "posting"
"""The topic of rows on the posting itself: the id is a key of it, the answer its value."""

_HEADINGS: Mapping[str, re.Pattern[str]] = {
    "question": re.compile(
        r"(?:\d+\W+)?(?:questions?|fragen?|preguntas?|phrasings?|formulations?|domanda|"
        r"pergunta|vraag|"
        r"intitule (?:de la )?question|question (?:du |des |posee|asked|text|fr|en)\w*|"
        r"utterances?|q|"
        r"asked|variant\w*|alternative(?:s| questions?)?|autres? (?:questions?|formulations?)|"
        r"synonym\w*|(?:example|exemple)s?)(?:[ _.:#-]*\d+)?(?: \(?\w{2}\)?)?"
    ),
    "answer_closed": re.compile(
        r"answer[ _]closed|(?:reponse|answer).{0,20}(?:cloture|closed|after)"
    ),
    "answer": re.compile(
        r"(?:answers?|reponses?|antwort(?:en)?|respuestas?|risposta|resposta|antwoord|replies|"
        r"reply|a|"
        r"texte de reponse|answer text|response|contenu)(?:[ _.:#-]*\d+)?(?: \(?\w{2}\)?)?"
    ),
    "language": re.compile(r"lang(?:uage|ue|uages)?|sprache|idioma|lingua|taal|locale"),
    "topic": re.compile(
        r"topics?|themes?|thematiques?|sujets?|categor\w*|rubriques?|thema|temas?|intents?|subject"
    ),
    "id": re.compile(r"id|identifiant|kennung|identificador|key|cle|code|entry"),
    "label": re.compile(r"labels?|titres?|titles?|titel|titulo|libelle|name|nom"),
    "covers": re.compile(r"covers?"),
    "quote": re.compile(r"quotes?|citations?|zitat|cita|sources?|extrait"),
}  # fmt: skip
_IN_LANGUAGE = re.compile(
    r"(?:^|[\s_.(\[-])(?P<code>fr|en|de|es|it|pt|nl|pl|ro|ar|uk|francais|french|anglais|english|"
    r"allemand|german|deutsch|espagnol|spanish|espanol|franzosisch|englisch)[)\]]?$"
)
_CODES = {
    "francais": "fr", "french": "fr", "franzosisch": "fr", "anglais": "en", "english": "en",
    "englisch": "en", "allemand": "de", "german": "de", "deutsch": "de", "espagnol": "es",
    "spanish": "es", "espanol": "es", "ingles": "en", "frances": "fr", "aleman": "de",
    "italien": "it", "italian": "it", "portugais": "pt", "portuguese": "pt", "arabe": "ar",
}  # fmt: skip
_LOOKED_AT = 20
_LONGEST_CELL = 20_000  # a spreadsheet's cell holds 32,767


@dataclass(frozen=True, slots=True)
class Row:
    """An answer in one language, with the ways of asking for it in that language.

    ``topic`` or ``id`` says what it belongs to, as the spreadsheet has it; both may be empty.
    """

    questions: tuple[str, ...]
    answer: str
    language: str = ""
    topic: str = ""
    id: str = ""
    label: str = ""
    answer_closed: str = ""
    quote: str = ""
    covers: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column of the table holds, in which language if its heading says so."""

    name: str
    place: int
    language: str = ""


def rows_of(cells: Sequence[Sequence[str]], named: Mapping[str, str]) -> list[Row]:
    """The rows of a table.

    A row without an answer adds its question to the answer above, where that was one; several
    questions in a cell stand on lines of their own.

    Args:
        cells: of the table, row by row; the headings are looked for in the first rows.
        named: which heading each of question, answer, language and topic has, where it is known.

    Raises:
        Unreadable: the columns cannot be found; the message says which, and how to name them.
    """
    place, columns = _columns(cells, named)
    found: list[Row] = []
    for number, line in enumerate(cells[place + 1 :], start=place + 2):
        texts = [text.strip() for text in line]
        if any(texts):
            _take(columns, texts, number, found)
    if not found:
        raise Unreadable("there is no row with an answer below the headings")
    return found


def _columns(cells: Sequence[Sequence[str]], named: Mapping[str, str]) -> tuple[int, list[_Column]]:
    best: tuple[int, list[_Column]] = (0, [])
    for place, line in enumerate(cells[:_LOOKED_AT]):
        columns = [c for number, text in enumerate(line) if (c := _column(text, number, named))]
        if len({column.name for column in columns}) > len({column.name for column in best[1]}):
            best = (place, columns)
    known = {column.name for column in best[1]}
    for name in named:
        if name not in known:
            raise Unreadable(f"no column is called “{named[name]}”: {_headings(cells)}")
    for name in ("question", "answer"):
        if name not in known:
            raise Unreadable(
                f"no column is recognised as the {name}s: name it with --{name} HEADING; "
                + _headings(cells)
            )
    return best


def _headings(cells: Sequence[Sequence[str]]) -> str:
    first = next((line for line in cells if any(text.strip() for text in line)), [])
    told = ", ".join(f"“{' '.join(text.split())[:30]}”" for text in first if text.strip())
    return f"the headings are {told}" if told else "there are no headings"


def _column(text: str, place: int, named: Mapping[str, str]) -> _Column | None:
    heading = simple(text)
    if not heading or len(heading) > 60:  # noqa: PLR2004 - a heading is short
        return None
    for name, wanted in named.items():
        if heading == simple(wanted):
            return _Column(name, place, _language_in(heading))
    language = _language_in(heading)
    bare = _IN_LANGUAGE.sub("", heading).strip(" _-.:(") if language else heading
    for name, pattern in _HEADINGS.items():
        if name not in named and pattern.fullmatch(bare or heading):
            return _Column(name, place, language)
    return None


def _language_in(heading: str) -> str:
    match = _IN_LANGUAGE.search(heading)
    return code_of(match["code"]) if match else ""


def code_of(text: str) -> str:
    """The two letters for a language, however it is written; empty if it is none."""
    folded = simple(text)
    if folded in _CODES:
        return _CODES[folded]
    match = re.fullmatch(r"([a-z]{2})(?:[-_][a-z]{2,4})?", folded)
    return match[1] if match else ""


def _take(columns: Sequence[_Column], texts: Sequence[str], line: int, found: list[Row]) -> None:
    """One line of the table: a row for each language that has an answer in it."""

    def cell(name: str, language: str = "") -> str:
        given = (c for c in columns if c.name == name and c.place < len(texts))
        fitting = [c for c in given if c.language in (language, "")]
        return next((texts[c.place] for c in fitting if texts[c.place]), "")

    spoken = code_of(cell("language"))
    answers = [c for c in columns if c.name == "answer" and c.place < len(texts)]
    asked = [c for c in columns if c.name == "question" and c.place < len(texts)]
    given = [c for c in answers if texts[c.place]]
    if not given:
        more = tuple(q for c in asked for q in _questions(texts[c.place]))
        if more and (cell("topic") or cell("id")):
            found.append(Row(more, "", spoken, cell("topic"), cell("id"), cell("label"), line=line))
        elif found and more:
            found[-1] = replace(found[-1], questions=(*found[-1].questions, *more))
        return
    for column in given:
        language = column.language or spoken
        own = tuple(
            question
            for c in asked
            if not c.language or not column.language or c.language == column.language
            for question in _questions(texts[c.place])
        )
        found.append(
            Row(
                own,
                texts[column.place],
                language,
                cell("topic"),
                cell("id"),
                cell("label", language),
                cell("answer_closed", language),
                cell("quote", language),
                cell("covers"),
                line,
            )
        )


def _questions(cell: str) -> list[str]:
    return [line.strip() for line in cell.splitlines() if line.strip()]


def table_of(posting: Posting) -> Iterator[list[str]]:
    """The rows of an export: the headings, the posting's keys, and each entry in each language.

    Ways of asking in a language without an answer get a row too, so that nothing is lost.
    """
    yield list(COLUMNS)
    for key, language, value in _head_rows(posting):
        yield [HEAD, key, language, "", "", value, "", "", ""]
    for entry in posting.entries:
        languages = (*entry.answer, *entry.answer_closed, *entry.questions, *entry.label)
        for place, language in enumerate(dict.fromkeys(languages)):
            asked = list(_cells(entry.questions.get(language, ())))
            yield [
                entry.topic or "",
                "" if entry.topic else entry.id,
                language,
                entry.label.get(language, ""),
                asked[0] if asked else "",
                entry.answer.get(language, ""),
                entry.answer_closed.get(language, ""),
                entry.quote if place == 0 else "",
                ", ".join(entry.covers) if place == 0 else "",
            ]
            for more in asked[1:]:
                own = "" if entry.topic else entry.id
                yield [entry.topic or "", own, language, "", more, "", "", "", ""]


def _head_rows(posting: Posting) -> Iterator[tuple[str, str, str]]:
    yield "id", "", posting.id
    yield "organisation", "", posting.organisation
    for language, title in posting.title.items():
        yield "title", language, title
    yield "languages", "", ", ".join(posting.languages)
    if posting.closes is not None:
        yield "closes", "", _written(posting.closes)
    yield "timezone", "", str(posting.timezone)
    if posting.url:
        yield "url", "", posting.url
    if posting.unstated:
        yield "unstated", "", ", ".join(posting.unstated)


def _written(moment: dt.date | dt.datetime) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat(" ", "minutes")
    return moment.isoformat()


def _cells(questions: Iterable[str]) -> Iterator[str]:
    """Ways of asking, one a line, in as few cells as they fit into."""
    lines: list[str] = []
    size = 0
    for question in questions:
        line = " ".join(question.split())
        if lines and size + len(line) > _LONGEST_CELL:
            yield "\n".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield "\n".join(lines)
