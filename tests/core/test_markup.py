import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.markup import Span, Styled, escape, plain, render, split, utf16_length, utf16_span

MARKS = "*_[]()-+1.\\` \n#>~|é😀"


@settings(deadline=None)
@given(st.text())
@example("\ud800")
@example("[" * 3000)
@example("- " * 3000)
def test_any_string_can_be_rendered(text: str) -> None:
    styled = render(text)

    for span in styled.spans:
        assert 0 <= span.start < span.end <= len(styled.text)


@given(st.text(MARKS) | st.text())
@example("- a")
@example("+ a")
@example("1. a\n2) b")
@example("  a  \n\n\n\tb  ")
@example("a\\\n")
@example("\\")
@example(" ")
@example("\n")
@example("<b>a</b> &amp; *b* _c_ [d](https://e) `f`")
def test_what_was_typed_is_shown_exactly(typed: str) -> None:
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    shown = re.sub("[\0\ufdd0\ufdd1]", "\ufffd", lines)

    assert render(escape(typed)) == Styled(shown)


@given(st.text(MARKS, min_size=1) | st.text(min_size=1))
def test_what_was_typed_can_be_emphasised_and_breaks_nothing_around_it(typed: str) -> None:
    styled = render(f"Sur « {escape(typed)} » : _la suite_")

    assert styled.text.startswith("Sur « ")
    assert styled.text.endswith(" » : la suite")
    assert [span.kind for span in styled.spans] == ["italic"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a\nb", "a\nb"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("- a\n- b", "• a\n• b"),
        ("text\n- a", "text\n\n• a"),
        ("- a\n\ntext", "• a\n\ntext"),
        ("- a\n\n- b", "• a\n• b"),
        ("- a\n  more\n- b", "• a\nmore\n• b"),
        ("- a\n  - b\n    - c\n- d", "• a\n  • b\n    • c\n• d"),
        ("1. a\n2. b\n   - c\n   - d\n3. e", "1. a\n2. b\n  • c\n  • d\n3. e"),
        ("3) c\n4) d", "3. c\n4. d"),
        ("0. a\n1. b", "0. a\n1. b"),
        ("- a\n\n1. b", "• a\n1. b"),
        ("-\n- b", "• \n• b"),
        ("- 1. a", "• 1. a"),
        ("- " * 30 + "deep", "• " * 30 + "deep"),
    ],
)
def test_lists_and_paragraphs_come_out_as_lines(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize(
    "typed",
    [
        "# no heading",
        "> no quotation",
        "`no code`",
        "<b>no HTML</b> &amp;",
        "---",
        "| a | b |",
        "snake_case_name 2 * 3 * 4",
        "REFERENT.E MEDICAL.E PROJET_NORD LITTORAL_MISSION FRANCE_NOM_PRENOM",
        "https://example.org/a_b_c",
        "39h/semaine",
    ],
)
def test_everything_else_stays_as_it_was_typed(typed: str) -> None:
    assert render(typed) == Styled(typed)


@pytest.mark.parametrize(
    ("markdown", "styled"),
    [
        ("**a** b", Styled("a b", (Span("bold", 0, 1),))),
        ("a _b_", Styled("a b", (Span("italic", 2, 3),))),
        ("**a _b_**", Styled("a b", (Span("bold", 0, 3), Span("italic", 2, 3)))),
        (
            "[**a**](https://x.org/y_z)",
            Styled("a", (Span("bold", 0, 1), Span("link", 0, 1, "https://x.org/y_z"))),
        ),
        ("[a](mailto:a@x.org)", Styled("a", (Span("link", 0, 1, "mailto:a@x.org"),))),
        ("[a](tel:+331)", Styled("a", (Span("link", 0, 1, "tel:+331"),))),
        ("[a](HTTPS://x)", Styled("a", (Span("link", 0, 1, "HTTPS://x"),))),
        ("- **a**\n- b", Styled("• a\n• b", (Span("bold", 2, 3),))),
    ],
)
def test_emphasis_and_links_become_spans(markdown: str, styled: Styled) -> None:
    assert render(markdown) == styled


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "ftp://x",
        "tg://resolve?domain=x",
        "/relative",
        "",
    ],
)
def test_a_link_with_a_forbidden_scheme_is_no_link(url: str) -> None:
    styled = render(f"[click]({url})")

    assert "click" in styled.text
    assert styled.spans == ()


def test_units_are_those_of_utf_16() -> None:
    text = "a😀b"

    assert utf16_length(text) == 4
    assert utf16_span(text, Span("bold", 1, 3)) == (1, 3)
    assert utf16_span(text, Span("bold", 2, 3)) == (3, 1)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("12345", 5, ["12345"]),
        ("123456", 5, ["12345", "6"]),
        ("😀😀", 4, ["😀😀"]),
        ("😀😀", 3, ["😀", "😀"]),
        ("aa bb", 5, ["aa bb"]),
        ("aa bbb", 5, ["aa", "bbb"]),
        ("a b\nc d", 6, ["a b", "c d"]),
        ("a\nb\n\nc d", 7, ["a\nb", "c d"]),
        ("", 5, []),
        (" \n ", 5, []),
    ],
)
def test_a_text_is_cut_where_it_hurts_least(text: str, limit: int, pieces: list[str]) -> None:
    assert [piece.text for piece in split(Styled(text), limit)] == pieces


def test_a_span_over_a_cut_goes_on_in_the_next_piece() -> None:
    bold = Styled("aa bb", (Span("bold", 1, 5),))

    assert split(bold, 3) == (
        Styled("aa", (Span("bold", 1, 2),)),
        Styled("bb", (Span("bold", 0, 2),)),
    )


@given(st.text(MARKS, max_size=300) | st.text(max_size=300), st.integers(2, 40))
def test_pieces_hold_everything_within_the_limit(markdown: str, limit: int) -> None:
    whole = render(markdown)

    pieces = split(whole, limit)

    for piece in pieces:
        assert piece.text.strip()
        assert utf16_length(piece.text) <= limit
        for span in piece.spans:
            assert 0 <= span.start < span.end <= len(piece.text)
    visible = "".join("".join(piece.text for piece in pieces).split())
    assert visible == "".join(whole.text.split())
