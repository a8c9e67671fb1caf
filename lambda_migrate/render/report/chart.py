"""A chart of lines over time as inline SVG: readable in print, in the dark, and by a screen reader."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape as html
from itertools import pairwise
from typing import TYPE_CHECKING

from lambda_migrate.render.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.report.model import Series

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 80, 12, 12, 28
TICKS = 4
WHOLE = 100.0
TIMES = ((86_400.0, "%m-%d %H:%M"), (600.0, "%H:%M"), (float("-inf"), "%H:%M:%S"))
"""How times are written, by the least length of what is shown, in seconds: so that no two of them look alike."""
STYLES = ("", "6 4", "2 3")
"""Dashes of the lines, in their order: colours alone are not seen by everybody, nor in print."""


def chart(title: str, lines: Sequence[Series], window: tuple[float, float], *, unit: str, share: bool = False) -> str:
    """Return a chart.

    Args:
        title: What it shows, for who cannot see it.
        lines: At least one of them with a point.
        window: From and to, in seconds since the epoch.
        unit: Of the values, for the axis.
        share: Whether the values are percent of a whole, each of which holds until the next one.
    """
    top = WHOLE if share else max((value for line in lines for _, value in line.points), default=0.0) or 1.0
    described = "; ".join(_told(line, unit) for line in lines)
    parts = [
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{_safe(title)}</title><desc>{_safe(described)}</desc>",
        *_grid(top, unit),
        *_times(window),
        *(_line(line, number, window, top, share=share) for number, line in enumerate(lines) if line.points),
        "</svg>",
    ]
    return "".join(parts)


def _told(line: Series, unit: str) -> str:
    if not line.points:
        return f"{line.name}: no data"
    values = [value for _, value in line.points]
    first, last, most = (_number(value) for value in (values[0], values[-1], max(values)))
    of = f" {unit}" if unit else ""
    return f"{line.name}: from {first} to {last}{of}, at most {most}{of}"


def _number(value: float) -> str:
    """Return a number as a person writes it: 1,253 and 0.025, never 1.25e+03."""
    return f"{value:,.0f}" if value >= WHOLE else f"{value:.3g}"


def _grid(top: float, unit: str) -> Iterator[str]:
    for number in range(TICKS + 1):
        value = top * number / TICKS
        height = _y(value, top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}"/>'
        label = _number(value) + (f" {unit}" if unit and number == TICKS else "")
        yield f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{_safe(label)}</text>'


def _times(window: tuple[float, float]) -> Iterator[str]:
    begin, end = window
    shown_as = next(form for least, form in TIMES if end - begin > least)
    for number in range(TICKS + 1):
        at = begin + (end - begin) * number / TICKS
        shown = datetime.fromtimestamp(at, UTC).strftime(shown_as)
        anchor = "start" if number == 0 else "end" if number == TICKS else "middle"
        yield f'<text x="{_x(at, window):.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{shown}</text>'


def _line(line: Series, number: int, window: tuple[float, float], top: float, *, share: bool) -> str:
    points = [(_x(at, window), _y(value, top)) for at, value in line.points]
    if share:
        points.append((_x(window[1], window), points[-1][1]))
        points = [point for pair in pairwise(points) for point in _held(*pair)]
    path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    if len(points) == 1:
        return f'<circle class="line dot line{number}" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3"/>'
    dashes = STYLES[number % len(STYLES)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path class="line line{number}" d="{path}"{dashed}/>'


def _held(here: tuple[float, float], there: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    return here, (there[0], here[1]), there


def _x(at: float, window: tuple[float, float]) -> float:
    begin, end = window
    share = (at - begin) / (end - begin) if end > begin else 0.0
    return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _safe(text: str) -> str:
    return html(escape(text))
