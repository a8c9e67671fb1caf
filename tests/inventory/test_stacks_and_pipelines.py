"""What invokes and cannot be moved from here: custom resources of the function's stack, and pipelines."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
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
    assert aws.calls == []


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
