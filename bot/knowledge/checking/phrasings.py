"""Ways of asking that stand in two places, so that nobody can tell which of them is meant."""

from collections.abc import Mapping

from bot.core.posting import Entry, Posting
from bot.core.topic import Topic
from bot.knowledge.checking.notes import Notes
from bot.knowledge.nearest import folded

_ONE_OF_TWO = "keep one of the two"


def check_phrasings(posting: Posting, notes: Notes, shipped: Mapping[str, str]) -> None:
    """Note the phrasings of *posting* that occur twice, *shipped* ones (`folded_bank`) included."""
    seen: dict[str, Entry] = {}
    for entry in posting.entries:
        own: set[str] = set()
        for question in (question for asked in entry.questions.values() for question in asked):
            key = folded(question)
            if key in own:
                _note(entry, question, "stands there twice", notes)
            elif key:
                _check_elsewhere(entry, question, seen.setdefault(key, entry), shipped, notes)
            own |= {key} if key else set()


def folded_bank(topics: Mapping[str, Topic]) -> dict[str, str]:
    """Every phrasing of the bank, folded, with its topic."""
    return {
        folded(question): topic.id
        for topic in topics.values()
        if not topic.is_special
        for asked in topic.questions.values()
        for question in asked
    }


def _check_elsewhere(
    entry: Entry, question: str, first: Entry, shipped: Mapping[str, str], notes: Notes
) -> None:
    topic = shipped.get(folded(question), entry.id)
    if first is not entry:
        _note(entry, question, f"also asks for `{first.id}` (line {first.line})", notes)
    elif topic != entry.id and entry.topic is None:
        _note(entry, question, f"also asks for the shipped topic `{topic}`", notes)


def _note(entry: Entry, question: str, where: str, notes: Notes) -> None:
    what = f"“{question[:60]}” of {notes.calls(entry)} {where}"
    notes.warn(entry, what, _ONE_OF_TWO, question)
