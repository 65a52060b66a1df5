import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from bot.drafting.block import Kind, Source
from bot.drafting.fault import SourceError, Unreadable
from bot.drafting.reader import read_bytes, read_cells
from bot.drafting.reading import MOST_BYTES, read_source

SOURCES = Path(__file__).parent / "sources"
SAMPLES = [
    path
    for path in sorted(SOURCES.iterdir())
    if path.suffix in {".txt", ".md", ".html", ".pdf", ".docx"}
]
ENDINGS = st.sampled_from(["", ".txt", ".md", ".html", ".pdf", ".docx"])


def texts(source: Source) -> list[str]:
    return [block.text for block in source.blocks]


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def test_what_lies_beside_a_source_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger was let in')")
    (tmp_path / "job.txt").write_text("The salary is 20 pounds an hour.")
    monkeypatch.chdir(tmp_path)

    assert texts(read_source("job.txt")) == ["The salary is 20 pounds an hour."]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-le", b""),
        ("cp1252", b""),
    ],
)
def test_a_text_is_read_in_its_encoding(encoding: str, mark: bytes) -> None:
    text = "Rémunération : 2 000 € brut\nPrise de poste dès que possible à Orléans"

    source = read_bytes(mark + text.encode(encoding), ".txt")

    assert texts(source) == text.splitlines()


def test_wrapped_lines_are_put_together_and_headings_and_items_are_not() -> None:
    text = (
        "THE ROLE\n\n"
        "You will run the day-to-day work of the depot, from the first delivery to the\n"
        "last van out, and you will like it.\n- one\n- two\nSalary: 20\n"
    )

    source = read_bytes(text.encode(), "")

    assert [(block.kind, block.text) for block in source.blocks] == [
        (Kind.HEADING, "THE ROLE"),
        (
            Kind.TEXT,
            (
                "You will run the day-to-day work of the depot, from the first delivery to the "
                "last van out, and you will like it."
            ),
        ),
        (Kind.ITEM, "one"),
        (Kind.ITEM, "two"),
        (Kind.TEXT, "Salary: 20"),
    ]


def test_what_is_no_posting_on_a_page_is_left_out() -> None:
    shown = " ".join(texts(read_source(str(SOURCES / "portail-comptable.html"))))

    assert "35 heures hebdomadaires" in shown
    for other in ("cookies", "0 805 69", "Villeurbanne", "alertes", "Mentions"):
        assert other not in shown


def test_broken_json_ld_is_told_and_the_text_is_used() -> None:
    source = read_source(str(SOURCES / "community-nurse.html"))

    assert any("JSON-LD" in note for note in source.notes)
    assert "Community Nurse" in texts(source)
    assert source.metadata == ()


def test_microdata_and_rdfa_are_found_too() -> None:
    microdata = read_source(str(SOURCES.parent / "further" / "cocinera.html"))
    rdfa = read_bytes(
        b"<html><body><div vocab='https://schema.org/' typeof='JobPosting'><h1 property='title'>"
        b"Nurse</h1><span property='validThrough'>2027-03-04</span><p>We need a nurse.</p></div>",
        ".html",
    )

    assert microdata.metadata[0]["validThrough"] == "2027-04-30"
    assert rdfa.metadata[0]["validThrough"] == "2027-03-04"


def test_the_headings_of_a_pdf_are_told_by_their_size() -> None:
    source = read_source(str(SOURCES / "museum-educator.pdf"))

    headings = [block.text for block in source.blocks if block.kind is Kind.HEADING]
    assert headings[:3] == ["Museum Educator", "About the museum", "The job"]
    assert not any("Page 1" in text for text in texts(source))


def test_a_pdf_of_pictures_is_told(tmp_path: Path) -> None:
    page = canvas.Canvas(str(tmp_path / "scan.pdf"))
    page.rect(100, 100, 200, 200, fill=1)
    page.save()

    with pytest.raises(SourceError, match="this PDF holds pictures only"):
        read_source(str(tmp_path / "scan.pdf"))


