"""An answer as candidates will see it: the same Markdown, the same cuts, as HTML.

The HTML is built from text and spans; nothing that anybody typed is taken for markup.
"""

from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from bot.core.compose import entry_text
from bot.core.markup import Span, Styled, render, split
from bot.core.posting import Entry
from bot.core.scene import Scene

LONGEST = 4096
"""Of one message, in UTF-16 code units; what is longer comes as several."""

_TAGS = {"bold": "strong", "italic": "em"}


def bubbles(markdown: str) -> list[Markup]:
    """The messages that a candidate gets, as HTML."""
    return [_html(piece) for piece in split(render(markdown), LONGEST)]


def answered(texts: Mapping[str, str], matter: str | None, scene: Scene) -> str:
    """The reply to somebody who asks in the scene's language, if *texts* were the answer."""
    topic = matter if matter in scene.topics else None
    return entry_text(Entry(matter or "new", topic=topic, answer=texts), scene)


def _html(styled: Styled) -> Markup:
    return Markup("").join(_parts(styled))


def _parts(styled: Styled) -> Iterator[Markup]:
    """The text with its tags: where spans overlap, the inner ones end with the outer one."""
    ends: list[Span] = []
    at = 0
    for span in (*styled.spans, None):
        start = span.start if span is not None else len(styled.text)
        while ends and ends[-1].end <= start:
            end = ends.pop()
            yield _text(styled, at, end.end)
            at = max(at, end.end)
            yield _closed(end)
        yield _text(styled, at, start)
        at = max(at, start)
        if span is not None:
            yield _opened(span)
            ends.append(span)
    for end in reversed(ends):
        yield _closed(end)


def _text(styled: Styled, start: int, end: int) -> Markup:
    return escape(styled.text[start:end]) if end > start else Markup("")


def _opened(span: Span) -> Markup:
    if span.kind == "link":
        return Markup('<a href="{}" rel="noreferrer noopener" target="_blank">').format(span.url)
    return Markup(f"<{_TAGS[span.kind]}>")  # noqa: S704 - a constant


def _closed(span: Span) -> Markup:
    return Markup(f"</{_TAGS.get(span.kind, 'a')}>")  # noqa: S704 - a constant
