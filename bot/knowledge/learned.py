"""Learned files: what moderators answered, beside what HR wrote by hand.

``nurse.learned.yaml`` belongs to ``nurse.yaml``. It is read back under a lock before it is written
whole, so that lines that HR moved over or removed do not return; what the reader would refuse is
never given the name. Hand-written files are not touched.

What stays out: what is worth learning (`bot.moderation`).
"""

import asyncio
import fcntl
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Iterator, Sequence
from collections.abc import Mapping as Table
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from bot.core.posting import Posting
from bot.core.topic import Phrasings, Texts, Topic
from bot.errors import KnowledgeError, Problem
from bot.knowledge.file import LEARNED, base_name, is_learned, load
from bot.knowledge.nearest import folded
from bot.knowledge.reading import Knowledge, read_folder
from bot.knowledge.schema import FIRST_LANGUAGE, LearnedItem
from bot.knowledge.yamltext import shown

HEADER = """\
# Kept by the assistant: what moderators answered, and how candidates asked. Move entries over to
# the hand-written file beside this one, change them or remove them as you like: what is gone from
# here does not come back. Comments in this file are not kept.
"""

_NEW_HEADER = """\
# Answers that serve every posting of this organisation. Write them under `entries:`.
"""

_LOCK = ".learned.lock"
_PAUSE = 0.05
_ENDINGS = (".yaml", ".yml")
_UNSEEN = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_ORDER = ("topic", "id", "label", "questions", "answer", "answer_closed", "quote", "covers")
_SIGNED = ("added", "by")
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned: an answer, ways of asking, or both, for one topic or own matter.

    Args:
        file: the learned file that it belongs into.
        topic: the topic; or
        id: the name of an own matter.
        label: of an own matter.
        questions: ways of asking.
        answer: what candidates read; empty where only ways of asking are added.
        former: the answer that it takes the place of, for taking it back.
        added: the day, as text.
        by: who answered.
        organisation: for all postings of this organisation; the file that says so is made where
            there is none.
        languages: of such a file.
    """

    file: Path
    topic: str = ""
    id: str = ""
    label: Texts = field(default_factory=dict)
    questions: Phrasings = field(default_factory=dict)
    answer: Texts = field(default_factory=dict)
    former: Texts = field(default_factory=dict)
    added: str = ""
    by: str = ""
    organisation: str = ""
    languages: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What names the entry within its posting."""
        return self.topic or self.id

    def as_values(self) -> dict[str, Any]:
        """As JSON values, to be kept until it is written."""
        return {
            "file": str(self.file),
            "topic": self.topic,
            "id": self.id,
            "label": dict(self.label),
            "questions": {code: list(asked) for code, asked in self.questions.items()},
            "answer": dict(self.answer),
            "former": dict(self.former),
            "added": self.added,
            "by": self.by,
            "organisation": self.organisation,
            "languages": list(self.languages),
        }

    @classmethod
    def from_values(cls, values: Table[str, Any]) -> "Lesson":
        """What `as_values` made."""
        questions = {code: tuple(asked) for code, asked in values["questions"].items()}
        more = {"file": Path(values["file"]), "languages": tuple(values["languages"])}
        return cls(**{**values, **more, "questions": questions})


def learned_file(hand_written: Path) -> Path:
    """The learned file beside a hand-written one: the one that is there, or the one to be."""
    names = [hand_written.with_name(f"{hand_written.stem}{LEARNED}{end}") for end in _ENDINGS]
    return next((name for name in names if name.exists()), names[0])


def organisation_file(folder: Path, organisation: str, topics: Table[str, Topic]) -> Path | None:
    """The hand-written file of answers for all postings of *organisation*, or None."""
    wanted = _same(organisation)
    for path in sorted(folder.iterdir()):
        if path.suffix.casefold() not in _ENDINGS or path.name.startswith(".") or is_learned(path):
            continue
        head = load(path, topics).head
        if head is not None and head.organisation and _same(head.organisation) == wanted:
            return path
    return None


