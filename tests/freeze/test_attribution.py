"""People, pipelines and AWS itself, told apart by what CloudTrail keeps of a call."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.freeze import ForeignChange, attribution
from lambda_migrate.freeze.attribution import Attribution
from lambda_migrate.freeze.differences import Difference, Ours, differences
from lambda_migrate.freeze.snapshot import Snapshot
from tests.targets.stand_in import Refused, StandIn

ACCOUNT = "arn:aws:iam::123456789012"
ASSUMED = "arn:aws:sts::123456789012:assumed-role"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
NOTHING_OF_OURS = Ours()


@pytest.mark.parametrize(
    ("identity", "agent", "source"),
    [
        ({"type": "IAMUser", "arn": f"{ACCOUNT}:user/anna"}, "aws-cli/2.30.1", "human"),
        ({"type": "IAMUser", "arn": f"{ACCOUNT}:user/anna"}, "Boto3/1.40", "human"),
        ({"type": "Root", "arn": f"{ACCOUNT}:root"}, "signin.amazonaws.com", "human"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/AWSReservedSSO_Deploy_0a1b/anna"}, "Mozilla/5.0", "human"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/Developers/anna"}, "aws-cli/2.30.1", "human"),
        ({"type": "IAMUser", "arn": f"{ACCOUNT}:user/github-actions"}, "aws-cli/2.30.1", "pipeline"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/GitHubDeploy/GitHubActions"}, "aws-sdk-js/3", "pipeline"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/cdk-hnb659fds-deploy-role/x"}, "aws-cdk", "pipeline"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/Admin/run"}, "APN/1.0 HashiCorp/1.0 Terraform/1.9", "pipeline"),
        (
            {"type": "AssumedRole", "arn": f"{ASSUMED}/x/y", "invokedBy": "cloudformation.amazonaws.com"},
            "cloudformation.amazonaws.com",
            "pipeline",
        ),
        ({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}, "lambda.amazonaws.com", "aws"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/x/y", "invokedBy": "autoscaling.amazonaws.com"}, "x", "aws"),
        ({"type": "AssumedRole", "arn": f"{ASSUMED}/Admin/run"}, "Boto3/1.40", "unknown"),
    ],
)
def test_who_it_was_is_told_by_role_and_tool(identity: dict[str, Any], agent: str, source: str) -> None:
    assert attribution.classify(identity, agent)[0] == source


@dataclass
class Trail(StandIn):
    """A CloudTrail that holds some events, or says no."""

    services: tuple[str, ...] = ("cloudtrail",)
    events: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False

    def cloudtrail_LookupEvents(self, LookupAttributes: list[dict[str, str]], **_given: Any) -> Any:  # noqa: N802, N803  # as AWS calls it
        if self.closed:
            raise Refused("AccessDeniedException", "not authorized to perform: cloudtrail:LookupEvents")
        wanted = LookupAttributes[0]
        if wanted["AttributeKey"] == "EventSource":
            return {"Events": self.events}
        named = [
            each
            for each in self.events
            if any(one["ResourceName"] == wanted["AttributeValue"] for one in each["Resources"])
        ]
        return {"Events": named}

    def holds(self, call: str, *resources: str, **detail: Any) -> None:
        at = datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(minutes=len(self.events))
        document = {
            "userIdentity": {"type": "IAMUser", "arn": f"{ACCOUNT}:user/anna"},
            "userAgent": "aws-cli/2.30.1",
            "eventTime": at.isoformat().replace("+00:00", "Z"),
            "requestParameters": {"functionName": "orders"},
        }
        self.events.append(
            {
                "EventId": str(len(self.events)),
                "EventName": call,
                "EventTime": at,
                "Resources": [{"ResourceName": each} for each in resources],
                "CloudTrailEvent": json.dumps(document | detail),
            }
        )


@pytest.fixture
def aws() -> Aws:
    return Aws(region="eu-west-1")


@pytest.fixture
def trail(aws: Aws) -> Trail:
    made = Trail()
    made.attach(aws)
    return made


def test_changes_are_told_the_latest_first_by_name_or_arn(aws: Aws, trail: Trail) -> None:
    trail.holds("UpdateFunctionCode20150331v2", "orders")
    trail.holds("UpdateAlias20150331", FUNCTION)

    calls, unknown = attribution.lookup(aws, FUNCTION)

    assert unknown == ""
    assert [(call.call, call.who, call.when) for call in calls] == [
        ("UpdateAlias", f"{ACCOUNT}:user/anna", "2026-09-01T12:01:00Z"),
        ("UpdateFunctionCode", f"{ACCOUNT}:user/anna", "2026-09-01T12:00:00Z"),
    ]
    assert str(calls[1]) == (f"UpdateFunctionCode by {ACCOUNT}:user/anna (a person: aws-cli) at 2026-09-01T12:00:00Z")


def test_reads_failures_other_functions_and_our_own_calls_are_none_of_it(aws: Aws, trail: Trail) -> None:
    trail.holds("GetFunction20150331v2", "orders")
    trail.holds("UpdateFunctionCode20150331v2", "orders", errorCode="AccessDenied")
    trail.holds("UpdateFunctionCode20150331v2", "orders", userAgent="Boto3/1.40 lambda-migrate")
    trail.holds("UpdateFunctionCode20150331v2", "other", requestParameters={"functionName": "other"})
    trail.holds("UpdateFunctionCode20150331v2", "orders-2", requestParameters={"functionName": "orders-2"})

    assert attribution.lookup(aws, FUNCTION) == ((), "")


def test_events_that_name_no_resource_are_found_by_what_was_asked(aws: Aws, trail: Trail) -> None:
    trail.holds("UpdateFunctionConfiguration20150331v2")

    calls, _unknown = attribution.lookup(aws, FUNCTION)

    assert [call.call for call in calls] == ["UpdateFunctionConfiguration"]


def test_our_own_calls_hide_no_event_that_names_no_resource(aws: Aws, trail: Trail) -> None:
    trail.holds("UpdateFunctionConfiguration20150331v2", "orders", userAgent="Boto3/1.40 lambda-migrate")
    trail.holds("UpdateFunctionCode20150331v2")

    calls, _unknown = attribution.lookup(aws, FUNCTION)

    assert [call.call for call in calls] == ["UpdateFunctionCode"]


def test_a_trail_without_end_is_not_read_to_its_end(aws: Aws, trail: Trail) -> None:
    for _ in range(attribution.MOST):
        trail.holds("GetFunction20150331v2", "orders")
    trail.events += trail.events

    calls, unknown = attribution.lookup(aws, FUNCTION)

    assert (calls, unknown) == ((), "CloudTrail keeps more than 1,000 calls, and none of the latest changed it")


def test_a_trail_that_may_not_be_read_is_unknown_and_never_nobody(aws: Aws, trail: Trail) -> None:
    trail.closed = True

    calls, unknown = attribution.lookup(aws, FUNCTION)

    assert calls == ()
    assert "cloudtrail:LookupEvents is not allowed" in unknown


def test_the_call_that_is_told_is_the_one_that_makes_the_difference() -> None:
    tagged = Attribution("arn:aws:iam::123456789012:user/bob", "2026-09-01T13:00:00Z", "TagResource", "human")
    coded = Attribution("arn:aws:iam::123456789012:user/anna", "2026-09-01T12:00:00Z", "UpdateFunctionCode", "pipeline")

    change = ForeignChange("orders", "2026-09-01", (Difference("code", "a", "b"),), (tagged, coded))
    other = ForeignChange("orders", "2026-09-01", (Difference("alias live", "a", "b"),), (tagged, coded))

    assert (change.culprit, change.source) == (str(coded), "pipeline")
    assert other.culprit == str(tagged)


PATCHED = Snapshot("code", "configuration", (), "role", runtime_version="runtime:2")


def test_a_runtime_that_aws_has_patched_is_told_as_that_and_is_no_breach() -> None:
    found = differences(replace(PATCHED, runtime_version="runtime:1"), PATCHED, NOTHING_OF_OURS)

    change = ForeignChange("orders", "2026-11-01T10:00:00Z", found)

    assert found == (Difference("runtime", "runtime:1", "runtime:2"),)
    assert (change.harmless, change.source) == (True, "aws")
    assert str(change) == "AWS has patched the runtime of `orders` since the freeze of 2026-11-01T10:00:00Z"


def test_a_patched_runtime_excuses_no_other_change() -> None:
    before = replace(PATCHED, runtime_version="runtime:1", code_sha256="other")

    change = ForeignChange("orders", "2026-11-01T10:00:00Z", differences(before, PATCHED, NOTHING_OF_OURS))

    assert (change.harmless, change.source) == (False, "unknown")
    assert change.error().message == (
        "`orders` was changed since the freeze of 2026-11-01T10:00:00Z: code, runtime; CloudTrail does not show yet "
        "who did it, which takes up to 15 minutes"
    )
