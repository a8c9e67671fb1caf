"""How many instances stand behind the service: as AWS counts the healthy ones, else as migration.yaml says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError
from lambda_migrate.planner import destination
from lambda_migrate.targets import TARGETS
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.target_health import healthy
from lambda_migrate.workflow.target import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.workflow.context import Context

NAME = "instances"
ENOUGH = 2
HINT = "set `service.target.scaling.minimum` to 2 or more"
RUNNING = "running"
"""The fact of a target's state that says how many there are, where it knows."""


def checks(context: Context) -> Iterator[Check]:
    """Yield whether one instance alone stands behind the service; nothing where nobody knows, or on this machine.

    Args:
        context: Of the command.
    """
    config = context.migration
    if TARGETS[config.service.target.kind].local:
        return
    try:
        counted = _counted(context)
    except MigrateError:
        counted = None  # it is not deployed, or may not be looked at: what is configured is known
    if counted is None:
        if text := destination.alone(config):
            yield Check(NAME, "warn", text, HINT)
    elif counted < ENOUGH:
        stand = "one healthy instance stands" if counted else "no healthy instance stands"
        text = f"{stand} behind the service: while it is down or replaced, direct callers get 503"
        yield Check(NAME, "warn", text, "see `lambda-migrate service status`; start at least two")
    else:
        yield Check(NAME, "pass", f"{counted} healthy instances stand behind the service")


def _counted(context: Context) -> int | None:
    """Return how many are healthy: targets of the service's group, or what its target counts."""
    group, target = context.migration.service.target_group, context.migration.service.target
    if group:
        return healthy(context.aws_read_only, group)
    if TARGETS[target.kind].instances(target) is None:
        return None
    running = place(context, with_function=False).state(context).facts.get(RUNNING)
    return running if isinstance(running, int) else None
