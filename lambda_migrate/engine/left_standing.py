"""What a way back has to leave as it stands, because of what other runs, or ways back before it, have left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

HURRIED = "nothing was waited for"
"""Why a way back in a hurry has left a step as it stands."""


def standing_elsewhere(known: Sequence[Run], undone: Sequence[tuple[Run, Step]]) -> Iterator[dict[str, Any]]:
    """Yield the actions that stand and are not undone now, as the ledger has them."""
    names = {(run.number, step.id) for run, step in undone}
    for run in known:
        if run.applied:
            actions = run.actions
            yield from (actions[name] for name in run.applied if (run.number, name) not in names)


def left_in_a_hurry(run: Run) -> Iterator[tuple[Step, float]]:
    """Yield the steps that a way back left which was in a hurry and was cut off, with the time until when.

    They stand: a trigger still points where it did. What they need stays with them, whoever goes on, and however.
    """
    for name, record in run.left.items():
        note = record.note or {}
        if note.get("reason") == HURRIED:
            yield run.step(name), float(note.get("until", 0.0))
