"""A load balancer straight to the service: its own target group joins the rules, and gets a growing weight there.

The group joins each rule with a weight of 0 first: only then does the load balancer check the health of its targets,
and without a healthy one nothing goes on. Of a rule's weights only the function's own are split; what others have in
it stays as it is. The way back from any share is one write, which puts the former actions there again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.target_groups import short
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import load_balancer_quota, service_door_closed, target_group_unfit, target_group_unhealthy
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.unread import NEVER_LOOKED, UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger
    from lambda_migrate.triggers.load_balancer import Rule, Settings

CALLS = (
    "elbv2:DescribeTargetGroups",
    "elbv2:DescribeTargetHealth",
    "elbv2:DescribeTargetGroupAttributes",
    "elbv2:DescribeLoadBalancers",
    "elbv2:DescribeAccountLimits",
)
"""What it calls itself, from which the policies of IAM are made."""

PROPAGATION = 60.0
"""Seconds until all nodes of a load balancer forward by a changed rule; AWS does not say how long it takes."""

WHOLE = 100
UNLIMITED = "limits unread"
"""What :func:`look_up` says why something is not known."""

PER_ACTION = "target-groups-per-action-on-application-load-balancer"
PER_BALANCER = "target-groups-per-application-load-balancer"
"""Names of limits (DescribeAccountLimits, Elastic Load Balancing API reference)."""

_FIT = ("ip", "instance")
_VPC = "vpc of "


def look_up(
    aws: Aws, _function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what has to be known of the service's target group, of the load balancers, and of the account's limits.

    Returns:
        Nothing where migration.yaml names no group; ``unread``, the reason, where AWS does not tell.
    """
    arn = service.target_group
    if not arn:
        return {}
    try:
        known = _of_group(aws, arn)
        for balancer in sorted({balancer_arn(each.settings) for each in triggers if each.settings.balancer}):
            answer = read_or_none(aws, "elbv2", "describe_load_balancers", LoadBalancerArns=[balancer])
            known |= {f"{_VPC}{each['LoadBalancerArn']}": str(each.get("VpcId", "")) for each in _listed(answer)}
    except (AwsError, NotAllowed) as error:
        return {UNREAD: error.message}
    return {**known, **_limits(aws)}


