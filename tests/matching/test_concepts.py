import pytest

from bot.matching.concepts import Concepts, beginnings

CONCEPTS = Concepts(
    {
        "pay": {"fr": ["salaire", "remuner*", "fiche de paie"], "en": ["wage*", "per hour"]},
        "hours": {"fr": ["heure", "heures", "horair*"], "en": ["hour", "hours"]},
        "time": {"en": ["time"]},
        "part_time": {"fr": ["temps part*", "mi temps"], "en": ["part time"]},
        "sheet": {"fr": ["fich*", "ficher*"]},
        "sum": {"en": ["§money"]},
    }
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("le salaire", ["pay"]),
        ("quelle remuneration", ["pay"]),
        ("the wage", ["pay"]),
        ("wages per hour", ["pay", "hours"]),
        ("horaires et salaire", ["hours", "pay"]),
        ("temps partiel", ["part_time"]),
        ("part time", ["part_time", "time"]),
        ("la fiche de paie svp", ["pay", "sheet"]),
        ("fiche de", ["sheet"]),
        ("fichiers", ["sheet"]),
        ("§money 2000", ["sum"]),
        ("remune", []),
        ("fic", []),
        ("per", []),
        ("mi salaire temps", ["pay"]),
        ("", []),
    ],
)
def test_concepts_are_found_whatever_the_words(question: str, found: list[str]) -> None:
    assert sorted(CONCEPTS.find(question.split())) == sorted(found)


def test_a_stem_is_met_by_itself_and_by_what_begins_so() -> None:
    concepts = Concepts({"school": {"fr": ["ecol*"]}, "pupil": {"fr": ["ecolier*"]}})

    assert concepts.find(["ecol"]) == ["school"]
    assert concepts.find(["ecolie"]) == ["school"]
    assert concepts.find(["ecolier"]) == ["school", "pupil"]
    assert concepts.find(["eco"]) == []


def test_one_word_may_mean_several_things() -> None:
    concepts = Concepts({"wait": {"en": ["still"]}, "calm": {"en": ["still"], "fr": ["calme"]}})

    assert concepts.find(["still", "calme"]) == ["wait", "calm"]


def test_without_a_lexicon_nothing_is_found() -> None:
    assert Concepts({}).find(["salaire"]) == []


def test_words_that_begin_alike_are_alike_and_shapes_are_none() -> None:
    assert beginnings(["§hours", "book", "booking", "bookings", "booked"]) == [
        "~book",
        "~booki",
        "~booki",
        "~booke",
    ]


def test_concepts_grow_alike_whatever_is_met_first() -> None:
    lexicon = {"pay": {"en": ["pay sheet", "paymen*"]}, "sheet": {"en": ["pay", "sheet*"]}}
    question = ["the", "pay", "sheet", "and", "payments"]
    met = Concepts(lexicon)
    met.find(["sheets", "paying", "pay"])

    assert met.find(question) == Concepts(lexicon).find(question) == ["sheet", "pay"]
