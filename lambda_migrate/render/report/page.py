"""A report as one page of HTML that holds all it needs: for a change ticket, a phone, a printer, a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.durations import duration
from lambda_migrate.render.escape import escape
from lambda_migrate.render.history import who
from lambda_migrate.render.report.chart import chart
from lambda_migrate.report.model import Series
from lambda_migrate.scaffold import templates

if TYPE_CHECKING:
    from lambda_migrate.report.model import Report

TEMPLATE = "report/report.html.jinja"
STATES = {"done": "done", "now": "under way", "open": "to come"}
WORDS = {
    "planned": "plan",
    "done": "done",
    "undone": "rolled back",
    "verdict": "verdict",
    "note": "note",
    "open": "no outcome",
}
"""What a moment is called on the page."""


def page(report: Report) -> str:
    """Return the page; everything in it that comes from elsewhere is shown as text."""
    return templates.page(
        TEMPLATE,
        {
            "report": report,
            "states": STATES,
            "words": WORDS,
            "when": when,
            "who": who,
            "duration": duration,
            "charts": [_chart(*each) for each in _charts(report)],
        },
        escape,
    )


def when(at: str) -> str:
    """Return an ISO 8601 time for a person: ``2026-03-01 12:00:05``."""
    return f"{at[:10]} {at[11:19]}"


def _charts(report: Report) -> list[tuple[str, tuple[Series, ...], tuple[float, float], str, bool]]:
    """Return title, lines, window, unit, and whether it is of shares, of each chart with data."""
    made: list[tuple[str, tuple[Series, ...], tuple[float, float], str, bool]] = []
    if report.shares:
        line = Series("on the version on trial", tuple((share.at, share.percent) for share in report.shares))
        first, last = line.points[0][0], line.points[-1][0]
        window = (first, max(last + (last - first) * 0.05, first + 60))
        made.append(("Share of the traffic on the new version", (line,), window, "%", True))
    traffic = report.traffic
    if traffic and not traffic.problem:
        window = (traffic.since, traffic.until)
        each = f"each {duration(traffic.period)}"
        made.append((f"Invocations, {each}", traffic.counts, window, "", False))
        made.append((f"Latency, {each}", traffic.latency, window, "ms", False))
    return [each for each in made if any(line.points for line in each[1])]


def _chart(
    title: str,
    lines: tuple[Series, ...],
    window: tuple[float, float],
    unit: str,
    share: bool,  # noqa: FBT001  # of a row
) -> dict[str, Any]:
    svg = chart(title, lines, window, unit=unit, share=share)
    return {"title": title, "svg": templates.markup(svg), "lines": [line.name for line in lines]}
