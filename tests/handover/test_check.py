"""Whether a deployment keeps the flips, from the documents that Terraform and CloudFormation write."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.handover.check import check
from tests.handover.plans import ALIAS, FUNCTION, standing

FLIPS = {flip.name: flip for flip in standing()}
INVOKE = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
INTEGRATION = {"api_id": "a1b2c3", "id": "int1"}


def change(kind: str, actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:
    return {
        "address": f"{kind}.this",
        "type": kind,
        "change": {"actions": actions, "before": before, "after": after, **more},
    }


def integration(uri: str, **more: Any) -> dict[str, Any]:
    after = {**INTEGRATION, "integration_uri": uri}
    return change("aws_apigatewayv2_integration", ["update"], INTEGRATION, after, **more)


@pytest.mark.parametrize(
    ("name", "planned", "expected"),
    [
        ("orders_api_integration", [], ("keeps", "no aws_apigatewayv2_integration of this id is in the plan")),
        (
            "orders_api_integration",
            [change("aws_apigatewayv2_integration", ["no-op"], INTEGRATION, INTEGRATION)],
            ("keeps", "aws_apigatewayv2_integration.this is not changed"),
        ),
        (
            "orders_api_integration",
            [integration(INVOKE.format(FUNCTION))],
            ("undoes", "aws_apigatewayv2_integration.this gets another integration_uri"),
        ),
        (
            "orders_api_integration",
            [integration(INVOKE.format(ALIAS))],
            ("keeps", "aws_apigatewayv2_integration.this is changed, and keeps what was flipped"),
        ),
        (
            "orders_api_integration",
            [integration("", after_unknown={"integration_uri": True})],
            ("unknown", "aws_apigatewayv2_integration.this: integration_uri is known only after the deployment"),
        ),
        (
            "orders_api_integration",
            [change("aws_apigatewayv2_integration", ["delete", "create"], INTEGRATION, {})],
            ("undoes", "aws_apigatewayv2_integration.this is deleted or made again"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["create"], None, {"function_name": "orders", "name": "live"})],
            ("undoes", "aws_lambda_alias.this is created, but exists already: import it"),
        ),
        (
            "live_alias",
            [
                change(
                    "aws_lambda_alias",
                    ["update"],
                    {"function_name": "orders", "name": "live"},
                    {"function_name": "orders", "name": "live", "function_version": "1"},
                )
            ],
            ("undoes", "aws_lambda_alias.this gets another function_version"),
        ),
    ],
)
def test_a_plan_of_terraform(name: str, planned: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    (finding,) = check({"resource_changes": planned}, [FLIPS[name]])

    assert (finding.flip, finding.outcome, finding.why) == (FLIPS[name].what, *expected)


def resource(kind: str, physical: str, action: str, *details: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "ResourceChange": {
            "ResourceType": kind,
            "LogicalResourceId": "This",
            "PhysicalResourceId": physical,
            "Action": action,
            "Details": list(details),
            **more,
        }
    }


def detail(name: str, **after: str) -> dict[str, Any]:
    return {"Target": {"Attribute": "Properties", "Name": name, **after}}


MAPPING = "AWS::Lambda::EventSourceMapping"


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("jobs_mapping", [], ("keeps", f"no {MAPPING} of this id is in the change set")),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("FunctionName", AfterValue=FUNCTION))],
            ("undoes", "This gets another FunctionName"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("FunctionName", AfterValue=ALIAS))],
            ("keeps", "This is changed to what was flipped"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("FunctionName"))],
            ("unknown", "This: the change set does not say what FunctionName becomes"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("BatchSize", AfterValue="5"))],
            ("keeps", "This is changed, and keeps what was flipped"),
        ),
        ("jobs_mapping", [resource(MAPPING, "11111111-2222", "Remove")], ("undoes", "This is removed or replaced")),
        (
            "live_alias",
            [resource("AWS::Lambda::Alias", "", "Add", AfterContext='{"Properties":{"Name":"live"}}')],
            ("undoes", "This is added, but exists already: import it"),
        ),
        ("live_alias", [resource("AWS::Lambda::Alias", ALIAS, "Import")], ("keeps", "This is imported")),
    ],
)
def test_a_change_set(name: str, changes: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    (finding,) = check({"Changes": changes}, [FLIPS[name]])

    assert (finding.flip, finding.outcome, finding.why) == (FLIPS[name].what, *expected)


@pytest.mark.parametrize("document", [[], {}, {"Changes": 3}, "text", None])
def test_what_is_neither_is_refused(document: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        check(document, standing())

    assert raised.value.message == "neither a plan of Terraform nor a change set"
