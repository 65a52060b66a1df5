import pytest

from bot.matching.strangers import known_words, names_a_stranger
from tests.core.samples import NURSE

KNOWN = frozenset({"calais", "dunkerque", "medecins"})


@pytest.mark.parametrize(
    "text",
    [
        "What languages are spoken in Eritrea?",
        "Combien gagne un généraliste en Belgique ?",
        "Quel est le capital social de Renault ?",
        "C'est quoi la capitale de l'Australie ?",
    ],
)
def test_a_name_that_the_posting_does_not_know_is_a_strangers(text: str) -> None:
    assert names_a_stranger(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Faut-il aller à Calais ou à Dunkerque ?", id="names of the posting"),
        pytest.param("J'habite à Rennes, c'est loin ?", id="of who asks"),
        pytest.param("Do you know Norway?", id="of who is asked"),
        pytest.param("Le poste est basé à Paris ?", id="of the job"),
        pytest.param("C'est un CDD ou un CDI ?", id="acronyms"),
        pytest.param("Bonjour. Quels horaires ?", id="beginnings of sentences"),
        pytest.param("QUEL EST LE SALAIRE MINIMUM EN FRANCE", id="shouting"),
        pytest.param("combien gagne un médecin en suisse", id="no capitals at all"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_may_be_about_the_job_is_not_a_strangers(text: str) -> None:
    assert not names_a_stranger(text, KNOWN)


def test_the_words_of_a_posting_are_those_of_all_its_texts_folded() -> None:
    assert known_words(NURSE) >= {"aid", "nurse", "repas", "insurance", "projets", "deux"}
