"""Charts as SVG, made here. Each stands beside a table with the same numbers.

Screen readers read the table; the chart is hidden from them.

What stays out: colours and sizes of letters, which the stylesheet gives to the classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 720, 180
_LEFT, _BOTTOM, _TOP = 36, 24, 8
_GAP = 0.22
_TICK = Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>')
_RECT = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')


@dataclass(frozen=True)
class Column:
    """One column: its name, and what is stacked in it, from the bottom up."""

    name: str
    parts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Its height."""
        return sum(self.parts.values())


def columns(data: Sequence[Column], every: int = 1, across: int = _WIDTH) -> Markup:
    """A chart of columns; each *every*-th is named below. *across*: how wide it is."""
    top = _round_up(max((column.total for column in data), default=0))
    height = _HEIGHT - _BOTTOM - _TOP
    step = (across - _LEFT) / max(1, len(data))
    width = step * (1 - _GAP)
    drawn = [_grid(top, height, across)]
    for place, column in enumerate(data):
        left = _LEFT + step * place + step * _GAP / 2
        drawn.append(_stack(column, left, width, height / top))
        if place % every == 0:
            middle = left + width / 2
            drawn.append(
                Markup(
                    '<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>'
                ).format(middle, _HEIGHT - 6, column.name)
            )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>'
    ).format(across, _HEIGHT, Markup("").join(drawn))


def bar(share: float, kind: str = "plain") -> Markup:
    """A bar beside a number in a table: *share* of its greatest, from 0 to 1."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><rect class="track" width="100" height="8" rx="2"/>'
        '<rect class="{}" width="{:.1f}" height="8" rx="2"/></svg>'
    ).format(kind, max(0.0, min(1.0, share)) * 100)


def _stack(column: Column, left: float, width: float, scale: float) -> Markup:
    base = float(_HEIGHT - _BOTTOM)
    drawn = []
    for kind, count in column.parts.items():
        if not count:
            continue
        base -= count * scale
        drawn.append(
            Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
            ).format(kind, left, base, width, count * scale)
        )
    return Markup("").join(drawn)


def _grid(top: int, height: float, across: int) -> Markup:
    lines = []
    for part in (0, 1, 2):
        y = _TOP + height * (1 - part / 2)
        lines.append(
            Markup(
                '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
                '<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(_LEFT, across, y, y, _LEFT - 6, y + 4, f"{top * part / 2:g}")
        )
    return Markup("").join(lines)


def _round_up(most: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100...: half of it is a whole number too."""
    unit = 1
    while True:
        for step in (2, 4, 10):
            if most <= step * unit:
                return step * unit
        unit *= 10
