"""Target groups of VPC Lattice: found by the permission or among all, with every rule that forwards to them."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.vpc_lattice import Rule, Settings
from tests.inventory.fake_aws import FUNCTION, FakeAws, statement
from tests.inventory.taking import fake, take

REGION = "arn:aws:vpc-lattice:eu-west-1:123456789012"
GROUP = f"{REGION}:targetgroup/tg-1"
SERVICE = f"{REGION}:service/svc-1"
LISTENER = f"{SERVICE}/listener/listener-1"


def forward(*groups: dict[str, Any]) -> dict[str, Any]:
    return {"forward": {"targetGroups": list(groups)}}


ANSWERS: dict[str, Any] = {
    "vpc-lattice:list_target_groups": {"items": [{"arn": GROUP}]},
    "vpc-lattice:get_target_group": {
        "name": "orders",
        "serviceArns": [SERVICE],
        "config": {"lambdaEventStructureVersion": "V2"},
    },
    "vpc-lattice:list_targets": {"items": [{"id": FUNCTION}]},
    "vpc-lattice:list_listeners": {"items": [{"id": "listener-1", "arn": LISTENER, "name": "http"}]},
    "vpc-lattice:get_listener": {"defaultAction": forward({"targetGroupIdentifier": "tg-1"})},
    "vpc-lattice:list_rules": {
        "items": [
            {"id": "rule-0", "arn": f"{LISTENER}/rule/rule-0", "isDefault": True},
            {"id": "rule-1", "arn": f"{LISTENER}/rule/rule-1", "name": "orders"},
            {"id": "rule-2", "arn": f"{LISTENER}/rule/rule-2"},
        ]
    },
    "vpc-lattice:get_rule": lambda ruleIdentifier, **_where: {  # noqa: N803  # as AWS calls it
        "action": {
            "rule-1": forward(
                {"targetGroupIdentifier": GROUP, "weight": 20}, {"targetGroupIdentifier": "tg-2", "weight": 80}
            ),
            "rule-2": {"fixedResponse": {"statusCode": 404}},
        }[ruleIdentifier]
    },
}


def account(source: str, **answers: Any) -> FakeAws:
    aws = fake(statement("lattice", "vpc-lattice.amazonaws.com", source))
    aws.answers |= {**ANSWERS, **answers}
    return aws


@pytest.mark.parametrize("source", [GROUP, ""], ids=["named by the permission", "looked for among all"])
def test_a_group_is_found_with_each_rule_that_forwards_to_it(source: str) -> None:
    rules = (
        Rule(LISTENER, "svc-1/http by default", 100),
        Rule(f"{LISTENER}/rule/rule-1", "svc-1/http orders", 20),
    )
    settings = Settings(source=GROUP, rules=rules, version="V2")

    assert take(account(source)).triggers == (Trigger("vpc_lattice", GROUP, "orders", "", settings),)


def test_a_group_that_nothing_forwards_to_delivers_nothing() -> None:
    about = {"name": "orders", "serviceArns": [], "config": {}}
    (found,) = take(account(GROUP, **{"vpc-lattice:get_target_group": about})).triggers

    assert (found.enabled, found.settings) == (False, Settings(source=GROUP))


@pytest.mark.parametrize(
    "call", ["vpc-lattice:get_target_group", "vpc-lattice:list_targets", "vpc-lattice:get_listener"]
)
@pytest.mark.parametrize(
    "error", [NotAllowed("not allowed"), AwsError("it cannot be reached")], ids=["denied", "absent"]
)
def test_one_that_cannot_be_read_to_its_end_is_unknown_by_its_name(call: str, error: Exception) -> None:
    (unknown,) = take(account(GROUP, **{call: error})).triggers

    assert (unknown.kind, unknown.name) == ("unknown", "VPC Lattice target group tg-1")
