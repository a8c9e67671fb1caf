"""A bake as a person watches it: both versions against each other, the guard, and the keys. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.durations import duration
from lambda_migrate.render.drawing import columns, paragraph
from lambda_migrate.render.escape import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.bake import Bake
    from lambda_migrate.engine.verdict import Side
    from lambda_migrate.render.terminal import Paint

INDENT = 4
COUNTED_FROM = 74
"""Cells of the narrowest terminal that has room for the number of invocations."""
SECOND = 1000.0
UNKNOWN = "–"  # noqa: RUF001  # what a table shows for a number that nobody knows


def lines(bake: Bake, paint: Paint, *, keys: bool) -> list[str]:
    """Return what is shown below the line that counts down.

    Args:
        bake: How it stands.
        paint: How it is coloured, and how wide it is.
        keys: Whether somebody can press any.
    """
    shown = _table(bake.sides, paint) if bake.sides else []
    facts = [("guard", _guard(bake))]
    if bake.seen:
        facts.append(("so far", escape(bake.seen)))
    told = columns([(paint(name, "dim"), text) for name, text in facts], paint.width, indent=INDENT)
    pad = " " * INDENT
    pressed = paragraph(_keys(bake, paint), paint.width, first=pad, rest=pad) if keys else []
    return [*shown, *told, *pressed]


def _table(sides: Sequence[Side], paint: Paint) -> list[str]:
    wide = paint.width >= COUNTED_FROM
    often = all(side.rate is None or side.rate >= 1 for side in sides)
    rows = [("", "weight", *(["invocations"] if wide else []), "rate", "errors", "p95")]
    for side in sides:
        counted = [UNKNOWN if side.invocations is None else f"{side.invocations:,}"] if wide else []
        rows.append((escape(side.name), _share(side), *counted, _rate(side, often=often), _errors(side), _p95(side)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    laid = [
        " " * INDENT + "  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(row))
        for row in (list(zip(cells, widths, strict=True)) for cells in rows)
    ]
    return [paint(laid[0].rstrip(), "dim"), *laid[1:]]


def _share(side: Side) -> str:
    return "" if side.share is None else f"{side.share * 100:g} %"


def _rate(side: Side, *, often: bool) -> str:
    """Return the rate, in the same unit for all sides: by the second only where all of them have one."""
    if side.rate is None:
        return UNKNOWN
    return f"{side.rate:,.1f}/s" if often else f"{side.rate * 60:,.0f}/min"


def _errors(side: Side) -> str:
    if side.errors is None:
        return UNKNOWN
    share = f" ({side.errors / side.invocations:.1%})" if side.errors and side.invocations else ""
    return f"{side.errors:,}{share}"


def _p95(side: Side) -> str:
    if side.p95 is None:
        return UNKNOWN
    return f"{side.p95:.0f} ms" if side.p95 < SECOND else f"{side.p95 / SECOND:.1f} s"


def _guard(bake: Bake) -> str:
    if bake.guard is None:
        return "none: where this process ends, traffic stays as it is"
    return escape(f"alias {bake.guard.alias} → version {bake.guard.version} by itself at {bake.guard.time}")


def _keys(bake: Bake, paint: Paint) -> str:
    named = (
        ("p", "go on" if bake.paused else "pause"),
        ("e", f"extend {duration(int(bake.more) or bake.more)}"),
        ("n", "next"),
        ("a", "abort"),
    )
    return "  ".join(f"{paint(key, 'cyan')} {text}" for key, text in named)
