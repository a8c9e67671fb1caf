"""A plan, as a person wants to read it before saying yes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import backwards
from lambda_migrate.gates import pages as gate_pages
from lambda_migrate.render.drawing import GUIDE, LEAST, columns, paragraph, tree
from lambda_migrate.render.error import more
from lambda_migrate.render.format import counted, duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.render.terminal import Colour, Paint

SYMBOLS: dict[str, tuple[str, Colour]] = {
    "+": ("create", "green"),
    "~": ("change", "yellow"),
    "→": ("repoint", "cyan"),
    "-": ("delete", "red"),
}


def plan(plan: Plan, paint: Paint) -> str:
    """Return a plan: legend, steps under the heading of their trigger, what is in the way, and the count."""
    if not plan.steps and not plan.blockers:
        return "\n".join([*_warnings(plan, paint), "No changes: everything this phase does has been done."])
    lines = [*_legend(plan.steps, paint), *steps(plan.steps, paint)]
    if plan.blockers:
        lines += ["", "Blocked by:"] if lines else ["Blocked by:"]
        for blocker in plan.blockers:
            lines += paragraph(blocker, paint.width, first=f"  {paint('✗', 'red')} ", rest="    ")
        lines += [f"    {paint(more(gate), 'dim')}" for gate in _gates(plan.blockers)]
    lines += ["", *_warnings(plan, paint), *paragraph(f"{count(plan.steps)}{_takes(plan.steps)}", paint.width)]
    return "\n".join(lines)


def consoles(pages: Mapping[str, str], paint: Paint) -> list[str]:
    """Return where the AWS console shows what a plan changes, a line each, by what it is called."""
    return columns([(paint(name, "dim"), paint(address, "dim")) for name, address in pages.items()], paint.width)


def _gates(blockers: Sequence[str]) -> list[str]:
    """Return the gates that have a page, each once."""
    return list(dict.fromkeys(name.partition(":")[0] for text in blockers if (name := gate_pages.named(text))))


def _takes(chosen: Sequence[Step]) -> str:
    """Return how long a plan waits in all, as far as it is known before."""
    seconds = sum(step.bake + step.propagation for step in chosen)
    return f" It takes at least {duration(seconds)}." if seconds >= 1 else ""


def steps(chosen: Sequence[Step], paint: Paint, *, back: bool = False) -> list[str]:
    """Return steps in their order, a heading above those of the same trigger; `back` says how they go back."""
    room = paint.width - GUIDE - 2
    wide = max((len(step.id) for step in chosen), default=0)
    deep = wide + 5 if room - wide - 5 >= LEAST else 3
    lines: list[str] = []
    for group, members in groupby(chosen, key=lambda step: step.group):
        drawn = [_step(step, paint, room, deep, back=back) for step in members]
        lines += ["", *tree(paint(group, "bold"), drawn, paint)]
    return lines


def _step(step: Step, paint: Paint, room: int, deep: int, *, back: bool) -> list[str]:
    """Return a step's lines: what it does beside its name, or below where `deep` is too little for that."""
    symbol, pad = step.action.symbol, " " * deep
    if back:
        symbol = {"+": "-"}.get(symbol, symbol)
    mark = paint(symbol, SYMBOLS.get(symbol, ("", "dim"))[1])
    head = f"{mark}  {paint(step.id, 'dim')}"
    beside = deep > len(step.id)
    first = head + " " * (deep - len(step.id) - 3) if beside else pad
    lines = [] if beside else [head]
    what = backwards(step.action) if back else step.action.describe()
    lines += paragraph(what, room, first=first, rest=pad)
    return lines if back else lines + _about(step, paint, room, pad)


def _about(step: Step, paint: Paint, room: int, pad: str) -> list[str]:
    """Return what a step's line does not say: why, how it is judged, what to know."""
    parts = [step.why] if step.why else []
    if step.gated:
        counting = ", ".join(dict.fromkeys(each.namespace for each in step.source_metrics))
        judged = f"judged by what {counting} counts" if counting else "judged"
        parts.append(f"watched for {duration(step.bake)}, then {judged}" if step.bake else f"then {judged}")
    if step.guard:
        parts.append(f"goes back by itself unless it is judged within {duration(step.bake + step.guard.grace)}")
    if step.propagation:
        parts.append(f"then {duration(step.propagation)} for AWS to spread it")
    lines = [paint(line, "dim") for line in paragraph("; ".join(parts), room, first=pad, rest=pad)] if parts else []
    if step.risk:
        lines += paragraph(step.risk, room, first=f"{pad}{paint('!', 'yellow')} ", rest=f"{pad}  ")
    return lines


def _legend(chosen: Sequence[Step], paint: Paint) -> list[str]:
    present = {step.action.symbol for step in chosen}
    shown = [f"{paint(symbol, colour)} {word}" for symbol, (word, colour) in SYMBOLS.items() if symbol in present]
    return ["  " + "   ".join(shown)] if shown else []


def _warnings(plan: Plan, paint: Paint) -> list[str]:
    lines: list[str] = []
    for warning in plan.warnings:
        lines += paragraph(warning, paint.width, first=f"  {paint('!', 'yellow')} ", rest="    ")
    return [*lines, ""] if lines else []


def count(chosen: Sequence[Step]) -> str:
    """Return the last line: how many of each, and how many can be undone."""
    of = {symbol: sum(step.action.symbol == symbol for step in chosen) for symbol in SYMBOLS}
    reversible = sum(step.action.reversible for step in chosen)
    if not chosen:
        undone = "Nothing can run yet."
    elif reversible == len(chosen):
        undone = f"All {reversible} can be undone." if reversible > 1 else "It can be undone."
    elif reversible:
        undone = f"{reversible} of {len(chosen)} can be undone."
    else:
        undone = (
            "It cannot be undone." if len(chosen) == 1 else f"None of the {counted(len(chosen), 'step')} can be undone."
        )
    parts = [f"{of['+']} to create", f"{of['~']} to change", f"{of['→']} to repoint", f"{of['-']} to delete"]
    return f"Plan: {', '.join(parts)}. {undone}"
