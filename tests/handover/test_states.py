"""What tools have written down: the ids of what belongs to a function, and nothing else of their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lambda_migrate.handover.states import STATES, chalice, pulumi, terraform, terraform_code, zappa
from lambda_migrate.handover.states.model import Managed

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
SUBSCRIPTION = "arn:aws:sns:eu-west-1:123456789012:news:0a1b"
SECRET = "hunter2"


def state(*resources: dict[str, Any], version: int = 4) -> str:
    return json.dumps({"version": version, "terraform_version": "1.9.0", "resources": list(resources)})


def resource(kind: str, name: str, *instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = [{"attributes": each} if "attributes" not in each else each for each in instances]
    return {"mode": "managed", "type": kind, "name": name, "instances": made, **more}


def test_the_state_of_terraform_names_what_belongs_to_a_function() -> None:
    variables = [{"variables": {"PASSWORD": SECRET}}]
    text = state(
        resource("aws_lambda_function", "orders", {"arn": ARN, "environment": variables}, module="module.api"),
        resource("aws_lambda_alias", "live", {"attributes": {"arn": f"{ARN}:live"}, "index_key": "live"}),
        resource("aws_lambda_event_source_mapping", "jobs", {"uuid": "11111111-2222", "id": "11111111-2222"}),
        resource("aws_cloudwatch_event_rule", "paid", {"name": "paid", "event_bus_name": "default"}),
        resource("aws_cloudwatch_event_target", "paid", {"rule": "paid", "event_bus_name": "shop", "target_id": "x"}),
        resource("aws_sns_topic_subscription", "news", {"arn": SUBSCRIPTION}),
        resource("aws_db_instance", "main", {"id": "db", "password": SECRET}),
        resource("aws_lambda_function", "read", {"arn": f"{ARN}-read"}, mode="data"),
        resource("aws_lambda_alias", "half_made", {"arn": None}),
    )

    told = list(terraform.read(Path("terraform.tfstate"), text))

    assert told == [
        Managed("module.api.aws_lambda_function.orders", "function", ARN),
        Managed('aws_lambda_alias.live["live"]', "alias", f"{ARN}:live"),
        Managed("aws_lambda_event_source_mapping.jobs", "", "11111111-2222"),
        Managed("aws_cloudwatch_event_rule.paid", "eventbridge", "paid"),
        Managed("aws_cloudwatch_event_target.paid", "eventbridge", "shop|paid"),
        Managed("aws_sns_topic_subscription.news", "", SUBSCRIPTION),
    ]
    assert SECRET not in repr(told)


@pytest.mark.parametrize("text", ["[]", "{}", state(version=3), '{"version": 4', "null"])
def test_what_is_not_a_state_is_an_error_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(terraform.read(Path("terraform.tfstate"), text))


@pytest.mark.parametrize("reader", STATES, ids=lambda reader: f"{reader.tool} {reader.files[0]}")
@pytest.mark.parametrize(
    "text",
    [
        '{"version": 4, "resources": [null, 1, {"mode": "managed", "type": "aws_lambda_alias", "instances": [7, {}]}]}',
        '{"checkpoint": {"latest": {"resources": ["x", {"type": "aws:lambda/alias:Alias"}, {"type": 3}]}}}',
        '{"resources": {"a": 1}}',
        '{"dev": null, "prod": {"project_name": 3}}',
    ],
)
def test_odd_files_of_the_right_form_raise_nothing_but_that_they_cannot_be_read(reader: Any, text: str) -> None:
    try:
        told = list(reader.read(Path("file"), text))
    except ValueError:
        told = []

    assert all(isinstance(each, Managed) for each in told)


def test_a_checkpoint_of_pulumi_names_them_too() -> None:
    urn = "urn:pulumi:prod::shop::aws:lambda/{0}:{1}::orders"
    resources = [
        {"urn": urn.format("function", "Function"), "type": "aws:lambda/function:Function", "outputs": {"arn": ARN}},
        {"urn": "u2", "type": "aws:lambda/eventSourceMapping:EventSourceMapping", "outputs": {"uuid": "1-2"}},
        {"urn": "u3", "type": "aws:apigatewayv2/integration:Integration", "outputs": {"apiId": "a1b2c3"}},
        {"urn": "u4", "type": "aws:apigatewayv2/api:Api", "id": "a1b2c3", "outputs": {"token": SECRET}},
        {
            "urn": "u5",
            "type": "aws:cloudwatch/eventRule:EventRule",
            "outputs": {"name": "paid", "eventBusName": "shop"},
        },
        {"urn": "u6", "type": "aws:lambda/alias:Alias", "delete": True, "outputs": {"arn": f"{ARN}:old"}},
        {"urn": "u7", "type": "aws:s3/bucketV2:BucketV2", "id": "bucket"},
    ]
    stack = {"version": 3, "checkpoint": {"latest": {"resources": resources}}}

    told = list(pulumi.read(Path("prod.json"), json.dumps(stack)))

    assert told == [
        Managed(urn.format("function", "Function"), "function", ARN),
        Managed("u2", "", "1-2"),
        Managed("u3", "", "a1b2c3"),
        Managed("u4", "", "a1b2c3"),
        Managed("u5", "eventbridge", "shop|paid"),
    ]
    assert list(pulumi.read(Path("x.json"), json.dumps({"deployment": {"resources": resources}}))) == told


def test_what_chalice_has_deployed_is_in_a_file_for_each_stage() -> None:
    deployed = {
        "schema_version": "2.0",
        "resources": [
            {"name": "api_handler", "resource_type": "lambda_function", "lambda_arn": ARN},
            {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "a1b2c3", "rest_api_url": "https://x"},
            {"name": "jobs", "resource_type": "sqs_event", "event_uuid": "1-2", "lambda_arn": f"{ARN}-jobs"},
        ],
    }

    assert list(chalice.read(Path(".chalice/deployed/prod.json"), json.dumps(deployed))) == [
        Managed("api_handler of stage prod", "function", ARN),
        Managed("rest_api of stage prod", "", "a1b2c3"),
        Managed("jobs of stage prod", "", "1-2"),
    ]


def test_zappa_makes_names_of_project_and_stage() -> None:
    settings = {
        "dev": {"project_name": "Order API", "app_function": "app.app"},
        "prod": {"extends": "dev"},
        "own": {"lambda_name": "orders"},
        "bare": {},
    }

    told = list(zappa.read(Path("/srv/shop/zappa_settings.json"), json.dumps(settings)))

    assert [each.id for each in told] == ["order-api-dev", "order-api-prod", "orders", "shop-bare"]
    assert all(each.by_name for each in told)


def test_code_of_terraform_names_what_it_writes_out(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text(
        'variable "stage" { default = "prod" }\n'
        'resource "aws_lambda_function" "orders" {\n  function_name = "orders-${var.stage}"\n  handler = "a.b"\n}\n'
        'resource "aws_lambda_alias" "live" {\n  name = "live"\n  function_version = "1"\n}\n'
        'resource "aws_cloudwatch_event_rule" "paid" {\n  name = "paid"\n}\n'
        'resource "aws_cloudwatch_event_rule" "made" {\n  name = local.name\n}\n'
    )

    assert list(terraform_code.read(path, path.read_text())) == [
        Managed("aws_lambda_function.orders", "function", "orders-prod", by_name=True),
        Managed("aws_lambda_alias.live", "alias", "live", by_name=True),
        Managed("aws_cloudwatch_event_rule.paid", "eventbridge", "paid", by_name=True),
    ]
