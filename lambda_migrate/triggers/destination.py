"""Destinations of other functions: Lambda sends the outcome of their asynchronous invocations to this function.

Lambda does so with the role of the other function, which has to be allowed to invoke the alias first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.function.point_destination import PointDestination
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base, invoking_role
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "destination"
LABEL = "destination of function"
TRAFFIC = "events"
FOUND = "the asynchronous settings of functions whose role may invoke this one"
ALIAS = "the destination is replaced, with the other function's other destination, retries and age as they were"
STAYS = "Lambda sends to functions, queues, topics and event buses, not to an address"
BACK = "the destination is put back; the other one as it is then"
TWICE = "nothing of the change itself"
PROPAGATION = 60.0
"""No time is documented; Lambda's asynchronous settings are eventually consistent."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a destination.

    Attributes:
        sender: The other function's name.
        sending: Whose settings they are: an alias, a version, ``$LATEST``.
        outcome: ``OnSuccess`` or ``OnFailure``.
        role: The ARN of the other function's role.
        function: The ARN that stands there.
    """

    sender: str
    sending: str
    outcome: str
    role: str
    function: str


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the settings (AWS::Lambda::EventInvokeConfig): function, then qualifier."""
    return f"{trigger.settings.sender}|{trigger.settings.sending}"


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the destination."""
    settings = trigger.settings
    after = function.qualified_arn(alias)
    action = PointDestination(settings.sender, settings.function, after, settings.sending, settings.outcome)
    return Repoint((Step("", action, "its outcomes reach the alias", propagation=PROPAGATION),))


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that the other function's role may not invoke the alias."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)
