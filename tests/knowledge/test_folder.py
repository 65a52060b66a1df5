import errno
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.core.topic import Topic
from bot.knowledge.folder import QUIET, Folder
from tests.knowledge.conftest import Write

HEAD = "posting: {id: ID, organisation: O, title: T, languages: [en]}\nentries:\n"
GOOD = HEAD.replace("ID", "a") + "  - {topic: hours, answer: 39 h}\n"
OTHER = HEAD.replace("ID", "b") + "  - {topic: hours, answer: 20 h}\n"


@dataclass
class Patience:
    """Waits by doing what somebody else does meanwhile."""

    meanwhile: list[object] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)
        if self.meanwhile:
            act = self.meanwhile.pop(0)
            assert callable(act)
            act()


@pytest.fixture
def patience() -> Patience:
    return Patience()


@pytest.fixture
def folder(tmp_path: Path, topics: dict[str, Topic], write: Write, patience: Patience) -> Folder:
    write("a.yaml", GOOD)
    write("b.yaml", OTHER)
    folder = Folder(tmp_path, topics, wait=patience)
    folder.read()
    return folder


def answer(folder: Folder, posting: str = "a") -> str:
    return folder.read().base.postings[posting].entries[0].answer["en"]


def test_only_what_changed_is_built_anew(folder: Folder, write: Write) -> None:
    before = folder.read().base.postings
    write("a.yaml", GOOD.replace("39", "35"))

    after = folder.read().base.postings

    assert after["a"].entries[0].answer["en"] == "35 h"
    assert after["b"] is before["b"]


def test_an_answer_for_all_changes_every_posting_of_the_organisation(
    folder: Folder, write: Write
) -> None:
    write("o.yaml", "organisation: O\nentries: [{topic: privacy, answer: {en: x}}]")
    assert {len(posting.entries) for posting in folder.read().base.postings.values()} == {2}

    write("o.yaml", "organisation: O\nentries: [{topic: privacy, answer: {en: y}}]")

    for posting in folder.read().base.postings.values():
        assert posting.entries[1].answer == {"en": "y"}


def test_a_file_that_breaks_is_used_as_it_last_was_and_told(folder: Folder, write: Write) -> None:
    write("a.yaml", GOOD.replace("topic", "topik"))
    write("b.yaml", OTHER.replace("20", "25"))

    found = folder.read()

    assert answer(folder) == "39 h"
    assert answer(folder, "b") == "25 h"
    assert {(Path(p.file).name, p.line) for p in found.errors} == {("a.yaml", 3)}


def test_a_file_that_was_never_good_is_left_out(folder: Folder, write: Write) -> None:
    write("c.yaml", "[")

    found = folder.read()

    assert list(found.base.postings) == ["a", "b"]
    assert len(found.errors) == 1


def test_a_learned_file_that_breaks_is_used_as_it_last_was(folder: Folder, write: Write) -> None:
    write("a.learned.yaml", "entries: [{topic: salary, answer: {en: 2000}}]")
    assert folder.read().base.postings["a"].entry("salary")

    write("a.learned.yaml", "entries: [{topic: salary, answer: {en: 2000}")

    found = folder.read()
    assert found.base.postings["a"].entry("salary")
    assert found.errors


def test_a_half_written_file_is_waited_for(
    folder: Folder, write: Write, patience: Patience
) -> None:
    whole = GOOD.replace("39", "35") + "  - {topic: salary, answer: much}\n"
    write("a.yaml", whole.partition("  - {topic: salary")[0])
    patience.meanwhile = [lambda: write("a.yaml", whole)]

    posting = folder.read().base.postings["a"]

    assert [entry.id for entry in posting.entries] == ["hours", "salary"]
    assert patience.waited == [QUIET, QUIET]
    assert not folder.unsettled


def test_a_file_that_never_rests_is_left_for_the_next_time(
    folder: Folder, write: Write, patience: Patience
) -> None:
    write("a.yaml", GOOD.replace("39", "35"))
    patience.meanwhile = [
        lambda n=number: write("a.yaml", GOOD + "#" * n) for number in range(1, 20)
    ]

    assert answer(folder) == "39 h"
    assert folder.unsettled

    patience.meanwhile = []
    write("a.yaml", GOOD.replace("39", "36"))
    assert answer(folder) == "36 h"
    assert not folder.unsettled


