"""Load balancers straight to the service: its own target group in the same rules, a share at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Service
from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import kind_of
from lambda_migrate.triggers.base import Destination, Repoint, Trigger
from lambda_migrate.triggers.load_balancer import Rule, Settings, look_up
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import actions, gates

if TYPE_CHECKING:
    from collections.abc import Mapping

ARN = f"arn:aws:elasticloadbalancing:{known.REGION}"
GROUP, SERVICE, OTHER = (f"{ARN}:targetgroup/{name}/0a1b" for name in ("lm-orders", "service", "images"))
BALANCER = f"{ARN}:loadbalancer/app/lb/9f"
ALONE = Rule(f"{ARN}:listener-rule/1", "lb:443 /orders", 1)
SHARED = Rule(f"{ARN}:listener-rule/2", "lb:443 by default", 3, "listener", (OTHER,), 600)
LOOKED = {
    "type": "ip",
    "vpc": "vpc-1",
    "version": "HTTP1",
    "balancers": "",
    "sticky": "false",
    "states": "unused unused",
    f"vpc of {BALANCER}": "vpc-1",
    "target-groups-per-action-on-application-load-balancer": "5",
    "target-groups-per-application-load-balancer": "100",
}


def group(**changed: Any) -> Trigger[Settings]:
    settings = Settings(source=GROUP, balancer="app/lb/9f", rules=(ALONE,), multiple_values=True)
    return Trigger("elb", GROUP, "targetgroup/lm-orders/0a1b", "live", replace(settings, **changed))


def moved(
    trigger: Trigger[Settings], looked: Mapping[str, str] | None = None, *, unlooked: bool = False, **changed: Any
) -> Repoint:
    resources = {} if unlooked else {"elb": {**LOOKED, **(looked or {})}}
    known_of = {"target_group": SERVICE, "weights": (10, 50), "resources": resources, **changed}
    repoint = kind_of(trigger).to_service(trigger, known.function(), Destination("https://internal", **known_of))
    assert repoint is not None
    return repoint


def sides(repoint: Repoint) -> list[tuple[str, dict[str, int], dict[str, int]]]:
    return [(each["rule"][-1], each["before"], each["after"]) for each in actions(repoint)]


def test_the_group_joins_without_a_request_and_gets_a_growing_share() -> None:
    repoint = moved(group())

    assert [each["kind"] for each in actions(repoint)] == ["join_listener_rule", *["point_listener_rule"] * 3]
    assert sides(repoint) == [
        ("1", {GROUP: 1}, {GROUP: 1, SERVICE: 0}),
        ("1", {GROUP: 1, SERVICE: 0}, {GROUP: 90, SERVICE: 10}),
        ("1", {GROUP: 90, SERVICE: 10}, {GROUP: 50, SERVICE: 50}),
        ("1", {GROUP: 50, SERVICE: 50}, {SERVICE: 1}),
    ]
    assert [(each.gated, each.propagation) for each in repoint.preparation] == [(True, 60.0)]
    assert [each.source_metrics for each in repoint.steps] == [(repoint.source_metrics,)] * 3
    counted = repoint.source_metrics
    assert counted is not None
    assert counted.dimensions == {"LoadBalancer": "app/lb/9f", "TargetGroup": "targetgroup/service/0a1b"}
    assert counted.metrics == (
        "HTTPCode_Target_4XX_Count",
        "HTTPCode_Target_5XX_Count",
        "RequestCount",
        "TargetConnectionErrorCount",
        "TargetTLSNegotiationErrorCount",
    )
    assert (repoint.blockers, repoint.warnings, repoint.private) == ((), (), True)


def test_of_a_rule_of_several_only_our_weight_is_split_and_never_more_than_was_asked_for() -> None:
    repoint = moved(group(rules=(ALONE, SHARED), others=("targetgroup/images/0a1b",)))

    assert [each for each in sides(repoint) if each[0] == "2"] == [
        ("2", {GROUP: 3}, {GROUP: 3, SERVICE: 0}),
        ("2", {GROUP: 3, SERVICE: 0}, {GROUP: 2, SERVICE: 1}),
        ("2", {GROUP: 2, SERVICE: 1}, {SERVICE: 3}),
    ]
    rules = [each[0] for each in sides(repoint)[2:]]
    assert list(zip(rules, [bool(each.source_metrics) for each in repoint.steps], strict=True)) == [
        ("1", True),
        ("1", False),
        ("2", True),
        ("1", False),
        ("2", True),
    ]
    assert repoint.warnings == (
        (
            "rule `lb:443 by default` keeps a client at its target group for 600 s: clients that Lambda has answered"
            " stay there for that long, so the service gets less than its share at first"
        ),
        (
            "rule `lb:443 by default` gives the function a weight of 3 beside others, which stay as they are; of that"
            " the service gets 0, 1, then all"
        ),
    )


def test_a_function_that_got_one_value_of_each_header_is_told_of() -> None:
    assert moved(group(multiple_values=False)).warnings == (
        (
            "load balancer target group `targetgroup/lm-orders/0a1b` gave the function the last value of a repeated"
            " header or parameter; the service gets all of them"
        ),
    )


UNFIT = "target-group-unfit: target group `service` of the service "


@pytest.mark.parametrize(
    ("looked", "rule", "told"),
    [
        ({"type": "lambda"}, ALONE, UNFIT + "is of type `lambda`; a service's targets are of type `ip` or `instance`"),
        (
            {"version": "GRPC"},
            ALONE,
            UNFIT + "speaks gRPC, and the function's callers do not; make one of protocol version HTTP1",
        ),
        (
            {"vpc": "vpc-2"},
            ALONE,
            UNFIT + "is in VPC `vpc-2`, the load balancer in `vpc-1`; make one in the load balancer's VPC",
        ),
        (
            {"balancers": f"{ARN}:loadbalancer/app/other/9f", "states": "healthy"},
            ALONE,
            UNFIT + "belongs to load balancer `other`, and a group has one load balancer; make one for this one",
        ),
        (
            {"sticky": "true"},
            ALONE,
            UNFIT + "is sticky, and rule `lb:443 /orders` is not, which AWS refuses; switch off the group's stickiness",
        ),
        (
            {"balancers": BALANCER, "states": "healthy"},
            replace(ALONE, others=(SERVICE,)),
            UNFIT + "is in rule `lb:443 /orders` already; remove it there first",
        ),
        (
            {"unread": "not allowed"},
            ALONE,
            UNFIT + "could not be read: not allowed; see `service.target_group`",
        ),
        (
            {"states": ""},
            ALONE,
            (
                "target-group-unhealthy: target group `service` of the service has no targets;"
                " register the service's instances or tasks"
            ),
        ),
        (
            {"balancers": BALANCER, "states": "unhealthy initial"},
            ALONE,
            (
                "target-group-unhealthy: target group `service` of the service has no healthy target (initial,"
                " unhealthy); fix its health check first"
            ),
        ),
        (
            {"limits unread": "not allowed"},
            ALONE,
            (
                "load-balancer-quota: how many target groups a rule and a load balancer may have could not be read:"
                " not allowed; allow it, or accept this"
            ),
        ),
        (
            {"target-groups-per-action-on-application-load-balancer": "1"},
            ALONE,
            (
                "load-balancer-quota: rule `lb:443 /orders` would forward to 2 target groups, and the account allows 1;"
                " raise `target-groups-per-action-on-application-load-balancer`"
            ),
        ),
        (
            {"target-groups-per-application-load-balancer": "1"},
            ALONE,
            (
                "load-balancer-quota: load balancer `lb` would have 2 target groups, and the account allows 1; raise"
                " `target-groups-per-application-load-balancer`"
            ),
        ),
    ],
)
def test_what_aws_would_refuse_in_the_middle_is_asked_before(looked: dict[str, str], rule: Rule, told: str) -> None:
    assert [str(each) for each in moved(group(rules=(rule,)), looked).blockers] == [told]


def test_a_sticky_group_fits_a_rule_that_keeps_its_clients() -> None:
    assert moved(group(rules=(replace(ALONE, sticky=600),)), {"sticky": "true"}).blockers == ()


@pytest.mark.parametrize("require", ["signed", "header"])
def test_a_service_that_asks_who_comes_in_is_closed_to_a_load_balancer(require: str) -> None:
    assert gates(moved(group(), require=require)) == ["service-door-closed"]


def test_nobody_looked_is_no_yes() -> None:
    assert gates(moved(group(), unlooked=True)) == ["target-group-unfit"]


def test_without_a_group_of_the_service_it_stays_on_the_alias() -> None:
    kind, trigger = kind_of(group()), group()

    assert kind.to_service(trigger, known.function(), Destination("https://internal")) is None
    assert "service.target_group" in kind.stays
    named = Destination("https://internal", target_group=SERVICE)
    assert kind.to_service(group(rules=()), known.function(), named) is None


DESCRIBED = {"TargetGroupArn": SERVICE, "TargetType": "ip", "VpcId": "vpc-1", "LoadBalancerArns": []}


def account(**changed: Any) -> Any:
    states = [{"TargetHealth": {"State": each}} for each in ("unused", "draining", "unused")]
    limits = [{"Name": name, "Max": most} for name, most in LOOKED.items() if name.startswith("target-groups")]
    return FakeAws(
        {
            "elbv2:describe_target_groups": {"TargetGroups": [DESCRIBED]},
            "elbv2:describe_target_group_attributes": {"Attributes": [{"Key": "stickiness.enabled", "Value": "false"}]},
            "elbv2:describe_target_health": {"TargetHealthDescriptions": states},
            "elbv2:describe_load_balancers": {"LoadBalancers": [{"LoadBalancerArn": BALANCER, "VpcId": "vpc-1"}]},
            "elbv2:describe_account_limits": {"Limits": [*limits, {"Name": "target-groups", "Max": "3000"}]},
            **changed,
        }
    )


def test_the_group_its_targets_the_balancers_and_the_limits_are_looked_at() -> None:
    service = Service(target_group=SERVICE)

    assert look_up(account(), known.function(), service, (group(),)) == LOOKED
    assert look_up(account(), known.function(), Service(), (group(),)) == {}
    gone: dict[str, Any] = {"elbv2:describe_target_groups": {"TargetGroups": []}}
    assert look_up(account(**gone), known.function(), service, ()) == {
        "unread": "it does not exist in this account and region",
        "target-groups-per-action-on-application-load-balancer": "5",
        "target-groups-per-application-load-balancer": "100",
    }
    refused: dict[str, Any] = {"elbv2:describe_target_health": NotAllowed("not allowed")}
    assert look_up(account(**refused), known.function(), service, ()) == {"unread": "not allowed"}
    unlimited: dict[str, Any] = {"elbv2:describe_account_limits": NotAllowed("not allowed")}
    assert look_up(account(**unlimited), known.function(), service, ())["limits unread"] == "not allowed"
