"""Whether a deployment keeps the flips, from the documents that Terraform and CloudFormation write."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.handover.check import check, read
from lambda_migrate.handover.finding import Finding
from lambda_migrate.handover.model import Flip
from tests.handover.plans import ALIAS, FUNCTION, standing

FLIPS = {flip.name: flip for flip in standing()}
INVOKE = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
INTEGRATION = {"api_id": "a1b2c3", "id": "int1"}
LIVE = {"function_name": "orders", "name": "live", "function_version": "2"}
NEWS = {"topic_arn": "arn:aws:sns:eu-west-1:123456789012:news", "protocol": "lambda", "endpoint": ALIAS}
PARKED = FLIPS["news_parked_subscription"].terraform.identity["arn"]  # type: ignore[union-attr]


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
        (
            "live_alias",
            [
                change(
                    "aws_lambda_alias",
                    ["update"],
                    {**LIVE, "routing_config": [{"additional_version_weights": {"3": 0.5}}]},
                    {**LIVE, "routing_config": []},
                )
            ],
            ("undoes", "aws_lambda_alias.this gets another routing_config"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["update"], LIVE, LIVE, after_unknown={"function_version": True})],
            ("undoes", "aws_lambda_alias.this gets another function_version"),
        ),
        (
            "live_alias",
            [
                change(
                    "aws_lambda_alias",
                    ["update"],
                    {**LIVE, "function_name": FUNCTION},
                    {**LIVE, "function_name": FUNCTION, "function_version": "1"},
                )
            ],
            ("undoes", "aws_lambda_alias.this gets another function_name, function_version"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["forget"], LIVE, None)],
            ("keeps", "aws_lambda_alias.this is not changed"),
        ),
        (
            "live_alias",
            [change("aws_lambda_alias", ["no-op"], LIVE, LIVE), change("aws_lambda_alias", ["delete"], LIVE, None)],
            ("undoes", "aws_lambda_alias.this is deleted or made again"),
        ),
        (
            "news_lambda_subscription",
            [change("aws_sns_topic_subscription", ["create"], None, NEWS)],
            ("keeps", "aws_sns_topic_subscription.this is created again, which changes nothing"),
        ),
        (
            "news_parked_subscription",
            [
                change(
                    "aws_sns_topic_subscription",
                    ["update"],
                    {"arn": PARKED, "filter_policy": "{}"},
                    {"arn": PARKED, "filter_policy": ""},
                )
            ],
            ("undoes", "aws_sns_topic_subscription.this gets another filter_policy"),
        ),
        (
            "jobs_mapping",
            [
                change(
                    "aws_lambda_event_source_mapping",
                    ["update"],
                    {"uuid": "11111111-2222"},
                    {"uuid": "11111111-2222", "function_name": "orders:live"},
                )
            ],
            ("keeps", "aws_lambda_event_source_mapping.this is changed, and keeps what was flipped"),
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


def at(name: str, path: str, after: str) -> dict[str, Any]:
    target = {"Attribute": "Properties", "Name": name, "Path": f"/Properties/{path}", "AfterValue": after}
    return {"Target": target}


TARGETS = '[{"Id": "archive", "Arn": "arn:aws:sqs:eu-west-1:1:a"}, {"Id": "t1", "Arn": "%s"}]'
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
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Remove", PolicyAction="Retain")],
            ("keeps", "This leaves the stack, and stays as it is"),
        ),
        (
            "jobs_mapping",
            [
                resource(
                    MAPPING, "11111111-2222", "Modify", detail("BatchSize", AfterValue="5"), Replacement="Conditional"
                )
            ],
            ("unknown", "This: only the deployment will tell whether it is replaced"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Dynamic")],
            ("unknown", "This: only the deployment will tell what becomes of it"),
        ),
        (
            "jobs_mapping",
            [resource("AWS::CloudFormation::Stack", "arn", "Modify")],
            ("unknown", "nested stack This is changed too: check its own change set"),
        ),
        (
            "live_alias",
            [resource("AWS::Lambda::Alias", ALIAS, "Modify", detail("RoutingConfig", AfterValue="{}"))],
            ("undoes", "This gets another RoutingConfig"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", at("Targets", "Targets/0/Arn", FUNCTION))],
            ("unknown", "This: the change set does not say what Targets becomes"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", at("Targets", "Targets/0/Arn", ALIAS))],
            ("keeps", "This is changed to what was flipped"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", at("Targets", "Targets/0/InputPath", "$.detail"))],
            ("keeps", "This is changed, and keeps what was flipped"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", detail("Targets", AfterValue=TARGETS % FUNCTION))],
            ("undoes", "This gets another Targets"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", detail("Targets", AfterValue=TARGETS % ALIAS))],
            ("keeps", "This is changed to what was flipped"),
        ),
    ],
)
def test_a_change_set(name: str, changes: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    (finding,) = check({"Changes": changes}, [FLIPS[name]])

    assert (finding.flip, finding.outcome, finding.why) == (FLIPS[name].what, *expected)


def test_the_plan_of_our_own_patch_keeps_a_subscription_that_terraform_makes_again() -> None:
    """A new endpoint replaces it: the parked one goes, and SNS answers with the one that the migration made."""
    before = {**NEWS, "endpoint": FUNCTION, "arn": PARKED}
    replaced = change("aws_sns_topic_subscription", ["delete", "create"], before, NEWS)
    things = [FLIPS["news_lambda_subscription"], FLIPS["news_parked_subscription"]]

    assert [(each.outcome, each.why) for each in check({"resource_changes": [replaced]}, things)] == [
        ("keeps", "aws_sns_topic_subscription.this is created again, which changes nothing"),
        ("keeps", "aws_sns_topic_subscription.this is deleted or made again"),
    ]
    gone = change("aws_sns_topic_subscription", ["delete"], NEWS, None)
    assert [each.outcome for each in check({"resource_changes": [gone]}, things)] == ["undoes", "keeps"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Replacement": "True"}, ("keeps", "This is removed or replaced")),
        ({"Details": [detail("FilterPolicy", AfterValue="{}")]}, ("undoes", "This gets another FilterPolicy")),
    ],
)
def test_a_parked_subscription_may_go_and_must_not_deliver_again(
    changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    parked = {**resource("AWS::SNS::Subscription", PARKED, "Modify")["ResourceChange"], **changed}

    (finding,) = check({"Changes": [{"ResourceChange": parked}]}, [FLIPS["news_parked_subscription"]])

    assert (finding.outcome, finding.why) == expected


@pytest.mark.parametrize(
    ("more", "outcome", "why"),
    [
        ({"errored": True}, "unknown", "the plan ended with an error, and does not say all"),
        (
            {"deferred_changes": [{"resource_change": {"type": "aws_lambda_alias"}}]},
            "unknown",
            "Terraform has put off what it does to things of this type",
        ),
        ({"complete": True}, "keeps", "no aws_lambda_alias of this id is in the plan"),
    ],
)
def test_a_plan_that_is_not_whole_tells_nothing(more: dict[str, Any], outcome: str, why: str) -> None:
    (finding,) = check({"resource_changes": [], **more}, [FLIPS["live_alias"]])

    assert (finding.outcome, finding.why) == (outcome, why)


@pytest.mark.parametrize(
    ("more", "outcome", "why"),
    [
        (
            {"Status": "CREATE_IN_PROGRESS"},
            "unknown",
            "the change set is not ready (CREATE_IN_PROGRESS): describe it again",
        ),
        (
            {"Status": "FAILED", "StatusReason": "Transform failed"},
            "unknown",
            "the change set failed: Transform failed",
        ),
        (
            {"Status": "CREATE_COMPLETE", "ExecutionStatus": "OBSOLETE"},
            "unknown",
            "the change set is obsolete: the stack has changed since",
        ),
        (
            {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."},
            "keeps",
            "no AWS::Lambda::Alias of this id is in the change set",
        ),
    ],
)
def test_a_change_set_that_is_not_ready_tells_nothing(more: dict[str, Any], outcome: str, why: str) -> None:
    (finding,) = check({"Changes": [], **more}, [FLIPS["live_alias"]])

    assert (finding.outcome, finding.why) == (outcome, why)


SUMMARY = {"@level": "info", "type": "change_summary", "changes": {"operation": "plan"}}


def planned(action: str, kind: str = "aws_lambda_alias") -> dict[str, Any]:
    resource = {"addr": f"{kind}.this", "resource_type": kind}
    return {"@level": "info", "type": "planned_change", "change": {"action": action, "resource": resource}}


@pytest.mark.parametrize(
    ("lines", "outcome", "why"),
    [
        ([SUMMARY], "keeps", "no aws_lambda_alias is changed"),
        ([planned("update", "aws_sqs_queue"), planned("noop"), SUMMARY], "keeps", "no aws_lambda_alias is changed"),
        (
            [planned("update"), SUMMARY],
            "unknown",
            "aws_lambda_alias.this is changed, and these lines do not say how: check `terraform show -json PLAN`",
        ),
        ([planned("noop")], "unknown", "the plan ended before its summary, or with an error"),
        (
            [{"@level": "error", "type": "diagnostic"}, SUMMARY],
            "unknown",
            "the plan ended before its summary, or with an error",
        ),
    ],
)
def test_the_lines_of_a_plan_say_what_is_changed_and_not_how(
    lines: list[dict[str, Any]], outcome: str, why: str
) -> None:
    content = "\n".join(json.dumps(each) for each in lines).encode()

    (finding,) = check(read(content), [FLIPS["live_alias"]])

    assert (finding.outcome, finding.why) == (outcome, why)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_any_shell_is_read(encoding: str) -> None:
    """PowerShell's `>` writes UTF-16."""
    assert read('{"Changes": []}'.encode(encoding)) == {"Changes": []}


