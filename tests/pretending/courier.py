"""Couriers: a made-up kind that reaches the function by a role, and never the service.

It is found by its statement in the function's resource policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "courier"
LABEL = "courier"
TRAFFIC = "events"
FOUND = "its permission"
PRINCIPALS = ("couriers.amazonaws.com",)
ALIAS = "its role may invoke the alias"
STAYS = "couriers do not speak HTTP"
BACK = "its role may not invoke the alias any more"
SETTLES = 10.0
TWICE = "nothing: a courier rides once"


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a courier."""

    route: str = "route"


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Let its role, which has its name, invoke the alias."""
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function.qualified_arn(alias)}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    action = PutRolePolicy(trigger.name, trigger.settings.route, policy)
    return Repoint((Step("", action, "it takes the way to the alias"),))
