"""Each kind of finding: what is told, of which line, and what is left alone."""

import datetime as dt
from pathlib import Path

import pytest

from bot.errors import Problem
from bot.knowledge.bank import shipped_topics
from bot.knowledge.checking.missing import OFTEN_ASKED
from bot.knowledge.checking.notes import Places, lines_of
from bot.knowledge.checks import check
from bot.knowledge.reading import read_file

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
HEAD = (
    "posting: {id: a, organisation: O, title: T, languages: [LANG], "
    "closes: 2026-03-26, timezone: Europe/Paris}\nentries:\n"
)
SHIPPED = shipped_topics()


class Checked:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self,
        entry: str,
        lang: str = "en",
        *,
        now: dt.datetime = NOW,
        head: str = HEAD,
        source: str | None = None,
    ) -> list[Problem]:
        """What is found about one entry."""
        path = self.folder / "a.yaml"
        path.write_text(head.replace("LANG", lang) + f"  - {entry}\n", "utf-8")
        knowledge = read_file(path, SHIPPED)
        assert knowledge.errors == ()
        return [p for p in check(knowledge.base, now, source, Places(lines_of)) if p.line]


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    return Checked(tmp_path)


def only(problems: list[Problem]) -> tuple[str, str]:
    (problem,) = problems
    return problem.severity, problem.what


@pytest.mark.parametrize(
    ("entry", "severity", "said"),
    [
        ("topic: hours, answer: From Monday 27 March 2026", "warning", "that day is a Friday"),
        ("topic: hours, answer: On Monday 30 May", "warning", "right in no year near"),
        ("topic: hours, answer: On 31 February 2026", "warning", "there is no such day"),
        ("topic: hours, answer: On 30 February", "warning", "there is no such day"),
        ("topic: start_date, answer: On 2 February 2026", "warning", "which has passed"),
        ("id: own, questions: [q], answer: On 28 February 2026", "hint", "which has passed"),
        (
            "topic: start_date, answer: On 16 March 2026",
            "warning",
            "before the posting closes (2026-03-26)",
        ),
        (
            "topic: how_to_apply, answer: Write to us until 31 March 2026., answer_closed: x",
            "warning",
            "“31 March 2026”, and the posting closes on 2026-03-26",
        ),
    ],
)
def test_dates_that_cannot_be_right_are_told(
    checked: Checked, entry: str, severity: str, said: str
) -> None:
    found, what = only(checked(f"{{{entry}}}"))

    assert found == severity
    assert said in what


@pytest.mark.parametrize(
    "entry",
    [
        "topic: hours, answer: From Friday 27 March 2026",
        "topic: hours, answer: On Friday 27 March",
        "topic: hours, answer: On 29 February",
        "topic: start_date, answer: On 1 March 2027",
        "topic: start_date, answer: On 27 March 2026",
        "topic: organisation, answer: 'Founded on 20 December 1971, renamed on 2 January 2026'",
        "topic: how_to_apply, answer: 'Until {closes}, or call on 26 March.', answer_closed: x",
        "topic: selection_process, answer: 'Interviews on 2 April 2026, 39 h'",
        "topic: start_date, answer: Today 1 March 2026 or on 2 May 2026",
    ],
)
def test_dates_that_may_be_right_are_left_alone(checked: Checked, entry: str) -> None:
    assert checked(f"{{{entry}}}") == []


def test_a_deadline_in_letters_is_compared_with_the_posting(checked: Checked) -> None:
    closed = "answer_closed: It has passed."
    wrong = f"{{topic: deadline, answer: Until 31 March 2026., {closed}}}"
    right = f"{{topic: deadline, answer: Until 26 March., {closed}}}"
    both = f"{{topic: deadline, answer: 'Until {{closes}}; talks on 2 April 2026', {closed}}}"
    quote = f"{{topic: deadline, answer: 'Until {{closes}}', quote: 31 March 2026, {closed}}}"

    assert only(checked(wrong))[1].endswith("and the posting closes on 2026-03-26")
    assert only(checked(right)) == ("hint", "`deadline` says “26 March” as a text of its own")
    assert checked(both) == []
    assert only(checked(quote))[0] == "warning"


