import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.posting import Entry, Posting
from bot.drafting.cells import defused, read_csv, read_xlsx, restored, write_csv, write_xlsx
from bot.drafting.decoding import exactly
from bot.drafting.fault import SourceError
from bot.drafting.sheet import read_sheet
from bot.drafting.sheetwriting import write_sheet
from bot.drafting.table import rows_of, table_of
from bot.knowledge.bank import shipped_topics
from bot.knowledge.reading import read_file
from tests.drafting.conftest import nobody

FORMULAS = ("=1+1", "+33 1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1", "''-x", "\n=1")


def read(path: Path, **columns: str) -> Posting:
    """The posting that a spreadsheet becomes, through the text of the file."""
    sheet = read_sheet(str(path), columns, shipped_topics(), nobody)
    file = path.parent / "made.yaml"
    file.write_text(write_sheet(sheet, path.name), "utf-8")
    found = read_file(file, shipped_topics())
    assert found.errors == ()
    return next(iter(found.base.postings.values()))


def csv_file(
    folder: Path, *rows: tuple[str, ...], delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path = folder / "faq.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    return path


@pytest.mark.parametrize(
    "header",
    [
        ("Question", "Answer", "Language", "Topic"),
        ("Questions", "Réponse", "Langue", "Thème"),
        ("Frage", "Antwort", "Sprache", "Thema"),
        ("Pregunta", "Respuesta", "Idioma", "Tema"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_found_by_their_headings(
    tmp_path: Path, header: tuple[str, ...], delimiter: str
) -> None:
    row = (
        "C'est à quelle heure ; le matin ?",
        "De 8 h à 16 h, du lundi au vendredi.",
        "fr",
        "hours",
    )

    posting = read(csv_file(tmp_path, header, row, delimiter=delimiter))

    (entry,) = posting.entries
    assert (entry.topic, entry.answer) == ("hours", {"fr": row[1]})
    assert entry.questions == {"fr": (row[0],)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_sheet_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    rows = (("Question", "Réponse"), ("Quel diplôme ?", "Un diplôme d'État d'infirmière."))

    posting = read(csv_file(tmp_path, *rows, encoding=encoding))

    assert posting.entries[0].answer == {"fr": "Un diplôme d'État d'infirmière."}


def test_several_ways_of_asking_share_an_answer(tmp_path: Path) -> None:
    rows = (
        ("Question", "Answer"),
        ("Is there a car park?\nWhere can I park?", "Yes, behind the house."),
        ("May I come by car?", ""),
        ("Is there a canteen?", "No, but there is a kitchen."),
    )

    parking, canteen = read(csv_file(tmp_path, *rows)).entries

    asked = ("Is there a car park?", "Where can I park?", "May I come by car?")
    assert parking.questions == {"en": asked}
    assert canteen.questions == {"en": ("Is there a canteen?",)}


def test_columns_for_each_language_make_one_entry(tmp_path: Path) -> None:
    rows = (
        ("Question FR", "Réponse FR", "Question EN", "Answer EN", "Topic"),
        ("C'est où ?", "À Lille.", "Where is it?", "In Lille.", "location"),
    )

    (entry,) = read(csv_file(tmp_path, *rows)).entries

    assert entry.answer == {"fr": "À Lille.", "en": "In Lille."}
    assert entry.questions == {"fr": ("C'est où ?",), "en": ("Where is it?",)}


def test_columns_can_be_named(tmp_path: Path) -> None:
    rows = (("What they say", "What we say"), ("How much?", "2,000 a month."))

    posting = read(csv_file(tmp_path, *rows), question="What they say", answer="what we say")

    assert posting.entries[0].answer == {"en": "2,000 a month."}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((("One", "Two"), ("a", "b")), "--question"),
        ((("Question", "Two"), ("a", "b")), "--answer"),
        ((("Question", "Answer"),), "no row"),
    ],
)
def test_what_is_not_found_is_told(
    tmp_path: Path, rows: tuple[tuple[str, ...], ...], told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        read(csv_file(tmp_path, *rows))


def test_a_column_that_was_named_wrongly_is_told(tmp_path: Path) -> None:
    rows = (("Question", "Answer"), ("a", "b"))

    with pytest.raises(SourceError, match="no column is called “Reply”"):
        read(csv_file(tmp_path, *rows), answer="Reply")


@given(st.text(max_size=40) | st.sampled_from(FORMULAS), st.booleans())
def test_a_defused_cell_is_restored(text: str, anywhere: bool) -> None:  # noqa: FBT001
    assert restored(defused(text, anywhere=anywhere), anywhere=anywhere) == text


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_a_formula(tmp_path: Path, formula: str) -> None:
    write_xlsx([[formula]], tmp_path / "a.xlsx")
    write_csv([[f"a;{formula}"]], tmp_path / "a.csv")

    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cell = book.active["A1"] if book.active is not None else None
    assert cell is not None
    assert cell.data_type == "s"
    assert not str(cell.value).strip().startswith(("=", "+", "-", "@", "＝"))
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert not any(
        part.strip(' "\r\n\t').startswith(("=", "+", "-", "@")) for part in text.split(";")
    )


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30
)
texts = words.map(str.strip).filter(bool)
answer_texts = (texts | st.sampled_from(FORMULAS).map(str.strip)).map(
    lambda text: text.replace("{", "(").replace("}", ")")
)


@st.composite
def postings(draw: st.DrawFn) -> Posting:
    topics = st.sampled_from(["hours", "salary", "location", "remote"])
    own = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
    keys = draw(st.lists(topics | own, min_size=1, max_size=4, unique=True))
    entries = []
    for key in keys:
        is_topic = key in {"hours", "salary", "location", "remote"}
        languages = draw(
            st.lists(st.sampled_from(["fr", "en"]), min_size=1, max_size=2, unique=True)
        )
        asked = st.lists(
            texts.map(lambda t: " ".join(t.split())),
            min_size=0 if is_topic else 1,
            max_size=3,
            unique=True,
        )
        questions = {language: tuple(draw(asked)) for language in languages}
        entries.append(
            Entry(
                key,
                key if is_topic else None,
                {} if is_topic else {languages[0]: "A label"},
                {language: found for language, found in questions.items() if found},
                {language: draw(answer_texts) for language in languages},
            )
        )
    return Posting("nurse", "Clinic", {"fr": "Infirmier"}, ("fr", "en"), tuple(entries))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@given(posting=postings())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_round_trip_loses_no_answer_and_no_phrasing(
    tmp_path: Path, kind: str, posting: Posting
) -> None:
    file = tmp_path / f"faq.{kind}"
    write = write_xlsx if kind == "xlsx" else write_csv
    write(table_of(posting), file)

    cells = (
        read_xlsx(file.read_bytes())[0] if kind == "xlsx" else read_csv(exactly(file.read_bytes()))
    )
    rows = [row for row in rows_of(cells, {}) if row.topic != "posting"]

    for entry in posting.entries:
        own = [row for row in rows if entry.id in (row.topic, row.id)]
        for language, answer in entry.answer.items():
            assert [row.answer for row in own if row.language == language and row.answer] == [
                answer
            ]
        for language, questions in entry.questions.items():
            told = [q for row in own if row.language == language for q in row.questions]
            assert tuple(told) == questions


def test_the_postings_of_the_repository_survive_the_round_trip(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "knowledge"
    for name in ("msf-nord-littoral", "harbour-bakery"):
        before = read_file(folder / f"{name}.yaml", shipped_topics()).base.postings[name]
        for kind, write in (("xlsx", write_xlsx), ("csv", write_csv)):
            write(table_of(before), tmp_path / f"{name}.{kind}")

            after = read(tmp_path / f"{name}.{kind}")

            assert (after.id, after.title, after.closes) == (before.id, before.title, before.closes)
            assert after.unstated == before.unstated
            for old, new in zip(before.entries, after.entries, strict=True):
                assert (old.id, old.topic, old.covers) == (new.id, new.topic, new.covers)
                assert (old.answer, old.answer_closed) == (new.answer, new.answer_closed)
                assert (old.questions, old.label) == (new.questions, new.label)
