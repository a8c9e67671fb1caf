"""A listener rule's weights, where other target groups have a share too; on moto, since MiniStack has no weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
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


def test_what_a_second_operator_writes_right_before_us_survives_or_stops_us(aws: Aws, elb: Any, listener: str) -> None:
    ours, theirs, service = (group(elb, name) for name in ("orders", "theirs", "service"))
    rule = shared(elb, listener, ours, theirs)
    action = PointListenerRule(rule, "", "orders-lb", {ours: 20, service: 0}, {ours: 18, service: 2})
    bring(JoinListenerRule(rule, "", "orders-lb", {ours: 20}, action.before), aws, Observed.AFTER)

    def written(**weights: int) -> None:
        groups = [{"TargetGroupArn": arn, "Weight": weights[name]} for name, arn in names.items()]
        config = {"TargetGroups": groups, "TargetGroupStickinessConfig": STICKY}
        elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "Order": 1, "ForwardConfig": config}])

    names = {"ours": ours, "service": service, "theirs": theirs}
    assert action.observe(aws) is Observed.BEFORE
    written(ours=20, service=0, theirs=300)
    action.apply(aws)
    assert forwarded(elb, rule)[0] == [(ours, 18), (service, 2), (theirs, 300)]

    assert action.observe(aws) is Observed.AFTER
    written(ours=0, service=100, theirs=300)
    with pytest.raises(PreconditionFailed):
        action.undo(aws)
    assert forwarded(elb, rule)[0] == [(ours, 0), (service, 100), (theirs, 300)]


def test_from_any_share_the_way_back_is_one_write(aws: Aws, elb: Any, listener: str) -> None:
    first, live, service = (group(elb, name) for name in ("orders", "lm-orders", "service"))
    rule = shared(elb, listener, first, group(elb, "theirs"))
    sides: list[dict[str, int]] = [{first: 20}, {live: 20}, {live: 20, service: 0}, {live: 18, service: 2}]
    about = (rule, "", "orders-lb")
    alias, share = PointListenerRule(*about, *sides[:2]), PointListenerRule(*about, *sides[2:])
    join = JoinListenerRule(*about, *sides[1:3])

    joined = join.joined(share)
    assert joined == PointListenerRule(*about, sides[1], sides[3])
    assert alias.joined(joined) == PointListenerRule(*about, sides[0], sides[3])
    assert alias.joined(share) is None
    assert share.joined(join) is None
    assert join.describe() == "rule orders-lb: service joins with weight 0"
    assert join.describe_back() == "rule orders-lb: take service out"


def test_a_group_that_is_gone_is_said_by_its_name(aws: Aws, elb: Any, listener: str) -> None:
    ours = group(elb, "orders")
    rule = shared(elb, listener, ours, group(elb, "theirs"))
    action = PointListenerRule(rule, "", "orders-lb", {ours: 20}, {"target-group:lm-orders": 20})

    with pytest.raises(Drifted, match="target group `lm-orders` does not exist"):
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
