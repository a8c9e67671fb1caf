"""Where the migration stands, in the manner of ``git status``.

Drawn without rich, whose import would take `status` a third of its time budget: nothing here needs more than lines
that wrap, and names of functions and aliases are ASCII.
"""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import TYPE_CHECKING

from lambda_migrate.durations import duration, moment
from lambda_migrate.render.escape import escape
from lambda_migrate.render.typed import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.lock import Holder
    from lambda_migrate.planner.journey import State
    from lambda_migrate.planner.status import MigrationStatus
    from lambda_migrate.render.terminal import Colour, Paint

MARKS: dict[State, tuple[str, Colour]] = {"done": ("✓", "green"), "now": ("→", "yellow"), "open": ("·", "dim")}


def heading(function: str, account: str, region: str, more: str, paint: Paint) -> str:
    """Return the line above everything: what, where, and one thing more."""
    place = " / ".join(part for part in (account, region) if part)
    return "  ·  ".join(part for part in (paint(function, "bold"), place, more) if part)


def status(
    state: MigrationStatus, holder: Holder | None, damage: Sequence[str], paint: Paint, *, now: float = 0.0
) -> str:
    """Return the four steps, what is live, where each trigger points, and what is dangling, each with what to type.

    Args:
        state: Where the migration stands.
        holder: Who holds the ledger, or None.
        damage: What the ledger's end lacks, a line each; the next run sees to it.
        paint: How to colour it.
        now: The time, in seconds since the epoch; 0 leaves out how long the migration has taken.
    """
    wide = max(len(stage.name) for stage in state.stages)
    lines: list[str] = []
    for stage in state.stages:
        first, *rest = _wrapped(stage.detail, paint.width - wide - 7) or [""]
        lines.append(f"  {paint(*MARKS[stage.state])}  {stage.name:<{wide}}  {first}".rstrip())
        lines += [" " * (wide + 7) + line for line in rest]
    if state.live:
        lines += ["", *_wrapped(f"Live: {state.live}", paint.width)]
    lines += _triggers(state, paint)
    if state.began and now:
        lines += ["", *_wrapped(_taken(state, now), paint.width)]
    if state.guard:
        lines += ["", *_wrapped(f"Guard: {state.guard}", paint.width)]
    if state.unfinished:
        run = state.unfinished
        applied = f"{run['done']} of {run['steps']} steps are applied"
        lines += ["", *_wrapped(f"Not finished: {run['phase']} of {run['at']}, {applied}", paint.width)]
        lines += _hint(f"`lambda-migrate {state.next[0]}` carries on", paint)
        lines += _hint("`lambda-migrate rollback --last` rolls it back", paint)
    for step in state.dangling:
        lines += ["", f"Without an outcome: {step}", *_hint("the next run finds out by looking at AWS", paint)]
    for what in damage:
        lines += ["", *_wrapped(what, paint.width)]
    if holder:
        lines += ["", *_wrapped(f"Held by {holder}", paint.width), *_hint(holder.advice, paint)]
    return "\n".join(lines)


def _triggers(state: MigrationStatus, paint: Paint) -> list[str]:
    """Return a row for each trigger, or two where one is too wide; none once the function is gone."""
    if not state.triggers or state.ended:
        return []
    head = ("Triggers", "now", "planned", "after rollback")
    wide = [max(len(row[place]) for row in (head, *state.triggers)) for place in range(len(head))]
    beside = sum(wide) + 2 * len(wide) <= paint.width
    first = wide[0] + 2 if beside else len(head[0])

    def row(name: str, points: Sequence[str]) -> str:
        return "  ".join(
            f"{text:<{room}}" for text, room in zip((name, *points), (first, *wide[1:]), strict=True)
        ).rstrip()

    lines = ["", row(head[0], head[1:])]
    for name, *points in state.triggers:
        lines += [row(f"  {name}", points)] if beside else [f"  {name}", row("", points)]
    return lines


def _taken(state: MigrationStatus, now: float) -> str:
    """Return how long the migration has taken: until it ended, else until now."""
    began = datetime.fromisoformat(state.began).timestamp()
    end = datetime.fromisoformat(state.ended).timestamp() if state.ended else now
    return f"Time: {duration(max(0.0, end - began))} since {moment(began)}, the first plan"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(escape(named(text)), width, break_long_words=False, break_on_hyphens=False)


def _hint(text: str, paint: Paint) -> list[str]:
    return [f"  {paint(line, 'dim')}" for line in _wrapped(f"({text})", paint.width - 2)]