def test_what_is_not_looked_for_is_unknown_unless_the_migration_made_it() -> None:
    things = [Flip("pipe", "pipe jobs: orders → orders:live"), Flip("made", "API destination: create", made=True)]

    assert check({"resource_changes": []}, things) == (
        Finding(
            "pipe jobs: orders → orders:live",
            "unknown",
            "what a deployment does to it is not read: look for it in the plan",
        ),
    )


ODD = (None, 1, "x", [], {}, [None], {"a": [1]}, True)


@pytest.mark.parametrize("seed", range(3))
def test_documents_of_odd_values_raise_nothing(seed: int) -> None:
    print(f"seed {seed}")
    random = Random(seed)

    def odd(depth: int = 0) -> Any:
        names = ("type", "change", "before", "after", "actions", "after_unknown", "function_name", "name", "Details")
        names += ("ResourceChange", "ResourceType", "Target", "Name", "Path", "AfterValue", "Attribute", "Action")
        if depth > 4 or random.random() < 0.3:
            return random.choice((*ODD, "aws_lambda_alias", "AWS::Lambda::Alias", "Properties", ALIAS, ["update"]))
        if random.random() < 0.3:
            return [odd(depth + 1) for _ in range(2)]
        return {name: odd(depth + 1) for name in random.sample(names, 5)}

    for _ in range(40):
        for key in ("resource_changes", "Changes"):
            told = check({key: [odd() for _ in range(3)], "deferred_changes": odd(), "Status": odd()}, standing())
            assert {each.outcome for each in told} <= {"keeps", "undoes", "unknown"}


@pytest.mark.parametrize("document", [[], {}, {"Changes": 3}, "text", None])
def test_what_is_neither_is_refused(document: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        check(document, standing())

    assert raised.value.message == "neither a plan of Terraform nor a change set"