def test_a_learned_file_is_taken_at_once(folder: Folder, write: Write, patience: Patience) -> None:
    write("a.learned.yaml", "entries: [{topic: salary, answer: {en: 2000}}]")

    assert folder.read().base.postings["a"].entry("salary")
    assert patience.waited == []


def test_a_file_that_was_written_long_ago_is_taken_at_once(
    folder: Folder,
    tmp_path: Path,
    write: Write,
    patience: Patience,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("a.yaml", GOOD.replace("39", "35"))
    now = (tmp_path / "a.yaml").stat().st_ctime
    monkeypatch.setattr("time.time", lambda: now + 2.1)

    assert answer(folder) == "35 h"
    assert patience.waited == []


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_file_that_is_gone_for_a_moment_is_not_withdrawn(
    folder: Folder, tmp_path: Path, write: Write, patience: Patience, *, comes_back: bool
) -> None:
    (tmp_path / "a.yaml").rename(tmp_path / "a.yaml~")
    patience.meanwhile = [lambda: write("a.yaml", GOOD)] if comes_back else []

    assert ("a" in folder.read().base.postings) is comes_back


def test_a_folder_that_is_gone_changes_nothing_and_is_told(folder: Folder, tmp_path: Path) -> None:
    tmp_path.rename(tmp_path.with_name("elsewhere"))

    found = folder.read()

    assert list(found.base.postings) == ["a", "b"]
    assert "there is no such folder" in found.errors[0].what


def test_a_copy_does_not_displace_the_posting_that_it_was_made_from(
    folder: Folder, tmp_path: Path, write: Write
) -> None:
    write("a copy.yaml", GOOD.replace("39", "1"))

    found = folder.read()

    assert found.base.postings["a"].entries[0].answer == {"en": "39 h"}
    assert [Path(problem.file).name for problem in found.errors] == ["a copy.yaml"]
    assert "is already that of" in found.errors[0].what

    (tmp_path / "a.yaml").unlink()
    found = folder.read()
    assert found.base.postings["a"].entries[0].answer == {"en": "1 h"}
    assert found.errors == ()


def test_a_file_that_takes_anothers_id_is_used_as_it_last_was(folder: Folder, write: Write) -> None:
    write("a.yaml", GOOD.replace("id: a", "id: b"))

    found = folder.read()

    assert list(found.base.postings) == ["a", "b"]
    assert found.base.postings["b"].entries[0].answer == {"en": "20 h"}
    assert [Path(problem.file).name for problem in found.errors] == ["a.yaml"]


def test_a_single_file_is_read_again_with_the_learned_one_beside_it(
    tmp_path: Path, topics: dict[str, Topic], write: Write, patience: Patience
) -> None:
    write("z.learned.yaml", "entries: [{topic: salary, answer: {en: 2000}}]")
    write("a.yaml", OTHER)
    folder = Folder(write("z.yaml", GOOD), topics, wait=patience)
    assert [entry.id for entry in folder.read().base.postings["a"].entries] == ["hours", "salary"]

    (tmp_path / "z.yaml").unlink()
    patience.meanwhile = [lambda: write("z.yaml", GOOD.replace("39", "35"))]

    assert answer(folder) == "35 h"


@pytest.mark.parametrize("name", [".a.yaml.swp", "a.yaml~", "#a.yaml#", ".#a.yaml", "4913"])
def test_what_editors_leave_behind_is_not_taken(folder: Folder, write: Write, name: str) -> None:
    write(name, HEAD.replace("ID", "x") + "  - {topic: hours, answer: 1 h}\n")

    assert list(folder.read().base.postings) == ["a", "b"]


def test_a_file_that_may_not_be_read_is_used_as_it_last_was(
    folder: Folder, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = Path.open

    def refuse(path: Path, *how: Any, **further: Any) -> Any:
        if path == tmp_path / "a.yaml":  # as the system does to everybody but root
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opens(path, *how, **further)

    write("a.yaml", GOOD.replace("39", "35"))
    monkeypatch.setattr(Path, "open", refuse)

    assert answer(folder) == "39 h"
    assert "Permission denied" in str(folder.read().problems)
