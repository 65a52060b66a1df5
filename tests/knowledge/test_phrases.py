from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.phrases import missing_phrases, read_phrases, shipped_phrases
from tests.knowledge.conftest import Write


def test_sentences_are_read_on_one_level_or_two(tmp_path: Path, write: Write) -> None:
    write("en.yaml", "hello: Hello {name}!\nsmalltalk:\n  thanks: You are welcome.\n")
    write("fr.yaml", "hello: Bonjour {name} !\n")

    phrases = read_phrases(tmp_path)

    assert phrases.languages == ("en", "fr")
    assert phrases.say("fr", "hello", name="Anne") == "Bonjour Anne !"
    assert phrases.say("fr", "smalltalk.thanks") == "You are welcome."
    assert missing_phrases(phrases) == {"fr": ("smalltalk.thanks",)}


@pytest.mark.parametrize(
    ("french", "words"),
    [
        ("hello: Bonjour {nom}", "fr.yaml:1: `hello` has other placeholders"),
        ("hello: Bonjour {name", "fr.yaml:1: `hello` has a brace too many"),
        ("hello: [a]", "fr.yaml:1: `hello` should be a sentence"),
        ("a: {b: {c: d}}", "fr.yaml:1: `a.b` should be a sentence"),
        ("- a", "fr.yaml:1: keys with sentences"),
        ("a: 'b", "fr.yaml:1: a quotation mark"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, write: Write, french: str, words: str
) -> None:
    write("en.yaml", "hello: Hello {name}")
    write("fr.yaml", french)

    with pytest.raises(KnowledgeError) as caught:
        read_phrases(tmp_path)

    assert words in str(caught.value)


def test_english_must_be_there(tmp_path: Path, write: Write) -> None:
    write("fr.yaml", "hello: Bonjour")

    with pytest.raises(KnowledgeError, match=r"en\.yaml is missing"):
        read_phrases(tmp_path)


def test_the_shipped_sentences_exist_in_every_language() -> None:
    assert missing_phrases(shipped_phrases()) == {}
