from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.drafting.decoding import visible
from bot.drafting.drafting import Draft
from bot.drafting.entries import Entry, safe
from bot.drafting.writing import scalar, write_draft
from bot.knowledge.bank import shipped_topics
from bot.knowledge.nodes import Mapping, Scalar
from bot.knowledge.reading import read_file
from bot.knowledge.yamltext import parse_yaml

MADE = Draft("nurse", "Nurse", "Clinic", "en", (Entry("hours", "Full time.", "sure", "wording"),))


@given(st.text(max_size=80))
def test_any_text_is_read_back_as_it_was_written(text: str) -> None:
    kept = visible(text)

    document = parse_yaml(f"key: {scalar(kept)}\n".encode(), "test.yaml")

    assert isinstance(document.root, Mapping)
    value = document.root.values["key"]
    assert isinstance(value, Scalar)
    assert value.text == kept


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_answer_makes_a_valid_file(tmp_path: Path, lines: list[str]) -> None:
    kept = [" ".join(visible(line).split()) for line in lines]
    answer = "\n".join(safe(line) for line in kept if line) or "x"
    made = replace(
        MADE,
        title=kept[0] or "x",
        entries=(Entry("hours", answer, "sure", kept[0], quote=kept[0] or "x"),),
        doubts=tuple(kept),
    )
    file = tmp_path / "draft.yaml"
    file.write_text(write_draft(made, shipped_topics(), kept[0]), "utf-8")

    read = read_file(file, shipped_topics())

    assert read.errors == ()
    assert read.base.postings["nurse"].entries[0].answer == {"en": answer.strip()}


def test_words_that_yaml_reads_otherwise_are_quoted() -> None:
    assert [scalar(text) for text in ("no", "39:00", "1.10", "nurse", "a: b", "")] == [
        '"no"',
        '"39:00"',
        '"1.10"',
        "nurse",
        '"a: b"',
        '""',
    ]
