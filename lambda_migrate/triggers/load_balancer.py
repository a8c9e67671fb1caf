"""Target groups of Application Load Balancers that have the function as their target.

A target group of this type takes one function and no more. To the alias: a second group is made for the alias, like the
first one, and each rule that forwards to the first is pointed at the second; the first stays as it is, so the way back
is to point the rules back.

To the service: its own target group (`service.target_group`) joins each rule with a weight of 0, until the load
balancer calls its targets healthy. Then it gets a growing share of the function's weight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.register_function import RegisterFunction
from lambda_migrate.actions.load_balancer.set_group_attributes import SetGroupAttributes
from lambda_migrate.actions.load_balancer.target_groups import NAMED
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import base, load_balancer_direct, policy
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.load_balancer_direct import look_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

__all__ = ["Rule", "Settings", "look_up", "request_metrics", "source_metrics", "to_alias", "to_service"]

KIND = "elb"
LABEL = "load balancer target group"
TRAFFIC = "requests"
FOUND = "the permission, the group's target, and the rules that forward to it"
PRINCIPALS = ("elasticloadbalancing.amazonaws.com",)
ALIAS = "a second group is made for the alias, and each rule is pointed at it with its other actions and weights"
SERVICE = "the service's own target group (`service.target_group`) joins each rule, with a weight of 0 at first"
GRADUAL = "by weights in the same rule, at the percents of `cutover.weights`, once its targets are healthy"
STAYS = "rules forward to target groups alone, and `service.target_group` does not name the service's own"
COUNTED = "successful requests (`RequestCount` of the service's target group less 4xx and what failed)"
FAILING = (
    "a risen share of `HTTPCode_Target_5XX_Count`, of connections that failed, or of `HTTPCode_Target_4XX_Count`; a"
    " group without a healthy target"
)
BACK = (
    "each rule is pointed back at the first group in one write, from any share; the first group stays, the second is"
    " deleted, as `retire` does where it has moved on"
)
CALLS = load_balancer_direct.CALLS
SETTLES = load_balancer_direct.PROPAGATION

TWICE = "nothing: a request is forwarded to one group or the other"

NAME_LENGTH = 32
"""Of a target group ("Name" of CreateTargetGroup)."""

MULTIPLE_VALUES = "lambda.multi_value_headers.enabled"
PERMISSION_PROPAGATION = 10.0


@dataclass(frozen=True)
class Rule:
    """A listener rule that forwards to the group.

    Attributes:
        arn: Its ARN.
        name: What a person calls it: the load balancer, and what the rule is for.
        weight: What the group has in it.
        listener: ARN of the listener whose default rule it is; else "".
        others: ARNs of the other groups that it forwards to.
        sticky: Seconds for which it keeps a client at one of its groups; 0 where it does not.
    """

    arn: str
    name: str
    weight: int
    listener: str = ""
    others: tuple[str, ...] = ()
    sticky: int = 0


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a target group.

    Attributes:
        balancer: Its load balancer as CloudWatch calls it, ``app/name/id``; "" where nothing forwards to it.
        rules: The rules that forward to it.
        health: Its health check, as CreateTargetGroup takes it.
        multiple_values: Whether headers and parameters come as lists, ``lambda.multi_value_headers.enabled``.
        others: Names of other target groups behind the same load balancer.
    """

    balancer: str = ""
    rules: tuple[Rule, ...] = ()
    health: dict[str, Any] = field(default_factory=dict)
    multiple_values: bool = False
    others: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        rules = tuple(Rule(**{**each, "others": tuple(each.get("others", ()))}) for each in data.get("rules", ()))
        return super().from_dict({**data, "rules": rules})


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls what changes: the first rule, or the listener whose default rule it is."""
    first = next(iter(trigger.settings.rules), None)
    return (first.listener or first.arn) if first else trigger.settings.source


def group_name(trigger: Trigger[Settings], target: str) -> str:
    """Return the name of the second group, the same at every run: letters, digits and hyphens, at most 32."""
    name = Arn.parse(trigger.settings.source).below("targetgroup").partition("/")[0]
    return f"lm-{sha256([trigger.settings.source, target])[:8]}-{name}"[:NAME_LENGTH].rstrip("-")


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Make a group for the alias, then point each rule at it."""
    settings, target = trigger.settings, function.qualified_arn(alias)
    if not settings.rules:
        text = f"only the permission of {LABEL} `{trigger.name}` is known, not what forwards to it"
        text = f"{text}; check it by hand, then accept this"
        return Repoint(blockers=(closed(trigger_gate, text, trigger.name, of=KIND),))
    name = group_name(trigger, target)
    reference = f"{NAMED}{name}"
    steps = (
        Step(
            "",
            PointListenerRule(
                rule.arn, rule.listener, rule.name, {settings.source: rule.weight}, {reference: rule.weight}
            ),
            "its requests reach the alias",
            propagation=SETTLES,
        )
        for rule in settings.rules
    )
    return Repoint(tuple(steps), (), tuple(_warnings(trigger)), tuple(_group(settings, function, alias, name)))


