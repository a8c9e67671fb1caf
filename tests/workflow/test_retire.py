"""What `retire` finds of earlier runs that served the function alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lambda_migrate.actions.function.publish_signed_layer import PublishSignedLayer
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.vpc_lattice.create_lattice_group import CreateLatticeGroup
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.record import Record
from lambda_migrate.engine.runs import Run
from lambda_migrate.triggers import load_balancer
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.workflow import permissions
from lambda_migrate.workflow.phases import retire
from tests.inventory.fake_aws import FakeAws
from tests.planner import worlds

MADE = {
    "idle": CreateTargetGroup("lm-idle", {}),
    "busy": CreateTargetGroup("lm-busy", {}),
    "gone": CreateTargetGroup("lm-gone", {}),
    "lattice": CreateLatticeGroup("lm-lattice", "V2"),
}
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/1"
SERVICE = "arn:aws:vpc-lattice:eu-west-1:123456789012:service/svc-1"


def groups(Names: list[str]) -> dict[str, Any]:  # noqa: N803  # as botocore calls it
    (name,) = Names
    if name == "lm-gone":
        return {"TargetGroups": []}
    balancers = [BALANCER] if name == "lm-busy" else []
    return {"TargetGroups": [{"TargetGroupName": name, "TargetType": "lambda", "LoadBalancerArns": balancers}]}


def test_what_nothing_leads_to_goes_and_the_rest_stays_and_says_why() -> None:
    lattice = {"id": "tg-1", "name": "lm-lattice", "status": "ACTIVE", "serviceArns": [SERVICE]}
    aws: Any = FakeAws(
        {
            "elbv2:describe_target_groups": groups,
            "vpc-lattice:list_target_groups": {"items": [{**lattice, "lambdaEventStructureVersion": "V2"}]},
            "vpc-lattice:list_targets": {"items": []},
        }
    )
    steps = tuple(Step(name, action) for name, action in MADE.items())
    applied = dict.fromkeys(MADE, Record(1, "a", "applied", "", "", None, ""))
    run = Run(1, Plan("cutover", "f", "", steps).to_dict(), "", applied=applied)

    serving, busy = retire.remains_of(aws, [run])

    assert [step.action for step in serving] == [MADE["idle"]]
    assert busy == (
        "VPC Lattice target group lm-lattice: delete: service svc-1 of VPC Lattice forwards to it, so that it stays",
        "target group lm-busy: delete: load balancer shop forwards to it, so that it stays",
    )


def test_a_layer_that_was_signed_goes_as_any_other() -> None:
    profile = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/shop/A1"
    made = PublishSignedLayer("lm", "c0de", "marker", "signing", profile)
    published = {"Version": 3, "Description": "marker", "LayerVersionArn": "arn:3"}
    aws: Any = FakeAws(
        {
            "lambda:list_layer_versions": {"LayerVersions": [published]},
            "lambda:get_layer_version": {"Content": {"SigningProfileVersionArn": profile}},
        }
    )
    plan = Plan("proxy", "f", "", (Step("layer", made),))
    run = Run(1, plan.to_dict(), "", applied={"layer": Record(1, "a", "applied", "", "", None, "")})

    assert retire.remains_of(aws, [run]) == ((Step("layer", made),), ())


def test_a_policy_of_the_first_day_allows_what_only_later_phases_make() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/1"
    settings = load_balancer.Settings(source=arn, balancer="app/shop/1", rules=(load_balancer.Rule("r", "shop", 1),))
    balanced = Trigger("elb", arn, "shop", "", settings)
    inventory = worlds.inventory(balanced, replace(balanced, qualifier="live"))

    steps = list(permissions.served(inventory))

    assert [step.action.kind for step in steps] == ["publish_layer", "create_target_group"]
    calls = {call.name for step in steps for call in step.action.aws_calls()}
    assert {"lambda:DeleteLayerVersion", "elbv2:DeleteTargetGroup"} <= calls
