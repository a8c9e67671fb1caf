"""What templates of CloudFormation and SAM become: they import what was made, and then lead to the alias."""

from __future__ import annotations

import pytest

from lambda_migrate.declarations import yaml_text
from lambda_migrate.handover import template_code
from tests.handover.files import text_of
from tests.handover.plans import patched

REFERENCES = ("{Ref: [Orders]}", "{Ref: {}}", "{Fn::GetAtt: []}", "{Fn::GetAtt: {a: b}}", "{Fn::Sub: [[]]}", "[[{}]]")


@pytest.mark.parametrize("written", REFERENCES)
def test_a_reference_that_nobody_writes_is_left_alone(written: str) -> None:
    text = text_of("stack.yaml").replace("FunctionName: !Ref Orders", f"FunctionName: {written}")

    assert "jobs_mapping" in patched(template_code.patched, {"stack.yaml": text}).reasons


def test_a_template_imports_first_and_then_leads_to_the_alias() -> None:
    changes = patched(template_code.patched, {"stack.yaml": text_of("stack.yaml")})
    _, (second,) = (stage.patches for stage in changes.stages)
    now = yaml_text.load(second.after)["Resources"]
    assert isinstance(now, dict)

    uri = "      IntegrationUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    assert [line for line in second.diff().split("\n")[2:] if line[:1] in ("-", "+")] == [
        f"-{uri}${{Orders.Arn}}/invocations",
        f"+{uri}${{LiveAlias}}/invocations",
        "-        Fn::GetAtt:",
        "-          - Orders",
        "-          - Arn   # the function",
        "+        !Ref LiveAlias   # the function",
        "-          Arn: !GetAtt Orders.Arn",
        "+          Arn: !Ref LiveAlias",
        "-      FunctionName: !Ref Orders",
        "+      FunctionName: !Ref LiveAlias",
    ]
    assert now["NewsSubscription"]["Properties"]["Endpoint"] == {"Ref": "LiveAlias"}
    assert [each["LogicalResourceId"] for each in changes.stages[0].imports] == [
        "LiveAlias",
        "LiveFromApigatewayLm43a93426",
        "LiveFromSnsLmB7c8d299",
        "LiveFromEventsLm2fa0c3f8",
        "LiveRetries",
    ]


def test_an_event_of_sam_becomes_the_resource_that_sam_makes_of_it() -> None:
    changes = patched(template_code.patched, {"sam.yaml": text_of("sam.yaml")})
    now = yaml_text.load(changes.stages[1].patches[0].after)["Resources"]
    assert isinstance(now, dict)

    assert "Events" not in now["OrdersFunction"]["Properties"]
    assert now["OrdersFunction"]["Properties"]["Policies"] == [
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
    ]
    assert now["OrdersFunctionJobs"] == {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["JobsQueue", "Arn"]},
            "BatchSize": 5,
            "ScalingConfig": {"MaximumConcurrency": 4},
            "FunctionName": {"Ref": "LiveAlias"},
        },
    }
    assert now["OrdersFunctionPaid"] == {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventBusName": "shop",
            "Name": "paid",
            "EventPattern": {"source": ["shop.payments"], "detail-type": ["paid"]},
            "Targets": [{"Id": "t1", "Arn": {"Ref": "LiveAlias"}}],
        },
    }


@pytest.mark.parametrize("name", ["stack.yaml", "sam.yaml"])
def test_a_patched_template_has_no_finding_of_cfn_lint(name: str) -> None:
    from cfnlint.api import lint  # noqa: PLC0415  # takes a second to import

    changes = patched(template_code.patched, {name: text_of(name)})

    assert [str(each) for each in lint(changes.stages[1].patches[0].after)] == []
