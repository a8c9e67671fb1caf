"""Secrets that the function rotates.

The function is named in the secret. To write it there is also a way to rotate at once, which is not wanted here. Even
so Secrets Manager has the function test the secret, once for each change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.secrets.point_rotation import PointRotation
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import rotation_under_way
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "secretsmanager"
LABEL = "secret"
TRAFFIC = "events"
FOUND = "the permission, and the secrets that name the function as the one that rotates them"
PRINCIPALS = ("secretsmanager.amazonaws.com",)
ALIAS = "the function that rotates it is replaced, with its rules as they were and without a rotation now"
STAYS = "Secrets Manager waits for a function that rotates; it asks no address"
BACK = "the function is put back, with the rules as they are then and without a rotation"
TWICE = "the step `testSecret`, which each change has the function run once"
PROPAGATION = 60.0
"""No time is documented; a rotation starts hours or days later."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a secret.

    Attributes:
        function: The ARN that rotates it, as it stands there.
        pending: Whether a rotation is under way: a version that waits to become the current one.
    """

    function: str
    pending: bool = False


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the function that rotates it."""
    settings = trigger.settings
    blockers: tuple[Blocker, ...] = ()
    if settings.pending:
        text = f"secret `{trigger.name}` is being rotated: a version waits to become the current one"
        blockers = (closed(rotation_under_way, f"{text}; wait until it has, then run the same again", trigger.name),)
    warning = f"secret `{trigger.name}`: each change of its rotation has the function run `testSecret` once"
    action = PointRotation(trigger.name, settings.function, function.qualified_arn(alias), settings.source)
    return Repoint((Step("", action, "the alias rotates it", propagation=PROPAGATION),), blockers, (warning,))
