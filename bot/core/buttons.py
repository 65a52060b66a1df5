"""The rows of buttons below a reply, and what they carry.

``a`` an answer from a menu, ``f`` forget, ``l`` a language, ``m`` a page of the menu, ``n`` none of
these, ``o`` an option, ``p`` pass it on, ``q`` a page of the postings, ``s`` a posting, ``t`` tell
me, ``+`` and ``-`` rate. After the letter come the posting's tag or the questions' uids.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.decision import Answer, Decision, Unstated
from bot.core.message import Button
from bot.core.posting import Entry, Posting
from bot.core.scene import Scene
from bot.core.topic import parent_of

Rows = tuple[tuple[Button, ...], ...]

MOST_TOGETHER = 4
"""Questions that one button can be about: their uids are what it carries."""

_TOPICS_A_PAGE = 12
_POSTINGS_A_PAGE = 8
_MOST_RELATED = 3
_MOST_DETAILS = 6

_UP, _DOWN, _CHOSEN = "👍", "👎", " ✓"

_ASKED_MOST = (
    "how_to_apply",
    "deadline",
    "salary",
    "hours",
    "location",
    "contract",
    "documents",
    "languages",
    "experience",
    "remote",
    "start_date",
    "benefits",
)
"""What candidates ask most, whoever the employer is."""

_GOES_WITH = {
    "deadline": ("how_to_apply",),
    "how_to_apply": ("documents", "deadline"),
    "documents": ("how_to_apply",),
    "application_email": ("documents",),
    "eligibility": ("how_to_apply",),
}
"""What is wanted next by whoever asked this."""


def topic_rows(posting: Posting, scene: Scene, page: int = 0) -> Rows:
    """A page of the posting's menu, two in a row, a button for the next page below.

    Parents only: what is stated of a topic in detail only stands below its parent.
    """
    return _paged(_menu(posting, scene), page, f"m|{posting.tag}", scene)


def first_rows(posting: Posting, scene: Scene, most: int = 6) -> Rows:
    """A short menu: what candidates ask most, as far as this posting answers it."""
    menu = {button.data: button for button in _menu(posting, scene)}
    wanted = [f"a|{posting.tag}|{topic}" for topic in _ASKED_MOST]
    most_asked = [menu.pop(data) for data in wanted if data in menu]
    return _in_pairs([*most_asked, *menu.values()][:most])


def _menu(posting: Posting, scene: Scene) -> list[Button]:
    wanted = dict.fromkeys(_top(entry) for entry in posting.entries)
    return [entry_button(one, posting, scene) for one in wanted]


def _top(entry: Entry) -> str:
    return (parent_of(entry.topic) if entry.topic else None) or entry.id


def posting_rows(postings: Sequence[Posting], scene: Scene, page: int = 0) -> Rows:
    """A page of buttons to choose a posting, a button for the next page below."""
    start = page * _POSTINGS_A_PAGE
    shown = postings[start : start + _POSTINGS_A_PAGE]
    rows = tuple((Button(scene.title(posting), f"s|{posting.id}"),) for posting in shown)
    more = len(postings) > start + _POSTINGS_A_PAGE
    return (*rows, (_next("q", page, scene),)) if more else rows


def _paged(buttons: Sequence[Button], page: int, data: str, scene: Scene) -> Rows:
    start = page * _TOPICS_A_PAGE
    rows = _in_pairs(buttons[start : start + _TOPICS_A_PAGE])
    more = len(buttons) > start + _TOPICS_A_PAGE
    return (*rows, (_next(data, page, scene),)) if more else rows


def _next(data: str, page: int, scene: Scene) -> Button:
    return Button(scene.say("more_topics"), f"{data}|{page + 1}")


def _in_pairs(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def entry_button(wanted: str, posting: Posting, scene: Scene) -> Button:
    """A button for an answer. It carries its posting, so that an old menu shows no other's."""
    return Button(scene.within(posting).label(wanted), f"a|{posting.tag}|{wanted}")


def detail_rows(topic: str, posting: Posting, scene: Scene) -> Rows:
    """A button for each stated detail of a topic."""
    details = [
        entry_button(entry.id, posting, scene)
        for entry in posting.entries
        if entry.topic and parent_of(entry.topic) == topic
    ]
    return tuple((button,) for button in details[:_MOST_DETAILS])


def related_rows(decision: Decision, scene: Scene) -> Rows:
    """One row of what else is stated, where that is likely to be wanted next; often none.

    After an answer: the stated details of its topic, and what goes with it. Where a detail is not
    stated: the others of its topic that are.
    """
    posting = scene.posting
    if posting is None:
        return ()
    match decision:
        case Answer(id=wanted):
            near = [*_details(wanted, posting), *_GOES_WITH.get(wanted, ())]
        case Unstated(id=wanted) if parent := parent_of(wanted):
            near = _details(parent, posting)
        case _:
            return ()
    stated = [one for one in near if one != wanted and posting.entry(one)]
    row = tuple(entry_button(one, posting, scene) for one in stated[:_MOST_RELATED])
    return (row,) if row else ()


def _details(topic: str, posting: Posting) -> list[str]:
    return [one.id for one in posting.entries if one.topic and parent_of(one.topic) == topic]


def option_rows(options: Sequence[str], uid: str, scene: Scene) -> Iterator[tuple[Button, ...]]:
    """A row for each option of a clarification, and one for none of them."""
    for option in options:
        yield (Button(scene.label(option), f"o|{uid}|{option}"),)
    yield (Button(scene.say("none_of_these"), f"n|{uid}"),)


def tell_rows(uids: Sequence[str], scene: Scene) -> Rows:
    """The button by which one is told when there is an answer; none where nobody can be told."""
    if not scene.tells:
        return ()
    return tuple(
        (Button(scene.say("tell_me"), f"t|{carried(uids[at : at + MOST_TOGETHER])}"),)
        for at in range(0, len(uids), MOST_TOGETHER)
    )


def rating_row(rates: str, rating: int = 0) -> tuple[Button, ...]:
    """The two thumbs below an answer, for messengers that show them as buttons.

    Args:
        rates: `bot.core.message.Reply.rates`.
        rating: 1 or -1 marks the thumb that was chosen.
    """
    up = _UP + (_CHOSEN if rating > 0 else "")
    down = _DOWN + (_CHOSEN if rating < 0 else "")
    return (Button(up, f"+|{rates}"), Button(down, f"-|{rates}"))


def rated(shown: Rows, rates: str, rating: int) -> Rows:
    """The buttons that a message shows, with the thumb marked that was chosen."""
    marked = {button.data: button.label for button in rating_row(rates, rating)}
    return tuple(
        tuple(replace(button, label=marked.get(button.data, button.label)) for button in row)
        for row in shown
    )


def carried(uids: Sequence[str]) -> str:
    """Some questions, as a button carries them."""
    return ",".join(uids[:MOST_TOGETHER])


def language_rows(scene: Scene) -> Rows:
    """A button for each language that the bot speaks."""
    codes = scene.phrases.languages
    names = {code: language_name(scene, code) for code in codes}
    return tuple(
        (Button(name[:1].upper() + name[1:], f"l|{code}"),) for code, name in names.items()
    )


def language_name(scene: Scene, language: str) -> str:
    """What *language* is called, in itself: ``français``."""
    if scene.phrases.has(language):
        return scene.phrases.say(language, "language_name")
    return language