def test_the_cells_of_a_word_table_are_labels_and_values() -> None:
    source = read_source(str(SOURCES / "coordinateur-programme.docx"))

    pairs = {block.label: block.text for block in source.blocks if block.kind is Kind.PAIR}
    assert pairs["Lieu"].startswith("9 allée Jean-Jaurès")


def test_an_archive_that_grows_beyond_measure_is_refused() -> None:
    bomb = archive({"word/document.xml": b" " * 70_000_000})

    with pytest.raises(Unreadable, match="unpack to far more"):
        read_bytes(bomb, ".docx")


def test_declared_entities_are_refused() -> None:
    sample = zipfile.ZipFile(SOURCES / "programme-officer.docx")
    parts = {name: sample.read(name) for name in sample.namelist()}
    parts["word/document.xml"] = b'<!DOCTYPE a [<!ENTITY b "c">]>' + parts["word/document.xml"]

    with pytest.raises(Unreadable, match="declares entities"):
        read_bytes(archive(parts), ".docx")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xd0\xcf\x11\xe0rest", "old Office file"),
        (b"{\\rtf1 text}", "RTF"),
        (b"\x89PNG\r\n", "picture"),
        (b"PK\x03\x04 not an archive", "damaged"),
        (b"%PDF-1.7 cut off", "cannot be opened"),
        (bytes(range(256)) * 20, "no text"),
        (b"12 34 -- 56", "no text"),
    ],
)
def test_what_cannot_be_read_is_told_in_plain_words(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_bytes(data, "")


def test_a_file_that_is_not_there_a_folder_an_address_and_a_huge_file_are_told(
    tmp_path: Path,
) -> None:
    huge = tmp_path / "huge.txt"
    huge.write_bytes(b"a" * (MOST_BYTES + 1))

    for name, told in (
        (str(tmp_path / "nowhere.txt"), "no such file"),
        (str(tmp_path), "folder"),
        ("https://example.org/job", "https://example.org/job: an address is not fetched"),
        (str(huge), "larger than 20 MB"),
    ):
        with pytest.raises(SourceError, match=told):
            read_source(name)


def test_a_file_of_exactly_the_size_allowed_is_read(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_bytes(b"A post for a nurse. ".ljust(MOST_BYTES, b"x"))

    source = read_source(str(file))

    assert any("very long" in note for note in source.notes)


def test_a_page_in_which_nothing_can_be_reached_is_told() -> None:
    page = b"<html><body>" + b"<div>" * 50_000 + b"<p>A nurse is wanted in Leeds.</p>"

    with pytest.raises(Unreadable, match="reads like a posting"):
        read_bytes(page, ".html")


def test_the_source_comes_whole_out_of_its_process() -> None:
    source = read_bytes((SOURCES / "portail-comptable.html").read_bytes(), ".html")

    assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source


@given(st.binary(max_size=2000), ENDINGS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused(data: bytes, ending: str) -> None:
    with suppress(Unreadable):
        read_bytes(data, ending)


@given(st.text(max_size=600), ENDINGS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_or_refused(text: str, ending: str) -> None:
    with suppress(Unreadable):
        read_bytes(text.encode("utf-8", "surrogatepass"), ending)


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12)), min_size=1, max_size=8),
    st.floats(0.1, 1),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_posting_is_read_or_refused(
    path: Path, changes: list[tuple[float, bytes]], kept: float
) -> None:
    data = bytearray(path.read_bytes())
    for place, bytes_ in changes:
        start = int(place * len(data))
        data[start : start + len(bytes_)] = bytes_
    data = data[: int(len(data) * kept)]

    with suppress(Unreadable):
        read_bytes(bytes(data), path.suffix)


@given(st.binary(max_size=1500))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        with suppress(Unreadable):
            read_cells(start + data)
