"""What stands in the ledger, in the words of Terraform and CloudFormation."""

from __future__ import annotations

import re
from typing import Any

import yaml

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.handover import hcl, templates
from lambda_migrate.handover.flips import flips
from lambda_migrate.handover.model import CloudFormation, Flip, Reference, Terraform
from lambda_migrate.handover.naming import name_of
from lambda_migrate.workflow.made_ids import with_ids
from tests.handover.plans import ALIAS, standing
from tests.inventory.fake_aws import FakeAws


class Loader(yaml.SafeLoader):
    """Reads a reference as a mapping, as the long form of functions is."""


Loader.add_constructor("!Ref", lambda loader, node: {"Ref": loader.construct_scalar(node)})


def by_name(plan: str = "first-cutover") -> dict[str, Flip]:
    return {flip.name: flip for flip in standing(plan)}


def test_each_thing_is_told_once_as_its_latest_step_left_it() -> None:
    things = by_name()
    alias = things["live_alias"]

    assert list(things) == [
        "live_from_apigateway_lm_43a93426",
        "live_from_sns_lm_b7c8d299",
        "live_from_events_lm_2fa0c3f8",
        "live_retries",
        "orders_api_integration",
        "news_lambda_subscription",
        "news_parked_subscription",
        "paid_t1",
        "jobs_mapping",
        "live_alias",
    ]
    assert (alias.made, alias.terraform) == (
        True,
        Terraform(
            "aws_lambda_alias",
            "orders/live",
            {"function_name": "orders", "name": "live"},
            {"name": "live", "function_name": "orders", "function_version": "2"},
            ("function_version", "routing_config"),
        ),
    )
    assert things["paid_t1"].terraform == Terraform(
        "aws_cloudwatch_event_target",
        "shop/paid/t1",
        {"rule": "paid", "target_id": "t1"},
        {"arn": Reference(ALIAS)},
    )
    assert things["jobs_mapping"].cloudformation == CloudFormation(
        "AWS::Lambda::EventSourceMapping",
        "11111111-2222",
        {"Id": "11111111-2222"},
        {"FunctionName": Reference(ALIAS)},
    )


def test_an_alias_is_imported_as_it_stands_after_keys_were_rotated() -> None:
    """The number of a version that the rotation published stands in AWS alone."""
    (flip,) = flips(
        [ShiftWeight("orders", "live", {"version": "2", "weights": {}}, {"version": "marker:m", "weights": {}})]
    )
    weights = {"AdditionalVersionWeights": {"4": 0.25}}
    aws = FakeAws({"lambda:get_alias": {"FunctionVersion": "3", "RoutingConfig": weights}})

    (now,) = with_ids(aws, [flip])  # type: ignore[arg-type]
    (unread,) = with_ids(FakeAws(), [flip])  # type: ignore[arg-type]

    assert unread.terraform is not None
    assert unread.terraform.attributes == {"name": "live", "function_name": "orders"}
    assert now.terraform is not None
    assert now.terraform.attributes == {"name": "live", "function_name": "orders", "function_version": "3"}
    assert now.cloudformation is not None
    assert now.cloudformation.properties == {
        "Name": "live",
        "FunctionName": "orders",
        "FunctionVersion": "3",
        "RoutingConfig": {"AdditionalVersionWeights": [{"FunctionVersion": "4", "FunctionWeight": 0.25}]},
    }


def test_terraform_imports_what_was_made_and_names_what_changes_of_the_rest() -> None:
    text = hcl.snippet(standing(), "live_alias")

    assert re.findall(r"^  id = (.*)$", text, re.MULTILINE) == [
        '"orders:live/lm-43a93426"',
        '"orders:live/lm-b7c8d299"',
        '"orders:live/lm-2fa0c3f8"',
        '"orders:live"',
        '"orders/live"',
    ]
    assert (
        "# http api orders-api: orders → orders:live\n"
        "# in the resource aws_apigatewayv2_integration whose id is a1b2c3/int1:\n"
        "  integration_uri = aws_lambda_alias.live_alias.invoke_arn\n"
    ) in text
    assert "  lifecycle {\n    ignore_changes = [function_version, routing_config]\n  }\n}" in text
    assert text.count("{") == text.count("}")


def test_a_template_gets_resources_that_refer_to_the_alias() -> None:
    resources: dict[str, Any] = {}
    for part in templates.snippet(standing(), "LiveAlias").split("\n\n"):
        resources |= yaml.load(part, Loader)  # noqa: S506  # a safe loader

    assert resources["LiveAlias"] == {
        "Type": "AWS::Lambda::Alias",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"Name": "live", "FunctionName": "orders", "FunctionVersion": "2"},
    }
    assert resources["PaidT1"]["Properties"] == {"Targets": [{"Id": "t1", "Arn": {"Ref": "LiveAlias"}}]}
    assert resources["OrdersApiIntegration"]["Properties"] == {"IntegrationUri": {"Ref": "LiveAlias"}}
    assert [(each["ResourceType"], each["ResourceIdentifier"]) for each in templates.imports(standing())] == [
        ("AWS::Lambda::Permission", {"FunctionName": "orders:live", "Id": "lm-43a93426"}),
        ("AWS::Lambda::Permission", {"FunctionName": "orders:live", "Id": "lm-b7c8d299"}),
        ("AWS::Lambda::Permission", {"FunctionName": "orders:live", "Id": "lm-2fa0c3f8"}),
        ("AWS::Lambda::EventInvokeConfig", {"FunctionName": "orders", "Qualifier": "live"}),
        ("AWS::Lambda::Alias", {"AliasArn": ALIAS}),
    ]


def test_what_comes_from_aws_stays_a_text_in_the_code() -> None:
    hostile = 'a"b${file("x")}%{if}\nresource'
    flip = Flip(
        name_of("9 " + hostile),
        hostile,
        Terraform("t", "i", {}, {"name": hostile}),
        CloudFormation("T", "p", {}, {"N": hostile}),
    )

    assert name_of("9 " + hostile) == "a_9_a_b_file_x_if_resource"
    assert hcl.snippet([flip], "live") == (
        '# a"b${file("x")}%{if} resource\n# in the resource t whose id is i:\n'
        '  name = "a\\"b$${file(\\"x\\")}%%{if}\\nresource"'
    )
    assert list(yaml.safe_load(templates.snippet([flip], "Live")).values()) == [
        {"Type": "T", "Properties": {"N": hostile}}
    ]
