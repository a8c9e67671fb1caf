"""Subscription filters of CloudWatch Logs.

A filter is replaced as a whole under its own name. A group may have two, so that a new one beside the old is not always
possible, and would send everything twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.logs.point_subscription_filter import PointSubscriptionFilter
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "logs"
LABEL = "log group"
TRAFFIC = "events"
FOUND = "the permission, and the group's subscription filters; all groups where the permission names none"
PRINCIPALS = ("logs.amazonaws.com", "logs.*.amazonaws.com")
ALIAS = "the filter's destination is replaced under its own name, with its pattern and all else as it was"
STAYS = "CloudWatch Logs sends to functions, streams and Firehose; the latter two deliver another event"
BACK = "the destination is put back under the same name; all else of the filter as it is then"
TWICE = "nothing of the change itself; CloudWatch Logs sends again where it got no answer, as ever"
PROPAGATION = 60.0
"""No time is documented; events "appear … in near real time"."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a subscription filter.

    Attributes:
        group: The log group's name; "" where it is a policy of the account, for all groups.
        filter_name: The filter's name, or the policy's.
        function: The ARN that it sends to, as it stands there.
    """

    group: str
    filter_name: str
    function: str


def group_name(arn: str) -> str:
    """Return the name of the log group that an ARN is of, with ``:*`` at its end or without; a pattern as it is."""
    return Arn.parse(arn).resource.removeprefix("log-group:").removesuffix(":*")


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the filter: its name."""
    return trigger.settings.filter_name


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the filter's destination."""
    settings = trigger.settings
    if not settings.group:
        text = f"account policy `{trigger.name}` of CloudWatch Logs goes on sending to `$LATEST`"
        advice = f"put the alias' ARN into it by hand, {function.qualified_arn(alias)}, then accept this"
        return Repoint((), (closed(trigger_gate, f"{text}; {advice}", trigger.name, of=KIND),))
    own = f"/aws/lambda/{function.name}"
    warnings = (
        (f"log group `{own}` is the function's own: what it writes while it handles that comes to it again",)
        if settings.group == own
        else ()
    )
    after = function.qualified_arn(alias)
    action = PointSubscriptionFilter(settings.group, settings.function, after, settings.filter_name)
    return Repoint((Step("", action, "its log events reach the alias", propagation=PROPAGATION),), warnings=warnings)
