"""In which order steps are taken back, and how long one has to wait for another; pure.

The latest first. But AWS needs its time to spread a change on the way back too: what still delivers must not be taken
away before what delivered earlier does so again. Triggers do not wait for each other: requests that have to get away
from a service that fails are not held up by a subscription that needs a quarter of an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run


def next_step(run: Run, left: Sequence[Step], now: float) -> tuple[Step, float]:
    """Return which step is taken back next, and how long to wait before, in seconds.

    Args:
        run: The run that the steps belong to.
        left: Steps that are still to be taken back, the latest first; at least one.
        now: The time, in seconds since the epoch.
    """
    free = [step for place, step in enumerate(left) if not any(_bound(later, step) for later in left[:place])]
    waits = {step.id: _spreading(run, step, now) for step in free}
    chosen = min(free, key=lambda step: waits[step.id])
    return chosen, waits[chosen.id]


def _bound(later: Step, step: Step) -> bool:
    """Return whether a step has to wait for a later one: always, but between two triggers of different kinds."""
    return later.trigger == step.trigger or not (later.trigger and step.trigger)


def _spreading(run: Run, step: Step, now: float) -> float:
    """Return how long AWS may still need for what was taken back before this step, in seconds."""
    taken = [each for each in run.plan.steps if each.settle and each.id in run.undone and _bound(each, step)]
    return max((run.undone[each.id].time + each.settle - now for each in taken), default=0.0)
