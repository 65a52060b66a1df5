"""Postings that were copied out of an e-mail."""

from bot.drafting.mail import without_mail

HEAD = ["From: A <a@b.example>", "To: jobs", "Subject: Fwd: [VACANCY] Cook, Leeds", ""]


def test_the_head_goes_and_the_subject_stays_as_the_first_line() -> None:
    assert without_mail([*HEAD, "The pay is £13."]) == ["Cook, Leeds", "", "", "The pay is £13."]


def test_what_stands_before_a_forwarded_message_goes_with_the_signature() -> None:
    lines = [*HEAD, "Please share!", "---- Forwarded message ----", "We need a cook.", "-- ", "Ann"]

    assert without_mail(lines) == ["Cook, Leeds", "", "We need a cook."]


def test_a_greeting_at_the_very_top_goes() -> None:
    assert without_mail(["Bonjour à toutes,", "", "Nous cherchons."]) == ["", "Nous cherchons."]


def test_one_label_alone_is_no_head_of_a_message() -> None:
    lines = ["Date : 3 mai 2027", "Lieu : Paris"]

    assert without_mail(lines) == lines
