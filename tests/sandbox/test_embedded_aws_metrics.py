"""What the embedded AWS counts of a function, with the dimensions that AWS publishes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.invoking import FAILS, invoke, publish_two_versions, total

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox


def test_metrics_have_the_dimensions_that_aws_publishes(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function(FAILS)
    publish_two_versions(client, unique)
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)

    for qualifier in (None, "1", "live", "live"):
        invoke(client, unique, {"what": "luck"}, **({"Qualifier": qualifier} if qualifier else {}))

    listed = client("cloudwatch").list_metrics(
        Namespace="AWS/Lambda", MetricName="Errors", Dimensions=[{"Name": "FunctionName", "Value": unique}]
    )
    found = [{pair["Name"]: pair["Value"] for pair in metric["Dimensions"]} for metric in listed["Metrics"]]
    counted = {json.dumps(dimensions): total(client, "AWS/Lambda", "Errors", dimensions) for dimensions in found}
    name = {"FunctionName": unique}
    assert counted == {
        json.dumps(name): 4,
        json.dumps({**name, "Resource": unique}): 1,
        json.dumps({**name, "Resource": f"{unique}:1"}): 1,
        json.dumps({**name, "Resource": f"{unique}:live"}): 2,
        json.dumps({**name, "Resource": f"{unique}:live", "ExecutedVersion": "2"}): 2,
    }
    assert total(client, "AWS/Lambda", "Invocations", name) == 4
    assert total(client, "AWS/Lambda", "Throttles", name) == 0
    assert total(client, "AWS/Lambda", "Duration", name) > 0


def test_a_throttled_invocation_is_no_invocation(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function()
    client("lambda").put_function_concurrency(FunctionName=unique, ReservedConcurrentExecutions=0)

    with pytest.raises(ClientError, match="TooManyRequestsException"):
        invoke(client, unique)

    name = {"FunctionName": unique}
    assert total(client, "AWS/Lambda", "Throttles", name) == 1
    assert total(client, "AWS/Lambda", "Invocations", name) == 0


def test_embedded_metrics_in_the_log_become_metrics(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function("""
import json, time
def handler(event, context):
    print("{not json}")
    print(json.dumps({
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [{
            "Namespace": "LambdaMigrate", "Dimensions": [["FunctionName"], ["FunctionName", "FunctionVersion"]],
            "Metrics": [{"Name": "Proxied", "Unit": "Count"}, {"Name": "UpstreamMilliseconds"}]}]},
        "FunctionName": context.function_name, "FunctionVersion": "7", "Proxied": 1, "UpstreamMilliseconds": [2.5, 4]}))
""")

    invoke(client, unique)
    invoke(client, unique)

    name, both = {"FunctionName": unique}, {"FunctionName": unique, "FunctionVersion": "7"}
    assert total(client, "LambdaMigrate", "Proxied", name) == 2
    assert total(client, "LambdaMigrate", "Proxied", both) == 2
    assert total(client, "LambdaMigrate", "UpstreamMilliseconds", both) == 13
