"""What was compared, on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.render.drawing import columns, paragraph
from lambda_migrate.render.format import counted

if TYPE_CHECKING:
    from lambda_migrate.render.terminal import Colour, Paint
    from lambda_migrate.shadow.tally import Group, Tally

SHOWN = 20
"""Differences that are shown; all of them are in `--json`."""

_MARKS: dict[str, tuple[str, Colour]] = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "inconclusive": ("!", "yellow"),
}


def tally(made: Tally, result: str, why: str, paint: Paint) -> str:
    """Return the routes, the differences with their smallest examples, and the verdict."""
    rows = [
        (
            name,
            f"{each.mismatched} of {each.compared} differ",
            f"{each.original / each.compared:.0f} → {each.service / each.compared:.0f} ms in the mean",
        )
        for name, each in sorted(made.routes.items())
        if each.compared
    ]
    lines = columns([(paint(name, "bold"), *rest) for name, *rest in rows], paint.width, indent=0) if rows else []
    ranked = made.ranked()
    for group in ranked[:SHOWN]:
        lines += ["", *_group(group, paint)]
    if len(ranked) > SHOWN:
        lines += ["", f"{len(ranked) - SHOWN} more differences are in `--json`."]
    if made.skipped:
        lines += ["", paint("Not sent", "bold")]
        for reason, count in sorted(made.skipped.items(), key=lambda each: -each[1]):
            lines += paragraph(f"{counted(count, 'event')}: {reason}", paint.width, first="  ", rest="    ")
    mark = paint(*_MARKS[result])
    return "\n".join([*lines, "", *paragraph(why, paint.width, first=f"{mark} ", rest="  ")]).lstrip("\n")


def _group(group: Group, paint: Paint) -> list[str]:
    head = f"{paint(group.route, 'bold')}  {group.path}: {group.what}, {counted(group.count, 'time')}"
    rule = f"{{route: '{group.route}', path: '{group.path}', why: …}}"
    lines = paragraph(head, paint.width, first="", rest="  ")
    lines += paragraph(
        f"{group.one or 'nothing'} → {group.other or 'nothing'}  ({group.event})", paint.width, first="  ", rest="    "
    )
    return lines + [paint(line, "dim") for line in paragraph(rule, paint.width, first="  ", rest="    ")]
