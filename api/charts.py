"""Pictures of figures as SVG text, drawn here so that a report needs nothing installed.

Colours stand in both themes; every picture says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_INKS = ("#2563a8", "#b4530a", "#3d7d3f", "#7b4ea3", "#6b7280")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4")
_GREY, _FAINT = "#6b7280", "#d1d5db"
_LEFT, _TOP, _PLOT_W, _PLOT_H = 60, 44, 420, 300
_BAR_H, _LABEL_W = 24, 220


@dataclass(frozen=True, slots=True)
class Series:
    """A line through `points` (x, y), each 0 to 1 in the chart's own measure, in order of x."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 with its interval."""

    label: str
    value: float
    low: float
    high: float


def line_chart(
    title: str, x_label: str, y_label: str, series: Sequence[Series], *, diagonal: bool = False
) -> str:
    """Return an SVG of lines over axes from 0 to 1; with `diagonal` the line on which y is x, faint."""
    parts = [*_axes(x_label, y_label)]
    if diagonal:
        (x0, y0), (x1, y1) = _at(0, 0), _at(1, 1)
        parts.append(f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{_FAINT}" stroke-width="2"/>')
    for number, one in enumerate(series):
        ink, dash = _INKS[number % len(_INKS)], _DASHES[number % len(_DASHES)]
        path = " ".join(f"{x},{y}" for x, y in (_at(*point) for point in one.points))
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
        parts += [
            f'<circle cx="{x}" cy="{y}" r="2.5" fill="{ink}"/>' for x, y in (_at(*p) for p in one.points)
        ]
        row = _TOP + 10 + 20 * number
        right = _LEFT + _PLOT_W + 16
        parts.append(
            f'<line x1="{right}" y1="{row}" x2="{right + 26}" y2="{row}" stroke="{ink}" '
            f'stroke-width="2" stroke-dasharray="{dash}"/>{_text(right + 32, row + 4, one.name)}'
        )
    return _whole(title, _LEFT + _PLOT_W + 220, _TOP + _PLOT_H + 56, parts)


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Return an SVG of bars from 0 to 1 with their intervals as whiskers."""
    parts: list[str] = []
    for number, bar in enumerate(bars):
        top = _TOP + number * (_BAR_H + 8)
        middle = top + _BAR_H / 2
        low, high = (_LABEL_W + round(end * _PLOT_W, 1) for end in (bar.low, bar.high))
        parts.append(_text(_LABEL_W - 8, middle + 4, bar.label, anchor="end"))
        parts.append(
            f'<rect x="{_LABEL_W}" y="{top}" width="{round(bar.value * _PLOT_W, 1)}" height="{_BAR_H}" '
            f'fill="{_INKS[0]}" fill-opacity="0.75"/>'
            f'<path d="M{low} {middle}H{high}M{low} {middle - 5}v10M{high} {middle - 5}v10" '
            f'stroke="{_GREY}" fill="none" stroke-width="1.5"/>'
        )
        parts.append(_text(_LABEL_W + _PLOT_W + 8, middle + 4, f"{bar.value:.3f}"))
    return _whole(title, _LABEL_W + _PLOT_W + 70, _TOP + len(bars) * (_BAR_H + 8) + 12, parts)


def _whole(title: str, width: int, height: int, parts: Iterable[str]) -> str:
    heading = f'<text x="12" y="24" font-size="15" font-weight="bold">{escape(title)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label={quoteattr(title)} font-family="sans-serif" '
        f'font-size="12" fill="currentColor">'
        f"{heading}{''.join(parts)}</svg>\n"
    )


def _axes(x_label: str, y_label: str) -> Iterable[str]:
    for step in range(0, 11, 2):
        share = step / 10
        x, y = _at(share, share)
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + _PLOT_W}" y2="{y}" stroke="{_FAINT}"/>'
        yield _text(_LEFT - 8, y + 4, f"{share:.1f}", anchor="end")
        yield _text(x, _TOP + _PLOT_H + 18, f"{share:.1f}", anchor="middle")
    yield _text(_LEFT + _PLOT_W / 2, _TOP + _PLOT_H + 40, x_label, anchor="middle")
    middle = _TOP + _PLOT_H / 2
    yield (
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">'
        f"{escape(y_label)}</text>"
    )


def _at(x: float, y: float) -> tuple[float, float]:
    return round(_LEFT + x * _PLOT_W, 1), round(_TOP + (1 - y) * _PLOT_H, 1)


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
