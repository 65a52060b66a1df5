"""What those who wait are told: what they asked, and the answer, in their language."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.compose import entry_text, told
from bot.core.gap import Recorded, Verb
from bot.core.message import Reply
from bot.core.notice import Waiter
from bot.core.phrases import FALLBACK, Phrases
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.core.scene import About, Scene
from bot.core.topic import Texts


@dataclass(frozen=True)
class Wording:
    """Words notices and previews, with the knowledge as it is now."""

    phrases: Phrases
    about: About = field(default_factory=About)

    def answered(
        self, recorded: Recorded, base: KnowledgeBase, now: dt.datetime
    ) -> Callable[[Sequence[Waiter]], Reply]:
        """Words the notices of an act."""
        by_question = {
            uid: entry
            for entry, uids in recorded.details.get("answers", {}).items()
            for uid in uids
        }

        def say(waiters: Sequence[Waiter]) -> Reply:
            scene = self._scene(waiters[0], base, now)
            asked: dict[str, list[Waiter]] = {}
            for waiter in waiters:
                entry = self._entry(recorded, by_question.get(waiter.question), scene)
                said = entry_text(entry, scene) if entry else scene.say("option_gone")
                asked.setdefault(said, []).append(waiter)
            pieces = [told(some, Reply(said), scene).text for said, some in asked.items()]
            rated = waiters[-1].question if len(asked) == 1 else ""
            return Reply("\n\n".join(pieces), rates=rated)

        return say

    def can_answer(self, recorded: Recorded, base: KnowledgeBase) -> bool:
        """Whether there is anything to tell: an entry may have been removed since."""
        if recorded.act.verb is Verb.ANSWER:
            return True
        wanted = {recorded.act.entry, *recorded.details.get("answers", {})} - {""}
        return any(
            posting.entry(name) is not None for posting in base.postings.values() for name in wanted
        )

    def replies(
        self, texts: Texts, posting: Posting | None, base: KnowledgeBase, now: dt.datetime
    ) -> Mapping[str, str]:
        """What candidates would read of *texts*, by each language of the posting."""
        languages = posting.languages if posting else tuple(texts)
        entry = Entry("", answer=texts)
        return {
            language: entry_text(entry, self._speaking(language, posting, base, now))
            for language in languages
        }

    def _entry(self, recorded: Recorded, wanted: str | None, scene: Scene) -> Entry | None:
        act = recorded.act
        if act.verb is Verb.ANSWER:
            topic = act.entry if act.entry in scene.topics else None
            return Entry(act.entry, topic=topic, answer=act.texts)
        name = wanted or act.entry
        return scene.posting.entry(name) if scene.posting else None

    def _scene(self, waiter: Waiter, base: KnowledgeBase, now: dt.datetime) -> Scene:
        posting = base.postings.get(waiter.posting) if waiter.posting else None
        return self._speaking(waiter.language, posting, base, now)

    def _speaking(
        self, language: str, posting: Posting | None, base: KnowledgeBase, now: dt.datetime
    ) -> Scene:
        spoken = language if self.phrases.has(language) else FALLBACK
        return Scene(base, self.phrases, spoken, now, posting, self.about)