def _listed(answer: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return list(answer["LoadBalancers"]) if answer else []


def _of_group(aws: Aws, arn: str) -> dict[str, str]:
    answer = read_or_none(aws, "elbv2", "describe_target_groups", TargetGroupArns=[arn])
    groups = answer["TargetGroups"] if answer else []
    if not groups:
        return {UNREAD: "it does not exist in this account and region"}
    attributes = aws.call("elbv2", "describe_target_group_attributes", TargetGroupArn=arn)["Attributes"]
    health = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
    states = [str((each.get("TargetHealth") or {}).get("State", "")) for each in health]
    return {
        "type": str(groups[0].get("TargetType", "")),
        "vpc": str(groups[0].get("VpcId", "")),
        "version": str(groups[0].get("ProtocolVersion") or "HTTP1"),
        "balancers": " ".join(str(each) for each in groups[0].get("LoadBalancerArns") or ()),
        "sticky": next((str(each.get("Value")) for each in attributes if each["Key"] == "stickiness.enabled"), "false"),
        "states": " ".join(state for state in states if state != "draining"),
    }


def _limits(aws: Aws) -> dict[str, str]:
    """Return the limits of the account that adding a group to a rule may meet."""
    try:
        limits = list(aws.pages("elbv2", "describe_account_limits", "Limits"))
    except (AwsError, NotAllowed) as error:
        return {UNLIMITED: error.message}
    return {each["Name"]: str(each["Max"]) for each in limits if each.get("Name") in (PER_ACTION, PER_BALANCER)}


def balancer_arn(settings: Settings) -> str:
    """Return the ARN of the load balancer whose rules forward to a group."""
    return str(Arn.parse(settings.source).sibling("elasticloadbalancing", f"loadbalancer/{settings.balancer}"))


def to_service(
    trigger: Trigger[Settings], destination: Destination, resources: Mapping[str, str] | None
) -> Repoint | None:
    """Have the service's target group join each rule, and give it a growing share of the function's weight there.

    Args:
        trigger: The function's target group.
        destination: Where it goes.
        resources: What :func:`look_up` found; None where nobody has looked.

    Returns:
        None where migration.yaml names no target group, or no rule is known.
    """
    settings, group = trigger.settings, destination.target_group
    if not (group and settings.rules):
        return None
    counted = metrics(settings, group)
    joins = (
        Step(
            "",
            JoinListenerRule(rule.arn, rule.listener, rule.name, _sole(settings, rule), _joined(settings, rule, group)),
            "its targets' health is checked, no request goes there",
            gated=True,
            propagation=PROPAGATION,
        )
        for rule in settings.rules
    )
    looked = {UNREAD: NEVER_LOOKED} if resources is None else resources
    return Repoint(
        tuple(_shares(settings, group, destination.weights, counted)),
        tuple(_blockers(_Joining(trigger, group, looked), destination)),
        tuple(_warnings(trigger, destination.weights)),
        tuple(joins),
        counted,
        private=True,
    )


def _sole(settings: Settings, rule: Rule) -> dict[str, int]:
    return {settings.source: rule.weight}


def _joined(settings: Settings, rule: Rule, group: str) -> dict[str, int]:
    return {settings.source: rule.weight, group: 0}


def _shares(settings: Settings, group: str, weights: tuple[int, ...], counted: SourceMetrics) -> Iterator[Step]:
    """Yield the steps: at each weight all rules, the last of which is watched and judged by what was counted."""
    stands = {rule.arn: _joined(settings, rule, group) for rule in settings.rules}
    for percent in (*(each for each in weights if each < WHOLE), WHOLE):
        sides = {rule.arn: share(settings, rule, group, percent) for rule in settings.rules}
        moved = [rule for rule in settings.rules if sides[rule.arn] != stands[rule.arn]]
        for rule in moved:
            action = PointListenerRule(rule.arn, rule.listener, rule.name, stands[rule.arn], sides[rule.arn])
            whole = percent == WHOLE
            why = "all requests go straight to the service" if whole else f"{percent} % go straight to the service"
            watched = (counted,) if rule is moved[-1] else ()
            yield Step("", action, why, propagation=PROPAGATION, source_metrics=watched)
        stands = sides


def share(settings: Settings, rule: Rule, group: str, percent: int) -> dict[str, int]:
    """Return the weights at a percentage of the requests that the rule forwards to the function.

    Weights are whole numbers. Where others have a part in the rule, the function's own weight is split, and the
    service gets the largest part of it that is not more than was asked for.
    """
    if percent == WHOLE:
        return {group: rule.weight}
    if not rule.others:
        return {settings.source: WHOLE - percent, group: percent}
    part = rule.weight * percent // WHOLE
    return {settings.source: rule.weight - part, group: part}


def metrics(settings: Settings, group: str) -> SourceMetrics:
    """Return what the load balancer counts of the service's group ("CloudWatch metrics for your ALB", ELB user guide).

    A request that found no connection to a target is answered 502 or 504 by the load balancer itself, and counted by
    no `HTTPCode_Target_`; the two errors count it.
    """
    failed = {
        "HTTPCode_Target_5XX_Count": 1,
        "TargetConnectionErrorCount": 1,
        "TargetTLSNegotiationErrorCount": 1,
    }
    suspect = {"HTTPCode_Target_4XX_Count": 1}
    return SourceMetrics(
        "AWS/ApplicationELB",
        {"LoadBalancer": settings.balancer, "TargetGroup": Arn.parse(group).resource},
        tried={"RequestCount": 1},
        reached={"RequestCount": 1, **dict.fromkeys((*failed, *suspect), -1)},
        failed=failed,
        suspect=suspect,
        failing="5xx or not connected",
        suspicious="4xx",
    )


@dataclass(frozen=True)
class _Joining:
    """A service's group that is to join the rules of a trigger."""

    trigger: Trigger[Settings]
    group: str
    looked: Mapping[str, str]

    @property
    def named(self) -> str:
        """What a person calls the group."""
        return f"target group `{short(self.group)}` of the service"

    @property
    def balancer(self) -> str:
        return balancer_arn(self.trigger.settings)


def _blockers(joining: _Joining, destination: Destination) -> Iterator[Blocker]:
    if destination.require != "open":
        text = (
            f"load balancer target group `{joining.trigger.name}`: the service asks who comes in"
            f" (LAMBDA_MIGRATE_REQUIRE={destination.require}), and a load balancer adds neither signature nor key; set"
            " LAMBDA_MIGRATE_REQUIRE=open where its security group lets in the load balancer alone"
        )
        yield closed(service_door_closed, text, joining.trigger.name)
    unread = joining.looked.get(UNREAD)
    if unread:
        text = f"{joining.named} could not be read: {unread}; see `service.target_group`"
        yield closed(target_group_unfit, text, joining.trigger.name)
        return
    for why in _unfit(joining):
        yield closed(target_group_unfit, f"{joining.named} {why}", joining.trigger.name)
    yield from _unhealthy(joining)
    yield from _quota(joining)


def _unfit(joining: _Joining) -> Iterator[str]:
    """Yield why AWS would refuse to put the group into the rules, a clause each."""
    looked, settings, balancer = joining.looked, joining.trigger.settings, joining.balancer
    if looked["type"] not in _FIT:
        yield f"is of type `{looked['type']}`; a service's targets are of type `ip` or `instance`"
    if looked["version"] == "GRPC":
        yield "speaks gRPC, and the function's callers do not; make one of protocol version HTTP1"
    there = looked.get(f"{_VPC}{balancer}", "")
    if looked["vpc"] != there:
        yield f"is in VPC `{looked['vpc']}`, the load balancer in `{there}`; make one in the load balancer's VPC"
    others = [short_balancer(each) for each in looked["balancers"].split() if each != balancer]
    if others:
        yield f"belongs to load balancer `{others[0]}`, and a group has one load balancer; make one for this one"
    for rule in settings.rules:
        if joining.group in rule.others:
            yield f"is in rule `{rule.name}` already; remove it there first"
        if looked["sticky"] == "true" and not rule.sticky:
            yield f"is sticky, and rule `{rule.name}` is not, which AWS refuses; switch off the group's stickiness"


def short_balancer(arn: str) -> str:
    """Return a load balancer as a person calls it, by its name."""
    return Arn.parse(arn).below("loadbalancer").split("/")[1]


def _unhealthy(joining: _Joining) -> Iterator[Blocker]:
    """Yield that nobody would answer; what stands in no rule yet is not checked, and is looked at once it does."""
    states, subject = joining.looked["states"].split(), joining.trigger.name
    if not states:
        text = f"{joining.named} has no targets; register the service's instances or tasks"
        yield closed(target_group_unhealthy, text, subject)
    elif joining.looked["balancers"] and "healthy" not in states:
        text = f"{joining.named} has no healthy target ({', '.join(sorted(set(states)))}); fix its health check first"
        yield closed(target_group_unhealthy, text, subject)


def _quota(joining: _Joining) -> Iterator[Blocker]:
    """Yield that a rule or the load balancer would have more groups than the account allows."""
    looked, settings, subject = joining.looked, joining.trigger.settings, joining.trigger.name
    if looked.get(UNLIMITED):
        text = f"how many target groups a rule and a load balancer may have could not be read: {looked[UNLIMITED]}"
        yield closed(load_balancer_quota, f"{text}; allow it, or accept this", subject)
        return
    for rule in settings.rules:
        needed = len(rule.others) + 2
        if needed > int(looked.get(PER_ACTION, needed)):
            text = f"rule `{rule.name}` would forward to {needed} target groups, and the account allows"
            yield closed(load_balancer_quota, f"{text} {looked[PER_ACTION]}; raise `{PER_ACTION}`", subject)
    needed = len(settings.others) + 2
    if not looked["balancers"] and needed > int(looked.get(PER_BALANCER, needed)):
        text = f"load balancer `{short_balancer(joining.balancer)}` would have {needed} target groups, and the account"
        yield closed(load_balancer_quota, f"{text} allows {looked[PER_BALANCER]}; raise `{PER_BALANCER}`", subject)


def _warnings(trigger: Trigger[Settings], weights: tuple[int, ...]) -> Iterator[str]:
    settings = trigger.settings
    asked = [each for each in weights if each < WHOLE]
    for rule in settings.rules:
        if rule.sticky:
            yield (
                f"rule `{rule.name}` keeps a client at its target group for {rule.sticky} s: clients that Lambda has"
                " answered stay there for that long, so the service gets less than its share at first"
            )
        exact = [rule.weight * each % WHOLE == 0 for each in asked]
        if rule.others and not all(exact):
            parts = ", ".join(str(rule.weight * each // WHOLE) for each in asked)
            yield (
                f"rule `{rule.name}` gives the function a weight of {rule.weight} beside others, which stay as they"
                f" are; of that the service gets {parts}, then all"
            )
    if not settings.multiple_values:
        yield (
            f"load balancer target group `{trigger.name}` gave the function the last value of a repeated header or"
            " parameter; the service gets all of them"
        )
