"""Target groups of load balancers: a second one for the alias, then the rules, one by one."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from lambda_migrate.triggers import from_dict, kind_of
from lambda_migrate.triggers.base import Repoint, Trigger
from lambda_migrate.triggers.load_balancer import Rule, Settings, group_name
from tests.triggers import known
from tests.triggers.repointing import actions

ARN = f"arn:aws:elasticloadbalancing:{known.REGION}"
GROUP = f"{ARN}:targetgroup/a-group-with-quite-a-long-name/0a1b"
NAME = "lm-1afaa8ab-a-group-with-quite-a"
RULES = (Rule(f"{ARN}:listener-rule/1", "lb:443 /orders", 1), Rule(f"{ARN}:rule/2", "lb:443 by default", 20, "l1"))
CHECKED = {"HealthCheckEnabled": True, "HealthCheckPath": "/health", "HealthCheckIntervalSeconds": 35}


def group(**changed: Any) -> Trigger[Settings]:
    settings = Settings(source=GROUP, balancer="app/lb/9f", rules=RULES, health={"HealthCheckEnabled": False})
    return Trigger("elb", GROUP, "targetgroup/orders/0a1b", "", replace(settings, **changed))


def moved(trigger: Trigger[Settings]) -> Repoint:
    repoint = kind_of(trigger).to_alias(trigger, known.function(), "live")
    assert repoint is not None
    return repoint


def test_a_group_like_the_first_one_is_made_for_the_alias_and_each_rule_pointed_at_it() -> None:
    made = moved(group(multiple_values=True))
    reference, live = f"target-group:{NAME}", known.qualified("live")

    assert actions(made)[:2] == [
        {"kind": "create_target_group", "name": NAME, "health": {"HealthCheckEnabled": False}},
        {
            "kind": "set_group_attributes",
            "group": reference,
            "before": {"lambda.multi_value_headers.enabled": "false"},
            "after": {"lambda.multi_value_headers.enabled": "true"},
        },
    ]
    grant, register, *rules = actions(made)[2:]
    assert (grant["kind"], grant["qualifier"], grant["statement"]["Condition"]) == (
        "grant_permission",
        "live",
        {"ArnLike": {"AWS:SourceArn": f"{ARN}:targetgroup/{NAME}/*"}},
    )
    assert register == {"kind": "register_function", "group": reference, "function": live}
    assert rules == [
        {
            "kind": "point_listener_rule",
            "rule": rule.arn,
            "listener": rule.listener,
            "name": rule.name,
            "before": {GROUP: rule.weight},
            "after": {reference: rule.weight},
        }
        for rule in RULES
    ]
    assert len(made.preparation) == 4
    assert (made.blockers, made.warnings) == ((), ())


def test_the_name_of_the_group_is_one_that_aws_takes_and_the_same_every_time() -> None:
    short = replace(group(), settings=replace(group().settings, source=f"{ARN}:targetgroup/o/0a1b"))

    assert group_name(group(), "live") == group_name(group(), "live")
    assert group_name(group(), "live") != group_name(group(), "other")
    assert len(group_name(group(), "live")) <= 32
    assert group_name(short, "live").endswith("-o")


def test_a_health_check_is_an_invocation_and_is_said() -> None:
    assert moved(group(health=CHECKED)).warnings == (
        (
            "load balancer target group `targetgroup/orders/0a1b` checks the function's health: it invokes it every"
            " 35 s for `/health`, and expects 200; the service has to answer so too"
        ),
    )


def test_where_only_the_permission_is_known_nothing_is_made_and_a_gate_says_so() -> None:
    repoint = moved(group(rules=()))

    assert (repoint.steps, repoint.preparation, [each.gate for each in repoint.blockers]) == ((), (), ["trigger:elb"])


def test_it_survives_json_and_stays_on_the_alias() -> None:
    trigger = group()

    assert from_dict(json.loads(json.dumps(asdict(trigger)))) == trigger
    assert kind_of(trigger).physical_id(trigger) == RULES[0].arn
    assert kind_of(trigger).physical_id(group(rules=RULES[1:])) == "l1"
    assert kind_of(trigger).physical_id(group(rules=())) == GROUP
