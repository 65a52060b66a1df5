from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.drafting.block import Block, Kind, Source
from bot.drafting.decoding import visible
from bot.drafting.drafting import Draft
from bot.drafting.writing import write_draft
from bot.knowledge.bank import shipped_topics
from bot.knowledge.reading import read_file
from tests.drafting.conftest import Drafted

FRENCH = """Infirmier·ère (H/F)

Qui sommes-nous ?
La Maison Bleue est une association qui accueille des enfants malades et leurs parents à Lille.

Conditions
{terms}

Pour postuler
Envoyez votre CV à rh@maisonbleue.example avant le {deadline}.
"""


def answers(made: Draft) -> dict[str, str]:
    return {entry.key: entry.answer for entry in made.entries}


def french(terms: str = "CDI à temps plein.", deadline: str = "18 juin 2027") -> str:
    return FRENCH.format(terms=terms, deadline=deadline)


def test_answers_are_whole_sentences_of_the_source(drafted: Drafted) -> None:
    made = drafted(french("CDI à temps plein, 35 h par semaine. Prise de poste dès que possible."))

    found = answers(made)
    assert found["hours"] == "CDI à temps plein, 35 h par semaine."
    assert found["start_date"] == "Prise de poste dès que possible."
    assert found["deadline"] == "Envoyez votre CV à rh@maisonbleue.example avant le 18 juin 2027."
    assert (made.organisation, made.closes) == ("Maison Bleue", date(2027, 6, 18))


@pytest.mark.parametrize(
    ("terms", "topic"),
    [
        ("Temps partiel, 24 heures hebdomadaires.", "hours"),
        ("Rémunération : 2 000 € brut mensuels.", "salary"),
        ("Salaire selon la grille de la CCN 66.", "salary"),
        ("Télétravail possible deux jours par semaine.", "remote"),
        ("Poste à pourvoir au 3 mai 2027.", "start_date"),
        ("Déplacements fréquents dans le département.", "travel"),
        ("Permis B exigé.", "travel.car"),
        ("Mutuelle prise en charge à 60 %.", "benefits.health"),
        ("25 jours de congés payés.", "benefits.holidays"),
        ("Période d'essai de deux mois.", "contract.trial_period"),
        ("Astreintes un week-end sur quatre.", "hours.on_call"),
        ("Logement possible dans un studio.", "relocation_housing"),
        ("Vaccination contre l'hépatite B obligatoire.", "eligibility.health"),
    ],
)
def test_a_condition_of_work_goes_to_its_topic(drafted: Drafted, terms: str, topic: str) -> None:
    made = drafted(french(terms))

    (entry,) = [entry for entry in made.entries if terms.rstrip(".") in entry.answer][:1]
    assert topic in (entry.key, *entry.covers)


@pytest.mark.parametrize(
    ("terms", "topic"),
    [
        ("Salaire selon expérience.", "experience"),
        ("Vous accompagnez les enfants la nuit si besoin.", "remote"),
        ("Titre de séjour permettant de travailler sur le sol français exigé.", "languages"),
    ],
)
def test_a_word_alone_makes_no_topic(drafted: Drafted, terms: str, topic: str) -> None:
    assert topic not in answers(drafted(french(terms)))


def test_a_passed_deadline_and_a_wrong_day_of_the_week_are_told(drafted: Drafted) -> None:
    made = drafted(french(deadline="lundi 29 janvier 2027"))

    assert any("has passed" in doubt for doubt in made.doubts)
    assert any("is a Friday, not a Monday" in doubt for doubt in made.doubts)


def test_the_closing_day_itself_has_not_passed(drafted: Drafted) -> None:
    made = drafted(french(deadline="18 juin 2027"), date(2027, 6, 18))

    assert not any("has passed" in doubt for doubt in made.doubts)


