"""What the bot says of itself."""

import string

from bot.core.phrases import Phrases
from bot.knowledge.phrases import missing_phrases, shipped_phrases


def test_every_language_says_everything() -> None:
    assert missing_phrases(shipped_phrases()) == {}


def test_a_placeholder_may_have_the_name_of_a_parameter() -> None:
    phrases = Phrases({"en": {"only": "{language} and {key}"}})

    assert phrases.say("en", "only", language="français", key="k") == "français and k"


def test_every_sentence_can_be_filled_with_what_it_names() -> None:
    phrases = shipped_phrases()

    for language, texts in phrases.texts.items():
        for key, text in texts.items():
            fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
            assert phrases.say(language, key, **dict.fromkeys(fields, "x")) is not None
