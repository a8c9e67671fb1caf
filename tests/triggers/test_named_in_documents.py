"""Alarms, rules of Config and SES, delivery streams and data sources: the function is replaced where they name it."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import (
    alarm,
    appsync,
    appsync_authorizer,
    codecommit,
    config_rule,
    firehose,
    kind_of,
    ses,
)
from lambda_migrate.triggers.base import Trigger
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import SERVICE, actions, gates

ROLE = f"arn:aws:iam::{known.REGION.partition(':')[2]}:role/invoker"
LIVE = known.qualified("live")
SIDES = {"before": known.ARN, "after": LIVE}
TRIGGERS: dict[str, tuple[Trigger[Any], dict[str, Any], str]] = {
    "alarm": (
        Trigger("alarm", "a/$LATEST", "late", "", alarm.Settings(source="a", function=known.ARN)),
        {"kind": "point_alarm", "name": "late", "composite": False},
        "late",
    ),
    "config rule": (
        Trigger("config_rule", "c", "tagged", "", config_rule.Settings(source="c", function=known.ARN)),
        {"kind": "point_config_rule", "name": "tagged"},
        "tagged",
    ),
    "receipt rule": (
        Trigger("ses", "s", "in/mail", "", ses.Settings(source="s", rule_set="in", rule="mail", function=known.ARN)),
        {"kind": "point_receipt_rule", "name": "mail", "rule_set": "in"},
        "mail",
    ),
    "delivery stream": (
        Trigger("firehose", "f", "clicks", "", firehose.Settings(source="f", function=known.ARN, role=ROLE)),
        {"kind": "point_transformation", "name": "clicks"},
        "clicks",
    ),
    "data source": (
        Trigger(
            "appsync",
            "d",
            "shop/orders",
            "",
            appsync.Settings(source="d", api="a1", data_source="orders", function=known.ARN, role=ROLE),
        ),
        {"kind": "point_data_source", "name": "orders", "api": "a1"},
        "d",
    ),
    "repository": (
        Trigger(
            "codecommit",
            "r/tell",
            "shop/tell",
            "",
            codecommit.Settings(
                source="r", repository="shop", trigger="tell", function=known.ARN, repository_id="7e57"
            ),
        ),
        {"kind": "point_repository_trigger", "name": "shop", "trigger": "tell"},
        "7e57",
    ),
    "AppSync authorizer": (
        Trigger(
            "appsync_authorizer",
            "a1/authorizer",
            "shop",
            "",
            appsync_authorizer.Settings(source="a", api="a1", events=True, functions={"1": known.ARN}),
        ),
        {
            "kind": "point_api_authorizer",
            "name": "shop",
            "api": "a1",
            "events": True,
            "before": {"1": known.ARN},
            "after": {"1": LIVE},
        },
        "a",
    ),
}


@pytest.mark.parametrize(("trigger", "action", "physical"), TRIGGERS.values(), ids=TRIGGERS)
def test_the_function_is_replaced_and_nothing_else(
    trigger: Trigger[Any], action: dict[str, Any], physical: str
) -> None:
    kind = kind_of(trigger)
    repoint = kind.to_alias(trigger, known.function(), "live")

    assert repoint is not None
    assert actions(repoint) == [{**SIDES, **action}]
    assert [step.propagation for step in repoint.steps] == [kind.settles]
    assert (repoint.blockers, kind.physical_id(trigger)) == ((), physical)
    assert kind.to_service(trigger, known.function(), SERVICE) is None


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger("alarm", "p", "alarm:*", "", alarm.Settings(source="p")),
        Trigger("config_rule", "p", "rule", "", config_rule.Settings(source="p")),
        Trigger("ses", "p", "rule", "", ses.Settings(source="p")),
    ],
    ids=["alarm", "config rule", "receipt rule"],
)
def test_of_what_only_a_permission_is_known_nothing_can_be_moved(trigger: Trigger[Any]) -> None:
    assert kind_of(trigger).to_alias(trigger, known.function(), "live") is None


def test_a_rule_that_a_service_made_is_left_to_it() -> None:
    settings = config_rule.Settings(source="c", function=known.ARN, made_by="config-conforms.amazonaws.com")
    repoint = kind_of(Trigger("config_rule", "c", "tagged", "", settings)).to_alias(
        Trigger("config_rule", "c", "tagged", "", settings), known.function(), "live"
    )

    assert repoint is not None
    assert (actions(repoint), gates(repoint)) == ([], ["trigger:config_rule"])


@pytest.mark.parametrize("name", ["delivery stream", "data source"])
@pytest.mark.parametrize(
    ("answer", "closed"),
    [
        ({"EvaluationResults": [{"EvalDecision": "allowed"}]}, []),
        ({"EvaluationResults": [{"EvalDecision": "implicitDeny"}]}, ["caller-not-permitted"]),
        (NotAllowed("no"), ["caller-not-permitted"]),
    ],
    ids=["allowed", "denied", "not told"],
)
def test_the_role_that_invokes_is_asked_about_the_alias_before(name: str, answer: Any, closed: list[str]) -> None:
    trigger, *_ = TRIGGERS[name]
    aws: Any = FakeAws({"iam:simulate_principal_policy": answer})

    found = kind_of(trigger).preflight(aws, trigger, known.function(), "live")

    assert [each.gate for each in found] == closed
