"""Languages: the bank's own are never taken for others, and others are recognised."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from bot.knowledge.bank import shipped_topics
from bot.knowledge.identify import NOTHING, PLAUSIBLE, identify
from bot.matching.language import Languages, learn_odds
from bot.matching.text import clean

FOREIGN: Mapping[str, Sequence[str]] = yaml.safe_load(
    (Path(__file__).parent / "foreign.yaml").read_text(encoding="utf-8")
)
FOLDS = 4

BANK = {
    code: [
        clean(question)
        for topic in shipped_topics().values()
        for question in topic.questions.get(code, ())
    ]
    for code in ("fr", "en")
}


def languages(*, without: int | None = None) -> Languages:
    """As the product has them; *without* one fold of the bank, to try it on what is new."""
    shown = {
        code: [q for place, q in enumerate(asked) if place % FOLDS != without]
        for code, asked in BANK.items()
    }
    return Languages(tuple(shown), learn_odds(shown), identify)


@pytest.fixture(scope="module")
def shipped() -> Languages:
    return languages()


def test_french_and_english_as_candidates_write_it_is_hardly_ever_foreign() -> None:
    foreign = [
        (code, question)
        for fold in range(FOLDS)
        for known in [languages(without=fold)]
        for code, asked in BANK.items()
        for question in asked[fold::FOLDS]
        if known.guess(question) not in {*BANK, None}
    ]

    assert len(foreign) < 0.003 * sum(map(len, BANK.values())), foreign


@pytest.mark.parametrize("code", FOREIGN)
def test_a_question_in_another_language_is_recognised(shipped: Languages, code: str) -> None:
    held_back = FOREIGN[code][20:]

    missed = [question for question in held_back if shipped.guess(clean(question)) != code]

    assert len(missed) <= 0.15 * len(held_back), missed


@pytest.mark.parametrize(
    "text",
    [
        "Wojciech Szczepański",
        "Nguyễn Thị Hương",
        "Agnieszka Kowalska, infirmière",
        "João Pereira da Silva",
        "bonjour je suis Krzysztof Wiśniewski",
        "Je m'appelle María Fernanda González Ruiz",
        "mon mail : agnieszka.kowalska@poczta.pl",
        "wolfgang.schneider@arbeit-und-leben.de",
        "voir https://www.arbeitsagentur.de/jobsuche/stellenangebote-im-ausland",
        "c'est un poste de project manager ou de team leader ?",
        "il faut faire du reporting et du fundraising ?",
        "j'ai un background en supply chain management",
        "le job est full remote ?",
        "ya du team building et des afterworks ?",
        "je suis diplômé de l'Universidad Complutense de Madrid",
        "I worked for Médecins du Monde and Ärzte ohne Grenzen",
        "jsui pa du tt dispo le wk",
        "wsh ya koi com taf",
        "omg r u srs lol",
        "pls hw mch u pay pm",
        "infirmier psychiatrique",
    ],
)
def test_names_addresses_and_job_words_are_not_foreign(shipped: Languages, text: str) -> None:
    assert shipped.guess(text) in {"fr", "en", None}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Здравствуйте, вакансия еще открыта?", "ru"),
        ("привет, какая зарплата?", "ru"),
        ("куда отправить резюме", "ru"),
        ("Яка зарплата і де офіс?", "uk"),
        ("коли треба починати роботу", "uk"),
        ("كم الراتب؟", "ar"),
        ("هل الوظيفة ما زالت متاحة؟", "ar"),
        ("سلام، آیا هنوز استخدام دارید؟", "fa"),
        ("سلام، زه کار غواړم", "ps"),
        ("תודה רבה", "he"),
    ],
)
def test_a_script_tells_the_language(shipped: Languages, text: str, code: str) -> None:
    assert shipped.guess(text) == code


@pytest.mark.parametrize(
    ("text", "code"), [("كم الراتب؟", "ar"), ("привет", "uk"), ("какая работы", "ru")]
)
def test_a_script_tells_without_an_identifier_too(text: str, code: str) -> None:
    assert Languages().guess(text) == code


def test_a_script_within_another_does_not_count(shipped: Languages) -> None:
    assert shipped.guess("je parle arabe, العربية, et dari") == "fr"


def told(text: str, code: str, sure: float, known: str = "quel salaire") -> str | None:
    """What is said of *text* if the identifier says *code*."""
    odds = learn_odds({"fr": [known], "en": ["what wage"]})
    return Languages(("fr", "en"), odds, lambda _: (code, sure)).guess(text)


def test_an_identifier_that_is_not_sure_is_not_followed() -> None:
    assert told("cual salario", "es", 0.6) == "es"
    assert told("cual salario", "es", 0.59) is None


def test_an_identifier_never_decides_between_the_languages_of_the_bank() -> None:
    assert told("quel kebab xyz", "en", 1.0) == "fr"


def test_enough_known_words_keep_the_identifier_out() -> None:
    known = "a b c d e f g h i j k l m n o p q"

    assert told(f"{known} xx yy zz", "es", 1.0, known=known) != "es"
    assert told(f"{known} xx yy zz ww", "es", 1.0, known=known) == "es"


def test_a_few_letters_are_no_language() -> None:
    assert told("holaa", "es", 1.0) == "es"
    assert told("hola", "es", 1.0) is None


def test_capitals_count_only_where_everything_is_in_capitals() -> None:
    assert told("Cual Salario", "es", 1.0) is None
    assert told("CUAL SALARIO", "es", 1.0) == "es"


def test_a_sentence_without_letters_is_no_language(shipped: Languages) -> None:
    assert shipped.guess("") is None
    assert shipped.guess("12 / 45 ??") is None


def test_the_identifier_says_the_same_each_time_and_stays_within_its_languages() -> None:
    texts = [question for asked in FOREIGN.values() for question in asked] + ["", "?", "\ud800"]

    first = [identify(text) for text in texts]

    assert [identify(text) for text in texts] == first
    assert {code for code, _ in first} <= set(PLAUSIBLE)
    assert all(0 <= sure <= 1 for _, sure in first)
    assert len(NOTHING) == 2
