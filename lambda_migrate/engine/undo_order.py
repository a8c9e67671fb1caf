"""In which order steps are undone, what one has to wait for, and what a step that stays holds back; pure.

The latest first. But AWS needs its time to spread a change on the way back too: what still delivers must not be taken
away before what delivered earlier does so again. Triggers do not wait for each other: requests that have to get away
from a service that fails are not held up by a subscription that needs a quarter of an hour. What only moves traffic
waits for nothing, and where a trigger points again there has been something all the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions.base import Joining, bars, repoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.actions import Action
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run


class Leg(NamedTuple):
    """What is undone in one write.

    Attributes:
        action: What is undone: the step's own action, or several that were joined.
        steps: The steps with their runs, the latest first; one, or those that were joined.
    """

    action: Action
    steps: tuple[tuple[Run, Step], ...]

    @property
    def step(self) -> Step:
        """The latest of its steps."""
        return self.steps[0][1]


def legs(steps: Sequence[tuple[Run, Step]]) -> list[Leg]:
    """Return what is undone in one write each, in order; traffic goes straight to where it ends.

    What a later run made again, because somebody had taken it away, goes where the first run made it: what that run has
    pointed there needs it until then.

    Args:
        steps: The steps to undo with their runs, the latest first.
    """
    made: list[Leg] = []
    for run, step in steps:
        for place, leg in enumerate(made):
            action = step.action.joined(leg.action) if isinstance(step.action, Joining) else None
            if action is not None:
                made[place] = Leg(action, (*leg.steps, (run, step)))
                break
        else:
            same = next((leg for leg in made if leg.action == step.action and not moves(step)), None)
            if same is not None:
                made.remove(same)
            made.append(Leg(step.action, (*(same.steps if same else ()), (run, step))))
    return made


def next_leg(left: Sequence[Leg], moving: Sequence[Leg], undone: Iterable[Leg], now: float) -> tuple[Leg, float] | None:
    """Return what is undone next, and how long to wait before, in seconds; None where all waits for what is moving.

    Args:
        left: What is still to be undone, the latest first; at least one.
        moving: What was written and does not show yet.
        undone: What is undone.
        now: The time, in seconds since the epoch.
    """
    done = list(undone)
    free = [
        leg
        for place, leg in enumerate(left)
        if not any(_bound(later.step, leg.step) for later in (*left[:place], *moving))
    ]
    if not free:
        return None
    waits = [(leg, _spreading(leg, done, now)) for leg in free]
    return min(waits, key=lambda each: max(0.0, each[1]))


def holds(kept: Step, step: Step) -> bool:
    """Return whether a step cannot go back because a later one stays: what that may still need is not taken away.

    A trigger holds what is its own and what all triggers share; what belongs to no trigger never holds one.
    """
    if bars(kept.action):
        return True
    if isinstance(step.action, Joining):
        return False
    return not step.trigger or (bool(kept.trigger) and _same(kept.trigger, step.trigger))


def moves(step: Step) -> bool:
    """Return whether a step on its way back only has traffic go where it went before, and takes nothing away."""
    return isinstance(step.action, Joining) or repoints(step.action)


def _bound(later: Step, step: Step) -> bool:
    """Return whether a step has to wait for a later one: always, but between two triggers, and to move traffic."""
    if isinstance(step.action, Joining) and not bars(later.action):
        return False
    return not (later.trigger and step.trigger) or _same(later.trigger, step.trigger)


def _same(later: str, step: str) -> bool:
    """Return whether a step is about the same trigger as a later one, or prepares for its kind."""
    return later == step or later.startswith(f"{step}:") or step.startswith(f"{later}:")


def _spreading(leg: Leg, undone: Sequence[Leg], now: float) -> float:
    """Return how long AWS may still need for what was undone before, in seconds; what only moves waits for nothing."""
    if moves(leg.step):
        return 0.0
    return max(
        (
            min(run.undone[step.id].time + step.propagation - now, step.propagation)
            for each in undone
            for run, step in each.steps
            if step.propagation and step.id in run.undone and _bound(step, leg.step)
        ),
        default=0.0,
    )
