"""What was recorded, and what is, on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.render.drawing import columns, paragraph
from lambda_migrate.render.format import counted

if TYPE_CHECKING:
    from lambda_migrate.render.terminal import Paint

SHOWN = 20
"""Routes that are shown; all of them are in `--json`."""


def fetched(data: dict[str, Any], paint: Paint) -> str:
    """Return how many records of which routes were fetched."""
    ranked = sorted(data["routes"].items(), key=lambda each: (-each[1], each[0]))
    rows = [(paint(route, "bold"), f"{count:,}") for route, count in ranked[:SHOWN]]
    lines = columns(rows, paint.width, indent=0) if rows else []
    if len(ranked) > SHOWN:
        lines.append(f"{counted(len(ranked) - SHOWN, 'more route')} in `--json`")
    said = [f"{counted(data['records'], 'record')} in {data['into']}"]
    if data["both"]:
        said.append(f"{data['both']:,} with both answers")
    if data["hours_kept"]:
        said.append(f"{counted(data['hours_kept'], 'hour')} were there already")
    if data["unreadable"]:
        said.append(f"{counted(data['unreadable'], 'line')} not readable")
    return "\n".join([*lines, *([""] if lines else []), *paragraph("; ".join(said), paint.width)])


def state(versions: list[dict[str, Any]], paint: Paint) -> str:
    """Return which versions record, what and until when."""
    rows = [(paint(each["who"], "bold"), each["says"]) for each in versions]
    return "\n".join(columns(rows, paint.width, indent=0))