def organisation_name(folder: Path, organisation: str) -> Path:
    """What a new file for all postings of *organisation* can be called; nothing is written."""
    stem = slug(organisation) or "organisation"
    taken = {base_name(path) for path in folder.iterdir()}
    names = (stem, f"{stem}-all", *(f"{stem}-all-{number}" for number in range(2, 100)))
    return folder / f"{next(name for name in names if name not in taken)}.yaml"


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Hold the folder's lock: of several processes that write learned files, one at a time does.

    Raises:
        OSError: the folder cannot be written.
    """
    number = await asyncio.to_thread(os.open, folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not _taken(number):  # noqa: ASYNC110 - another process holds it: nothing to wait on
            await asyncio.sleep(_PAUSE)
        yield
    finally:
        os.close(number)  # which lets go of the lock


def teach(lesson: Lesson, topics: Table[str, Topic]) -> None:
    """Put *lesson* into its file; again does no harm. The caller holds the lock.

    Raises:
        KnowledgeError: the file as HR left it cannot be read, or the lesson would be refused; the
            file stays as it is.
        OSError: it cannot be written.
    """
    items = _read(lesson.file, topics)
    # The learned one first: without the other one it is not used, and does no harm.
    _write(lesson.file, with_lesson(items, lesson), topics)
    _found_organisation(lesson, lesson.file.parent)
    _sync_folder(lesson.file.parent)


def unteach(lesson: Lesson, topics: Table[str, Topic]) -> bool:
    """Take *lesson* out of its file again. The caller holds the lock.

    What HR changed meanwhile stays; the answer that it took the place of returns.

    Returns:
        Whether anything was there to be taken out: HR may have moved or removed it.

    Raises:
        KnowledgeError: the file as HR left it cannot be read.
        OSError: it cannot be written.
    """
    items = _read(lesson.file, topics)
    left = without_lesson(items, lesson)
    if left == items:
        return False
    _write(lesson.file, left, topics)
    return True


def learned_answer(lesson: Lesson, topics: Table[str, Topic]) -> Texts:
    """The answer that the learned file gives now for what *lesson* is about; empty if none."""
    for item in _read(lesson.file, topics):
        if _key(item) == lesson.key:
            return dict(item.get("answer", {}))
    return {}


def rehearse(folder: Path, lesson: Lesson, topics: Table[str, Topic]) -> Knowledge:
    """The knowledge as it would be with *lesson*; nothing in *folder* is touched.

    Raises:
        KnowledgeError: the learned file as HR left it cannot be read.
        OSError: the folder cannot be read.
    """
    items = with_lesson(_read(lesson.file, topics), lesson)
    with _copied(folder) as copy:
        (copy / lesson.file.name).write_text(_text_of(items), encoding="utf-8")
        _found_organisation(lesson, copy)
        found = read_folder(copy, topics)
    return Knowledge(found.base, tuple(_named(problem) for problem in found.problems))


@contextmanager
def _copied(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="faqbot-") as name:
        copy = Path(name)
        for path in folder.iterdir():
            if path.suffix.casefold() in _ENDINGS and not path.name.startswith("."):
                shutil.copyfile(path, copy / path.name)
        yield copy


def _named(problem: Problem) -> Problem:
    return replace(problem, file=Path(problem.file).name)


def with_lesson(items: Sequence[Table[str, Any]], lesson: Lesson) -> list[dict[str, Any]]:
    """The entries of a learned file with *lesson* among them."""
    found = [dict(item) for item in items]
    for item in found:
        if _key(item) == lesson.key:
            item.update(_joined(item, lesson))
            return found
    name = {"topic": lesson.topic} if lesson.topic else {"id": lesson.id}
    return [*found, {**name, **_joined({}, lesson)}]


def _joined(item: Table[str, Any], lesson: Lesson) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if lesson.label:
        values["label"] = {**item.get("label", {}), **_texts(lesson.label)}
    questions = _with_questions(item.get("questions", {}), lesson.questions)
    if questions:
        values["questions"] = questions
    if lesson.answer:
        values["answer"] = _texts(lesson.answer)
    if lesson.added:
        values["added"] = lesson.added
    if by := plain(lesson.by):
        values["by"] = by
    return values


def _with_questions(there: Table[str, Sequence[str]], more: Phrasings) -> dict[str, list[str]]:
    found = {code: list(asked) for code, asked in there.items()}
    for code, asked in more.items():
        known = {folded(question) for question in found.get(code, ())}
        for question in map(plain, asked):
            if question and folded(question) not in known:
                known.add(folded(question))
                found.setdefault(code, []).append(question)
    return found


def without_lesson(items: Sequence[Table[str, Any]], lesson: Lesson) -> list[dict[str, Any]]:
    """The entries of a learned file without what *lesson* added; empty ones go."""
    found: list[dict[str, Any]] = []
    for item in items:
        left = _stripped(item, lesson) if _key(item) == lesson.key else dict(item)
        if left.get("answer") or left.get("questions") or left.get("answer_closed"):
            found.append(left)
    return found


def _stripped(item: Table[str, Any], lesson: Lesson) -> dict[str, Any]:
    left = dict(item)
    gone = {
        code: {folded(plain(question)) for question in asked}
        for code, asked in lesson.questions.items()
    }
    questions = {
        code: [question for question in asked if folded(question) not in gone.get(code, set())]
        for code, asked in item.get("questions", {}).items()
    }
    left["questions"] = {code: asked for code, asked in questions.items() if asked}
    if lesson.answer and left.get("answer") == _texts(lesson.answer):
        left["answer"] = _texts(lesson.former)
    return {name: value for name, value in left.items() if value or name in ("topic", "id")}


def plain(text: str) -> str:
    """*text* as a knowledge file takes it: line ends of one kind, nothing that nobody sees."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()