def test_a_deadline_without_a_closing_date_is_told_with_the_date_to_write(
    checked: Checked,
) -> None:
    head = HEAD.replace("closes: 2026-03-26, timezone: Europe/Paris", "")

    (problem,) = checked("{topic: deadline, answer: Until 26 March 2026.}", head=head)

    assert "has no `closes`" in problem.what
    assert "closes: 2026-03-26" in problem.how


def test_an_answer_for_after_the_closing_is_wished_for_before_and_missed_after(
    checked: Checked,
) -> None:
    entry = "{topic: deadline, answer: 'Until {closes}.'}"

    assert only(checked(entry))[0] == "hint"
    assert only(checked(entry, now=NOW + dt.timedelta(days=60)))[0] == "warning"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Paid: TODO", "TODO"),
        ("Room XXX.", "XXX"),
        ("Between XX euros and more", "XX"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("Adresse : à compléter", "à compléter"),
        ("To be completed.", "To be completed"),
        ("Ask Mr ___", "___"),
        ("Paid ???", "???"),
        ("See [...]", "[...]"),
        ("Closes on {closes", "{"),
    ],
)
def test_what_is_left_to_write_is_told(checked: Checked, text: str, sign: str) -> None:
    (problem,) = checked(f"{{topic: hours, answer: '{text}'}}")

    assert problem.severity == "warning"
    assert sign in problem.what


@pytest.mark.parametrize(
    "text",
    ["Size XXL", "Au XXe siècle", "todo el día", "Why?", "[here](https://msf.fr)", "a_b", "{url}"],
)
def test_what_only_looks_unfinished_is_left_alone(checked: Checked, text: str) -> None:
    head = HEAD.replace("title: T", "title: T, url: https://msf.fr")

    assert checked(f"{{topic: hours, answer: '{text}'}}", head=head) == []


@pytest.mark.parametrize(("length", "severity"), [(900, None), (901, "hint"), (3501, "warning")])
def test_the_length_is_that_which_is_read(
    checked: Checked, length: int, severity: str | None
) -> None:
    found = checked(f"{{topic: hours, answer: '**{'x' * length}**'}}")

    assert [problem.severity for problem in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[form](www.msf.fr)", "no web address"),
        ("[form](https://msf)", "no site called"),
        ("[form](https://example.com/x)", "stands for another"),
        ("https://jobs..fr/x", "no site called"),
        ("https:/msf.fr", "no link as it is written"),
        ("https//msf.fr", "no link as it is written"),
        ("Write to jobs@msf", "no e-mail address"),
    ],
)
def test_links_that_cannot_be_links_are_told(checked: Checked, text: str, wrong: str) -> None:
    severity, what = only(checked(f"{{topic: hours, answer: '{text}'}}"))

    assert severity == "warning"
    assert wrong in what


@pytest.mark.parametrize(
    "text",
    [
        "[form](https://msf.fr/a?b=c)",
        "[mail](mailto:jobs@msf.fr)",
        "See https://msf.fr/a_(b).",
        "www.msf.fr",
        "https://jobs.harbour-bakery.example/x",
        "https://münchen.de",
    ],
)
def test_links_that_may_be_links_are_left_alone(checked: Checked, text: str) -> None:
    assert checked(f"{{topic: hours, answer: '{text}'}}") == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Write to ada.lovelace@msf.fr", "en"),
        ("Write to ada@gmail.com", "en"),
        ("Appelez le 06 12 34 56 78", "fr"),
        ("Call 07400 123456 now", "en"),
    ],
)
def test_addresses_of_persons_are_a_hint(checked: Checked, text: str, lang: str) -> None:
    severity, what = only(checked(f"{{topic: hours, answer: '{text}'}}", lang=lang))

    assert severity == "hint"
    assert "person" in what or "mobile" in what


