"""From the rows of a spreadsheet to the entries of a knowledge file.

What stays out: finding the columns (`table`), and the text of the file (`sheetwriting`).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.topic import Topic, is_special
from bot.drafting.fault import SourceError, Unreadable
from bot.drafting.reading import read_table
from bot.drafting.sorting import Ask
from bot.drafting.table import HEAD, Row, rows_of
from bot.drafting.values import simple
from bot.knowledge.identify import identify

_NAME = re.compile(r"[a-z0-9]+")
_ENTRY_ID = re.compile(r"[a-z0-9_.-]{1,40}")
_SURE_OF_TOPIC = 0.2


@dataclass
class SheetEntry:
    """An entry of the file, put together from the rows that belong to it."""

    key: str
    own: bool
    label: dict[str, str] = field(default_factory=dict)
    questions: dict[str, list[str]] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    answer_closed: dict[str, str] = field(default_factory=dict)
    quote: str = ""
    covers: list[str] = field(default_factory=list)
    note: str = ""


@dataclass
class Sheet:
    """What a spreadsheet holds: entries, and keys of the posting, by language if any."""

    entries: list[SheetEntry]
    languages: list[str]
    head: dict[str, dict[str, str]]
    notes: list[str]


def read_sheet(
    name: str, columns: Mapping[str, str], topics: Mapping[str, Topic], ask: Ask
) -> Sheet:
    """The questions and answers of a spreadsheet.

    Args:
        name: of the file.
        columns: the headings of columns that HR named.
        topics: those of the bank.
        ask: tells the topic of questions that have neither topic nor id.

    Raises:
        SourceError: it cannot be read, or its columns are not found.
    """
    rows, problem = [], None
    for cells in read_table(name):
        try:
            rows += rows_of(cells, columns)
        except Unreadable as error:
            problem = problem or error
    if not rows:
        raise SourceError(f"{name}: {problem or 'there is no sheet in it'}")
    return _Sheet(topics, ask).of(rows)


class _Sheet:
    """Puts rows together."""

    def __init__(self, topics: Mapping[str, Topic], ask: Ask) -> None:
        self._topics = topics
        self._ask = ask
        self._labels = {
            simple(label): topic.id
            for topic in topics.values()
            if not topic.is_special
            for label in topic.label.values()
        }
        self._entries: dict[str, SheetEntry] = {}
        self._notes: list[str] = []

    def of(self, rows: Sequence[Row]) -> Sheet:
        head: dict[str, dict[str, str]] = {}
        plain = []
        for row in rows:
            if simple(row.topic) == HEAD and row.id:
                head.setdefault(row.id.strip(), {})[row.language] = row.answer
            else:
                plain.append(row)
        given = [row.language for row in plain if row.language]
        usual = Counter(given).most_common(1)[0][0] if given else ""
        for row in plain:
            self._take(row, row.language or usual or self._spoken(row, plain))
        entries = [entry for entry in self._entries.values() if entry.answer]
        lost = [entry.key for entry in self._entries.values() if not entry.answer]
        if lost:
            self._notes.append(f"without an answer, left out: {', '.join(lost)}")
        for entry in entries:
            self._complete(entry)
        spoken = Counter(language for entry in entries for language in entry.answer)
        listed = [code.strip() for code in head.get("languages", {}).get("", "").split(",")]
        languages = [code for code in listed if code] or [code for code, _ in spoken.most_common()]
        languages += [code for code in spoken if code not in languages]
        return Sheet(entries, languages or ["en"], head, self._notes)

    def _spoken(self, row: Row, rows: Sequence[Row]) -> str:
        votes = Counter(
            identify(f"{' '.join(one.questions)} {one.answer}"[:600])[0] for one in rows[:50]
        )
        del row
        return votes.most_common(1)[0][0] or "en"

    def _take(self, row: Row, language: str) -> None:
        key, own, note = self._key(row, language)
        entry = self._entries.setdefault(key, SheetEntry(key, own, note=note))
        asked = entry.questions.setdefault(language, [])
        asked += [question for question in row.questions if question not in asked]
        if row.answer:
            entry.answer[language] = row.answer
        if row.answer_closed:
            entry.answer_closed[language] = row.answer_closed
        if row.label:
            entry.label[language] = row.label
        entry.quote = entry.quote or row.quote
        covers = (name.strip() for name in row.covers.split(","))
        entry.covers += [name for name in covers if name in self._topics]

    def _key(self, row: Row, language: str) -> tuple[str, bool, str]:
        """What a row belongs to: the entry's name, whether it is HR's own, and a note."""
        if row.id:
            name = row.id if _ENTRY_ID.fullmatch(row.id) and not is_special(row.id) else ""
            return name or self._name(row.id), True, ""
        topic = self._topic_of(row.topic)
        if topic and self._is_free(topic, row, language):
            return topic, False, ""
        if not topic:
            guessed = self._guessed(row)
            if guessed and self._is_free(guessed, row, language):
                return guessed, False, "the topic was found by the matcher"
        first = row.questions[0] if row.questions else row.answer[:60]
        if not row.questions and self._entries:
            # An answer alone goes with the entry above if that lacks this language.
            above = next(reversed(self._entries.values()))
            if language not in above.answer:
                return above.key, above.own, ""
        return self._fresh(self._name(first)), True, ""

    def _topic_of(self, text: str) -> str:
        name = text.strip()
        if name in self._topics and not is_special(name):
            return name
        return self._labels.get(simple(name), "") if name else ""

    def _is_free(self, topic: str, row: Row, language: str) -> bool:
        entry = self._entries.get(topic)
        return entry is None or not row.answer or entry.answer.get(language) in (None, row.answer)

    def _guessed(self, row: Row) -> str:
        answers = [self._ask(question) for question in row.questions]
        found = {answer[0] for answer in answers if answer is not None}
        sure = all(answer is not None and answer[1] >= _SURE_OF_TOPIC for answer in answers)
        topic = next(iter(found)) if len(found) == 1 and sure and answers else ""
        return topic if topic in self._topics else ""

    def _name(self, text: str) -> str:
        words = _NAME.findall(simple(text))
        name = ""
        for word in words:
            if len(name) + len(word) + 1 > 36:  # noqa: PLR2004 - with a number, 40
                break
            name = f"{name}-{word}" if name else word
        return name or "question"

    def _fresh(self, name: str) -> str:
        out, number = name, 2
        while out in self._entries or out in self._topics:
            out, number = f"{name[:36]}-{number}", number + 1
        return out

    def _complete(self, entry: SheetEntry) -> None:
        """An own entry needs ways of asking and a label."""
        entry.questions = {code: asked for code, asked in entry.questions.items() if asked}
        if entry.own and not entry.questions and entry.key not in self._topics:
            language = next(iter(entry.answer))
            entry.questions[language] = [entry.answer[language].splitlines()[0][:100]]
            self._notes.append(f"{entry.key}: has no question, its first line stands in for it")
        if entry.own and not entry.label and entry.questions:
            entry.label = {code: asked[0][:60] for code, asked in entry.questions.items()}
