"""Pipes and CloudTrail, which the embedded AWS has only in part: stand-ins, held to the services' own models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.inventory.finders import cloudtrail, pipes
from tests.targets.stand_in import StandIn
from tests.triggers import known

PIPE = f"arn:aws:pipes:{known.REGION}:pipe"
QUEUE = f"arn:aws:sqs:{known.REGION}:jobs"
CALLER = "arn:aws:iam::123456789012:role/batch"
NOW = 1_800_000_000.0


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return Aws(region="eu-west-1", read_only=True)


@dataclass
class Pipes(StandIn):
    """Two pages of pipes."""

    services: tuple[str, ...] = ("pipes",)

    def pipes_ListPipes(self, NextToken: str = "", **_: Any) -> dict[str, Any]:  # noqa: N802, N803  # as AWS calls it
        *first, last = ({k: v for k, v in each.items() if not k.endswith("Parameters")} for each in PIPES)
        return {"Pipes": [last]} if NextToken else {"Pipes": first, "NextToken": "more"}

    def pipes_DescribePipe(self, Name: str) -> dict[str, Any]:  # noqa: N802, N803  # as AWS calls it
        (pipe,) = (each for each in PIPES if each["Name"] == Name)
        return {**pipe, "RoleArn": f"arn:aws:iam::123456789012:role/{Name}"}


def pipe(name: str, **about: Any) -> dict[str, Any]:
    return {"Name": name, "Arn": f"{PIPE}/{name}", "Source": QUEUE, "DesiredState": "RUNNING", **about}


PIPES = (
    pipe(
        "target",
        Target=f"{known.ARN}:live",
        SourceParameters={"FilterCriteria": {"Filters": []}, "SqsQueueParameters": {"BatchSize": 1}},
        TargetParameters={"InputTemplate": "<$.body>", "LambdaFunctionParameters": {"InvocationType": "X"}},
    ),
    pipe("theirs", Target=f"{known.ARN}-other"),
    pipe("stopped", Target=known.ARN, DesiredState="STOPPED"),
    pipe("both", Target=known.ARN, Enrichment=f"{known.ARN}:7"),
)


def test_pipes_have_the_function_as_target_and_to_enrich_events(aws: Aws) -> None:
    Pipes().attach(aws)

    found = [
        (each.id, each.name, each.qualifier, each.settings.source, each.settings.detail, each.enabled)
        for each in pipes.find(aws, known.function())
    ]

    assert found == [
        (f"{PIPE}/target/target", "target", "live", f"{PIPE}/target", f"as its target, from {QUEUE}", True),
        (f"{PIPE}/stopped/target", "stopped", "", f"{PIPE}/stopped", f"as its target, from {QUEUE}", False),
        (f"{PIPE}/both/target", "both", "", f"{PIPE}/both", f"as its target, from {QUEUE}", True),
        (f"{PIPE}/both/enrichment", "both", "7", f"{PIPE}/both", f"as its enrichment, from {QUEUE}", True),
    ]


def test_what_a_pipe_hands_over_is_known_and_its_template_is_not_kept(aws: Aws) -> None:
    Pipes().attach(aws)

    first, *others = (each.settings for each in pipes.find(aws, known.function()))

    assert (first.batch, first.templated, first.parameters) == (  # type: ignore[attr-defined]  # of a pipe
        1,
        True,
        {"LambdaFunctionParameters": {"InvocationType": "X"}},
    )
    assert {(each.batch, each.templated) for each in others} == {(0, False)}  # type: ignore[attr-defined]  # as above


def event(
    name: str = "Invoke", function: str = known.ARN, agent: str = "Boto3/1.43", **identity: Any
) -> dict[str, Any]:
    """Return one line of a trail's log group ("CloudTrail record contents", its user guide)."""
    record = {
        "eventSource": "lambda.amazonaws.com",
        "eventName": name,
        "userAgent": agent,
        "userIdentity": identity,
        "requestParameters": {"functionName": function, "invocationType": "Event"},
    }
    return {"message": json.dumps(record), "timestamp": 1}


def assumed(role: str, **more: Any) -> dict[str, Any]:
    session = {"sessionIssuer": {"type": "Role", "arn": role}}
    return {"type": "AssumedRole", "arn": f"{role}/session", "sessionContext": session, **more}


@dataclass
class Trails(StandIn):
    """Trails, of which one logs the invocations of functions to a log group of this region."""

    services: tuple[str, ...] = ("cloudtrail", "logs")

    def cloudtrail_DescribeTrails(self) -> dict[str, Any]:  # noqa: N802  # as AWS calls it
        def trail(name: str, region: str = "eu-west-1", *, group: bool = True) -> dict[str, Any]:
            arn = f"arn:aws:logs:{region}:123456789012:log-group:trails/{name}:*"
            about = {"Name": name, "TrailARN": f"arn:aws:cloudtrail:{region}:123456789012:trail/{name}"}
            return {**about, **({"CloudWatchLogsLogGroupArn": arn} if group else {})}

        listed = [
            trail("data"),
            trail("more"),
            trail("management"),
            trail("far", "us-east-1"),
            trail("s3", group=False),
        ]
        return {"trailList": listed}

    def cloudtrail_GetEventSelectors(self, TrailName: str) -> dict[str, Any]:  # noqa: N802, N803  # as AWS calls it
        kind = "AWS::Lambda::Function"
        if TrailName.endswith("/data"):
            return {"EventSelectors": [{"DataResources": [{"Type": kind, "Values": ["arn:aws:lambda"]}]}]}
        if TrailName.endswith("/more"):
            field = {"Field": "resources.type", "Equals": [kind]}
            return {"AdvancedEventSelectors": [{"FieldSelectors": [field]}]}
        return {"EventSelectors": [{"ReadWriteType": "All"}]}

    def logs_FilterLogEvents(self, logGroupName: str, **_: Any) -> dict[str, Any]:  # noqa: N802, N803  # as AWS calls it
        if logGroupName != "trails/data":
            return {"events": []}
        return {
            "events": [
                event(**assumed(CALLER)),
                event(**assumed(CALLER)),
                event(function=f"{known.ARN}:live", **assumed(CALLER)),
                event(type="IAMUser", arn="arn:aws:iam::123456789012:user/ada"),
                event(function="orders", type="IAMUser", arn="arn:aws:iam::123456789012:user/bob"),
                event(type="AWSService", invokedBy="apigateway.amazonaws.com"),
                event(**assumed(CALLER + "s", invokedBy="states.amazonaws.com")),
                event(function=f"{known.ARN}-other", **assumed(CALLER)),
                event(agent="Boto3/1.43 lambda-migrate", **assumed("arn:aws:iam::123456789012:role/operator")),
                {"message": "not JSON"},
            ]
        }


def test_cloudtrail_shows_roles_and_users_that_invoke_by_name(aws: Aws) -> None:
    trails = Trails()
    trails.attach(aws)

    found = [
        (each.name, each.qualifier, each.settings.detail)
        for each in cloudtrail.find(aws, known.function(), lambda: NOW)
    ]

    assert found == [
        ("role/batch", "", "seen by trail data"),
        ("role/batch", "live", "seen by trail data"),
        ("user/ada", "", "seen by trail data"),
        ("user/bob", "", "seen by trail data"),
    ]
    asked = [given for name, given in trails.calls if name == "logs:FilterLogEvents"]
    assert [(each["logGroupName"], each["startTime"], each["endTime"]) for each in asked] == [
        (f"trails/{name}", int((NOW - 86400) * 1000), int(NOW * 1000)) for name in ("data", "more")
    ]
