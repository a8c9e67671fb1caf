"""The way back, as a person wants to read it: before saying yes, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.base import backwards
from lambda_migrate.durations import moment
from lambda_migrate.render.drawing import paragraph
from lambda_migrate.render.format import counted
from lambda_migrate.render.plan import steps as rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.outcome import Outcome, Stayed, Why
    from lambda_migrate.planner.rollback import Rollback
    from lambda_migrate.render.terminal import Paint

_HEADINGS: tuple[tuple[Why, str], ...] = (
    ("stuck", "Could not go back"),
    ("held", "Not touched, because the above may need it"),
    ("skipped", "Left as it is"),
    ("passed", "Passed by"),
    ("left", "Left in place; `lambda-migrate cleanup` removes it"),
)


def plan(chosen: Rollback, heading: str, traffic: str, paint: Paint) -> str:
    """Return what is rolled back, with what each step will be afterwards, and where traffic ends.

    Args:
        chosen: What is rolled back.
        heading: The first line.
        traffic: Where traffic ends, one clause.
        paint: Of the terminal.
    """
    text = heading
    for run, steps in chosen.steps:
        title = paint(f"{run.phase} of {run.at}", "bold")
        text += "\n".join([f"\n\n{title} (run {run.number})", *rendered(steps, paint, back=True)])
    for step in chosen.skipped:
        text += f"\n\nLeft as it is: {step.id}, {step.action.describe()}."
    last = f"{len(chosen.every)} to roll back, the latest first. Traffic ends at {traffic}."
    if final := chosen.irreversible:
        last += f" It ends before {final.id}, which cannot be undone: {final.action.describe()}."
    return "\n".join([text, "", *paragraph(last, paint.width)])


def outcome(result: Outcome, traffic: str, paint: Paint) -> str:
    """Return what came of it: what is undone, what is not and why, what is left and until when.

    Args:
        result: What came of it.
        traffic: Where traffic is now, one clause.
        paint: Of the terminal.
    """
    lines = ["", f"Rolled back: {counted(len(result.undone), 'step')}. Traffic is at {traffic}."]
    for why, heading in _HEADINGS:
        stayed = result.of(why)
        if stayed:
            lines += ["", f"{heading}:"]
            lines += [line for each in stayed for line in _stayed(each, paint)]
    return "\n".join(lines)


def _stayed(each: Stayed, paint: Paint) -> Iterator[str]:
    what = each.step.action.describe() if each.why == "left" else backwards(each.step.action)
    until = f"; after {moment(each.until)}" if each.until else ""
    yield from paragraph(f"{each.step.id}  {what}", paint.width, first="  ", rest="    ")
    yield from paragraph(f"{each.reason}{until}", paint.width, first="    ", rest="    ")
