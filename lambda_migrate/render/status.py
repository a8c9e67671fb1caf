"""Where the migration stands, in the manner of ``git status``.

Drawn without rich, whose import would take `status` a third of its time budget: nothing here needs more than lines
that wrap, and names of functions and aliases are ASCII.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

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


def status(state: MigrationStatus, holder: Holder | None, damage: Sequence[str], paint: Paint) -> str:
    """Return the four steps, what is live, and what is dangling, each with what to type.

    Args:
        state: Where the migration stands.
        holder: Who holds the ledger, or None.
        damage: What the ledger's end lacks, a line each; the next run sees to it.
        paint: How to colour it.
    """
    wide = max(len(stage.name) for stage in state.stages)
    lines: list[str] = []
    for stage in state.stages:
        first, *rest = _wrapped(stage.detail, paint.width - wide - 7) or [""]
        lines.append(f"  {paint(*MARKS[stage.state])}  {stage.name:<{wide}}  {first}".rstrip())
        lines += [" " * (wide + 7) + line for line in rest]
    if state.live:
        lines += ["", f"Live: {state.live}"]
    if state.guard:
        lines += ["", *_wrapped(f"Guard: {state.guard}", paint.width)]
    if state.unfinished:
        run = state.unfinished
        lines += ["", f"Not finished: {run['phase']} of {run['at']}, {run['done']} of {run['steps']} steps are applied"]
        lines += [_hint(f"`lambda-migrate {state.next[0]}` carries on", paint)]
        lines += [_hint("`lambda-migrate rollback --last` rolls it back", paint)]
    for step in state.dangling:
        lines += ["", f"Without an outcome: {step}", _hint("the next run finds out by looking at AWS", paint)]
    for what in damage:
        lines += ["", *_wrapped(what, paint.width)]
    if holder:
        lines += ["", f"Held by {holder}", _hint(holder.advice, paint)]
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _hint(text: str, paint: Paint) -> str:
    return f"  {paint(f'({text})', 'dim')}"
