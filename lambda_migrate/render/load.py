"""What a service did at each rate, on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.render.drawing import columns, paragraph
from lambda_migrate.render.format import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.load.step import Step
    from lambda_migrate.load.turning import Turning
    from lambda_migrate.render.terminal import Colour, Paint

_MARKS: dict[str, tuple[str, Colour]] = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "inconclusive": ("!", "yellow"),
}


def load(steps: Sequence[Step], turning: Turning, skipped: Mapping[str, int], paint: Paint) -> str:
    """Return each rate with its latency and errors, what is not sent, and the verdict."""
    rows = [[f"{each.rate:g}/s", f"{each.sent:,} sent", _latency(each), _failed(each)] for each in steps]
    wide = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines = columns([(row[0].rjust(wide[0]), row[1].rjust(wide[1]), *row[2:]) for row in rows], paint.width, indent=0)
    if skipped:
        lines += ["", paint("Not sent", "bold")]
        for reason, count in sorted(skipped.items(), key=lambda each: -each[1]):
            lines += paragraph(f"{counted(count, 'event')}: {reason}", paint.width, first="  ", rest="    ")
    lines += ["", *paragraph(turning.reason, paint.width, first=f"{paint(*_MARKS[turning.result])} ", rest="  ")]
    for remark in turning.remarks:
        lines += paragraph(remark, paint.width, first=f"  {paint('·', 'dim')} ", rest="    ")
    return "\n".join(lines).lstrip("\n")


def _latency(step: Step) -> str:
    return ", ".join(f"{name} {value:,.0f}" for name, value in step.latency.items()) + " ms" if step.latency else "–"  # noqa: RUF001  # nothing was answered


def _failed(step: Step) -> str:
    told = counted(step.errors, "error")
    return f"{told} ({step.error_share:.1%})" if step.errors else told