@pytest.mark.parametrize(
    "text",
    [
        "jobs@msf.fr",
        "recrutement.france@msf.fr",
        "rh-nord@gmail.com",
        "Call 01 40 21 29 29",
        "39 h",
    ],
)
def test_addresses_of_the_organisation_are_left_alone(checked: Checked, text: str) -> None:
    assert checked(f"{{topic: hours, answer: '{text}'}}", lang="fr") == []


@pytest.mark.parametrize(
    ("text", "lang", "told"),
    [
        ("We look for a native English speaker.", "en", True),
        ("Équipe jeune et dynamique.", "fr", True),
        ("Poste ouvert aux moins de 30 ans.", "fr", True),
        ("You need not be a native speaker.", "en", False),
        ("Langue maternelle indifférente : aucune langue maternelle exigée.", "fr", False),
        ("There is no age limit.", "en", False),
    ],
)
def test_delicate_words_are_a_hint_where_nothing_denies_them(
    checked: Checked,
    text: str,
    lang: str,
    told: bool,  # noqa: FBT001 - a case
) -> None:
    found = checked(f"{{topic: hours, answer: '{text}'}}", lang=lang)

    assert [problem.severity for problem in found] == ["hint"] * told


def test_a_finding_names_the_line_in_which_the_words_stand(checked: Checked) -> None:
    entry = "topic: hours\n    answer:\n      en: |-\n        First line.\n        Second, TODO.\n"

    (problem,) = checked(entry)

    assert problem.line == 7


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("39 hours a week", False),
        ("39   HOURS a week", False),
        ("“39 hours” ... the team", False),
        ("35 hours a week", True),
    ],
)
def test_quotes_are_compared_with_the_source(checked: Checked, quote: str, told: bool) -> None:  # noqa: FBT001 - a case
    source = 'You work "39 hours" or 39 hours a week. You lead the team.'

    found = checked(f"{{topic: hours, answer: x, quote: '{quote}'}}", source=source)

    assert len(found) == told
    if told:
        assert "39 hours a week" in found[0].how


def test_the_visible_text_of_a_page_is_the_source(checked: Checked) -> None:
    from bot.knowledge.checking.quotes import text_of  # noqa: PLC0415 - used once

    page = "<html><script>35 hours</script><body><p>39 <b>hours</b></p>a week</body></html>"

    assert " ".join(text_of(page).split()) == "39 hours a week"
    assert text_of("1 < 2 & 3") == "1 < 2 & 3"


def files(folder: Path, text: str) -> list[str]:
    path = folder / "a.yaml"
    path.write_text(text, "utf-8")
    return [p.what for p in check(read_file(path, SHIPPED).base, NOW) if not p.line]


def test_what_is_often_asked_and_missing_is_one_hint_and_the_pay_another(tmp_path: Path) -> None:
    text = HEAD.replace("LANG", "en") + "  - {topic: hours.nights, answer: x}\n"

    often, pay = files(tmp_path, text)

    assert "salary, location, contract" in often
    assert "hours" not in often
    assert pay == "the pay is not stated"


def test_what_is_listed_as_unstated_is_not_missing_but_pay_is(tmp_path: Path) -> None:
    text = f"unstated: [{', '.join(OFTEN_ASKED)}]\n" + HEAD.replace("LANG", "en")
    text += "  - {topic: privacy, answer: x}\n"

    assert files(tmp_path, text) == ["the pay is not stated"]


def test_a_posting_without_the_shipped_topics_is_asked_for_none(tmp_path: Path) -> None:
    text = HEAD.replace("LANG", "en").replace("title: T", "title: T, topics: none")

    assert files(tmp_path, text + "  - {id: x, questions: [q], answer: a}\n") == []


