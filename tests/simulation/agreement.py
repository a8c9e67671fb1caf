"""Whether the ledger and the world agree: what the last record says of each thing is what AWS shows in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import Observed, action_from_dict
from lambda_migrate.actions.base import Joining
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.runs import runs
from tests.simulation.faults import Process
from tests.simulation.session import SimulatedAws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.runs import Run
    from tests.simulation.world import World

Subject = tuple[str, ...]

_SIDES = {
    "intent": None,
    "undo-intent": None,
    "applied": Observed.AFTER,
    "undone": Observed.BEFORE,
    "left": None,
    "passed": None,
}
"""What a record says of its step; None where that is open, or up to others."""


def disagreements(world: World, ledger: Ledger) -> list[tuple[Subject, str]]:
    """Return where they do not: about what, and one line; nothing where the ledger itself says that it is open.

    Args:
        world: What AWS has.
        ledger: What is recorded.
    """
    told = {("alias", "live")} if armed_schedule(ledger) and world.services.scheduler.acted else set()
    aws = SimulatedAws(world, Process(), read_only=True, sleep=_never, wrote=_nothing)
    found = []
    with world.told_plainly():
        for subject, (run, name, action, side) in _last_words(world, ledger).items():
            seen = action.observe(aws)
            if side is not None and seen is not side and subject not in told and not _went_together(run, action, aws):
                said = f"{name}: the ledger says {side.value}, AWS shows {seen.value}"
                found.append((subject, f"{said}: {action.describe()}"))
    return found


def _went_together(run: Run, last: Any, aws: SimulatedAws) -> bool:
    """Return whether a step went back with earlier ones in one write, of which the ledger was told one by one.

    Where the process was killed in between, AWS shows the beginning of those that are not told of yet; the next way
    back finds them there.
    """
    for step in run.applied_steps:
        joined = step.action.joined(last) if isinstance(step.action, Joining) else None
        if joined is not None and joined.observe(aws) is Observed.BEFORE:
            return True
    return False


def _last_words(world: World, ledger: Ledger) -> dict[Subject, tuple[Run, str, Any, Observed | None]]:
    """Return what the ledger says last of each thing; None of what is open, or was left in place."""
    known = {run.number: run for run in runs(ledger)}
    said: dict[Subject, tuple[Run, str, Any, Observed | None]] = {}
    for record in ledger.records:
        event = str((record.note or {}).get("kind")) if record.event == "note" else record.event
        if event not in _SIDES or record.run not in known:
            continue
        run = known[record.run]
        action = action_from_dict(run.actions[record.id])
        for subject in subjects(world, action):
            said[subject] = (run, f"{run.phase} {record.id}", action, _SIDES[event])
    return said


def subjects(world: World, action: Any) -> Iterator[Subject]:
    """Yield what an action changes."""
    subscriptions = world.services.sns.known
    names = {
        "create_alias": ("alias", "alias"),
        "shift_weight": ("alias", "alias"),
        "pin_original": ("pin",),
        "pin_version": ("pin", "version"),
        "publish_version": ("version", "marker"),
        "publish_layer": ("layer", "marker"),
        "configure_latest": ("latest",),
        "restore_latest": ("latest",),
        "set_async_settings": ("asynchronous", "qualifier"),
        "set_signing_keys": ("secret", "secret"),
        "drop_signing_key": ("secret", "secret"),
        "point_integration": ("integration", "integration_id"),
        "create_integration": ("new integration", "marker"),
        "rehearse_route": ("rehearsal", "path"),
        "end_rehearsal": ("rehearsal", "path"),
        "point_route": ("route", "route_id"),
        "point_rest_integration": ("rest integration", "resource_id", "verb"),
        "replace_rest_integration": ("rest integration", "resource_id", "verb"),
        "point_stage": ("stage", "api_id", "stage"),
        "shift_stage": ("stage", "api_id", "stage"),
        "point_mapping": ("mapping target", "uuid"),
        "switch_mapping": ("mapping", "uuid"),
        "delete_mapping": ("mapping", "uuid"),
        "point_rule": ("target", "rule", "target_id"),
        "create_connection": ("connection", "name"),
        "create_api_destination": ("destination", "name"),
        "create_role": ("role", "name"),
        "put_role_policy": ("role policy", "role", "name"),
        "subscribe": ("subscription", "topic", "endpoint"),
        "delete_function": ("function",),
        "save_backup": ("backup",),
    }
    if action.kind == "grant_permission":
        yield "permission", action.qualifier, action.statement["Sid"]
    elif action.kind in ("park_subscription", "remove_subscription"):
        yield "subscription", *subscriptions[action.subscription]
    elif action.kind == "remove_leftover":
        yield from subjects(world, action_from_dict(action.action))
    else:
        kind, *fields = names.get(action.kind, (action.kind, *vars(action)))
        yield (kind, *(str(getattr(action, field)) for field in fields))


def _never(_seconds: float) -> None:
    msg = "looking waits for nothing"
    raise AssertionError(msg)


def _nothing(_called: str) -> None:
    """Nothing is written."""
