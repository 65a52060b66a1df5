import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.knowledge.bankcheck import PER_PARENT
from tests.cli.conftest import Faqbot


def bank(folder: Path, **topics: Sequence[str]) -> Path:
    """A folder with these topics, each with these phrasings in English."""
    folder.mkdir()
    for topic, asked in topics.items():
        lines = "".join(f"    - {json.dumps(text)}\n" for text in asked)
        head = f"topic: {topic}\nlabel: {{en: {topic}}}\nscope: What belongs to it.\n"
        (folder / f"{topic}.yaml").write_text(f"{head}questions:\n  en:\n{lines}")
    return folder


def enough(word: str) -> list[str]:
    """As many phrasings as a topic wants, none like another."""
    letters = [(chr(97 + n % 26), chr(97 + n // 26)) for n in range(PER_PARENT)]
    return [f"{word} {one * 4}{other * 4}" for one, other in letters]


def test_a_bank_with_nothing_to_mend_is_counted(faqbot: Faqbot, tmp_path: Path) -> None:
    folder = bank(tmp_path / "bank", hours=enough("when"), salary=enough("pay"))

    said = faqbot("check", str(folder), "--topics", "--quick")

    assert said.code == 0
    assert said.out.splitlines()[:3] == [
        f"2 topics, {2 * PER_PARENT} phrasings ({2 * PER_PARENT} en)",
        "0 counts below 120 (a topic) or 40 (a detail)",
        "0 gaps",
    ]


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (lambda lines: lines[1:], "  hours en: 119 of 120"),
        (lambda lines: [*lines, "pay aaaaaaaa"], "1 pairs the same in two topics"),
    ],
    ids=["thin", "the same in two topics"],
)
def test_what_is_wrong_for_sure_ends_with_1(
    faqbot: Faqbot, tmp_path: Path, spoilt: Callable[[list[str]], list[str]], told: str
) -> None:
    folder = bank(tmp_path / "bank", hours=spoilt(enough("when")), salary=enough("pay"))

    said = faqbot("check", str(folder), "--topics", "--quick")

    assert said.code == 1
    assert told in said.out.splitlines()


def test_likeness_within_a_topic_is_told_and_ends_with_0(faqbot: Faqbot, tmp_path: Path) -> None:
    asked = [*enough("when"), "when aaaaaaaaa"]
    folder = bank(tmp_path / "bank", hours=asked, salary=enough("pay"))

    said = faqbot("check", str(folder), "--topics", "--quick")

    assert said.code == 0
    assert "1 pairs nearly the same within a topic" in said.out.splitlines()


def test_a_language_with_gaps_is_told(faqbot: Faqbot, tmp_path: Path) -> None:
    folder = bank(tmp_path / "bank", hours=enough("when"), salary=enough("pay"))
    (folder / "salary.yaml").write_text(
        (folder / "salary.yaml").read_text().replace("{en: salary}", "{en: Pay, fr: Salaire}")
    )

    said = faqbot("check", str(folder), "--topics", "--quick")

    assert said.code == 1
    assert "  no phrasings in fr: hours, salary" in said.out.splitlines()


def test_lines_closer_to_another_topic_are_told_in_json(faqbot: Faqbot, tmp_path: Path) -> None:
    pay = [f"how much is the {word} pay" for word in ("weekly", "monthly", "night", "day")]
    place = [f"where is the {word} office" for word in ("main", "night", "new", "old", "big")]
    when = [f"when does the {word} contract end" for word in ("first", "next", "last", "new")]
    strange = "how much is the yearly pay"
    folder = bank(tmp_path / "bank", contract=when, location=[*place, strange], salary=pay)

    said = faqbot("check", str(folder), "--topics", "--json")

    report = json.loads(said.out)
    assert said.code == 1
    assert "Learning the bank" in said.err
    assert report["faulty"] is True
    assert [(found["line"]["text"], found["nearer"]) for found in report["misplaced"]] == [
        (strange, "salary")
    ]
    assert report["tried"] == {"contract": 4, "location": 6, "salary": 4}


def test_a_folder_without_a_bank_is_an_error(faqbot: Faqbot, tmp_path: Path) -> None:
    said = faqbot("check", str(tmp_path), "--topics")

    assert said.code == 1
    assert "there are no topics in this folder" in said.out + said.err
    assert "Traceback" not in said.out + said.err
