"""Named checks: ✓ passed, ! to look at, ✗ failed, · not applicable; each with what was seen and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.render.drawing import LEAST, columns, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.render.terminal import Colour, Paint
    from lambda_migrate.verify.check import Check

MARKS: dict[str, tuple[str, Colour]] = {
    "pass": ("✓", "green"),
    "warn": ("!", "yellow"),
    "fail": ("✗", "red"),
    "inconclusive": ("!", "yellow"),
    "skip": ("·", "dim"),
}


def checks(results: Sequence[Check], paint: Paint) -> str:
    """Return one line for each check, with a hint under those that need one."""
    width = max((len(check.name) for check in results), default=0)
    lines: list[str] = []
    for check in results:
        lines += columns([(paint(*MARKS[check.result]), check.name.ljust(width), check.detail)], paint.width)
        if check.hint and check.result != "pass":
            pad = " " * (width + 7 if paint.width - width - 7 >= LEAST else 5)  # as `columns` puts the detail
            lines += paragraph(f"hint: {check.hint}", paint.width, first=pad, rest=pad)
    return "\n".join(lines)
