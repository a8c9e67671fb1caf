"""Whether a deployment keeps the flips of APIs, buckets, log groups and load balancers."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.handover.check import check
from tests.handover.callers import ACTIONS, GROUP, MADE, RULE, standing
from tests.handover.plans import ALIAS, FUNCTION

REST = {"rest_api_id": "r1", "resource_id": "res1", "http_method": "ANY"}
STAGE = {"rest_api_id": "r1", "stage_name": "prod"}
UPLOADS = {"bucket": "uploads"}
KEPT = ("keeps", "this is changed, and keeps the migrated value")


def functions(other: str, images: str) -> dict[str, Any]:
    told = (("other", other), ("images", images))
    return {"lambda_function": [{"id": name, "lambda_function_arn": arn} for name, arn in told]}


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("aws_api_gateway_integration", REST, {"uri": ACTIONS[2].before}, ("undoes", "this gets another uri")),
        ("aws_api_gateway_integration", REST, {"uri": ACTIONS[2].after}, KEPT),
        (
            "aws_api_gateway_stage",
            {**STAGE, "deployment_id": "ours"},
            {"deployment_id": "d1"},
            ("undoes", "this gets another deployment_id"),
        ),
        (
            "aws_s3_bucket_notification",
            UPLOADS,
            functions(ALIAS, FUNCTION),
            ("undoes", "this gets another lambda_function"),
        ),
        ("aws_s3_bucket_notification", UPLOADS, functions(FUNCTION, ALIAS), KEPT),
        (
            "aws_lb_listener_rule",
            {"arn": RULE},
            {"action": [{"target_group_arn": GROUP}]},
            ("undoes", "this gets another action"),
        ),
        ("aws_lb_listener_rule", {"arn": RULE}, {"action": [{"target_group_arn": MADE}]}, KEPT),
    ],
)
def test_a_plan_of_terraform(
    kind: str, before: dict[str, Any], after: dict[str, Any], expected: tuple[str, str]
) -> None:
    (flip,) = (each for each in standing() if each.terraform and each.terraform.type == kind)
    change = {"actions": ["update"], "before": before, "after": {**before, **after}}

    (finding,) = check({"resource_changes": [{"type": kind, "address": "this", "change": change}]}, [flip])

    assert (finding.outcome, finding.why) == expected


LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
FILTER = "AWS::Logs::SubscriptionFilter"
UNSAID = "This: the change set does not say what {} becomes"


@pytest.mark.parametrize(
    ("kind", "physical", "name", "after", "expected"),
    [
        (
            "AWS::ApiGateway::Method",
            "shop-Pr-1",
            "Integration",
            FUNCTION,
            ("unknown", "This may be the same resource, and is changed"),
        ),
        (
            "AWS::ApiGateway::Method",
            "shop-Pr-1",
            "HttpMethod",
            "GET",
            ("keeps", "This is changed, and keeps the migrated value"),
        ),
        (FILTER, "errors", "DestinationArn", LATER, ("unknown", UNSAID.format("DestinationArn"))),
        (FILTER, "errors", "DestinationArn", FUNCTION, ("undoes", "This gets another DestinationArn")),
        (
            "AWS::S3::Bucket",
            "uploads",
            "NotificationConfiguration",
            f'{{"LambdaConfigurations": [{{"Function": "{ALIAS}"}}]}}',
            ("keeps", "This is changed to the migrated value"),
        ),
        ("AWS::ApiGateway::Stage", "prod", "DeploymentId", LATER, ("unknown", UNSAID.format("DeploymentId"))),
    ],
)
def test_a_change_set(kind: str, physical: str, name: str, after: str, expected: tuple[str, str]) -> None:
    (flip,) = (each for each in standing() if each.cloudformation and each.cloudformation.type == kind)
    target = {"Attribute": "Properties", "Name": name, "AfterValue": after}
    change = {"ResourceType": kind, "LogicalResourceId": "This", "PhysicalResourceId": physical, "Action": "Modify"}

    (finding,) = check({"Changes": [{"ResourceChange": {**change, "Details": [{"Target": target}]}}]}, [flip])

    assert (finding.outcome, finding.why) == expected


def test_the_next_apply_undoes_what_it_does_not_leave_alone() -> None:
    (flip,) = standing(PointRoute("h1", "rt1", "GET /orders", "integrations/i1", "integrations/i2"))
    route = {"api_id": "h1", "id": "rt1", "route_key": "GET /orders"}
    change = {
        "actions": ["update"],
        "before": {**route, "target": "integrations/i2"},
        "after": {**route, "target": "x"},
    }
    plan = {"resource_changes": [{"type": "aws_apigatewayv2_route", "address": "this", "change": change}]}

    (finding,) = check(plan, [flip])

    assert (finding.outcome, finding.why) == ("undoes", "this gets another target")
