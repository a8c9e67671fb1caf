"""Plans the removal of what the way back has left in place, once it can carry no traffic any more; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.base import Touches, backwards
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.durations import moment
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.function.documents import ORIGINAL_MARKER
from lambda_migrate.planner.journey import LIFT, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.actions import Action
    from lambda_migrate.engine.runs import Run

PHASE = "cleanup"


class Leftover(NamedTuple):
    """What the way back has left in place.

    Attributes:
        run: The run that made it.
        step: The step.
        until: When it may go, in seconds since the epoch.
    """

    run: Run
    step: Step
    until: float


def leftovers(runs: Sequence[Run]) -> list[Leftover]:
    """Return what is left in place and not removed yet, the latest first; nothing of it while a later run may use it.

    Args:
        runs: Of the ledger, the oldest first.
    """
    return [
        Leftover(run, run.step(name), float((record.note or {}).get("until", 0.0)))
        for place, run in reversed(list(enumerate(runs)))
        if run.left and not any(_uses(later) for later in runs[place + 1 :])
        for name, record in run.left.items()
        if run.actions[name] not in _removed(runs[place + 1 :])
    ]


def _removed(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return the actions whose leftovers some runs have removed."""
    cleanups = [run for run in runs if run.phase == PHASE]
    return [run.actions[name]["action"] for run in cleanups for name in (*run.applied, *run.passed)]


def _uses(run: Run) -> bool:
    """Return whether a run stands that may rest on what an earlier one has left."""
    phase = named(run.phase)
    return run.phase != PHASE and not run.is_back and (phase is None or phase.stage != LIFT)


def plan(
    function: str,
    runs: Sequence[Run],
    now: float,
    *,
    frozen: bool,
    named: Mapping[tuple[int, str], frozenset[str]] | None = None,
    used: Mapping[tuple[int, str], str] | None = None,
    guard: Sequence[Action] = (),
) -> Plan:
    """Plan the removal of what may go by now.

    Args:
        function: The function's ARN, unqualified.
        runs: Of the ledger, the oldest first.
        now: The time, in seconds since the epoch.
        frozen: Whether a code freeze is in force, which names the original version.
        named: Names of the aliases that name what a step made, by run and step.
        used: How others use what a step made, by run and step; what an earlier step of the run made for it stays too.
        guard: What is left of a guard that is for nothing any more, in the order in which it goes.
    """
    steps = [_left_by_the_guard(number, action) for number, action in enumerate(guard, start=1)]
    warnings: list[str] = []
    gone: set[str] = set()
    resting: dict[int, str] = {}
    for each in leftovers(runs):
        others = (named or {}).get((each.run.number, each.step.id), frozenset()) - gone
        in_use = (used or {}).get((each.run.number, each.step.id), "")
        reason = _stays(each, now, frozen=frozen) or _named(others) or in_use or resting.get(each.run.number, "")
        if in_use:
            resting[each.run.number] = f"“{each.step.action.describe()}” rests on it, which is in use"
        if reason:
            warnings.append(f"{backwards(each.step.action)}: {reason}")
            continue
        action = RemoveLeftover(action_to_dict(each.step.action))
        if any(step.action == action for step in steps):
            continue  # another run has left it too
        number = len(steps) + 1
        why = f"left by the rollback of {each.run.phase}"
        # Where the way back waited for nothing it may deliver still: what it delivers to goes once this has spread.
        name, propagation = f"{number:02}-{action.kind}", each.step.propagation
        steps.append(Step(name, action, why, each.step.group, propagation=propagation))
        gone |= each.step.action.touches().aliases if isinstance(each.step.action, Touches) else set()
    return Plan(PHASE, function, "", tuple(steps), warnings=tuple(warnings))


def _left_by_the_guard(number: int, left: Action) -> Step:
    action = RemoveLeftover(action_to_dict(left))
    return Step(f"{number:02}-{action.kind}", action, "the traffic that it guarded is back", "guard")


def _named(aliases: frozenset[str]) -> str:
    """Return that aliases which stay name something, or ""."""
    return f"alias {min(aliases)} names it, so that it stays" if aliases else ""


def _stays(left: Leftover, now: float, *, frozen: bool) -> str:
    """Return why something may not go yet, or ""."""
    if left.until > now:
        return f"not before {moment(left.until)}; it may still carry traffic"
    if frozen and str(getattr(left.step.action, "marker", "")).startswith(ORIGINAL_MARKER):
        return "the code freeze names this version as the original; `freeze --lift` ends it"
    return ""
