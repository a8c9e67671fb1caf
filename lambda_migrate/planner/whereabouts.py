"""Where each trigger points: now, after what comes next, and after a rollback; from runs alone, and pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.engine.runs import Run

FUNCTION, SERVICE, MOVING, STAYS = "function", "service", "moving", "stays"

_ALIASES, _LEAVES = "cutover", "direct"
"""The phases whose steps re-point a trigger: to the alias, and straight to the service."""


class TriggerStatus(NamedTuple):
    """One trigger.

    Attributes:
        name: What a person calls it: ``SQS queue jobs``.
        now: Where it points: ``function``, ``alias live``, ``service``, ``moving`` while a run is in the middle of it.
        planned: Where the next phase points it; ``stays`` where that changes nothing.
        back: Where a rollback points it; ``stays`` where that changes nothing.
    """

    name: str
    now: str
    planned: str
    back: str


def whereabouts(runs: Sequence[Run]) -> tuple[TriggerStatus, ...]:
    """Return every trigger that a run of the ledger has re-pointed, or was to, the first one first.

    Args:
        runs: Of the ledger, the oldest first.
    """
    names: dict[str, str] = {}
    steps: dict[str, dict[str, list[bool]]] = {}
    alias = ""
    for run in runs:
        if run.phase not in (_ALIASES, _LEAVES):
            continue
        alias = run.summary.get("alias", alias)
        for step, (trigger, name) in run.triggers.items():
            names.setdefault(trigger, name)
            steps.setdefault(trigger, {}).setdefault(run.phase, []).append(step in run.applied)
    return tuple(_row(name, steps[trigger], f"alias {alias}".strip()) for trigger, name in names.items())


def _row(name: str, steps: dict[str, list[bool]], alias: str) -> TriggerStatus:
    leaving, aliased = steps.get(_LEAVES, []), steps.get(_ALIASES, [])
    if leaving and all(leaving):
        return TriggerStatus(name, SERVICE, STAYS, alias)
    if any(leaving):
        return TriggerStatus(name, MOVING, SERVICE, alias)
    if all(aliased):  # also where it named the alias before we came
        return TriggerStatus(name, alias, SERVICE, FUNCTION if aliased else STAYS)
    if any(aliased):
        return TriggerStatus(name, MOVING, alias, FUNCTION)
    return TriggerStatus(name, FUNCTION, alias, STAYS)
