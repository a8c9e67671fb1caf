"""User pools of Amazon Cognito, whose Lambda triggers ask the function while somebody signs in.

A user pool is written as a whole, and what is left out goes back to its default. So all that Cognito shows is sent
again, and the two descriptions are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.cognito.point_user_pool import PointUserPool
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "cognito"
LABEL = "Cognito user pool"
TRAFFIC = "events"
FOUND = "the permission, and the pool's Lambda triggers; all pools where the permission names none"
PRINCIPALS = ("cognito-idp.amazonaws.com",)
ALIAS = "the function of its Lambda triggers is replaced, with all else of the pool as it was"
STAYS = "Cognito waits for a function's answer; it asks no address"
BACK = "the functions are put back; all else of the pool as it is then"
TWICE = "nothing: a sign-in asks one function"
PROPAGATION = 60.0
"""No time is documented."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a user pool.

    Attributes:
        pool: Its id.
        functions: The ARNs that it invokes, by the names of its Lambda triggers.
    """

    pool: str
    functions: dict[str, str]


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the pool: its id."""
    return trigger.settings.pool


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the function of its Lambda triggers."""
    settings = trigger.settings
    after = dict.fromkeys(settings.functions, function.qualified_arn(alias))
    action = PointUserPool(trigger.name, settings.functions, after, settings.pool)
    return Repoint((Step("", action, "its Lambda triggers ask the alias", propagation=PROPAGATION),))
