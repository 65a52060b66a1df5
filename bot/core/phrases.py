"""What the bot itself says, by language and key."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FALLBACK = "en"


@dataclass(frozen=True)
class Phrases:
    """The bot's own sentences: ``texts[language][key]``, with ``{placeholders}``."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the bot can speak of itself."""
        return tuple(self.texts)

    def say(self, language: str, key: str, /, **values: object) -> str:
        """The sentence *key* in *language* (else in English) with its placeholders filled.

        Raises:
            KeyError: no language has *key*, or a placeholder got no value.
        """
        own = self.texts.get(language, {})
        template = own[key] if key in own else self.texts[FALLBACK][key]
        return template.format_map(values)

    def has(self, language: str) -> bool:
        """Whether the bot's own sentences exist in *language*."""
        return language in self.texts

    def knows(self, key: str) -> bool:
        """Whether there is a sentence *key*, at least in English."""
        return key in self.texts.get(FALLBACK, {})
