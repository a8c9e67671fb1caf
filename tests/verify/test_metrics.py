"""What CloudWatch is asked of a trial, and what its silence is taken for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import AwsError
from lambda_migrate.inventory.invocations import PROXY_NAMESPACE
from lambda_migrate.verify.metrics import ACCOUNTS, Trial, flows, measure
from lambda_migrate.verify.traffic import Accounts, Flow, Traffic
from tests.verify.known import API, CloudWatch

CANARY = Trial("orders", "live", "7", "3", (API,))
WINDOW = (1_772_366_430.0, 1_772_366_610.0)
FIRST = 1_772_366_410.0


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(1_772_366_400 + seconds, UTC)


def lambdas(dimensions: dict[str, str]) -> float:
    return {"7": 10.0, "3": 90.0}.get(dimensions.get("ExecutedVersion", ""), 99.0)


COUNTED = {
    "Invocations": lambdas,
    "Errors": 0.0,
    "Throttles": 1.0,
    "Duration p50": [20.0, 30.0],
    "Duration p95": [40.0],
    "Proxied": [4.0, 5.0],
    "Failed": 1.0,
    "Fallback": 0.0,
    "ServerErrors": 2.0,
    "ClientErrors": 0.0,
    "Count": 100.0,
    "5xx": 3.0,
}


def test_a_canary_is_measured_with_the_original_beside_it_and_the_time_before() -> None:
    aws: Any = CloudWatch(COUNTED)
    latency = {"p50": (20.0, 30.0), "p95": (40.0,), "p99": ()}

    found = measure(aws, CANARY, FIRST, WINDOW, 60.0)

    assert found.traffic == Traffic(10, 0, 1, latency)
    assert found.original == Traffic(90, 0, 1, latency)
    assert found.before == Traffic(99, 0, 1, latency)
    assert found.accounts == Accounts(9, None, 1, 0, 2, 0, None)
    assert found.sources == ((API, Flow(100, 97, 3, 0), Flow(100, 97, 3, 0)),)


def test_only_whole_periods_count_and_as_many_before_the_first_weight() -> None:
    aws: Any = CloudWatch(COUNTED)

    found = measure(aws, CANARY, FIRST, WINDOW, 60.0)

    assert aws.windows == [(at(60), at(240)), (at(-180), at(0))]
    assert found.window == (at(60).timestamp(), at(240).timestamp())


def test_the_dimensions_are_those_that_lambda_and_the_proxy_publish() -> None:
    aws: Any = CloudWatch(COUNTED)

    measure(aws, CANARY, FIRST, WINDOW, 60.0)

    alias = {"FunctionName": "orders", "Resource": "orders:live"}
    assert asked(aws, "Invocations") == [
        {**alias, "ExecutedVersion": "7"},
        {**alias, "ExecutedVersion": "3"},
        {"FunctionName": "orders"},
    ]
    assert asked(aws, "Throttles") == [alias, alias, {"FunctionName": "orders"}]
    assert asked(aws, "ServerErrors") == [{"FunctionName": "orders", "FunctionVersion": "7"}]
    namespaces = {query["MetricStat"]["Metric"]["Namespace"] for query in aws.asked}
    assert namespaces == {"AWS/Lambda", "AWS/ApiGateway", "LambdaMigrate"}


def test_where_all_goes_to_one_version_all_that_the_alias_invokes_is_its_traffic() -> None:
    aws: Any = CloudWatch(COUNTED)

    found = measure(aws, Trial("orders", "live", "7"), FIRST, WINDOW, 60.0)

    assert (found.traffic.invocations, found.original) == (99, None)
    assert asked(aws, "Errors")[0] == {"FunctionName": "orders", "Resource": "orders:live"}


def test_what_ran_on_the_earlier_version_while_the_change_spread_is_not_its_traffic() -> None:
    aws: Any = CloudWatch(
        {**COUNTED, "Errors": lambda dimensions: {"3": 2.0}.get(dimensions.get("ExecutedVersion"), 5.0)}
    )

    found = measure(aws, Trial("orders", "live", "7", earlier="3"), FIRST, WINDOW, 60.0)

    assert (found.traffic.invocations, found.traffic.errors, found.original) == (9, 3, None)
    assert asked(aws, "Invocations")[1] == {"FunctionName": "orders", "Resource": "orders:live", "ExecutedVersion": "3"}


def test_what_has_no_data_point_is_not_known_and_no_zero() -> None:
    aws: Any = CloudWatch()

    found = measure(aws, CANARY, FIRST, WINDOW, 60.0)

    assert (found.traffic.invocations, found.traffic.errors, found.accounts) == (None, None, Accounts())
    assert found.sources[0][1:] == (Flow(seen=False), Flow(seen=False))


@pytest.mark.parametrize("state", ["InternalError", "Forbidden", "PartialData"])
def test_a_metric_that_could_not_be_read_to_its_end_is_no_silence(state: str) -> None:
    aws: Any = CloudWatch(COUNTED, status={"Errors": state})

    with pytest.raises(AwsError) as raised:
        measure(aws, CANARY, FIRST, WINDOW, 60.0)

    assert raised.value.message == f"CloudWatch could not read the metrics: {state}"


def asked(aws: CloudWatch, metric: str) -> list[dict[str, str]]:
    metrics = [query["MetricStat"]["Metric"] for query in aws.asked]
    return [
        {each["Name"]: each["Value"] for each in found["Dimensions"]}
        for found in metrics
        if found["MetricName"] == metric
    ]


def test_a_percentage_counts_as_its_part_of_the_requests_of_each_period() -> None:
    rates = {"4xxErrorRate": "Requests", "5xxErrorRate": "Requests"}
    source = SourceMetrics(
        "AWS/CloudFront",
        {"DistributionId": "E1", "Region": "Global"},
        tried={"Requests": 1},
        reached={"Requests": 1, "4xxErrorRate": -1, "5xxErrorRate": -1},
        failed={"5xxErrorRate": 1},
        suspect={"4xxErrorRate": 1},
        region="us-east-1",
        rates=rates,
    )
    counted = {
        "Requests": [200.0, 100.0],
        "5xxErrorRate Average": [1.0, 10.0, 50.0],
        "4xxErrorRate Average": [0.0, 20.0],
    }
    aws: Any = CloudWatch(counted, before={})

    now, before = flows(aws, source, FIRST, WINDOW, 60.0)

    assert (now, before) == (Flow(300, 268, 12, 20), Flow(0, 0, 0, 0, seen=False))
    assert aws.called == ["in us-east-1"]
    assert {"region": "us-east-1", "rates": rates}.items() <= source.to_dict().items()
    assert not {"region", "rates"} & API.to_dict().keys()


def test_the_alarms_that_the_page_shows_are_on_what_the_proxy_writes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "judging.md").read_text(encoding="utf-8")

    shown = re.findall(r"--namespace (\w+) --metric-name (\w+)", page)

    assert {namespace for namespace, _ in shown} == {PROXY_NAMESPACE}
    assert {metric for _, metric in shown} == {"Failed", "ServerErrors", "Fallback"}
    assert {metric for _, metric in shown} <= set(ACCOUNTS.values())