def _group(settings: Settings, function: Function, alias: str, name: str) -> Iterator[Step]:
    """Yield what makes the second group, before a rule forwards to it."""
    reference, target = f"{NAMED}{name}", function.qualified_arn(alias)
    yield Step("", CreateTargetGroup(name, settings.health), "a group takes one function; like the first one")
    if settings.multiple_values:
        both = SetGroupAttributes(reference, {MULTIPLE_VALUES: "false"}, {MULTIPLE_VALUES: "true"})
        yield Step("", both, "as the first one has it")
    group = Arn.parse(settings.source).sibling("elasticloadbalancing", f"targetgroup/{name}/*")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPALS[0]},
        "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": str(group)}},
    }
    grant = GrantPermission(function.name, alias, policy.clone(statement, target))
    yield Step("", grant, "the group may invoke the alias", propagation=PERMISSION_PROPAGATION)
    yield Step("", RegisterFunction(reference, target), "nothing forwards to it yet")


def _warnings(trigger: Trigger[Settings]) -> Iterator[str]:
    """Yield that a health check is an invocation ("Lambda functions as targets", ELB user guide)."""
    health = trigger.settings.health
    if health.get("HealthCheckEnabled"):
        every, code = health.get("HealthCheckIntervalSeconds"), (health.get("Matcher") or {}).get("HttpCode", "200")
        text = f"invokes it every {every} s for `{health.get('HealthCheckPath', '/')}`, and expects {code}"
        yield f"{LABEL} `{trigger.name}` checks the function's health: it {text}; the service has to answer so too"


def to_service(trigger: Trigger[Settings], _function: Function, destination: Destination) -> Repoint | None:
    """Give the service's own target group a growing share of each rule; None where none is named."""
    return load_balancer_direct.to_service(trigger, destination, destination.resources.get(KIND))


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what the load balancer counts of all its targets; a plan has those of the service's group."""
    names = ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_Target_4XX_Count")
    return SourceMetrics.of_requests("AWS/ApplicationELB", {"LoadBalancer": trigger.settings.balancer}, *names)


def request_metrics(trigger: Trigger[Settings], _function: Function) -> SourceMetrics | None:
    """Return what the load balancer counts of its targets ("CloudWatch metrics for your ALB", ELB user guide).

    What is to be pointed at the alias changes its group on the way, so that the load balancer is asked as a whole;
    where other groups are behind it too, that would count their requests.
    """
    settings = trigger.settings
    if not settings.balancer or (settings.others and not trigger.qualifier):
        return None
    dimensions = {"LoadBalancer": settings.balancer}
    if trigger.qualifier:
        dimensions["TargetGroup"] = Arn.parse(settings.source).resource
    names = ("RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_Target_4XX_Count")
    return SourceMetrics.of_requests("AWS/ApplicationELB", dimensions, *names)
