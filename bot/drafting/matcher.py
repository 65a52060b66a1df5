"""The candidates' own matcher, asked what a heading or a sentence is about."""

from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import is_special
from bot.drafting.sorting import Ask
from bot.knowledge.models import load_engine

_LONGEST = 300


def load_asking(topics: KnowledgeBase) -> Ask:
    """A function that names the likeliest topic of a text; the model is the shared, cached one.

    Args:
        topics: a base with the topics of the bank; its postings do not matter.
    """
    posting = Posting("draft", "", {}, ("en",))
    engine = load_engine(KnowledgeBase({posting.id: posting}, topics.topics))
    view = engine.view(posting, None)
    scope = view.scope

    def ask(text: str) -> tuple[str, float] | None:
        if not scope.names or not any(letter.isalnum() for letter in text):
            return None
        read = engine.read([text[:_LONGEST]], view)[0]
        place = int(read.margins.argmax())
        name = scope.names[place]
        return None if is_special(name) else (name, float(read.margins[place]))

    return ask
