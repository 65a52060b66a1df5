"""What the bot itself says: the same in every language, and everything that it is asked to say."""

import re
import string
from pathlib import Path

import pytest

from bot.core.markup import render
from bot.core.phrases import Phrases
from bot.knowledge.bank import shipped_topics
from bot.knowledge.phrases import missing_phrases, shipped_phrases

PHRASES = shipped_phrases()
CORE = Path(__file__).parents[1] / "bot" / "core"
SAID = re.compile(r"""\bsay\(\s*(?:language, )?"([\w.]+)"(?:\s+if [^,]+? else "([\w.]+)")?""")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def commands(sentence: str) -> set[str]:
    return set(re.findall(r"(?<!\w)/[a-z]+", sentence))


def languages_but_english() -> list[str]:
    return [language for language in PHRASES.languages if language != "en"]


@pytest.mark.parametrize("language", languages_but_english())
def test_each_language_has_the_same_sentences(language: str) -> None:
    assert set(PHRASES.texts[language]) == set(PHRASES.texts["en"])


@pytest.mark.parametrize("language", languages_but_english())
@pytest.mark.parametrize("key", PHRASES.texts["en"])
def test_each_language_fills_in_the_same(language: str, key: str) -> None:
    own, english = PHRASES.texts[language][key], PHRASES.texts["en"][key]

    assert placeholders(own) == placeholders(english)
    assert bool(own) == bool(english)
    assert commands(own) == commands(english)


@pytest.mark.parametrize("language", PHRASES.languages)
@pytest.mark.parametrize("key", sorted(PHRASES.texts["en"]))
def test_what_is_filled_in_breaks_no_emphasis(language: str, key: str) -> None:
    sentence = PHRASES.texts[language][key]

    styled = render(sentence.format_map(dict.fromkeys(placeholders(sentence), "Aid (Calais)")))

    assert styled.text.strip()
    assert "*" not in styled.text
    assert not re.search(r"\b_|_\b", styled.text)


def test_everything_that_the_core_says_by_name_is_there() -> None:
    code = "".join(file.read_text("utf-8") for file in CORE.glob("*.py"))
    said = {key for found in SAID.findall(code) for key in found if key}

    assert len(said) > 20
    assert said - set(PHRASES.texts["en"]) == set()


def test_each_kind_of_small_talk_in_the_bank_has_its_words() -> None:
    kinds = [topic for topic in shipped_topics() if topic.startswith("smalltalk.")]

    assert kinds
    assert [kind for kind in kinds if not PHRASES.knows(kind)] == []


@pytest.mark.parametrize("language", PHRASES.languages)
def test_each_topic_can_be_spoken_of(language: str) -> None:
    topics = [topic for topic in shipped_topics().values() if not topic.is_special]

    for topic in topics:
        about = topic.about[language]
        assert about == about.strip().rstrip(".?!"), topic.id
        assert not about[:1].isupper(), topic.id


def test_an_unknown_sentence_is_known_to_be_unknown() -> None:
    assert PHRASES.knows("hello")
    assert not PHRASES.knows("nonsense")
    with pytest.raises(KeyError):
        PHRASES.say("en", "nonsense")


def test_a_language_that_is_not_there_speaks_english() -> None:
    assert PHRASES.say("xx", "language_name") == "English"


def test_every_language_says_everything() -> None:
    assert missing_phrases(shipped_phrases()) == {}


def test_a_placeholder_may_have_the_name_of_a_parameter() -> None:
    phrases = Phrases({"en": {"only": "{language} and {key}"}})

    assert phrases.say("en", "only", language="français", key="k") == "français and k"


def test_every_sentence_can_be_filled_with_what_it_names() -> None:
    for language, texts in PHRASES.texts.items():
        for key, text in texts.items():
            fields = dict.fromkeys(placeholders(text), "x")
            assert PHRASES.say(language, key, **fields) is not None
