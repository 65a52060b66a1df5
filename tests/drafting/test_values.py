import datetime as dt

import pytest

from bot.drafting.sentence import sentences
from bot.drafting.values import dates_in, marked, numbers_in, simple

NEAR = dt.date(2027, 1, 10)


@pytest.mark.parametrize(
    ("text", "language", "date", "time"),
    [
        ("avant le 18 juin 2027", "fr", (2027, 6, 18), None),
        ("le 1er mars 2027", "fr", (2027, 3, 1), None),
        ("jusqu'au 26/03/2027", "fr", (2027, 3, 26), None),
        ("Mercredi 15 septembre 2027, 18 h", "fr", (2027, 9, 15), dt.time(18)),
        ("le vendredi 10 avril 2027 à midi", "fr", (2027, 4, 10), dt.time(12)),
        ("by 5pm on Friday 14 May 2027", "en", (2027, 5, 14), dt.time(17)),
        ("9 July 2027 (noon)", "en", (2027, 7, 9), dt.time(12)),
        ("Sunday 11 April 2027 at midnight", "en", (2027, 4, 11), None),
        ("May 3, 2027", "en", (2027, 5, 3), None),
        ("bis zum 15. März 2027", "de", (2027, 3, 15), None),
        ("antes del 30 de abril de 2027", "es", (2027, 4, 30), None),
        ("2027-02-28", "en", (2027, 2, 28), None),
        ("le 5 février", "fr", (2027, 2, 5), None),
    ],
)
def test_a_date_is_read_with_its_time(
    text: str, language: str, date: tuple[int, int, int], time: dt.time | None
) -> None:
    (found,) = dates_in(text, language, near=NEAR)

    assert (found.date, found.time) == (dt.date(*date), time)


@pytest.mark.parametrize("text", ["39 h par semaine", "réf. 12/2027", "35.5", "99/99/2027"])
def test_what_is_no_date_is_not_taken_for_one(text: str) -> None:
    assert dates_in(text, "fr", near=NEAR) == []


def test_a_date_knows_its_day_of_the_week_and_whether_the_year_was_written() -> None:
    monday, bare = dates_in("lundi 4 mai 2027 puis le 6 mai", "fr", near=NEAR)

    assert (monday.weekday, monday.year) == (0, True)
    assert (bare.weekday, bare.year) == (None, False)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("De 34 000 à 39 000 € brut", [34000, 39000]),
        ("£27,400 - £29,100 per annum", [27400, 29100]),
        ("ab 3.650 € brutto", [3650]),
        ("14,50 €/h", [14.5]),
        ("45k€", [45000]),
        ("39 h par semaine", []),
    ],
)
def test_sums_of_money_are_read_as_numbers(text: str, numbers: list[float]) -> None:
    assert numbers_in(text) == numbers


def test_values_are_marked_so_that_patterns_see_them() -> None:
    text = "CV à rh@a.example avant le 18 juin 2027, 1 240 € brut, 04 76 00 12 34, anglais B2"

    assert marked(text, "fr") == (
        "cv a §email avant le §date, §money brut, §phone, §language §level"
    )


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Candidat·e retenu·e", "candidat retenu"),
        ("Agent(e) motivé(e)s", "agent motive"),
        ("Référent.e médical", "referent medical"),
        ("l’équipe", "l'equipe"),
    ],
)
def test_inclusive_endings_and_accents_are_taken_off(written: str, plain: str) -> None:
    assert simple(written) == plain


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Le Dr. Martin et M. Durand. Merci.", ["Le Dr. Martin et M. Durand.", "Merci."]),
        ("Bis zum 15. März 2027. Danke.", ["Bis zum 15. März 2027.", "Danke."]),
        ("Quand ? En mai. Où ? À Lyon.", ["Quand ? En mai.", "Où ? À Lyon."]),
        ("www.example.org is ours", ["www.example.org is ours"]),
        ("", []),
    ],
)
def test_sentences_are_cut_where_they_end(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