def test_two_different_weeks_are_told_and_a_choice_is_not(drafted: Drafted) -> None:
    two = drafted(french("Temps plein 39h/semaine.\nPoste de 35 heures hebdomadaires."))
    choice = drafted(french("Temps plein, 35 ou 39 h par semaine."))

    assert any("different hours a week" in doubt for doubt in two.doubts)
    assert choice.doubts == ()


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "Nous avons trois sites : Lille, Lens, Douai et Arras.",
            "three sites are announced, but four",
        ),
        ("Nous avons trois sites : Lille, Lens et Douai.", ""),
    ],
)
def test_what_is_counted_wrongly_is_told(drafted: Drafted, sentence: str, told: str) -> None:
    doubts = "\n".join(drafted(french(sentence)).doubts)

    assert (told in doubts) if told else doubts == ""


def test_a_heading_without_text_is_told_and_one_with_text_is_not(drafted: Drafted) -> None:
    made = drafted("Cuisinier\n\nLANGUES :\n\nRÉMUNÉRATION :\n2 000 € brut par mois.\n")

    assert made.empty == (("LANGUES :", "languages"),)
    assert "languages" in made.missing
    assert "salary" not in made.missing


def test_a_paragraph_in_another_language_is_left_out_and_told(drafted: Drafted) -> None:
    english = "Discover all the resources to inspire and guide you in the world of work."

    made = drafted(f"{english}\n\n{french()}")

    assert made.language == "fr"
    assert any(english[:40] in note for note in made.notes)
    assert all(english not in entry.answer for entry in made.entries)


def test_a_heading_of_its_own_becomes_an_entry_with_questions(drafted: Drafted) -> None:
    text = french(
        "CDI.\n\nPOURQUOI CE POSTE ?\nUne collègue part à la retraite après vingt ans de maison."
    )

    (entry,) = [entry for entry in drafted(text).entries if entry.own]

    assert (entry.key, entry.sure) == ("pourquoi-ce-poste", "doubtful")
    assert entry.questions


def test_what_a_source_holds_cannot_become_markup_or_a_placeholder(drafted: Drafted) -> None:
    made = drafted(french("Salaire : 2 000 € brut par mois *{closes}* [voir](https://a.example)."))

    answer = answers(made)["salary"]
    assert "{" not in answer
    assert "\\*" in answer


def test_the_employer_is_written_as_the_source_writes_it_not_as_an_address_does(
    drafted: Drafted,
) -> None:
    made = drafted(
        "Infirmier·ère de nuit (H/F)\nExemple Santé, Lille\nSalaire : 2 300 € brut par mois\n"
        "Envoyez votre CV à recrutement@exemple-sante.fr\n"
    )

    assert (made.organisation, made.organisation_found) == ("Exemple Santé", True)
    assert "Exemple" not in answers(made).get("location", "")


def test_a_source_with_nothing_in_it_makes_an_empty_draft(drafted: Drafted) -> None:
    made = drafted(Source((Block(Kind.TEXT, "Bonjour"),), "Bonjour"))

    assert made.entries == ()
    assert made.name
    assert made.organisation


PIECES = st.sampled_from(
    [
        *("CONDITIONS :", "Qui sommes-nous ?", "Salaire : 2 000 €", "- un", "trois projets :", ":"),
        *(
            "jusqu'au 30/02/2027",
            "35 h par semaine",
            "?",
            "À Lille",
            "{closes}",
            "a@b.example",
            "…",
        ),
        *("Pour postuler", "POSTE", "Nous cherchons un cuisinier pour", "| a | b |", "", "  "),
    ]
)


@given(st.lists(PIECES | st.text(max_size=40), max_size=14))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_makes_a_valid_draft(drafted: Drafted, tmp_path: Path, lines: list[str]) -> None:
    made = drafted(visible("\n".join(lines)))
    file = tmp_path / "draft.yaml"
    file.write_text(write_draft(made, shipped_topics(), "a posting"), "utf-8")

    assert read_file(file, shipped_topics()).errors == ()
