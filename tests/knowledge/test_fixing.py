from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.fixing import Fix, find_fixes
from bot.knowledge.nodes import plain
from bot.knowledge.yamltext import parse_yaml
from tests.knowledge.conftest import Write

GOOD = b"posting:\n  id: a\n"


def fixed(path: Path) -> Fix:
    (fix,) = find_fixes(path)
    return fix


@pytest.mark.parametrize(
    ("before", "after", "done"),
    [
        (b"\xef\xbb\xbf" + GOOD, GOOD, "byte order mark removed"),
        (GOOD.replace(b"\n", b"\r\n"), GOOD, "line ends of Windows removed"),
        (b"posting:  \n  id: a\t\n", GOOD, "spaces at line ends removed"),
        (b"posting:\n\tid: a\n", GOOD, "tabs and hard spaces"),
        ("posting:\n\u00a0\u202fid: a\n".encode(), GOOD, "tabs and hard spaces"),
        (b"posting:\n  id: a", GOOD, "one line end"),
        (b"posting:\n  id: a\n\n\n", GOOD, "one line end"),
        (GOOD.decode().encode("utf-16"), GOOD, "saved as UTF-8"),
    ],
)
def test_what_is_only_layout_is_mended(
    write: Write, before: bytes, after: bytes, done: str
) -> None:
    path = write("a.yaml", before)

    fix = fixed(path)

    assert fix.after == after
    assert done in ", ".join(fix.done)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        b"answer: |-\n  one  \n  two\n",  # a line break in Markdown
        b"posting: [\n",  # broken, and no layout mends it
        b"a: '\tx'\n",
        b"",
    ],
)
def test_what_means_something_or_is_beyond_repair_is_left_alone(write: Write, text: bytes) -> None:
    assert find_fixes(write("a.yaml", text)) == []


def test_only_the_spaces_that_mean_nothing_go(write: Write) -> None:
    path = write("a.yaml", b"id: x  \nanswer: |-\n  one  \n  two\n")

    assert fixed(path).after == b"id: x\nanswer: |-\n  one  \n  two\n"


def test_the_diff_shows_what_cannot_be_seen(write: Write) -> None:
    lines = list(fixed(write("a.yaml", b"posting: \n  id: a\n")).diff())

    assert lines[0].endswith("a.yaml: spaces at line ends removed")
    assert "-posting: ·" in lines
    assert "+posting:" in lines


def test_a_file_is_written_whole_with_its_rights_and_not_if_it_changed(write: Write) -> None:
    path = write("a.yaml", b"posting: \n  id: a\n")
    path.chmod(0o640)
    fix = fixed(path)

    fix.write()

    assert path.read_bytes() == GOOD
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in path.parent.iterdir()] == ["a.yaml"]
    with pytest.raises(OSError, match="changed meanwhile"):
        fix.write()


@given(
    st.lists(
        st.sampled_from(
            [
                "a: 1",
                "  b: 2",
                "\tc: 3",
                "d: |-",
                "  x  ",
                " - y \t",
                "\r",
                "# z ",
                "",
                "\u00a0",
                "'",
            ]
        )
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_mended_file_means_what_it_meant(lines: list[str], end: str) -> None:
    import tempfile  # noqa: PLC0415 - a fixture would be shared by all examples

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.yaml"
        path.write_bytes(end.join(lines).encode())

        for fix in find_fixes(path):
            before = parse_yaml(fix.before, "").root
            after = parse_yaml(fix.after, "").root
            assert after is not None
            assert before is None or plain(before) == plain(after)
