"""Target groups of Application Load Balancers that have the function as their target.

This version does not change a target group. Which load balancer forwards to it is looked up, because CloudWatch has a
target group's metrics by load balancer.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers import base, policy
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "elb"
LABEL = "load balancer target group"
TRAFFIC = "requests"
FOUND = "its permission"
PRINCIPALS = ("elasticloadbalancing.amazonaws.com",)
STAYS = "this version does not change a target group"


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a target group; its `balancer` is ``app/name/id``, or "" where none could be looked up."""

    balancer: str = ""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield what the permissions of load balancers are for; a target group that one names, with its load balancer."""
    for qualifier, qualified in sorted(function.qualified.items()):
        for statement in filter(policy.allows, qualified.policy):
            source = policy.source(statement)
            if source.principal not in PRINCIPALS:
                continue
            balancer = _balancer(aws, source.arn) if _is_one(source.arn) else ""
            settings = Settings(source=source.arn, principal=source.principal, balancer=balancer)
            name = Arn.parse(source.arn).resource or source.arn or source.principal
            yield Trigger(KIND, f"{source.principal}:{source.arn or '*'}:{qualifier}", name, qualifier, settings)


def _is_one(arn: str) -> bool:
    return ":targetgroup/" in arn and not set(arn) & set("*?")


def _balancer(aws: Aws, group: str) -> str:
    """Return the load balancer of a target group; a permission to ask is not worth stopping for."""
    with suppress(AwsError, NotAllowed):
        groups = aws.call("elbv2", "describe_target_groups", TargetGroupArns=[group])["TargetGroups"]
        balancers = [arn for each in groups for arn in each.get("LoadBalancerArns") or []]
        return Arn.parse(balancers[0]).below("loadbalancer") if balancers else ""
    return ""


def request_metrics(trigger: Trigger[Settings], _function: Function) -> SourceMetrics | None:
    """Return what the load balancer counts of its target group ("CloudWatch metrics for your ALB", ELB user guide)."""
    if not trigger.settings.balancer:
        return None
    group = Arn.parse(trigger.settings.source).resource
    dimensions = {"LoadBalancer": trigger.settings.balancer, "TargetGroup": group}
    names = ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_Target_4XX_Count")
    return SourceMetrics.of_requests("AWS/ApplicationELB", dimensions, *names)