def slug(text: str) -> str:
    """A name for an own matter, made from its label: ``remote-work``; may be empty."""
    words = re.findall("[a-z0-9]+", folded(text))
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > _LONGEST_ID:
            break
        name = longer
    return name


def free_id(wanted: str, posting: Posting, topics: Table[str, Topic]) -> str:
    """*wanted*, or it with a number, such that no entry and no topic is called so."""
    taken = {entry.id for entry in posting.entries} | set(topics)
    wanted = wanted or "question"
    for number in range(1, len(taken) + 2):
        tail = f"-{number}" if number > 1 else ""
        name = wanted[: _LONGEST_ID - len(tail)].rstrip("-") + tail
        if name not in taken:
            return name
    raise AssertionError("there are more numbers than names that are taken")


def _texts(texts: Texts) -> dict[str, str]:
    cleaned = {code: plain(text) for code, text in texts.items()}
    return {code: text for code, text in cleaned.items() if text}


def _key(item: Table[str, Any]) -> str:
    return item.get("topic") or item.get("id") or ""


def _found_organisation(lesson: Lesson, folder: Path) -> None:
    """Write the file that makes a learned one serve every posting; never over another."""
    file = folder / f"{base_name(lesson.file)}.yaml"
    if not lesson.organisation or file.exists() or file.with_suffix(".yml").exists():
        return
    head = {"organisation": plain(lesson.organisation), "languages": list(lesson.languages)}
    with file.open("x", encoding="utf-8") as out:
        out.write(_NEW_HEADER + _dumped({**head, "entries": []}))
        out.flush()
        os.fsync(out.fileno())


def _read(file: Path, topics: Table[str, Topic]) -> list[dict[str, Any]]:
    """The entries as they stand there, as plain values; none if there is no file.

    Raises:
        KnowledgeError: something in it has no meaning; it would be lost.
    """
    if not file.exists():
        return []
    reading = load(file, topics)
    errors = [problem for problem in reading.problems if not problem.warning]
    if errors:
        raise KnowledgeError(*errors)
    return [
        _values(placed.item) for placed in reading.entries if isinstance(placed.item, LearnedItem)
    ]


def _values(item: LearnedItem) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in (*_ORDER, *_SIGNED):
        value = getattr(item, name)
        if name == "questions":
            value = {code: list(asked) for code, asked in value.items()}
        if name == "covers":
            value = list(value)
        if value:
            values[name] = value
    return values


def _write(file: Path, items: Sequence[Table[str, Any]], topics: Table[str, Topic]) -> None:
    """Write the file whole: under another name first, read back, then renamed in one step."""
    # Begins with a dot, so that nobody reads it as knowledge; ends as a learned file does.
    number, name = tempfile.mkstemp(prefix=".", suffix=f".{file.name}", dir=file.parent)
    made = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as out:
            out.write(_text_of(items))
            out.flush()
            os.fsync(out.fileno())
        _check(made, items, file, topics)
        made.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        made.replace(file)
    finally:
        made.unlink(missing_ok=True)
    _sync_folder(file.parent)


def _check(
    made: Path, items: Sequence[Table[str, Any]], file: Path, topics: Table[str, Topic]
) -> None:
    reading = load(made, topics)
    errors = [problem for problem in reading.problems if not problem.warning]
    if errors:
        raise KnowledgeError(*(replace(problem, file=shown(file)) for problem in errors))
    back = [_values(one.item) for one in reading.entries if isinstance(one.item, LearnedItem)]
    if back != [dict(item) for item in items]:
        what = "what was to be learned would read differently"
        raise KnowledgeError(Problem(shown(file), 0, what, "write the texts more plainly"))


def _text_of(items: Sequence[Table[str, Any]]) -> str:
    ordered = [
        {name: _shaped(item[name]) for name in (*_ORDER, *_SIGNED) if item.get(name)}
        for item in items
    ]
    return HEADER + _dumped({"entries": ordered})


def _shaped(value: Any) -> Any:
    """A text without a language stands as it was written, not below an empty key."""
    if isinstance(value, dict) and set(value) == {FIRST_LANGUAGE}:
        return value[FIRST_LANGUAGE]
    return value


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)


def _dumped(value: Any) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=2**31,
    )
    return text


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _taken(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _same(name: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
