"""What a verdict reads: metrics that arrive late, or not at all, as on AWS."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.verify.metrics import Trial, measure
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws

pytestmark = pytest.mark.sandbox

ACCOUNTS = """
import json
def handler(event, context):
    print(json.dumps({
        "_aws": {"Timestamp": 0, "CloudWatchMetrics": [{
            "Namespace": "LambdaMigrate", "Dimensions": [["FunctionName", "FunctionVersion"]],
            "Metrics": [{"Name": "Proxied", "Unit": "Count"}, {"Name": "Failed", "Unit": "Count"}]}]},
        "timestamp": "2026-03-01T12:00:00.000Z", "level": event.get("level", "INFO"),
        "FunctionName": context.function_name, "FunctionVersion": "1", "Proxied": 1, "Failed": 0}))
"""


@pytest.fixture
def told(aws: Aws, client: Callable[[str], Any], unique: str) -> Callable[..., tuple[int | None, int | None]]:
    """Invoke the function through an alias, and return what Lambda and what the proxy's account counted since."""
    began = time.time()

    def invoke(times: int = 1, **event: str) -> tuple[int | None, int | None]:
        for _ in range(times):
            client("lambda").invoke(FunctionName=unique, Qualifier="live", Payload=json.dumps(event))
        found = measure(aws, Trial(unique, "live", "1"), began, (began - 1, time.time() + 1), 1.0)
        return found.traffic.invocations, found.accounts.proxied

    return invoke


def publish(client: Callable[[str], Any], name: str) -> None:
    client("lambda").publish_version(FunctionName=name)
    client("lambda").create_alias(FunctionName=name, Name="live", FunctionVersion="1")


def test_what_functions_print_is_lost_and_their_metrics_with_it(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unkind: Callable[..., None],
    told: Callable[..., tuple[int | None, int | None]],
    unique: str,
) -> None:
    make_function(ACCOUNTS)
    publish(client, unique)
    unkind(logs_lost=True)

    assert told(3) == (3, None)
    unkind()
    assert told(2) == (5, 2)


def test_metrics_arrive_late_and_stand_at_the_time_when_they_were_counted(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unkind: Callable[..., None],
    told: Callable[..., tuple[int | None, int | None]],
    unique: str,
    aws: Aws,
) -> None:
    make_function(ACCOUNTS)
    publish(client, unique)
    unkind(metrics_lag=2.0)
    began = time.time()

    assert told(2) == (None, None)
    ended = time.time()
    eventually(lambda: told(0) == (2, 2))
    found = measure(aws, Trial(unique, "live", "1"), began, (began - 1, ended), 1.0)
    assert (found.traffic.invocations, found.traffic.errors, found.accounts.failed) == (2, 0, 0)
    assert all(len(values) >= 1 for values in found.traffic.latency.values())


def test_a_log_group_of_another_class_gives_no_metrics(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    told: Callable[..., tuple[int | None, int | None]],
    unique: str,
) -> None:
    client("logs").create_log_group(logGroupName=f"/aws/lambda/{unique}", logGroupClass="INFREQUENT_ACCESS")
    make_function(ACCOUNTS)
    publish(client, unique)

    assert told(2) == (2, None)


def test_lines_below_the_log_level_of_json_logs_are_dropped(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    told: Callable[..., tuple[int | None, int | None]],
    unique: str,
) -> None:
    make_function(ACCOUNTS, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"})
    publish(client, unique)

    assert told(2, level="INFO") == (2, None)
    assert told(1, level="ERROR") == (3, 1)


def test_the_latency_of_each_version_of_an_alias_is_told_apart_by_percentile(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function("import time\ndef handler(event, context): time.sleep(0.2 if context.function_version == '2' else 0)")
    publish(client, unique)
    client("lambda").update_function_configuration(FunctionName=unique, Description="slow")
    waiter = client("lambda").get_waiter("function_updated_v2")
    waiter.wait(FunctionName=unique, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    client("lambda").publish_version(FunctionName=unique)
    began = time.time()
    for weight in (0.0, 1.0):
        weights = {"AdditionalVersionWeights": {"2": weight}}
        client("lambda").update_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)
        for _ in range(3):
            client("lambda").invoke(FunctionName=unique, Qualifier="live")

    found = measure(aws, Trial(unique, "live", "2", "1"), began, (began - 1, time.time() + 1), 1.0)

    assert (found.traffic.invocations, found.original.invocations if found.original else 0) == (3, 3)
    assert min(found.traffic.latency["p50"]) > 200 > max(found.original.latency["p99"] if found.original else [999])
