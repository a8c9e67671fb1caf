"""Whether a deployment keeps the flips, from a change set of CloudFormation."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.handover.check import check
from tests.handover.plans import ALIAS, FLIPS, FUNCTION, PARKED


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
        ("jobs_mapping", [], ("keeps", f"no {MAPPING} with this id is in the change set")),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("FunctionName", AfterValue=FUNCTION))],
            ("undoes", "This gets another FunctionName"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("FunctionName", AfterValue=ALIAS))],
            ("keeps", "This is changed to the migrated value"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("FunctionName"))],
            ("unknown", "This: the change set does not say what FunctionName becomes"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Modify", detail("BatchSize", AfterValue="5"))],
            ("keeps", "This is changed, and keeps the migrated value"),
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
            ("keeps", "This leaves the stack but is kept"),
        ),
        (
            "jobs_mapping",
            [
                resource(
                    MAPPING, "11111111-2222", "Modify", detail("BatchSize", AfterValue="5"), Replacement="Conditional"
                )
            ],
            ("unknown", "This: whether it is replaced is known only after the deployment"),
        ),
        (
            "jobs_mapping",
            [resource(MAPPING, "11111111-2222", "Dynamic")],
            ("unknown", "This: what becomes of it is known only after the deployment"),
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
            ("keeps", "This is changed to the migrated value"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", at("Targets", "Targets/0/InputPath", "$.detail"))],
            ("keeps", "This is changed, and keeps the migrated value"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", detail("Targets", AfterValue=TARGETS % FUNCTION))],
            ("undoes", "This gets another Targets"),
        ),
        (
            "paid_t1",
            [resource("AWS::Events::Rule", "shop|paid", "Modify", detail("Targets", AfterValue=TARGETS % ALIAS))],
            ("keeps", "This is changed to the migrated value"),
        ),
    ],
)
def test_a_change_set(name: str, changes: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    (finding,) = check({"Changes": changes}, [FLIPS[name]])

    assert (finding.flip, finding.outcome, finding.why) == (FLIPS[name].what, *expected)


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
            "no AWS::Lambda::Alias with this id is in the change set",
        ),
    ],
)
def test_a_change_set_that_is_not_ready_tells_nothing(more: dict[str, Any], outcome: str, why: str) -> None:
    (finding,) = check({"Changes": [], **more}, [FLIPS["live_alias"]])

    assert (finding.outcome, finding.why) == (outcome, why)
