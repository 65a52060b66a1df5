"""What understands questions, as the rest of the product sees it."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from bot.core.chat import Chat
from bot.core.decision import Understanding
from bot.core.posting import KnowledgeBase, Posting


class Mind(Protocol):
    """Understands, and says how it came to that: a `bot.matching.engine.Engine`, or a fake."""

    def understand(
        self, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat
    ) -> Understanding:
        """What is asked in *text*."""
        ...

    def explain(self, knowledge: KnowledgeBase, posting: Posting, text: str) -> list[str]:
        """Lines for an editor who wonders why."""
        ...


Load: TypeAlias = Callable[[KnowledgeBase], Mind]
"""Makes the mind for a knowledge; it may take seconds, and remember what it made before."""
