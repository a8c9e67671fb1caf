"""Secrets that the function rotates, where its policy lets Secrets Manager invoke it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.secretsmanager import KIND, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "secrets"
CALLS = ("secretsmanager:ListSecrets",)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the secrets that the function rotates; the listing of all says which.

    A permission is for all secrets as a rule ("Permissions for the rotation function", Secrets Manager user guide).
    """
    if policy.sources(function, PRINCIPALS):
        yield from looked(LISTING, partial(_rotated, aws, function))


def _rotated(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    for each in aws.pages("secretsmanager", "list_secrets", "SecretList"):
        qualifier = function.qualifier_of(each.get("RotationLambdaARN") or "")
        if qualifier is not None:
            settings = Settings(source=each["ARN"], function=each["RotationLambdaARN"], pending=_pending(each))
            enabled = bool(each.get("RotationEnabled"))
            yield Trigger(KIND, each["ARN"], each["Name"], qualifier, settings, enabled=enabled)


def _pending(secret: dict[str, Any]) -> bool:
    stages = (secret.get("SecretVersionsToStages") or {}).values()
    return any("AWSPENDING" in each and "AWSCURRENT" not in each for each in stages)
