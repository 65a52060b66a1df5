"""From what a moderator typed to what is learned: which entry, in which file, with which phrasings.

What stays out: writing it (`bot.knowledge.learned`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.gap import Answering, Assigning, GapDetail, GapKind, Learn
from bot.core.posting import Entry, Posting, Standing
from bot.core.topic import Phrasings, Topic, is_special
from bot.errors import NotPossible, Problem
from bot.knowledge.learned import (
    Lesson,
    free_id,
    learned_answer,
    learned_file,
    organisation_file,
    organisation_name,
    plain,
    slug,
)
from bot.knowledge.nearest import folded

_MOST_SUGGESTED = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of a gap: the entry and the topic of its questions, and the lesson.

    Without an ``entry`` nothing answers it: its topic is all that is known from now on.
    """

    entry: str = ""
    topic: str | None = None
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is learned: the folder, the posting, and the topics that there are."""

    folder: Path
    posting: Posting
    topics: Mapping[str, Topic]

    @property
    def competing(self) -> Mapping[str, Topic]:
        """The topics that the posting can answer; none where it switched them off."""
        topics = self.topics if self.posting.topics else {}
        return {name: topic for name, topic in topics.items() if not is_special(name)}

    @property
    def file(self) -> Path:
        """The posting's learned file."""
        return learned_file(self.folder / Path(self.posting.file).name)


def plan_answer(
    detail: GapDetail, answering: Answering, place: Place, by: str, now: dt.datetime
) -> Plan:
    """What to learn of an answer.

    Raises:
        NotPossible: ``by_hand``: HR's own answer would win; ``no_questions``: it is no topic, and
            nothing says how it is asked for.
        OSError, KnowledgeError: the files as they are cannot be read.
    """
    name = _name(detail, answering, place)
    topic = name if name in place.competing else None
    file, organisation = place.file, ""
    if answering.learn is Learn.ORGANISATION:
        file, organisation = _for_all(place)
    _refuse_by_hand(name, place, answering.learn)
    questions = new_questions(answering.questions, place.posting.entry(name))
    if topic is None and not any(answering.questions.values()):
        raise NotPossible("no_questions")
    lesson = Lesson(
        file,
        topic=topic or "",
        id="" if topic else name,
        label={}
        if topic
        else {code: text for code, text in answering.label.items() if plain(text)},
        questions=questions,
        answer={code: text for code, text in answering.texts.items() if plain(text)},
        added=now.date().isoformat(),
        by=by,
        organisation=organisation,
        languages=place.posting.languages if organisation else (),
    )
    former = learned_answer(lesson, place.topics)
    return Plan(name, topic, replace(lesson, former=former))


def plan_assignment(assigning: Assigning, place: Place, by: str, now: dt.datetime) -> Plan:
    """What to learn where questions are about a topic or an entry that is known.

    Raises:
        NotPossible: ``target``: there is no such topic or entry.
    """
    target, posting = assigning.target, place.posting
    topic = target if target in place.competing else None
    entry = posting.entry(target)
    if entry is None and topic is None:
        raise NotPossible("target")
    if entry is None and topic is not None:
        coverage = posting.coverage(topic)
        if coverage.standing is not Standing.STATED:
            return Plan(topic=topic)
        entry = coverage.entries[0]
    if entry is None:
        raise NotPossible("target")
    questions = new_questions(assigning.questions, entry)
    if not questions:
        return Plan(entry.id, topic)
    lesson = Lesson(
        place.file,
        topic=entry.id if entry.id in place.competing else "",
        id="" if entry.id in place.competing else entry.id,
        questions=questions,
        added=now.date().isoformat(),
        by=by,
    )
    return Plan(entry.id, topic, lesson)


def new_questions(asked: Phrasings, entry: Entry | None) -> dict[str, tuple[str, ...]]:
    """*asked* as it can be learned, without what *entry* has already."""
    found: dict[str, tuple[str, ...]] = {}
    for language, texts in asked.items():
        known = {folded(text) for text in (entry.questions if entry else {}).get(language, ())}
        fresh: dict[str, str] = {}
        for text in texts:
            written = " ".join(plain(text).split())
            if written and folded(written) not in known:
                fresh.setdefault(folded(written), written)
        if fresh:
            found[language] = tuple(fresh.values())
    return found


def suggestions(detail: GapDetail, languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What was asked, by language, each wording once, as drafts of ways of asking."""
    found: dict[str, dict[str, str]] = {}
    for question in detail.questions:
        text = " ".join(plain(question.text).split())
        if text and question.language in languages:
            found.setdefault(question.language, {}).setdefault(folded(text), text)
    return {code: tuple(texts.values())[:_MOST_SUGGESTED] for code, texts in found.items()}


def _name(detail: GapDetail, answering: Answering, place: Place) -> str:
    """What the entry is called: as was asked for, as its topic, as what it replaces, or anew."""
    matter, posting = detail.summary.matter, place.posting
    if answering.entry:
        return answering.entry
    if answering.own:
        matter = None
    if detail.summary.kind is not GapKind.DISLIKED:
        if matter is not None and matter in place.competing:
            return matter
    elif matter is not None and (entry := posting.entry(matter)) is not None and entry.learned:
        return matter
    named = next((text for text in answering.label.values() if slug(text)), "")
    asked = next((text for texts in answering.questions.values() for text in texts), "")
    return free_id(slug(named or asked), posting, place.topics)


def _refuse_by_hand(name: str, place: Place, learn: Learn) -> None:
    entry = place.posting.entry(name)
    if entry is None or entry.learned or (entry.shared and learn is Learn.POSTING):
        return
    what = f"`{name}` is answered here by hand, which is what is used"
    raise NotPossible("by_hand", Problem(Path(entry.file).name, entry.line, what))


def _for_all(place: Place) -> tuple[Path, str]:
    """The learned file for all postings, and the organisation if its own file must be made."""
    organisation = place.posting.organisation
    there = organisation_file(place.folder, organisation, place.topics)
    if there is not None:
        return learned_file(there), ""
    return learned_file(organisation_name(place.folder, organisation)), organisation