@pytest.mark.parametrize("file", ["msf-nord-littoral.yaml", "harbour-bakery.yaml"])
def test_the_shipped_files_give_no_warning_besides_the_one_that_is_meant(file: str) -> None:
    base = read_file(Path(__file__).parents[3] / "knowledge" / file, SHIPPED).base

    warnings = [p.what for p in check(base, NOW) if not p.hint]

    meant = ["`answer` of `location.access` is missing in fr"]
    assert warnings == (meant if file.startswith("harbour") else [])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "{en: On 1 April 2026., fr: Le 1er mai 2026.}",
            "`contract` says “1er mai 2026” in fr and “1 April 2026” in en",
        ),
        (
            "{en: Until 1 May., fr: Jusqu'au 1er juin.}",
            "`contract` says “1er juin” in fr and “1 May” in en",
        ),
        ("{en: On 1 April 2027., fr: Le 1er avril 2027.}", ""),
        ("{en: On 1 April 2027., fr: Le 1er avril.}", ""),
        ("{en: 1 April to 1 May 2027., fr: Dès le 1er avril 2027.}", ""),
        ("{en: From 1 April 2027 to 1 May 2027., fr: Du 1er mai 2027 au 1er avril 2027.}", ""),
        ("{en: Soon., fr: Le 1er mai 2027.}", ""),
    ],
)
def test_another_day_in_another_language_is_told(checked: Checked, answer: str, said: str) -> None:
    found = checked(f"topic: contract\n    answer: {answer}", "en, fr")

    told = [problem.what for problem in found if " and “" in problem.what]
    assert told == ([said] if said else [])


@pytest.mark.parametrize(
    ("days", "told"), [(59, []), (60, ["the posting closed 60 days ago"])], ids=["59", "60"]
)
def test_a_posting_that_closed_long_ago_is_a_hint(
    checked: Checked, days: int, told: list[str]
) -> None:
    closed = dt.datetime(2026, 3, 26, 23, tzinfo=dt.UTC)  # midnight in Paris
    now = closed + dt.timedelta(days=days)

    found = checked("{topic: hours, answer: Full time}", now=now)

    assert [p.what for p in found if "days ago" in p.what] == told
    assert all(p.hint and p.line == 1 for p in found if "days ago" in p.what)


def test_where_no_answer_is_for_after_the_closing_one_is_wished_for(checked: Checked) -> None:
    applying = "topic: how_to_apply, answer: By mail"

    wished = checked(f"{{{applying}}}")
    said = checked(f"{{{applying}}}\n  - {{topic: salary, answer: x, answer_closed: y}}")
    deadline = checked(f"{{{applying}}}\n  - {{topic: deadline, answer: 'Until {{closes}}'}}")

    assert only(wished) == ("hint", "`how_to_apply` has no `answer_closed`")
    assert [p for p in said if "answer_closed" in p.what] == []
    assert [p.what for p in deadline] == ["`deadline` has no `answer_closed`"]


def test_a_link_without_an_address_is_told(checked: Checked) -> None:
    found = checked("{topic: how_to_apply, answer: 'See [here]() [there]( )', answer_closed: x}")

    assert [p.what for p in found] == ["`how_to_apply` has a link that leads nowhere"]


def test_a_space_before_a_colon_makes_no_quote_wrong(checked: Checked) -> None:
    entry = "{topic: hours, answer: x, quote: 'Horaires: 39 h par semaine!'}"

    assert checked(entry, source="… Horaires : 39 h par semaine ! …") == []


def test_the_quote_that_may_be_meant_is_cut_between_words(checked: Checked) -> None:
    entry = "{topic: hours, answer: x, quote: thirty nine hours a week}"

    (found,) = checked(entry, source="Work of thirty-nine hours a week, shared.")

    assert found.how.endswith("which may be “thirty-nine hours a week,”")
