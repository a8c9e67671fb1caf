"""What invokes and cannot be moved from here: custom resources of stacks, and pipelines."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory.finders import custom_resources, pipelines
from lambda_migrate.inventory.grants import Grants, Role
from lambda_migrate.triggers.base import Settings, Trigger
from tests.inventory.fake_aws import FUNCTION, FakeAws
from tests.triggers import known

TAGS = {custom_resources.STACK: "shop", custom_resources.LOGICAL_ID: "Orders"}
ROLE = "arn:aws:iam::123456789012:role/pipeline"
YAML = """
Resources:
  Seed:
    Type: Custom::Seed
    Properties:
      ServiceToken: !GetAtt Orders.Arn
  Other:
    Type: Custom::Seed
    Properties:
      ServiceToken:
        Fn::GetAtt: [OrdersTable, Arn]
  Third:
    Type: AWS::CloudFormation::CustomResource
    Properties:
      ServiceToken:
        Fn::GetAtt: [Orders, Arn]
"""


TWO = "2 custom resources of its template"


def custom(token: Any) -> dict[str, Any]:
    return {"Type": "Custom::Seed", "Properties": {"ServiceToken": token}}


def stacks(body: Any) -> list[Trigger[Settings]]:
    aws: Any = FakeAws({"cloudformation:get_template": {"TemplateBody": body}})
    return list(custom_resources.find(aws, known.function(tags=TAGS)))


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"Resources": {"A": custom({"Fn::GetAtt": ["Orders", "Arn"]})}}, "1 custom resource of its template"),
        (
            {"Resources": {"A": custom(FUNCTION), "B": custom({"Fn::Sub": "${Orders.Arn}"})}},
            "2 custom resources of its template",
        ),
        (YAML, "2 custom resources of its template"),
    ],
    ids=["by its logical id", "by its ARN, or inside a text", "in a template that is YAML"],
)
def test_the_stack_is_named_whose_custom_resources_the_function_handles(body: Any, detail: str) -> None:
    assert stacks(body) == [Trigger("cloudformation", "shop/ServiceToken", "shop", "", Settings(detail=detail))]


def test_a_stack_without_them_is_not_and_none_is_asked_for_without_a_stack() -> None:
    aws: Any = FakeAws()

    assert (
        stacks({"Resources": {"A": custom({"Fn::GetAtt": ["OrdersTable", "Arn"]}), "B": {"Type": "AWS::S3::Bucket"}}})
        == []
    )
    assert list(custom_resources.find(aws, known.function())) == []
    assert aws.calls == ["cloudformation:describe_stacks"]


def test_other_stacks_are_found_by_a_parameter_that_is_the_function_and_by_an_export_that_they_import() -> None:
    given = [{"ParameterKey": "Handler", "ParameterValue": f"{FUNCTION}:live"}]
    resolved = [{"ParameterKey": "Seeder", "ParameterValue": "/orders/arn", "ResolvedValue": FUNCTION}]
    outputs = [
        {"OutputKey": "Arn", "OutputValue": FUNCTION, "ExportName": "orders-arn"},
        {"OutputKey": "Alone", "OutputValue": "orders", "ExportName": "orders-alone"},
        {"OutputKey": "Other", "OutputValue": f"{FUNCTION}-other", "ExportName": "other"},
    ]
    templates = {
        "child": {"Resources": {"A": custom({"Ref": "Handler"}), "B": custom({"Ref": "Other"})}},
        "by-parameter": {"Resources": {"A": custom({"Fn::Sub": "${Seeder}"})}},
        "importing": {"Resources": {"A": custom({"Fn::ImportValue": "orders-arn"})}},
        "reading": {"Resources": {"A": {"Type": "X", "Properties": {"Of": {"Fn::ImportValue": "orders-arn"}}}}},
    }

    def imports(ExportName: str) -> Any:  # noqa: N803  # as AWS calls it
        if ExportName == "orders-arn":
            return {"Imports": ["importing", "reading"]}
        return AwsError(f"cloudformation:ListImports failed: Export '{ExportName}' is not imported by any stack")

    aws: Any = FakeAws(
        {
            "cloudformation:describe_stacks": {
                "Stacks": [
                    {"StackName": "shop", "Outputs": outputs},
                    {"StackName": "child", "Parameters": given},
                    {"StackName": "by-parameter", "Parameters": resolved},
                    {"StackName": "others", "Parameters": [{"ParameterKey": "A", "ParameterValue": "orders-table"}]},
                ]
            },
            "cloudformation:list_imports": imports,
            "cloudformation:get_template": lambda **asked: {"TemplateBody": templates[asked["StackName"]]},
        }
    )

    found = list(custom_resources.find(aws, known.function()))

    assert [(each.name, each.settings.detail) for each in found] == [
        ("by-parameter", "1 custom resource of its template"),
        ("child", "1 custom resource of its template"),
        ("importing", "1 custom resource of its template"),
    ]


def test_imports_that_may_not_be_read_make_the_listing_unknown() -> None:
    output = {"OutputKey": "Arn", "OutputValue": FUNCTION, "ExportName": "orders-arn"}
    aws: Any = FakeAws(
        {
            "cloudformation:describe_stacks": {"Stacks": [{"StackName": "shop", "Outputs": [output]}]},
            "cloudformation:list_imports": AwsError("cloudformation:ListImports failed: Service unavailable"),
        }
    )

    (found,) = custom_resources.find(aws, known.function())

    assert (found.kind, found.name) == ("unknown", "CloudFormation stacks")


def test_a_template_that_may_not_be_read_is_unknown_by_the_name_of_its_stack() -> None:
    aws: Any = FakeAws({"cloudformation:get_template": NotAllowed("not allowed")})

    (found,) = custom_resources.find(aws, known.function(tags=TAGS))

    assert (found.kind, found.name, found.settings.reason) == ("unknown", "template of stack shop", "not allowed")


def test_a_pipeline_is_named_with_the_action_that_invokes() -> None:
    def action(name: str, provider: str, function: str) -> dict[str, Any]:
        about = {"category": "Invoke", "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actionTypeId": about, "configuration": {"FunctionName": function}}

    actions = [
        action("tell", "Lambda", "orders"),
        action("other", "Lambda", "others"),
        action("build", "CodeBuild", "orders"),
    ]
    pipeline = {"name": "release", "stages": [{"name": "After", "actions": actions}]}
    aws: Any = FakeAws(
        {
            "codepipeline:list_pipelines": {"pipelines": [{"name": "release"}]},
            "codepipeline:get_pipeline": {"pipeline": pipeline},
        }
    )
    granted = Grants({ROLE: Role(frozenset({"codepipeline.amazonaws.com"}), (FUNCTION,))})
    arn = f"arn:aws:codepipeline:{known.REGION}:release"

    assert list(pipelines.find_by_role(aws, known.function(), granted)) == [
        Trigger("codepipeline", f"{arn}/After/tell", "release", "", Settings(source=arn, detail="action After/tell"))
    ]
    assert list(pipelines.find_by_role(aws, known.function(), Grants())) == []
