"""What was understood before: a text that comes again in the same state is not read again.

Greetings, thanks and the commonest questions come again and again, from different people. What
stays out: understanding itself, and anything about who wrote.
"""

from collections import OrderedDict
from collections.abc import Callable

from bot.core.chat import Chat
from bot.core.decision import Understanding
from bot.core.posting import KnowledgeBase, Posting

Understander = Callable[[KnowledgeBase, Posting, str, Chat], Understanding]

_MOST = 1024
_LONGEST = 200
"""Characters of a text that is remembered: longer ones tell a story, and do not come again."""


class Readings:
    """An `Understander` that remembers the last short texts, for one state of the knowledge.

    All that may count of a chat is handed on, and is part of what makes two readings the same: its
    last topic. What was read for an earlier state of the knowledge is let go.
    """

    def __init__(self, understand: Understander, most: int = _MOST) -> None:
        self._understand = understand
        self._most = most
        self._knowledge: KnowledgeBase | None = None
        self._known: OrderedDict[tuple[str, str, str | None], Understanding] = OrderedDict()

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        """What is asked in *text* about *posting*, as *understand* has it."""
        if knowledge is not self._knowledge:
            self._knowledge = knowledge
            self._known.clear()
        about = Chat(last_topic=chat.last_topic)
        if len(text) > _LONGEST:
            return self._understand(knowledge, posting, text, about)
        key = posting.id, text, chat.last_topic
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._understand(knowledge, posting, text, about)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return found

    def forget(self) -> None:
        """Let go of every text: who wants to be forgotten may have written any of them."""
        self._known.clear()
