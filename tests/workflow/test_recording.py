"""Which versions record, and whether migration.yaml says something else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from lambda_migrate.aws.permissions import Call
from lambda_migrate.config import Migration
from lambda_migrate.errors import NotAllowed
from lambda_migrate.function.model import Alias, Function
from lambda_migrate.function.web_adapter import WebAdapter
from lambda_migrate.render.terminal import Paint
from lambda_migrate.workflow.recording import UNDER_THE_ADAPTER, VARIABLE, calls_of, described, of_role
from tests.planner.worlds import inventory, version

NOW = 1_790_000_000.0
SETTINGS = json.dumps({"until": 1_790_812_800, "rate": 0.05, "mirror": True})
COUNTS = "; 1,204 recorded and 3 dropped in the last day"
SHARE = "records and mirrors 5.00% of what the original answers until 2026-10-01 00:00 UTC"
OVER = json.dumps({"until": 1_780_000_000, "bucket": "records"})


def function(*settings: str, weights: dict[str, float] | None = None) -> Function:
    proxies = [
        version(str(number), "none", proxy_settings={VARIABLE: each} if each else {"x": "y"})
        for number, each in enumerate(settings, 2)
    ]
    return inventory(versions=(version("1"), *proxies), alias=Alias("live", "1", weights=weights or {})).function


def described_as(made: Function, wanted: str) -> tuple[list[Any], tuple[str, ...]]:
    result = described(made, wanted, NOW, Paint(width=300), {"3": (1204, 3)}.get)
    return [" ".join(line.split()) for line in result.text.splitlines()], result.next


def test_versions_that_record_are_shown_with_what_share_of_the_traffic_they_see() -> None:
    assert described_as(function(OVER, SETTINGS, weights={"3": 0.1}), SETTINGS) == (
        [
            "version 2 recorded until 2026-05-28 20:26 UTC, to s3://records",
            f"version 3 {SHARE}, to the function's log; it has 10% of live{COUNTS}",
            "migration.yaml is what the newest version has",
        ],
        ("verify record --into recorded",),
    )


def test_a_setting_that_is_not_published_is_said_and_so_is_none() -> None:
    assert described_as(function(""), SETTINGS) == (
        ["migration.yaml is not in force: `proxy deploy` publishes it"],
        ("proxy deploy",),
    )
    unset = "`proxy.record` is not set: a version that is published now does not record"
    assert described_as(function(), "") == (
        [f"migration.yaml {unset}; `until` there turns it on"],
        (),
    )


def test_under_the_web_adapter_it_is_said_that_nothing_can_be_recorded() -> None:
    adapter = WebAdapter("/opt/bootstrap")

    assert described_as(replace(function(""), web_adapter=adapter), SETTINGS) == (
        [f"migration.yaml {UNDER_THE_ADAPTER}"],
        (),
    )


def config(*, accepted: bool = False, **record: Any) -> Migration:
    accept = [{"rule": "records-not-permitted", "reason": "the bucket's own policy"}] if accepted else []
    recorded = {"until": date(2026, 10, 1), **record}
    return Migration.model_validate({"function": "orders", "proxy": {"record": recorded}, "accept": accept})


KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
OBJECTS = "arn:aws:s3:::records/traffic/orders/*"


def refused(migration: Migration, decisions: dict[str, str] | NotAllowed) -> list[str]:
    asked: list[dict[str, Any]] = []

    def pages(_service: str, _operation: str, _result: str, **given: Any) -> list[dict[str, str]]:
        asked.append(given)
        if isinstance(decisions, NotAllowed):
            raise decisions
        return [{"EvalDecision": decisions[given["ActionNames"][0]]}]

    aws = SimpleNamespace(partition="aws", pages=pages)
    recorder = replace(function(), role="arn:aws:iam::123456789012:role/orders")
    told = list(of_role(SimpleNamespace(migration=migration, aws_read_only=aws), recorder))  # type: ignore[arg-type]  # all that it needs
    assert {each["PolicySourceArn"] for each in asked} <= {recorder.role}
    return [str(each) for each in told]


def test_the_role_has_to_be_allowed_to_write_where_records_go() -> None:
    bucket = config(bucket="records", prefix="traffic", kms_key=KEY)
    allowed, denied = {"s3:PutObject": "allowed", "kms:GenerateDataKey": "allowed"}, "implicitDeny"
    lost = "so nothing would be recorded; allow it"

    assert refused(bucket, allowed) == []
    assert refused(config(), {}) == []
    assert refused(bucket, {**allowed, "s3:PutObject": denied}) == [
        (
            "records-not-permitted: `orders`: its role `orders` may not write to `records`, "
            f"{lost} s3:PutObject on {OBJECTS}"
        )
    ]
    assert refused(bucket, {**allowed, "kms:GenerateDataKey": denied}) == [
        (
            "records-not-permitted: `orders`: its role `orders` may not use the key of the records, "
            f"{lost} kms:GenerateDataKey on {KEY}"
        )
    ]


def test_what_nobody_can_tell_is_refused_too_until_it_is_accepted() -> None:
    unknown = NotAllowed("iam:SimulatePrincipalPolicy is not allowed")
    bucket = config(bucket="records", prefix="traffic")

    assert refused(bucket, unknown) == [
        (
            "records-not-permitted: `orders`: could not check whether its role `orders` may write to `records`: "
            f"iam:SimulatePrincipalPolicy is not allowed; allow it s3:PutObject on {OBJECTS}, then accept this"
        )
    ]
    assert refused(config(bucket="records", accepted=True), unknown) == []


def test_the_policy_of_commands_that_only_look_lists_what_fetching_calls() -> None:
    one = (("FunctionName", "orders"),)
    counting = Call("cloudwatch:GetMetricData")

    assert list(calls_of(Migration(function="orders"))) == []
    assert list(calls_of(config())) == [
        counting,
        Call("logs:DescribeLogGroups"),
        Call("logs:FilterLogEvents"),
        Call("lambda:GetFunctionConfiguration", one),
    ]
    assert list(calls_of(config(bucket="records", prefix="traffic"))) == [
        counting,
        Call("s3:ListObjectsV2", (("Bucket", "records"),)),
        Call("s3:GetObject", (("Bucket", "records"), ("Key", "traffic/orders/*"))),
        Call("lambda:GetFunctionConfiguration", one),
    ]
