"""A target group of VPC Lattice: a second one is made for the alias, and each rule is pointed at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.vpc_lattice.register_lattice_function import RegisterLatticeFunction
from lambda_migrate.errors import AwsError, Drifted
from lambda_migrate.triggers import kind_of
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.vpc_lattice import Rule, Settings
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known
from tests.triggers.repointing import SERVICE, actions, gates

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Repoint

GROUP = f"arn:aws:vpc-lattice:{known.REGION}:targetgroup/tg-1"
LISTENER = f"arn:aws:vpc-lattice:{known.REGION}:service/svc-1/listener/listener-1"
RULES = (Rule(LISTENER, "svc-1/http by default", 100), Rule(f"{LISTENER}/rule/rule-1", "svc-1/http orders", 20))


def repointed(**settings: Any) -> tuple[Trigger[Settings], Repoint]:
    trigger = Trigger("vpc_lattice", GROUP, "orders", "", Settings(source=GROUP, **settings))
    repoint = kind_of(trigger).to_alias(trigger, known.function(), "live")
    assert repoint is not None
    return trigger, repoint


def test_a_group_is_made_allowed_and_filled_before_a_rule_forwards_to_it() -> None:
    trigger, repoint = repointed(rules=RULES, version="V2")
    created, granted, registered, *pointed = actions(repoint)
    reference = f"lattice-target-group:{created['name']}"

    assert created == {"kind": "create_lattice_group", "name": created["name"], "version": "V2"}
    assert created["name"].startswith("lm-")
    assert granted["statement"]["Condition"] == {
        "ArnLike": {"AWS:SourceArn": f"arn:aws:vpc-lattice:{known.REGION}:targetgroup/*"}
    }
    assert granted["statement"]["Principal"] == {"Service": "vpc-lattice.amazonaws.com"}
    assert registered == {
        "kind": "register_lattice_function",
        "group": reference,
        "function": known.qualified("live"),
    }
    assert pointed == [
        {
            "kind": "point_lattice_rule",
            "name": rule.name,
            "before": {GROUP: rule.weight},
            "after": {reference: rule.weight},
            "rule": rule.arn,
        }
        for rule in RULES
    ]
    assert kind_of(trigger).physical_id(trigger) == LISTENER
    assert kind_of(trigger).to_service(trigger, known.function(), SERVICE) is None
    assert Settings.from_dict({"source": GROUP, "rules": [vars(rule) for rule in RULES]}).rules == RULES


def test_of_which_only_the_permission_is_known_it_is_a_gate() -> None:
    trigger, repoint = repointed()

    assert (actions(repoint), gates(repoint)) == ([], ["trigger:vpc_lattice"])
    assert kind_of(trigger).physical_id(trigger) == GROUP


def test_what_lattice_refuses_with_a_status_of_200_is_an_error_by_its_reason() -> None:
    refused = {"unsuccessful": [{"id": "f", "failureCode": "Invalid", "failureMessage": "no such function"}]}
    groups = {"items": [{"id": "tg-2", "name": "lm-orders"}]}
    aws: Any = FakeAws({"vpc-lattice:register_targets": refused, "vpc-lattice:list_target_groups": groups})
    action = RegisterLatticeFunction("lattice-target-group:lm-orders", known.qualified("live"))

    with pytest.raises(AwsError, match="register orders:live: no such function"):
        action.apply(aws)

    aws.answers["vpc-lattice:list_target_groups"] = {"items": []}
    with pytest.raises(Drifted, match="VPC Lattice has no target group `lm-orders`"):
        action.apply(aws)
