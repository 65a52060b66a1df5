import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.redaction import redact


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Je suis anna@exemple.fr, merci", "Je suis [e-mail], merci"),
        ("anna@exemple.fr.", "[e-mail]"),
        ("<anna@exemple.fr>", "<[e-mail]>"),
        ("a@x.com,b@x.com", "[e-mail],[e-mail]"),
        ("anna @gmail.com", "[e-mail]"),
        ("anna＠gmail.com", "[e-mail]"),
        ("anna (at) gmail.com", "[e-mail]"),
        ("anna[at]gmail.com", "[e-mail]"),
        ("anna arobase gmail.com", "[e-mail]"),
        ("Anna AROBASE gmail.com", "[e-mail]"),
        ("o'neil@x.com", "[e-mail]"),
        ('"anna maria"@x.com', "[e-mail]"),
        ("anna@[127.0.0.1]", "[e-mail]"),
        ("voir https://x.org/cv?a=b ici", "voir [link] ici"),
        ("WWW.X.ORG", "[link]"),
        ("linkedin.com/in/anna", "[link]"),
        ("github.com/anna et t.me/anna", "[link] et [link]"),
        ("appelez le 06 12 34 56 78 !", "appelez le [phone] !"),
        ("0612345678 ou 01.23.45.67.89", "[phone] ou [phone]"),
        ("06\u00a012\u00a034\u00a056\u00a078", "[phone]"),
        ("+33 (0)6 12 34 56 78", "[phone]"),
        ("+380 44 123 4567", "[phone]"),
        ("07123 456789", "[phone]"),
        ("(212) 555-0123", "[phone]"),
    ],
)
def test_what_leads_to_a_person_is_taken_out(typed: str, kept: str) -> None:
    assert redact(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "39h/semaine, CV/lettre, et/ou 80 %",
        "du 26/03/2026 au 2026-04-01 à 9h30",
        "entre 2500-3000 euros brut",
        "la référence 123456789",
        "I was looking at msf.fr",
        "une mission @ Calais",
        "12 34 56",
    ],
)
def test_what_leads_to_nobody_stays(typed: str) -> None:
    assert redact(typed) == typed


@given(st.text(max_size=20), st.emails(), st.text(max_size=20))
def test_no_email_address_survives(before: str, address: str, after: str) -> None:
    assert address not in redact(f"{before} {address} {after}")


@given(st.text())
def test_what_was_taken_out_stays_out(typed: str) -> None:
    once = redact(typed)

    assert redact(once) == once


@pytest.mark.parametrize("piece", ["a@", "a.a.", "a-", "12.34.56.78.90 ", "1 ", '"', "+33 6 "])
def test_a_long_message_is_read_in_a_moment(piece: str) -> None:
    typed = (piece * 2000)[:2000]
    began = time.perf_counter()

    redact(typed)

    assert time.perf_counter() - began < dt.timedelta(seconds=2).total_seconds()
