"""A listener rule's weights, where other target groups have a share too; on moto, since MiniStack has no weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import Drifted, PreconditionFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

STICKY = {"Enabled": True, "DurationSeconds": 600}


@pytest.fixture
def aws() -> Iterator[Aws]:
    with mock_aws():
        yield Aws(region="eu-west-1", sleep=lambda _seconds: None)


@pytest.fixture
def elb(aws: Aws) -> Any:
    return aws.client("elbv2")


@pytest.fixture
def listener(aws: Aws, elb: Any) -> str:
    ec2 = aws.client("ec2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
    balancer = elb.create_load_balancer(Name="orders-lb", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    made = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[answer])
    return str(made["Listeners"][0]["ListenerArn"])


def group(elb: Any, name: str) -> str:
    return str(elb.create_target_group(Name=name, TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"])


def shared(elb: Any, listener: str, ours: str, theirs: str) -> str:
    """Make a rule in which others have 80 and ours has 20; return its ARN."""
    groups = [{"TargetGroupArn": ours, "Weight": 20}, {"TargetGroupArn": theirs, "Weight": 80}]
    config = {"TargetGroups": groups, "TargetGroupStickinessConfig": STICKY}
    made = elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/orders"]}],
        Actions=[{"Type": "forward", "Order": 1, "ForwardConfig": config}],
    )
    return str(made["Rules"][0]["RuleArn"])


def forwarded(elb: Any, rule: str) -> Any:
    (action,) = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]
    config = action["ForwardConfig"]
    weights = [(each["TargetGroupArn"], each["Weight"]) for each in config["TargetGroups"]]
    return weights, config["TargetGroupStickinessConfig"]


def test_only_our_share_moves_and_the_rest_stays_as_it_is(aws: Aws, elb: Any, listener: str) -> None:
    ours, theirs, live = (group(elb, name) for name in ("orders", "theirs", "lm-orders"))
    rule = shared(elb, listener, ours, theirs)
    action = PointListenerRule(rule, "", "orders-lb /orders", {ours: 20}, {"target-group:lm-orders": 20})
    before = forwarded(elb, rule)

    bring(action, aws, Observed.AFTER)
    after = forwarded(elb, rule)
    bring(action, aws, Observed.BEFORE)

    assert after == ([(live, 20), (theirs, 80)], STICKY)
    assert forwarded(elb, rule) == before == ([(ours, 20), (theirs, 80)], STICKY)


def test_a_share_is_split_and_joined_again(aws: Aws, elb: Any, listener: str) -> None:
    ours, theirs, live = (group(elb, name) for name in ("orders", "theirs", "lm-orders"))
    rule = shared(elb, listener, ours, theirs)
    split = PointListenerRule(rule, "", "orders-lb", {ours: 20}, {ours: 15, "target-group:lm-orders": 5})
    whole = PointListenerRule(rule, "", "orders-lb", split.after, {"target-group:lm-orders": 20})

    bring(split, aws, Observed.AFTER)
    halfway = forwarded(elb, rule)
    bring(whole, aws, Observed.AFTER)
    moved = forwarded(elb, rule)
    for action in (whole, split):
        bring(action, aws, Observed.BEFORE)

    assert split.describe() == "rule orders-lb: orders → orders 15, lm-orders 5"
    assert halfway == ([(ours, 15), (live, 5), (theirs, 80)], STICKY)
    assert moved == ([(live, 20), (theirs, 80)], STICKY)
    assert forwarded(elb, rule) == ([(ours, 20), (theirs, 80)], STICKY)


def test_weights_that_somebody_changed_meanwhile_are_drift_and_stay(aws: Aws, elb: Any, listener: str) -> None:
    ours, theirs = group(elb, "orders"), group(elb, "theirs")
    group(elb, "lm-orders")
    rule = shared(elb, listener, ours, theirs)
    action = PointListenerRule(rule, "", "orders-lb", {ours: 50}, {"target-group:lm-orders": 50})

    with pytest.raises(Drifted):
        bring(action, aws, Observed.AFTER)
    with pytest.raises(PreconditionFailed):
        action.apply(aws)
    assert forwarded(elb, rule) == ([(ours, 20), (theirs, 80)], STICKY)


def test_a_group_that_is_gone_is_said_by_its_name(aws: Aws, elb: Any, listener: str) -> None:
    ours = group(elb, "orders")
    rule = shared(elb, listener, ours, group(elb, "theirs"))
    action = PointListenerRule(rule, "", "orders-lb", {ours: 20}, {"target-group:lm-orders": 20})

    with pytest.raises(Drifted, match="there is no target group `lm-orders`"):
        action.apply(aws)


def test_a_client_secret_that_aws_does_not_show_is_kept(aws: Aws, elb: Any, listener: str) -> None:
    ours = group(elb, "orders")
    group(elb, "lm-orders")
    rule = shared(elb, listener, ours, group(elb, "theirs"))
    oidc = {"Issuer": "https://login.example.com", "ClientId": "orders"}
    asked: list[dict[str, Any]] = []

    def shown(parsed: dict[str, Any], **_ignored: Any) -> None:
        for each in parsed["Rules"]:
            each["Actions"].insert(0, {"Type": "authenticate-oidc", "Order": 0, "AuthenticateOidcConfig": dict(oidc)})

    def sent(params: dict[str, Any], **_ignored: Any) -> None:
        asked.append(params["Actions"][0])
        del params["Actions"][0]

    elb.meta.events.register("after-call.elastic-load-balancing-v2.DescribeRules", shown)
    elb.meta.events.register("provide-client-params.elastic-load-balancing-v2.ModifyRule", sent)
    PointListenerRule(rule, "", "orders-lb", {ours: 20}, {"target-group:lm-orders": 20}).apply(aws)

    kept = {**oidc, "UseExistingClientSecret": True}
    assert asked == [{"Type": "authenticate-oidc", "Order": 0, "AuthenticateOidcConfig": kept}]
