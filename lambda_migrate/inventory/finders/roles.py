"""Roles that may invoke the function by their own policies, where nothing was looked through that runs as them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders import appsync, delivery_streams, pipelines, pipes, schedules, state_machines
from lambda_migrate.inventory.finders.unlooked import unlooked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants
    from lambda_migrate.triggers.base import Settings, Trigger

PRINCIPALS = ()
LISTING = "IAM roles"

_SEARCHED = frozenset(
    {
        *delivery_streams.PRINCIPALS,
        *pipelines.PRINCIPALS,
        *schedules.PRINCIPALS,
        *pipes.PRINCIPALS,
        *state_machines.PRINCIPALS,
        *appsync.PRINCIPALS,
        "apigateway.amazonaws.com",
        "lambda.amazonaws.com",
    }
)
"""Services whose things are looked through, so that their roles need not be told of."""


def find_by_role(_aws: Aws, _function: Function, grants: Grants) -> Iterator[Trigger[Settings]]:
    """Yield that roles could not be read, if so."""
    if grants.unread:
        yield unlooked(LISTING, grants.unread)


def notes(grants: Grants) -> tuple[str, ...]:
    """Return which roles may invoke the function by name although nothing was looked through that may run as them."""
    return tuple(
        f"role `{Arn.parse(arn).below('role')}` may invoke the function by its own policy; who runs as it is not known"
        for arn, role in sorted(grants.roles.items())
        if role.names and not role.services & _SEARCHED
    )
