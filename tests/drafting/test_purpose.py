"""What a section is for whose heading nobody foresaw, and what a portal adds to it."""

import pytest

from bot.drafting.block import Block, Kind
from bot.drafting.chrome import without_chrome
from bot.drafting.cues import shipped_cues
from bot.drafting.purpose import is_duty, purpose_of
from bot.drafting.statement import Statement
from tests.drafting.conftest import Drafted


def said(*texts: str) -> list[Statement]:
    return [Statement(text, number) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("language", "texts", "purpose"),
    [
        ("en", ("Send a CV to a@b.example", "Interviews are on 3 June."), "how_to_apply"),
        ("en", ("A degree in law", "Two years of experience"), "*profile"),
        ("fr", ("CDI à temps plein", "Mutuelle et repas offerts"), "*conditions"),
        ("fr", ("Vous préparez les colis.", "Vous conseillez les clients."), "responsibilities"),
        ("de", ("Du baust Möbel.", "Du bedienst die Fräse."), "responsibilities"),
        ("es", ("Atender a los clientes", "Gestionar las reservas"), "responsibilities"),
        ("en", ("The river is near.", "Herons live there."), ""),
        ("en", ("A degree in law",), ""),
        ("en", (), ""),
    ],
)
def test_most_statements_tell_what_a_section_is_for(
    language: str, texts: tuple[str, ...], purpose: str
) -> None:
    assert purpose_of(said(*texts), shipped_cues(language)) == purpose


@pytest.mark.parametrize(
    ("language", "text", "duty"),
    [
        ("en", "you will order stock and set up displays.", True),
        ("en", "you will receive 30 days of leave.", False),
        ("fr", "concretement, vous developperez en python.", True),
        ("fr", "vous avez le permis b.", False),
    ],
)
def test_what_the_reader_will_do_is_a_duty_and_what_they_have_or_get_is_none(
    language: str,
    text: str,
    duty: bool,  # noqa: FBT001 - expected
) -> None:
    assert is_duty(text, language) is duty


def test_paths_buttons_footers_and_other_postings_are_left_out() -> None:
    texts = [
        "Accueil > Offres > Plombier",
        "Imprimer Signaler",
        "Plombier",
        "Nous cherchons une personne soigneuse.",
        "CDI, 35 heures.",
        "Offres similaires",
        "Couvreur, Brest, 2 100 €",
        "Candidature",
        "Écrivez-nous.",
        "© 2027 Portail",
    ]
    blocks = [Block(Kind.TEXT, text) for text in texts]

    kept = without_chrome(blocks, lambda block: block.text == "Candidature")

    assert [block.text for block in kept] == [*texts[2:5], *texts[7:9]]


def test_a_list_of_duties_stays_whole(drafted: Drafted) -> None:
    items = "- Plan rotas for a team of 12 carers\n- Report to families\n- Travel to clients"
    made = drafted(f"Care Coordinator\n\nTHE ROLE\n{items}\n\nAPPLY\nSend a CV to a@b.example.")

    (duties,) = [entry for entry in made.entries if entry.key == "responsibilities"]

    assert [word in duties.answer for word in ("rotas", "families", "clients")] == [True] * 3


def test_an_empty_last_section_is_told_too(drafted: Drafted) -> None:
    made = drafted("Cook\n\nSALARY\n£13 an hour.\n\nRELOCATION\n")

    assert made.empty == (("RELOCATION", "relocation_housing"),)


def test_a_licence_is_both_a_condition_and_a_matter_of_driving(drafted: Drafted) -> None:
    made = drafted("Carer\n\nREQUIREMENTS\n- A full UK driving licence is essential.\n- Patience")

    assert {"travel.car", "eligibility.driving_licence"} <= {entry.key for entry in made.entries}


def test_no_night_shifts_is_said_once(drafted: Drafted) -> None:
    made = drafted("Carer\n\nHOURS\nMonday to Friday, 9am to 5pm. No night shifts.")
    told = {entry.key for entry in made.entries} | {c for e in made.entries for c in e.covers}

    assert "hours.nights" in told
    assert "hours.shifts" not in told


def test_the_paragraph_on_the_employer_stays_together(drafted: Drafted) -> None:
    made = drafted(
        "Carer\n\nABOUT THE JOB\nYou help people at home.\n\nABOUT BEECHWOOD\n"
        "Beechwood supports older people in their own homes. We were founded in 1989."
    )
    told = " ".join(e.answer for e in made.entries if e.key.startswith("organisation"))

    assert "1989" in told
