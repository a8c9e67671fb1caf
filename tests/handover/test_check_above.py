"""What flips stand on: a deployment that deletes the function or replaces an API's document takes them with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.handover import terraform_code
from lambda_migrate.handover.check import check
from lambda_migrate.handover.check_above import function_of
from lambda_migrate.handover.states import identities, terraform
from tests.handover.callers import GROUP, MADE, RULE
from tests.handover.callers import standing as standing_of
from tests.handover.files import text_of
from tests.handover.plans import ALIAS, FUNCTION, standing

FLIPS = standing()
URI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
GONE = "is deleted or replaced, and what was flipped goes with it"
NEWS = "arn:aws:sns:eu-west-1:123456789012:news"
API, INTEGRATION = "a1b2c3", "http api orders-api: orders → orders:live"
NAMED = {"function_name": "orders", "arn": FUNCTION}
OF_FUNCTION = {each.what for each in FLIPS if each.name != "news_parked_subscription"}
SUBSCRIBED = f"topic news: subscribe {ALIAS}"


def planned(kind: str, actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:
    change = {"actions": actions, "before": before, "after": after, **more}
    return {"resource_changes": [{"address": f"{kind}.this", "type": kind, "change": change}]}


def api(before: str, after: str | None, **more: Any) -> dict[str, Any]:
    given = {"id": API, "body": before}
    return planned("aws_apigatewayv2_api", ["update"], given, {"id": API, "body": after}, **more)


def stacked(kind: str, physical: str, action: str, *details: dict[str, Any], **more: Any) -> dict[str, Any]:
    change = {"ResourceType": kind, "PhysicalResourceId": physical, "LogicalResourceId": "This", "Action": action}
    return {"Changes": [{"ResourceChange": {**change, "Details": list(details), **more}}]}


def body(**after: str) -> dict[str, Any]:
    return {"Target": {"Attribute": "Properties", "Name": "Body", **after}}


def logged(kind: str, action: str) -> list[dict[str, Any]]:
    change = {"resource": {"resource_type": kind, "addr": f"{kind}.this"}, "action": action}
    return [
        {"@level": "info", "type": "planned_change", "change": change},
        {"@level": "info", "type": "change_summary"},
    ]


BODY = f'{{"uri": "{URI.format(ALIAS)}"}}'
OLD = f'{{"uri": "{URI.format(FUNCTION)}"}}'


@pytest.mark.parametrize(
    ("document", "flips", "outcome", "why"),
    [
        (planned("aws_lambda_function", ["delete", "create"], NAMED, NAMED), OF_FUNCTION, "undoes", GONE),
        (planned("aws_lambda_function", ["delete"], NAMED, None), OF_FUNCTION, "undoes", GONE),
        (planned("aws_lambda_function", ["update"], NAMED, NAMED), set(), "", ""),
        (planned("aws_lambda_function", ["delete"], {"function_name": "billing"}, None), set(), "", ""),
        (planned("aws_sns_topic", ["create", "delete"], {"arn": NEWS}, {}), {SUBSCRIBED}, "undoes", GONE),
        (planned("aws_apigatewayv2_api", ["delete"], {"id": API}, None), {INTEGRATION}, "undoes", GONE),
        (planned("aws_apigatewayv2_api", ["delete"], {"id": "other"}, None), set(), "", ""),
        (api("{}", OLD), {INTEGRATION}, "undoes", f"gets another body, which does not lead to {ALIAS}"),
        (api(OLD, BODY), set(), "", ""),
        (api(BODY, BODY + OLD), {INTEGRATION}, "unknown", "gets another body, which leads to the function itself too"),
        (
            api(BODY, None, after_unknown={"body": True}),
            {INTEGRATION},
            "unknown",
            "gets another body: it does not say where that leads",
        ),
        (api(OLD, OLD), set(), "", ""),
        (
            planned("aws_apigatewayv2_api", ["update"], {"id": API}, {"id": API, "target": FUNCTION}),
            {INTEGRATION},
            "undoes",
            f"gets another body, which does not lead to {ALIAS}",
        ),
        (stacked("AWS::Lambda::Function", "orders", "Remove"), OF_FUNCTION, "undoes", GONE),
        (stacked("AWS::Lambda::Function", "orders", "Remove", PolicyAction="Retain"), set(), "", ""),
        (stacked("AWS::Lambda::Function", "orders", "Modify", Replacement="True"), OF_FUNCTION, "undoes", GONE),
        (
            stacked("AWS::Lambda::Function", "orders", "Modify", Replacement="Conditional"),
            OF_FUNCTION,
            "unknown",
            "whether it is replaced is known only after the deployment",
        ),
        (stacked("AWS::Lambda::Function", "orders", "Modify", Replacement="False"), set(), "", ""),
        (stacked("AWS::SNS::Topic", NEWS, "Remove"), {SUBSCRIBED}, "undoes", GONE),
        (
            stacked("AWS::ApiGatewayV2::Api", API, "Modify", body(), Replacement="False"),
            {INTEGRATION},
            "unknown",
            "gets another body: it does not say where that leads",
        ),
        (
            stacked("AWS::ApiGatewayV2::Api", API, "Modify", body(AfterValue=OLD)),
            {INTEGRATION},
            "undoes",
            f"gets another body, which does not lead to {ALIAS}",
        ),
        (stacked("AWS::ApiGatewayV2::Api", API, "Modify", body(AfterValue=BODY)), set(), "", ""),
        (
            logged("aws_lambda_function", "replace"),
            {each.what for each in FLIPS},
            "unknown",
            "`terraform show -json PLAN` tells",
        ),
        (logged("aws_lambda_function", "update"), set(), "", ""),
        (logged("aws_apigatewayv2_api", "update"), {each.what for each in FLIPS}, "unknown", "tells"),
    ],
)
def test_a_flip_goes_with_what_it_stands_on(document: Any, flips: set[str], outcome: str, why: str) -> None:
    found = check(document, FLIPS)
    lost = [each for each in found if each.outcome != "keeps"]

    assert {each.flip for each in lost} == flips
    assert {each.outcome for each in lost} == ({outcome} if outcome else set())
    assert all(each.why.endswith(why) for each in lost)
    assert len(found) == len(FLIPS)


def test_the_function_is_known_from_the_flips() -> None:
    assert function_of(FLIPS) == "orders"
    assert function_of([each for each in FLIPS if each.name == "jobs_mapping"]) == "orders"
    assert function_of([]) == ""


def test_of_several_notifications_in_one_property_each_has_to_lead_to_the_alias() -> None:
    (moved,) = standing_of(PointNotification("uploads", FUNCTION, ALIAS, "123456789012", "images"))
    both = [{"Event": "s3:ObjectCreated:*", "Function": ALIAS}, {"Event": "s3:ObjectRemoved:*", "Function": FUNCTION}]

    def outcome(entries: list[dict[str, str]]) -> str:
        after = json.dumps({"LambdaConfigurations": entries})
        target = {"Attribute": "Properties", "Name": "NotificationConfiguration", "AfterValue": after}
        (finding,) = check(stacked("AWS::S3::Bucket", "uploads", "Modify", {"Target": target}), [moved])
        return finding.outcome

    assert [outcome(both), outcome(both[:1]), outcome(both[1:])] == ["unknown", "keeps", "undoes"]


@pytest.mark.parametrize("kind", ["aws_lb_listener_rule", "aws_alb_listener_rule"])
def test_a_load_balancer_goes_by_both_of_its_names(kind: str) -> None:
    things = standing_of()
    rule = next(each for each in things if each.terraform and each.terraform.type == "aws_lb_listener_rule")
    before = {"arn": RULE, "action": [{"target_group_arn": MADE}]}
    after = {"arn": RULE, "action": [{"target_group_arn": GROUP}]}
    deferred = {"deferred_changes": [{"resource_change": {"type": kind}}], "resource_changes": []}

    assert [each.outcome for each in check(planned(kind, ["update"], before, after), [rule])] == ["undoes"]
    assert [each.outcome for each in check(deferred, [rule])] == ["unknown"]
    assert [each.outcome for each in check(logged(kind, "update"), [rule])] == ["unknown"]


def test_the_code_and_the_state_of_a_load_balancer_go_by_both_of_its_names() -> None:
    text = text_of("callers.tf")
    alb = text.replace("aws_lb_", "aws_alb_")
    things = standing_of()
    first, second = (terraform_code.patched({"main.tf": each}, things, "orders", "live") for each in (text, alb))
    kind = {
        "mode": "managed",
        "type": "aws_alb_listener_rule",
        "name": "r",
        "instances": [{"attributes": {"arn": RULE}}],
    }
    state = json.dumps({"version": 4, "resources": [kind]})

    assert alb != text
    assert (second.done, second.reasons.keys()) == (first.done, first.reasons.keys())
    assert [each.id for each in terraform.read(Path(), state)] == [RULE]
    assert RULE in identities.only(state)
