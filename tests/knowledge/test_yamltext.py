import gc
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import yamltext
from bot.knowledge.nodes import Mapping, Scalar, Sequence, line_of, plain
from bot.knowledge.yamltext import Document, Limits, parse_yaml, read_yaml
from tests.knowledge.conftest import Write


def read(text: str | bytes, limits: Limits = yamltext.DEFAULT_LIMITS) -> Document:
    return parse_yaml(text if isinstance(text, bytes) else text.encode(), "a.yaml", limits)


def only_problem(document: Document) -> str:
    (problem,) = document.problems
    return str(problem)


def test_every_scalar_is_the_text_that_was_typed() -> None:
    document = read("a: no\nb: 39:00\nc: 1.10\nd: 2026-03-26\ne: 0o17\n")

    assert document.root is not None
    assert plain(document.root) == {
        "a": "no", "b": "39:00", "c": "1.10", "d": "2026-03-26", "e": "0o17",
    }  # fmt: skip


def test_nodes_know_their_lines() -> None:
    root = read("# top\na:\n  - x\n  - b: y\n").root

    assert root is not None
    assert line_of(root, ("a",)) == 2
    assert line_of(root, ("a", 1, "b")) == 4
    assert line_of(root, ("a", 7)) == 2


def test_an_empty_value_is_none_and_a_quoted_one_is_a_text() -> None:
    root = read("a:\nb: ''\nc: ~\nd: '~'\n").root

    assert root is not None
    assert plain(root) == {"a": None, "b": "", "c": None, "d": "~"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "with a mark"])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(mark: bytes) -> None:
    document = read(mark + "clé: été".encode())

    assert document.problems == ()
    assert document.root is not None
    assert plain(document.root) == {"clé": "été"}


def test_line_separators_of_word_processors_do_not_shift_the_lines() -> None:
    root = read("a: one\u2028two\nb: x\n").root

    assert root is not None
    assert plain(root) == {"a": "one two", "b": "x"}
    assert line_of(root, ("b",)) == 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nréponse: é".encode("latin-1"), 2, "not saved as UTF-8 (near “réponse:”)"),
        ("a: 1".encode("utf-16"), 1, "saved as UTF-16"),
        (b"PK\x03\x04\0\0", 0, "this is a document"),
        (b"%PDF-1.7\n", 0, "this is a document"),
        ("a: 1\nb: \0", 2, "invisible character"),
        ("a: 1\nb: \x1b[31m", 2, "invisible character"),
        ("a:\n\tb: 1", 2, "a tab stands at the beginning"),
        ("a:\n  - b\n\t- c", 3, "a tab stands at the beginning"),
        ("a: b : c", 1, "a colon followed by a space"),
        ("a: 1\n  b: 2", 2, "indented like a part of the line above"),
        ("posting\n  id: x", 2, "indented like a part of the line above"),
        ("a: 'Jusqu'au'", 1, "apostrophe inside '...' must be typed twice"),
        ('a: 1\nb: "xx\nc: 1\n', 2, "opened here and never closed"),
        ("a: 1\nb: [c, d\ne: f", 2, "a bracket [ is opened here"),
        ("a: 1\nb: {c: d\ne: f", 2, "a bracket { is opened here"),
        ('a: "c:\\Users"', 1, "backslash"),
        ('a: "\\xZZ"', 1, "backslash"),
        ("a: *important*", 1, "cannot begin with *"),
        ("a: & co", 1, "cannot begin with &"),
        ("a: @home", 1, "cannot begin with @"),
        ("a: %x", 1, "cannot begin with %"),
        ("a: ? x", 1, "question mark"),
        ("a: , b", 1, "comma"),
        ("fr: {closes} est passé\nen: x", 1, "begins with {"),
        ("a: > text\n  b", 1, "nothing may follow"),
        ("a: - b", 1, "a dash"),
        ("l:\n  - a\n - b", 3, "does not fit"),
        ("a: 1\nbc\nd: 1", 3, "neither `key: value`"),
        ("a: 1\n---\nb: 2", 2, "a second document"),
        ("a: &x 1\nb: *x", 1, "anchor"),
        ("a: *x", 1, "alias"),
        ("a: !x y", 1, "tag"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tag"),
        ("<<: {a: 1}", 1, "merge key"),
        ("{a}: 1\n[b]: 2", 1, "begins with a bracket"),
        ("# nothing", 0, "the file is empty"),
        (b"", 0, "the file is empty"),
    ],
)
def test_a_mistake_is_told_with_its_line_in_plain_words(
    text: str | bytes, line: int, words: str
) -> None:
    document = read(text)

    assert document.root is None
    assert document.problems[0].line == line
    assert words in str(document.problems[0])
    assert document.problems[0].how


