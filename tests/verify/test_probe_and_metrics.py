from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.config import Migration
from lambda_migrate.engine.plan import Step
from lambda_migrate.errors import AwsError, Throttled
from lambda_migrate.http import Client
from lambda_migrate.verify.checks import StepJudge
from lambda_migrate.verify.metrics import traffic
from lambda_migrate.verify.probe import Probe, probe
from lambda_migrate.verify.verdict import Traffic

if TYPE_CHECKING:
    from lambda_migrate.engine.verdict import Verdict


@dataclass
class Recorded:
    """An AWS that answers what it is told to and remembers what it was asked."""

    answers: dict[str, Any]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        self.asked.append((f"{service}.{operation}", parameters))
        return self.answers[operation]

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Any:
        return self.call(service, operation, **parameters)[key]


def invoked(answer: object, **more: str) -> Any:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Recorded({"invoke": {"Payload": io.BytesIO(content), **more}})


def test_a_probe_tells_what_was_reached_how_fast_and_which_queues_are_polled() -> None:
    service = {
        "service": "orders",
        "version": "2",
        "started": "2026-03-01T12:00:00Z",
        "consumers": [{"queue": "arn:q1", "polling": True}, {"queue": "arn:q2", "polling": False}],
    }
    said = {"probe": 1, "reached": True, "milliseconds": 3.2, "status": 200, "service": service, "events": "all"}
    aws = invoked({"lambda-migrate": {**said, "version": "7", "error": None}})

    found = probe(aws, "orders", "7")

    assert found == Probe("7", True, 3.2, "all", "", service)
    assert found.consumers == frozenset({"arn:q1"})
    assert aws.asked == [
        (
            "lambda.invoke",
            {"FunctionName": "orders", "Qualifier": "7", "Payload": b'{"lambda-migrate": {"probe": 1}}'},
        )
    ]


@pytest.mark.parametrize(
    ("aws", "problem"),
    [
        (
            invoked({"lambda-migrate": {"reached": False, "error": "connection refused", "status": None}}),
            "connection refused",
        ),
        (
            invoked({"lambda-migrate": {"reached": False, "error": None, "status": 404}}),
            "the service answered 404: it does not accept the signing key",
        ),
        (invoked({"errorType": "KeyError"}, FunctionError="Unhandled"), "version 7 does not answer probes KeyError"),
        (invoked({"ok": True}), "version 7 does not answer probes"),
        (invoked(b"\xff"), "version 7 does not answer probes"),
        (invoked(None), "version 7 does not answer probes"),
    ],
    ids=["refused", "wrong key", "an original that fails", "an original that answers", "no JSON", "null"],
)
def test_a_probe_that_does_not_reach_says_why(aws: Any, problem: str) -> None:
    found = probe(aws, "orders", "7")

    assert (found.reached, found.problem) == (False, problem)


def test_traffic_counts_only_whole_periods_inside_the_window() -> None:
    results = [
        {"Id": "invocations", "Values": [10.0, 5.0]},
        {"Id": "errors", "Values": []},
        {"Id": "failed", "Values": [1.0]},
        {"Id": "fallbacks", "Values": [2.0]},
        {"Id": "invocations", "Values": [1.0]},
    ]
    aws: Any = Recorded({"get_metric_data": {"MetricDataResults": results}})

    found = traffic(aws, "orders", "live", "7", (1_772_366_430.0, 1_772_366_610.0), 60.0)

    assert found == Traffic(invocations=16, errors=0, failed=1, fallbacks=2)
    asked = aws.asked[0][1]
    assert (asked["StartTime"], asked["EndTime"]) == (
        datetime.fromtimestamp(1_772_366_460, UTC),
        datetime.fromtimestamp(1_772_366_640, UTC),
    )
    assert [query["MetricStat"]["Metric"] for query in asked["MetricDataQueries"]][::2] == [
        {
            "Namespace": "AWS/Lambda",
            "MetricName": "Invocations",
            "Dimensions": [
                {"Name": "FunctionName", "Value": "orders"},
                {"Name": "Resource", "Value": "orders:live"},
                {"Name": "ExecutedVersion", "Value": "7"},
            ],
        },
        {
            "Namespace": "LambdaMigrate",
            "MetricName": "Failed",
            "Dimensions": [{"Name": "FunctionName", "Value": "orders"}, {"Name": "FunctionVersion", "Value": "7"}],
        },
    ]


def test_where_all_goes_to_one_version_all_that_the_alias_invokes_is_its_traffic() -> None:
    aws: Any = Recorded({"get_metric_data": {"MetricDataResults": [{"Id": "invocations", "Values": [3.0]}]}})

    found = traffic(aws, "orders", "live", "7", (60.0, 120.0), 60.0, shared=False)

    assert found == Traffic(invocations=3)
    assert aws.asked[0][1]["MetricDataQueries"][0]["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "FunctionName", "Value": "orders"},
        {"Name": "Resource", "Value": "orders:live"},
    ]


@pytest.mark.parametrize("state", ["InternalError", "Forbidden", "PartialData"])
def test_a_metric_that_could_not_be_read_to_its_end_is_no_silence(state: str) -> None:
    results = [
        {"Id": "invocations", "Values": [10.0], "StatusCode": "PartialData"},
        {"Id": "errors", "Values": [], "StatusCode": state},
        {"Id": "invocations", "Values": [1.0], "StatusCode": "Complete"},
    ]
    aws: Any = Recorded({"get_metric_data": {"MetricDataResults": results}})

    with pytest.raises(AwsError) as raised:
        traffic(aws, "orders", "live", "7", (60.0, 120.0), 60.0)

    assert raised.value.message == f"CloudWatch could not read the metrics: {state}"


class Unread(Recorded):
    """An AWS whose metrics cannot be read."""

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Any:
        raise Throttled(f"{service}:{operation} {key} {sorted(parameters)}")


def judged(*, healthy: bool, final: bool) -> Verdict:
    config = Migration.model_validate({"function": "orders", "service": {"url": "http://orders"}})
    transport = httpx.MockTransport(lambda _request: httpx.Response(200 if healthy else 503))
    aws: Any = Unread({})
    judge = StepJudge(aws, config, Client(transport=transport), lambda: 120.0)
    move = ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "1", "weights": {"2": 0.1}})
    return judge(Step("01-shift_weight", move, gated=True), 60.0, first=60.0, final=final)


def test_metrics_that_cannot_be_read_stop_nobody_from_watching_on_or_going_back() -> None:
    assert judged(healthy=True, final=False).result == "pass"
    assert judged(healthy=False, final=False).result == judged(healthy=False, final=True).result == "fail"
    with pytest.raises(Throttled):
        judged(healthy=True, final=True)
