"""Everything that wording a reply needs to know, apart from the decision itself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core.phrases import Phrases
from bot.core.posting import KnowledgeBase, Posting
from bot.core.topic import Topic, pick


@dataclass(frozen=True, slots=True)
class About:
    """What the operator says of the service: used in /start and /privacy."""

    organisation: str = ""
    contact: str = ""
    privacy_url: str = ""
    retention_days: int = 180
    wait_days: int = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a reply is spoken: the knowledge, the posting (if chosen), the language, the time.

    ``tells`` says whether whoever asks can be told later, here.
    """

    knowledge: KnowledgeBase
    phrases: Phrases
    language: str
    now: dt.datetime
    posting: Posting | None = None
    about: About = field(default_factory=About)
    tells: bool = False

    def say(self, key: str, /, **values: object) -> str:
        """One of the bot's own sentences, in the scene's language."""
        return self.phrases.say(self.language, key, **values)

    def within(self, posting: Posting | None) -> "Scene":
        """The same scene with another posting."""
        return replace(self, posting=posting)

    def speaking(self, language: str) -> "Scene":
        """The same scene in another language."""
        return replace(self, language=language)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """The shipped topics by id."""
        return self.knowledge.topics

    def title(self, posting: Posting) -> str:
        """The posting's title, in the scene's language where there is one."""
        found = pick(posting.title, self.language, posting.languages)
        return found[1] if found else posting.id

    def label(self, wanted: str) -> str:
        """What a topic or an entry is called on a button or in a menu."""
        entry = self.posting.entry(wanted) if self.posting else None
        topic = self.topics.get(wanted)
        for texts in (entry.label if entry else {}, topic.label if topic else {}):
            if found := pick(texts, self.language):
                return found[1]
        questions = entry.questions if entry else {}
        first = {language: asked[0] for language, asked in questions.items() if asked}
        found = pick(first, self.language)
        return found[1] if found else wanted

    def about_topic(self, wanted: str) -> str:
        """The noun phrase for a topic or an entry: ``working hours``."""
        topic = self.topics.get(wanted)
        found = pick(topic.about, self.language) if topic else None
        return found[1] if found else self.label(wanted)
