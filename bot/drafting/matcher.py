"""The candidates' own matcher, asked what a heading or a sentence is about."""

from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic, is_special
from bot.drafting.sorting import Ask
from bot.matching.engine import Engine

_LONGEST = 300
_POSTING = Posting("draft", "", {}, ("en",))


def base_of(topics: dict[str, Topic]) -> KnowledgeBase:
    """A base in which only the topics of the bank compete, to make an engine for."""
    return KnowledgeBase({_POSTING.id: _POSTING}, topics)


def asking(engine: object) -> Ask:
    """A function that names the likeliest topic of a text, with its margin.

    Whatever is no `Engine` (a fake that only understands questions) has no opinion.
    """
    if not isinstance(engine, Engine):
        return lambda _text: None
    view = engine.view(_POSTING, None)
    scope = view.scope

    def ask(text: str) -> tuple[str, float] | None:
        if not scope.names or not any(letter.isalnum() for letter in text):
            return None
        read = engine.read([text[:_LONGEST]], view)[0]
        place = int(read.margins.argmax())
        name = scope.names[place]
        return None if is_special(name) else (name, float(read.margins[place]))

    return ask