def test_duplicate_keys_are_all_told_and_the_first_one_counts() -> None:
    document = read("a: 1\nb:\n  c: 1\n  c: 2\n'a': 3\n")

    assert [(p.line, p.what) for p in document.problems] == [
        (4, "`c` stands here twice, first in line 3"),
        (5, "`a` stands here twice, first in line 1"),
    ]
    assert document.root is not None
    assert plain(document.root) == {"a": "1", "b": {"c": "1"}}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: office #2\nb: x", [1]),
        ("- a\n- two\n  lines #2\n", [3]),
        ("a: office # a comment\nb: 'office #2'\nc: C#\nd: #2\n#x\n", []),
        ("a: |\n  office #2\n", []),
    ],
)
def test_a_text_that_is_cut_off_by_a_comment_sign_is_a_warning(text: str, lines: list[int]) -> None:
    document = read(text)

    assert document.root is not None
    assert [problem.line for problem in document.problems] == lines
    assert all(problem.warning for problem in document.problems)


def test_a_flood_of_duplicate_keys_does_not_become_a_flood_of_problems() -> None:
    assert len(read("x: y\n" * 10_000).problems) == 21


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(1000)),
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "a" * 50_000_000,
    ],
    ids=["aliases", "brackets", "braces", "dashes", "question marks", "50 MB"],
)
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader], ids=["C", "pure"])
def test_an_attack_is_refused_at_once(
    text: str, loader: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yamltext, "_LOADER", loader)
    data = text.encode()
    gc.freeze()  # what other tests left behind is not looked through in its time
    began = time.thread_time()  # its own work, however busy the machine and other threads are

    document = parse_yaml(data, "a.yaml")

    spent = time.thread_time() - began
    gc.unfreeze()
    assert spent < 0.5
    assert document.root is None
    assert len(document.problems) == 1


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)

    assert "too large (50,000,000 bytes" in only_problem(read_yaml(path))


@pytest.mark.parametrize(("size", "fits"), [(4, True), (3, False)])
def test_a_file_may_be_exactly_as_large_as_the_limit(write: Write, size: int, fits: bool) -> None:  # noqa: FBT001 - a case
    document = read_yaml(write("a.yaml", "a: 1"), Limits(size=size))

    assert (document.root is not None) is fits


@pytest.mark.parametrize(("depth", "fits"), [(3, True), (2, False)])
def test_a_file_may_be_exactly_as_deep_as_the_limit(depth: int, fits: bool) -> None:  # noqa: FBT001 - a case
    assert (read("a: [[b]]", Limits(depth=depth)).root is not None) is fits


@pytest.mark.parametrize(("nodes", "fits"), [(4, True), (3, False)])
def test_a_file_may_hold_exactly_as_much_as_the_limit(nodes: int, fits: bool) -> None:  # noqa: FBT001 - a case
    assert (read("a: [b]", Limits(nodes=nodes)).root is not None) is fits


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    assert "there is no such file" in only_problem(read_yaml(tmp_path / "no.yaml"))
    assert "this is not a file" in only_problem(read_yaml(tmp_path))
    assert "cannot be read" in only_problem(read_yaml(tmp_path / "a\0b.yaml"))


def test_without_libyaml_the_outcome_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: 'x'\nb: [c, {d: e}]\nf: |\n  g\n"
    with_c = read(text)

    monkeypatch.setattr(yamltext, "_LOADER", yaml.SafeLoader)

    assert read(text) == with_c


@given(st.binary(max_size=300))
def test_any_bytes_give_a_tree_or_problems(data: bytes) -> None:
    document = parse_yaml(data, "a.yaml")

    assert document.problems or isinstance(document.root, Mapping | Sequence | Scalar)


@given(st.text("ab:-?{}[],&*!|>'\"%@`#\\ \n\t~\r\u2028\ufeff<=", max_size=60))
def test_any_text_made_of_yaml_signs_gives_a_tree_or_problems(text: str) -> None:
    document = parse_yaml(text.encode(), "a.yaml")

    last = max(len(text.splitlines()), 1)
    assert document.problems or document.root is not None
    assert all(0 <= problem.line <= last for problem in document.problems)
