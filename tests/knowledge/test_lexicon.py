from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.lexicon import read_lexicon, shipped_lexicon
from bot.matching.concepts import Concepts
from bot.matching.text import words
from tests.knowledge.conftest import Write

PAY = "concepts:\n  pay: {fr: [salaire, remuner*, fiche de paie], en: [wage*, no, §money, 13th]}\n"


def test_concepts_are_read_with_all_their_languages(tmp_path: Path, write: Write) -> None:
    write("pay.yaml", PAY)
    write("time.yaml", "concepts:\n  night: {fr: [nuit]}\n")

    assert read_lexicon(tmp_path) == {
        "pay": {
            "fr": ("salaire", "remuner*", "fiche de paie"),
            "en": ("wage*", "no", "§money", "13th"),
        },
        "night": {"fr": ("nuit",)},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("concepts:\n  Pay: {fr: [salaire]}\n", ":2: `concepts.Pay`: `Pay` cannot be a concept"),
        ("concepts:\n  _pay: {fr: [salaire]}\n", ":2: `concepts._pay`: `_pay` cannot be a concept"),
        (
            "concepts:\n  pay: {french: [salaire]}\n",
            ":2: `concepts.pay.french`: `french` is not a language",
        ),
        ("concepts:\n  pay: {fr: [a, a]}\n", "`a` stands here twice"),
        ("concepts:\n  pay: {fr: [pay*]}\n", "`pay*` is too short for a stem"),
        ("concepts:\n  pay: {fr: [fiche pai*]}\n", "`pai*` is too short for a stem"),
        ("concepts:\n  pay: {fr: [sal*aire]}\n", "has a * where no word ends"),
        ("concepts:\n  pay: {fr: [salaire *]}\n", "has a * where no word ends"),
        ("concepts:\n  pay:\n    fr:\n      - a\n      - Payé*\n", ":5: "),
        ("concepts:\n  pay: {fr: [Payé*]}\n", "write `paye`"),
        ("concepts:\n  pay: {fr: [d'heures]}\n", "write `d heures`"),
        ("concepts:\n  pay: {fr: [deux  mots]}\n", "write `deux mots`"),
        ('concepts:\n  pay: {fr: [""]}\n', "write a word"),
        ("concepts:\n  pay: {fr: []}\n", "is empty"),
        ("concepts:\n  pay: {}\n", "is empty"),
        ("concepts:\n  pay: [salaire]\n", "should hold keys with their values"),
        ("concepts:\n  pay: {fr: [a]}\n  pay: {fr: [b]}\n", "`pay` stands here twice"),
        ("concepts: {}\nwords: {}\n", "nothing is known by the name of `words`"),
        ("pay: {fr: [a]}\n", "`concepts` is missing"),
        ("[", "bracket"),
    ],
)
def test_a_lexicon_with_a_mistake_is_refused(
    tmp_path: Path, write: Write, text: str, said: str
) -> None:
    write("pay.yaml", text)

    with pytest.raises(KnowledgeError) as caught:
        read_lexicon(tmp_path)

    assert said in str(caught.value)


def test_a_concept_has_one_home(tmp_path: Path, write: Write) -> None:
    write("money.yaml", "# first\n" + PAY)
    write("pay.yaml", PAY)

    with pytest.raises(KnowledgeError) as caught:
        read_lexicon(tmp_path)

    (problem,) = caught.value.problems
    assert problem.what.startswith("`pay` stands in ")
    assert problem.what.endswith("money.yaml too, in line 3")
    assert (Path(problem.file).name, problem.line) == ("pay.yaml", 2)


@pytest.mark.parametrize(("homes", "wrong"), [("abc", 0), ("abcd", 1)])
def test_a_word_may_mean_three_things_in_a_language(
    tmp_path: Path, write: Write, homes: str, wrong: int
) -> None:
    lines = [f"  {home}: {{fr: [mot], en: [{home}x]}}\n" for home in homes]
    write("pay.yaml", "concepts:\n  e: {en: [mot]}\n" + "".join(lines))

    try:
        read_lexicon(tmp_path)
        problems: tuple[object, ...] = ()
    except KnowledgeError as error:
        problems = error.problems

    assert len(problems) == wrong
    assert all("`mot` (fr) means too much: a, b, c, d" in str(problem) for problem in problems)


def test_an_empty_folder_is_no_lexicon(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        read_lexicon(tmp_path)


def test_the_shipped_lexicon_speaks_french_and_english() -> None:
    lexicon = shipped_lexicon()

    assert len(lexicon) > 300
    assert [name for name, languages in lexicon.items() if set(languages) != {"fr", "en"}] == []
    assert [
        (name, language)
        for name, languages in lexicon.items()
        for language, expressions in languages.items()
        if len(expressions) < 3
    ] == []
    assert shipped_lexicon() is lexicon


@pytest.mark.parametrize(
    ("french", "english", "concept"),
    [
        ("Ça paie bien ?", "What's the wage?", "pay"),
        ("Quelle rémunération ?", "how much do you give", "pay"),
        ("Le permis B est-il exigé ?", "Must I have a driver's licence?", "licence"),
        ("Un 80 % serait possible ?", "Could I work part-time?", "part_time"),
        ("Jusqu'à quand puis-je postuler ?", "What's the closing date?", "deadline"),
        ("Je suis enceinte", "I'm expecting a baby", "pregnant"),
        ("Je porte le voile", "I wear a hijab", "veil"),
        ("J'ai fait de la prison", "I did time", "criminal_record"),
    ],
)
def test_two_languages_meet_in_a_concept(french: str, english: str, concept: str) -> None:
    concepts = Concepts(shipped_lexicon())

    assert concept in concepts.find(words(french))
    assert concept in concepts.find(words(english))
